"""Shards that the processes of one bot share out among themselves, and sessions begun no faster than Discord allows.

The library's client takes its shards when it is made, and connects them all at once. Here it is made without any, and
each one is connected by the library's own `launch_shard` when this process has got its lease: one client, one cache and
one REST session whatever the process owns, and nothing that is connected is disturbed by what comes and goes. A second
client for each shard that is taken over would double all of that, and a new one with the larger set would end sessions
that serve. A session of a dead process is not resumed: its number of the last event died with it. What was written
meanwhile is read back by `adapters.discord.catching_up` from the time that the dead process kept.
"""

import asyncio
import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import discord
from discord.gateway import DiscordWebSocket
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.discord.translate import PLATFORM
from bot.ledger.port import Ledger, LedgerError
from bot.model import Place
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from discord.types.gateway import SessionStartLimit

    from bot.ledger.leases import Leases

PAUSE = 5.0  # seconds that Discord wants between two sessions whose shards give the same remainder
GOODBYE = 3.0  # seconds to close a connection
LOOK = 2.0  # seconds between two looks at how the shards are shared out

log = logging.getLogger(__name__)


class Pace:
    """Has sessions begin one after the other, in all processes that share a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.concurrency = 1  # how many may begin at the same time, by Discord's word
        self._ledger = ledger
        self._locks = defaultdict[Place, asyncio.Lock](asyncio.Lock)
        self._holding: set[asyncio.Task[None]] = set()

    async def turn(self, application: int, shard: int) -> None:
        """Return when *shard* may begin a session; nobody else may for some seconds after that."""
        place, begun = Place(PLATFORM, str(application), "identify", str(shard % self.concurrency)), asyncio.Event()
        holding = asyncio.create_task(self._hold(place, begun))
        self._holding.add(holding)
        holding.add_done_callback(self._holding.discard)
        try:
            await begun.wait()
        except asyncio.CancelledError:
            holding.cancel()
            raise

    async def _hold(self, place: Place, begun: asyncio.Event) -> None:
        async with self._locks[place], AsyncExitStack() as turn:
            try:
                await turn.enter_async_context(self._ledger.turn(place))
            except LedgerError as error:
                log.warning("a session begins without its turn among other processes: %s", error)
                await asyncio.sleep(PAUSE)
            begun.set()
            await asyncio.sleep(PAUSE)

    async def close(self) -> None:
        """Leave the turns to others."""
        for holding in self._holding:
            holding.cancel()
        await asyncio.gather(*self._holding, return_exceptions=True)


class Sharing:
    """Keeps this process's part of all shards connected."""

    def __init__(self, client: discord.AutoShardedClient, pace: Pace, leases: "Leases") -> None:
        """Connect for *client* the shards whose *leases* this process gets, at the *pace* that is allowed."""
        self._client = client
        self._pace = pace
        self._leases = leases
        self._free: frozenset[int] = frozenset()
        self._connecting: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None

    @property
    def mine(self) -> frozenset[int]:
        """The shards of this process; none, where others have them all and this one stands by."""
        return frozenset(self._leases.held)

    @property
    def started(self) -> bool:
        """Whether this process takes part."""
        return self._keeping is not None

    async def part(self) -> int:
        """Return how many shards this process is to have.

        Raises:
            LedgerError: the database is away.
        """
        return (await self._leases.look()).share

    def start(self) -> None:
        """Take part from now on."""
        self._keeping = asyncio.create_task(self._keep())

    async def end(self) -> None:
        """Disconnect, and leave all shards to others."""
        tasks = [task for task in (self._keeping, self._connecting) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._leases.held.clear()
        await self._disconnect_others()
        await self._leases.close()

    async def _keep(self) -> None:
        while True:
            try:
                await self._look()
            except LedgerError as error:
                log.warning("the shards are not shared out anew now: %s", error)
            except Exception as error:  # noqa: BLE001 - whatever fails, it is tried again: a process without shards is deaf
                log.warning("a shard was not taken (%s)", type(error).__name__)
            await asyncio.sleep(LOOK)

    async def _look(self) -> None:
        """Give up what is another's or too much; take one shard where there are too few.

        What has just become free is left to its owner for a moment, who may only have lost the connection.
        """
        look = await self._leases.look()
        free, self._free = sorted(self._free.intersection(look.free)), frozenset(look.free)
        if look.lost:
            log.warning("another process has taken over: shards %s", ", ".join(map(str, sorted(look.lost))))
        await self._disconnect_others()
        if len(self.mine) > look.share:
            await self._leave(max(self.mine))
        elif len(self.mine) < look.share and free and (self._connecting is None or self._connecting.done()):
            await self._take(free)

    async def _leave(self, shard: int) -> None:
        """Let another process have *shard*."""
        self._leases.held.discard(shard)
        await self._disconnect_others()
        await self._leases.give_back(shard)
        log.info("shard %d is left to another process", shard)

    async def _take(self, free: Iterable[int]) -> None:
        if (shard := await self._leases.take(free)) is None:
            return
        try:
            _, _, limits = await self._client.http.get_bot_gateway()
            see_that_there_are(limits, 1)
        except SettingsError as error:
            await self._leases.give_back(shard)
            log.warning("shard %d is not connected: %s", shard, error)
        except BaseException:
            await self._leases.give_back(shard)
            raise
        else:
            log.info("shard %d is this process's from now on", shard)
            self._pace.concurrency = limits["max_concurrency"]
            gateway = DiscordWebSocket.DEFAULT_GATEWAY
            self._connecting = asyncio.create_task(self._client.launch_shard(gateway, shard))

    async def _disconnect_others(self) -> None:
        """Disconnect what is not this process's, even if the library has connected it anew in the meantime."""
        known = map(self._client.get_shard, range(self._client.shard_count or 0))
        others = [shard for shard in known if shard is not None and shard.id not in self.mine]
        await asyncio.gather(*map(_disconnect, others))


async def _disconnect(shard: discord.ShardInfo) -> None:
    with suppress(TimeoutError):  # a connection that is dead does not say goodbye
        async with asyncio.timeout(GOODBYE):
            await shard.disconnect()


def sharing(
    client: discord.AutoShardedClient, settings: Settings, ledger: Ledger, pace: Pace, count: int
) -> Sharing | None:
    """Return what shares *count* shards out for *client*; None where each process has its own, or there is but one.

    The others are known by the PostgreSQL that all processes of the bot have in common. Where Discord says how many
    shards there are, and says so otherwise to a process that starts later, both parties connect theirs until the older
    processes have gone: an event that comes twice is answered once.
    """
    engine = getattr(ledger, "engine", None)
    if settings.discord_shard_ids or not isinstance(engine, AsyncEngine) or engine.dialect.name != "postgresql":
        return None
    from bot.ledger.leases import Leases  # noqa: PLC0415 - what stands in a file starts without it

    name = f"discord:{hashlib.sha256(settings.discord_token.encode()).hexdigest()}"  # another bot is apart
    return Sharing(client, pace, Leases(engine, name, count))


def see_that_there_are(limits: "SessionStartLimit", sessions: int) -> None:
    """See that Discord lets so many *sessions* begin; it takes the token away from a bot that begins too many.

    Raises:
        SettingsError: it does not.
    """
    if limits["remaining"] < sessions:
        wait = timedelta(seconds=limits["reset_after"] // 1000)
        raise SettingsError(
            f"Discord lets {limits['remaining']} more sessions of the bot begin, and {sessions} are needed: find out"
            f" what starts it again and again, and start it in {wait} hours"
        )
