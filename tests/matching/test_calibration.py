from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bot.matching.calibration import _PRIOR_WEIGHT, PRIOR, Scale, fit_scale, shared, standings

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


def fit_all(standing: Any, leads: Any, right: npt.NDArray[np.bool_]) -> Scale:
    return fit_scale(np.asarray(standing, np.float32), np.asarray(leads, np.float32), right, np.ones(len(right)))


def penalised(scale: Scale, cases: Cases) -> float:
    """The weighted log-likelihood of *cases* under *scale*, less the pull towards `PRIOR`."""
    standing, leads, right, weights = cases
    exponents = np.clip(scale.standing * standing + scale.lead * leads + scale.offset, -60, 60).astype(np.float64)
    likelihood = -np.logaddexp(0, np.where(right, -exponents, exponents)) @ weights
    away = np.array([scale.standing - PRIOR.standing, scale.lead - PRIOR.lead, scale.offset - PRIOR.offset])
    return float(likelihood - _PRIOR_WEIGHT / 2 * away @ away)


@pytest.mark.parametrize(
    "true", [Scale(1.5, 3.0, -1.0), Scale(0.6, 0.5, 2.0), Scale(1.0, 6.0, 0.0), Scale(2.0, 0.3, -2.0)]
)
def test_the_weights_behind_many_simulated_cases_are_found_again(true: Scale) -> None:
    random = np.random.default_rng(20)
    standing = random.normal(0, 2, 30_000).astype(np.float32)
    leads = random.normal(0, 0.6, 30_000).astype(np.float32)
    right = random.random(30_000) < true.probabilities(standing, leads)

    found = fit_all(standing, leads, right)

    assert (found.standing, found.lead, found.offset) == pytest.approx(
        (true.standing, true.lead, true.offset), abs=0.15
    )


def test_a_case_counts_by_its_weight() -> None:
    standing, leads = np.array([-1, 0, 2], np.float32), np.array([0.1, -0.2, 0.4], np.float32)
    right, times = np.array([False, True, True]), [3, 1, 2]

    weighted = fit_scale(standing, leads, right, np.array(times, np.float64))
    repeated = fit_all(np.repeat(standing, times), np.repeat(leads, times), np.repeat(right, times))

    assert (weighted.standing, weighted.lead, weighted.offset) == pytest.approx(
        (repeated.standing, repeated.lead, repeated.offset), abs=1e-5
    )


@given(CASES)
def test_the_weights_are_finite_and_never_negative(cases: Cases) -> None:
    scale = fit_scale(*cases)

    assert scale.standing > 0
    assert scale.lead >= 0
    assert np.isfinite([scale.standing, scale.lead, scale.offset]).all()


AMBIGUOUS = (np.zeros(2, np.float32), np.full(2, 2, np.float32), np.array([True, False]), np.full(2, 11.0))


@given(CASES)
@example(AMBIGUOUS)
def test_what_was_fitted_explains_the_cases_no_worse_than_what_was_assumed_before(cases: Cases) -> None:
    assert penalised(fit_scale(*cases), cases) >= penalised(PRIOR, cases) - 1e-3


def test_cases_that_run_against_the_standing_and_the_lead_leave_both_with_no_say() -> None:
    standing = np.linspace(-8, 8, 400)
    right = standing < 0

    scale = fit_all(standing, standing / 8, right)

    assert scale.standing < 0.1
    assert scale.lead == 0


def test_no_case_leaves_what_was_assumed_before() -> None:
    assert fit_all([], [], np.empty(0, np.bool_)) == PRIOR


def test_two_cases_move_little_away_from_what_was_assumed_before() -> None:
    scale = fit_all([3, 1], [0.5, -0.1], np.array([True, False]))

    assert (scale.standing, scale.lead) == pytest.approx((PRIOR.standing, PRIOR.lead), abs=0.5)


@given(
    st.builds(Scale, st.floats(0.05, 5), st.floats(0, 8), st.floats(-5, 5)),
    st.lists(FINITE, min_size=2, max_size=2).map(sorted),
    st.lists(st.floats(-2, 2, width=32), min_size=2, max_size=2).map(sorted),
)
def test_more_standing_and_more_lead_never_lower_a_confidence(
    scale: Scale, standing: list[float], leads: list[float]
) -> None:
    low, high = scale.probabilities(np.array(standing, np.float32), np.array(leads, np.float32)).tolist()

    assert 0 <= low <= high <= 1


SCORES = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 3), st.integers(1, 6)),
    elements=st.floats(-30, 30, width=32),
)
CHANCES = arrays.arrays(np.float32, st.tuples(st.integers(1, 3), st.integers(1, 6)), elements=st.floats(0, 1, width=32))


@given(SCORES)
def test_standings_are_finite_and_keep_the_order_of_the_scores(scores: npt.NDArray[np.float32]) -> None:
    found = standings(scores, scores.shape[1])

    assert np.isfinite(found).all()
    for row, score in zip(found, scores, strict=True):
        order = np.argsort(score, kind="stable")
        assert (np.diff(row[order]) >= -1e-4).all()


def test_a_score_stands_higher_the_farther_its_rival_is_behind_though_both_have_the_same_log_odds() -> None:
    ahead, level = np.log([[0.5, 0.01, 0.49], [0.5, 0.49, 0.01]]).astype(np.float32)

    clear, close = standings(np.stack([ahead, level]), 2)[:, 0]

    assert clear > close


@given(CHANCES)
def test_what_is_shared_is_no_more_than_one_and_no_more_than_before(chances: npt.NDArray[np.float32]) -> None:
    found = shared(chances)

    assert (found >= 0).all()
    assert (found <= chances + 1e-6).all()
    assert (found.sum(axis=1) <= 1 + 1e-5).all()


@given(CHANCES)
def test_sharing_keeps_the_best_in_front(chances: npt.NDArray[np.float32]) -> None:
    found = shared(chances)

    assert (found[np.arange(len(chances)), chances.argmax(axis=1)] >= found.max(axis=1) - 1e-6).all()


@pytest.mark.parametrize(
    ("chances", "expected"),
    [
        ([0.9], [0.9]),
        ([0.9, 0.0], [0.9, 0.0]),
        ([0.9, 0.9], [0.5, 0.5]),
        ([0.2, 0.2, 0.2], [0.2, 0.2, 0.2]),
        ([0.95, 0.3], [0.95, 0.05]),
    ],
)
def test_rivals_share_what_one_alone_may_have(chances: list[float], expected: list[float]) -> None:
    assert shared(np.array([chances], np.float32))[0].tolist() == pytest.approx(expected, abs=1e-3)
