"""Finds what was written to the bot while it was away: the gateway does not deliver that again.

While a shard is connected and has read up, the time is kept in the ledger every few seconds. When a session begins
anew, only those places are read whose last message is younger than that, from there on, and what is found goes the same
way as if it had just been delivered: what was answered before is known by its id.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import discord

from adapters.discord.translate import DIRECT, PLATFORM
from bot.ledger.port import Ledger, LedgerError

BEAT = 5.0  # seconds between two notes of the time
MARGIN = 120.0  # seconds for which a connection may be dead before anybody notices
REMEMBERED = 30 * 86_400.0  # seconds for which a direct conversation is looked into
PAGES = 1_000  # messages read back in one place at most
AT_ONCE = 4  # places that are read at the same time

log = logging.getLogger(__name__)

Readable = discord.TextChannel | discord.VoiceChannel | discord.Thread


class Hear(Protocol):
    """Takes a message, which may have been *missed* for a while."""

    def __call__(self, message: discord.Message, *, missed: bool) -> Awaitable[None]:
        """Take *message*."""
        ...


@dataclass(slots=True)
class _Shard:
    """What is known of one shard; times are in seconds since the epoch.

    ``alive`` is when it was last known to miss nothing, ``floor`` the time before which it was never there, ``since``
    from when on the present session reads back, ``reading`` how many servers it reads at the moment.
    """

    alive: float
    floor: float
    since: float = 0.0
    settled: bool = False
    reading: int = 0


class CatchingUp:
    """Keeps the time of each shard, and reads back to it."""

    def __init__(
        self,
        client: discord.AutoShardedClient,
        ledger: Ledger,
        now: Callable[[], float],
        late: float,
        hear: Hear,
        *,
        taken_until: Callable[[], float],
    ) -> None:
        """Have *hear* take what was missed; all that was heard before *taken_until* is claimed."""
        self._client = client
        self._ledger = ledger
        self._now = now
        self._late = late
        self._hear = hear
        self._taken_until = taken_until
        self._shards: dict[int, _Shard] = {}
        self._beginning: dict[int, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def beat(self) -> None:
        """Keep the time of the shards, again and again, until cancelled."""
        while True:
            await self.note()
            await asyncio.sleep(BEAT)

    async def note(self) -> None:
        """Keep the time of every shard that is connected and has read up what it missed."""
        for shard in self._client.shards.values():
            known = self._shards.get(shard.id)
            if known is not None and known.settled and not known.reading and not shard.is_closed():
                known.alive = self._taken_until()
                await self._keep(shard.id, known.alive)

    async def begin(self, shard: int) -> None:
        """Find out from when on *shard*, whose session begins anew, has missed what was written."""
        beginning = self._beginning[shard] = asyncio.create_task(self._begin(shard))
        await beginning

    def settle(self, shard: int) -> None:
        """Note that *shard* was told of all its servers."""
        self._shards[shard].settled = True

    async def read_guild(self, guild: discord.Guild) -> None:
        """Hear what was written in *guild* since its shard was last connected."""
        if (known := await self._begun(guild.shard_id)) is None:
            return
        places: list[Readable] = [*guild.text_channels, *guild.voice_channels, *guild.threads]
        start = _snowflake(known.since)
        changed = [place for place in places if (place.last_message_id or 0) > start]
        await self._read(known, [place for place in changed if _readable(place, guild)], start)

    async def read_direct(self) -> None:
        """Hear what was written directly since shard 0 was last connected."""
        if (known := await self._begun(0)) is None:
            return
        try:
            places = await self._ledger.places(PLATFORM, self._now() - REMEMBERED)
        except LedgerError as error:
            log.warning("direct conversations are not known: %s", error)
            return
        direct = dict.fromkeys(int(place.thread) for place in places if place.tenant == DIRECT)
        await self._read(known, map(self._client.get_partial_messageable, direct), _snowflake(known.since))

    async def _begin(self, shard: int) -> None:
        now = self._now()
        known = self._shards.get(shard)
        if known is None:
            kept = await self._kept(shard)
            if kept is None:  # the first start of all: nobody can have been missed before it
                await self._keep(shard, now)
            known = self._shards[shard] = _Shard(now if kept is None else kept, now if kept is None else 0.0)
        known.settled = False
        known.since = max(known.alive - MARGIN, now - self._late, known.floor)

    async def _begun(self, shard: int) -> "_Shard | None":
        """What is known of *shard*, once that is found out; a server may be there before it is."""
        if (beginning := self._beginning.get(shard)) is None:
            return None
        await asyncio.shield(beginning)
        return self._shards[shard]

    async def _read(self, shard: "_Shard", places: Iterable[discord.abc.Messageable], start: int) -> None:
        shard.reading += 1
        try:
            await asyncio.gather(*(self._read_place(place, start) for place in places))
        finally:
            shard.reading -= 1

    async def _read_place(self, place: discord.abc.Messageable, start: int) -> None:
        async with self._slots:
            async for message in _history(place, start):
                try:
                    await self._hear(message, missed=True)
                except LedgerError as error:
                    log.warning("%s is not answered: %s", message.id, error)

    async def _kept(self, shard: int) -> float | None:
        try:
            kept = await self._ledger.bookmark(self._name(shard))
        except LedgerError as error:
            log.warning("what was missed is not known: %s", error)
            return None
        return None if kept is None else float(kept)

    async def _keep(self, shard: int, time: float) -> None:
        try:
            await self._ledger.set_bookmark(self._name(shard), f"{time:.3f}")
        except LedgerError as error:
            log.warning("the time is not kept: %s", error)

    def _name(self, shard: int) -> str:
        return f"discord:alive:{self._client.application_id}:{shard}/{self._client.shard_count}"


async def _history(place: discord.abc.Messageable, start: int) -> AsyncIterator[discord.Message]:
    """What was written in *place* after *start*, oldest first; nothing more where it cannot be read."""
    try:
        async for message in place.history(limit=PAGES, after=discord.Object(start), oldest_first=True):
            yield message
    except discord.DiscordException as error:
        log.info("a place could not be read back (%s)", type(error).__name__)


def _readable(place: Readable, guild: discord.Guild) -> bool:
    allowed = place.permissions_for(guild.me)
    return allowed.view_channel and allowed.read_message_history


def _snowflake(seconds: float) -> int:
    return discord.utils.time_snowflake(datetime.fromtimestamp(seconds, UTC))
