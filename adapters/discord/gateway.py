"""What operators see of the gateway and of Discord's API: how long a shard is silent, and what is held against us.

The library shows neither: the times of its heartbeats are read where it keeps them, and its requests are traced.
"""

import time
from collections.abc import Callable, Mapping
from types import SimpleNamespace

import aiohttp
import discord

from adapters.discord.translate import PLATFORM
from bot.observing.port import Observer

PUT_OFF = 429
INVALID = frozenset({401, 403, PUT_OFF})  # 10,000 of these within ten minutes, and Discord bars the address
SCOPE = "X-RateLimit-Scope"  # "shared" where others used up what is shared: that is not held against us


class Connections:
    """The connections of *client*: a `bot.observing.watchdog.Gateway`."""

    platform = PLATFORM

    def __init__(self, client: discord.AutoShardedClient, clock: Callable[[], float] = time.perf_counter) -> None:
        """Go by *clock*, which is to be the library's."""
        self._client = client
        self._clock = clock

    def is_up(self) -> bool:
        """Whether all shards have begun, and are connected now."""
        return self._client.is_ready() and not any(shard.is_closed() for shard in self._client.shards.values())

    def ages(self) -> Mapping[int, float]:
        """How many seconds ago anything was heard of each shard that has a heartbeat."""
        now = self._clock()
        beats = {number: shard._parent.ws._keep_alive for number, shard in self._client.shards.items()}  # noqa: SLF001
        return {
            number: now - max(beat._last_recv, beat._last_ack)  # noqa: SLF001 - it is nowhere else
            for number, beat in beats.items()
            if beat is not None
        }

    async def restart(self, shard: int) -> None:
        """Close the connection of *shard* as one that is to be resumed."""
        await self._client.shards[shard]._parent.ws.close(code=4000)  # noqa: SLF001 - the public way ends the session


def traced(observer: Observer) -> aiohttp.TraceConfig:
    """Return a trace of requests that tells *observer* which ones Discord put off, and which it holds against us."""
    trace = aiohttp.TraceConfig()

    async def ended(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        status = params.response.status
        if status == PUT_OFF:
            observer.rate_limited(PLATFORM)
        if status in INVALID and params.response.headers.get(SCOPE) != "shared":
            observer.refused(PLATFORM)

    trace.on_request_end.append(ended)
    return trace
