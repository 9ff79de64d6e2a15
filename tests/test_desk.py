import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.desk import REMEMBERED, SHORT, Desk, Library
from bot.faq.content import Faq
from bot.ledger.keeping import Work, work_from_json
from bot.ledger.memory import MemoryLedger
from bot.ledger.port import Kept, Record, Stage, event_key
from bot.model import Attachment, Choice, Message, Outcome, Place, Reading, Reply, Secret
from tests.conversation.fakes import FAQ, PlainReader, TableRanker, entry

THREAD = Place("slack", "T1", "C1", "17.5")
CHANNEL = Place("discord", "G1", "C1")


@dataclass
class Office:
    """A desk with everything in reach that stands round it."""

    time: float = 0.0
    library: Library = field(default_factory=lambda: Library(FAQ, PlainReader(), TableRanker()))
    events: int = 0

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger(lambda: self.time)
        self.desk = Desk(lambda: self.library, self.ledger, lambda: self.time)

    def message(self, text: str, author: str = "U1", place: Place = THREAD, *, addressed: bool = True) -> Message:
        self.events += 1
        return Message(f"Ev{self.events}", place, author, text, addressed=addressed)

    async def say(self, text: str, author: str = "U1", place: Place = THREAD, *, addressed: bool = True) -> Reply:
        reply = await self.desk.consider(self.message(text, author, place, addressed=addressed))
        assert reply is not None
        return reply


@pytest.fixture
def office() -> Office:
    return Office()


async def replies(desk: Desk, message: Message) -> list[Reply]:
    return [reply async for reply in desk.answer(message)]


async def test_a_message_is_answered(office: Office) -> None:
    found = await replies(office.desk, office.message("is upload free?"))

    assert [reply.entries for reply in found] == [("file-upload-charges",)]


async def test_a_redelivery_is_answered_with_nothing(office: Office) -> None:
    message = office.message("is upload free?")
    await replies(office.desk, message)

    assert await replies(office.desk, message) == []
    assert await office.desk.consider(message) is None


async def test_the_same_event_id_of_another_tenant_is_another_event(office: Office) -> None:
    message = office.message("is upload free?")
    await replies(office.desk, message)

    assert len(await replies(office.desk, replace(message, place=replace(THREAD, tenant="T2")))) == 1


async def test_silence_is_considered_and_not_answered(office: Office) -> None:
    assert await replies(office.desk, office.message("hello all", addressed=False)) == []
    assert (await office.say("hello all", addressed=False)).outcome is Outcome.SILENCE


async def test_what_is_decided_is_recorded_without_a_word_of_the_asker(office: Office) -> None:
    office.time = 7.0
    message = office.message("my_secret_project: is upload free? 429 zzz_error")
    await replies(office.desk, message)

    standing = await office.ledger.standing(event_key(message))
    assert standing is not None
    assert (standing.stage, standing.entries, standing.at) == (
        Stage.POSTED,
        ("file-upload-charges", "rate-limit-429"),
        7.0,
    )
    assert "my_secret_project" not in repr(standing)
    assert "zzz_error" not in repr(standing)
    assert await office.ledger.take_over("slack", frozenset()) == []


async def test_what_is_claimed_is_kept_without_a_secret(office: Office) -> None:
    message = replace(office.message("why 401?"), attachments=(Attachment("a.log", "raw"),))
    reading = Reading("why 401? <KEY_1>", "why 401?", ("why 401?",), "en", secrets=(Secret("api_key", "<KEY_1>"),))

    await office.desk.claim(message, reading)

    (left,) = await office.ledger.take_over("slack", frozenset())
    assert work_from_json(left.work) == Work(
        replace(message, text="why 401? <KEY_1>", attachments=()), reading.secrets, live_secret=False
    )


async def test_a_pick_is_answered_by_whomever_and_whenever_it_is_made(office: Office) -> None:
    message = replace(office.message("Q"), pick=Choice("Q", "balance-403"))

    reply = await office.desk.consider(message)

    assert reply is not None
    assert reply.entries == ("balance-403",)


@pytest.mark.parametrize("entry", [None, "gone"])
async def test_a_pick_of_nothing_that_is_there_is_no_answer(office: Office, entry: str | None) -> None:
    reply = await office.desk.consider(replace(office.message("None of these"), pick=Choice("None", entry)))

    assert reply is not None
    assert reply.outcome is Outcome.FALLBACK


@pytest.mark.parametrize(("outsiders", "outcome"), [(False, Outcome.ANSWER), (True, Outcome.FALLBACK)])
async def test_outsiders_see_public_entries_alone(office: Office, outsiders: bool, outcome: Outcome) -> None:
    reply = await office.desk.consider(replace(office.message("is upload free?"), outsiders=outsiders))

    assert reply is not None
    assert reply.outcome is outcome


async def test_the_locale_speaks_where_the_words_do_not(office: Office) -> None:
    faq = replace(FAQ, languages=("en", "zh"))
    office.library = replace(office.library, faq=faq)

    replies = [await office.desk.consider(replace(office.message(text), locale="zh")) for text in ("403", "hello all")]

    assert [reply.language for reply in replies if reply] == ["zh", "en"]


async def test_two_people_in_one_channel_do_not_mix(office: Office) -> None:
    await office.say("what about my account?", "U1", CHANNEL)
    stranger = await office.say("2", "U2", CHANNEL)
    asker = await office.say("2", "U1", CHANNEL)

    assert stranger.outcome is not Outcome.ANSWER
    assert asker.entries == ("membership-vs-concurrency",)


async def test_the_answer_to_another_author_in_a_channel_is_given_in_full(office: Office) -> None:
    first = await office.say("is upload free?", "U1", CHANNEL)
    second = await office.say("is upload free?", "U2", CHANNEL)

    assert second.text == first.text


async def test_the_answer_to_another_author_in_a_thread_is_pointed_to(office: Office) -> None:
    await office.say("is upload free?", "U1")
    second = await office.say("is upload free?", "U2")

    assert second.text.startswith("As above")


async def test_a_thread_handed_off_is_quiet_for_everybody_in_it_and_nowhere_else(office: Office) -> None:
    await office.say("human please", "U1")

    here = await office.say("is upload free?", "U2", addressed=False)
    elsewhere = await office.say("is upload free?", "U2", replace(THREAD, thread="18.0"), addressed=False)

    assert (here.outcome, elsewhere.outcome) == (Outcome.SILENCE, Outcome.ANSWER)


async def test_two_people_who_talk_to_each_other_are_left_to_it_until_they_turn_to_the_bot(office: Office) -> None:
    await office.say("anybody here?", "U1", addressed=False)
    await office.say("sure, what is it", "U2", addressed=False)

    among_people = await office.say("is upload free?", "U1", addressed=False)
    addressed = await office.say("is upload free?", "U1")
    later = await office.say("search cost", "U2", addressed=False)

    assert [found.outcome for found in (among_people, addressed, later)] == [
        Outcome.SILENCE,
        Outcome.ANSWER,
        Outcome.ANSWER,
    ]


async def test_many_authors_in_a_channel_are_no_conversation_among_people(office: Office) -> None:
    await office.say("lovely weather", "U1", CHANNEL, addressed=False)
    await office.say("indeed", "U2", CHANNEL, addressed=False)

    assert (await office.say("is upload free?", "U3", CHANNEL, addressed=False)).outcome is Outcome.ANSWER


async def test_a_conversation_is_forgotten_after_a_day(office: Office) -> None:
    await office.say("what about my account?")
    office.time += REMEMBERED

    assert (await office.say("2")).outcome is not Outcome.ANSWER


async def test_new_content_serves_the_next_message(office: Office) -> None:
    await office.say("is upload free?")
    office.library = replace(office.library, faq=Faq("", ("en",), (entry("file-upload-charges", "Q?", "New."),)))

    assert (await office.say("upload again?", "U2", CHANNEL)).text == "**Q?**\n\nNew."


async def test_attachments_are_read(office: Office) -> None:
    message = replace(office.message("what is this?"), attachments=(Attachment("log.txt", "HTTP 403"),))

    assert [reply.entries for reply in await replies(office.desk, message)] == [("balance-403",)]


@pytest.mark.parametrize(("size", "inline"), [(10, True), (SHORT + 1, False)])
async def test_only_a_long_text_is_read_beside_the_event_loop(size: int, inline: bool) -> None:
    seen: list[int] = []

    class WatchedReader(PlainReader):
        def read(self, text: str, attachments: tuple[Attachment, ...] = ()) -> Reading:
            seen.append(threading.get_ident())
            return super().read(text, attachments)

    office = Office(library=Library(FAQ, WatchedReader(), TableRanker()))
    await office.say("x" * size)

    assert (seen == [threading.get_ident()]) is inline


class SlowLedger(MemoryLedger):
    """Yields to the event loop at every verb, and notes the order of what it does."""

    def __init__(self) -> None:
        super().__init__(lambda: 0.0)
        self.order: list[str] = []

    async def recall(self, place: Place, *authors: str | None) -> Sequence[str | None]:
        self.order.append(f"recall {authors[0]} {place.thread}")
        await asyncio.sleep(0)
        return await super().recall(place, *authors)

    async def record(self, record: Record, kept: Sequence[Kept]) -> None:
        await asyncio.sleep(0)
        message = record.delivery.message
        self.order.append(f"record {message.author} {message.place.thread}")
        await super().record(record, kept)


async def test_messages_of_one_thread_wait_for_each_other_in_order() -> None:
    ledger = SlowLedger()
    desk = Desk(lambda: Library(FAQ, PlainReader(), TableRanker()), ledger, lambda: 0.0)

    await asyncio.gather(*(desk.consider(Message(f"Ev{n}", THREAD, f"U{n}", "hi")) for n in range(3)))

    assert ledger.order == [f"{verb} U{n} 17.5" for n in range(3) for verb in ("recall", "record")]


async def test_threads_do_not_wait_for_each_other_and_leave_no_lock_behind() -> None:
    ledger = SlowLedger()
    desk = Desk(lambda: Library(FAQ, PlainReader(), TableRanker()), ledger, lambda: 0.0)
    places = [replace(THREAD, thread=str(n)) for n in range(3)]

    await asyncio.gather(*(desk.consider(Message(place.thread, place, "U1", "hi")) for place in places))

    assert ledger.order == [f"{verb} U1 {n}" for verb in ("recall", "record") for n in range(3)]
    assert len(desk.turns) == 0


async def test_a_failure_frees_the_thread_for_the_next_message(office: Office) -> None:
    class BrokenReader(PlainReader):
        def read(self, text: str, attachments: tuple[Attachment, ...] = ()) -> Reading:
            raise OSError(text, attachments)

    whole, office.library = office.library, replace(office.library, reader=BrokenReader())
    with pytest.raises(OSError, match="hi"):
        await office.say("hi")
    office.library = whole

    assert (await office.say("hi")).outcome is Outcome.SMALL_TALK
