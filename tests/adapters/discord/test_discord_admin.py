"""What the commands for an admin say, asked of the fake Discord."""

from collections.abc import AsyncIterator
from dataclasses import replace

import discord
import pytest

from adapters.discord.rights import LEAST, TAGS, invitation, missing, permissions
from bot.cli.discord import examine, invite
from bot.cli.findings import Finding
from bot.desk import Desk
from bot.settings import SettingsError
from tests.adapters.discord.kit import bot_on, settings_for
from tests.fakes.discord import FakeDiscord, Permission


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(limits=False) as fake:
        yield fake


def test_the_least_permissions_are_these() -> None:
    assert permissions().value == 309237730368
    assert permissions(tags=True).value == 309237730368 | 1 << 34


def test_every_permission_is_told_of_as_the_library_knows_it() -> None:
    assert {right.name for right in (*LEAST, TAGS)} <= set(discord.Permissions.VALID_FLAGS)
    assert all(right.is_for and right.without for right in (*LEAST, TAGS))


def test_the_link_asks_for_the_bot_and_its_commands() -> None:
    assert invitation(7) == (
        "https://discord.com/oauth2/authorize?client_id=7&permissions=309237730368&integration_type=0"
        "&scope=bot+applications.commands"
    )


def test_an_administrator_lacks_nothing() -> None:
    assert missing(discord.Permissions(administrator=True)) == ()
    assert {right.name for right in missing(discord.Permissions.none())} == {right.name for right in LEAST}


async def test_the_token_says_whose_link_it_is_and_every_right_is_explained(fake: FakeDiscord) -> None:
    text = await invite(settings_for(fake))

    assert text.startswith(invitation(fake.application))
    assert all(f"{right.shows} " in text for right in LEAST)
    assert "Manage Threads" not in text


async def test_a_link_can_be_had_without_a_token(fake: FakeDiscord) -> None:
    settings = replace(settings_for(fake), discord_token="")

    assert (await invite(settings, 7, tags=True)).startswith(invitation(7, tags=True))
    with pytest.raises(SettingsError, match="DISCORD_TOKEN is not set"):
        await invite(settings)


async def test_the_doctor_finds_a_healthy_bot(fake: FakeDiscord, desk: Desk) -> None:
    async with bot_on(fake, desk):
        found, code = await examine(settings_for(fake))

    assert code == 0
    assert [finding.what for finding in found if not finding.fine] == []
    assert "ok   commands: Explain this error, ask, forget-me, frontdesk, trace" in map(Finding.to_text, found)


async def test_the_doctor_names_what_is_missing_and_what_that_costs(fake: FakeDiscord) -> None:
    lacking = fake.bot_permissions & ~Permission.READ_MESSAGE_HISTORY
    fake.guild.roles[fake.guild.id].permissions = 0
    next(role for role in fake.guild.roles.values() if role.bot).permissions = lacking

    found, code = await examine(replace(settings_for(fake), discord_message_content=True))

    lines = "\n".join(map(Finding.to_text, found))
    assert code == 1
    assert "FAIL Message Content Intent: switch it on" in lines
    assert "miss commands: none yet" in lines
    assert "no Read Message History: it writes below" in lines


async def test_fewer_shards_than_discord_recommends_are_named(fake: FakeDiscord) -> None:
    fake.recommended_shards = 4

    found, _ = await examine(replace(settings_for(fake), discord_shard_count=2))

    assert "miss DISCORD_SHARD_COUNT: Discord recommends 4" in map(Finding.to_text, found)


async def test_a_bot_without_servers_is_told_how_to_be_invited(fake: FakeDiscord) -> None:
    fake.leave_guild(fake.guild)

    found, _ = await examine(settings_for(fake))

    assert found[-1].to_text() == "miss servers: the bot is in none: see `frontdesk invite discord`"


@pytest.mark.parametrize(
    ("token", "url", "line"),
    [
        ("wrong", "", "FAIL DISCORD_TOKEN: DISCORD_TOKEN is not taken by Discord"),
        ("", "", "FAIL DISCORD_TOKEN: DISCORD_TOKEN is not set"),
        ("any", "http://127.0.0.1:9/api/v10", "FAIL connection: Discord cannot be reached"),
    ],
)
async def test_what_keeps_the_bot_from_starting_is_the_only_finding(
    fake: FakeDiscord, token: str, url: str, line: str
) -> None:
    settings = settings_for(fake)
    (finding,), code = await examine(
        replace(settings, discord_token=token, discord_api_url=url or settings.discord_api_url)
    )

    assert finding.to_text().startswith(line)
    assert code == 1
