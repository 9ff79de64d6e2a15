import numpy as np
import pytest

from bot.matching.meaning import LONGEST, as_question, likeness


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("where is it", "where is it?"),
        ("it is late.", "it is late?"),
        ("在哪里？！", "在哪里?"),
        ("why ? ?", "why?"),
        ("", "?"),
    ],
)
def test_every_text_is_shown_to_the_encoder_as_a_question(text: str, shown: str) -> None:
    assert as_question(text) == shown


def test_only_the_beginning_of_a_long_text_is_shown_to_the_encoder() -> None:
    assert as_question("a" * 9000) == "a" * LONGEST + "?"


def test_likeness_is_one_for_the_same_meaning_and_falls_with_the_angle() -> None:
    vectors = np.array([[1, 0], [0, 1], [-1, 0]], np.float32)

    found = likeness(vectors[:1], vectors)[0].tolist()

    assert found[0] == pytest.approx(1)
    assert 1 > found[1] > found[2] > 0
