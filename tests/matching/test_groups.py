import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.groups import Groups

Rows = npt.NDArray[np.float32]

NUMBER = st.one_of(st.just(0.0), st.floats(0, 2, width=32))
TEXTS = st.lists(st.tuples(st.integers(0, 6), NUMBER, NUMBER), max_size=40).map(sorted)


@given(TEXTS)
def test_the_best_of_a_class_is_what_a_plain_search_finds(texts: list[tuple[int, float, float]]) -> None:
    labels = np.array([label for label, _, _ in texts], np.int32)
    rows = np.array([[one for _, one, _ in texts], [other for _, _, other in texts]], np.float32)

    found = Groups.of(labels).best(rows, 7)

    for row, best in zip(rows, found, strict=True):
        expected = [max(row[labels == label].tolist(), default=0.0) for label in range(7)]
        assert best.tolist() == expected


@pytest.mark.parametrize("told", [1, 100])
def test_the_best_is_the_same_where_few_numbers_tell_and_where_all_do(told: int) -> None:
    labels = np.repeat(np.arange(25, dtype=np.int32), 4)
    row = np.where(np.arange(100) % (100 // told) == 0, np.linspace(1, 2, 100), 0).astype(np.float32)

    found = Groups.of(labels).best(row[None], 25)[0]

    assert found.tolist() == row.reshape(25, 4).max(axis=1).tolist()


@given(TEXTS, st.integers(1, 4))
def test_the_best_few_are_averaged_or_all_where_there_are_fewer(
    texts: list[tuple[int, float, float]], few: int
) -> None:
    labels = np.array([label for label, _, _ in texts], np.int32)
    row = np.array([number for _, number, _ in texts], np.float32)
    classes = np.unique(labels)[::-1]

    found = Groups.of(labels).best_few(row, classes, few)

    expected = [np.mean(sorted(row[labels == label].tolist())[-few:]) for label in classes]
    assert found.tolist() == pytest.approx(expected, abs=1e-5)
