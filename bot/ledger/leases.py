"""Numbered leases that the processes on one PostgreSQL share out among themselves: the shards of Discord's gateway.

A lease is an advisory lock of a session: it ends with its process, and no clock has a say in it. The server ends the
session of a process that was silent for a while too, so that one that hangs, or whose machine is cut off, loses its
leases as a dead one does. Whoever finds its session gone takes a new one and learns what others have got meanwhile;
until then it goes on, since two owners of one lease do no harm here: the ledger gives each event to one of them.

There is no job engine beside the ledger. An event's row is the job, written in the transaction that claims it; the
lease of its owner is the heartbeat; `Ledger.take_over` finds what a dead process left; `Ledger.turn` keeps the order
within a conversation; what is old is purged by each process in `bot.serving`. A queue's own tables would say the same a
second time, cost each answer more transactions, and could not share the one that claims.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.ledger.failures import told
from bot.ledger.port import LedgerError
from bot.ledger.postgres import CONNECT, advisory_key, discard
from bot.model import Place

T = TypeVar("T")

SILENT = 12.0  # seconds after which a process that says nothing has lost its leases
PATIENCE = 5.0  # seconds to wait for the server

_KEY = sa.bindparam("key", type_=sa.BigInteger)
_TAKE = sa.select(sa.func.pg_try_advisory_lock(_KEY))
_TAKE_PART = sa.select(sa.func.pg_try_advisory_lock_shared(_KEY))
_GIVE_BACK = sa.select(sa.func.pg_advisory_unlock(_KEY))
_GIVE_ALL_BACK = sa.select(sa.func.pg_advisory_unlock_all())
_LOCKS = sa.text(  # the server keeps a key of 64 bits in two halves
    "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks"
    " JOIN pg_database ON pg_database.oid = database AND datname = current_database()"
    " WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
)
_END_IF_SILENT = sa.text(  # a setting since PostgreSQL 14; before, the system's own keepalives have to do
    "SELECT set_config(name, :milliseconds, false) FROM pg_settings WHERE name = 'idle_session_timeout'"
)


@dataclass(frozen=True, slots=True)
class Look:
    """How the leases are shared out now.

    Attributes:
        lost: What this process had, and another one has got.
        free: What nobody holds.
        share: How many each process may hold, so that all have their part.
    """

    lost: frozenset[int]
    free: tuple[int, ...]
    share: int


class Leases:
    """The leases from 0 to *count* - 1 of one name; for one task at a time."""

    def __init__(self, engine: AsyncEngine, name: str, count: int, silent: float = SILENT) -> None:
        """Share them out with all processes that use the same *name* and *count* in the database of *engine*."""
        self.held: set[int] = set()
        self._keys = {number: _key(f"{name}/{count}", str(number)) for number in range(count)}
        self._all = _key(f"{name}/{count}", "")
        self._silent = {"milliseconds": str(int(silent * 1000))}
        self._lost: frozenset[int] = frozenset()
        self._connection: AsyncConnection | None = None
        self._engine = create_async_engine(
            engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=CONNECT, hide_parameters=True
        )

    async def look(self) -> Look:
        """Say that this process lives, and return how things stand; to be called every few seconds.

        Raises:
            LedgerError: the database is away, and nothing is known of the leases until it is back.
        """
        return await self._carry_out(self._look)

    async def take(self, numbers: Iterable[int]) -> int | None:
        """Take the first of *numbers* that is still free, and return it; None where there is none.

        Raises:
            LedgerError: the database is away.
        """
        for number in numbers:
            if await self._asked(_TAKE, self._keys[number]):
                self.held.add(number)
                return number
        return None

    async def give_back(self, number: int) -> None:
        """Leave the lease *number*, which this process holds, to others.

        Raises:
            LedgerError: the database is away.
        """
        self.held.discard(number)
        await self._asked(_GIVE_BACK, self._keys[number])

    async def close(self) -> None:
        """Leave everything to others, at once where the database can be told."""
        self.held.clear()
        if self._connection is not None:
            with contextlib.suppress(LedgerError):
                await self._carry_out(lambda connection: connection.execute(_GIVE_ALL_BACK))
        await self._discard()
        await self._engine.dispose()

    async def _look(self, connection: AsyncConnection) -> Look:
        locks = list((await connection.execute(_LOCKS)).scalars())
        taken, members = frozenset(locks), locks.count(self._all)
        free = tuple(number for number, key in self._keys.items() if key not in taken)
        lost, self._lost = self._lost, frozenset()
        return Look(lost, free, share(len(self._keys), members))

    async def _asked(self, statement: sa.Select[tuple[bool]], key: int) -> bool:
        async def ask(connection: AsyncConnection) -> bool:
            return bool(await connection.scalar(statement, {"key": key}))

        return await self._carry_out(ask)

    async def _carry_out(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        with told():
            try:
                async with asyncio.timeout(PATIENCE):
                    return await work(await self._session())
            except BaseException:
                await self._discard()  # whatever state it is in, the next call begins anew
                raise

    async def _session(self) -> AsyncConnection:
        """The session that holds the leases; a new one takes again what it can get of those that were held."""
        if self._connection is None:
            self._connection = connection = await self._engine.connect()
            await connection.execute(_END_IF_SILENT, self._silent)
            await connection.execute(_TAKE_PART, {"key": self._all})
            for number in tuple(self.held):
                if not await connection.scalar(_TAKE, {"key": self._keys[number]}):
                    self.held.discard(number)
                    self._lost |= {number}
        return self._connection

    async def _discard(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await discard(connection)


def share(count: int, members: int) -> int:
    """Return how many of *count* leases each of *members* may hold; together they may hold all."""
    return -(-count // max(1, members))


def _key(name: str, number: str) -> int:
    return advisory_key(Place("leases", name, number))
