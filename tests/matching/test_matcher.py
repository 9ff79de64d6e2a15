from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import encoder as wheel
from bot.faq.content import Faq
from bot.matching.matcher import CANDIDATES, Matcher
from bot.model import Evidence, Incident, Kind, Reading
from tests.matching.fakes import CHATTER, PARCELS, Trigrams, entry, faq, kind, reading

MATCHERS = {
    "without an encoder": Matcher(PARCELS, CHATTER),
    "with an encoder": Matcher(PARCELS, CHATTER, Trigrams()),
    "with nothing to compare with": Matcher(PARCELS),
}
TYPE, MESSAGE, STATUS, EXCEPTION = Kind.TYPE, Kind.MESSAGE, Kind.STATUS, Kind.EXCEPTION
IDS = [item.id for item in PARCELS.entries]
PHRASINGS = [
    (item.id, text)
    for item in PARCELS.entries
    for wording in item.wordings.values()
    for text in (wording.question, *wording.phrasings)
]
VALUES = st.sampled_from(
    ["wallet_empty", "label_rate", "blocked", "no funds left", "402", "403", "429", "Odd", "SlowDown"]
)
FOUND = st.lists(st.tuples(st.sampled_from(Kind), VALUES), max_size=4)
QUESTION = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(" ".join(text for _, text in PHRASINGS).split()), max_size=8).map(" ".join),
)
READINGS = st.builds(
    lambda question, found, vendor: reading(question, *found, vendor=vendor),
    QUESTION,
    FOUND,
    st.sampled_from([None, None, "another shop"]),
)
each = pytest.mark.parametrize("matcher", MATCHERS.values(), ids=MATCHERS.keys())


def confidence(matcher: Matcher, asked: Reading, of: str) -> float:
    """The confidence of the entry *of*; 0 where it is no candidate."""
    return next((match.confidence for match in matcher.rank(asked) if match.entry == of), 0.0)


@each
@given(READINGS)
def test_a_ranking_is_short_sure_of_its_order_and_says_the_same_twice(matcher: Matcher, asked: Reading) -> None:
    matches = matcher.rank(asked)

    confidences = [match.confidence for match in matches]
    assert len(matches) <= CANDIDATES
    assert len({match.entry for match in matches}) == len(matches)
    assert all(0 <= value <= 1 for value in confidences)
    assert confidences == sorted(confidences, reverse=True)
    assert matcher.rank(asked) == matches


@each
@given(READINGS)
def test_the_explanation_tells_of_the_ranking_that_was_made(matcher: Matcher, asked: Reading) -> None:
    explained = matcher.explain(asked)

    matches = matcher.rank(asked)
    assert [(s.entry, s.confidence) for s in explained.signals] == [(m.entry, m.confidence) for m in matches]
    assert explained.threshold == matcher.threshold
    for signals in explained.signals:
        position = IDS.index(signals.entry)
        labels = matcher.lesson.phrasings.labels.tolist()
        assert (signals.phrasing, position) in zip(matcher.lesson.phrasings.texts, labels, strict=True)
        assert (signals.meaning is None) == (matcher.lesson.likeness.encoder is None)
        assert 0 <= signals.by_words <= 1
        assert 0 <= signals.lexical <= 1 + 1e-5


@each
@pytest.mark.parametrize("question", ["", "  ", "please"])
@pytest.mark.parametrize("found", [(), ((STATUS, "418"),), ((TYPE, "unheard_of"),)])
def test_a_reading_with_nothing_to_go_by_has_no_candidates(
    matcher: Matcher, question: str, found: tuple[tuple[Kind, str], ...]
) -> None:
    matches = matcher.rank(reading(question, *found))

    assert matches == () if not question.strip() else all(match.confidence < 0.5 for match in matches)


@each
@pytest.mark.parametrize(("id_", "text"), PHRASINGS)
def test_a_phrasing_asked_word_for_word_wins_and_is_answered(matcher: Matcher, id_: str, text: str) -> None:
    for asked in (text, text.upper(), f"  {text} ", f"please tell me {text}"):
        best = matcher.rank(reading(asked))[0]

        assert best.entry == id_
        assert best.confidence >= max(matcher.threshold, 0.98999)


@each
@pytest.mark.parametrize("text", PARCELS.unanswered)
def test_what_the_file_says_it_does_not_answer_is_not_answered(matcher: Matcher, text: str) -> None:
    assert all(match.confidence < matcher.threshold for match in matcher.rank(reading(text)))


def test_a_phrasing_word_for_word_is_answered_even_where_another_is_as_good_as_the_same() -> None:
    alike = faq(entry("one", "May I open the box?", ["box"]), entry("two", "May I open the boxes?", ["boxes"]))

    matches = Matcher(alike, CHATTER).rank(reading("may i open the boxes?"))

    assert matches[0].entry == "two"
    assert matches[0].confidence == pytest.approx(0.99, abs=1e-3)


def test_a_phrasing_of_two_entries_vouches_for_neither() -> None:
    shared = faq(entry("a", "Which box?", ["the usual way"]), entry("b", "Which bag?", ["The usual way"]))

    matches = Matcher(shared).rank(reading("the usual way"))

    assert [match.entry for match in matches] == ["a", "b"]
    assert matches[0].confidence == pytest.approx(matches[1].confidence, abs=1e-5)
    assert matches[0].confidence < 0.99


@each
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("where is my parcle", "where is my parcel"),
        ("how mcuh is postgae", "how much is postage"),
        ("opning times on satruday", "opening times on saturday"),
        ("my walelt has no monye left", "my wallet has no money left"),
    ],
)
def test_slips_of_the_keyboard_change_nothing(matcher: Matcher, typed: str, meant: str) -> None:
    assert matcher.rank(reading(typed)) == matcher.rank(reading(meant))
    assert matcher.explain(reading(typed)).question == meant


def test_a_word_that_the_encoder_knows_is_no_slip() -> None:
    knowing, ignorant = Matcher(PARCELS, CHATTER, Trigrams(["marcel"])), Matcher(PARCELS, CHATTER, Trigrams())

    assert knowing.explain(reading("has marcel arrived")).question == "has marcel arrived"
    assert ignorant.explain(reading("has marcel arrived")).question == "has parcel arrived"


NAMED = replace(
    PARCELS,
    entries=tuple(
        replace(
            item,
            wordings={
                code: replace(wording, question=f"Parcelly: {wording.question}")
                for code, wording in item.wordings.items()
            },
        )
        for item in PARCELS.entries
    ),
)


def test_the_product_s_own_name_counts_for_nothing_where_every_entry_has_it() -> None:
    matcher = Matcher(NAMED, CHATTER)

    assert matcher.lesson.phrasings.names == ("parcelly",)
    assert not any("parcelly" in text for text in matcher.lesson.phrasings.texts)
    assert matcher.rank(reading("Parcelly where is my parcel")) == matcher.rank(reading("where is my parcel"))
    assert matcher.rank(reading("parcelly")) == matcher.rank(reading(""))


def test_a_name_that_tells_one_entry_from_the_others_stays() -> None:
    matcher = MATCHERS["without an encoder"]

    assert matcher.lesson.phrasings.names == ()


NUMBERED = Matcher(
    faq(
        entry("busy-503", "What does 503 mean?", ["503 all counters are busy"]),
        entry("late-parcel", "Why is my parcel late?", ["my parcel has not arrived"]),
    ),
    CHATTER,
)


def test_a_phrasing_of_two_entries_makes_neither_likelier_than_the_other_or_both_surer_than_one() -> None:
    twice = Matcher(
        faq(
            entry("late-parcel", "Why is my parcel late?", ["where is my parcel", "my parcel has not arrived"]),
            entry("lost-parcel", "Who pays for a lost parcel?", ["where is my parcel", "my parcel never came"]),
        ),
        CHATTER,
    )

    first, second = twice.rank(reading("where is my parcel"))

    assert first.confidence + second.confidence <= 1.001
    assert abs(first.confidence - second.confidence) < 0.2


@pytest.mark.parametrize("text", ["my parcel has 503 stamps", "it weighs 503 grams", "500 or 503 letters"])
def test_a_number_that_was_not_read_as_a_status_is_left_out(text: str) -> None:
    explained = NUMBERED.explain(reading(text))

    assert "50" not in explained.question
    assert NUMBERED.rank(reading(text)) == NUMBERED.rank(reading(text.replace("503", " ").replace("500", " ")))


def test_a_number_that_was_read_as_a_status_counts() -> None:
    plain, told = reading("i see a 503 here"), reading("i see a 503 here", (STATUS, "503"))

    assert NUMBERED.explain(told).question == "i see a 503 here"
    assert confidence(NUMBERED, told, "busy-503") > confidence(NUMBERED, plain, "busy-503") + 0.1


@pytest.mark.parametrize("text", ["it cost me 503.", "I paid 503. Where is it?"])
def test_a_number_at_the_end_of_a_sentence_is_left_out_as_well(text: str) -> None:
    assert "503" not in NUMBERED.explain(reading(text)).question


@pytest.mark.parametrize("text", ["version 1.503 of it", "503.5 grams", "part x503y", "1503 letters"])
def test_a_part_of_a_longer_number_or_name_is_no_status(text: str) -> None:
    assert NUMBERED.explain(reading(text)).question == text


@pytest.mark.parametrize("value", ["counter_closed_error", "Counter_Closed_Error"])
def test_an_error_beside_the_one_that_decides_does_not_speak_by_its_name(value: str) -> None:
    plain = reading(f"no longer {value}, now 503", (STATUS, "503"))
    over = Incident((Evidence(TYPE, "counter_closed_error", 1, 11),), settled=True)

    told = replace(plain, incidents=(over, Incident(plain.evidence)))

    assert NUMBERED.explain(told).question == "no longer , now 503"


def test_an_error_with_nothing_open_beside_it_speaks_by_its_name() -> None:
    over = Incident((Evidence(TYPE, "counter_closed_error", 1, 1),), settled=True)

    told = replace(reading("counter_closed_error is fixed"), incidents=(over,))

    assert NUMBERED.explain(told).question == "counter_closed_error is fixed"


@pytest.mark.parametrize("text", ["xparcelly", "parcellyx", "parcelly2"])
def test_a_name_of_the_product_is_not_cut_out_of_a_longer_word(text: str) -> None:
    assert Matcher(NAMED, CHATTER).explain(reading(f"is {text} late")).question == f"is {text} late"


def test_what_stands_in_the_place_of_a_secret_is_not_compared() -> None:
    matcher = MATCHERS["without an encoder"]

    assert matcher.rank(reading("my <KEY_1> parcel is late <E_MAIL_12>")) == matcher.rank(reading("my parcel is late"))


@each
@given(QUESTION, FOUND)
def test_an_error_of_another_vendor_is_never_answered(
    matcher: Matcher, question: str, found: list[tuple[Kind, str]]
) -> None:
    matches = matcher.rank(reading(question, *found, vendor="another shop"))

    ours = matcher.rank(reading(question, *found))
    assert [match.entry for match in matches] == [match.entry for match in ours]
    assert all(match.confidence <= 0.05 for match in matches)


@each
@pytest.mark.parametrize(
    ("found", "winner", "least"),
    [
        ([(TYPE, "wallet_empty")], "wallet-empty", 0.95),
        ([(TYPE, "label_rate")], "too-many-labels", 0.95),
        ([(MESSAGE, "no funds left"), (STATUS, "402")], "wallet-empty", 0.95),
        ([(TYPE, "wallet_empty"), (STATUS, "402"), (EXCEPTION, "SlowDown")], "wallet-empty", 0.95),
        ([(TYPE, "blocked")], "too-many-labels", 0.95),
        ([(TYPE, "blocked"), (STATUS, "403")], "wallet-empty", 0.95),
        ([(EXCEPTION, "SlowDown")], "too-many-labels", 0.75),
        ([(STATUS, "402"), (EXCEPTION, "SlowDown")], "wallet-empty", 0.4),
    ],
)
def test_evidence_alone_decides(matcher: Matcher, found: list[tuple[Kind, str]], winner: str, least: float) -> None:
    asked = reading("", *found)

    best = matcher.rank(asked)[0]

    assert (best.entry, best.confidence >= least) == (winner, True)
    assert best.evidence
    assert set(best.evidence) <= set(asked.evidence)


@each
def test_a_status_that_two_entries_claim_is_shared_between_them(matcher: Matcher) -> None:
    first, second, *rest = matcher.rank(reading("", (STATUS, "402")))

    assert {first.entry, second.entry} == {"wallet-empty", "too-many-labels"}
    assert first.confidence < matcher.threshold
    assert all(match.confidence < 0.05 for match in rest)


@each
@pytest.mark.parametrize("question", [text for _, text in PHRASINGS])
def test_an_error_type_outweighs_whatever_is_said_beside_it(matcher: Matcher, question: str) -> None:
    matches = matcher.rank(reading(question, (TYPE, "wallet_empty"), (STATUS, "402")))

    assert matches[0].entry == "wallet-empty"
    assert sum(match.confidence for match in matches if match.entry == "too-many-labels") < 0.001


@each
def test_a_status_raises_what_claims_it_and_words_decide_between_two(matcher: Matcher) -> None:
    words = reading("the label printer is slow")
    told = reading("the label printer is slow", (STATUS, "402"))

    assert confidence(matcher, told, "too-many-labels") >= confidence(matcher, words, "too-many-labels")
    assert matcher.rank(told)[0].entry == "too-many-labels"


@each
def test_an_unknown_error_type_makes_the_status_beside_it_weak(matcher: Matcher) -> None:
    known = reading("", (STATUS, "402"), (EXCEPTION, "SlowDown"))
    odd = reading("", (TYPE, "unheard_of"), (STATUS, "402"), (EXCEPTION, "SlowDown"))

    assert 0 < matcher.rank(odd)[0].confidence < 0.4 * matcher.rank(known)[0].confidence


@each
def test_an_unknown_error_type_makes_the_words_beside_it_weak(matcher: Matcher) -> None:
    question = "my parcel has not arrived"

    assert confidence(matcher, reading(question, (TYPE, "unheard_of")), "late-parcel") < matcher.threshold


def test_entries_that_fare_alike_keep_the_order_of_the_file() -> None:
    twins = faq(*(entry(f"e{number}", "?", errors=[kind("same_error")]) for number in range(9)))

    matches = Matcher(twins).rank(reading("", (TYPE, "same_error")))

    assert [match.entry for match in matches] == ["e0", "e1", "e2", "e3", "e4"]


@pytest.mark.parametrize("content", [faq(), faq(entry("a", "?")), faq(entry("a", "?", ["!"]), entry("b", "。"))])
@pytest.mark.parametrize(
    "asked", [reading(), reading("?"), reading("a"), reading("hi", (TYPE, "odd")), reading("𝔞\ud800")]
)
def test_a_file_with_next_to_nothing_in_it_ranks_all_the_same(content: Faq, asked: Reading) -> None:
    matcher = Matcher(content, CHATTER, Trigrams())

    assert len(matcher.rank(asked)) <= len(content.entries)


def test_an_entry_that_is_nothing_but_names_can_be_explained() -> None:
    entries = [entry(name, f"Parcelly {name}?") for name in ("boxes", "bags", "tubes")]
    matcher = Matcher(faq(*entries, entry("parcelly", "parcelly"), names=("parcelly",)), CHATTER)

    assert matcher.explain(reading("which boxes")).signals[0].entry == "boxes"


def test_the_real_encoder_finds_a_question_that_shares_no_word(tmp_path: Path) -> None:
    encoder = wheel.installed(tmp_path)
    if encoder is None:
        pytest.skip("the extra `semantic` is not installed")
    matcher = Matcher(PARCELS, CHATTER, encoder)

    for question, expected in [
        ("mi paquete todavía no ha llegado", "late-parcel"),
        ("how expensive would mailing that be", "shipping-price"),
        ("我搬家了，请送到新的住处", "change-address"),
    ]:
        assert matcher.rank(reading(question))[0].entry == expected
