"""The composition root of a bot that serves platforms: content, ledger and adapters, from the start to a clean end."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from bot.assembly import Service, open_service
from bot.clock import steady
from bot.desk import Desk
from bot.faq.faults import FaqError
from bot.ledger.open import open_ledger
from bot.ledger.port import Ledger, LedgerError
from bot.settings import Settings, SettingsError, read_settings

DAY = 86_400.0
BETWEEN_PURGES = 3_600.0  # seconds
FAULT = 2

Serve = Callable[[Desk, Settings, asyncio.Event], Awaitable[None]]
"""What an adapter offers: it serves its platform with the desk until the event is set, and then ends in good order."""

log = logging.getLogger(__name__)


def run(settings: Settings, platforms: Sequence[Serve]) -> None:
    """Serve *platforms* from a program of its own: with logs on the error output, until the process is asked to end.

    Raises:
        As `serve` does.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    asyncio.run(serve(settings, platforms))


def main(platform: Serve) -> int:
    """Serve *platform* alone with the settings of the environment; return the exit code."""
    try:
        run(read_settings(os.environ, Path.cwd()), (platform,))
    except (FaqError, LedgerError, SettingsError) as error:
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
    ledger = await open_ledger(settings.database_url, settings.data, now, keep_questions=settings.keep_questions)
    try:
        desk = Desk(lambda: service.library, ledger, now)
        await _serve_until_told(desk, service, settings, platforms)
    finally:
        await ledger.close_down()


async def _serve_until_told(desk: Desk, service: Service, settings: Settings, platforms: Sequence[Serve]) -> None:
    stop = asyncio.Event()
    _on_signals(stop.set)
    beside = [
        asyncio.create_task(service.follow(log.warning)),
        asyncio.create_task(_purge(desk.ledger, settings, desk.now)),
    ]
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
