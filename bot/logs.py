"""Log lines: JSON where a machine reads them, key=value on a terminal, with the event's id and without secrets."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.types import Processor

from bot.observing.about import about
from bot.observing.hiding import Hide, hider, trace_of

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}
FIRST = ("time", "level", "message")  # in each line

# What these say below a warning is their own affair, and at DEBUG it holds payloads, statements and headers.
FOREIGN = frozenset(
    (
        *("aiohttp", "aiosqlite", "alembic", "asyncio", "discord", "httpcore", "httpx", "opentelemetry", "psycopg"),
        *("sentry_sdk", "slack_bolt", "slack_sdk", "sqlalchemy", "urllib3", "uvicorn", "watchfiles"),
    )
)

EventDict = MutableMapping[str, Any]


def _add_event(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {**event, **about()}


_COMMON: tuple[Processor, ...] = (
    _add_event,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", key="time"),
)


def configure(level: str, hide: Hide | None = None, stream: TextIO | None = None) -> logging.Handler:
    """Send every log line of the process from *level* on to *stream*, by default the error output.

    *level* is one of `LEVELS`; *hide* is what each line goes through. What was configured before is replaced; the
    handler is returned.
    """
    stream = stream or sys.stderr
    handler = _Handler(stream)
    handler.setLevel(LEVELS[level])
    handler.addFilter(_is_for_operators)
    handler.setFormatter(_formatter(hide or hider(), terminal=stream.isatty(), messages=level == "debug"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(LEVELS[level])
    for name in FOREIGN:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_COMMON,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    return handler


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; one that cannot be made is named by its place in the code, without what it was to say."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say which line failed."""
        fault = type(sys.exception()).__name__
        if fault != "BrokenPipeError" and not self.stream.closed:
            self.stream.write(f"a log line failed at {record.filename}:{record.lineno} ({fault})\n")


def _is_for_operators(record: logging.LogRecord) -> bool:
    """A library may set the level of its own loggers; what is below a warning is not written all the same."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in FOREIGN


def _formatter(hide: Hide, *, terminal: bool, messages: bool) -> logging.Formatter:
    """The way of every record, structlog's or the standard library's; redaction is the last but the writing itself."""

    def add_trace(_logger: Any, _method: str, event: EventDict) -> EventDict:
        told = event.pop("exc_info", None)
        error = told[1] if isinstance(told, tuple) else sys.exception() if told is True else told
        if isinstance(error, BaseException):
            event["exception"] = trace_of(error, messages=messages)
        return event

    def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
        hidden: EventDict = hide({name: event[name] for name in FIRST if name in event} | dict(event))
        return hidden

    write: Processor = structlog.processors.KeyValueRenderer() if terminal else structlog.processors.JSONRenderer()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_COMMON, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            add_trace,
            structlog.processors.EventRenamer("message"),
            redact,
            write,
        ],
    )
