from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.matching.spelling import Speller
from bot.matching.text import stem

TEXTS = ("my parcel is late", "parcels and letters", "membership of the counter", "运费 quota", "the the the")


def known_to_the_encoder(word: str) -> bool:
    return word in {"marcel", "latte"}


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(TEXTS, known_to_the_encoder)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("my parcle is lat", "my parcel is lat"),
        ("parcwel", "parcel"),
        ("parcl", "parcel"),
        ("parsel", "parcel"),
        ("memebrshp", "membership"),
        ("membrshipp fee", "membership fee"),
        ("quta", "quota"),
        ("运费 letetrs", "运费 letters"),
    ],
)
def test_a_slip_of_the_keyboard_becomes_the_nearest_word_of_the_file(speller: Speller, text: str, mended: str) -> None:
    assert speller.mend(text) == mended


@pytest.mark.parametrize(
    "text",
    [
        "parcel",
        "marcel latte",  # words of the encoder's
        "pracle",  # two edits away, too many for a short word
        "teh",  # too short to tell
        "zebra",
        "parcle's x-parcle parcle_x.parcle",  # pieces of names
        "parce1",
        "",
        "运费",
    ],
)
def test_what_is_right_or_too_far_from_all_stays(speller: Speller, text: str) -> None:
    assert speller.mend(text) == text


@given(st.text(alphabet="aelprc", min_size=4, max_size=10))
def test_a_mended_word_is_the_commonest_of_the_nearest(word: str) -> None:
    vocabulary = Counter({"parcel": 3, "place": 1, "clear": 2, "replace": 1, "caller": 2, "parallel": 1})
    reach = 1 if len(word) < 8 else 2
    near = [
        (distance, -count, other)
        for other, count in vocabulary.items()
        if (distance := OSA.distance(word, other)) <= reach
    ]
    right = word in vocabulary or stem(word) in {stem(other) for other in vocabulary}

    mended = Speller([" ".join(vocabulary.elements())], lambda _: False).mend(word)

    assert mended == (word if right or not near else min(near)[2])


def test_of_many_words_equally_near_the_commonest_is_taken() -> None:
    speller = Speller(["bark dark hark mark mark mark"], lambda _: False)

    assert speller.mend("xark") == "mark"


def test_a_nearer_word_is_taken_before_a_commoner_one() -> None:
    speller = Speller(["delivery deliverer deliverer deliverer"], lambda _: False)

    assert speller.mend("deliveryx") == "delivery"


@given(st.text())
def test_mending_twice_changes_no_more(text: str) -> None:
    speller = Speller(TEXTS, lambda _: False)

    once = speller.mend(text)

    assert speller.mend(once) == once
