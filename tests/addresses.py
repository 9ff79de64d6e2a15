"""Addresses on this machine for servers under test."""

import asyncio
import socket


def free_address() -> str:
    """Return an address that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"127.0.0.1:{taken.getsockname()[1]}"


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
