"""A copy of the ledger while it is served, and the copy put back while it is served."""

import asyncio
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.ledger.backup import backup, restore
from bot.ledger.open import FILE, open_ledger
from bot.ledger.port import LedgerError, Stage
from bot.ledger.schema import upgrade
from bot.ledger.sql import SqlLedger
from tests.ledger.kit import CLAIM, EVENT, NOW, RECORD, Clock, claim_of

LATER = replace(EVENT, event="Later")


@pytest.fixture
def url() -> str:
    return ""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.db"


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def left_in(folder: Path, pattern: str = ".*") -> list[str]:
    return [path.name for path in folder.glob(pattern)]


def fill(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def run(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


async def test_a_copy_holds_what_was_recorded_and_is_one_private_file(
    stored: SqlLedger, folder: Path, file: Path
) -> None:
    await stored.claim(CLAIM)
    await stored.record(RECORD, ())

    await asyncio.to_thread(backup, folder / FILE, file)

    await stored.mark_posted(EVENT, "ref")
    assert left_in(file.parent, "*backup*") == ["backup.db"]
    assert mode(file) == 0o600
    copy = await open_ledger(f"sqlite:///{file}", file.parent, Clock())
    found = await copy.standing(EVENT)
    await copy.close_down()
    assert found
    assert found.stage is Stage.DECIDED


async def test_a_copy_put_back_is_what_the_server_goes_on_with(stored: SqlLedger, folder: Path, file: Path) -> None:
    await stored.claim(CLAIM)
    await asyncio.to_thread(backup, folder / FILE, file)
    await stored.claim(replace(CLAIM, event=LATER))
    await stored.set_bookmark("after", "text")

    await asyncio.to_thread(restore, folder / FILE, file)

    assert await stored.standing(EVENT)
    assert await stored.standing(LATER) is None
    assert await stored.bookmark("after") is None
    await stored.record(RECORD, ())
    assert await stored.claim(replace(CLAIM, event=LATER))
    assert left_in(folder) == []


async def test_copies_are_made_and_put_back_while_the_server_writes(
    stored: SqlLedger, folder: Path, file: Path
) -> None:
    async def serve() -> None:
        for number in range(60):
            await stored.claim(claim_of(replace(EVENT, event=str(number))))

    async def copy() -> None:
        for _ in range(3):
            await asyncio.to_thread(backup, folder / FILE, file)
            await asyncio.to_thread(restore, folder / FILE, file)

    await asyncio.gather(serve(), copy())

    assert await stored.claim(claim_of(replace(EVENT, event="another")))
    await stored.ping()


async def test_a_copy_replaces_an_older_one_and_never_the_ledger(stored: SqlLedger, folder: Path, file: Path) -> None:
    fill(file, b"an older copy")

    await asyncio.to_thread(backup, folder / FILE, file)
    with pytest.raises(LedgerError, match="is the ledger itself: name another file"):
        await asyncio.to_thread(backup, folder / FILE, folder / ".." / folder.name / FILE)

    await stored.ping()
    assert await asyncio.to_thread(file.read_bytes) != b"an older copy"


def test_a_copy_to_nowhere_is_named(folder: Path) -> None:
    with pytest.raises(LedgerError, match="there is no folder"):
        backup(folder / FILE, folder / "none" / "file")


def test_a_copy_from_a_damaged_file_leaves_the_older_copy(folder: Path, file: Path) -> None:
    file.write_text("an older copy", encoding="utf-8")
    (folder / FILE).write_bytes(b"damaged " * 1000)

    with pytest.raises(LedgerError, match="is damaged, or no ledger at all"):
        backup(folder / FILE, file)

    assert file.read_text(encoding="utf-8") == "an older copy"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("UPDATE frontdesk_schema SET version_num = '9999'", "cannot be restored: .*newer frontdesk"),
        ("DROP TABLE frontdesk_schema", "is no ledger"),
    ],
)
async def test_a_copy_that_does_not_fit_is_refused_and_nothing_changes(
    stored: SqlLedger, folder: Path, file: Path, change: str, complaint: str
) -> None:
    await asyncio.to_thread(backup, folder / FILE, file)
    run(file, change)
    await stored.claim(CLAIM)

    with pytest.raises(LedgerError, match=complaint):
        await asyncio.to_thread(restore, folder / FILE, file)

    assert await stored.standing(EVENT)
    assert left_in(folder) == []


@pytest.mark.parametrize("content", [b"no database " * 500, b"SQLite format 3\0" + b"\xff" * 8176])
async def test_a_file_that_is_no_copy_is_refused_and_nothing_changes(
    stored: SqlLedger, folder: Path, file: Path, content: bytes
) -> None:
    fill(file, content)
    await stored.claim(CLAIM)

    with pytest.raises(LedgerError, match="damaged"):
        await asyncio.to_thread(restore, folder / FILE, file)

    assert await stored.standing(EVENT)


def test_a_copy_with_a_hole_in_it_is_refused(folder: Path, file: Path) -> None:
    backup(folder / FILE, file)
    with file.open("r+b") as torn:
        torn.seek(4096 * 3)
        torn.write(b"\xff" * 4096 * 4)

    with pytest.raises(LedgerError, match="is damaged"):
        restore(folder / FILE, file)


def test_a_copy_that_is_not_there_is_named(folder: Path, file: Path) -> None:
    with pytest.raises(LedgerError, match="there is no file"):
        restore(folder / FILE, file)


async def test_a_copy_makes_a_ledger_where_there_is_none(folder: Path, file: Path, tmp_path: Path) -> None:
    ledger = await open_ledger("", folder, Clock())
    await ledger.claim(replace(CLAIM, at=NOW))
    await ledger.close_down()
    await asyncio.to_thread(backup, folder / FILE, file)

    await asyncio.to_thread(restore, tmp_path / "new" / FILE, file)

    moved = await open_ledger("", tmp_path / "new", Clock())
    assert not await moved.claim(CLAIM)
    await moved.close_down()
    assert mode(tmp_path / "new" / FILE) == 0o600


async def test_a_copy_with_an_older_schema_is_brought_up_to_date(
    stored: SqlLedger, folder: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.db"
    engine = sa.create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        upgrade(connection, 1)
        connection.execute(
            sa.text(
                "INSERT INTO events (id, platform, tenant, event, stage, work, at)"
                " VALUES (1, 'slack', 'T1', 'Ev1', 'posted', '', 5.0)"
            )
        )
    engine.dispose()

    await asyncio.to_thread(restore, folder / FILE, old)

    found = await stored.standing(EVENT)
    assert found
    assert found.stage is Stage.POSTED
