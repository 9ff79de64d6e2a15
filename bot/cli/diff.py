"""Puts the same questions to the bot over two content files and lays out what differs."""

import time
from collections.abc import Callable, Iterator, Sequence

from bot.cli.evaluate import put_all
from bot.desk import Desk, Library
from bot.evaluation import Case, Score
from bot.ledger.memory import MemoryLedger
from bot.whatif import Comparison, Difference, Effect, compare, own_cases

SAME, REGRESSED = 0, 1
SHOWN = 60  # characters of a text


async def put_to_both(
    old: Library, new: Library, labelled: Sequence[Case], advance: Callable[[int], None]
) -> Comparison:
    """Return how *new* differs from *old* over the *labelled* cases and the contents' own phrasings.

    *advance* is told of each question that is done; there are two for each turn.
    """
    own = own_cases(old.faq, new.faq)
    before, after = [
        (*await _put(library, labelled, advance), *await _put(library, own, advance)) for library in (old, new)
    ]
    return compare(before, after)


def code(comparison: Comparison) -> int:
    """The exit code."""
    return REGRESSED if comparison.effects[Effect.REGRESSION] else SAME


def to_text(comparison: Comparison) -> str:
    """Return *comparison* as text: one line for each difference, the ill ones first, then the counts."""
    return "\n".join(_lines(comparison))


async def _put(library: Library, cases: Sequence[Case], advance: Callable[[int], None]) -> tuple[Score, ...]:
    """The scores of *cases*, judged apart from all others, since the entries that labels know count in judging."""
    desk = Desk(lambda: library, MemoryLedger(time.time), time.time)
    return await put_all(cases, desk.consider, advance)


def _lines(comparison: Comparison) -> Iterator[str]:
    if comparison.differences:
        yield f"{'effect':<13}{'change':<15}{'label':<28}{'before':<28}{'after':<28}question"
        yield from map(_row, comparison.differences)
        yield ""
    counts = ", ".join(f"{comparison.effects[effect]} {effect.value}" for effect in Effect)
    yield f"{comparison.asked} asked, {len(comparison.differences)} differ: {counts}"


def _row(difference: Difference) -> str:
    before, after = difference.before, difference.after
    text = " ".join(difference.question.split())
    shown = f"{text[: SHOWN - 1]}…" if len(text) > SHOWN else text
    where = f"{difference.effect.value:<13}{difference.change.value:<15}"
    return f"{where}{after.turn.label:<28}{before.got:<28}{after.got:<28}{shown}"
