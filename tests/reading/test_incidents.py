import pytest

from bot.model import Kind
from bot.reading import Reader
from tests.reading.product import FAQ

READER = Reader(FAQ)
LIMIT = "{'error': {'message': 'request reached organization max RPM: 3', 'type': 'rate_limit_reached_error'}}"
BALANCE = "{'error': {'message': 'insufficient balance', 'type': 'exceeded_current_quota_error'}}"

CALL = "POST https://api.moonshot.ai/v1/files"
CAUSED = "The above exception was the direct cause of the following exception:"


def best(text: str) -> str | None:
    evidence = READER.read(text).evidence
    return evidence[0].value if evidence else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("not 401, I said 403", "403"),
        ("no wait it is 401", "401"),
        ("fixed the 401, now 403", "403"),
        ("regenerated, now sk- but 403", "403"),
        ("topped up, now 429", "429"),
        ("The 401 is fixed but I get 429", "429"),
        ("401 was solved. 429 remains", "429"),
        ("now 403, before it was 401", "403"),
        ("不是401，是403", "403"),
        ("之前是401，现在变成403了", "403"),
        ("401解决了，现在429", "429"),
        ("how do I fix this 401? nothing works now", "401"),
        ("it was 401 yesterday, still 401", "401"),
        ("got rid of the 401s, then 429", "429"),
        ("instead of 401 it says 403", "403"),
    ],
)
def test_the_last_error_that_is_open_decides(text: str, value: str) -> None:
    assert best(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "no longer 429",
        "it's not a 429",
        "I fixed the 401",
        "the 401 is gone",
        "429 earlier, works now, thanks!",
        "不再429了",
        "401已经解决了",
    ],
)
def test_an_error_that_is_over_is_no_evidence(text: str) -> None:
    reading = READER.read(text)

    assert reading.evidence == ()
    assert all(incident.settled for incident in reading.incidents)


@pytest.mark.parametrize("text", ["got 401 on one machine but also 429", "先是401，有时也报429"])
def test_an_error_beside_another_is_not_over(text: str) -> None:
    assert [one.settled for one in READER.read(text).incidents] == [False, False]


@pytest.mark.parametrize(
    "text", ["how can I get 401 fixed?", "is the 429 fixed yet?", "it does not work now: 429", "can the 403 be solved?"]
)
def test_asking_for_a_fix_settles_nothing(text: str) -> None:
    assert best(text) is not None


def test_a_later_success_of_the_same_call_settles_an_error_of_a_log() -> None:
    text = f'{CALL} "HTTP/1.1 429 Too Many Requests"\n{CALL} "HTTP/1.1 200 OK"'

    assert READER.read(text).evidence == ()


def test_a_success_of_another_call_settles_nothing() -> None:
    text = f'{CALL} "HTTP/1.1 429 Too Many Requests"\nGET https://db.internal/health "HTTP/1.1 200 OK"'

    assert best(text) == "429"


def test_the_innermost_of_nested_errors_decides() -> None:
    text = (
        f"500 Internal Server Error: {{'detail': {{'status': 502, 'upstream': {{'status': 403, 'body': {BALANCE}}}}}}}"
    )

    evidence = READER.read(text).evidence

    assert [one.value for one in evidence if one.kind is not Kind.MESSAGE] == ["exceeded_current_quota_error", "403"]


def test_the_direct_cause_decides_over_what_was_raised_from_it() -> None:
    text = f"openai.RateLimitError: {LIMIT}\n\n{CAUSED}\n\nHTTPException: 502: upstream"

    assert best(text) == "rate_limit_reached_error"


def test_retries_of_one_error_are_one_incident() -> None:
    text = "\n".join(f"attempt {number}: Error code: 429 - {LIMIT}" for number in range(1, 6))

    assert len(READER.read(text).incidents) == 1


def test_two_errors_on_two_lines_are_two_incidents() -> None:
    text = f"Error code: 401 - {{'error': {{'type': 'invalid_authentication_error'}}}}\nError code: 403 - {BALANCE}"

    assert [incident.evidence[0].value for incident in READER.read(text).incidents] == [
        "invalid_authentication_error",
        "exceeded_current_quota_error",
    ]


def test_a_server_error_that_follows_from_ours_does_not_decide() -> None:
    text = f'openai.RateLimitError: Error code: 429 - {LIMIT}\n\nINFO: "POST /chat HTTP/1.1" 500 Internal Server Error'

    assert best(text) == "rate_limit_reached_error"


def test_a_past_tense_inside_a_paste_settles_nothing() -> None:
    text = f"Response status code was unacceptable: 429. info={LIMIT}\n\n401 from https://api.github.com/user"

    assert best(text) == "rate_limit_reached_error"


@pytest.mark.parametrize("between", ["\n", "\r\n", "\napi-1  | ", "\n2026-08-19T03:58:05.429Z ", " "])
def test_status_and_body_are_one_incident_over_line_breaks(between: str) -> None:
    incidents = READER.read(f"HTTP 403{between}{BALANCE}").incidents

    assert [[one.value for one in incident.evidence] for incident in incidents] == [
        ["exceeded_current_quota_error", "insufficient balance", "403"]
    ]
