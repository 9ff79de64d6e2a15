"""Everything in a file is found again by its path."""

import pytest

from bot.faq.load import parse_with_positions
from bot.faq.positions import Lines, Positions

TEXT = """\
languages: [en, zh]
entries:
- id: a
  question: How?
  answer: So.
  zh:
    question: 怎样？
    answer: 这样。
    phrasings: [怎么, 如何]
- {id: b, question: Why?, answer: Because.}
"""


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ((), (1, 1), (1, 1)),
        (("languages", 1), (1, 17), (1, 17)),
        (("entries",), (3, 1), (2, 1)),
        (("entries", 0), (3, 3), (3, 3)),
        (("entries", 0, "question"), (4, 13), (4, 3)),
        (("entries", 0, "zh", "phrasings", 1), (9, 21), (9, 21)),
        (("entries", 1, "answer"), (10, 35), (10, 27)),
        (("entries", 1, "source"), (10, 3), (10, 3)),
        (("entries", 0, "zh", "phrasings", 2, "x"), (9, 16), (9, 5)),
        (("entries", 9), (3, 1), (2, 1)),
        (("names", 0), (1, 1), (1, 1)),
    ],
)
def test_a_path_leads_to_its_value_and_key(
    path: tuple[str | int, ...], value: tuple[int, int], key: tuple[int, int]
) -> None:
    _, positions = parse_with_positions(TEXT.encode())

    assert (positions.value(*path), positions.key(*path)) == (value, key)


def test_only_what_is_there_is_had() -> None:
    _, positions = parse_with_positions(TEXT.encode())

    assert positions.has("entries", 1, "answer")
    assert not positions.has("entries", 1, "zh")
    assert not positions.has("names")


def test_where_there_is_nothing_everything_is_at_the_start() -> None:
    nothing = Positions(Lines(""))

    assert nothing.value("entries", 0) == nothing.key("entries") == (1, 1)
    assert not nothing.has("entries")
