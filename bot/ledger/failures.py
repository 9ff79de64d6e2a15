"""What a failure of a database means: one line on what is wrong and how to mend it, without SQL or values."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.ledger.port import LedgerError

_SQLITE = {
    sqlite3.SQLITE_FULL: "the disk is full: free some space; what was recorded is safe",
    sqlite3.SQLITE_READONLY: "the ledger's file cannot be written: give this user the right to write it and its folder",
    sqlite3.SQLITE_CANTOPEN: "the ledger's file cannot be opened: see whether its folder exists and may be written",
    sqlite3.SQLITE_PERM: "the ledger's file may not be used by this user",
    sqlite3.SQLITE_IOERR: "the disk under the ledger's file fails: see the system's log",
    sqlite3.SQLITE_BUSY: "another program holds the ledger's file locked: try again when it has ended",
    sqlite3.SQLITE_LOCKED: "another program holds the ledger's file locked: try again when it has ended",
    sqlite3.SQLITE_CORRUPT: "the ledger's file is damaged: put it aside and restore a backup",
    sqlite3.SQLITE_NOTADB: "the ledger's file is no SQLite database, or is damaged: put it aside and restore a backup",
    sqlite3.SQLITE_TOOBIG: "a text is too long for the ledger",
}

# Classes and codes of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html; the longest one counts.
_POSTGRES = {
    "08": "PostgreSQL is out of reach: see whether it runs and DATABASE_URL is right",
    "28": "PostgreSQL refuses the user or the password in DATABASE_URL",
    "3D000": "the database in DATABASE_URL does not exist: create it",
    "25006": "PostgreSQL is read-only here: name the primary server in DATABASE_URL",
    "40": "PostgreSQL undid a transaction that met with another one: try again",
    "42501": "the user in DATABASE_URL may not do that in this database",
    "42P01": "a table of the ledger is missing in PostgreSQL: restore a backup",
    "42P07": "DATABASE_URL names a database with other tables of the same names: give the ledger one of its own",
    "53100": "the disk under PostgreSQL is full: free some space; what was recorded is safe",
    "53300": "PostgreSQL has no connection left: raise its max_connections, or run fewer processes",
    "53": "PostgreSQL has run out of something: see its log",
    "55P03": "another process holds what is needed locked",
    "57014": "PostgreSQL took too long",
    "57P": "PostgreSQL is stopping or starting",
    "XX001": "PostgreSQL finds its files damaged: restore a backup",
    "XX002": "PostgreSQL finds its files damaged: restore a backup",
}

# What fails while connecting brings no code, only the server's words, in English unless it was told otherwise.
_CONNECTING = {
    "password authentication failed": "28",
    "no password supplied": "28",
    'role "': "28",
    'database "': "3D000",
    "too many": "53300",
    "connection slots": "53300",
    "starting up": "57P",
    "shutting down": "57P",
    "recovery": "57P",
}


@contextmanager
def told() -> Iterator[None]:
    """Raise every failure of a database, a driver or the system as a `LedgerError`."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, TimeoutError) as error:
        raise LedgerError(explain(error)) from None  # a traceback would tell the rest, and so may a log


def explain(error: BaseException) -> str:
    """Return one line on *error*; its own words are left out, since they may hold values."""
    if isinstance(error, PoolTimeoutError):
        return "every connection to the database is in use"
    if isinstance(error, DBAPIError) and error.orig is not None:
        return explain(error.orig)
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the code's class
        return _SQLITE.get(code) or f"SQLite fails ({type(error).__name__} {code})"
    if isinstance(error, TimeoutError):
        return "the database does not answer in time"
    if isinstance(error, OSError):
        return f"the ledger's file cannot be used: {error.strerror or type(error).__name__}"
    return _of_postgres(error)


def _of_postgres(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None) or ""
    name = type(error).__name__
    if not state and name in {"OperationalError", "ConnectionTimeout"}:
        _, fatal, words = str(error).partition("FATAL:")
        state = next((state for mark, state in _CONNECTING.items() if fatal and mark in words), "08")
    for length in (5, 3, 2):
        if found := _POSTGRES.get(state[:length]):
            return found
    return f"the database fails ({name}{f' {state}' if state else ''})"
