"""From one schema to the next, with rows in the tables; and that every verb finds its rows by an index."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.ledger.open import open_ledger
from bot.ledger.port import Feedback, Kept, LedgerError, Stage, Subject
from bot.ledger.schema import HEAD, TABLE, current, upgrade
from bot.ledger.sql import SqlLedger
from bot.ledger.tables import metadata
from tests.ledger.kit import CLAIM, EVENT, NOBODY, NOW, PLACE, RECORD, Clock

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database in which there is nothing."""
    if request.param == "postgres":
        return str(request.getfixturevalue("empty_database"))
    return f"sqlite:///{tmp_path}/ledger.sqlite3"


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    parsed = sa.make_url(url)
    engine = sa.create_engine(parsed if parsed.drivername == "sqlite" else parsed.set(drivername="postgresql+psycopg"))
    yield engine
    engine.dispose()


# What each step has to keep: statements that fill the schema before it, a question to the one after, and its answer.
EVENT_ROW = (
    "INSERT INTO events (id, platform, tenant, event, stage, work, at)"
    " VALUES (7, 'slack', 'T1', 'Ev1', 'claimed', 'the text', 5.0), (8, 'slack', 'T1', 'Ev2', 'posted', '', 6.0)"
)
CLAIMED_ROW = (
    "INSERT INTO events (id, platform, tenant, event, stage, at) VALUES (7, 'slack', 'T1', 'Ev1', 'claimed', 5.0)"
)
WITH_TEXTS = (
    "SELECT event, stage, work, text FROM events LEFT JOIN drafts ON drafts.event_id = id"
    " LEFT JOIN questions ON questions.event_id = id ORDER BY id"
)
STEPS: dict[int, tuple[list[str], str, list[tuple[Any, ...]]]] = {
    1: ([], "SELECT count(*) FROM events", [(0,)]),
    2: ([EVENT_ROW], "SELECT event, work FROM events ORDER BY id", [("Ev1", "the text"), ("Ev2", "")]),
    3: (
        [EVENT_ROW, "INSERT INTO questions (event_id, text, expires) VALUES (8, 'why?', 9.0)"],
        WITH_TEXTS,
        [("Ev1", "claimed", "the text", None), ("Ev2", "posted", None, "why?")],
    ),
    4: (
        [
            "INSERT INTO owners (owner, lease) VALUES ('me', '2026-01-01 00:00:00+00:00')",
            (
                "INSERT INTO threads (platform, tenant, channel, thread, shared, author, expires)"
                " VALUES ('slack', 'T1', 'C1', '1', true, '', 9.0)"
            ),
        ],
        "SELECT owner, owners.content, threads.content, thread FROM owners, threads",
        [("me", "", "", "1")],
    ),
    5: ([CLAIMED_ROW], "SELECT event, at, written FROM events", [("Ev1", 5.0, None)]),
}


@pytest.mark.parametrize("number", range(1, HEAD + 1))
def test_a_step_keeps_what_was_there_before_it(engine: sa.Engine, number: int) -> None:
    filling, question, answer = STEPS[number]
    with engine.begin() as connection:
        upgrade(connection, number - 1)
        for statement in filling:
            connection.execute(sa.text(statement))

    with engine.begin() as connection:
        upgrade(connection, number)

    with engine.connect() as connection:
        assert current(connection) == number
        assert [tuple(row) for row in connection.execute(sa.text(question))] == answer


def test_the_last_step_makes_the_tables_that_the_code_knows(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        upgrade(connection)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("number", range(HEAD))
async def test_a_start_brings_any_earlier_schema_up_to_date(engine: sa.Engine, url: str, number: int) -> None:
    with engine.begin() as connection:
        upgrade(connection, number)

    ledger = await open_ledger(url, Path(), Clock())
    await ledger.claim(CLAIM)
    await ledger.close_down()

    with engine.connect() as connection:
        assert current(connection) == HEAD


async def test_a_command_does_not_change_an_earlier_schema(engine: sa.Engine, url: str) -> None:
    with engine.begin() as connection:
        upgrade(connection, HEAD - 1)

    with pytest.raises(LedgerError, match=rf"has an older form \(schema {HEAD - 1}, this one needs {HEAD}\)"):
        await open_ledger(url, Path(), Clock(), serving=False)

    with engine.connect() as connection:
        assert current(connection) == HEAD - 1


async def test_a_step_that_fails_changes_nothing(engine: sa.Engine, url: str) -> None:
    with engine.begin() as connection:
        upgrade(connection, 1)
        connection.execute(sa.text("CREATE TABLE drafts (work TEXT)"))

    with pytest.raises(LedgerError):
        await open_ledger(url, Path(), Clock())

    with engine.connect() as connection:
        assert current(connection) == 1
        assert not sa.inspect(connection).has_table("questions")


async def test_two_processes_that_start_at_once_make_one_schema(empty_database: str) -> None:
    ledgers = await asyncio.gather(*(open_ledger(empty_database, Path(), Clock()) for _ in range(3)))

    assert sum([await ledger.claim(CLAIM) for ledger in ledgers]) == 1
    for ledger in ledgers:
        await ledger.close_down()


async def test_a_start_from_the_present_schema_does_without_alembic(tmp_path: Path) -> None:
    ledger = await open_ledger("", tmp_path, Clock())
    await ledger.close_down()
    start = (
        "import asyncio, sys, time; from pathlib import Path; from bot.ledger.open import open_ledger\n"
        "ledger = asyncio.run(open_ledger('', Path(sys.argv[1]), time.time))\n"
        "print('alembic' in sys.modules, 'psycopg' in sys.modules)"
    )

    started = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", start, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert started.stdout == "False False\n"


async def exercise(ledger: SqlLedger) -> None:
    """Every verb once."""
    await ledger.claim(CLAIM)
    await ledger.claim(CLAIM)
    await ledger.recall(PLACE, "U1")
    await ledger.record(RECORD, (Kept(PLACE, "U1", "own", NOW), Kept(PLACE, None, "shared", NOW)))
    await ledger.standing(EVENT)
    await ledger.take_over("slack", NOBODY)
    await ledger.mark_posted(EVENT, "ref")
    await ledger.close(EVENT, Stage.REFUSED)
    await ledger.unanswered("slack", NOW - 1)
    await ledger.places("slack", NOW - 1)
    await ledger.add_feedback(Feedback(EVENT, "U1", helpful=True, at=NOW))
    await ledger.save_settings(PLACE, {"a": 1})
    await ledger.settings(PLACE)
    await ledger.set_bookmark("name", "text")
    await ledger.bookmark("name")
    await ledger.export(Subject("slack", "T1", "U1"))
    await ledger.forget(Subject("slack", "T1", "U1"))
    await ledger.purge(NOW - 99)


Heard = list[tuple[str, Any]]


def overhear(engine: sa.Engine, heard: Heard) -> Callable[..., None]:
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            heard.append((statement, parameters[0] if many else parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    return note


async def test_no_verb_reads_a_whole_table_of_sqlite(tmp_path: Path) -> None:
    ledger = await open_ledger("", tmp_path, Clock(), keep_questions=1)
    heard: Heard = []
    note = overhear(ledger._database._engine, heard)  # type: ignore[attr-defined]
    await exercise(ledger)
    sa.event.remove(ledger._database._engine, "before_cursor_execute", note)  # type: ignore[attr-defined]

    def plans(connection: sa.Connection) -> list[tuple[str, str]]:
        return [
            (row[3], statement)
            for statement, parameters in heard
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    found = await ledger._database.read(plans)
    await ledger.close_down()

    scans = [(step, statement) for step, statement in found if step.startswith("SCAN") and "CONSTANT ROW" not in step]
    assert len(heard) > 25
    assert scans == []


async def test_no_verb_reads_a_whole_table_of_postgresql(database: str, tmp_path: Path) -> None:
    ledger = await open_ledger(database, tmp_path, Clock(), keep_questions=1)
    heard: Heard = []
    note = overhear(ledger.engine.sync_engine, heard)
    await exercise(ledger)
    sa.event.remove(ledger.engine.sync_engine, "before_cursor_execute", note)

    def plans(connection: sa.Connection) -> list[tuple[str, str]]:
        connection.exec_driver_sql("SET enable_seqscan = off")  # then it scans only where no index can serve
        return [
            (row[0], statement)
            for statement, parameters in heard
            for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        ]

    found = await ledger._database.read(plans)
    await ledger.close_down()

    scans = [(step, statement) for step, statement in found if "Seq Scan" in step and " on owners" not in step]
    assert len(heard) > 25
    assert scans == []


async def test_the_open_events_are_found_by_an_index_of_their_own(tmp_path: Path) -> None:
    """It holds nothing else, so that a hundred million that are done cost nothing."""
    ledger = await open_ledger("", tmp_path, Clock())
    heard: Heard = []
    overhear(ledger._database._engine, heard)  # type: ignore[attr-defined]
    await ledger.take_over("slack", NOBODY)
    await ledger.claim(replace(CLAIM, stage=Stage.SILENT))

    def plan(connection: sa.Connection) -> str:
        return "\n".join(
            str(row[3])
            for statement, parameters in heard[:2]
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        )

    found = await ledger._database.read(plan)
    await ledger.close_down()

    assert found.count("ix_events_open") == 2
