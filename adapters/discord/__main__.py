"""``python -m adapters.discord``: the bot on Discord alone, with the settings that ``frontdesk run`` reads."""

import sys

from adapters.discord.app import serve
from bot.serving import main

if __name__ == "__main__":
    sys.exit(main(serve))
