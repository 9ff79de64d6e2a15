from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.content import Entry, Faq
from bot.matching import learning
from bot.matching.calibration import PRIOR
from bot.matching.learning import _small, _threshold, learn, recall
from bot.matching.likeness import Likeness
from bot.matching.meaning import Encoder
from bot.matching.phrasings import collect
from bot.matching.scorers import Learned, Nearest
from tests.matching.fakes import CHATTER, PARCELS, Trigrams, entry, faq

ENCODERS: tuple[Encoder | None, ...] = (None, Trigrams())
QUESTIONS = ("where is my parcel", "cost of postage please", "运费多少钱", "wrong street", "sing me a song", "", "?")
both = pytest.mark.parametrize("encoder", ENCODERS, ids=["without an encoder", "with an encoder"])


def probabilities(lesson: learning.Lesson, questions: Sequence[str] = QUESTIONS) -> list[list[float]]:
    return [lesson.probabilities(question).tolist() for question in questions if question]


@both
def test_learning_twice_gives_the_very_same_lesson(encoder: Encoder | None) -> None:
    first, second = learn(PARCELS, CHATTER, encoder), learn(PARCELS, CHATTER, encoder)

    assert (first.scale, first.threshold) == (second.scale, second.threshold)
    assert probabilities(first) == probabilities(second)


@both
@pytest.mark.parametrize("most", [3000, 10], ids=["learnt", "nearest"])
def test_a_lesson_recalled_gives_the_very_same_probabilities(
    encoder: Encoder | None, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "_LEARNABLE", most)
    lesson = learn(PARCELS, CHATTER, encoder)

    recalled = recall(PARCELS, lesson.to_arrays(), encoder)

    assert type(recalled.scorer) is type(lesson.scorer)
    assert (recalled.scale, recalled.threshold) == (lesson.scale, lesson.threshold)
    assert (recalled.phrasings.texts, recalled.phrasings.own) == (lesson.phrasings.texts, lesson.phrasings.own)
    assert recalled.phrasings.verbatim() == lesson.phrasings.verbatim()
    assert probabilities(recalled) == probabilities(lesson)


@pytest.mark.parametrize(
    "missing", ["phrasings", "labels", "own", "names", "features", "rarity", "starts", "texts", "weights", "trust"]
)
def test_arrays_that_lack_something_are_refused(missing: str) -> None:
    arrays = dict(learn(PARCELS, CHATTER, None).to_arrays())
    del arrays[missing]

    with pytest.raises(KeyError):
        recall(PARCELS, arrays, None)


def test_arrays_learnt_without_an_encoder_are_refused_where_there_is_one() -> None:
    arrays = learn(PARCELS, CHATTER, None).to_arrays()

    with pytest.raises(KeyError):
        recall(PARCELS, arrays, Trigrams())


@pytest.mark.parametrize(
    "wrong",
    [
        {"trust": np.zeros(0)},
        {"phrasings": np.array([255, 254], np.uint8)},
        {"labels": np.array(["a", "b"])},
        {"weights": np.array(["heavy"])},
        {"starts": np.array(["first"])},
    ],
    ids=", ".join,
)
def test_arrays_of_something_else_are_refused(wrong: Mapping[str, Any]) -> None:
    arrays = {**learn(PARCELS, CHATTER, None).to_arrays(), **wrong}

    with pytest.raises(ValueError, match=r"."):
        recall(PARCELS, arrays, None)


@pytest.mark.parametrize("wrong", [{"own": np.array([1, 2])}, {"trust": np.zeros(3)}, {"trust": np.zeros(5)}])
def test_arrays_of_another_count_of_numbers_are_refused(wrong: Mapping[str, Any]) -> None:
    arrays = {**learn(PARCELS, CHATTER, None).to_arrays(), **wrong}

    with pytest.raises(ValueError, match=r"."):
        recall(PARCELS, arrays, None)


@pytest.mark.parametrize("other", [replace(PARCELS, entries=PARCELS.entries[:3]), faq(entry("one", "Which one?"))])
def test_a_lesson_of_another_file_is_refused(other: Faq) -> None:
    arrays = learn(PARCELS, CHATTER, None).to_arrays()

    with pytest.raises((KeyError, ValueError)):
        recall(other, arrays, None)


@both
def test_chatter_that_intrudes_on_an_entry_is_not_held_against_it(encoder: Encoder | None) -> None:
    intruders = ("where is my parcel now", "how much is the postage", "运费是怎么算的")

    lesson = learn(PARCELS, (*CHATTER, *intruders), encoder)

    unanswered = lesson.phrasings.texts[lesson.phrasings.own :]
    assert not set(intruders) & set(unanswered)
    assert {"play some quiet music", "lunch at noon, anyone?"} <= set(unanswered)


@both
def test_intruding_chatter_changes_no_confidence(encoder: Encoder | None) -> None:
    plain = learn(PARCELS, CHATTER, encoder)

    disturbed = learn(PARCELS, (*CHATTER, "where is my parcel?", "how much is the postage?"), encoder)

    assert probabilities(disturbed) == probabilities(plain)


@both
def test_what_the_file_says_it_does_not_answer_is_never_dropped(encoder: Encoder | None) -> None:
    told = replace(PARCELS, unanswered=(*PARCELS.unanswered, "where is my parcel for the moon"))

    before = learn(PARCELS, CHATTER, encoder).probabilities("where is my parcel for the moon")
    after = learn(told, CHATTER, encoder).probabilities("where is my parcel for the moon")

    assert after[0] < before[0] / 2


@both
@pytest.mark.parametrize("chatter", [CHATTER, ()], ids=["with chatter", "without chatter"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_file_of_one_or_two_bare_questions_prefers_the_right_one(
    encoder: Encoder | None, chatter: Sequence[str], count: int
) -> None:
    entries = (entry("late-parcel", "Why is my parcel late?"), entry("price", "What does shipping cost?"))[:count]

    lesson = learn(faq(*entries), chatter, encoder)

    for position, question in enumerate(("why is my parcel late", "what does shipping cost")[:count]):
        chances = lesson.probabilities(question)
        assert chances.argmax() == position
        assert np.isfinite(chances).all()
        assert chances[position] > lesson.probabilities("sing me a song")[position]
    assert 0.75 <= lesson.threshold <= 1


def test_a_file_without_a_text_is_answered_with_nothing() -> None:
    lesson = learn(faq(), (), None)

    assert (lesson.phrasings.texts, lesson.scale, lesson.threshold) == ((), PRIOR, 1)


def generated(count: int) -> Faq:
    """A file of *count* distinct questions, in which each word stands in many."""
    verbs = ("open", "close", "paint", "move", "clean", "lock", "sell", "lend", "mend", "count")
    things = ("door", "window", "table", "garden", "ladder", "bottle", "basket", "carpet", "mirror", "candle")
    places = ("north", "south", "attic", "cellar", "kitchen", "stable", "tower", "chapel", "harbour", "market")
    days = ("monday", "tuesday", "friday", "easter", "christmas", "winter", "summer", "spring", "autumn", "midnight")
    combined = list(product(verbs, things, places, days))[:: 10_000 // count][:count]
    return faq(
        *(
            entry(f"e{number}", f"How do I {verb} the {thing} of the {place} at {day}?")
            for number, (verb, thing, place, day) in enumerate(combined)
        )
    )


def reworded(item: Entry) -> str:
    return item.wordings["en"].question.lower().replace("how do i", "who will").replace(" of the ", " in the ")


@pytest.mark.parametrize("count", [250, 10_000])
def test_each_of_very_many_bare_questions_ranks_first_even_when_it_is_asked_otherwise(count: int) -> None:
    content = generated(count)

    lesson = learn(content, CHATTER, None)

    for position in range(0, count, count // 50):
        item = content.entries[position]
        assert lesson.probabilities(item.wordings["en"].question.lower()).argmax() == position
        assert lesson.probabilities(reworded(item)).argmax() == position
    assert isinstance(lesson.scorer, Nearest if count == 10_000 else Learned)


def test_a_large_file_gives_a_stranger_less_than_its_own_questions() -> None:
    content = generated(4000)

    lesson = learn(content, CHATTER, None)

    own = lesson.probabilities(reworded(content.entries[77])).max()
    strange = max(lesson.probabilities(line).max() for line in CHATTER)
    assert strange < own


@both
def test_both_ways_to_score_mostly_agree_on_a_small_file(
    encoder: Encoder | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        "parcel still not arrived",
        "postage price",
        "change the street on my delivery",
        "open on saturday evening",
        "no money in my wallet",
        "print labels slower",
        "我的快递迟到了",
        "寄包裹多少钱",
        "地址怎么修改",
        "is it free to ship",
    ]
    learnt = learn(PARCELS, CHATTER, encoder)
    monkeypatch.setattr(learning, "_LEARNABLE", 10)

    nearest = learn(PARCELS, CHATTER, encoder)

    assert (type(learnt.scorer), type(nearest.scorer)) == (Learned, Nearest)
    same = [learnt.probabilities(q).argmax() == nearest.probabilities(q).argmax() for q in asked]
    assert sum(same) >= 0.8 * len(asked)


@given(
    st.lists(st.tuples(st.floats(0, 1, width=32), st.floats(0.125, 9)), min_size=1, max_size=20),
    st.floats(0, 0.2),
)
def test_the_threshold_is_the_lowest_confidence_that_keeps_the_answers_within_the_budget(
    cases: list[tuple[float, float]], budget: float
) -> None:
    confidences = np.array([confidence for confidence, _ in cases], np.float32)
    weight = np.array([weight for _, weight in cases])
    kept = []
    for lowest in confidences:
        given_ = confidences >= lowest
        if (weight[given_] * (1 - confidences[given_])).sum() <= budget * weight[given_].sum() + 1e-6:
            kept.append(float(lowest))

    found = _threshold(confidences, weight, budget)

    assert 0.75 <= found <= 1
    assert found <= max(0.75, min(kept, default=1.0)) + 1e-6


def test_no_budget_leaves_nothing_but_certainty() -> None:
    assert _threshold(np.array([0.8, 0.9, 0.85], np.float32), np.ones(3), 0) == 1


def test_few_cases_that_lie_far_apart_do_not_drive_the_threshold_to_the_surest() -> None:
    assert _threshold(np.array([0.999, 0.5], np.float32), np.ones(2), 0.1) < 0.95


def test_a_phrasing_does_not_lead_by_its_likeness_to_itself() -> None:
    phrasings = collect(faq(entry("1x", "Zebra?"), entry("2y", "Comet?"), entry("3z", "Fjord?")))

    taught = _small(phrasings, Likeness.of(phrasings.texts, None), ())

    assert taught.alone.leads.tolist() == [0] * len(phrasings.texts)
