"""From likeness to a score for every entry, in two ways: learnt where the file is small, nearest where it is large.

Both give, for any rows of likeness, a score of every class whose softmax is a first guess at its probability.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bot.matching.lexical import Floats, Ints
from bot.matching.likeness import Rows, Signal

# How much a signal's scores count. Meaning leads; words add what it blurs (names of fields, product terms). Measured on
# CLINC150 with five phrasings an entry, the best lexical weight was 0.1 to 0.25; more costs right answers there.
_WEIGHTS: Mapping[Signal, float] = {Signal.MEANING: 1.0, Signal.LEXICAL: 0.2}
_ALONE: Mapping[Signal, float] = {Signal.LEXICAL: 1.0}
# By how much a score grows with likeness where nothing is learnt.
_STEEPNESS: Mapping[Signal, float] = {Signal.MEANING: 12.0, Signal.LEXICAL: 4.0}


# Of very many entries only so many share the probability: spread over all, it would say nothing of any.
_SHORTLIST = 50
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
    """Each class scores by the text of it that is most like the question: nothing to learn, so any size will do.

    ``labels`` must ascend.
    """

    labels: Ints
    classes: int

    def scores(self, rows: Rows) -> Floats:
        """Return a score for every class, one row a question; a class without texts scores zero."""
        steep = combine({signal: np.float32(_STEEPNESS[signal]) * row for signal, row in rows.items()})
        scores = _best(steep, self.labels, self.classes)
        if self.classes > _SHORTLIST:
            scores[scores < np.partition(scores, -_SHORTLIST, axis=1)[:, -_SHORTLIST, None]] = _OUT
        return scores


def blend(rows: Rows) -> Floats:
    """Return the likeness of single texts as one number each: that of meaning with some of that of words."""
    if Signal.MEANING not in rows:
        return rows[Signal.LEXICAL].copy()
    return np.asarray(rows[Signal.MEANING] + np.float32(_BESIDE_MEANING) * rows[Signal.LEXICAL], np.float32)


def leads(blended: Floats, labels: Ints, count: int) -> Floats:
    """Return by how much the likest text of each of *count* entries is liker than the likest that has no answer.

    *labels* must ascend; one row a question.
    """
    best = _best(blended, labels, count + 1)
    return best[:, :count] - best[:, count:]


def _best(blended: Floats, labels: Ints, classes: int) -> Floats:
    starts = np.flatnonzero(np.diff(labels, prepend=-1))
    best = np.zeros((len(blended), classes), np.float32)
    best[:, labels[starts]] = np.maximum.reduceat(blended, starts, axis=1)
    return best
