import asyncio
import io
import json
import logging
import string
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from bot.observing.hiding import HIDDEN, hider, trace_of
from tests.observing.kit import Bot, asked

SLACK = "xoxb" + "-1234567890-EXAMPLEexample1234"
DISCORD = "M" + "TIzNDU2Nzg5MDEyMzQ1Njc4" + ".GabcDE." + "EXAMPLEexampleEXAMPLEexample12345678"
SECRETS = (
    SLACK,
    "xapp" + "-1-A0123-456-EXAMPLEexample0123",
    DISCORD,
    "sk-" + "EXAMPLE1234567890abcdefgh",
    "https://hooks.slack.com/" + "services/T0EXAMPLE/B0EXAMPLE/EXAMPLEexample",
)
IN_ADDRESSES = (
    "/interactions/1309876543210987654/{}/callback",
    "https://discord.com/api/v10/webhooks/1309876543210987654/{}/messages/@original",
    "wss://wss-primary.slack.com/link/?ticket={}&app_id=A0",
)

Configure = Callable[..., io.StringIO]
Lines = Callable[[], list[dict[str, Any]]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def failing(text: str) -> BaseException:
    """An error that quotes *text*, and so does its cause."""
    try:
        dict[str, int]()[text]
    except KeyError as cause:
        error = ValueError(text)
        error.__cause__ = cause
        return error.with_traceback(cause.__traceback__)
    raise AssertionError


@pytest.fixture
def configure() -> Iterator[Configure]:
    """Configures the logs, which are as before once the test is over; returns what is written."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs.FOREIGN}

    def configured(wanted: str, stream: io.StringIO | None = None) -> io.StringIO:
        stream = stream or io.StringIO()
        logs.configure(wanted, stream=stream)
        return stream

    yield configured
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.fixture
def lines(configure: Configure) -> Lines:
    """Every line written since, from "info" on, read as JSON."""
    stream = configure("info")
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_its_time_level_logger_and_message(lines: Lines) -> None:
    logging.getLogger("bot.somewhere").warning("%s waits: %s", "17.5", "away")

    (line,) = lines()
    assert (line["level"], line["logger"], line["message"]) == ("warning", "bot.somewhere", "17.5 waits: away")
    assert line["time"].endswith("Z")


def test_lines_of_structlog_go_the_same_way(lines: Lines) -> None:
    log = structlog.get_logger("bot.somewhere")

    log.debug("below the level")
    log.info("a line", size=3, token=SLACK)

    (line,) = lines()
    assert (line["level"], line["logger"], line["message"]) == ("info", "bot.somewhere", "a line")
    assert (line["size"], line["token"]) == (3, HIDDEN)


async def test_lines_about_an_event_carry_its_id_and_others_none(lines: Lines) -> None:
    bot = Bot()
    bot.board.fault = OSError("away")

    await asyncio.gather(bot.hear(asked(event="1")), bot.hear(asked(event="2")))
    logging.getLogger("bot").warning("about nothing")

    told = [(line["message"], line.get("event_id"), line.get("platform")) for line in lines()]
    assert told == [
        ("1 is not answered yet (OSError)", "1", "slack"),
        ("2 is not answered yet (OSError)", "2", "slack"),
        ("about nothing", None, None),
    ]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_written_wherever_it_stands(secret: str, lines: Lines) -> None:
    log = logging.getLogger("bot")
    log.warning("refused %s", secret)
    log.warning("refused", extra={"url": f"https://x.example/?q={secret}", "deep": {"list": [secret, {secret: 1}]}})
    log.warning("refused", extra={"thing": ValueError(secret)})
    log.error("failed", exc_info=failing(secret))

    assert len(lines()) == 4
    assert secret not in json.dumps(lines())


@pytest.mark.parametrize("address", IN_ADDRESSES)
def test_what_a_platforms_own_addresses_hold_is_hidden(address: str) -> None:
    assert hider()(address.format("aW50ZXJhY3Rpb24EXAMPLE")) == address.format(HIDDEN)


def test_the_process_hides_its_own_secrets_whatever_they_look_like() -> None:
    hide = hider(["correct horse battery", "short"])

    assert hide("got correct horse battery, in short") == f"got {HIDDEN}, in short"


def test_what_a_name_says_to_be_secret_is_hidden() -> None:
    told = hider()({"Authorization": "plain", "signing_secret": "plain", "size": 3, "nested": {"bot_token": "plain"}})

    assert told == {"Authorization": HIDDEN, "signing_secret": HIDDEN, "size": 3, "nested": {"bot_token": HIDDEN}}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(SECRETS) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("a", *SECRETS)), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_no_secret_survives_at_any_depth(value: Any) -> None:
    written = json.dumps(hider()(value))

    assert not any(secret in written for secret in SECRETS)


@given(
    before=st.text(string.ascii_lowercase + " ", max_size=20),
    secret=st.sampled_from(SECRETS),
    after=st.text(string.ascii_lowercase + " ", max_size=20),
)
def test_hiding_is_idempotent_and_leaves_the_words_around(before: str, secret: str, after: str) -> None:
    hide = hider()

    once = hide(f"{before} {secret} {after}")

    assert hide(once) == once
    assert secret not in once
    assert once.startswith(before)
    assert once.endswith(after)


def test_a_value_that_cannot_be_shown_does_not_stop_the_line() -> None:
    class Odd:
        def __repr__(self) -> str:
            raise ValueError("odd")

    assert hider()([Odd()]) == ["<Odd, which cannot be shown: ValueError>"]


def test_an_exception_is_shown_by_class_and_place_not_by_what_it_quotes(lines: Lines) -> None:
    logging.getLogger("bot").error("failed", exc_info=failing("is upload free?"))

    (line,) = lines()
    assert "is upload free?" not in json.dumps(line)
    shown = line["exception"].splitlines()
    assert shown[0] == "KeyError"
    assert shown[2] == "ValueError"
    assert "test_logs.py" in shown[1]


def test_an_exception_that_structlog_is_told_of_is_shown_the_same_way(lines: Lines) -> None:
    try:
        raise failing("is upload free?")
    except ValueError:
        structlog.get_logger("bot").exception("failed")

    assert "ValueError" in lines()[0]["exception"]
    assert "upload" not in json.dumps(lines())


def test_messages_of_exceptions_are_shown_where_they_are_wanted_redacted(configure: Configure) -> None:
    stream = configure("debug")

    logging.getLogger("bot").error("failed", exc_info=failing(f"bad token {SLACK}"))

    assert "ValueError: bad token <" in stream.getvalue()
    assert SLACK not in stream.getvalue()


def test_a_chain_of_exceptions_that_bites_its_tail_ends() -> None:
    first, second = ValueError("a"), KeyError("b")
    first.__context__, second.__context__ = second, first

    assert trace_of(first, messages=False).splitlines() == ["KeyError", "ValueError"]


def test_an_error_without_a_text_of_its_own_is_shown_all_the_same() -> None:
    class Odd(Exception):  # noqa: N818
        def __str__(self) -> str:
            raise ValueError("odd")

    assert trace_of(Odd(), messages=True) == "Odd: cannot be shown: ValueError"


@pytest.mark.parametrize("name", ["slack_sdk.web", "discord.http", "alembic.runtime", "sqlalchemy.engine", "aiohttp.x"])
@pytest.mark.parametrize("level", ["debug", "info", "warning"])
def test_libraries_speak_from_a_warning_on_alone(name: str, level: str, configure: Configure) -> None:
    stream = configure(level)
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)  # as a library may

    logger.debug("payload")
    logger.info("payload")
    logger.warning("a warning")
    logger.setLevel(logging.NOTSET)

    assert [json.loads(line)["message"] for line in stream.getvalue().splitlines()] == ["a warning"]


@pytest.mark.parametrize(("level", "written"), [("debug", 3), ("info", 2), ("warning", 1)])
def test_the_level_decides_what_is_written(level: str, written: int, configure: Configure) -> None:
    stream = configure(level)

    for each in (logging.DEBUG, logging.INFO, logging.WARNING):
        logging.getLogger("bot").log(each, "a line")

    assert len(stream.getvalue().splitlines()) == written


def test_a_terminal_gets_one_plain_line_without_control_characters(configure: Configure) -> None:
    stream = configure("info", Terminal())

    logging.getLogger("bot").warning("a\x1b[31m\nb")

    (line,) = stream.getvalue().splitlines()
    assert "level='warning' message='a\\x1b[31m\\nb' logger='bot'" in line


def test_any_text_can_be_written(lines: Lines) -> None:
    record = logging.LogRecord("bot", logging.WARNING, __file__, 1, "限流 \ud800 \x00", None, None)

    logging.getLogger().handlers[0].handle(record)  # not by the logger: what pytest captures must be fit for UTF-8

    assert lines()[0]["message"] == "限流 \ud800 \x00"


def test_a_line_that_cannot_be_made_is_named_without_what_it_was_to_say(configure: Configure) -> None:
    stream = configure("info")

    logging.getLogger("bot").warning("%d", SLACK)

    assert stream.getvalue().startswith("a log line failed at test_logs.py:")
    assert SLACK not in stream.getvalue()


def test_warnings_of_python_are_lines_too(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("an old way", DeprecationWarning, stacklevel=1)

    assert lines()[0]["logger"] == "py.warnings"
