"""Many workspaces: installed by the app's own pages, kept sealed, refreshed once, and let go."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from adapters.slack.app import serve
from bot.assembly import Service
from bot.desk import Desk
from bot.ledger.memory import MemoryLedger
from bot.ledger.open import open_ledger
from bot.ledger.port import Subject
from bot.ledger.sql import SqlLedger
from bot.settings import Settings, SettingsError
from tests.adapters.slack.kit import idle, serving
from tests.addresses import free_address
from tests.fakes.slack.fake import FakeSlack
from tests.fakes.slack.human import SlackPerson

BALANCE = "How to handle 403 insufficient balance error?"
OLD_KEY, NEW_KEY = (Fernet.generate_key().decode() for _ in range(2))


@dataclass(frozen=True, slots=True)
class Many:
    """A bot for many workspaces, and the fake between it and them."""

    slack: FakeSlack
    ledger: SqlLedger
    settings: Settings

    @property
    def base(self) -> str:
        return f"http://{self.settings.http_addr}"

    async def install(self) -> str:
        """Visit the pages as a browser would; return what the last one says."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
            async with browser.get(f"{self.base}/slack/install", allow_redirects=False) as page:
                cookie = page.headers["Set-Cookie"].partition(";")[0]
                link = (await page.text()).partition('<a href="')[2].partition('"')[0].replace("&amp;", "&")
            async with browser.get(link, allow_redirects=False) as consent:
                back = consent.headers["Location"]
            async with browser.get(back, headers={"Cookie": cookie}) as done:
                return await done.text()


def settings_for(slack: FakeSlack, folder: Path, keys: tuple[str, ...] = (OLD_KEY,)) -> Settings:
    return Settings(
        folder,
        folder,
        folder,
        keys=keys,
        http_addr=free_address(),
        slack_api_url=slack.api_url,
        slack_signing_secret=slack.signing_secret,
        slack_client_id=slack.client_id,
        slack_client_secret=slack.client_secret,
    )


@asynccontextmanager
async def many(service: Service, folder: Path) -> AsyncIterator[Many]:
    async with FakeSlack(installed=False) as slack:
        settings = settings_for(slack, folder)
        ledger = await open_ledger("", folder, time.time)
        try:
            desk = Desk(lambda: service.library, ledger, time.time)
            async with serving(desk, settings, slack):
                slack.deliver_to(f"http://{settings.http_addr}/slack/events")
                yield Many(slack, ledger, settings)
        finally:
            await ledger.close_down()


async def stored(ledger: SqlLedger, table: str = "slack_bots") -> list[str]:
    async with ledger.engine.connect() as connection:
        return [str(token) for token in (await connection.execute(sa.text(f"SELECT bot_token FROM {table}"))).scalars()]  # noqa: S608


async def test_an_installed_workspace_is_answered_with_its_own_token(service: Service, tmp_path: Path) -> None:
    async with many(service, tmp_path) as bot:
        page = await bot.install()
        person = SlackPerson(bot.slack, idle=idle)

        asked = await person.say(BALANCE)

        (answer,) = await person.quiet()
        assert "Thank you" in page
        assert answer.thread == asked.key


async def test_two_workspaces_are_kept_apart(service: Service, tmp_path: Path) -> None:
    async with many(service, tmp_path) as bot:
        await bot.install()
        other = bot.slack.world.add_workspace("Other")
        bot.slack.oauth.workspace = other
        await bot.install()
        people = [SlackPerson(bot.slack), SlackPerson(bot.slack, bot.slack.channel("help", workspace=other))]

        for person in people:
            await person.say(BALANCE)

        shown = await people[0].quiet()
        assert {one.channel for one in shown} == {person.channel.id for person in people}
        places = await bot.ledger.places("slack", 0)
        assert {place.tenant for place in places} == {bot.slack.workspace.id, other.id}


async def test_no_token_can_be_read_in_the_database(service: Service, tmp_path: Path) -> None:
    async with many(service, tmp_path) as bot:
        await bot.install()

        kept = [*await stored(bot.ledger), *await stored(bot.ledger, "slack_installations")]

        assert len(kept) == 2
        assert all(token.startswith("sealed:") and "EXAMPLE" not in token for token in kept)


async def test_tokens_come_under_the_newest_key_at_the_next_start(service: Service, tmp_path: Path) -> None:
    async with many(service, tmp_path) as bot:
        await bot.install()
        before = await stored(bot.ledger)
        settings = replace(bot.settings, keys=(NEW_KEY, OLD_KEY), http_addr=free_address())
        desk = Desk(lambda: service.library, bot.ledger, time.time)

        async with serving(desk, settings, bot.slack):
            after = await stored(bot.ledger)

        assert before != after
        Fernet(NEW_KEY).decrypt(after[0].removeprefix("sealed:"))


async def test_an_installation_for_a_whole_organisation_answers_in_each_of_its_workspaces(
    service: Service, tmp_path: Path
) -> None:
    async with many(service, tmp_path) as bot:
        first, second = (bot.slack.world.add_workspace(name, enterprise_id="E0000000099") for name in ("One", "Two"))
        bot.slack.oauth.workspace, bot.slack.oauth.org_wide = first, True
        await bot.install()
        person = SlackPerson(bot.slack, bot.slack.channel("help", workspace=second), idle=idle)

        await person.say(BALANCE)

        (answer,) = await person.quiet()
        assert BALANCE in answer.text
        assert {place.tenant for place in await bot.ledger.places("slack", 0)} == {"E0000000099"}


async def test_a_token_that_will_expire_is_refreshed_once_for_all(service: Service, tmp_path: Path) -> None:
    async with many(service, tmp_path) as bot:
        bot.slack.oauth.rotation = True
        await bot.install()
        async with bot.ledger.engine.begin() as connection:
            await connection.execute(sa.text("UPDATE slack_bots SET bot_token_expires_at = '2020-01-01 00:00:00'"))
        person = SlackPerson(bot.slack, idle=idle)

        for _ in range(4):
            await person.say(BALANCE)

        shown = await person.settle(4)
        refreshed = [call for call in bot.slack.calls("oauth.v2.access") if call.get("grant_type") == "refresh_token"]
        assert len(shown) == 4
        assert len(refreshed) == 1


async def test_a_workspace_that_takes_the_app_away_is_forgotten(service: Service, tmp_path: Path) -> None:
    async with many(service, tmp_path) as bot:
        await bot.install()
        person = SlackPerson(bot.slack, idle=idle)
        await person.say(BALANCE)
        await person.quiet()

        bot.slack.uninstall()
        await person.quiet()

        assert await stored(bot.ledger) == []
        assert await stored(bot.ledger, "slack_installations") == []
        left = await bot.ledger.export(Subject("slack", bot.slack.workspace.id))
        assert not [row for row in left if row.get("author")]


async def test_a_workspace_without_the_app_gets_a_clean_refusal(service: Service, tmp_path: Path) -> None:
    async with many(service, tmp_path) as bot:
        await bot.install()
        person = SlackPerson(bot.slack, idle=idle)
        async with bot.ledger.engine.begin() as connection:
            await connection.execute(sa.text("DELETE FROM slack_bots"))

        await person.say(BALANCE)

        assert await person.quiet() == ()
        assert not bot.slack.journal.unacknowledged()


async def test_a_visitor_who_cancels_or_comes_with_a_false_state_installs_nothing(
    service: Service, tmp_path: Path
) -> None:
    async with many(service, tmp_path) as bot, aiohttp.ClientSession() as browser:
        bot.slack.oauth.deny = True
        denied = await bot.install()
        async with browser.get(f"{bot.base}/slack/oauth_redirect?code=EXAMPLE&state=EXAMPLE") as forged:
            status = forged.status

        assert "access_denied" in denied
        assert status == 400
        assert await stored(bot.ledger) == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"keys": ()}, "FRONTDESK_KEYS"),
        ({"slack_client_secret": ""}, "SLACK_CLIENT_SECRET"),
        ({"slack_signing_secret": ""}, "SLACK_SIGNING_SECRET"),
        ({"slack_client_id": ""}, "SLACK_BOT_TOKEN"),
    ],
)
async def test_what_is_missing_is_told_at_the_start(
    service: Service, tmp_path: Path, changes: dict[str, object], complaint: str
) -> None:
    async with FakeSlack(installed=False) as slack:
        settings = replace(settings_for(slack, tmp_path), **changes)  # type: ignore[arg-type]
        desk = Desk(lambda: service.library, MemoryLedger(time.time), time.time)

        with pytest.raises(SettingsError, match=complaint):
            await serve(desk, settings, asyncio.Event())


async def test_many_workspaces_need_a_database(service: Service, tmp_path: Path) -> None:
    async with FakeSlack(installed=False) as slack:
        desk = Desk(lambda: service.library, MemoryLedger(time.time), time.time)

        with pytest.raises(SettingsError, match="DATABASE_URL"):
            await serve(desk, settings_for(slack, tmp_path), asyncio.Event())
