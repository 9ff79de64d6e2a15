"""What every ledger does; a new one is added to `LEDGERS`."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from bot.ledger.memory import EVENTS, REDELIVERED_WITHIN, MemoryLedger
from bot.ledger.port import EventKey, Kept, Ledger, Record
from bot.model import Outcome, Place

PLACE = Place("slack", "T1", "C1", "17.5")
EVENT = EventKey("slack", "T1", "Ev1")
RECORD = Record(
    event=EVENT,
    place=PLACE,
    author="U1",
    outcome=Outcome.ANSWER,
    text="**Q?**\n\nA.",
    language="en",
    entries=("a",),
    confidence=0.9,
    candidates=(("a", 0.9), ("b", 0.1)),
    choices=(("Q?", "a"), ("None of these", None)),
    content="d1",
    at=5.0,
    seconds=0.01,
)


@dataclass
class Clock:
    time: float = 1_000_000.0

    def __call__(self) -> float:
        return self.time


LEDGERS: dict[str, Callable[[Clock], Ledger]] = {"memory": MemoryLedger}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=LEDGERS)
def ledger(request: pytest.FixtureRequest, clock: Clock) -> Ledger:
    return LEDGERS[request.param](clock)


async def test_an_event_is_claimed_once(ledger: Ledger) -> None:
    assert [await ledger.claim(EVENT), await ledger.claim(EVENT)] == [True, False]


@pytest.mark.parametrize(
    "other", [replace(EVENT, platform="discord"), replace(EVENT, tenant="T2"), replace(EVENT, event="Ev2")]
)
async def test_another_event_is_another_claim(ledger: Ledger, other: EventKey) -> None:
    await ledger.claim(EVENT)

    assert await ledger.claim(other)


async def test_nothing_is_recalled_where_nothing_was_kept(ledger: Ledger) -> None:
    assert await ledger.recall(PLACE, "U1") is None


async def test_a_state_is_recalled_by_place_and_author(ledger: Ledger, clock: Clock) -> None:
    expires = clock.time + 10
    await ledger.record(RECORD, (Kept(PLACE, "U1", "own", expires), Kept(PLACE, None, "shared", expires)))

    assert await ledger.recall(PLACE, "U1") == "own"
    assert await ledger.recall(PLACE, None) == "shared"
    assert await ledger.recall(PLACE, "") is None
    assert await ledger.recall(PLACE, "U2") is None
    assert await ledger.recall(replace(PLACE, thread="18.0"), "U1") is None


async def test_a_later_state_takes_the_place_of_the_earlier(ledger: Ledger, clock: Clock) -> None:
    for state in ("first", "second"):
        await ledger.record(RECORD, (Kept(PLACE, "U1", state, clock.time + 10),))

    assert await ledger.recall(PLACE, "U1") == "second"


async def test_a_state_is_gone_once_it_has_expired(ledger: Ledger, clock: Clock) -> None:
    await ledger.record(RECORD, (Kept(PLACE, "U1", "own", clock.time + 10),))
    clock.time += 10

    assert await ledger.recall(PLACE, "U1") is None


async def test_marking_an_unknown_event_as_posted_is_no_fault(ledger: Ledger) -> None:
    await ledger.mark_posted(EVENT, "ref")


async def test_an_author_is_forgotten_and_nobody_else(ledger: Ledger, clock: Clock) -> None:
    expires = clock.time + 10
    other = replace(RECORD, event=replace(EVENT, event="Ev2"), author="U2")
    await ledger.record(RECORD, (Kept(PLACE, "U1", "one", expires), Kept(PLACE, None, "shared", expires)))
    await ledger.record(other, (Kept(PLACE, "U2", "two", expires),))

    forgotten = await ledger.forget("U1")

    assert forgotten == 2
    assert await ledger.recall(PLACE, "U1") is None
    assert await ledger.recall(PLACE, "U2") == "two"
    assert await ledger.forget("U1") == 0


async def test_the_memory_keeps_records_and_where_they_were_posted(clock: Clock) -> None:
    ledger = MemoryLedger(clock)
    await ledger.record(RECORD, ())
    await ledger.mark_posted(EVENT, "17.6")

    assert (ledger.records(), ledger.posted(EVENT)) == ((RECORD,), "17.6")
    await ledger.forget("U1")
    assert (ledger.records(), ledger.posted(EVENT)) == ((), None)


async def test_the_memory_is_bounded(clock: Clock) -> None:
    ledger = MemoryLedger(clock, conversations=2, records=2)
    for number in range(4):
        event = replace(EVENT, event=f"Ev{number}")
        await ledger.record(replace(RECORD, event=event), (Kept(PLACE, f"U{number}", "s", clock.time + 10),))
        await ledger.mark_posted(event, "ref")

    assert [record.event.event for record in ledger.records()] == ["Ev2", "Ev3"]
    assert [await ledger.recall(PLACE, f"U{number}") for number in range(4)] == [None, None, "s", "s"]
    assert ledger.posted(replace(EVENT, event="Ev0")) is None


async def test_the_memory_forgets_claims_that_no_platform_redelivers(clock: Clock) -> None:
    ledger = MemoryLedger(clock)
    await ledger.claim(EVENT)
    clock.time += REDELIVERED_WITHIN + 1

    assert await ledger.claim(EVENT)


async def test_the_memory_holds_so_many_claims_and_no_more(clock: Clock) -> None:
    ledger = MemoryLedger(clock)
    for number in range(EVENTS + 1):
        await ledger.claim(replace(EVENT, event=str(number)))

    assert not await ledger.claim(replace(EVENT, event=str(EVENTS)))
    assert await ledger.claim(replace(EVENT, event="0"))
