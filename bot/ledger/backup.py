"""Copies a ledger in a file of SQLite while it is in use, and puts such a copy back."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from bot.ledger import schema
from bot.ledger.failures import told
from bot.ledger.port import LedgerError
from bot.ledger.sqlite import PATIENCE, prepare


def backup(ledger: Path, file: Path) -> None:
    """Copy the *ledger*'s file to *file*, which only this user may read; one that is there is replaced at the end.

    The copy is of one moment, and whoever serves goes on meanwhile.

    Raises:
        LedgerError: it cannot be read or written, or is damaged.
    """
    if file.resolve() == ledger.resolve():
        raise LedgerError(f"{file} is the ledger itself: name another file")
    if not file.parent.is_dir():
        raise LedgerError(f"{file} cannot be written: there is no folder {file.parent}")
    with told(), _beside(file) as fresh:
        with _open(ledger) as source, _open(fresh) as target:
            _require_sound(source, ledger)
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # the copy is one file, without a log beside it
        fresh.replace(file)


def restore(ledger: Path, file: Path) -> None:
    """Put what stands in *file* in the place of what is in the *ledger*'s file.

    That is one transaction: whoever serves sees the old record before it and the other one after it, at its next
    statement, and needs no restart. What it had claimed and the copy does not know, it cannot record any more, and it
    says so; a platform that delivers such an event once more is answered once more. A copy with an older schema is
    brought up to date before it is put back.

    Raises:
        LedgerError: *file* is no ledger, is damaged or from a newer version; then nothing has changed.
    """
    if not file.is_file():
        raise LedgerError(f"there is no file {file}")
    with told():
        prepare(ledger)
        _put_back(ledger, file)


def _put_back(ledger: Path, file: Path) -> None:
    with _beside(ledger) as fresh, _open(fresh) as copy:
        with _open(file, "ro") as source:
            _require_sound(source, file)
            source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        _bring_up_to_date(fresh, file)
        with _open(ledger) as target:
            target.execute("PRAGMA journal_mode = WAL")
            target.execute("PRAGMA secure_delete = ON")
            copy.backup(target)
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A new private file in the same folder, which is gone at the end unless it was renamed."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)  # made with mode 0600
    os.close(handle)
    fresh = Path(name)
    try:
        yield fresh
    finally:
        for left in (fresh, *(fresh.with_name(f"{fresh.name}{end}") for end in ("-journal", "-wal", "-shm"))):
            with suppress(FileNotFoundError):
                left.unlink()


@contextmanager
def _open(file: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    uri = f"{file.resolve().as_uri()}?mode={mode}"
    with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)) as connection:
        yield connection


def _require_sound(connection: sqlite3.Connection, file: Path) -> None:
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (schema.TABLE,)).fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
            raise LedgerError(f"{file} is damaged, or no ledger at all") from None
        raise
    if verdict != "ok":
        raise LedgerError(f"{file} is damaged: a backup that is sound has to be restored")
    if not found:
        raise LedgerError(f"{file} is no ledger")


def _bring_up_to_date(copy: Path, file: Path) -> None:
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(copy)), hide_parameters=True)
    try:
        with engine.begin() as connection:
            schema.upgrade(connection)
    except LedgerError as error:
        raise LedgerError(f"{file} cannot be restored: {error}") from None
    finally:
        engine.dispose()
