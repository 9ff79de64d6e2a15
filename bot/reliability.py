"""Labelled guesses -> how often they are right at each confidence, and how far that is from what they say."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.budget import Guess, lower_bound, upper_bound

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The guesses whose confidence is in a tenth of the scale.

    ``confidence`` is their mean, ``right`` the share of them that is right, ``lower`` and ``upper`` its bounds, each
    with a certainty of 95 %.
    """

    count: int
    confidence: float
    right: float
    lower: float
    upper: float


def bins(seen: Sequence[Guess]) -> tuple[Bin, ...]:
    """Return the bins that hold any of *seen*, lowest first; guesses without a candidate say nothing: left out."""
    members: list[list[Guess]] = [[] for _ in range(BINS)]
    for guess in seen:
        if guess.confidence > 0:
            members[min(int(guess.confidence * BINS), BINS - 1)].append(guess)
    return tuple(_bin(each) for each in members if each)


def calibration_error(found: Sequence[Bin]) -> float:
    """The expected calibration error: how far confidence and share are apart, on average over the guesses."""
    count = sum(each.count for each in found)
    return sum(each.count * abs(each.confidence - each.right) for each in found) / max(count, 1)


def _bin(members: Sequence[Guess]) -> Bin:
    count, right = len(members), sum(not guess.wrong for guess in members)
    return Bin(
        count=count,
        confidence=sum(guess.confidence for guess in members) / count,
        right=right / count,
        lower=lower_bound(right, count),
        upper=upper_bound(right, count),
    )
