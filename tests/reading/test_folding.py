import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.folding import Squashed, fold, squash

MARKED = st.text(st.sampled_from("a\n \t\"'\\“”４２９&lt;\x1b[31mu0041nr|>*`错\r"), max_size=60)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("４２９", "429"),
        ("a\u200bb\u00a0c", "a\0b c"),
        ("“type”: ‘x’", "\"type\": 'x'"),
        ("&lt;ak&gt; &quot;", '<   ak>    "     '),
        ("\x1b[31m429\x1b[0m", "     429    "),
        (r"\u003cak\u003e", "<     ak>     "),
        ("api-1  | 2026-08-19T03:58:05.4Z ERROR", " " * 32 + "ERROR"),
        (r"failed\nCaused by", "failed  Caused by"),
    ],
)
def test_folding_makes_plain_and_keeps_every_position(text: str, plain: str) -> None:
    assert fold(text) == plain


@given(st.one_of(st.text(), MARKED))
def test_folding_keeps_length_and_lines(text: str) -> None:
    folded = fold(text)

    assert len(folded) == len(text)
    assert folded.count("\n") == text.count("\n")


@given(st.one_of(st.text(), MARKED))
def test_every_squashed_character_knows_where_it_stood(text: str) -> None:
    squashed = Squashed(fold(text))

    for index, letter in enumerate(squashed.text):
        assert letter in squash(squashed.folded[squashed.origin(index)])


def test_a_long_text_is_squashed_with_true_origins() -> None:
    text = "a b\n" * 1000 + "NEEDLE"

    squashed = Squashed(text)

    assert squashed.origin(squashed.text.index("needle")) == text.index("NEEDLE")
