"""``python -m adapters.slack``: the bot on Slack alone, with the settings that ``frontdesk run`` reads."""

import asyncio
import logging
import os
import signal
import sys
import time
from pathlib import Path

from adapters.slack.app import serve
from bot.assembly import open_service
from bot.desk import Desk
from bot.faq.faults import FaqError
from bot.ledger.open import open_ledger
from bot.ledger.port import LedgerError
from bot.settings import Settings, SettingsError, read_settings

FAULT = 1


def main() -> int:
    """Serve until a signal ends it; return the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(_run(read_settings(os.environ, Path.cwd())))
    except (FaqError, LedgerError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return FAULT
    return 0


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    service = open_service(settings)
    ledger = await open_ledger(settings.database_url, settings.data, time.time)
    try:
        desk = Desk(lambda: service.library, ledger, time.time)
        following = asyncio.create_task(service.follow(logging.getLogger(__name__).info))
        try:
            await serve(desk, settings, stop)
        finally:
            following.cancel()
    finally:
        await ledger.close_down()


if __name__ == "__main__":
    sys.exit(main())
