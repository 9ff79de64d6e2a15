from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bot.matching.calibration import _PRIOR_WEIGHT, PRIOR, Scale, fit_scale, log_odds

FINITE = st.floats(-14, 14, width=32)
CASES = st.integers(0, 30).flatmap(
    lambda count: st.tuples(
        arrays.arrays(np.float32, count, elements=FINITE),
        arrays.arrays(np.float32, count, elements=st.floats(-2, 2, width=32)),
        arrays.arrays(np.bool_, count),
        arrays.arrays(np.float64, count, elements=st.floats(0, 50)),
    )
)
Cases = tuple[Any, Any, Any, Any]


def fit_all(odds: Any, leads: Any, right: npt.NDArray[np.bool_]) -> Scale:
    return fit_scale(np.asarray(odds, np.float32), np.asarray(leads, np.float32), right, np.ones(len(right)))


def penalised(scale: Scale, cases: Cases) -> float:
    """The weighted log-likelihood of *cases* under *scale*, less the pull towards `PRIOR`."""
    odds, leads, right, weights = cases
    exponents = np.clip(scale.odds * odds + scale.lead * leads + scale.offset, -60, 60).astype(np.float64)
    likelihood = -np.logaddexp(0, np.where(right, -exponents, exponents)) @ weights
    away = np.array([scale.odds - PRIOR.odds, scale.lead - PRIOR.lead, scale.offset - PRIOR.offset])
    return float(likelihood - _PRIOR_WEIGHT / 2 * away @ away)


@pytest.mark.parametrize(
    "true", [Scale(1.5, 3.0, -1.0), Scale(0.6, 0.5, 2.0), Scale(1.0, 6.0, 0.0), Scale(2.0, 0.3, -2.0)]
)
def test_the_weights_behind_many_simulated_cases_are_found_again(true: Scale) -> None:
    random = np.random.default_rng(20)
    odds = random.normal(0, 2, 30_000).astype(np.float32)
    leads = random.normal(0, 0.6, 30_000).astype(np.float32)
    right = random.random(30_000) < true.probabilities(odds, leads)

    found = fit_all(odds, leads, right)

    assert (found.odds, found.lead, found.offset) == pytest.approx((true.odds, true.lead, true.offset), abs=0.15)


def test_a_case_counts_by_its_weight() -> None:
    odds, leads = np.array([-1, 0, 2], np.float32), np.array([0.1, -0.2, 0.4], np.float32)
    right, times = np.array([False, True, True]), [3, 1, 2]

    weighted = fit_scale(odds, leads, right, np.array(times, np.float64))
    repeated = fit_all(np.repeat(odds, times), np.repeat(leads, times), np.repeat(right, times))

    assert (weighted.odds, weighted.lead, weighted.offset) == pytest.approx(
        (repeated.odds, repeated.lead, repeated.offset), abs=1e-5
    )


@given(CASES)
def test_the_weights_are_finite_and_never_negative(cases: Cases) -> None:
    scale = fit_scale(*cases)

    assert scale.odds > 0
    assert scale.lead >= 0
    assert np.isfinite([scale.odds, scale.lead, scale.offset]).all()


AMBIGUOUS = (np.zeros(2, np.float32), np.full(2, 2, np.float32), np.array([True, False]), np.full(2, 11.0))


@given(CASES)
@example(AMBIGUOUS)
def test_what_was_fitted_explains_the_cases_no_worse_than_what_was_assumed_before(cases: Cases) -> None:
    assert penalised(fit_scale(*cases), cases) >= penalised(PRIOR, cases) - 1e-3


def test_cases_that_run_against_the_odds_and_the_lead_leave_both_with_no_say() -> None:
    odds = np.linspace(-8, 8, 400)
    right = odds < 0

    scale = fit_all(odds, odds / 8, right)

    assert scale.odds < 0.1
    assert scale.lead == 0


def test_no_case_leaves_what_was_assumed_before() -> None:
    assert fit_all([], [], np.empty(0, np.bool_)) == PRIOR


def test_two_cases_move_little_away_from_what_was_assumed_before() -> None:
    scale = fit_all([3, 1], [0.5, -0.1], np.array([True, False]))

    assert (scale.odds, scale.lead) == pytest.approx((PRIOR.odds, PRIOR.lead), abs=0.5)


@given(
    st.builds(Scale, st.floats(0.05, 5), st.floats(0, 8), st.floats(-5, 5)),
    st.lists(FINITE, min_size=2, max_size=2).map(sorted),
    st.lists(st.floats(-2, 2, width=32), min_size=2, max_size=2).map(sorted),
)
def test_more_odds_and_more_lead_never_lower_a_confidence(scale: Scale, odds: list[float], leads: list[float]) -> None:
    low, high = scale.probabilities(np.array(odds, np.float32), np.array(leads, np.float32)).tolist()

    assert 0 <= low <= high <= 1


@given(st.floats(0, 1, width=32))
def test_log_odds_are_finite_and_the_way_back_leads_to_the_probability(probability: float) -> None:
    odds = log_odds(np.array([probability], np.float32))

    assert np.isfinite(odds).all()
    assert Scale(1, 0, 0).probabilities(odds, np.zeros_like(odds))[0] == pytest.approx(probability, abs=2e-6)
