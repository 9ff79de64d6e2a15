"""The bot on the fake Discord: started, idle when it has nothing left to do, and stopped in order."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from discord.gateway import KeepAliveHandler

from adapters.discord.app import serve
from bot.desk import Desk
from bot.settings import Settings
from tests.adapters import idling
from tests.fakes.discord import DiscordPerson, FakeDiscord

OURS = ("Relay._guard", "Reception.", "CatchingUp._read")


@dataclass
class Running:
    """A bot that serves; ``stop`` ends it as a signal would."""

    fake: FakeDiscord
    desk: Desk
    person: DiscordPerson
    stop: asyncio.Event
    task: "asyncio.Task[None]"

    async def end(self) -> None:
        self.stop.set()
        await self.wait_for_the_end()

    async def wait_for_the_end(self) -> None:
        with suppress(asyncio.CancelledError):
            await self.task


def settings_for(fake: FakeDiscord, **more: Any) -> Settings:
    nowhere = Path("/nonexistent")
    usual = Settings(
        nowhere,
        nowhere,
        nowhere,
        discord_token=fake.token,
        discord_api_url=fake.api_url,
        discord_gateway_url=fake.gateway_url,
        discord_message_content=fake.message_content,
    )
    return replace(usual, **more)


@asynccontextmanager
async def bot_on(fake: FakeDiscord, desk: Desk, **more: Any) -> AsyncIterator[Running]:
    """Serve *desk* on *fake*, connected and told of its servers, until the end of the block."""
    stop = asyncio.Event()
    shards = more.get("discord_shard_count") or fake.recommended_shards
    task = asyncio.create_task(serve(desk, settings_for(fake, **more), stop))
    ready = asyncio.create_task(fake.gateway.wait_ready(shards))
    await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        ready.cancel()
        task.result()
    await fake.gateway.barrier()
    bot = Running(fake, desk, DiscordPerson(fake, idle=idle), stop, task)
    try:
        yield bot
    finally:
        await bot.end()
        _stop_forgotten_heartbeats()


def _stop_forgotten_heartbeats() -> None:
    """Stop the threads of connections that were given up before they had begun: the library loses sight of them.

    Where a process ends they end with it; here they would beat 41 seconds later, in the middle of another test.
    """
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler) and thread.ws._connection._get_client().is_closed():
            thread.stop()


async def idle() -> None:
    """Return once no answer is under way."""
    await idling.idle(*OURS)
