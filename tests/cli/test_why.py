from collections.abc import Sequence

import pytest

from bot.cli.why import smallest_change, to_text
from bot.faq.content import Entry, ErrorPattern, Faq, Wording
from bot.matching.evidence import Claim, Verdict
from bot.matching.matcher import Explanation, Signals
from bot.model import Evidence, Kind, Match, Outcome, Reading, Reply

FAQ = Faq(
    "",
    ("en",),
    (
        Entry("wait", {"en": Wording("Throttled?", "Wait.")}, errors=(ErrorPattern(type="rate_limit"),)),
        Entry("pay", {"en": Wording("Empty?", "Pay.")}, errors=(ErrorPattern(status=402),)),
    ),
)
SEEN = Evidence(Kind.TYPE, "rate_limit", 3, 9)
THRESHOLD = 0.6


def reading(question: str, *evidence: Evidence) -> Reading:
    return Reading(question, question, (question,), "en", evidence=evidence)


def rank(asked: Reading) -> Sequence[Match]:
    """Knows "slow" or a type for one entry, "money" or 402 for the other, and gives evidence the last word."""
    values = {piece.value for piece in asked.evidence}
    wait = 0.9 if "rate_limit" in values else 0.7 * ("slow" in asked.question)
    pay = 0.95 if "402" in values else 0.65 * ("money" in asked.question or "钱" in asked.question)
    matches = (Match("wait", wait), Match("pay", pay))
    return sorted(matches, key=lambda match: -match.confidence)


@pytest.mark.parametrize(
    ("asked", "what", "then"),
    [
        (reading("is it slow without money"), "without “slow”", "pay"),
        (reading("is it slow"), "without “slow”", None),
        (reading("没钱了"), "without “钱”", None),
        (reading("is it slow, slow without money"), "with the status `402`", "pay"),
        (reading("why", SEEN), "without the type `rate_limit`", None),
        (reading("why"), "with the type `rate_limit`", "wait"),
    ],
)
def test_the_smallest_change_that_turns_the_result_is_found(asked: Reading, what: str, then: str | None) -> None:
    found = smallest_change(asked, FAQ, rank, THRESHOLD)

    assert found
    assert (found[0].what, found[1]) == (what, then)


def test_two_words_are_left_out_where_one_is_not_enough() -> None:
    def stubborn(asked: Reading) -> Sequence[Match]:
        return (Match("wait", 0.9 if {"slow", "late"} & set(asked.question.split()) else 0.1),)

    found = smallest_change(reading("too slow and late"), FAQ, stubborn, THRESHOLD)

    assert found
    assert found[0].what == "without “slow” and “late”"
    assert found[0].reading.question == "too and"


def test_there_may_be_no_small_change() -> None:
    assert smallest_change(reading("anything"), FAQ, lambda _: (Match("wait", 0.9),), THRESHOLD) is None


def test_the_text_shows_every_signal_the_runner_up_and_the_change() -> None:
    asked = reading("why is it slow", SEEN)
    explanation = Explanation(
        "why is it slow",
        Verdict((Claim("wait", Kind.TYPE, 1, (SEEN,)),), frozenset({"pay"})),
        THRESHOLD,
        (
            Signals("wait", 0.9, 0.7, "it is slow", 0.5, 0.25),
            Signals("pay", 0.2, 0.25, "no money", None, 0.05),
        ),
    )

    text = to_text(asked, Reply(Outcome.ANSWER, "Wait.", entries=("wait",)), explanation, None)

    assert text.splitlines() == [
        "compared   why is it slow",
        "evidence   type rate_limit, line 3, column 9",
        "claimed    by wait, on its type",
        "denied     by pay",
        "outcome    answer with wait",
        "threshold  0.600: an entry at or above it may be answered",
        "",
        "entry                       confidence  by words  meaning  words  most like",
        "wait                             0.900     0.700     0.50   0.25  it is slow",
        "pay                              0.200     0.250            0.05  no money",
        "",
        "runner-up  pay, 0.700 behind",
        "change     no small change would turn the result",
    ]


def test_the_text_tells_of_a_paste_without_words_from_another_vendor() -> None:
    asked = Reading("x", "", (), "en", vendor="Example Corp")

    text = to_text(asked, None, Explanation("", Verdict(), THRESHOLD, ()), None)

    assert text.splitlines()[:3] == [
        "compared   nothing: there are no words of the person",
        "vendor     Example Corp, so no entry is likely",
        "outcome    silence",
    ]


def test_the_text_says_what_the_change_brings() -> None:
    asked = reading("is it slow")
    explanation = Explanation("is it slow", Verdict(), THRESHOLD, ())

    text = to_text(asked, None, explanation, smallest_change(asked, FAQ, rank, THRESHOLD))

    assert text.splitlines()[-1] == "change     without “slow” it would be no answer"
