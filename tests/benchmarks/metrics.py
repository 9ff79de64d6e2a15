"""Figures over ranked answers: how often they are right, and how well confidence tells right from wrong."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NEVER = math.inf
SURE = 0.95
_BINS = 10
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's outcome: the best entry's confidence, and at which place (from 1; 0: none) a right one stood."""

    confidence: float
    place: int
    answerable: bool

    @property
    def right(self) -> bool:
        """True where the best entry is a right one."""
        return self.place == 1


@dataclass(frozen=True, slots=True)
class Reached:
    """What a threshold gives: the share of answerable questions that are answered, and of answers that are right."""

    coverage: float
    precision: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: how many, how confident on average, and which share of them is right."""

    count: int
    confidence: float
    accuracy: float


def within(answers: Sequence[Answer], places: int) -> float:
    """Return the share of answerable questions with a right entry among the first *places*."""
    found = [0 < answer.place <= places for answer in answers if answer.answerable]
    return sum(found) / len(found) if found else 0.0


def reciprocal_rank(answers: Sequence[Answer]) -> float:
    """Return the mean of 1/place over the answerable questions, nothing counting as 0."""
    found = [1 / answer.place if answer.place else 0.0 for answer in answers if answer.answerable]
    return sum(found) / len(found) if found else 0.0


def auroc(answers: Sequence[Answer]) -> float:
    """Return how probably an answerable question gets more confidence than one that is not, ties counting half."""
    inside = np.sort([answer.confidence for answer in answers if answer.answerable])
    outside = np.array([answer.confidence for answer in answers if not answer.answerable])
    if not len(inside) or not len(outside):
        return math.nan
    above = len(inside) - np.searchsorted(inside, outside, "right")
    level = np.searchsorted(inside, outside, "right") - np.searchsorted(inside, outside, "left")
    return float((above + level / 2).mean() / len(inside))


def pick(answers: Sequence[Answer], precision: float, sure: float | None = None) -> float:
    """Return the lowest confidence from which on the answers of *answers* reach *precision*; `NEVER` where none does.

    With *sure*, the share of wrong answers must keep within the budget with that certainty, by its one-sided
    Clopper-Pearson bound.
    """
    ranked = sorted(answers, key=lambda answer: -answer.confidence)
    lowest, wrong = NEVER, 0
    for given, answer in enumerate(ranked, 1):
        wrong += not answer.right
        if given < len(ranked) and ranked[given].confidence == answer.confidence:
            continue
        if _keeps(wrong, given, 1 - precision, sure):
            lowest = answer.confidence
    return lowest


def reach(answers: Sequence[Answer], threshold: float) -> Reached:
    """Return what answering at or above *threshold* gives; the precision of no answer at all is not a number."""
    given = [answer for answer in answers if answer.confidence >= threshold]
    answerable = sum(answer.answerable for answer in answers)
    covered = sum(answer.answerable for answer in given)
    right = sum(answer.right for answer in given)
    return Reached(covered / answerable if answerable else 0.0, right / len(given) if given else math.nan)


def reliability(answers: Sequence[Answer], bins: int = _BINS) -> tuple[Bin | None, ...]:
    """Return *answers* in *bins* of equal width by confidence, None where there are none."""
    groups: list[list[Answer]] = [[] for _ in range(bins)]
    for answer in answers:
        groups[min(int(answer.confidence * bins), bins - 1)].append(answer)
    return tuple(_bin(group) if group else None for group in groups)


def calibration_error(answers: Sequence[Answer], bins: int = _BINS) -> float:
    """Return the expected calibration error: the mean distance of confidence from accuracy, weighted by the bins."""
    found = [each for each in reliability(answers, bins) if each]
    return sum(each.count * abs(each.confidence - each.accuracy) for each in found) / max(len(answers), 1)


def upper_bound(wrong: int, given: int, sure: float = SURE) -> float:
    """Return the share of wrong answers that is not exceeded with certainty *sure* (Clopper and Pearson, 1934)."""
    if wrong >= given:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(wrong, given, middle) > 1 - sure else (low, middle)
    return high


def at_most(wrong: int, given: int, share: float) -> float:
    """Return how probable *wrong* or fewer wrong ones of *given* are where each is wrong with probability *share*."""
    if wrong >= given or share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    whole = math.lgamma(given + 1)
    terms = (
        whole - math.lgamma(n + 1) - math.lgamma(given - n + 1) + n * math.log(share) + (given - n) * math.log1p(-share)
        for n in range(wrong + 1)
    )
    return min(math.fsum(map(math.exp, terms)), 1.0)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return the power of the size with which the time grows: the slope of a line through both logarithms."""
    slope, _ = np.polyfit(np.log(sizes), np.log(seconds), 1)
    return float(slope)


def milliseconds(seconds: Sequence[float] | npt.NDArray[np.float64], percentile: float) -> float:
    """Return a *percentile* (0..100) of *seconds* in milliseconds."""
    return float(np.percentile(np.asarray(seconds), percentile)) * 1000


def _keeps(wrong: int, given: int, budget: float, sure: float | None) -> bool:
    if sure is None:
        return wrong <= budget * given + 1e-9
    return wrong <= budget * given and at_most(wrong, given, budget) <= 1 - sure


def _bin(group: Sequence[Answer]) -> Bin:
    count = len(group)
    return Bin(count, sum(answer.confidence for answer in group) / count, sum(answer.right for answer in group) / count)
