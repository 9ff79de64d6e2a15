"""A stateful fake Discord, for the real discord.py to run against over loopback."""

from tests.fakes.discord.human import DiscordPerson
from tests.fakes.discord.permissions import Permission
from tests.fakes.discord.pointing import pointed_at
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.state import ChannelType

__all__ = ["ChannelType", "DiscordPerson", "FakeDiscord", "Permission", "pointed_at"]
