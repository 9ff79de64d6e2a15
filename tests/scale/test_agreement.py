"""Content: every process is ready with the newest, and a conversation never goes back to older content."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.agreement import PATIENCE, Agreement
from bot.ledger.contents import WAIT, Served
from bot.ledger.open import open_ledger
from bot.ledger.port import EventKey, Kept, LedgerError, Stage
from bot.ledger.sql import SqlLedger
from bot.model import Place
from tests.ledger.kit import NOW, PLACE, Clock, claim_of, record_of

OLD, NEW = "old", "new"
Join = Callable[[], Awaitable[SqlLedger]]


@pytest.fixture
async def join(database: str) -> AsyncIterator[Join]:
    """What lets another process use the ledger."""
    async with AsyncExitStack() as stack:

        async def joined() -> SqlLedger:
            ledger = await open_ledger(database, Path(), Clock(), lease=600.0)
            stack.push_async_callback(ledger.close_down)
            return ledger

        yield joined


async def answer(ledger: SqlLedger, event: str, content: str, *, place: Place = PLACE, late: float = 0.0) -> None:
    """Claim *event* in *place* and answer it from *content*, *late* seconds after that."""
    claim = claim_of(EventKey("slack", "T1", event), place=place)
    await ledger.claim(claim)
    await decide(ledger, event, content, place=place, late=late)


async def decide(ledger: SqlLedger, event: str, content: str, *, place: Place = PLACE, late: float = 0.0) -> None:
    """Answer *event*, which is claimed."""
    record = replace(record_of(claim_of(EventKey("slack", "T1", event), place=place)), content=content, at=NOW + late)
    await ledger.record(record, (Kept(place, "U1", "{}", NOW + 99), Kept(place, None, "{}", NOW + 99)))


async def contents(ledger: SqlLedger, mine: str) -> list[str]:
    """What is served, the newest first."""
    return [served.content for served in await ledger.publish_content(mine)]


async def test_a_content_is_as_old_as_the_time_since_which_anybody_serves_it(join: Join) -> None:
    first, second, third = [await join() for _ in range(3)]

    assert await contents(first, OLD) == [OLD]
    assert await contents(second, NEW) == [NEW, OLD]
    assert await contents(third, OLD) == [NEW, OLD]
    assert await contents(first, OLD) == [NEW, OLD]


async def test_a_content_that_nobody_served_any_more_is_new_when_it_comes_back(join: Join) -> None:
    first, second = await join(), await join()
    await contents(first, OLD)
    await contents(second, NEW)
    await contents(first, NEW)

    assert await contents(second, OLD) == [OLD, NEW]


async def test_what_a_process_that_has_ended_served_does_not_count(join: Join) -> None:
    first, second = await join(), await join()
    await contents(first, NEW)
    await first.close_down()

    assert await contents(second, OLD) == [OLD]


async def test_a_conversation_that_has_newer_answers_is_left_to_who_has_the_newer_content(join: Join) -> None:
    behind, ahead = await join(), await join()
    await contents(behind, OLD)
    await answer(ahead, "1", NEW)

    with pytest.raises(LedgerError, match="2 is left to a process with newer content"):
        await answer(behind, "2", OLD)
    (left,) = await ahead.take_over("slack", frozenset((EventKey("slack", "T1", "1"),)))
    await decide(ahead, "2", NEW)

    assert left.event.event == "2"
    standing = await ahead.standing(left.event)
    assert standing is not None
    assert standing.stage is Stage.DECIDED


async def test_a_conversation_goes_on_from_old_to_new(join: Join) -> None:
    behind, ahead = await join(), await join()
    await answer(behind, "1", OLD)

    await answer(ahead, "2", NEW)


async def test_other_conversations_are_answered_from_the_old_content_meanwhile(join: Join) -> None:
    behind, ahead = await join(), await join()
    await contents(behind, OLD)
    await answer(ahead, "1", NEW)

    await answer(behind, "2", OLD, place=replace(PLACE, thread="18.1"))


async def test_who_was_first_with_the_new_content_tells_of_it_with_its_first_answer(join: Join) -> None:
    """The file was swapped a moment ago, and nobody has compared since."""
    behind, ahead = await join(), await join()
    await contents(behind, OLD)
    await contents(ahead, OLD)
    await answer(ahead, "1", NEW)

    with pytest.raises(LedgerError, match="newer content"):
        await answer(behind, "2", OLD)


async def test_an_event_that_waited_long_is_answered_by_anybody(join: Join) -> None:
    behind, ahead = await join(), await join()
    await contents(behind, OLD)
    await answer(ahead, "1", NEW)

    await answer(behind, "2", OLD, late=WAIT + 1)


async def test_where_nobody_has_the_newer_content_any_more_nothing_waits_for_it(join: Join) -> None:
    behind, ahead = await join(), await join()
    await contents(behind, OLD)
    await answer(ahead, "1", NEW)
    await ahead.close_down()

    await answer(behind, "2", OLD)


async def test_a_file_of_sqlite_has_nobody_to_agree_with(tmp_path: Path) -> None:
    ledger = await open_ledger("", tmp_path, Clock())

    assert await ledger.publish_content(NEW) == ()
    await answer(ledger, "1", NEW)
    await answer(ledger, "2", OLD)
    await ledger.close_down()


class Told:
    """What others serve, as a test says."""

    def __init__(self, *served: str) -> None:
        self.served = [Served(content, -number) for number, content in enumerate(served)]
        self.as_newest: list[bool] = []

    async def publish_content(self, content: str, *, as_newest: bool = False) -> Sequence[Served]:
        del content
        self.as_newest.append(as_newest)
        return self.served


@pytest.mark.parametrize(
    ("served", "ready"),
    [
        ((), True),
        (("mine",), True),
        (("mine", "theirs"), True),
        (("theirs", "mine"), False),
    ],
)
async def test_who_starts_is_ready_with_the_newest_content(served: tuple[str, ...], *, ready: bool) -> None:
    agreement = Agreement(Told(*served), lambda: "mine", Clock())
    assert agreement.missing()

    await agreement.compare()

    assert (not agreement.missing()) is ready


async def test_who_is_ready_stays_so_while_an_edit_goes_round() -> None:
    told = Told("mine")
    agreement = Agreement(told, lambda: "mine", Clock())
    await agreement.compare()

    told.served = Told("theirs", "mine").served
    await agreement.compare()

    assert agreement.missing() == ()


async def test_an_older_content_that_stays_is_there_on_purpose() -> None:
    told, clock = Told("theirs", "mine"), Clock()
    agreement = Agreement(told, lambda: "mine", clock)
    await agreement.compare()
    clock.time += PATIENCE
    await agreement.compare()
    clock.time += 1

    await agreement.compare()

    assert told.as_newest == [False, False, True]


async def test_an_edit_begins_the_wait_anew() -> None:
    content = ["mine"]
    told, clock = Told("theirs", "mine"), Clock()
    agreement = Agreement(told, lambda: content[0], clock)
    await agreement.compare()
    content[0] = "mine too"
    clock.time += PATIENCE + 1
    await agreement.compare()

    assert told.as_newest == [False, False]


async def test_a_ledger_that_is_away_is_asked_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.agreement.LOOK", 0.0)
    agreement = Agreement(Absent(), lambda: "mine", Clock())

    keeping = asyncio.create_task(agreement.keep())
    async with asyncio.timeout(10):
        while agreement.missing():  # noqa: ASYNC110 - the agreement tells nobody that it has been reached
            await asyncio.sleep(0)
    keeping.cancel()

    assert "cannot be compared with that of other processes: away" in caplog.text


class Absent:
    """A ledger that is away the first time."""

    asked = 0

    async def publish_content(self, content: str, *, as_newest: bool = False) -> Sequence[Served]:
        del as_newest
        self.asked += 1
        if self.asked == 1:
            raise LedgerError("away")
        return (Served(content, 0.0),)
