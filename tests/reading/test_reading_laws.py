from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Attachment
from bot.reading import Reader
from bot.reading.reader import shorten
from tests.reading.product import FAQ

READER = Reader(FAQ)

PIECES = st.sampled_from(
    [
        "HTTP/2 429",
        "status: 403",
        "not a 401",
        "works now",
        "rate_limit_reached_error",
        "request reached org max RPM",
        '{"error": {"message": "',
        '", "type": "x_error"}}',
        "```",
        "openai.RateLimitError: ",
        "https://api.openai.com",
        "The above exception was the direct cause of the following exception:",
        "Caused by: ",
        "\n",
        "\n\n",
        "\r\n",
        "\\\\n",
        "&lt;",
        "\x1b[31m",
        "４２９",
        "…",
        "sk-EXAMPLE0000000000000000000000000000",
        "{",
        "}}",
        " ",
        "谢谢",
        "hi, ",
        "2026-08-19T03:58:05Z ",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=25).map("".join))


@given(TEXTS, st.lists(TEXTS, max_size=2))
def test_reading_never_raises_and_is_the_same_each_time(text: str, files: list[str]) -> None:
    attachments = tuple(Attachment("file.log", file) for file in files)

    assert READER.read(text, attachments) == READER.read(text, attachments)


@given(TEXTS)
def test_evidence_stands_within_the_text(text: str) -> None:
    reading = READER.read(text)

    lines = reading.text.split("\n")
    for incident in reading.incidents:
        for evidence in incident.evidence:
            assert 1 <= evidence.line <= len(lines)
            assert 1 <= evidence.column <= len(lines[evidence.line - 1]) + 1


@given(TEXTS)
def test_a_redacted_text_reads_the_same(text: str) -> None:
    reading = READER.read(text)

    again = READER.read(reading.text)

    assert (again.evidence, again.question, again.vendor) == (reading.evidence, reading.question, reading.vendor)


@given(TEXTS)
def test_what_decides_is_open_and_ours(text: str) -> None:
    reading = READER.read(text)

    deciding = [one for one in reading.incidents if one.evidence == reading.evidence]
    assert not reading.evidence or any(not one.settled and one.vendor is None for one in deciding)
    assert not (reading.evidence and reading.vendor)


@given(TEXTS)
def test_parts_are_in_the_question_and_nothing_is_empty(text: str) -> None:
    reading = READER.read(text)

    assert all(part and part in reading.question for part in reading.parts)
    assert bool(reading.parts) == bool(reading.question)


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=50), st.integers(0, 3))
def test_shortening_keeps_the_number_of_lines_and_happens_once(text: str, kind: int) -> None:
    long = ("x" * 99 + "\n", "x", "\n", "ab\ncd ")[kind] * 900_000 + text

    short = shorten(long)

    assert short.count("\n") == long.count("\n")
    assert shorten(short) == short
    assert short.endswith(text)
