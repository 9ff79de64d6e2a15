import math
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.lexical import ALL, MOST, STEMS, Floats, InvertedIndex, Lexicon
from bot.matching.text import character_features, normalise, word_features

WORD = st.sampled_from(["parcel", "parcels", "late", "429", "余额不足", "运费", "don't", "naïve", "한국", "x"])
TEXT = st.one_of(st.lists(WORD, max_size=6).map(" ".join), st.text(max_size=12).map(normalise))
TEXTS = st.lists(TEXT, min_size=1, max_size=8)
CUTS = {"w": word_features, "c": character_features}

Plain = Mapping[tuple[str, str], float]


def plain_vector(text: str, texts: Sequence[str]) -> Plain:
    """The vector of *text* by its definition, a float for each feature."""
    whole: dict[tuple[str, str], float] = {}
    counts = [Counter(feature for other in texts for feature in set(cut(other))) for cut in CUTS.values()]
    rarest = max((rarity(held, texts) for count in counts for held in count.values()), default=0.0)
    for (mark, cut), held in zip(CUTS.items(), counts, strict=True):
        block: dict[tuple[str, str], float] = {}
        strange = 0
        for feature, times in Counter(cut(text)).items():
            if feature in held:
                block[mark, feature] = (1 + math.log(times)) * rarity(held[feature], texts)
            else:
                strange += 1
        length = math.sqrt(sum(weight * weight for weight in block.values()) + strange * rarest**2)
        whole |= {feature: weight / length for feature, weight in block.items()}
    return whole


def rarity(held: int, texts: Sequence[str]) -> float:
    return 1 + math.log((1 + len(texts)) / (1 + held))


def plain_product(one: Plain, other: Plain) -> float:
    return sum(weight * other.get(feature, 0) for feature, weight in one.items())


def indexed(texts: Sequence[str], blocks: Sequence[str] = ALL) -> tuple[Lexicon, InvertedIndex]:
    lexicon = Lexicon.of(texts, blocks)
    return lexicon, InvertedIndex.of([lexicon.vector(text) for text in texts], len(lexicon.features))


def similarities(texts: Sequence[str], question: str, blocks: Sequence[str] = ALL) -> Floats:
    lexicon, index = indexed(texts, blocks)
    return index.similarities(lexicon.vector(question))


@given(TEXTS, TEXT)
def test_the_index_gives_the_cosines_that_their_definition_gives(texts: list[str], question: str) -> None:
    asked = plain_vector(question, texts)
    expected = [plain_product(asked, plain_vector(text, texts)) for text in texts]

    found = similarities(texts, question)

    assert found == pytest.approx(expected, abs=1e-5)


@given(TEXTS)
def test_a_text_is_as_like_itself_as_can_be_and_no_text_is_liker(texts: list[str]) -> None:
    for position, text in enumerate(texts):
        found = similarities(texts, text)

        blocks = sum(bool(cut(text)) for cut in CUTS.values())
        assert found[position] == pytest.approx(blocks, abs=1e-5)
        assert found.max() <= min(found[position], MOST) + 1e-5


@given(TEXTS)
def test_each_block_of_a_text_s_own_vector_has_length_one(texts: list[str]) -> None:
    lexicon, _ = indexed(texts)

    vector = lexicon.vector(texts[0])

    squares: Counter[str] = Counter()
    for feature, weight in zip(vector.features, vector.weights, strict=True):
        squares[lexicon.features[feature][0]] += weight * weight
    assert list(squares.values()) == pytest.approx([1] * len(squares), abs=1e-5)
    assert len(set(vector.features.tolist())) == len(vector.features)


@given(TEXTS, TEXT, st.randoms(use_true_random=False))
def test_the_order_of_the_texts_changes_nothing_but_the_order_of_the_products(
    texts: list[str], question: str, random: Random
) -> None:
    order = list(range(len(texts)))
    random.shuffle(order)

    shuffled = similarities([texts[place] for place in order], question)

    assert shuffled == pytest.approx(similarities(texts, question)[order], abs=1e-5)


@given(TEXTS, TEXTS)
def test_likeness_is_symmetric(texts: list[str], more: list[str]) -> None:
    every = texts + more
    lexicon, index = indexed(every)

    square = np.stack([index.similarities(lexicon.vector(text)) for text in every])

    assert square == pytest.approx(square.T, abs=1e-5)


@pytest.mark.parametrize("strange", ["zzz", "parcel zzz", "zzz qqq 日本"])
def test_strange_words_make_a_question_less_like_everything(strange: str) -> None:
    texts = ["parcel late", "late 429", "运费"]

    plain, stranger = similarities(texts, "late 429"), similarities(texts, f"late 429 {strange}")

    assert stranger[1] < plain[1]


@pytest.mark.parametrize("question", ["", "zzz qqq", "?!", "日本"])
def test_a_question_of_unknown_features_is_like_nothing(question: str) -> None:
    lexicon, index = indexed(["parcel late", "运费"])

    vector = lexicon.vector(question)

    assert len(vector.features) == len(vector.weights) == 0
    assert index.similarities(vector).tolist() == [0, 0]


@pytest.mark.parametrize("blocks", [ALL, STEMS])
@pytest.mark.parametrize(
    ("word", "held"), [("parcel", True), ("parcels", True), ("late", True), ("parce", False), ("", False)]
)
def test_a_word_is_held_in_any_of_its_forms(blocks: Sequence[str], word: str, held: bool) -> None:
    assert Lexicon.of(["parcels late"], blocks).holds(word) == held


def test_an_index_of_nothing_gives_nothing() -> None:
    assert similarities([], "parcel").tolist() == []


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("余额不足怎么办", "账户余额不足"),
        ("运费多少", "运费怎么算"),
        ("parcels", "my parcel"),
        ("deliveries late", "late delivery"),
        ("reschedulling", "reschedule it"),
    ],
)
def test_the_nearest_text_shares_its_rare_words_characters_or_pieces(question: str, nearest: str) -> None:
    texts = ["账户余额不足", "运费怎么算", "请求限流", "my parcel", "late delivery", "reschedule it", "my letter"]

    assert texts[int(similarities(texts, question).argmax())] == nearest


def test_words_alone_know_no_pieces_of_words() -> None:
    assert similarities(["reschedule it"], "rescheduly", STEMS).tolist() == [0]
    assert similarities(["reschedule it"], "rescheduly").tolist() != [0]


MANY = [f"order number{place} {'alpha' if place % 300 == 0 else 'beta'} {place % 1300}" for place in range(2600)]


def exact(texts: Sequence[str], question: str) -> Floats:
    """The products over the index, feature by feature, no feature passed over."""
    lexicon, index = indexed(texts, STEMS)
    vector = lexicon.vector(question)
    found = np.zeros(len(texts), np.float32)
    for feature, weight in zip(vector.features, vector.weights, strict=True):
        span = slice(index.starts[feature], index.starts[feature + 1])
        found[index.texts[span]] += weight * index.weights[span]
    return found


@pytest.mark.parametrize("question", ["order", "order beta", "order nothing"])
def test_among_many_texts_a_question_of_common_features_alone_is_compared_in_full(question: str) -> None:
    found = similarities(MANY, question, STEMS)

    assert found == pytest.approx(exact(MANY, question), abs=1e-5)


@pytest.mark.parametrize("question", ["order alpha", "order number7 beta 7", "order beta 1299", "beta number2599"])
def test_among_many_texts_those_that_share_a_rare_feature_are_compared_in_full_and_no_other_too_high(
    question: str,
) -> None:
    expected = exact(MANY, question)

    found = similarities(MANY, question, STEMS)

    front = found > 0
    assert 0 < front.sum() < len(MANY)
    assert found[front] == pytest.approx(expected[front], abs=1e-5)
    assert found.argmax() == expected.argmax()


def test_among_many_texts_only_the_front_gets_what_the_common_features_add() -> None:
    texts = [f"order {'rare' if place < 1000 else 'other'} {place % 7}" for place in range(2600)]
    expected = exact(texts, "order rare")

    found = similarities(texts, "order rare", STEMS)

    assert (np.abs(found - expected) < 1e-5).sum() == 200
    assert (found[np.abs(found - expected) < 1e-5] > 0).all()
    assert (found <= expected + 1e-5).all()
