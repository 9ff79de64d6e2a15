import pytest

from bot.evaluation import Case, Score, Turn, Verdict
from bot.faq.content import Entry, Faq, Wording
from bot.model import Outcome, Reply
from bot.whatif import PHRASING, REMOVED, Change, Effect, compare, own_cases


def content(*, unanswered: tuple[str, ...] = (), **entries: tuple[str, ...]) -> Faq:
    """A content in which each entry has the given texts: a question, then phrasings."""
    return Faq(
        "",
        ("en",),
        tuple(Entry(id_, {"en": Wording(texts[0], "...", texts[1:])}) for id_, texts in entries.items()),
        unanswered=unanswered,
    )


def score(verdict: Verdict, *entries: str, kind: str = PHRASING, outcome: Outcome = Outcome.FALLBACK) -> Score:
    case = Case("case", kind, "en", (Turn("a text", "", ("hours",)),))
    return Score(case, 1, verdict, Reply(Outcome.ANSWER if entries else outcome, entries=entries))


def labels(old: Faq, new: Faq) -> dict[str, tuple[str, tuple[str, ...], bool]]:
    turns = ((case.kind, case.turns[0]) for case in own_cases(old, new))
    return {turn.text: (kind, turn.accepted, turn.abstaining) for kind, turn in turns}


def test_what_both_contents_hold_is_asked_once_and_expected_at_its_entry() -> None:
    both = content(hours=("When?", "opening times"))

    assert labels(both, both) == {
        "When?": (PHRASING, ("hours",), False),
        "opening times": (PHRASING, ("hours",), False),
    }


def test_a_dropped_phrasing_must_still_go_to_its_entry() -> None:
    assert labels(content(hours=("When?", "until when")), content(hours=("When?",)))["until when"] == (
        PHRASING,
        ("hours",),
        False,
    )


def test_a_phrasing_that_was_moved_is_expected_where_it_is_now() -> None:
    old, new = content(hours=("When?", "on Sunday")), content(hours=("When?",), sunday=("Sunday?", "on Sunday"))

    assert labels(old, new)["on Sunday"] == (PHRASING, ("sunday",), False)


def test_a_phrasing_that_is_now_declined_must_not_be_answered() -> None:
    old, new = content(hours=("When?", "on Mars")), content(hours=("When?",), unanswered=("on Mars",))

    assert labels(old, new)["on Mars"] == (PHRASING, (), True)


def test_nothing_is_expected_of_a_phrasing_whose_entry_is_gone() -> None:
    old, new = content(hours=("When?",), parking=("Where?",)), content(hours=("When?",))

    assert labels(old, new)["Where?"] == (REMOVED, (), False)


def test_a_text_of_two_entries_may_go_to_either() -> None:
    both = content(hours=("When?", "help"), parking=("Where?", "help"))

    assert labels(both, both)["help"] == (PHRASING, ("hours", "parking"), False)


@pytest.mark.parametrize(
    ("before", "after", "change", "effect"),
    [
        (score(Verdict.RIGHT, "hours"), score(Verdict.WRONG, "parking"), Change.ANSWER, Effect.REGRESSION),
        (score(Verdict.RIGHT, "hours"), score(Verdict.MISSED), Change.SILENT, Effect.REGRESSION),
        (score(Verdict.RIGHT, "hours"), score(Verdict.OFFERED), Change.SILENT, Effect.REGRESSION),
        (score(Verdict.RIGHT), score(Verdict.WRONG, "hours"), Change.STARTED, Effect.REGRESSION),
        (score(Verdict.MISSED), score(Verdict.WRONG, "parking"), Change.STARTED, Effect.REGRESSION),
        (score(Verdict.WRONG, "parking"), score(Verdict.RIGHT, "hours"), Change.ANSWER, Effect.IMPROVEMENT),
        (score(Verdict.MISSED), score(Verdict.RIGHT, "hours"), Change.STARTED, Effect.IMPROVEMENT),
        (score(Verdict.WRONG, "parking"), score(Verdict.MISSED), Change.SILENT, Effect.IMPROVEMENT),
        (score(Verdict.WRONG, "parking"), score(Verdict.WRONG, "cafe"), Change.ANSWER, Effect.NEUTRAL),
        (score(Verdict.RIGHT), score(Verdict.FURTHER, "new"), Change.STARTED, Effect.NEUTRAL),
        (score(Verdict.MISSED), score(Verdict.OFFERED, outcome=Outcome.CLARIFY), Change.SAME, Effect.NEUTRAL),
        (
            score(Verdict.WRONG, "gone", kind=REMOVED),
            score(Verdict.MISSED, kind=REMOVED),
            Change.SILENT,
            Effect.NEUTRAL,
        ),
    ],
)
def test_a_difference_is_named_and_weighed(before: Score, after: Score, change: Change, effect: Effect) -> None:
    (difference,) = compare([before], [after]).differences

    assert (difference.change, difference.effect) == (change, effect)


def test_equal_replies_are_no_difference() -> None:
    compared = compare([score(Verdict.RIGHT, "hours")], [score(Verdict.RIGHT, "hours")])

    assert (compared.asked, compared.differences) == (1, ())


def test_regressions_come_first() -> None:
    right, wrong, missed = score(Verdict.RIGHT, "hours"), score(Verdict.WRONG, "cafe"), score(Verdict.MISSED)

    compared = compare([wrong, right], [right, missed])

    assert [difference.effect for difference in compared.differences] == [Effect.REGRESSION, Effect.IMPROVEMENT]
    assert compared.to_json()["regressions"] == compared.to_json()["improvements"] == 1


def test_no_secret_of_a_labelled_question_is_shown() -> None:
    secret = "sk-" + "EXAMPLE" * 6
    case = Case("case", "question", "en", (Turn(f"why is {secret} refused", "", ("hours",)),))
    before, after = Score(case, 1, Verdict.MISSED, Reply(Outcome.FALLBACK)), score(Verdict.RIGHT, "hours")

    (difference,) = compare([before], [Score(case, 1, Verdict.RIGHT, after.reply)]).differences

    assert secret not in difference.question
    assert secret not in str(difference.to_json())
