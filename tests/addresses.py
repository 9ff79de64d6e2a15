"""Addresses on this machine for servers under test."""

import asyncio
import secrets
import socket
from contextlib import suppress

NEVER_LENT = range(10_000, 32_000)
"""Ports that no system gives to whoever asks for just any, nor to connections that go out."""


def free_address() -> str:
    """Return an address that nobody listens on; until it is used, another test may hardly come by it."""
    for _ in range(100):
        address = ("127.0.0.1", secrets.choice(NEVER_LENT))  # which no seed of the tests makes the same
        with suppress(OSError), socket.create_server(address):
            return f"{address[0]}:{address[1]}"
    raise OSError("no port is free")


async def reachable(address: str, seconds: float = 60.0) -> None:
    """Return as soon as somebody listens on *address*."""
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(seconds):
        while True:
            try:
                _, writer = await asyncio.open_connection(host, int(port))
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
