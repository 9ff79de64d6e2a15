"""The real discord.py, pointed at another server for a while: its addresses are attributes of two classes."""

from collections.abc import Iterator
from contextlib import contextmanager

import yarl

from tests.fakes.discord.library import discord as library
from tests.fakes.discord.server import FakeDiscord

ROUTE, SOCKET = library.http.Route, library.gateway.DiscordWebSocket


@contextmanager
def pointed_at(discord: FakeDiscord) -> Iterator[None]:
    """Point discord.py at *discord*, and back to where it pointed before at the end."""
    before = ROUTE.BASE, SOCKET.DEFAULT_GATEWAY
    ROUTE.BASE, SOCKET.DEFAULT_GATEWAY = discord.api_url, yarl.URL(discord.gateway_url)
    try:
        yield
    finally:
        ROUTE.BASE, SOCKET.DEFAULT_GATEWAY = before
