"""``python -m adapters.slack``: the bot on Slack alone, with the settings that ``frontdesk run`` reads."""

import sys

from adapters.slack.app import serve
from bot.serving import main

if __name__ == "__main__":
    sys.exit(main(serve))
