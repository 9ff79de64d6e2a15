"""What the ledger costs an answer, with few events in its tables and with a million, and how it finds them."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.ledger.keeping import Work, work_to_json
from bot.ledger.open import open_ledger
from bot.ledger.port import Claim, EventKey, Kept, Record
from bot.ledger.sql import SqlLedger
from bot.model import Delivery, Match, Message, Outcome, Place, Reply
from tests.benchmarks.table import Cell, table
from tests.ledger.server import Server

SIZES = (0, 1_000_000)
ANSWERS = 300
STEPS = ("claim", "recall", "record", "mark_posted")
STATE = '{"version": 1, "answered": ["entry-' + "x" * 150 + '"]}'  # as long as a conversation's memory is

FILL = """
INSERT INTO events (platform, tenant, event, channel, thread, author, stage, owner, token, reference, at)
SELECT 'slack', 'T' || n % 100, 'old' || n, 'C' || n % 1000, CAST(n AS TEXT), 'U' || n % 50000, 'posted', 'old',
 'token', 'ref', n FROM ({}) AS numbers
"""
NUMBERS = {
    "sqlite": (
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {}) SELECT n FROM counted"
    ),
    "postgresql": "SELECT n FROM generate_series(1, {}) AS n",
}
PLANS = {
    "claim": "SELECT id FROM events WHERE platform = 'slack' AND tenant = 'T1' AND event = 'Ev1'",
    "take_over": "SELECT id FROM events WHERE platform = 'slack' AND stage IN ('claimed', 'decided')",
}


def run(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Return the figures with each of *sizes* events in the tables before, in SQLite and in PostgreSQL."""
    with Server.start() as server:
        urls = [("", server.create(f"with_{size}")) for size in sizes]
        return [asyncio.run(_at(size, url)) for size, both in zip(sizes, urls, strict=True) for url in both]


async def _at(size: int, url: str) -> dict[str, Any]:
    async with _ledger(url) as ledger:
        name = ledger.engine.dialect.name
        async with ledger.engine.begin() as connection:
            await connection.run_sync(_fill, size, name)
        times = [await _answer(ledger, f"{size}-{number}") for number in range(ANSWERS)]
        async with ledger.engine.connect() as connection:
            plans = await connection.run_sync(_plans, name)
    figures: dict[str, Any] = {"database": name, "events": size, "plans": plans}
    for step, taken in zip((*STEPS, "all"), zip(*times, strict=True), strict=True):
        ordered = sorted(taken)
        figures[step] = {"p50_ms": 1000 * ordered[ANSWERS // 2], "p95_ms": 1000 * ordered[ANSWERS * 95 // 100]}
    return figures


@asynccontextmanager
async def _ledger(url: str) -> AsyncIterator[SqlLedger]:
    with tempfile.TemporaryDirectory() as folder:
        ledger = await open_ledger(url, Path(folder), time.time)
        try:
            yield ledger
        finally:
            await ledger.close_down()


def _fill(connection: sa.Connection, size: int, name: str) -> None:
    if size:
        connection.execute(sa.text(FILL.format(NUMBERS[name].format(size))))
        connection.execute(sa.text("ANALYZE"))


async def _answer(ledger: SqlLedger, name: str) -> tuple[float, ...]:
    """Do what the ledger does for one answer; return the seconds of each step and of all."""
    event, place = EventKey("slack", "T1", name), Place("slack", "T1", "C1", name)
    message = Message(name, place, "U1", "why do I get a 403 with this key? " * 8)
    claim = Claim(event, place, "U1", work_to_json(Work(message)), time.time())
    reply = Reply(Outcome.ANSWER, "An answer of the usual length. " * 20, entries=("a",), candidates=(Match("a", 0.9),))
    record = Record(Delivery(Message(name, place, "U1", ""), reply), "digest", time.time(), 0.01, STATE)
    expires = time.time() + 86_400
    marks = [time.perf_counter()]
    await ledger.claim(claim)
    marks.append(time.perf_counter())
    await ledger.recall(place, "U1", None)
    marks.append(time.perf_counter())
    await ledger.record(record, (Kept(place, "U1", STATE, expires), Kept(place, None, STATE, expires)))
    marks.append(time.perf_counter())
    await ledger.mark_posted(event, "ref")
    marks.append(time.perf_counter())
    return (*(after - before for before, after in pairwise(marks)), marks[-1] - marks[0])


def _plans(connection: sa.Connection, name: str) -> dict[str, str]:
    explain, column = ("EXPLAIN QUERY PLAN", 3) if name == "sqlite" else ("EXPLAIN", 0)
    return {
        what: " / ".join(str(row[column]).strip() for row in connection.exec_driver_sql(f"{explain} {statement}"))
        for what, statement in PLANS.items()
    }


def show(figures: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of *figures*, and how the rows are found where there are most."""
    columns = ["database", "events before", *(f"{step} p50 ms" for step in STEPS), "an answer p50 ms", "p95 ms"]
    ordered = sorted(figures, key=lambda row: str(row["database"]), reverse=True)
    rows: list[list[Cell]] = [
        [
            row["database"],
            f"{row['events']:,}",
            *(row[step]["p50_ms"] for step in (*STEPS, "all")),
            row["all"]["p95_ms"],
        ]
        for row in ordered
    ]
    most = max(row["events"] for row in figures)
    found = [
        f"{row['database']} finds for {what}: {plan}"
        for row in ordered
        if row["events"] == most
        for what, plan in row["plans"].items()
    ]
    return "\n".join([table("Ledger", columns, rows), *found, ""])
