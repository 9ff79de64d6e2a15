"""The ledger in a file of SQLite: for one serving process, which a lock beside the file sees to.

Durability: the journal is a write-ahead log with ``synchronous=NORMAL``. What is committed survives the death of the
process at any moment. A power failure can take the commits of the last second, since the log is carried into the file
and synchronised that long after a write: a commit that waits for the disk each time takes 4 ms on a common one, thrice
in an answer. Who wants that writes ``sqlite:///FILE?synchronous=full``.

Erasure: ``secure_delete`` writes zeros over what is deleted, in pages in use and in free ones; `verbs.rewrite` clears
the copies that it leaves. Carrying the log into the file and cutting it to nothing takes erased text out of the log.
All this is done within a second. Names of people and channels, which are no texts, may leave traces in the file until
SQLite uses the space again.
"""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from functools import cached_property, partial
from pathlib import Path
from typing import IO, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.ledger import schema
from bot.ledger.failures import told
from bot.ledger.port import LedgerError
from bot.ledger.tables import drafts
from bot.ledger.verbs import rewrite
from bot.model import Place

T = TypeVar("T")

PATIENCE = 5.0  # seconds to wait for a lock of another program
SETTLED = 1.0  # seconds at most between a write and the log's end
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
_CONNECT = {"isolation_level": None, "timeout": PATIENCE}  # transactions begin as `_begin` says
SYNCHRONOUS = frozenset(("normal", "full", "extra"))


class Sqlite:
    """One connection to one file, in a thread of its own.

    SQLite lets one write at a time, and a queue in here is fairer than its lock. The verbs run in the thread as a
    whole: crossing over for every statement, as aiosqlite does, takes thrice the time.
    """

    shared = False  # the lock tells that no other process serves
    lapsed = sa.true()

    def __init__(self, path: Path, synchronous: str = "normal") -> None:
        """Use the file at *path*, which `prepare` has made ready."""
        self.path = path
        self._set_up = partial(_set_up, synchronous=synchronous)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(path)),
            pool_size=1,
            max_overflow=0,
            connect_args=_CONNECT,
            hide_parameters=True,
        )
        self._reading = self._engine.execution_options(reading=True)
        self._lock: IO[bytes] | None = None
        self._settling: asyncio.Task[None] | None = None
        self._unsettled: set[sa.Table] = set()
        self._written = False
        self._closed = False
        _listen(self._engine, self._set_up)

    @cached_property
    def engine(self) -> AsyncEngine:
        """An engine of SQLAlchemy on the same file, for other tables in it."""
        logging.getLogger("aiosqlite").setLevel(logging.WARNING)  # below that it tells the values of every statement
        url = sa.URL.create("sqlite+aiosqlite", database=str(self.path))
        engine = create_async_engine(url, connect_args=_CONNECT, hide_parameters=True)
        _listen(engine.sync_engine, self._set_up)
        return engine

    async def serve(self) -> None:
        """Take the lock, for as long as this process lives, and bring the schema up to date.

        Raises:
            LedgerError: another process serves from this file, or the file cannot be used.
        """
        with told():
            self._lock = lock(self.path)
        await self.write(schema.upgrade)
        await self._settle()  # a process that was killed left its last second unsettled

    async def join(self) -> None:
        """See that the file holds a ledger of the present schema, without a lock: for a command beside the server."""
        await self.read(schema.require)

    async def read(self, verb: Callable[[sa.Connection], T]) -> T:
        """Return what *verb* finds."""
        return await self._apart(self._reading.connect, verb)

    async def write(self, verb: Callable[[sa.Connection], T]) -> T:
        """Carry out *verb* in a transaction."""
        return await self._apart(self._engine.begin, verb)

    async def _apart(
        self, connect: Callable[[], AbstractContextManager[sa.Connection]], verb: Callable[[sa.Connection], T]
    ) -> T:
        if self._closed:
            raise LedgerError("the ledger is closed")

        def carry_out() -> T:
            with told(), connect() as connection:
                return verb(connection)

        return await asyncio.get_running_loop().run_in_executor(self._thread, carry_out)

    def turn(self, place: Place) -> AbstractAsyncContextManager[None]:
        """Nothing: there is no other process."""
        del place
        return nullcontext()

    def settle(self, *tables: sa.Table) -> None:
        """Bring what was written and erased into the file within a second; *tables* lost text for good."""
        self._unsettled.update(tables)
        self._written = True
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._settle_soon())

    async def close(self) -> None:
        """Settle what is left, and let go of the file and its lock; once more does nothing."""
        if self._closed:
            return
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.gather(self._settling, return_exceptions=True)
            with contextlib.suppress(LedgerError):  # a damaged file must not keep the process from ending
                await self._settle()
        self._closed = True
        if "engine" in self.__dict__:
            await self.engine.dispose()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()
        if self._lock is not None:
            self._lock.close()

    async def _settle_soon(self) -> None:
        while self._written:
            await asyncio.sleep(SETTLED)
            self._written = False  # what is written while this settles has to be settled next
            with contextlib.suppress(LedgerError):  # the next write tries again, and whoever writes hears of the fault
                await self._settle()

    async def _settle(self) -> None:
        tables = frozenset(self._unsettled)
        await self.write(lambda connection: rewrite(connection, drafts, *tables))
        self._unsettled -= tables
        await self.read(lambda connection: connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close())


def prepare(path: Path) -> None:
    """Make the file at *path* and its folder where they are missing, for this user alone.

    The files that SQLite puts beside it get the rights of the file itself. A folder that is there already is left as it
    is; a file that others may read is not.

    Raises:
        OSError: it cannot be made.
    """
    if not path.parent.is_dir():
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True)
        path.parent.chmod(PRIVATE_FOLDER)
    handle = os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE)
    os.close(handle)
    for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        if name.exists() and name.stat().st_mode & 0o077:
            name.chmod(PRIVATE_FILE)


def lock(path: Path) -> IO[bytes]:
    """Return the open lock file beside *path*: as long as it is open no other process can have it.

    Raises:
        LedgerError: another process has it.
    """
    beside = path.with_name(f"{path.name}.lock")
    file = os.fdopen(os.open(beside, os.O_CREAT | os.O_RDWR, PRIVATE_FILE), "r+b")
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - there is none elsewhere

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - there is none on Windows

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # the latter is what Windows says
        file.close()
        raise LedgerError(
            f"another frontdesk serves from {path} already: end that one first, or let both use PostgreSQL"
        ) from None
    return file


def _listen(engine: sa.Engine, set_up: Callable[..., None]) -> None:
    sa.event.listen(engine, "connect", set_up)
    sa.event.listen(engine, "begin", _begin)


def _set_up(raw: Any, _record: Any, synchronous: str) -> None:
    cursor = raw.cursor()
    for pragma in (
        f"busy_timeout = {int(PATIENCE * 1000)}",
        "journal_mode = WAL",
        f"synchronous = {synchronous}",
        "secure_delete = ON",
        "foreign_keys = ON",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    """Take the right to write at once: a transaction that starts reading could be refused it later."""
    if not connection.get_execution_options().get("reading"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
