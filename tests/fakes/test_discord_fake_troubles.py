"""Limits, faults and broken connections of the fake Discord, as the real discord.py meets them."""

from collections.abc import Callable

import pytest

from tests.fakes.discord import DiscordPerson, FakeDiscord
from tests.fakes.discord.echo import READING_ALL, EchoBot, running
from tests.fakes.discord.faults import Faults
from tests.fakes.discord.library import discord
from tests.fakes.discord.sessions import Close
from tests.fakes.discord_kit import WRITE


async def test_a_bucket_that_is_full_is_waited_for(person: DiscordPerson, fake: FakeDiscord, bot: EchoBot) -> None:
    fake.faults.rate_limit(0.01, on=WRITE)

    await person.say("hello")

    assert len(await person.settle(1)) == 1
    assert fake.faults.fired == {"rate_limit": 1}
    assert len(bot.seen) == 1


@pytest.mark.usefixtures("bot")
async def test_the_global_limit_is_waited_for(person: DiscordPerson, fake: FakeDiscord) -> None:
    fake.faults.rate_limit(0.01, on=WRITE, scope="global")

    await person.say("hello")

    assert len(await person.settle(1)) == 1


@pytest.mark.usefixtures("bot")
async def test_a_message_that_took_effect_before_a_502_is_not_written_twice(
    person: DiscordPerson, fake: FakeDiscord
) -> None:
    fake.faults.answer(502, on=WRITE, after=True)

    await person.say("hello")

    assert len(await person.quiet()) == 1
    assert len(fake.heard("you said")) == 2


@pytest.mark.usefixtures("bot")
async def test_a_connection_can_be_cut_after_the_effect(person: DiscordPerson, fake: FakeDiscord) -> None:
    fake.faults.cut(on=WRITE)

    await person.say("hello")

    assert len(await person.quiet()) == 1
    assert fake.faults.fired == {"cut": 1}


@pytest.mark.parametrize(
    ("plan", "seen"),
    [
        (Faults.duplicate, ["a", "a", "b"]),
        (Faults.late, ["b", "a"]),
        (Faults.lose, ["b"]),
    ],
)
async def test_events_come_twice_late_or_never(
    plan: Callable[[Faults], None], seen: list[str], person: DiscordPerson, fake: FakeDiscord, bot: EchoBot
) -> None:
    plan(fake.faults)

    await person.say("a", direct=True)
    await person.say("b", direct=True)
    await person.quiet()

    assert bot.seen == seen


@pytest.mark.usefixtures("bot")
async def test_a_slow_answer_comes(person: DiscordPerson, fake: FakeDiscord) -> None:
    fake.faults.slow(0.01, on=WRITE)

    await person.say("hello")

    assert len(await person.quiet()) == 1


async def test_an_interaction_can_expire(person: DiscordPerson, fake: FakeDiscord, bot: EchoBot) -> None:
    errors: list[object] = []

    async def on_error(_: object, error: Exception) -> None:
        errors.append(getattr(error.__cause__, "code", None) or getattr(error.__context__, "code", None))

    bot.tree.error(on_error)
    fake.faults.expire_interactions()

    await person.slash("why?")

    assert await person.quiet() == ()
    assert errors == [10062]


@pytest.mark.parametrize("trouble", ["op 7", "op 9 true", "drop", "close 4000"])
async def test_a_session_is_resumed_with_what_was_missed(
    trouble: str, person: DiscordPerson, fake: FakeDiscord, bot: EchoBot
) -> None:
    if trouble == "op 7":
        fake.gateway.reconnect()
    elif trouble == "op 9 true":
        fake.gateway.invalidate(resumable=True)
    elif trouble == "drop":
        fake.gateway.drop()
    else:
        await fake.gateway.close(4000)
    await person.say("hello", direct=True)

    (reply,) = await person.settle(1)

    assert (reply.text, fake.gateway.identified) == ("you said: hello", 1)
    assert bot.seen == ["hello"]


async def test_a_session_that_is_gone_is_begun_anew(person: DiscordPerson, fake: FakeDiscord, bot: EchoBot) -> None:
    fake.gateway.invalidate(resumable=False)

    await person.quiet()
    await person.say("hello")

    assert len(await person.settle(1)) == 1
    assert (fake.gateway.identified, fake.gateway.resumed) == (2, 0)
    assert len(bot.seen) == 1


@pytest.mark.usefixtures("bot")
async def test_sockets_that_drop_in_the_middle_of_an_answer_lose_nothing(
    person: DiscordPerson, fake: FakeDiscord
) -> None:
    fake.faults.drop_sockets(on=WRITE)

    await person.say("hello")

    assert len(await person.quiet()) == 1
    assert fake.gateway.resumed == 1


async def test_an_intent_that_is_not_switched_on_is_refused(fake: FakeDiscord) -> None:
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(fake, EchoBot(READING_ALL)):
            pass

    assert fake.gateway.closes == [Close.DISALLOWED_INTENTS]


async def test_a_wrong_token_is_refused(fake: FakeDiscord) -> None:
    with pytest.raises(discord.LoginFailure):
        async with running(fake, EchoBot(), token="EXAMPLE-another"):  # noqa: S106  # not a token
            pass


async def test_a_heart_that_is_not_answered_makes_the_client_come_back(fake: FakeDiscord) -> None:
    fake.gateway.heartbeat_interval = 0.05
    fake.gateway.acks = False

    async with running(fake, EchoBot(heartbeat_timeout=0.12)):
        await fake.pulse.until(lambda: fake.gateway.resumed > 0)

    assert fake.gateway.identified == 1


async def test_servers_are_spread_over_the_shards(fake: FakeDiscord) -> None:
    for number in range(10):
        fake.add_guild(f"guild {number}")
    bot = EchoBot(shard_ids=[1], shard_count=2)

    async with running(fake, bot):
        guilds = {guild.id for guild in bot.guilds}

    assert guilds == {guild for guild in fake.world.guilds if (guild >> 22) % 2 == 1}
    assert len(guilds) in (5, 6)


async def test_a_thousand_servers_are_welcome(fake: FakeDiscord) -> None:
    for number in range(999):
        fake.add_guild(f"guild {number}")
    bot = EchoBot(guild_ready_timeout=2.0)

    async with running(fake, bot):
        await fake.gateway.barrier()

        assert len(bot.guilds) == 1000
        assert all(guild.name for guild in bot.guilds)
