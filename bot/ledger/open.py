"""Opens the ledger that a URL names."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.ledger.failures import told
from bot.ledger.port import LedgerError
from bot.ledger.sql import SqlLedger
from bot.ledger.sqlite import SYNCHRONOUS, Sqlite, prepare

if TYPE_CHECKING:
    from bot.ledger.postgres import Postgres

FILE = "ledger.sqlite3"
LEASE = 20.0  # seconds
SCHEMES = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE, or leave it out for a file of its own"


async def open_ledger(
    url: str,
    data: Path,
    now: Callable[[], float],
    *,
    serving: bool = True,
    keep_questions: int = 0,
    lease: float = LEASE,
) -> SqlLedger:
    """Return the ledger at *url*, by default a file in the folder *data*; *now* gives seconds since the epoch.

    With *serving* it is made where it is missing and brought to the present schema, and a file of SQLite is this
    process's own until `SqlLedger.close_down`. Without, it is for a command beside the bot, and must be there.
    Redacted questions are kept for *keep_questions* days, by default not at all. In PostgreSQL a process that is silent
    for *lease* seconds counts as dead.

    Raises:
        LedgerError: it cannot be opened; the message says why.
    """
    owner, parsed = uuid.uuid4().hex, parse(url)
    database = (
        _sqlite(parsed, data, make=serving)
        if parsed is None or parsed.drivername == "sqlite"
        else _postgres(parsed, owner, lease)
    )
    try:
        await (database.serve() if serving else database.join())
    except BaseException:
        await database.close()
        raise
    return SqlLedger(database, owner, now, keep_questions)


def parse(url: str) -> sa.URL | None:
    """Return *url* in its parts, None where it is empty.

    Raises:
        LedgerError: it names no database that the ledger can be in; its words are not repeated, it may hold a password.
    """
    if not url:
        return None
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.drivername not in {"sqlite", "postgresql", "postgres", "postgresql+psycopg"}:
        raise LedgerError(f"DATABASE_URL is of no kind that the ledger can use: {SCHEMES}")
    return parsed if parsed.drivername == "sqlite" else parsed.set(drivername="postgresql+psycopg")


def sqlite_file(url: sa.URL | None, data: Path) -> tuple[Path, str]:
    """Return the file that *url* names and how it is synchronised.

    Raises:
        LedgerError: it names no file, or asks for what there is not.
    """
    if url is None:
        return data / FILE, "normal"
    synchronous = str(url.query.get("synchronous", "normal")).lower()
    if url.host or not url.database or url.database == ":memory:":
        raise LedgerError(
            "DATABASE_URL names no file: write sqlite:///FILE, with four slashes for a path from the root"
        )
    if set(url.query) - {"synchronous"} or synchronous not in SYNCHRONOUS:
        raise LedgerError("DATABASE_URL: behind the file stands ?synchronous=normal, full or extra, or nothing")
    return Path(url.database).expanduser(), synchronous


def _sqlite(url: sa.URL | None, data: Path, *, make: bool) -> Sqlite:
    path, synchronous = sqlite_file(url, data)
    if not make and not path.is_file():
        raise LedgerError(f"there is no ledger at {path}: it is made when the bot starts")
    with told():
        prepare(path)
    return Sqlite(path, synchronous)


def _postgres(url: sa.URL, owner: str, lease: float) -> "Postgres":
    from bot.ledger.postgres import Postgres  # noqa: PLC0415 - what stands in a file starts without it

    return Postgres(url, owner, lease)
