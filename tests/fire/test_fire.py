import re

import pytest

from bot.reading.folding import fold, squash
from tests.fire import figures
from tests.fire.bases import bases
from tests.fire.damage import DAMAGE
from tests.fire.judge import Judge, shipped, without_phrasings
from tests.fire.traces import generator, traces
from tests.fire.wrappers import WRAPPERS

SEED = 3
NUMBER = re.compile(r"\b[45]\d\d\b")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(without_phrasings(shipped()))


def test_a_wrapped_and_damaged_error_is_judged_as_the_bare_one(judge: Judge) -> None:
    same, wait = figures.under_fire(judge, 400, SEED)

    assert same.right >= 0.985, same.examples
    assert wait.wrong == 0, wait.examples


def test_an_empty_balance_is_never_told_to_wait(judge: Judge) -> None:
    score = figures.empty_balances(judge, 200, SEED)

    assert score.wrong == 0, score.examples


def test_the_last_open_error_wins(judge: Judge) -> None:
    read, ranked = figures.last_open(judge, 200, SEED)

    assert read.right >= 0.99, read.examples
    assert ranked.right >= 0.9, ranked.examples


def test_numbers_that_are_no_statuses_give_no_evidence(judge: Judge) -> None:
    score = figures.trapped(judge, 200, SEED)

    assert score.wrong == 0, score.examples


def test_traces_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    first = [trace.text for trace in traces(20, SEED)]

    assert first == [trace.text for trace in traces(20, SEED)]
    assert first != [trace.text for trace in traces(20, SEED + 1)]


def test_a_reader_that_stops_early_is_found_out(judge: Judge) -> None:
    same, _ = figures.under_fire(lambda text: judge(text[:200]), 100, SEED)

    assert same.right < 0.9


def test_a_reader_that_takes_the_status_for_the_type_is_found_out(judge: Judge) -> None:
    score = figures.empty_balances(lambda text: judge("HTTP 429" if "429" in text else text), 50, SEED)

    assert score.wrong > 0


def test_a_reader_that_takes_the_first_error_is_found_out(judge: Judge) -> None:
    read, _ = figures.last_open(lambda text: judge(text.split(" now")[0]), 100, SEED)

    assert read.right < 0.9


def test_a_reader_that_takes_any_number_for_a_status_is_found_out(judge: Judge) -> None:
    score = figures.trapped(lambda text: judge(" ".join(f"HTTP {one}" for one in NUMBER.findall(text))), 50, SEED)

    assert score.wrong > 25


def test_every_wrapper_and_every_damage_comes_up() -> None:
    every = list(traces(400, SEED))

    assert {name for one in every for name in one.wrappers} == {wrapper.name for wrapper in WRAPPERS}
    assert {name for one in every for name in one.damage} == set(DAMAGE)


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_leaves_what_decides(name: str) -> None:
    base = bases()[0]
    damaged = DAMAGE[name](f"before\n{base.text}\nafter", base, generator(name))

    plain = squash(fold(damaged))
    assert all(squash(one) in plain for one in base.told)
