"""Shows why a question is ranked as it is: the signals, the runner-up, and the smallest change that turns the result.

The change is found by trying, smallest first: a word less, a piece of evidence less, a piece of evidence more, two
words less. The first that brings another result is told.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations

from bot.faq.content import Entry, Faq
from bot.matching.matcher import Explanation, Signals
from bot.model import Evidence, Kind, Match, Reading, Reply

MOST_WORDS = 40  # of a longer question only single words are left out, and only the first of them
MOST_FOR_PAIRS = 16
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")

Rank = Callable[[Reading], Sequence[Match]]


@dataclass(frozen=True, slots=True)
class Change:
    """A changed reading, and what was changed in it."""

    what: str
    reading: Reading


def result(matches: Sequence[Match], threshold: float) -> str | None:
    """The entry that may be answered, or None where no entry is sure enough."""
    return matches[0].entry if matches and matches[0].confidence >= threshold else None


def smallest_change(reading: Reading, faq: Faq, rank: Rank, threshold: float) -> tuple[Change, str | None] | None:
    """Return the smallest change found that brings another result for *reading*, and that result."""
    before = rank(reading)
    now = result(before, threshold)
    for change in _changes(reading, [faq.by_id[match.entry] for match in before]):
        then = result(rank(change.reading), threshold)
        if then != now:
            return change, then
    return None


def to_text(
    reading: Reading, reply: Reply | None, explanation: Explanation, turn: tuple[Change, str | None] | None
) -> str:
    """Return all of it as text."""
    return "\n".join(chain(_head(reading, reply, explanation), _table(explanation), _tail(explanation, turn)))


def _changes(reading: Reading, entries: Sequence[Entry]) -> Iterator[Change]:
    words = list(_WORD.finditer(reading.question))
    for word in words[:MOST_WORDS]:
        yield _without(reading, (word,))
    for piece in reading.evidence:
        rest = tuple(other for other in reading.evidence if other is not piece)
        yield Change(f"without {_named(piece)}", replace(reading, evidence=rest))
    for piece in dict.fromkeys(chain.from_iterable(map(_claimed, entries))):
        if all(other.kind is not piece.kind for other in reading.evidence):
            yield Change(f"with {_named(piece)}", replace(reading, evidence=(piece, *reading.evidence)))
    if len(words) <= MOST_FOR_PAIRS:
        yield from (_without(reading, pair) for pair in combinations(words, 2))


def _without(reading: Reading, words: Sequence[re.Match[str]]) -> Change:
    question = reading.question
    for word in reversed(words):
        question = question[: word.start()] + question[word.end() :]
    what = " and ".join(f"“{word[0]}”" for word in words)
    return Change(f"without {what}", replace(reading, question=" ".join(question.split())))


def _claimed(entry: Entry) -> Iterator[Evidence]:
    """The evidence that *entry* claims by itself, an error's type first."""
    for kind in (Kind.TYPE, Kind.STATUS):
        for pattern in entry.errors:
            fields = {Kind.TYPE: pattern.type, Kind.STATUS: pattern.status}
            if fields[kind] is not None:
                yield Evidence(kind, str(fields[kind]).lower(), 1, 1)


def _named(piece: Evidence) -> str:
    return f"the {piece.kind.value} `{piece.value}`"


def _head(reading: Reading, reply: Reply | None, explanation: Explanation) -> Iterator[str]:
    yield f"compared   {explanation.question or 'nothing: there are no words of the person'}"
    for piece in reading.evidence:
        yield f"evidence   {piece.kind.value} {piece.value}, line {piece.line}, column {piece.column}"
    for claim in explanation.verdict.claims:
        yield f"claimed    by {claim.entry}, on its {claim.kind.value}"
    for entry in sorted(explanation.verdict.denied):
        yield f"denied     by {entry}"
    if reading.vendor:
        yield f"vendor     {reading.vendor}, so no entry is likely"
    outcome = reply.outcome.value if reply else "silence"
    yield f"outcome    {outcome}{' with ' + ', '.join(reply.entries) if reply and reply.entries else ''}"
    yield f"threshold  {explanation.threshold:.3f}: an entry at or above it may be answered"


def _table(explanation: Explanation) -> Iterator[str]:
    yield ""
    yield f"{'entry':<28}{'confidence':>10}{'by words':>10}{'meaning':>9}{'words':>7}  most like"
    yield from map(_row, explanation.signals)


def _row(signals: Signals) -> str:
    meaning = "" if signals.meaning is None else f"{signals.meaning:.2f}"
    figures = f"{signals.confidence:>10.3f}{signals.by_words:>10.3f}{meaning:>9}{signals.lexical:>7.2f}"
    return f"{signals.entry:<28}{figures}  {signals.phrasing}"


def _tail(explanation: Explanation, turn: tuple[Change, str | None] | None) -> Iterator[str]:
    yield ""
    if len(explanation.signals) > 1:
        first, second = explanation.signals[:2]
        yield f"runner-up  {second.entry}, {first.confidence - second.confidence:.3f} behind"
    if turn is None:
        yield "change     no small change would turn the result"
    else:
        change, then = turn
        yield f"change     {change.what} it would be {then or 'no answer'}"
