"""Every way out, and what a person can do with an answer, through the real discord.py."""

from dataclasses import replace

import pytest

from bot.conversation.wording import say as core
from bot.desk import Desk, Library
from bot.faq.content import Wording
from bot.ledger.memory import MemoryLedger
from bot.ledger.port import Feedback
from bot.model import Outcome
from bot.reading.reader import Reader
from tests.adapters.discord.kit import Running, bot_on
from tests.conversation.fakes import FAQ, TableRanker
from tests.fakes.discord import DiscordPerson, FakeDiscord
from tests.fakes.human import Upload

QUESTION = "does file upload incur charges?"
AMBIGUOUS = "what about my account?"
BALANCE = "How to handle 403 insufficient balance error?"
KEY = "sk-" + "EXAMPLEq7Zt2LmB9xWvKc4RyHn8DfPsJ1uGaEo6TiQl0Vb"


def desk_with_answer(fake: FakeDiscord, answer: str) -> Desk:
    """A desk whose answer on uploads is *answer*."""
    changed = {"file-upload-charges": {"en": Wording("Does file upload incur charges?", answer)}}
    entries = tuple(replace(entry, wordings=changed.get(entry.id, entry.wordings)) for entry in FAQ.entries)
    faq = replace(FAQ, entries=entries)
    library = Library(faq, Reader(faq), TableRanker())
    return Desk(lambda: library, MemoryLedger(fake.clock.now), fake.clock.now)


async def test_a_long_answer_comes_in_parts_with_its_code_whole(fake: FakeDiscord) -> None:
    code = "\n".join(f"line {number} of the code" for number in range(150))
    answer = f"First.\n\n```python\n{code}\n```\n\nLast."
    async with bot_on(fake, desk_with_answer(fake, answer)) as bot:
        said = await bot.person.say(QUESTION)
        shown = await bot.person.quiet()

    assert len(shown) > 1
    assert all(len(part.text) <= 2000 and part.text.count("```") % 2 == 0 for part in shown)
    assert all(part.reply_to == said.key for part in shown)
    assert [bool(part.labels) for part in shown] == [False] * (len(shown) - 1) + [True]


async def test_a_long_answer_to_a_command_comes_in_parts_too(fake: FakeDiscord) -> None:
    async with bot_on(fake, desk_with_answer(fake, "\n\n".join(["Some words on uploads. " * 20] * 12))) as bot:
        await bot.person.use("ask", question=QUESTION, private=True)
        shown = await bot.person.quiet()

    assert len(shown) > 2
    assert all(part.private for part in shown)


async def test_nobody_can_be_called_through_an_answer(fake: FakeDiscord) -> None:
    async with bot_on(fake, desk_with_answer(fake, "Ask @everyone, <@1> or <@&2>, see https://example.com")) as bot:
        await bot.person.say(QUESTION)
        await bot.person.use("ask", question=QUESTION)
        await bot.person.quiet()

    sent = [one.body for one in fake.received if one.method != "GATEWAY" and "content" in (one.body or ())]
    assert len(sent) == 2
    assert all(one["allowed_mentions"]["parse"] == [] for one in sent)
    assert all(one["flags"] & 4 for one in sent)
    assert not any("@everyone" in one["content"] or "<@1>" in one["content"] for one in sent)


async def test_choices_are_offered_and_one_is_picked_by_a_neighbour(person: DiscordPerson) -> None:
    await person.say(AMBIGUOUS)
    (offer,) = await person.quiet()

    await person.press(offer, BALANCE, by="neighbour")

    _, answer = await person.quiet()
    assert offer.labels[-2:] == (core("none", "en"), "Talk to a person")
    assert BALANCE in answer.text


async def test_none_of_these_says_where_a_person_can_be_asked(person: DiscordPerson) -> None:
    await person.say(AMBIGUOUS)
    (offer,) = await person.quiet()

    await person.press(offer, core("none", "en"))

    _, answer = await person.quiet()
    assert "help.example" in answer.text


async def test_controls_work_after_a_restart(fake: FakeDiscord, desk: Desk) -> None:
    async with bot_on(fake, desk) as before:
        await before.person.say(AMBIGUOUS)
        (offer,) = await before.person.quiet()

    async with bot_on(fake, desk) as after:
        await after.person.press(offer, BALANCE)
        _, answer = await after.person.quiet()
        await after.person.press(answer, "Helpful")
        *_, thanks = await after.person.quiet()

    assert BALANCE in answer.text
    assert thanks.private


async def test_an_opinion_is_kept_with_its_reason_redacted(bot: Running) -> None:
    await bot.person.say(QUESTION)
    (answer,) = await bot.person.quiet()

    await bot.person.press(answer, "Not helpful")
    await bot.person.quiet()
    await bot.person.submit(f"my key {KEY} does not work")
    shown = await bot.person.quiet()

    (opinion,) = _opinions(bot.desk)
    assert (opinion.helpful, opinion.author) == (False, str(bot.person.user("asker").id))
    assert "KEY_1" in opinion.reason
    assert KEY not in opinion.reason
    assert shown[-1].text.startswith("Thank you")


async def test_a_form_that_was_opened_before_a_restart_is_taken(fake: FakeDiscord, desk: Desk) -> None:
    async with bot_on(fake, desk) as before:
        await before.person.say(QUESTION)
        (answer,) = await before.person.quiet()
        await before.person.press(answer, "Not helpful")
        await before.person.quiet()

    async with bot_on(fake, desk) as after:
        await after.person.submit("no numbers in it")
        await after.person.quiet()

    assert [opinion.reason for opinion in _opinions(desk)] == ["no numbers in it"]


async def test_a_private_answer_is_shared_once(person: DiscordPerson) -> None:
    await person.use("ask", question=QUESTION, private=True)
    (private,) = await person.quiet()

    await person.press(private, "Share in channel")
    _, shared = await person.quiet()
    await person.press(private, "Share in channel")
    *_, notice = await person.quiet()

    assert (shared.private, shared.text, shared.labels) == (False, private.text, ())
    assert (notice.private, notice.text) == (True, "This was shared already.")


async def test_a_private_diagnosis_is_shared_as_it_is_laid_out(person: DiscordPerson) -> None:
    await person.trace(Upload("a.log", b"HTTP 403"), private=True)
    (private,) = await person.quiet()

    await person.press(private, "Share in channel")

    _, shared = await person.quiet()
    assert (shared.private, shared.text, shared.labels) == (False, private.text, ())


async def test_a_person_is_called_for_by_a_button(bot: Running) -> None:
    await bot.person.say(AMBIGUOUS)
    (offer,) = await bot.person.quiet()

    await bot.person.press(offer, "Talk to a person")

    _, answer = await bot.person.quiet()
    assert "help.example" in answer.text
    assert _outcomes(bot.desk)[-1] is Outcome.HAND_OFF


@pytest.mark.parametrize("labels", [("short", "of two"), ("a question that is much too long for a button", "two")])
async def test_choices_that_do_not_fit_on_buttons_are_a_select(fake: FakeDiscord, labels: tuple[str, str]) -> None:
    names = dict(zip(("balance-403", "membership-vs-concurrency"), labels, strict=True))
    entries = tuple(
        replace(entry, wordings={"en": Wording(names[entry.id], "Yes.")}) if entry.id in names else entry
        for entry in FAQ.entries
    )
    faq = replace(FAQ, entries=entries)
    library = Library(faq, Reader(faq), TableRanker())
    desk = Desk(lambda: library, MemoryLedger(fake.clock.now), fake.clock.now)
    async with bot_on(fake, desk) as bot:
        await bot.person.say(AMBIGUOUS)
        (offer,) = await bot.person.quiet()
        await bot.person.press(offer, labels[0])
        _, answer = await bot.person.quiet()

    assert offer.labels[:2] == labels
    assert labels[0] in answer.text


def _opinions(desk: Desk) -> list[Feedback]:
    assert isinstance(desk.ledger, MemoryLedger)
    return list(desk.ledger._feedback.values())


def _outcomes(desk: Desk) -> list[Outcome]:
    assert isinstance(desk.ledger, MemoryLedger)
    return [record.delivery.reply.outcome for record in desk.ledger.records()]
