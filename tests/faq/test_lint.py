"""Advice about a file that loads: each rule speaks where it should, and is silent where it should be."""

from collections.abc import Sequence
from datetime import date

import pytest

from bot.faq.lint import Finding, Rank, lint
from bot.faq.lint.facts import facts, lacking
from bot.faq.load import parse_with_positions
from bot.model import Match

TODAY = date(2026, 11, 24)
FRESH = "verified_on: 2026-11-23"


def entry(name: str, more: str = "", phrasings: str = "[ask]", answer: str = "So.", zh: str = "") -> str:
    own = phrasings.replace("ask", f"ask about {name}")
    text = f"- id: {name}\n  question: What is {name}?\n  answer: {answer}\n  phrasings: {own}\n  {FRESH}\n"
    return (
        text
        + (f"  {more}\n" if more else "")
        + (f"  zh: {{question: 什么？, answer: {zh}, phrasings: [问]}}\n" if zh else "")
    )


def findings(text: str, rank: Rank | None = None) -> tuple[Finding, ...]:
    faq, positions = parse_with_positions(text.encode())
    return lint(faq, rank, positions, TODAY)


def lines(text: str, rank: Rank | None = None) -> list[str]:
    return [f"{found.line}:{found.column}: {found.code}: {found.message}" for found in findings(text, rank)]


def test_a_tidy_file_has_no_findings() -> None:
    assert lines(f"entries:\n{entry('a')}{entry('b')}") == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("[log me in]", "[log me out]", None),
        ("[log me in]", "[Log me in!]", "10:15: phrasing-under-two-entries: `Log me in!` stands under `a` (line 5)"),
        ("['ＡＰＩ key?']", "[api KEY]", "10:15: phrasing-under-two-entries: `api KEY` stands under `a` (line 5)"),
        ("[x]", "[what is a]", "10:15: phrasing-under-two-entries: `what is a` stands under `a` (line 3)"),
        ("['?']", "['!']", None),
        ("[x, y, 'X.']", "[z]", "5:21: phrasing-twice: `X.` stands here a second time (first in line 5)"),
        ("[what is a]", "[z]", None),
    ],
)
def test_a_phrasing_stands_in_one_place(first: str, second: str, expected: str | None) -> None:
    found = lines(f"entries:\n{entry('a', phrasings=first)}{entry('b', phrasings=second)}")

    assert [line.startswith(expected or "") for line in found] == [True] * (expected is not None)


def test_the_same_words_in_two_languages_of_an_entry_are_no_duplicate() -> None:
    text = f"languages: [en, zh]\nentries:\n{entry('a', zh='好')}".replace("[问]", "[ask about a]")

    assert lines(text) == []


@pytest.mark.parametrize(("listed", "expected"), [("refund", False), ("Ask: about a", True)])
def test_an_entry_answers_nothing_that_is_listed_as_unanswered(listed: str, expected: bool) -> None:
    found = lines(f"unanswered: [x, '{listed}']\nentries:\n{entry('a')}")

    assert [
        line.startswith("6:15: phrasing-unanswered: `ask about a` is listed under `unanswered` too (line 1)")
        for line in found
    ] == ([True] * expected)


@pytest.mark.parametrize(
    ("answer", "cut"),
    [
        ("See ticket #429", True),
        ("See #频道", True),
        ("'See ticket #429'", False),
        ("See ticket  # shortened", False),
        ("See ticket#429", False),
        ("|\n    See ticket #429", False),
    ],
)
def test_text_does_not_end_at_a_hash_unnoticed(answer: str, cut: bool) -> None:
    found = lines(f"entries:\n{entry('a', answer=answer)}")

    begin = f"4:{11 + answer.find('#')}: text-cut: a comment begins here" if cut else ""
    assert [line.startswith(begin) for line in found] == [True] * cut


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-24", None),
        ("2026-05-28", None),
        ("2026-05-27", "6:16: verified-long-ago: the answer was last checked 181 days ago"),
        ("2026-11-25", "6:16: verified-in-future: 2026-11-25 is still to come"),
        ("", "2:3: unverified: `a` has no `verified_on`"),
    ],
)
def test_an_answer_was_verified_lately(day: str, expected: str | None) -> None:
    found = lines(f"entries:\n{entry('a')}".replace(f"  {FRESH}\n", f"  verified_on: {day}\n" if day else ""))

    assert [line.startswith(expected or "") for line in found] == [True] * (expected is not None)


def test_an_entry_has_phrasings_in_every_language() -> None:
    text = f"languages: [en, zh]\nentries:\n{entry('a', phrasings='[]', zh='好')}".replace(", phrasings: [问]", "")

    assert lines(text) == [
        "3:3: no-phrasings: `a` has no `phrasings` in `en`: add some, as people really ask",
        "8:7: no-phrasings: `a` has no `phrasings` in `zh`: add some, as people really ask",
    ]


def test_an_entry_and_the_hand_off_have_every_language() -> None:
    assert lines(f"languages: [en, zh]\nhand_off: Ask.\nentries:\n{entry('a')}") == [
        "2:11: hand-off-missing: `hand_off` has nothing in `zh`: add the sentence",
        "4:3: language-missing: `a` has no `zh`: who asks in it is answered in another language",
    ]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("message: insufficient balance", None),
        ("message: 余额不足", None),
        ("message: error", "7:26: error-too-general: `error` stands in texts"),
        ("message: '*'", "7:26: error-too-general: `*` stands in texts"),
        ("message: '429 * 12345'", "7:26: error-too-general: `429 * 12345` stands in texts"),
        ("message: 余额", None),
        ("message: 错", "7:26: error-too-general: `错` stands in texts"),
        ("status: 404", None),
    ],
)
def test_a_message_is_particular(error: str, expected: str | None) -> None:
    found = lines(f"entries:\n{entry('a', f'not_errors: [{{{error}}}]')}")

    assert [line.startswith(expected or "") for line in found] == [True] * (expected is not None)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("[{status: 429}]", "[{status: 403}]", None),
        ("[{status: 429}]", "[{status: 429, type: busy_error}]", None),
        ("[{type: Busy_Error}]", "[{type: busy_error}]", "13:12: error-twice: this error is claimed by `a` (line 7)"),
        ("[{message: 'Too many'}]", "[{message: 'too  \"MANY'}]", "13:12: error-twice: this error is claimed by `a`"),
        ("[{message: 'reason: length'}]", "[{message: 'reason=length'}]", None),
        ("[{exception: E}, {exception: e}]", "[]", "7:28: error-twice: this error is claimed by this entry already"),
    ],
)
def test_an_error_is_claimed_once(first: str, second: str, expected: str | None) -> None:
    found = lines(f"entries:\n{entry('a', f'errors: {first}')}{entry('b', f'errors: {second}')}")

    assert [line.startswith(expected or "") for line in found] == [True] * (expected is not None)


def test_an_error_is_not_claimed_and_disclaimed() -> None:
    (found,) = lines(
        f"entries:\n{entry('a', 'errors: [{status: 429}]')}  not_errors: [{{status: 403}}, {{status: 429}}]\n"
    )

    assert found.startswith("8:31: error-contradicted: ")


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (2_000, []),
        (2_001, ["split into at least 2 messages on Discord (2,000 each)"]),
        (3_001, ["2 messages on Discord (2,000 each) and into several sections on Slack (3,000 each)"]),
        (10_001, ["6 messages on Discord (2,000 each) and into at least 2 messages on Slack (10,000 each)"]),
    ],
)
def test_a_long_answer_is_said_to_be_split(length: int, said: list[str]) -> None:
    found = findings(f"entries:\n{entry('a', answer='x' * length)}")

    assert [(part.line, part.column, part.code) for part in found] == [(4, 11, "answer-long")] * len(said)
    assert all(words in part.message for words, part in zip(said, found, strict=True))


def test_a_code_block_too_long_for_a_message_is_said_to_be_torn() -> None:
    block = f"|\n    ```\n    {'x' * 2_000}\n    ```"

    assert [part.code for part in findings(f"entries:\n{entry('a', answer=block)}")] == ["answer-long", "code-long"]


@pytest.mark.parametrize(
    ("english", "chinese", "missing"),
    [
        ("Wait 60 seconds.", "等待 60 秒。", {}),
        ("Wait 60 seconds.", "等待 30 秒。", {"numbers": ["60"]}),
        ("Wait 60 seconds.", "等待６０秒。", {}),
        ("Wait 3 times.", "等三次。", {}),
        ("Wait 3 times.", "等四次。", {"numbers": ["3"]}),
        ("At most 10,000 tokens.", "最多 1 万个 token。", {}),
        ("At most 10,000 tokens.", "最多 10000 个。", {}),
        ("At most 32k tokens.", "最多 32000 个。", {}),
        ("At most 1.50 times.", "最多 1.5 倍。", {}),
        ("On 23 November 2026.", "2026 年 11 月 23 日。", {}),
        ("Use K2.6, v1 or gpt4.", "使用它。", {}),
        ("1. Open it.\n2. Close it.", "打开，再关上。", {}),
        ("It costs $10.", "价格为 10 美元。", {}),
        ("It costs $10.", "价格为 10 元。", {"prices": ["USD 10"]}),
        ("It costs 1,000 yuan.", "价格为 ¥1000。", {}),
        ("It costs ¥50.", "价格为 ￥60。", {"prices": ["CNY 50"]}),
        ("See https://example.com/a.", "见 https://example.com/a。", {}),
        ("See https://example.com/a/", "见（https://example.com/a）", {}),
        ("See [here](https://example.com/a).", "见 https://example.com/b", {"URLs": ["https://example.com/a"]}),
        ("The type is busy_error.", "类型为`busy_error`。", {}),
        ("The type is busy_error.", "类型为 lazy_error。", {"error names": ["busy_error"]}),
        ("Set `max_tokens`.", "设置 max_tokens。", {}),
        ("Set ``a ` b``.", "设置它。", {"code": ["a ` b"]}),
        ("Set `max_tokens`.", "设置 `max_token`。", {"code": ["max_tokens"]}),
        ("Status `429`.", "状态 429。", {}),
        ("Status 429.", "状态 `429`。", {}),
        ("```\nrun(1)  # go\n```", "```\nrun(1)  # 走\n```", {}),
        ("```py\nsay('hello you')\n```", "```py\nsay('你好')\n```", {}),
        ("```\nrun(1)\n```", "```\nrun(2)\n```", {"code": ["run(1)"]}),
        ("~~~\nrun(1)\n~~~", "```\nrun(1)\n```", {}),
    ],
)
def test_a_translation_keeps_the_facts(english: str, chinese: str, missing: dict[str, list[str]]) -> None:
    assert lacking(english, chinese) == missing


def test_what_is_one_kind_of_fact_is_no_other() -> None:
    found = facts("Send `x_error 5` to https://example.com/7 for $8, or 9 of y_error.")

    assert [set(kind) for kind in found] == [{"x_error 5"}, {"https://example.com/7"}, {"y_error"}, {"USD 8"}, {"9"}]


def test_languages_that_disagree_are_found_where_the_fact_is_lacking() -> None:
    assert lines(f"languages: [en, zh]\nentries:\n{entry('a', answer='Wait 60 s.', zh='等 30 秒')}") == [
        "5:11: numbers-differ: `zh` has numbers that `en` has not: `30`",
        "8:31: numbers-differ: `en` has numbers that `zh` has not: `60`",
    ]


def test_many_lacking_facts_are_not_all_listed() -> None:
    (found,) = lines(f"languages: [en, zh]\nentries:\n{entry('a', answer='On 21 22 23 24 25 26.', zh='好')}")

    assert found.endswith("`21`, `22`, `23`, `24`, `25`, …")


class Fixed:
    """Ranks by a table from utterance to matches; what is not in it is won by the last word's entry."""

    def __init__(self, **table: Sequence[Match]) -> None:
        self.table = {text.replace("_", " "): matches for text, matches in table.items()}

    def __call__(self, text: str, language: str) -> Sequence[Match]:
        assert language == "en"
        return self.table.get(text, (Match(text.rstrip("?").split()[-1], 0.9),))


@pytest.mark.parametrize(
    ("matches", "expected"),
    [
        ((Match("a", 0.9), Match("b", 0.1)), None),
        ((Match("b", 0.9), Match("a", 0.3)), "is won by `b` (0.90, its own entry 0.30): reword it"),
        ((Match("b", 0.9),), "is won by `b` (0.90): reword it"),
        ((), "finds no entry, not even its own"),
    ],
)
def test_a_phrasing_wins_its_own_entry(matches: Sequence[Match], expected: str | None) -> None:
    found = lines(f"entries:\n{entry('a')}{entry('b')}", Fixed(ask_about_a=matches))

    assert [line.startswith("5:15: phrasing-lost: `ask about a` ") for line in found] == [True] * (expected is not None)
    assert all((expected or "") in line for line in found)


def test_a_question_wins_its_own_entry() -> None:
    (found,) = lines(f"entries:\n{entry('a')}{entry('b')}", Fixed(**{"What_is_a?": (Match("b", 0.5),)}))

    assert found.startswith("3:13: question-lost: `What is a?` is won by `b`")


@pytest.mark.parametrize(("runner_up", "confused"), [(0.1, False), (0.67, False), (0.68, True), (0.9, True)])
def test_entries_that_often_tie_are_hard_to_tell_apart(runner_up: float, confused: bool) -> None:
    tie = (Match("a", 0.9), Match("b", runner_up))
    rank = Fixed(ask_about_a=tie, **{"What_is_a?": tie})

    found = lines(f"entries:\n{entry('a')}{entry('b')}{entry('c')}", rank)

    begin = "7:3: hard-to-tell-apart: `b` is hard to tell apart from `a` (line 2): 2 of their 4 questions and phrasings"
    assert [line.startswith(begin) for line in found] == [True] * confused


def test_a_single_tie_makes_no_pair() -> None:
    tie = (Match("a", 0.9), Match("b", 0.9))

    assert lines(f"entries:\n{entry('a')}{entry('b')}", Fixed(ask_about_a=tie)) == []


def test_findings_come_in_the_order_of_the_file() -> None:
    text = f"entries:\n{entry('b', 'errors: [{message: nope}]', '[]')}{entry('a', phrasings='[x, x]')}"

    found = findings(text)

    assert len(found) == 3
    assert list(found) == sorted(found)
