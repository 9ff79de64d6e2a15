"""Finds what was written to the bot while it was away: the gateway does not deliver that again.

While a shard is connected, the time is kept in the ledger every few seconds. When a session begins anew, only those
places are read whose last message is younger than that, from there on, and what is found goes the same way as if it
had just been delivered: what was answered before is known by its id.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import UTC, datetime

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
Hear = Callable[[discord.Message], Awaitable[None]]


class CatchingUp:
    """Keeps the time of each shard, and reads back to it."""

    def __init__(
        self, client: discord.AutoShardedClient, ledger: Ledger, now: Callable[[], float], late: float, hear: Hear
    ) -> None:
        self._client = client
        self._ledger = ledger
        self._now = now
        self._late = late
        self._hear = hear
        self._since: dict[int, float] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def beat(self) -> None:
        """Keep the time of every shard that is connected, again and again, until cancelled."""
        while True:
            await self.note()
            await asyncio.sleep(BEAT)

    async def note(self) -> None:
        """Keep the time of every shard that is connected and has read up what it missed."""
        for shard in self._client.shards.values():
            if shard.id not in self._since or shard.is_closed():
                continue
            try:
                await self._ledger.set_bookmark(self._name(shard.id), f"{self._now():.3f}")
            except LedgerError as error:
                log.warning("the time is not kept: %s", error)

    async def begin(self, shard: int) -> None:
        """Find out from when on *shard*, whose session begins anew, has missed what was written."""
        try:
            kept = await self._ledger.bookmark(self._name(shard))
        except LedgerError as error:
            log.warning("what was missed is not known: %s", error)
            kept = None
        now = self._now()
        self._since[shard] = now if kept is None else max(float(kept) - MARGIN, now - self._late)

    async def read_guild(self, guild: discord.Guild) -> None:
        """Hear what was written in *guild* since its shard was last connected."""
        since = self._since.get(guild.shard_id)
        if since is None:
            return
        places: list[Readable] = [*guild.text_channels, *guild.voice_channels, *guild.threads]
        start = discord.utils.time_snowflake(datetime.fromtimestamp(since, UTC))
        changed = [place for place in places if (place.last_message_id or 0) > start]
        readable = [place for place in changed if _readable(place, guild)]
        await self._read(readable, start)

    async def read_direct(self) -> None:
        """Hear what was written directly since shard 0 was last connected."""
        since = self._since.get(0)
        if since is None:
            return
        try:
            known = await self._ledger.places(PLATFORM, self._now() - REMEMBERED)
        except LedgerError as error:
            log.warning("direct conversations are not known: %s", error)
            return
        places = dict.fromkeys(int(place.thread) for place in known if place.tenant == DIRECT)
        start = discord.utils.time_snowflake(datetime.fromtimestamp(since, UTC))
        await self._read(map(self._client.get_partial_messageable, places), start)

    async def _read(self, places: Iterable[discord.abc.Messageable], start: int) -> None:
        await asyncio.gather(*(self._read_place(place, start) for place in places))

    async def _read_place(self, place: discord.abc.Messageable, start: int) -> None:
        async with self._slots:
            async for message in _history(place, start):
                try:
                    await self._hear(message)
                except LedgerError as error:
                    log.warning("%s is not answered: %s", message.id, error)

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
