"""Whatever is asked of it in whatever order, the ledger in a file answers as the plain one in memory does."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.ledger.memory import MemoryLedger
from bot.ledger.open import open_ledger
from bot.ledger.port import EventKey, Feedback, Kept, Ledger, LedgerError, Stage, Subject
from tests.ledger.kit import NOW, PLACE, Clock, claim_of, record_of, silence_of

Step = Callable[[Ledger], Awaitable[object]]

EVENTS = st.sampled_from([EventKey("slack", tenant, name) for tenant in ("T1", "T2") for name in ("Ev1", "Ev2")])
AUTHORS = st.sampled_from(["U1", "U2"])
SEATS = st.sampled_from(["U1", None])
TIMES = st.sampled_from([NOW - 50, NOW - 1, NOW, NOW + 50])
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def claim(event: EventKey, author: str, at: float) -> Step:
    place = replace(PLACE, tenant=event.tenant)
    return lambda ledger: ledger.claim(replace(claim_of(event, author=author, place=place), at=at))


def record(event: EventKey, seat: str | None, state: str, expires: float, silent: bool) -> Step:
    place = replace(PLACE, tenant=event.tenant)
    made = (silence_of if silent else record_of)(claim_of(event, place=place))
    return lambda ledger: ledger.record(made, (Kept(place, seat, state, expires),))


def feedback(event: EventKey, author: str, helpful: bool, at: float) -> Step:
    return lambda ledger: ledger.add_feedback(Feedback(event, author, helpful, at))


STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(claim, EVENTS, AUTHORS, TIMES),
    st.builds(record, EVENTS, SEATS, TEXTS, TIMES, st.booleans()),
    st.builds(feedback, EVENTS, AUTHORS, st.booleans(), TIMES),
    st.builds(lambda event, text: lambda ledger: ledger.mark_posted(event, text), EVENTS, TEXTS),
    st.builds(
        lambda event, stage: lambda ledger: ledger.close(event, stage),
        EVENTS,
        st.sampled_from([Stage.SILENT, Stage.EXPIRED, Stage.REFUSED, Stage.WITHDRAWN]),
    ),
    st.builds(lambda event: lambda ledger: ledger.standing(event), EVENTS),
    st.builds(lambda busy: lambda ledger: ledger.take_over("slack", busy), st.frozensets(EVENTS)),
    st.builds(lambda since: lambda ledger: ledger.unanswered("slack", since), TIMES),
    st.builds(lambda seats: lambda ledger: ledger.recall(PLACE, *seats), st.lists(SEATS, max_size=3)),
    st.builds(lambda author: lambda ledger: ledger.forget(Subject("slack", "T1", author)), st.none() | AUTHORS),
    st.builds(lambda before: lambda ledger: ledger.purge(before), TIMES),
    st.builds(lambda text: lambda ledger: ledger.save_settings(PLACE, {"text": text} if text else {}), TEXTS),
    st.just(lambda ledger: ledger.settings(PLACE)),
)


async def answers(ledger: Ledger, steps: Sequence[Step]) -> list[Any]:
    """What *ledger* says to each step, refusals included."""
    said: list[Any] = []
    for step in steps:
        try:
            said.append(await step(ledger))
        except LedgerError as error:
            said.append(str(error))
    return said


async def in_file(steps: Sequence[Step], made: Path) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(made, folder)
        ledger = await open_ledger("", Path(folder), Clock())
        try:
            return await answers(ledger, steps)
        finally:
            await ledger.close_down()


@hypothesis_settings(deadline=None, max_examples=40)
@given(steps=st.lists(STEPS, min_size=4, max_size=30))
def test_a_file_answers_as_memory_does(made: Path, steps: list[Step]) -> None:
    assert asyncio.run(in_file(steps, made)) == asyncio.run(answers(MemoryLedger(Clock()), steps))
