"""From likeness to a score for every entry, in two ways: learnt where the file is small, nearest where it is large.

Both give, for any rows of likeness, a score of every class whose softmax is a first guess at its probability.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bot.matching.groups import Groups
from bot.matching.lexical import Floats
from bot.matching.likeness import Rows, Signal

# How much a signal's scores count. Meaning leads; words add what it blurs (names of fields, product terms). Measured on
# CLINC150 with five phrasings an entry, the best lexical weight was 0.1 to 0.25; more costs right answers there.
_WEIGHTS: Mapping[Signal, float] = {Signal.MEANING: 1.0, Signal.LEXICAL: 0.2}
_ALONE: Mapping[Signal, float] = {Signal.LEXICAL: 1.0}
# By how much a score grows with likeness where nothing is learnt.
_STEEPNESS: Mapping[Signal, float] = {Signal.MEANING: 12.0, Signal.LEXICAL: 8.0}


# Of very many entries only so many share the probability: spread over all, it would say nothing of any.
_SHORTLIST = 50
# How many of a class's likest texts tell how well it fits.
_FEW = 3
_OUT = -30.0
# How much likeness of words counts beside likeness of meaning where single texts are compared.
_BESIDE_MEANING = 0.5


def combine(scores: Mapping[Signal, Floats]) -> Floats:
    """Return the sum of each signal's *scores* by its weight."""
    weights = _WEIGHTS if Signal.MEANING in scores else _ALONE
    return np.asarray(sum(weights[signal] * score for signal, score in scores.items()), np.float32)


class Scorer(Protocol):
    """What turns likeness into scores."""

    def scores(self, rows: Rows) -> Floats:
        """Return a score for every class, one row a question."""
        ...


@dataclass(frozen=True, slots=True)
class Learned:
    """A classifier a signal, their scores added; ``coefficients`` has shape (texts, classes) each."""

    coefficients: Mapping[Signal, Floats]

    def scores(self, rows: Rows) -> Floats:
        """Return a score for every class, one row a question."""
        return combine({signal: np.asarray(row @ self.coefficients[signal]) for signal, row in rows.items()})


@dataclass(frozen=True, slots=True)
class Nearest:
    """Each class scores by the texts of it that are most like the question: nothing to learn, so any size will do.

    The likest text tells whether the class speaks of the thing at all, the mean of the likest few how well it is its
    subject; half of each did best on CLINC150 (words alone: 71 % right, against 67 % by the likest and 71 % by the
    mean, and the best area under the curve of the three).
    """

    groups: Groups
    classes: int

    def scores(self, rows: Rows) -> Floats:
        """Return a score for every class, one row a question; a class without texts scores zero."""
        steep = combine({signal: np.float32(_STEEPNESS[signal]) * row for signal, row in rows.items()})
        scores = self.groups.best(steep, self.classes)
        for row, score in zip(steep, scores, strict=True):
            self._refine(row, score)
        return scores

    def _refine(self, row: Floats, score: Floats) -> None:
        """Weigh the leading classes of one question by their likest few texts; the others fall out."""
        leading = np.flatnonzero(score != 0).astype(np.int32)
        if len(leading) > _SHORTLIST:
            leading = leading[np.argpartition(score[leading], -_SHORTLIST)[-_SHORTLIST:]]
        refined = (score[leading] + self.groups.best_few(row, leading, _FEW)) / 2
        if len(score) > _SHORTLIST:
            score[:] = _OUT
        score[leading] = refined


def blend(rows: Rows) -> Floats:
    """Return the likeness of single texts as one number each: that of meaning with some of that of words."""
    if Signal.MEANING not in rows:
        return rows[Signal.LEXICAL].copy()
    return np.asarray(rows[Signal.MEANING] + np.float32(_BESIDE_MEANING) * rows[Signal.LEXICAL], np.float32)


def leads(blended: Floats, groups: Groups, count: int) -> Floats:
    """Return by how much the likest text of each of *count* entries is liker than the likest that has no answer.

    One row a question.
    """
    best = groups.best(blended, count + 1)
    return best[:, :count] - best[:, count:]
