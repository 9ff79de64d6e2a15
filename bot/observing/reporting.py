"""Reports of errors to Sentry, without secrets and without what people write; imported only where asked for."""

import logging
from typing import Any, cast

import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.transport import Transport
from sentry_sdk.types import Event, Hint

from bot.observing.hiding import Hide

FLUSHED_WITHIN = 3.0  # seconds


def open_reports(dsn: str, hide: Hide, transport: type[Transport] | None = None) -> None:
    """Report what is logged as a warning or worse to *dsn*, through *hide*."""

    def clean(event: Event, _hint: Hint) -> Event:
        return cast("Event", hide(_without_words(dict(event))))

    sentry_sdk.init(
        dsn=dsn,
        transport=transport,
        before_send=clean,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        server_name="frontdesk",
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.WARNING)],
    )


def close_reports() -> None:
    """Send what is left, as far as that goes quickly."""
    sentry_sdk.flush(FLUSHED_WITHIN)
    sentry_sdk.get_client().close(0)


def _without_words(event: dict[str, Any]) -> dict[str, Any]:
    """*event* without the messages of exceptions, which may quote what a person wrote."""
    for told in (event.get("exception") or {}).get("values") or ():
        told["value"] = ""
    return event
