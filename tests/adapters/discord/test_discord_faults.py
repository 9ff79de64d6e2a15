"""Everything that goes wrong between Discord and the bot: one visible answer each, none lost, and no traceback."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bot.desk import Desk
from bot.settings import SettingsError
from tests.adapters.discord.kit import Running, bot_on
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.server import TOKEN

QUESTION = "does file upload incur charges?"
ANSWER = "Does file upload incur charges?"
WRITE = "POST /channels/{channel}/messages"
FULFIL = "PATCH /webhooks/{application}/{token}/messages/{message}"
ACKNOWLEDGE = "POST /interactions/{interaction}/{token}/callback"


@pytest.fixture(autouse=True)
def _without_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.relay.PAUSE", 0.05)
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda _: 0.01)
    monkeypatch.setattr("discord.Client.before_identify_hook", _at_once)


@pytest.fixture(autouse=True)
async def _no_traceback(caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    yield
    assert [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR] == []


async def one_answer(bot: Running) -> None:
    """Ask once, and see exactly one answer."""
    said = await bot.person.say(QUESTION)
    await bot.person.settle(1, seconds=15)

    (reply,) = await bot.person.quiet()

    assert (reply.reply_to, ANSWER in reply.text) == (said.key, True)


# ---- the gateway


@pytest.mark.parametrize("resumable", [True, False])
async def test_a_question_during_a_broken_session_is_answered_once(bot: Running, resumable: bool) -> None:
    bot.fake.gateway.resumable = resumable
    bot.fake.gateway.drop()

    said = await bot.person.say(QUESTION)

    await bot.person.settle(1, seconds=15)
    (reply,) = await bot.person.quiet()
    assert reply.reply_to == said.key


async def test_asked_to_reconnect_it_comes_back_and_misses_nothing(bot: Running) -> None:
    bot.fake.gateway.reconnect()

    await one_answer(bot)

    assert bot.fake.gateway.resumed == 1


@pytest.mark.parametrize("resumable", [True, False])
async def test_told_that_its_session_is_invalid_it_comes_back_and_misses_nothing(bot: Running, resumable: bool) -> None:
    bot.fake.gateway.invalidate(resumable=resumable)

    said = await bot.person.say(QUESTION)

    await bot.person.settle(1, seconds=15)
    (reply,) = await bot.person.quiet()
    assert reply.reply_to == said.key


async def test_sockets_that_drop_in_the_middle_of_an_answer_change_nothing(bot: Running) -> None:
    bot.fake.faults.drop_sockets(on=WRITE)

    await one_answer(bot)


@pytest.mark.parametrize("event", ["MESSAGE_CREATE", "INTERACTION_CREATE"])
async def test_an_event_that_is_delivered_twice_is_answered_once(bot: Running, event: str) -> None:
    bot.fake.faults.duplicate(event)
    if event == "MESSAGE_CREATE":
        await bot.person.say(QUESTION)
    else:
        await bot.person.use("ask", question=QUESTION)

    (reply,) = await bot.person.quiet()

    assert ANSWER in reply.text


async def test_a_server_that_becomes_unavailable_in_the_middle_is_answered(bot: Running) -> None:
    bot.fake.faults.slow(0.05, on=WRITE)
    said = await bot.person.say(QUESTION)
    bot.fake.set_available(bot.fake.guild, available=False)

    (reply,) = await bot.person.quiet()
    bot.fake.set_available(bot.fake.guild, available=True)

    assert reply.reply_to == said.key
    assert await bot.person.quiet() == (reply,)


async def test_what_was_written_while_a_server_was_unavailable_is_answered_when_it_is_back(bot: Running) -> None:
    bot.fake.set_available(bot.fake.guild, available=False)
    await bot.person.quiet()
    bot.fake.faults.lose()
    said = await bot.person.say(QUESTION)
    bot.fake.set_available(bot.fake.guild, available=True)

    (reply,) = await bot.person.quiet()

    assert reply.reply_to == said.key


# ---- the REST interface


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_rate_limit_only_delays_the_answer(bot: Running, scope: str) -> None:
    bot.fake.faults.rate_limit(0.05, on=WRITE, scope=scope)

    await one_answer(bot)


async def test_a_bad_gateway_only_delays_the_answer(bot: Running) -> None:
    bot.fake.faults.answer(502, on=WRITE)

    await one_answer(bot)


@pytest.mark.parametrize("after", [True, False])
async def test_an_answer_whose_receipt_is_lost_is_not_repeated(bot: Running, after: bool) -> None:
    bot.fake.faults.cut(on=WRITE, after=after)

    await one_answer(bot)


@pytest.mark.parametrize("after", [True, False])
async def test_an_answer_to_a_command_whose_receipt_is_lost_is_not_repeated(bot: Running, after: bool) -> None:
    bot.fake.faults.cut(on=FULFIL, after=after)
    await bot.person.use("ask", question=QUESTION)
    await bot.person.settle(1, seconds=15)

    (reply,) = await bot.person.quiet()

    assert ANSWER in reply.text
    assert bot.fake.faults.fired["cut"] == 1


async def test_a_refusal_sends_the_answer_directly(bot: Running) -> None:
    bot.fake.faults.answer(403, on=WRITE, code=50013)
    await bot.person.say(QUESTION)

    shown = await bot.person.quiet()

    assert sum(ANSWER in one.text for one in shown) == 1
    assert all(one.private for one in shown)


# ---- interactions


async def test_a_command_that_expired_is_answered_in_the_channel(bot: Running) -> None:
    bot.fake.faults.expire_interactions()
    await bot.person.use("ask", question=QUESTION)

    (reply,) = await bot.person.quiet()

    assert (reply.channel, ANSWER in reply.text) == (str(bot.fake.channel.id), True)


async def test_a_private_command_that_expired_is_answered_directly(bot: Running) -> None:
    bot.fake.faults.expire_interactions()
    await bot.person.use("ask", question=QUESTION, private=True)

    (reply,) = await bot.person.quiet()

    assert (reply.private, ANSWER in reply.text) == (True, True)


async def test_a_command_whose_token_died_is_answered_in_the_channel(bot: Running) -> None:
    bot.fake.faults.answer(401, on=FULFIL, code=50027)
    await bot.person.use("ask", question=QUESTION)

    shown = [one for one in await bot.person.quiet() if one.text]

    assert [one.channel for one in shown] == [str(bot.fake.channel.id)]
    assert bot.fake.faults.fired["status"] == 1


@pytest.mark.parametrize("about", ["Helpful", "Not helpful", "Talk to a person"])
async def test_a_button_that_expired_breaks_nothing(bot: Running, about: str) -> None:
    await bot.person.say(QUESTION)
    (answer,) = await bot.person.quiet()
    bot.fake.faults.expire_interactions()

    await bot.person.press(answer, about)
    await bot.person.quiet()

    await bot.person.say(QUESTION, by="neighbour")
    assert len(await bot.person.quiet()) >= 2


# ---- the start


async def test_a_token_that_discord_does_not_take_is_one_clear_line(fake: FakeDiscord, desk: Desk) -> None:
    with pytest.raises(SettingsError, match="DISCORD_TOKEN is not taken"):
        async with bot_on(fake, desk, discord_token=f"{TOKEN}x"):
            pass


async def test_an_intent_that_is_not_switched_on_is_one_clear_line(fake: FakeDiscord, desk: Desk) -> None:
    with pytest.raises(SettingsError, match="switch on Message Content Intent"):
        async with bot_on(fake, desk, discord_message_content=True):
            pass


async def test_shards_without_their_number_are_one_clear_line(fake: FakeDiscord, desk: Desk) -> None:
    with pytest.raises(SettingsError, match="DISCORD_SHARD_COUNT"):
        async with bot_on(fake, desk, discord_shard_ids=(0,)):
            pass


async def test_a_discord_that_cannot_be_reached_is_tried_again_until_told_to_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.app.BEFORE_A_NEW_TRY", 0.01)
    async with FakeDiscord(limits=False) as fake:
        fake.faults.answer(503, times=3)
        async with bot_on(fake, desk) as bot:
            await one_answer(bot)


async def test_what_is_under_way_is_finished_before_the_end(fake: FakeDiscord, desk: Desk) -> None:
    fake.faults.slow(0.1, on=WRITE)
    async with bot_on(fake, desk) as bot:
        await bot.person.say(QUESTION)
        await fake.pulse.until(lambda: any(one.method == "POST" for one in fake.received))
        await asyncio.wait_for(bot.end(), 10)

        (reply,) = bot.person.shown()

    assert ANSWER in reply.text


async def test_shards_are_each_heard(fake: FakeDiscord, desk: Desk) -> None:
    guilds = [fake.guild, *(fake.add_guild(f"server {number}") for number in range(3))]
    channels = [fake.channel, *(fake.world.add_channel(guild, "help") for guild in guilds[1:])]
    async with bot_on(fake, desk, discord_shard_count=2) as bot:
        for channel in channels:
            await bot.person.speak_in(channel, f"{bot.person._mention()} {QUESTION}", by=f"of {channel.id}")

        shown = await bot.person.quiet()

    assert sorted(one.channel for one in shown) == sorted(str(channel.id) for channel in channels)


async def _at_once(*_: object, **__: object) -> None:
    """Not the five seconds that Discord wants between two new sessions."""
