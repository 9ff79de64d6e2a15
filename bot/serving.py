"""The composition root of a bot that serves platforms: content, ledger and adapters, from the start to a clean end."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from bot import logs
from bot.agreement import Agreement
from bot.assembly import open_service
from bot.clock import passed, steady
from bot.desk import Desk
from bot.faq.faults import FaqError
from bot.ledger.open import open_ledger
from bot.ledger.port import Ledger, LedgerError
from bot.observing.hiding import hider
from bot.observing.metrics import Metrics
from bot.observing.presence import Presence
from bot.observing.watcher import Span, Watcher
from bot.settings import Settings, SettingsError, read_settings

DAY = 86_400.0
BETWEEN_PURGES = 3_600.0  # seconds
FAULT = 2
FORESEEN = (FaqError, LedgerError, SettingsError)  # each says what is wrong and how to mend it

Serve = Callable[[Desk, Settings, asyncio.Event], Awaitable[None]]
"""What an adapter offers: it serves its platform with the desk until the event is set, and then ends in good order."""

log = logging.getLogger(__name__)


def run(settings: Settings, platforms: Sequence[Serve]) -> None:
    """Serve *platforms* from a program of its own: with logs on the error output, until the process is asked to end.

    Raises:
        As `serve` does.
    """
    logs.configure(settings.log, hider(settings.secrets))
    asyncio.run(serve(settings, platforms))


def main(platform: Serve) -> int:
    """Serve *platform* alone with the settings of the environment; return the exit code."""
    try:
        run(read_settings(os.environ, Path.cwd()), (platform,))
    except FORESEEN as error:
        sys.stderr.write(f"{error if isinstance(error, FaqError) else f'frontdesk: {error}'}\n")
        return FAULT
    return 0


async def serve(settings: Settings, platforms: Sequence[Serve]) -> None:
    """Serve *platforms* until the process is asked to end (SIGTERM, SIGINT) or all of them have ended.

    Raises:
        FaqError: the content cannot be served.
        LedgerError: the ledger cannot be opened.
        SettingsError: a platform cannot be reached with what is set.
    """
    now = steady()
    service = open_service(settings)
    async with AsyncExitStack() as ending:
        span = _observed_elsewhere(settings, ending)
        ledger = await open_ledger(settings.database_url, settings.data, now, keep_questions=settings.keep_questions)
        ending.push_async_callback(ledger.close_down)
        presence = Presence(passed, expected=len(platforms))
        watcher = Watcher(Metrics(lambda: service.library.faq, now), presence, span)
        desk = Desk(lambda: service.library, ledger, now, watcher)
        agreement = Agreement(ledger, lambda: service.library.faq.digest, passed)
        presence.others = agreement.missing
        follow, purge = service.follow(log.warning), _purge(desk.ledger, settings, desk.now)
        beside = (follow, purge, presence.beat(), agreement.keep())
        asyncio.get_running_loop().set_exception_handler(_tell)
        try:
            await _serve_until_told(desk, settings, platforms, beside)
        except Exception as error:
            if not isinstance(error, FORESEEN):  # an operator's collectors hear of it before they are let go
                log.exception("a fault of the program ends it (%s)", type(error).__name__)
            raise


def _tell(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what nobody waited for; asyncio itself would show the error with its text, and with it what it quotes."""
    error = context.get("exception")
    log.error("%s (%s)", context["message"], type(error).__name__, exc_info=error)


def _observed_elsewhere(settings: Settings, ending: AsyncExitStack) -> Span | None:
    """Begin to send to the collectors that are set, until *ending*; return what opens a span, if anything does.

    Raises:
        SettingsError: what is set needs a package that is not installed.
    """
    hide = hider(settings.secrets)
    if settings.sentry_dsn:
        with _extra("SENTRY_DSN", "sentry"):
            from bot.observing import reporting  # noqa: PLC0415 - an extra
        reporting.open_reports(settings.sentry_dsn, hide)
        ending.push_async_callback(asyncio.to_thread, reporting.close_reports)
    if not settings.otel_endpoint:
        return None
    with _extra("OTEL_EXPORTER_OTLP_ENDPOINT", "otel"):
        from bot.observing import tracing  # noqa: PLC0415 - an extra
    span, end = tracing.open_spans(settings.otel_endpoint, hide)
    ending.push_async_callback(asyncio.to_thread, end)
    return span


@contextmanager
def _extra(variable: str, name: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"{variable} is set, and {error.name} is missing: pip install 'frontdesk[{name}]'"
        ) from error


async def _serve_until_told(
    desk: Desk, settings: Settings, platforms: Sequence[Serve], chores: Iterable[Coroutine[Any, Any, None]]
) -> None:
    stop = asyncio.Event()
    _on_signals(stop.set)
    beside = [asyncio.create_task(chore) for chore in (*chores, _serve_health(desk, settings, stop))]
    serving = [asyncio.create_task(_serve(platform, desk, settings, stop)) for platform in platforms]
    try:
        await asyncio.gather(*serving)
    finally:
        stop.set()
        await asyncio.gather(*serving, return_exceptions=True)
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _serve(platform: Serve, desk: Desk, settings: Settings, stop: asyncio.Event) -> None:
    """Serve *platform*; where it fails, the others are told to end, since an operator wants to know at once."""
    try:
        await platform(desk, settings, stop)
    except BaseException:
        stop.set()
        raise


async def _serve_health(desk: Desk, settings: Settings, stop: asyncio.Event) -> None:
    """Let supervisors ask how *desk* does, where no platform has a web app of its own at the same address."""
    if settings.slack_signing_secret and not settings.slack_app_token:
        return
    try:
        from bot.health import serve_health  # noqa: PLC0415 - a web server that a terminal does without
    except ModuleNotFoundError as error:
        log.warning("%s is missing: there is no /healthz, /readyz and /metrics", error.name)
        return
    await serve_health(desk, settings.http_addr, stop)


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows ends a program otherwise
            loop.add_signal_handler(number, stop)


async def _purge(ledger: Ledger, settings: Settings, now: Callable[[], float]) -> None:
    """Delete what is older than the settings keep, now and again and again, until cancelled."""
    while True:
        try:
            await ledger.purge(now() - settings.retention * DAY)
        except LedgerError as error:
            log.warning("what is old could not be deleted: %s", error)
        await asyncio.sleep(BETWEEN_PURGES)
