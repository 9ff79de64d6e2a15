"""Spans and reports that go to collectors: the same silence about people, the same redactor."""

import json
import logging
from collections.abc import Iterator

import pytest
import sentry_sdk
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from bot.observing.hiding import HIDDEN, hider
from bot.observing.reporting import close_reports, open_reports
from bot.observing.tracing import open_spans
from tests.observing.kit import Bot, asked

OWN = "correct horse battery"


async def test_each_step_of_an_event_is_a_span_below_it() -> None:
    kept = InMemorySpanExporter()
    span, end = open_spans("http://127.0.0.1:4318", hider(), kept)
    bot = Bot(span=span)

    await bot.hear(asked(event="17.5"))
    end()

    spans = kept.get_finished_spans()
    assert {each.name for each in spans} == {"event", "read", "decide", "record", "post"}
    assert len({each.context.trace_id for each in spans if each.context}) == 1
    events = [dict(each.attributes or {}) for each in spans if each.name == "event"]
    assert events == [{"frontdesk.platform": "slack", "frontdesk.event_id": "17.5"}] * 2


async def test_a_span_tells_the_class_of_a_failure_and_nothing_that_was_written() -> None:
    kept = InMemorySpanExporter()
    span, end = open_spans("http://127.0.0.1:4318", hider([OWN]), kept)
    bot = Bot(span=span)
    bot.board.fault = OSError("is upload free?")

    await bot.hear(asked(event=OWN))
    end()

    written = "".join(each.to_json() for each in kept.get_finished_spans())
    assert '"description": "OSError"' in written
    assert "upload" not in written
    assert OWN not in written


class Post(Transport):
    """Keeps what would be sent."""

    sent: list[str]

    def __init__(self, options: object = None) -> None:  # noqa: ARG002 - what every transport is given
        self.parsed_dsn = None

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.extend(json.dumps(event) for event in [envelope.get_event()] if event)


@pytest.fixture
def sent() -> Iterator[list[str]]:
    class Fresh(Post):
        sent: list[str] = []  # noqa: RUF012 - a list for each test

    open_reports("https://public@sentry.example/1", hider([OWN]), Fresh)
    yield Fresh.sent
    close_reports()
    sentry_sdk.get_global_scope().set_client(None)


def test_a_warning_is_reported_redacted(sent: list[str]) -> None:
    logging.getLogger("bot.somewhere").warning("refused: %s", OWN)

    (report,) = sent
    assert f"refused: {HIDDEN}" in report
    assert OWN not in report


def test_a_line_below_a_warning_is_not_reported_not_even_on_the_way_to_a_later_one(sent: list[str]) -> None:
    logging.getLogger("bot.somewhere").info("is upload free?")
    logging.getLogger("bot.somewhere").warning("later")

    (report,) = sent
    assert "upload" not in report


def test_an_error_is_reported_by_class_and_place_not_by_what_it_quotes(sent: list[str]) -> None:
    words = "is upload free?"
    try:
        dict[str, int]()[words]
    except KeyError:
        logging.getLogger("bot.somewhere").exception("failed")

    (report,) = sent
    told = json.loads(report)["exception"]["values"][0]
    assert told["type"] == "KeyError"
    assert told["stacktrace"]["frames"][-1]["filename"].endswith("test_elsewhere.py")
    assert "upload" not in report
