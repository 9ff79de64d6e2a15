import pytest

from bot.faq.content import Entry, ErrorPattern, Faq, Wording
from bot.model import Attachment, Evidence, Kind
from bot.reading import Reader
from tests.reading.product import FAQ

READER = Reader(FAQ)
BARE = Reader(Faq("", ("en",), (Entry("greeting", {"en": Wording("How do I say hello?", "Hello.")}),)))


def values(text: str, kind: Kind, reader: Reader = READER) -> list[str]:
    return [evidence.value for evidence in reader.read(text).evidence if evidence.kind is kind]


@pytest.mark.parametrize(
    "text",
    [
        '{"error":{"type":"rate_limit_reached_error"}}',
        "{'error': {'type': 'rate_limit_reached_error'}}",
        r"{\"type\": \"rate_limit_reached_error\"}",
        r"{\\\"type\\\": \\\"rate_limit_reached_error\\\"}",
        "{error: {type: rate_limit_reached_error}}",
        "(type: rate_limit_reached_error)",
        "I get rate_limit_reached_error all day",
        "报rate_limit_reached_error怎么办",
        '"type": "rate_limit_reac\nhed_error"',
        "“type”: “rate_limit_reached_error”",
        "RATE_LIMIT_REACHED_ERROR",
        '"type":"rate_limit_reach... (200 bytes)',
        "**rate_limit_reached_error**",
    ],
)
def test_a_known_type_is_found_however_it_is_written(text: str) -> None:
    assert values(text, Kind.TYPE) == ["rate_limit_reached_error"]


@pytest.mark.parametrize("text", ["my_rate_limit_reached_error", "rate_limit_reached_errors_total", "rate_limit..."])
def test_a_part_of_a_longer_word_is_no_type(text: str) -> None:
    assert values(text, Kind.TYPE) == []


def test_a_cut_type_that_could_be_two_is_none() -> None:
    two = Faq(
        "",
        ("en",),
        (
            Entry(
                "a",
                {"en": Wording("?", "!")},
                (ErrorPattern(type="quota_exceeded_day"), ErrorPattern(type="quota_exceeded_month")),
            ),
        ),
    )

    assert values("quota_exceeded_... is what it says", Kind.TYPE, Reader(two)) == []


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"upload_window_error"}',
        "error (type: upload_window_error)",
        'Some("upload_window_error") type=upload_window_error',
    ],
)
def test_an_unknown_type_is_read_from_a_type_field_without_any_content(text: str) -> None:
    assert values(text, Kind.TYPE, BARE) == ["upload_window_error"]


@pytest.mark.parametrize(
    "text",
    [
        "request reached organization max RPM: 3",
        "request reach\ned organiz\nation max rpm",
        "REQUEST REACHED\tPROJECT   MAX RPM",
        'request "reached" organization \\"max RPM\\"',
        "request reac\u200bhed org max RPM",
        "│ request reached organiz │\n│ ation max RPM: 3        │",
    ],
)
def test_a_phrase_is_found_blind_to_what_chats_and_terminals_do(text: str) -> None:
    assert values(text, Kind.MESSAGE) == ["request reached * max RPM"]


def test_a_star_stands_for_a_short_run_only() -> None:
    assert values(f"request reached {'x' * 200} max RPM", Kind.MESSAGE) == []


def test_the_message_of_a_structured_error_that_nobody_knows_is_evidence() -> None:
    text = '{"error": {"message": "The upload window\n is closed", "code": 17}}'

    assert values(text, Kind.MESSAGE) == ["The upload window is closed"]


def test_an_unknown_message_is_cut_and_free_of_secrets() -> None:
    text = f'{{"error": {{"message": "key sk-EXAMPLE{"0" * 40} {"word " * 80}"}}}}'

    (message,) = values(text, Kind.MESSAGE)

    assert len(message) <= 200
    assert "sk-EXAMPLE" not in message


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("openai.RateLimitError: slow down", ["RateLimitError"]),
        ("it raised RateLimitError", ["RateLimitError"]),
        ("feign.FeignException$Forbidden: no", ["FeignException"]),
        ("except openai.RateLimitError:\n    wait()", []),
        ("from openai import APIError, RateLimitError", []),
        ("KeyError: 'choices'", []),
        ("Error: it failed", []),
    ],
)
def test_an_exception_counts_where_it_was_raised(text: str, names: list[str]) -> None:
    assert values(text, Kind.EXCEPTION) == names


def test_evidence_stands_best_rank_first_with_its_line_and_column() -> None:
    text = "look:\n  status 403\n  {'message': 'insufficient balance', 'type': 'exceeded_current_quota_error'}"

    assert READER.read(text).evidence == (
        Evidence(Kind.TYPE, "exceeded_current_quota_error", 3, 48),
        Evidence(Kind.MESSAGE, "insufficient balance", 3, 16),
        Evidence(Kind.STATUS, "403", 2, 10),
    )


def test_among_thousands_of_phrases_each_is_still_found() -> None:
    patterns = tuple(
        pattern
        for number in range(2_000)
        for pattern in (
            ErrorPattern(type=f"window_{number}_error"),
            ErrorPattern(message=f"window {number} is * closed"),
        )
    )
    reader = Reader(
        Faq("", ("en",), (Entry("many", {"en": Wording("?", "!")}, (*patterns, ErrorPattern(type="odd"))),))
    )

    assert values("it is odd", Kind.TYPE, reader) == ["odd"]
    assert values("got window_1234_error", Kind.TYPE, reader) == ["window_1234_error"]
    assert values("window 987 is now clo\nsed", Kind.MESSAGE, reader) == ["window 987 is * closed"]


@pytest.mark.parametrize("text", ["", "what is this?\nsee file", "one\rtwo\r"])
@pytest.mark.parametrize("before", [(), (Attachment("first.log", "all is well\nend\n"),)])
def test_a_line_of_an_attachment_is_that_of_the_file(text: str, before: tuple[Attachment, ...]) -> None:
    reading = READER.read(text, (*before, Attachment("run.log", "start\nHTTP/1.1 429 Too Many Requests")))

    assert [(evidence.value, evidence.line) for evidence in reading.evidence] == [("429", 2)]


def test_a_line_of_the_text_is_its_own_where_there_are_attachments() -> None:
    reading = READER.read("what is this?\n429", (Attachment("run.log", "start\nend"),))

    assert [(evidence.value, evidence.line) for evidence in reading.evidence] == [("429", 2)]
    assert reading.question == "what is this?\n429"


def test_an_attachment_is_no_part_of_the_question() -> None:
    reading = READER.read("what is this?\nsee file", (Attachment("run.log", "start\nHTTP/1.1 429 Too Many Requests"),))

    assert reading.question == "what is this?\nsee file"


def test_of_a_text_too_long_to_read_the_lines_stay_true() -> None:
    line = "INFO all is well, nothing to see here at all\n"
    text = line * 40_000 + "HTTP/1.1 401 Unauthorized\n" + line * 3

    reading = READER.read(text)

    assert [(evidence.value, evidence.line) for evidence in reading.evidence] == [("401", 40_001)]


def test_one_error_among_ten_thousand_lines_is_found() -> None:
    noise = "2026-08-19T03:58:03.767Z INFO worker 403 handled request in 429 ms, status 200, 500 items\n"
    text = noise * 5_000 + "ERROR request failed, status code: 401\n" + noise * 5_000

    assert [(evidence.value, evidence.line) for evidence in READER.read(text).evidence] == [("401", 5_001)]
