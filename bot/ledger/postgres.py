"""The ledger in PostgreSQL: for several processes, each of which owns the events that it took.

A process lives as long as the lease under its name, which it renews in the background; only the database's clock is
ever asked. When a lease has run out, any other process may take over what is open. The one that was thought dead learns
of it when it records, and is refused.

A turn is an advisory lock of a session, so what stands between the process and the server must keep sessions apart:
PgBouncer needs its session mode. The locks have connections of their own, since many may wait for a turn, and what they
wait for needs a connection too.

What is erased is out of the tables at once; from the server's disk it goes with its vacuum, which open texts are given
early, and with the turnover of its log.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.ledger import schema
from bot.ledger.failures import told
from bot.ledger.port import LedgerError
from bot.ledger.tables import NOW, events, owners
from bot.model import Place

T = TypeVar("T")

PATIENCE = 30.0  # seconds to wait for a connection, and for an answer
CONNECTIONS, TURNS = 8, 32  # at most, for the verbs and for the turns
BURIED = timedelta(days=1)  # after that a lease that ran out is forgotten
MIGRATING = 0x66726F6E74646573  # the advisory lock of whoever changes the schema: "frontdes"

CONNECT = {
    "application_name": "frontdesk",
    "connect_timeout": 5,
    "keepalives_idle": 10,  # a server that fell silent is noticed in half a minute
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
# The same from the server's side, which keeps the locks of a machine that is gone; and an end to waiting.
_SESSION = (
    "tcp_keepalives_idle = 10",
    "tcp_keepalives_interval = 5",
    "tcp_keepalives_count = 3",
    "lock_timeout = 60000",
)
_LOCK = sa.select(sa.func.pg_advisory_lock(sa.bindparam("key", type_=sa.BigInteger)))
_UNLOCK = sa.select(sa.func.pg_advisory_unlock(sa.bindparam("key", type_=sa.BigInteger)))


class Postgres:
    """A database that several processes share; *owner* is this one's name in it."""

    shared = True
    lapsed = ~sa.exists().where(owners.c.owner == events.c.owner, owners.c.lease > NOW)

    def __init__(self, url: sa.URL, owner: str, lease: float) -> None:
        """Use the database at *url*, with a *lease* of that many seconds.

        Raises:
            LedgerError: the driver is not installed.
        """
        try:
            self.engine = _engine(url, CONNECTIONS)
            self._turns = _engine(url, TURNS).execution_options(isolation_level="AUTOCOMMIT")
        except ModuleNotFoundError:
            raise LedgerError("PostgreSQL needs its driver: pip install 'frontdesk[postgres]'") from None
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._owner = owner
        self._lease = lease
        self._renewing: asyncio.Task[None] | None = None
        self._unlocking: set[asyncio.Task[None]] = set()
        sa.event.listen(self._turns.sync_engine, "connect", _set_up)

    async def serve(self) -> None:
        """Bring the schema up to date, and live from now on."""
        if await self.read(schema.current) < schema.HEAD:
            await self.write(_upgrade)
        await self.write(self._renew)
        self._renewing = asyncio.create_task(self._keep_renewing())

    async def join(self) -> None:
        """See that the database holds a ledger of the present schema."""
        await self.read(schema.require)

    async def read(self, verb: Callable[[sa.Connection], T]) -> T:
        """Return what *verb* finds."""

        async def carry_out() -> T:
            async with self._reading.connect() as connection:
                return await connection.run_sync(verb)

        return await _patiently(carry_out)

    async def write(self, verb: Callable[[sa.Connection], T]) -> T:
        """Carry out *verb* in a transaction."""

        async def carry_out() -> T:
            async with self.engine.begin() as connection:
                return await connection.run_sync(verb)

        return await _patiently(carry_out)

    @asynccontextmanager
    async def turn(self, place: Place) -> AsyncIterator[None]:
        """Keep every other process from *place*.

        Where the connection breaks meanwhile the turn is lost; then `Ledger.record` finds who else had the event.
        """
        key = {"key": advisory_key(place)}
        connection = await _patiently(lambda: self._locked(key), 2 * PATIENCE + 5)
        try:
            yield
        finally:
            unlocking = asyncio.create_task(_unlock(connection, key))
            self._unlocking.add(unlocking)
            unlocking.add_done_callback(self._unlocking.discard)
            await asyncio.shield(unlocking)  # a task that is cancelled gives its turn back all the same

    def settle(self, *tables: sa.Table) -> None:
        """Nothing: the server sees to its files itself."""

    async def close(self) -> None:
        """Give the lease back, so that others need not wait for its end, and let go of all connections."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)
            with contextlib.suppress(LedgerError):
                await self.write(lambda connection: connection.execute(owners.delete().where(self._mine())))
        await asyncio.gather(*self._unlocking, return_exceptions=True)
        await self._turns.dispose()
        await self.engine.dispose()

    async def _locked(self, key: dict[str, int]) -> AsyncConnection:
        connection = await self._turns.connect()
        try:
            await connection.execute(_LOCK, key)
        except BaseException:
            await asyncio.shield(discard(connection))  # it may have got the lock nevertheless
            raise
        return connection

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            with contextlib.suppress(LedgerError):  # whoever asks next hears of it; the lease may outlast the fault
                await self.write(self._renew)

    def _renew(self, connection: sa.Connection) -> None:
        lease = {"lease": NOW + timedelta(seconds=self._lease)}
        alive = postgresql.insert(owners).values(owner=self._owner, **lease)
        connection.execute(alive.on_conflict_do_update(index_elements=[owners.c.owner], set_=lease))
        connection.execute(owners.delete().where(owners.c.lease < NOW - BURIED))

    def _mine(self) -> sa.ColumnElement[bool]:
        return owners.c.owner == self._owner


def advisory_key(place: Place) -> int:
    """Return the number of the lock for *place*, of 64 bits with a sign."""
    name = repr((place.platform, place.tenant, place.channel, place.thread))
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def _engine(url: sa.URL, size: int) -> AsyncEngine:
    """An engine that does not ask before each use whether a connection still stands: `_patiently` tries again."""
    return create_async_engine(
        url, pool_size=size, max_overflow=0, pool_timeout=PATIENCE, connect_args=CONNECT, hide_parameters=True
    )


def _set_up(raw: Any, _record: Any) -> None:
    cursor = raw.cursor()
    for setting in _SESSION:
        cursor.execute(f"SET {setting}")
    cursor.close()
    raw.commit()


def _upgrade(connection: sa.Connection) -> None:
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
    schema.upgrade(connection)


async def _patiently(carry_out: Callable[[], Awaitable[T]], patience: float = PATIENCE) -> T:
    """Return what *carry_out* does; where its connection was broken, and all older ones with it, it is tried again."""
    with told():
        async with asyncio.timeout(patience):
            try:
                return await carry_out()
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            return await carry_out()


async def _unlock(connection: AsyncConnection, key: dict[str, int]) -> None:
    """Give the lock back; where that fails the connection goes, and the lock with it."""
    try:
        async with asyncio.timeout(PATIENCE):
            await connection.execute(_UNLOCK, key)
            await connection.close()
    except Exception:  # noqa: BLE001 - nothing that fails here may touch what was done in the turn
        await discard(connection)


async def discard(connection: AsyncConnection) -> None:
    """Let go of *connection*, whatever state it is in, and of the locks of its session."""
    with contextlib.suppress(Exception):
        await connection.invalidate()
    with contextlib.suppress(Exception):
        await connection.close()
