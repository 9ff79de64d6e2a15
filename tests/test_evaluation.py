import json

import pytest

from bot.evaluation import Case, EvaluationError, Score, Tally, Turn, Verdict, judge, labels, read_cases, summarise
from bot.model import Choice, Evidence, Kind, Match, Outcome, Reply

KNOWN = frozenset({"auth-401", "balance-403", "rate-limit-429"})
SEEN = Evidence(Kind.TYPE, "content_filter", 1, 1)


def label(**fields: object) -> Turn:
    (case,) = read_cases([json.dumps({"text": "?", **fields})], "f")
    return case.turns[0]


def turn(**fields: object) -> Turn:
    (case,) = read_cases([json.dumps({"turns": [{"user": "?", **fields}]})], "f")
    return case.turns[0]


def answer(*entries: str, claiming: str | None = None) -> Reply:
    candidates = (Match(claiming, 0.9, (SEEN,)),) if claiming else ()
    return Reply(Outcome.ANSWER, "...", entries=entries, confidence=0.9, candidates=candidates)


def clarify(*entries: str) -> Reply:
    return Reply(Outcome.CLARIFY, "Which?", choices=(*(Choice(e, e) for e in entries), Choice("none", None)))


@pytest.mark.parametrize(
    ("labelled", "reply", "verdict"),
    [
        (label(expected="auth-401"), answer("auth-401"), Verdict.RIGHT),
        (label(expected=["balance-403", "auth-401"]), answer("auth-401"), Verdict.RIGHT),
        (label(expected="auth-401"), answer("balance-403"), Verdict.WRONG),
        (label(expected="auth-401"), answer("auth-401", "balance-403"), Verdict.WRONG),
        (label(expected="auth-401"), Reply(Outcome.FALLBACK), Verdict.MISSED),
        (label(expected="auth-401"), clarify("balance-403"), Verdict.MISSED),
        (label(expected="auth-401"), clarify("balance-403", "auth-401"), Verdict.OFFERED),
        (label(expected="auth-401", abstain_ok=True), clarify("balance-403"), Verdict.RIGHT),
        (label(expected="auth-401", abstain_ok=True), answer("balance-403"), Verdict.WRONG),
        (label(expected=None), answer("auth-401"), Verdict.WRONG),
        (label(expected=None), clarify("auth-401"), Verdict.RIGHT),
        (label(expected=None), Reply(Outcome.ASK, "Which status?"), Verdict.RIGHT),
        (label(expected=None), Reply(Outcome.SMALL_TALK, "Hello."), Verdict.RIGHT),
        (label(expected=None), Reply(Outcome.HAND_OFF), Verdict.RIGHT),
        (label(expected=None), Reply(Outcome.SILENCE), Verdict.RIGHT),
        (label(expected="auth-401", all_of=["auth-401", "balance-403"]), answer("auth-401"), Verdict.INCOMPLETE),
        (turn(expect="auth-401", also_ok=["balance-403"]), answer("balance-403"), Verdict.RIGHT),
        (turn(expect="abstain"), Reply(Outcome.SMALL_TALK, "Glad to help."), Verdict.RIGHT),
        (turn(expect="abstain"), answer("auth-401"), Verdict.WRONG),
        (turn(expect="clarify"), clarify("auth-401"), Verdict.RIGHT),
        (turn(expect="clarify"), Reply(Outcome.ASK), Verdict.RIGHT),
        (turn(expect="clarify"), Reply(Outcome.FALLBACK), Verdict.MISSED),
        (turn(expect="clarify", also_ok=["abstain"]), Reply(Outcome.SMALL_TALK), Verdict.RIGHT),
        (turn(expect=["auth-401", "abstain"]), Reply(Outcome.FALLBACK), Verdict.RIGHT),
    ],
)
def test_a_reply_is_judged_by_its_label(labelled: Turn, reply: Reply, verdict: Verdict) -> None:
    assert judge(labelled, reply, KNOWN) is verdict


def test_all_of_several_questions_must_be_answered_in_any_order() -> None:
    both = ["auth-401", "balance-403"]

    verdict = judge(label(expected=both, all_of=both), answer("balance-403", "auth-401"), KNOWN)

    assert verdict is Verdict.RIGHT


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (answer("content-filter-400", claiming="content-filter-400"), Verdict.FURTHER),
        (answer("content-filter-400"), Verdict.WRONG),
        (answer("auth-401", claiming="auth-401"), Verdict.WRONG),
        (answer("content-filter-400", "auth-401", claiming="content-filter-400"), Verdict.WRONG),
    ],
)
def test_an_entry_that_no_label_names_is_right_on_a_null_line_where_it_claims_the_evidence(
    reply: Reply, verdict: Verdict
) -> None:
    assert judge(label(expected=None), reply, KNOWN) is verdict


def test_an_entry_that_no_label_names_is_wrong_where_the_label_names_another() -> None:
    reply = answer("content-filter-400", claiming="content-filter-400")

    assert judge(label(expected="auth-401"), reply, KNOWN) is Verdict.WRONG


def test_an_overloaded_server_stands_for_the_rate_limit_in_older_labels() -> None:
    reply = answer("engine-overloaded-429", claiming="engine-overloaded-429")

    assert judge(label(expected="rate-limit-429"), reply, KNOWN) is Verdict.RIGHT


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "f:2: this line is no JSON"),
        ("[" * 100_000, "f:2: this line is no JSON"),
        ("[]", "f:2: an object is needed"),
        ('{"text": "x"}', "f:2: a line needs text and expected"),
        ('{"text": 1, "expected": null}', "f:2: a line needs text"),
        ('{"text": "x", "expected": [1]}', "f:2: a line needs text"),
        ('{"turns": [{"user": "x"}]}', "f:2: a line needs text"),
        ('{"turns": ["x"]}', "f:2: a line needs text"),
        ('{"turns": 3}', "f:2: a line needs text"),
    ],
)
def test_a_faulty_line_is_named(line: str, complaint: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        read_cases(["", line], "f")

    assert str(caught.value).startswith(complaint)


def test_the_labels_are_all_entries_named_anywhere() -> None:
    cases = read_cases(
        [
            '{"text": "x", "expected": "a", "all_of": ["b"]}',
            '{"turns": [{"user": "x", "expect": "clarify", "also_ok": ["c", "abstain"]}]}',
        ],
        "f",
    )

    assert labels(cases) == {"a", "b", "c"}


def test_a_report_counts_each_turn_once_and_divides_wrong_answers_by_answers_given() -> None:
    case = Case(
        "c", "question", "en", (label(expected="auth-401"), label(expected=None), label(expected="balance-403"))
    )
    replies = (answer("balance-403"), answer("x", claiming="x"), Reply(Outcome.FALLBACK))
    scores = [Score(case, n, judge(case.turns[n - 1], reply, KNOWN), reply) for n, reply in enumerate(replies, 1)]

    report = summarise(scores)

    assert report.overall.accuracy == pytest.approx(1 / 3)
    assert report.overall.wrong_answers == pytest.approx(1 / 2)
    assert report.overall.coverage == pytest.approx(1 / 2)
    assert report.overall.verdicts[Verdict.FURTHER] == 1
    assert report.confusions == {("auth-401", "balance-403"): 1, ("balance-403", "fallback"): 1}
    assert report.kinds["question"].turns == report.languages["en"].turns == 3
    assert [(row["turn"], row["verdict"]) for row in report.to_json()["not_right"]] == [(1, "wrong"), (3, "missed")]


def test_a_report_over_nothing_has_no_division_by_zero() -> None:
    assert summarise([]).to_json()["overall"] == Tally().to_json()
