"""Errors beside other errors: what is one, what is two, and whose each is."""

import pytest

from bot.model import Reading
from bot.reading import Reader
from tests.reading.product import FAQ

READER = Reader(FAQ)
LIMIT = "{'error': {'message': 'request reached organization max RPM: 3', 'type': 'rate_limit_reached_error'}}"
SHARED = '{"error": {"message": "Invalid request: unsupported image url: a.png", "type": "invalid_request_error"}}'
STRIPE = "stripe.error.AuthenticationError: 401 Invalid API Key provided at https://api.stripe.com/v1/charges"
OVERLOADED = 'POST https://api.anthropic.com/v1/messages 529 {"type":"error","error":{"type":"overloaded_error"}}'
PULL = "Error response from daemon: toomanyrequests: You have reached your pull rate limit. https://www.docker.com/x"


def read(text: str) -> Reading:
    return READER.read(text)


@pytest.mark.parametrize("foreign", [STRIPE, OVERLOADED, PULL])
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n```\n"])
def test_an_error_of_another_vendor_on_the_next_line_does_not_take_ours(foreign: str, gap: str) -> None:
    before, after = read(f"{foreign}{gap}BadRequestError: {SHARED}"), read(f"BadRequestError: {SHARED}{gap}{foreign}")

    assert before.evidence[0].value == after.evidence[0].value == "invalid_request_error"


def test_a_url_over_a_body_tells_whose_it_is() -> None:
    url = "httpx.HTTPStatusError: Client error '401 Unauthorized' for url 'https://api.openai.com/v1/models'"

    reading = read(f"{url}\n{{'error': {{'message': 'no', 'type': 'authentication_error'}}}}")

    assert (reading.vendor, reading.evidence) == ("OpenAI", ())


def test_a_bracket_that_is_never_closed_holds_nothing_together() -> None:
    reading = read(f"Error code: 400 - {SHARED[:-2]}\n{STRIPE}")

    assert [incident.vendor for incident in reading.incidents] == [None, "Stripe"]


def test_our_type_with_another_vendors_at_its_end_is_ours() -> None:
    assert read("the engine_overloaded_error again").vendor is None


@pytest.mark.parametrize(
    "prefix",
    [
        "Aug 19 03:58:05 web-3 chat[429]: ",
        "[pod/chat-7f429c5d4-x50q3/api] ",
        "03:58:05 ",
        "[03:58:05.403] ",
        "2026-08-19T03:58:05.429Z api-1  | ",
        "> Aug 19 03:58:05 web-3 chat[403]: [pod/chat/api] ",
    ],
)
def test_a_prefix_on_every_line_changes_nothing(prefix: str) -> None:
    text = f'Error code: 403 - {SHARED}\n\nINFO: "POST /chat HTTP/1.1" 500 Internal Server Error'

    reading = read("\n".join(prefix + line for line in text.split("\n")))

    assert [(one.kind, one.value) for one in reading.evidence] == [(one.kind, one.value) for one in read(text).evidence]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("first a 429, then insufficient balance, now rate_limit_reached_error", "rate_limit_reached_error"),
        ("got past the 429 error and ran into 502", "502"),
        ("exceeded_current_quota_error earlier, 401 now", "401"),
        ("I fixed the 403. Then came 401. That one is solved too, now 429", "429"),
        ("I had a 401 at first, that is fixed. 429 is left", "429"),
    ],
)
def test_words_that_go_on_part_two_errors(text: str, value: str) -> None:
    assert read(text).evidence[0].value == value


@pytest.mark.parametrize(
    "text",
    [
        "[03:58:05.429] ERROR (403): request failed",
        "Aug 19 03:58:05 web-3 chat[429]: started",
        "GET /health 200 503",
        '{"message": "max_tokens: 500\\nnext"}',
        '{"detail":"{\\"event\\":\\"\\\\u82b1\\\\u4e86502\\\\u5143\\"}"}',
    ],
)
def test_a_pid_a_size_and_a_setting_are_no_statuses(text: str) -> None:
    assert read(text).evidence == ()


def test_a_type_is_seen_before_a_line_break_that_lost_its_backslash() -> None:
    assert read("caused by: 429 exceeded_current_quota_errorn      at run").evidence[0].value == (
        "exceeded_current_quota_error"
    )


def test_a_line_broken_at_the_terminals_width_is_whole_again() -> None:
    text = f"{SHARED}\nError response from daemon: toomanyrequests: pull rate limit https://www.docker.com 429 Too Many"

    reading = read("\n".join(line[at : at + 60] for line in text.split("\n") for at in range(0, len(line), 60)))

    assert reading.evidence[0].value == "invalid_request_error"


def test_two_log_lines_of_one_length_are_two() -> None:
    failed = "2026-08-19 03:50:05,429 ERROR POST https://api.moonshot.ai/v1/models -> 401 Unauthorized"
    worked = "2026-08-19 03:50:06,429 INFO POST https://api.moonshot.ai/v1/models -> 200 OK"

    assert (
        read(f"{failed}\n{worked}\n{failed.replace('models', 'sounds')}\n{worked.replace('models', 'sounds')}").evidence
        == ()
    )


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_each_line_break_ends_a_line(end: str) -> None:
    reading = read(f"my log:{end}{STRIPE}{end}{LIMIT}")

    assert (reading.question, reading.evidence[0].line) == ("my log", 3)
