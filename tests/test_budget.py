import json
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.budget import Guess, at_most, guesses, lower_bound, plan, upper_bound
from bot.evaluation import Score, Verdict, labels, read_cases
from bot.model import Match, Outcome, Reply


def seen(right: int, wrong: int = 0, confidence: float = 0.9) -> list[Guess]:
    """Guesses of one confidence."""
    return [Guess(confidence, index < wrong, answerable=True) for index in range(right + wrong)]


@pytest.mark.parametrize("answers", [1, 10, 59, 149, 1000])
def test_none_wrong_has_the_bound_of_its_closed_form(answers: int) -> None:
    assert upper_bound(0, answers) == pytest.approx(1 - 0.05 ** (1 / answers), abs=1e-12)
    assert lower_bound(answers, answers) == pytest.approx(0.05 ** (1 / answers), abs=1e-12)
    assert lower_bound(0, answers) == 0
    assert upper_bound(answers, answers) == 1


@pytest.mark.parametrize(
    ("wrong", "answers", "lower", "upper"),
    [
        # The two-sided 90 % intervals of Clopper and Pearson, as the tables have them.
        (1, 10, 0.00512, 0.39416),
        (5, 10, 0.22244, 0.77756),
        (1, 100, 0.00051, 0.04656),
        (10, 100, 0.05526, 0.16372),
    ],
)
def test_the_bounds_are_those_of_the_tables(wrong: int, answers: int, lower: float, upper: float) -> None:
    assert lower_bound(wrong, answers) == pytest.approx(lower, abs=6e-5)
    assert upper_bound(wrong, answers) == pytest.approx(upper, abs=6e-5)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.001, 0.999))
def test_the_tail_is_the_plain_sum(wrong: int, answers: int, rate: float) -> None:
    plain = sum(comb(answers, count) * rate**count * (1 - rate) ** (answers - count) for count in range(wrong + 1))

    assert at_most(wrong, answers, rate) == pytest.approx(min(plain, 1), abs=1e-9)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_rate_lies_within_its_bounds_and_more_right_answers_lower_them(wrong: int, right: int) -> None:
    answers = wrong + right

    assert lower_bound(wrong, answers) <= (wrong / answers if answers else 0) <= upper_bound(wrong, answers)
    assert upper_bound(wrong, answers + 1) <= upper_bound(wrong, answers)


@pytest.mark.parametrize(("rate", "expected"), [(0.0, 1.0), (1.0, 0.0)])
def test_a_certain_rate_leaves_nothing_to_chance(rate: float, expected: float) -> None:
    assert at_most(3, 10, rate) == expected


def test_the_lowest_threshold_that_keeps_the_budget_is_taken() -> None:
    planned = plan([*seen(100, confidence=0.9), *seen(60, confidence=0.7), *seen(5, 5, confidence=0.4)], 0.02, 0.8)

    assert planned.kept is not None
    assert (planned.kept.threshold, planned.kept.answers, planned.kept.wrong) == (0.7, 160, 0)
    assert planned.kept.coverage == pytest.approx(160 / 170)
    assert planned.own.answers == 100
    assert planned.own.expected == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("right", "wrong", "missing"),
    [
        (149, 0, 0),  # 0.98 ** 149 is just below 5 %
        (148, 0, 1),
        (20, 0, 129),
        (0, 0, 149),
        (0, 1, 149),  # above its confidence there is no answer yet, and 149 right ones there would do
        (200, 1, 35),  # one wrong needs 236 answers
    ],
)
def test_thin_data_say_how_many_right_answers_are_missing(right: int, wrong: int, missing: int) -> None:
    planned = plan([*seen(right), *seen(0, wrong)], 0.02, 0.5)

    assert (planned.kept is None) == (missing > 0)
    assert planned.missing == missing


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.3, 0.6, 0.9]), st.booleans()), max_size=80), st.floats(0.05, 0.5))
def test_a_kept_threshold_is_within_the_budget_and_what_is_missing_is_enough(
    rows: list[tuple[float, bool]], budget: float
) -> None:
    before = [Guess(confidence, wrong, answerable=True) for confidence, wrong in rows]

    planned = plan(before, budget, 0.5)
    after = plan([*before, *seen(planned.missing, confidence=0.95)], budget, 0.5)

    assert after.kept is not None
    if planned.kept:
        assert planned.kept.upper <= budget + 1e-9
        assert planned.kept.threshold > 0


def test_equal_confidences_are_answered_together() -> None:
    planned = plan([*seen(149), *seen(0, 20)], 0.02, 0.5)

    assert planned.kept is None


def test_a_guess_is_the_best_candidate_whatever_the_outcome() -> None:
    cases = read_cases(
        [
            json.dumps({"text": "a", "expected": "hours"}),
            json.dumps({"text": "b", "expected": "parking"}),
            json.dumps({"text": "c", "expected": None}),
            json.dumps({"text": "d", "expected": "hours"}),
        ],
        "labelled.jsonl",
    )
    clarify = Reply(Outcome.CLARIFY, candidates=(Match("hours", 0.6), Match("parking", 0.4)))
    replies = (clarify, clarify, clarify, Reply(Outcome.FALLBACK))
    scores = [Score(case, 1, Verdict.MISSED, reply) for case, reply in zip(cases, replies, strict=True)]

    assert guesses(scores, labels(cases)) == (
        Guess(0.6, wrong=False, answerable=True),
        Guess(0.6, wrong=True, answerable=True),
        Guess(0.6, wrong=True, answerable=False),
        Guess(0.0, wrong=True, answerable=True),
    )


def test_the_plan_as_plain_values_keeps_the_exact_threshold() -> None:
    planned = plan(seen(200, confidence=0.123456789), 0.02, 0.5).to_json()

    assert planned["kept"]["threshold"] == 0.123456789
    assert (planned["missing"], planned["own"]["answers"]) == (0, 0)
