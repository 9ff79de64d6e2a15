"""The replies of two contents to the same questions -> which answers change, fall silent or start, for good or ill.

The questions are the labelled ones and each content's own: every question and phrasing must go to the entry that holds
it. The new content has the say: what it moved to another entry, or lists as unanswered, is expected there. What only
the old content holds must still go to its old entry, if there is one; if not, nobody has said what is right now, and a
change is neither good nor ill.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.evaluation import Case, Score, Turn, Verdict
from bot.faq.content import Faq
from bot.model import Outcome
from bot.reading.redact import redact

PHRASING = "phrasing"
REMOVED = "removed"  # the kind of a phrasing whose entry is gone
# A wrong answer costs more than silence; in between is whatever leads no one astray but does not help either.
_WORTH = {Verdict.WRONG: 0, Verdict.RIGHT: 2, Verdict.FURTHER: 2}
_NO_ANSWER = 1


class Change(StrEnum):
    """What became of the reply to one text."""

    ANSWER = "other answer"
    SILENT = "fell silent"
    STARTED = "started"
    SAME = "other outcome"  # no answer before or after: a choice in place of a fallback, for instance


class Effect(StrEnum):
    """Whether that is good or ill."""

    REGRESSION = "regression"
    IMPROVEMENT = "improvement"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Difference:
    """One text that the two contents do not treat alike."""

    before: Score
    after: Score
    change: Change
    effect: Effect

    @property
    def question(self) -> str:
        """The text without secrets: a pull request's checks may be read by anybody."""
        return redact(self.after.turn.text).text

    def to_json(self) -> dict[str, Any]:
        """The difference as plain values."""
        return {
            "id": self.after.case.id,
            "kind": self.after.case.kind,
            "turn": self.after.number,
            "text": self.question,
            "effect": self.effect.value,
            "change": self.change.value,
            "expected": list(self.after.turn.accepted),
            "before": _side(self.before),
            "after": _side(self.after),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences over the *asked* texts, regressions first, else in the order asked."""

    asked: int
    differences: tuple[Difference, ...]

    @property
    def effects(self) -> Counter[Effect]:
        """How many differences are of which effect."""
        return Counter(difference.effect for difference in self.differences)

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain values."""
        return {
            "asked": self.asked,
            **{f"{effect.value}s": self.effects[effect] for effect in (Effect.REGRESSION, Effect.IMPROVEMENT)},
            "differences": [difference.to_json() for difference in self.differences],
        }


def own_cases(old: Faq, new: Faq) -> tuple[Case, ...]:
    """Every question and phrasing of *old* and *new* as a labelled case, each text once."""
    before, after = _holders(old), _holders(new)
    unanswered = frozenset(new.unanswered)
    cases = []
    for text, (language, entries) in {**before, **after}.items():
        kept = tuple(entry for entry in entries if entry in new.by_id)
        declined = text in unanswered and text not in after
        accepted = () if declined else kept
        kind = PHRASING if accepted or declined else REMOVED
        cases.append(Case(entries[0], kind, language, (Turn(text, "", accepted, abstaining=declined),)))
    return tuple(cases)


def compare(before: Sequence[Score], after: Sequence[Score]) -> Comparison:
    """Return how *after* differs from *before*, which are the scores of the same turns in the same order."""
    differences = [
        Difference(old, new, _change(old, new), _effect(old, new))
        for old, new in zip(before, after, strict=True)
        if (old.reply.outcome, old.reply.entries) != (new.reply.outcome, new.reply.entries)
    ]
    order = list(Effect)
    return Comparison(len(after), tuple(sorted(differences, key=lambda difference: order.index(difference.effect))))


def _holders(faq: Faq) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """By text, its language and the entries that hold it as a question or phrasing."""
    holders: dict[str, tuple[str, tuple[str, ...]]] = {}
    for entry, language, text in _texts(faq):
        known, entries = holders.get(text, (language, ()))
        holders[text] = (known, entries if entry in entries else (*entries, entry))
    return holders


def _texts(faq: Faq) -> Iterator[tuple[str, str, str]]:
    for entry in faq.entries:
        for language, wording in entry.wordings.items():
            for text in (wording.question, *wording.phrasings):
                yield entry.id, language, text


def _change(before: Score, after: Score) -> Change:
    answered = (before.reply.outcome is Outcome.ANSWER, after.reply.outcome is Outcome.ANSWER)
    return {
        (True, True): Change.ANSWER,
        (True, False): Change.SILENT,
        (False, True): Change.STARTED,
        (False, False): Change.SAME,
    }[answered]


def _effect(before: Score, after: Score) -> Effect:
    old, new = (_WORTH.get(score.verdict, _NO_ANSWER) for score in (before, after))
    if after.case.kind == REMOVED or old == new:
        return Effect.NEUTRAL
    return Effect.IMPROVEMENT if new > old else Effect.REGRESSION


def _side(score: Score) -> dict[str, Any]:
    return {
        "verdict": score.verdict.value,
        "outcome": score.reply.outcome.value,
        "entries": list(score.reply.entries),
        "confidence": score.reply.confidence,
    }
