"""Every failure of a database is told in one line that says how to mend it and repeats no value."""

import sqlite3

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError, NoSuchTableError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.ledger.failures import explain, told
from bot.ledger.port import LedgerError


def of_sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("EXAMPLE-value")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), "the disk is full"),
        (of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), "cannot be written"),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN_ISDIR), "cannot be opened"),
        (of_sqlite(sqlite3.SQLITE_IOERR_FSYNC), "the disk under the ledger's file fails"),
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), "holds the ledger's file locked"),
        (of_sqlite(sqlite3.SQLITE_CORRUPT_INDEX), "is damaged"),
        (of_sqlite(sqlite3.SQLITE_NOTADB), "is no SQLite database"),
        (of_sqlite(sqlite3.SQLITE_MISMATCH), "SQLite fails (OperationalError 20)"),
        (sqlite3.ProgrammingError("EXAMPLE"), "SQLite fails (ProgrammingError 0)"),
        (PermissionError(13, "Permission denied", "EXAMPLE"), "cannot be used: Permission denied"),
        (OSError("EXAMPLE"), "cannot be used: OSError"),
        (TimeoutError("EXAMPLE"), "does not answer in time"),
        (PoolTimeoutError("EXAMPLE"), "every connection to the database is in use"),
        (errors.DiskFull("EXAMPLE"), "the disk under PostgreSQL is full"),
        (errors.ReadOnlySqlTransaction("EXAMPLE"), "is read-only here"),
        (errors.AdminShutdown("EXAMPLE"), "is stopping or starting"),
        (errors.DeadlockDetected("EXAMPLE"), "undid a transaction"),
        (errors.OutOfMemory("EXAMPLE"), "has run out of something"),
        (errors.LockNotAvailable("EXAMPLE"), "holds what is needed locked"),
        (errors.UndefinedColumn("EXAMPLE"), "the database fails (UndefinedColumn 42703)"),
        (psycopg.InterfaceError("EXAMPLE"), "the database fails (InterfaceError)"),
        (psycopg.OperationalError("EXAMPLE"), "PostgreSQL is out of reach"),
        (psycopg.OperationalError("FATAL:  sorry, too many clients already"), "has no connection left"),
        (psycopg.OperationalError("FATAL:  the database system is starting up"), "is stopping or starting"),
        (psycopg.OperationalError('FATAL:  database "EXAMPLE" does not exist'), "does not exist: create it"),
        (psycopg.OperationalError('FATAL:  role "EXAMPLE" does not exist'), "refuses the user or the password"),
        (NoSuchTableError("EXAMPLE"), "the database fails (NoSuchTableError)"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_failure_is_told_in_one_line(error: Exception, line: str) -> None:
    lines = [explain(error), explain(DBAPIError("SELECT 'EXAMPLE'", {"a": "EXAMPLE"}, error))]

    assert all(line in each for each in lines)
    assert not any("EXAMPLE" in each or "\n" in each for each in lines)


def test_what_is_no_failure_of_the_database_is_not_told_as_one() -> None:
    with pytest.raises(ZeroDivisionError), told():
        raise ZeroDivisionError


def test_a_complaint_of_the_ledger_itself_is_handed_on() -> None:
    with pytest.raises(LedgerError, match=r"^as it is$"), told():
        raise LedgerError("as it is")
