"""``python -m adapters.discord``: the bot on Discord alone."""

import asyncio
import logging
import os
import sys
from pathlib import Path

from adapters.discord.app import serve
from bot.faq.faults import FaqError
from bot.ledger.port import LedgerError
from bot.serving import serve as serve_platforms
from bot.settings import SettingsError, read_settings


def main() -> int:
    """Serve until told to end; return the exit code."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    try:
        asyncio.run(serve_platforms(read_settings(os.environ, Path.cwd()), [serve]))
    except (FaqError, LedgerError, SettingsError) as error:
        sys.stderr.write(f"frontdesk: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
