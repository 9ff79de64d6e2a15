"""Labelled answers with their confidences -> the lowest threshold that keeps the wrong ones within a budget.

A share counted on few lines promises little: none wrong of twenty is no surprise where one answer in ten is wrong. So
a threshold is kept only if the upper bound of its wrong-answer rate, not the rate itself, is within the budget. The
bound is Clopper's and Pearson's (Biometrika 26, 1934), which is exact: it holds with at least the stated certainty for
any number of answers. It is the bound of one threshold; the lowest of many flatters itself a little, so check it on
lines that did not choose it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp, lgamma, log, log1p
from typing import Any

from bot.evaluation import Score, Verdict, judge
from bot.model import Outcome, Reply

CERTAINTY = 0.95
_HALVINGS = 60  # finer than a float needs


@dataclass(frozen=True, slots=True)
class Guess:
    """The best candidate for one labelled question; ``answerable`` if a label names an entry."""

    confidence: float
    wrong: bool
    answerable: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """What answering from *threshold* on means over some guesses.

    ``lower`` and ``upper`` bound the wrong-answer rate, each with a certainty of 95 %; ``expected`` is the rate that
    the confidences themselves state; ``coverage`` is the share of the answerable questions that is answered.
    """

    threshold: float
    answers: int
    wrong: int
    lower: float
    upper: float
    expected: float
    coverage: float

    @property
    def rate(self) -> float:
        """Share of the answers that are wrong."""
        return self.wrong / self.answers if self.answers else 0.0

    def to_json(self) -> dict[str, Any]:
        """The figures as plain values; the threshold is not rounded, since a rounded one may let a wrong answer in."""
        return {
            "threshold": self.threshold,
            "answers": self.answers,
            "wrong": self.wrong,
            **{name: round(getattr(self, name), 4) for name in ("rate", "lower", "upper", "expected", "coverage")},
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """The threshold that keeps the *budget*, else how many more right answers it needs; beside, the file's own."""

    budget: float
    kept: Operation | None
    missing: int
    own: Operation

    def to_json(self) -> dict[str, Any]:
        """The plan as plain values."""
        return {
            "budget": self.budget,
            "certainty": CERTAINTY,
            "kept": self.kept.to_json() if self.kept else None,
            "missing": self.missing,
            "own": self.own.to_json(),
        }


def guesses(scores: Sequence[Score], known: frozenset[str]) -> tuple[Guess, ...]:
    """Return the best candidate of every score, as if it had been answered; *known* are the entries that labels name.

    A score without a candidate counts as a guess with no confidence, which no threshold lets through.
    """
    return tuple(_guess(score, known) for score in scores)


def plan(seen: Sequence[Guess], budget: float, own: float) -> Plan:
    """Return the lowest threshold over *seen* that keeps *budget*; *own* is the threshold of the file."""
    counts = tuple(_counts(seen))
    within = [confidence for confidence, answers, wrong in counts if _keeps(answers, wrong, budget)]
    kept = operation(seen, within[-1]) if within else None
    missing = 0 if kept else _missing(counts, budget)
    return Plan(budget, kept, missing, operation(seen, own))


def operation(seen: Sequence[Guess], threshold: float) -> Operation:
    """Return what answering from *threshold* on means over *seen*."""
    given = [guess for guess in seen if guess.confidence >= threshold]
    wrong = sum(guess.wrong for guess in given)
    answerable = sum(guess.answerable for guess in seen)
    return Operation(
        threshold=threshold,
        answers=len(given),
        wrong=wrong,
        lower=lower_bound(wrong, len(given)),
        upper=upper_bound(wrong, len(given)),
        expected=sum(1 - guess.confidence for guess in given) / max(len(given), 1),
        coverage=sum(guess.answerable for guess in given) / max(answerable, 1),
    )


def upper_bound(wrong: int, answers: int) -> float:
    """The highest rate under which no more than *wrong* of *answers* would not be a surprise; 1 for no answers."""
    if wrong >= answers:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if at_most(wrong, answers, middle) <= 1 - CERTAINTY else (middle, high)
    return high


def lower_bound(wrong: int, answers: int) -> float:
    """The lowest rate under which as many as *wrong* of *answers* would not be a surprise; 0 for none wrong."""
    return 1 - upper_bound(answers - wrong, answers) if wrong else 0.0


def at_most(wrong: int, answers: int, rate: float) -> float:
    """The probability of at most *wrong* wrong among *answers*, each of which is wrong with the probability *rate*."""
    if wrong >= answers or rate <= 0:
        return 1.0
    if rate >= 1:
        return 0.0
    odds = log(rate), log1p(-rate)
    whole = lgamma(answers + 1)
    terms = (
        exp(whole - lgamma(count + 1) - lgamma(answers - count + 1) + count * odds[0] + (answers - count) * odds[1])
        for count in range(wrong + 1)
    )
    return min(sum(terms), 1.0)


def _guess(score: Score, known: frozenset[str]) -> Guess:
    answerable = bool(score.turn.accepted)
    if not score.reply.candidates:
        return Guess(0.0, wrong=True, answerable=answerable)
    best = score.reply.candidates[0]
    answered = Reply(Outcome.ANSWER, entries=(best.entry,), candidates=score.reply.candidates)
    return Guess(best.confidence, judge(score.turn, answered, known) is Verdict.WRONG, answerable)


def _counts(seen: Sequence[Guess]) -> Iterator[tuple[float, int, int]]:
    """For each confidence above 0, highest first: how many answers it and all above give, and how many are wrong."""
    answers = wrong = 0
    order = sorted((guess for guess in seen if guess.confidence > 0), key=lambda guess: -guess.confidence)
    for confidence, group in groupby(order, key=lambda guess: guess.confidence):
        members = tuple(group)
        answers += len(members)
        wrong += sum(guess.wrong for guess in members)
        yield confidence, answers, wrong


def _keeps(answers: int, wrong: int, budget: float) -> bool:
    """Whether the upper bound is within *budget*, which one look at the tail tells."""
    return wrong <= budget * answers and at_most(wrong, answers, budget) <= 1 - CERTAINTY


def _missing(counts: Sequence[tuple[float, int, int]], budget: float) -> int:
    """The fewest further right answers after which some threshold would keep *budget*."""
    most = {wrong: answers for _, answers, wrong in counts} or {0: 0}
    fewest = _needed(0, budget) - most.get(0, 0)
    for wrong, answers in most.items():
        if wrong / budget - answers < fewest:
            fewest = min(fewest, _needed(wrong, budget) - answers)
    return fewest


def _needed(wrong: int, budget: float) -> int:
    """The fewest answers of which *wrong* may be wrong within *budget*."""
    low, high = wrong, wrong + 1
    while not _keeps(high, wrong, budget):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _keeps(middle, wrong, budget) else (middle, high)
    return high
