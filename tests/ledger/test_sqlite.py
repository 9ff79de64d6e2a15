"""The ledger in a file: who may read it, who may serve from it, what is left in it, and what happens when it fails."""

import asyncio
import logging
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.ledger.open import FILE, open_ledger
from bot.ledger.port import EventKey, Feedback, Kept, LedgerError, Stage, Subject
from bot.ledger.sql import SqlLedger
from bot.ledger.sqlite import Sqlite
from tests.ledger.kit import CLAIM, EVENT, NOBODY, NOW, PLACE, RECORD, Clock, claim_of, record_of, silence_of

ROOT = Path(__file__).parents[2]
FOLDER = "data"


@pytest.fixture
def url() -> str:
    return ""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def file_of(ledger: SqlLedger) -> Path:
    return database_of(ledger).path


def database_of(ledger: SqlLedger) -> Sqlite:
    database = ledger._database
    assert isinstance(database, Sqlite)
    return database


async def pragma(ledger: SqlLedger, text: str) -> None:
    await database_of(ledger).read(lambda connection: connection.exec_driver_sql(f"PRAGMA {text}").close())


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def leave_readable(folder: Path, name: str) -> None:
    folder.chmod(0o755)
    (folder / name).touch(0o644)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def claim_many(ledger: SqlLedger, taken: list[EventKey]) -> None:
    """Claim events until that fails; those that were taken are in *taken*."""
    for number in range(1_000):
        claim = claim_of(EventKey("slack", "T1", str(number)), "text " * 500)
        await ledger.claim(claim)
        taken.append(claim.event)


async def test_nobody_else_may_read_the_files(tmp_path: Path) -> None:
    with umask(0):
        ledger = await open_ledger("", tmp_path / "a" / "b", Clock())
        await ledger.claim(CLAIM)
        modes = {path.name: mode(path) for path in (tmp_path / "a" / "b").iterdir()}
        await ledger.close_down()

    assert modes == {f"{FILE}{end}": 0o600 for end in ("", "-wal", "-shm", ".lock")}
    assert mode(tmp_path / "a" / "b") == 0o700


async def test_a_file_that_others_may_read_is_closed_to_them_and_its_folder_is_left_alone(tmp_path: Path) -> None:
    leave_readable(tmp_path, "mine.db")

    ledger = await open_ledger(f"sqlite:///{tmp_path}/mine.db", tmp_path / "unused", Clock())
    await ledger.close_down()

    assert (mode(tmp_path), mode(tmp_path / "mine.db")) == (0o755, 0o600)
    assert not (tmp_path / "unused").exists()


async def test_a_second_server_is_refused_until_the_first_has_ended(stored: SqlLedger) -> None:
    folder = file_of(stored).parent

    with pytest.raises(LedgerError, match=r"another frontdesk serves from .*: end that one first, or let both use"):
        await open_ledger("", folder, Clock())

    await stored.ping()
    await stored.close_down()
    with pytest.raises(LedgerError, match="the ledger is closed"):
        await stored.ping()
    again = await open_ledger("", folder, Clock())
    await again.close_down()


async def test_a_command_works_beside_the_server(stored: SqlLedger) -> None:
    await stored.claim(CLAIM)
    beside = await open_ledger("", file_of(stored).parent, Clock(), serving=False)

    await beside.forget(Subject("slack", "T1", "U1"))
    await beside.close_down()

    found = await stored.standing(EVENT)
    assert found
    assert (found.stage, found.author) == (Stage.WITHDRAWN, "")


async def test_a_command_makes_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"there is no ledger at .*: it is made when the bot starts"):
        await open_ledger("", tmp_path / FOLDER, Clock(), serving=False)

    assert not (tmp_path / FOLDER).exists()


KILLED = """
import asyncio, os, signal, sys, time
from pathlib import Path
from bot.ledger.open import open_ledger
from tests.ledger.kit import CLAIM

async def main():
    ledger = await open_ledger("", Path(sys.argv[1]), time.time)
    await ledger.claim(CLAIM)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_what_a_killed_process_had_claimed_is_taken_over_at_the_next_start(tmp_path: Path) -> None:
    killed = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", KILLED, str(tmp_path / FOLDER)], cwd=ROOT, check=False, timeout=60
    )

    ledger = await open_ledger("", tmp_path / FOLDER, Clock())
    left = await ledger.take_over("slack", NOBODY)
    taken = await ledger.claim(CLAIM)
    await ledger.close_down()

    assert killed.returncode == -9
    assert [(event.event, event.stage, event.work) for event in left] == [(EVENT, Stage.CLAIMED, CLAIM.work)]
    assert not taken


async def test_an_event_that_an_earlier_process_left_is_decided_only_once_it_is_taken_over(stored: SqlLedger) -> None:
    await stored.claim(CLAIM)
    await stored.close_down()
    later = await open_ledger("", file_of(stored).parent, Clock())

    with pytest.raises(LedgerError, match="Ev1 is in another process's hands"):
        await later.record(RECORD, ())

    await later.take_over("slack", NOBODY)
    await later.record(RECORD, ())
    await later.close_down()


async def test_no_text_is_left_in_any_file_once_it_is_done(stored: SqlLedger) -> None:
    """Of many sizes, so that pages split and fill up: there SQLite leaves copies behind."""
    for number in range(300):
        claim = claim_of(EventKey("slack", "T1", str(number)), f"CANARY-{number:03} " * (1 + number**2 % 400))
        await stored.claim(claim)
        if number % 3 == 0:
            await stored.close(claim.event, Stage.EXPIRED)
        elif number % 3 == 1:
            await stored.record(silence_of(claim), ())
        else:
            await stored.record(record_of(claim, "CANARY-REPLY " * (number % 50)), ())
            await stored.mark_posted(claim.event, "ref")
    await stored.claim(claim_of(EVENT, "CANARY-OPEN"))

    await settled(stored)

    assert set(re.findall(rb"CANARY-\w+", everything_in(file_of(stored).parent))) == {b"CANARY-OPEN"}


async def settled(ledger: SqlLedger) -> None:
    """Have done now what else happens within a second of a write."""
    await database_of(ledger)._settle()


async def test_what_is_written_while_the_file_settles_settles_too(
    stored: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ledger.sqlite.SETTLED", 0.0)
    for number in range(20):
        claim = claim_of(EventKey("slack", "T1", str(number)), "CANARY")
        await stored.claim(claim)
        await stored.close(claim.event, Stage.EXPIRED)

    settling = database_of(stored)._settling
    assert settling
    await settling

    assert b"CANARY" not in everything_in(file_of(stored).parent)


async def test_what_a_killed_process_had_not_erased_is_erased_at_the_next_start(tmp_path: Path) -> None:
    """A copy of the files while the log is full is what a killed process leaves."""
    ledger = await open_ledger("", tmp_path / FOLDER, Clock())
    await ledger.claim(claim_of(EVENT, "CANARY"))
    await ledger.close(EVENT, Stage.EXPIRED)
    copy = tmp_path / "copy"
    copy.mkdir(0o700)
    for path in (tmp_path / FOLDER).iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    await ledger.close_down()
    left = everything_in(copy)

    again = await open_ledger("", copy, Clock())
    found = everything_in(copy)
    await again.close_down()

    assert b"CANARY" in left
    assert b"CANARY" not in found


async def test_a_question_is_kept_only_where_that_is_wanted_and_only_for_so_long(tmp_path: Path) -> None:
    clock = Clock()
    kept = {}
    for days in (0, 2):
        ledger = await open_ledger("", tmp_path / str(days), clock, keep_questions=days)
        await ledger.claim(claim_of(EVENT, "CANARY why?"))
        await ledger.record(RECORD, ())
        await ledger.mark_posted(EVENT, "ref")
        await settled(ledger)
        kept[days] = b"CANARY" in everything_in(tmp_path / str(days))
        clock.time = NOW + days * 86_400 - 1
        await ledger.purge(0.0)
        young = [row for row in await ledger.export(Subject("slack", "T1")) if row["table"] == "questions"]
        clock.time += 1
        await ledger.purge(0.0)
        await settled(ledger)
        assert b"CANARY" not in everything_in(tmp_path / str(days))
        assert [row["text"] for row in young] == (["CANARY why?"] if days else [])
        await ledger.close_down()
        clock.time = NOW

    assert kept == {0: False, 2: True}


async def test_a_kept_question_and_an_opinion_are_gone_with_their_author(tmp_path: Path) -> None:
    ledger = await open_ledger("", tmp_path / FOLDER, Clock(), keep_questions=30)
    for number in range(60):
        claim = claim_of(EventKey("slack", "T1", str(number)), "CANARY " * number, author=f"U{number % 3}")
        await ledger.claim(claim)
        await ledger.record(record_of(claim), ())
        await ledger.mark_posted(claim.event, "ref")
        await ledger.add_feedback(Feedback(claim.event, claim.author, helpful=False, at=NOW, reason="CANARY " * number))

    for author in ("U0", "U1", "U2"):
        await ledger.forget(Subject("slack", "T1", author))
    await settled(ledger)

    assert b"CANARY" not in everything_in(tmp_path / FOLDER)
    await ledger.close_down()


async def test_a_full_disk_is_named_and_what_was_recorded_is_safe(stored: SqlLedger) -> None:
    await stored.claim(CLAIM)
    await pragma(stored, "max_page_count = 1")  # SQLite takes the present size for the least
    taken = [EVENT]

    with pytest.raises(LedgerError, match="the disk is full: free some space"):
        await claim_many(stored, taken)
    with pytest.raises(LedgerError, match="the disk is full"):
        await stored.record(record_of(CLAIM, "reply " * 20_000), (Kept(PLACE, "U1", "own", NOW + 1),))

    assert {left.event for left in await stored.take_over("slack", NOBODY)} == set(taken)
    assert await stored.recall(PLACE, "U1") == [None]
    await pragma(stored, "max_page_count = 100000")
    await stored.record(RECORD, ())


async def test_a_file_that_cannot_be_written_can_still_be_read(stored: SqlLedger) -> None:
    await stored.claim(CLAIM)
    await pragma(stored, "query_only = ON")

    with pytest.raises(LedgerError, match="cannot be written: give this user the right"):
        await stored.mark_posted(EVENT, "ref")

    await stored.ping()
    assert await stored.standing(EVENT)


async def test_a_locked_file_is_named(stored: SqlLedger) -> None:
    await pragma(stored, "busy_timeout = 1")
    with closing(sqlite3.connect(file_of(stored), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(LedgerError, match="another program holds the ledger's file locked"):
            await stored.claim(CLAIM)

    assert await stored.claim(CLAIM)


@pytest.mark.parametrize("content", [b"this is no database, " * 500, b"SQLite format 3\0" + b"\xff" * 8176])
async def test_a_damaged_file_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(LedgerError, match="damaged: put it aside and restore a backup"):
        await open_ledger("", tmp_path, Clock())

    assert (tmp_path / FILE).read_bytes() == content


async def test_a_file_damaged_while_it_is_served_is_named(stored: SqlLedger) -> None:
    for number in range(50):
        await stored.claim(claim_of(EventKey("slack", "T1", f"before {number}"), "text " * 500))
    await settled(stored)
    with file_of(stored).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 200)
    await pragma(stored, "shrink_memory")
    await pragma(stored, "cache_size = 1")

    with pytest.raises(LedgerError, match="the ledger's file is damaged"):
        await claim_many(stored, [])


@pytest.mark.parametrize("number", ["9999", "of-another-kind"])
@pytest.mark.parametrize("serving", [True, False])
async def test_a_ledger_from_a_newer_version_is_refused(stored: SqlLedger, number: str, serving: bool) -> None:
    await stored.close_down()
    with closing(sqlite3.connect(file_of(stored))) as connection:
        connection.execute("UPDATE frontdesk_schema SET version_num = ?", (number,))
        connection.commit()

    with pytest.raises(LedgerError, match=rf"written by a newer frontdesk \(schema {number}, this one knows \d+\)"):
        await open_ledger("", file_of(stored).parent, Clock(), serving=serving)


async def test_an_empty_file_is_no_ledger_for_a_command(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()

    with pytest.raises(LedgerError, match="the ledger is empty: start the bot once"):
        await open_ledger("", tmp_path, Clock(), serving=False)


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(LedgerError, match="the ledger's file cannot be used: Not a directory"):
        await open_ledger("", tmp_path / "file" / "data", Clock())


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user:EXAMPLE-pass@host/db",
        "nonsense EXAMPLE-pass",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite://host/file",
        "sqlite:///file?synchronous=off",
        "sqlite:///file?cache=shared",
        "postgresql://host:EXAMPLE-pass/db",
    ],
)
async def test_a_url_that_names_no_ledger_is_refused_without_its_words(url: str, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"sqlite:///FILE|\?synchronous=") as caught:
        await open_ledger(url, tmp_path, Clock())

    assert "EXAMPLE" not in str(caught.value)
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(("query", "level"), [("", 1), ("?synchronous=FULL", 2)])
async def test_an_operator_may_have_every_commit_wait_for_the_disk(tmp_path: Path, query: str, level: int) -> None:
    ledger = await open_ledger(f"sqlite:///{tmp_path}/file{query}", tmp_path, Clock())

    found = await database_of(ledger).read(lambda connection: connection.exec_driver_sql("PRAGMA synchronous").scalar())
    await ledger.close_down()

    assert found == level


async def test_other_tables_may_stand_in_the_same_file(stored: SqlLedger, caplog: pytest.LogCaptureFixture) -> None:
    async with stored.engine.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE others (name TEXT)"))
        await connection.execute(sa.text("INSERT INTO others VALUES (:name)"), {"name": "EXAMPLE-token"})
    async with stored.engine.connect() as connection:
        found = await connection.scalar(sa.text("SELECT name FROM others"))

    assert found == "EXAMPLE-token"
    assert "EXAMPLE-token" not in caplog.text
    assert logging.getLogger("aiosqlite").level == logging.WARNING


async def test_a_failure_tells_no_values(stored: SqlLedger) -> None:
    await pragma(stored, "query_only = ON")

    with pytest.raises(LedgerError) as caught:
        await stored.set_bookmark("name", "EXAMPLE-value")

    assert "EXAMPLE" not in str(caught.value)
    assert caught.value.__suppress_context__


async def test_many_claims_at_once_are_all_taken_and_each_once(stored: SqlLedger) -> None:
    claims = [replace(CLAIM, event=replace(EVENT, event=str(number % 50))) for number in range(200)]

    taken = await asyncio.gather(*map(stored.claim, claims))

    assert sum(taken) == 50
