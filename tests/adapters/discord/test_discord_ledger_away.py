"""A ledger that is away, and comes back."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from adapters.discord.files import Files
from adapters.discord.reception import Reception
from bot.desk import Desk
from tests.adapters.discord.away import AwayLedger
from tests.adapters.discord.kit import Running, bot_on
from tests.fakes.discord import DiscordPerson, FakeDiscord

pytestmark = pytest.mark.usefixtures("without_long_waits")

QUESTION = "does file upload incur charges?"
ANSWER = "Does file upload incur charges?"


async def test_a_question_waits_for_the_ledger(bot: Running, ledger: AwayLedger) -> None:
    ledger.away = {"claim": 2, "settings": 1}

    await bot.person.say(QUESTION)

    await bot.person.settle(1)
    assert len(await bot.person.quiet()) == 1


async def test_the_time_is_kept_only_up_to_what_still_waits_for_the_ledger(
    fake: FakeDiscord, desk: Desk, ledger: AwayLedger
) -> None:
    client: Any = SimpleNamespace(user=SimpleNamespace(id=7), get_channel=lambda _: None)
    reception = Reception(client, desk, cast("Files", None))
    before = reception.taken_until()

    with reception._working(), reception._working():
        fake.clock.advance(60)
        waiting = reception.taken_until()

    assert waiting - before < 5
    assert reception.taken_until() - before >= 60
    assert ledger.away == {}


async def test_a_command_is_acknowledged_while_it_waits_for_the_ledger(
    bot: Running, ledger: AwayLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.reception.CLAIMED_WITHIN", 0.01)
    ledger.away = {"claim": 3}

    interaction = await bot.person.use("ask", question=QUESTION)

    (reply,) = await bot.person.settle(1)
    assert ANSWER in reply.text
    assert interaction.answer is not None


async def test_a_command_that_cannot_be_claimed_is_told_so(fake: FakeDiscord, desk: Desk, ledger: AwayLedger) -> None:
    async with bot_on(fake, desk, late=1.0) as bot:
        ledger.away = {"claim": 1_000}
        await bot.person.use("ask", question=QUESTION)
        (notice,) = await bot.person.settle(1)

    assert notice.text == "That did not work. Please ask again."


@pytest.mark.parametrize("label", ["Helpful", "Not helpful"])
async def test_an_opinion_that_cannot_be_kept_breaks_nothing(bot: Running, ledger: AwayLedger, label: str) -> None:
    await bot.person.say(QUESTION)
    (answer,) = await bot.person.quiet()
    ledger.away = {"add_feedback": 1}

    await bot.person.press(answer, label)

    assert len(await bot.person.quiet()) == 2


async def test_what_must_not_stay_is_taken_away_once_the_ledger_is_back(bot: Running, ledger: AwayLedger) -> None:
    said = await bot.person.say(QUESTION)
    await bot.person.quiet()
    ledger.away = {"standing": 1, "forget": 1}

    await bot.person.delete(said)
    assert await bot.person.quiet() == ()
    await bot.person.remove_bot()
    await bot.person.quiet()

    assert ledger.away == {"standing": 0, "forget": 0}


async def test_an_edit_waits_for_the_ledger_like_a_question(bot: Running, ledger: AwayLedger) -> None:
    said = await bot.person.say(QUESTION)
    await bot.person.quiet()
    ledger.away = {"standing": 1}

    await bot.person.edit(said, "is on-premises deployment supported?")

    (reply,) = await bot.person.quiet()
    assert reply.edited


@pytest.mark.parametrize(
    ("command", "verb"), [(("frontdesk", "settings"), "save_settings"), (("forget-me",), "forget")]
)
async def test_a_command_that_needs_the_ledger_says_that_it_did_not_work(
    bot: Running, ledger: AwayLedger, command: tuple[str, ...], verb: str
) -> None:
    ledger.away = {verb: 1}
    values: dict[str, Any] = {"quiet": True} if verb == "save_settings" else {}

    await bot.person.use(*command, by="owner", **values)

    (notice,) = await bot.person.quiet()
    assert (notice.private, notice.text) == (True, "That did not work. Please ask again.")


async def test_settings_that_are_slow_to_come_are_the_usual_ones(bot: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.reception.CLAIMED_WITHIN", 0.0)

    await bot.person.use("ask", question=QUESTION)

    (reply,) = await bot.person.settle(1)
    assert not reply.private


async def test_a_start_without_the_ledger_is_a_start(fake: FakeDiscord, desk: Desk, ledger: AwayLedger) -> None:
    ledger.away = {"bookmark": 2, "set_bookmark": 2, "places": 1, "take_over": 1}

    async with bot_on(fake, desk) as bot:
        await bot.person.say(QUESTION)
        assert len(await bot.person.quiet()) == 1


async def test_what_was_missed_and_cannot_be_claimed_stops_nothing(
    fake: FakeDiscord, desk: Desk, ledger: AwayLedger
) -> None:
    async with bot_on(fake, desk, late=1.0):
        pass
    await DiscordPerson(fake).say(QUESTION)
    async with bot_on(fake, desk, late=1.0) as bot:
        ledger.away = {"claim": 60}
        await bot.person.quiet()
        ledger.away = {}
        await bot.person.say(QUESTION, by="neighbour")
        assert await bot.person.quiet()


async def test_a_thread_that_cannot_be_looked_up_is_not_listened_to(desk: Desk, ledger: AwayLedger) -> None:
    async with FakeDiscord(limits=False, message_content=True) as fake, bot_on(fake, desk) as bot:
        said = await bot.person.say("hello all", mention=False)
        thread = await bot.person.start_thread(said, "a thread")
        ledger.away = {"recall": 1}
        await bot.person.speak_in(thread, QUESTION)

        assert await bot.person.quiet() == ()
