import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.budget import Guess
from bot.reliability import Bin, bins, calibration_error


def guess(confidence: float, *, wrong: bool = False) -> Guess:
    return Guess(confidence, wrong, answerable=True)


def test_each_tenth_has_its_mean_confidence_and_its_share_of_right_ones() -> None:
    low, high = bins([guess(0.91), guess(0.12), guess(0.99), guess(0.18, wrong=True), guess(1.0)])

    assert (low.count, low.right, high.count, high.right) == (2, 0.5, 3, 1.0)
    assert low.confidence == pytest.approx(0.15)
    assert high.confidence == pytest.approx(2.9 / 3)
    assert 0 < high.lower < high.upper == 1


def test_a_question_without_a_candidate_is_left_out() -> None:
    assert bins([guess(0.0, wrong=True)]) == ()
    assert calibration_error(()) == 0


def test_the_calibration_error_weighs_the_bins_by_their_size() -> None:
    found = (Bin(30, 0.2, 0.1, 0.0, 0.3), Bin(10, 0.9, 0.9, 0.6, 1.0))

    assert calibration_error(found) == pytest.approx(0.075)


@given(st.lists(st.builds(guess, st.floats(0, 1), wrong=st.booleans())))
def test_no_guess_with_a_candidate_is_lost_and_the_error_is_a_share(seen: list[Guess]) -> None:
    found = bins(seen)

    assert sum(each.count for each in found) == sum(each.confidence > 0 for each in seen)
    assert all(each.lower <= each.right <= each.upper for each in found)
    assert 0 <= calibration_error(found) <= 1
