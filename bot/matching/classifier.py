"""A kernel softmax classifier that learns an entry from a handful of phrasings, in closed steps and without a tuning
run.

The model is multinomial logistic regression in the space of a kernel ``k``: the score of class c for a text x is
``f_c(x) = sum_i k(x, x_i) A_ic``. Its curvature is bounded by a constant matrix (Boehning, "Multinomial logistic
regression algorithm", 1992), so that one inverse serves every step; Nesterov's momentum makes forty of them enough.

What a phrasing would have scored had it not been there follows from the same inverse (the cavity of Opper and
Winther, "Gaussian processes for classification", 2000): ``f_i - v_i A_i`` with ``v_i = 1/(K + cI)^-1_ii - c``, and
likewise for all phrasings of an entry at once. Thus leave-one-out costs no second fit.
"""

import math
from dataclasses import dataclass

import numpy as np

from bot.matching.lexical import Floats, Ints

RIDGE = 0.1
STEPS = 40
# The bound on the softmax's curvature is 1/2; its inverse is the length of a step.
_STEP = 2.0
# The weight of a text left out alone, against RIDGE for whole entries. Chosen once so that the left-out scores of five
# phrasings an entry spread like those of fresh questions do (ten-fold refits gave scores lower than fresh ones).
_ALONE = 2.0
_LOWEST = -1e4


def softmax(scores: Floats) -> Floats:
    """Return *scores* as probabilities along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted classifier beside what it was fitted on; ``coefficients`` has shape (texts, classes)."""

    kernel: Floats
    inverse: Floats
    coefficients: Floats

    def without_each_text(self) -> Floats:
        """Return, for every text, its scores as if it had not been learnt."""
        variance = 1 / np.diag(_inverse(self.kernel, _ALONE)) - np.float32(_ALONE)
        return np.asarray(self.kernel @ self.coefficients - variance[:, None] * self.coefficients, np.float32)

    def without_each_class(self, labels: Ints) -> Floats:
        """Return, for every text, its scores as if all of its class had not been learnt; that class scores lowest."""
        scores = np.asarray(self.kernel @ self.coefficients, np.float32)
        for label in np.unique(labels):
            members = np.flatnonzero(labels == label)
            alone = np.linalg.inv(self.inverse[np.ix_(members, members)])
            scores[members] -= (alone - RIDGE * np.eye(len(members), dtype=np.float32)) @ self.coefficients[members]
            scores[members, label] = _LOWEST
        return scores


def fit(kernel: Floats, labels: Ints, classes: int) -> Fit:
    """Return the classifier of texts with these *labels*, *kernel* being their likeness among themselves."""
    target = np.zeros((len(labels), classes), np.float32)
    target[np.arange(len(labels)), labels] = 1
    inverse = _inverse(kernel, RIDGE)
    current = ahead = np.zeros_like(target)
    # The scores that go with each: K (K + cI)^-1 = I - c (K + cI)^-1, so that no step has to multiply by the kernel.
    reached = scores = current
    pace = 1.0
    for _ in range(STEPS):
        wanted = np.asarray(_STEP * (target - softmax(scores)) - RIDGE * ahead, np.float32)
        step = inverse @ wanted
        following, arrived = ahead + step, scores + wanted - np.float32(RIDGE) * step
        faster = (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        momentum = np.float32((pace - 1) / faster)
        ahead, scores = following + momentum * (following - current), arrived + momentum * (arrived - reached)
        current, reached, pace = following, arrived, faster
    return Fit(kernel, inverse, current)


def _inverse(kernel: Floats, ridge: float) -> Floats:
    ridged = kernel.copy()
    np.fill_diagonal(ridged, kernel.diagonal() + np.float32(ridge))
    return np.asarray(np.linalg.inv(ridged), np.float32)
