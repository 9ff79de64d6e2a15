"""Confidence as a probability: logistic scaling with weights that cannot turn negative.

Two facts make up the confidence ``1 / (1 + exp(-(a z + b d + c)))`` that an entry is right: the log-odds ``z`` that
the classifier gives it, and the lead ``d`` of its likest phrasing over the likest text that has no answer (Platt,
"Probabilistic outputs for support vector machines", 1999, with a second input). ``a`` and ``b`` stay at or above
zero: free weights fit the few cases of a small file better and other people's questions worse.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.matching.lexical import Floats

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """From log-odds and lead to a calibrated probability."""

    odds: float
    lead: float
    offset: float

    def probabilities(self, odds: Floats, leads: Floats) -> Floats:
        """Return the probabilities (0..1) that stand behind log-odds and leads of the same shape."""
        exponents = np.clip(self.odds * odds + self.lead * leads + self.offset, -60, 60)
        return np.asarray(1 / (1 + np.exp(-exponents)), np.float32)


# What files of a few dozen entries with five or more phrasings come out at; for files with too little to learn from.
PRIOR = Scale(odds=1.2, lead=2.0, offset=1.0)
_ITERATIONS = 30
_HALVINGS = 20
# Bounds of the two weights and the offset: cases that one weight parts without an error would drive it without end.
_LOWEST = (0.05, 0.0, -15.0)
_HIGHEST = (5.0, 20.0, 15.0)
# The prior counts as this many cases, so that a small file moves away from it only as far as it has reason to.
_PRIOR_WEIGHT = 2.0


def log_odds(probabilities: Floats) -> Floats:
    """Return the log-odds of *probabilities*, kept finite."""
    clipped = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(clipped / (1 - clipped)), np.float32)


def fit_scale(odds: Floats, leads: Floats, right: npt.NDArray[np.bool_], weights: Doubles) -> Scale:
    """Return the scale under which *right* is most likely, *weights* saying how many cases each one stands for.

    Newton's method on the weighted log-likelihood with a quadratic pull towards `PRIOR`, projected onto the bounds
    (Bertsekas, "Projected Newton methods", 1982); a step that would make the cases less likely is halved.
    """
    design = np.stack([odds, leads, np.ones_like(odds)], axis=1).astype(np.float64)
    prior = np.array([PRIOR.odds, PRIOR.lead, PRIOR.offset])

    def loss(beta: Doubles) -> float:
        exponents = design @ beta
        surprise = np.logaddexp(0, np.where(right, -exponents, exponents))
        return float(weights @ surprise + _PRIOR_WEIGHT * np.square(beta - prior).sum() / 2)

    beta = prior
    for _ in range(_ITERATIONS):
        chance = 1 / (1 + np.exp(-np.clip(design @ beta, -60, 60)))
        gradient = design.T @ (weights * (right - chance)) - _PRIOR_WEIGHT * (beta - prior)
        curvature = (design * (weights * chance * (1 - chance))[:, None]).T @ design + _PRIOR_WEIGHT * np.eye(3)
        held = ((beta <= _LOWEST) & (gradient < 0)) | ((beta >= _HIGHEST) & (gradient > 0))
        step = np.zeros(3)
        step[~held] = np.linalg.solve(curvature[np.ix_(~held, ~held)], gradient[~held])
        for _ in range(_HALVINGS):
            following = np.clip(beta + step, _LOWEST, _HIGHEST)
            if loss(following) <= loss(beta):
                break
            step /= 2
        else:
            break
        moved = np.abs(following - beta).max()
        beta = following
        if moved < 1e-6:
            break
    return Scale(*(float(weight) for weight in beta))
