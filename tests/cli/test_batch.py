import json
import math
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.batch import answer_lines, read_line, to_line, to_object
from bot.model import Choice, Evidence, Kind, Match, Message, Outcome, Place, Reply

KEYS = [
    "id",
    "outcome",
    "entry",
    "entries",
    "confidence",
    "candidates",
    "evidence",
    "language",
    "text",
    "choices",
    "ms",
]


async def echo(message: Message) -> Reply | None:
    """Answers with the message itself; falls over "fall", and is silent to what it overhears."""
    if message.text == "fall":
        raise ZeroDivisionError(message.text)
    return Reply(Outcome.FALLBACK, message.text) if message.addressed else None


def answers(*lines: str | bytes | dict[str, object]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer_lines(map(encoded, lines), echo)]


def encoded(line: str | bytes | dict[str, object]) -> bytes:
    if isinstance(line, bytes):
        return line
    return (json.dumps(line) if isinstance(line, dict) else line).encode() + b"\n"


def test_each_line_is_answered_in_order_with_the_keys_of_the_contract_in_their_order() -> None:
    first, second = answers({"id": "a", "text": "one"}, {"id": "b", "text": "two"})

    assert list(first) == list(second) == KEYS
    assert (first["id"], first["text"], second["id"], second["text"]) == ("a", "one", "b", "two")


def test_a_reply_keeps_all_that_the_contract_names() -> None:
    seen = Evidence(Kind.STATUS, "429", 3, 7)
    reply = Reply(
        Outcome.ANSWER,
        "Wait.",
        "zh",
        entries=("x", "y"),
        confidence=0.87654321,
        candidates=tuple(Match(f"e{n}", 0.9 - n / 10) for n in range(7)),
        evidence=(seen,),
        choices=(Choice("More", "z"), Choice("None", None)),
    )

    fields = to_object(7, reply, 1.23456)

    assert fields == {
        "id": 7,
        "outcome": "answer",
        "entry": "x",
        "entries": ["x", "y"],
        "confidence": 0.8765,
        "candidates": [
            {"entry": "e0", "confidence": 0.9},
            {"entry": "e1", "confidence": 0.8},
            {"entry": "e2", "confidence": 0.7},
            {"entry": "e3", "confidence": 0.6},
            {"entry": "e4", "confidence": 0.5},
        ],
        "evidence": [{"kind": "status", "value": "429", "line": 3}],
        "language": "zh",
        "text": "Wait.",
        "choices": [{"label": "More", "entry": "z"}, {"label": "None", "entry": None}],
        "ms": 1.235,
    }


def test_no_reply_is_silence() -> None:
    (silent,) = answers({"id": 1, "text": "overheard", "addressed": False})

    assert (silent["outcome"], silent["entry"], silent["confidence"]) == ("silence", None, None)


@pytest.mark.parametrize("identity", ["x", "", 0, -1.5, True, None, [1, "a"], {"k": [None]}, "\ud800", 10**300])
def test_an_id_of_any_type_comes_back_as_it_was(identity: object) -> None:
    (answered,) = answers({"id": identity, "text": "hi"})

    assert answered["id"] == identity


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 1: this is no JSON: Expecting property name enclosed in double quotes at column"),
        ("[]", "line 1: an object is needed"),
        ("null", "line 1: an object is needed"),
        (b"\xff\xfe\n", "line 1: this is not UTF-8"),
        ('{"id": 1}', "line 1: text is missing"),
        ('{"id": 1, "text": null}', "line 1: text is missing"),
        ('{"id": 1, "text": 5}', "line 1: text must be a string"),
        ('{"id": 1, "text": ["a"]}', "line 1: text must be a string"),
        ('{"id": 1, "text": "a", "thread": {}}', "line 1: thread must be a string"),
        ('{"id": 1, "text": "a", "author": true}', "line 1: author must be a string"),
        ('{"id": 1, "text": "a", "addressed": "no"}', "line 1: addressed must be true or false"),
        ('{"id": NaN, "text": "a"}', "line 1: this JSON cannot be read: NaN is no JSON"),
        ('{"id": 1e999, "text": "a"}', "line 1: this JSON cannot be read: a number is too large"),
        ('{"id": ' + "9" * 5000 + ', "text": "a"}', "line 1: this JSON cannot be read: Exceeds the limit"),
        ("[" * 100_000, "line 1: this JSON cannot be read: maximum recursion depth exceeded"),
    ],
)
def test_a_line_that_cannot_be_used_says_why_and_the_rest_goes_on(line: str | bytes, complaint: str) -> None:
    bad, good = answers(line, {"id": 2, "text": "hi"})

    assert list(bad) == ["id", "error"]
    assert bad["id"] is None
    assert bad["error"].startswith(complaint)
    assert (good["id"], good["text"]) == (2, "hi")


def test_a_question_that_fails_does_not_take_the_others_along_nor_show_what_was_asked() -> None:
    failed, good = answers({"id": 1, "text": "fall"}, {"id": 2, "text": "hi"})

    assert failed == {"id": 1, "error": "line 1: this could not be answered (ZeroDivisionError)"}
    assert good["id"] == 2


def test_a_confidence_that_is_no_number_is_a_failure_and_not_broken_json() -> None:
    async def confused(_: Message) -> Reply:
        return Reply(Outcome.FALLBACK, confidence=math.nan)

    (failed,) = answer_lines([encoded({"id": 1, "text": "hi"})], confused)

    assert json.loads(failed) == {"id": 1, "error": "line 1: this could not be answered (ValueError)"}


def test_empty_lines_and_a_byte_order_mark_are_passed_over() -> None:
    answered = answers(b'\xef\xbb\xbf{"id": 1, "text": "hi"}\r\n', b"\r\n", b"  \n", b'{"id": 2, "text": "ho"}')

    assert [fields["id"] for fields in answered] == [1, 2]


def test_a_line_of_many_megabytes_is_answered() -> None:
    (answered,) = answers({"id": 1, "text": "x" * 5_000_000})

    assert len(answered["text"]) == 5_000_000


def test_each_line_is_answered_before_the_next_is_read() -> None:
    taken: list[int] = []

    def lines() -> Iterable[bytes]:
        for number in (1, 2):
            taken.append(number)
            yield encoded({"id": number, "text": "hi"})

    answered = answer_lines(lines(), echo)
    next(iter(answered))

    assert taken == [1]


def test_lines_of_one_thread_share_a_place_and_lines_without_one_do_not() -> None:
    fields: list[dict[str, object]] = [{"thread": "t"}, {"thread": "t"}, {}, {}, {"thread": "line 3"}, {"thread": 3}]

    places = [read_line(encoded({"text": "x", **each}), number).message.place for number, each in enumerate(fields, 1)]

    assert places[0] == places[1]
    assert len(set(places)) == 5


def test_equal_ids_are_events_of_their_own() -> None:
    first, second = (read_line(encoded({"id": "same", "text": "x"}), number).message for number in (1, 2))

    assert first.event != second.event


def test_a_line_says_who_wrote_it_and_whether_it_was_for_the_bot() -> None:
    line = encoded({"id": 1, "text": "x", "thread": "t", "author": "ann", "addressed": False})

    message = read_line(line, 4).message

    assert message == Message("line 4", Place("batch", thread="thread t"), "ann", "x", addressed=False)


def test_half_a_surrogate_pair_does_not_reach_the_desk() -> None:
    message = read_line(b'{"text": "a\\ud800b \\ud83d\\ude00"}', 1).message

    assert message.text == "a\ufffdb 😀"


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer_or_a_complaint(line: bytes) -> None:
    answered = answers(line)

    assert len(answered) == bool(line.strip())
    assert all(list(fields) in (KEYS, ["id", "error"]) for fields in answered)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=5,
)


@given(json_values, st.text())
def test_any_id_and_text_come_back_on_one_line(identity: object, text: str) -> None:
    asked = read_line(encoded({"id": identity, "text": text}), 1)

    line = to_line(to_object(asked.id, Reply(Outcome.ANSWER, asked.message.text), 0.1))

    assert line.count(b"\n") == 1
    assert json.loads(line)["id"] == identity
    assert json.loads(line)["text"] == text
