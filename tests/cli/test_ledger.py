"""What an operator does with the ledger beside a bot that runs: each function behind a command, and what it says."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.ledger import export, forget, missed, purge, put_back, save, subject_of
from bot.ledger.keeping import Work, work_to_json
from bot.ledger.open import FILE, open_ledger
from bot.ledger.port import Claim, EventKey, LedgerError, Stage, Subject
from bot.ledger.sql import SqlLedger
from bot.model import Message, Place
from bot.settings import Settings

NOW = 10_000_000.0
EVENT = EventKey("slack", "T1", "Ev1")
PLACE = Place("slack", "T1", "C1")
WORK = work_to_json(Work(Message("Ev1", PLACE, "U1", "why a 403?")))
CLAIM = Claim(EVENT, PLACE, "U1", WORK, NOW)
IN_POSTGRES = "postgresql://host/database"


def now() -> float:
    return NOW


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache", state=tmp_path / "state", data=tmp_path / "data")


@pytest.fixture
async def serving(settings: Settings) -> AsyncIterator[SqlLedger]:
    """The ledger of a bot that runs."""
    ledger = await open_ledger("", settings.data, now)
    await ledger.claim(CLAIM)
    yield ledger
    await ledger.close_down()


async def test_who_is_forgotten_is_counted(serving: SqlLedger, settings: Settings) -> None:
    subject = subject_of("slack", "T1", "U1")

    said = [await forget(settings, subject, now), await forget(settings, subject, now)]

    assert said == [
        "1 row about slack T1 U1 deleted or made nameless",
        "0 rows about slack T1 U1 deleted or made nameless",
    ]
    assert await export(settings, subject, now) == ""
    assert await serving.export(Subject("slack", "T1", "U1")) == []


async def test_a_whole_tenant_is_named_without_an_author(serving: SqlLedger, settings: Settings) -> None:
    await serving.save_settings(Place("slack", "T1"), {"a": 1})

    assert await forget(settings, subject_of("slack", "T1", None), now) == (
        "2 rows about slack T1 deleted or made nameless"
    )


async def test_what_is_known_of_somebody_is_exported_as_lines_of_json(serving: SqlLedger, settings: Settings) -> None:
    await serving.save_settings(PLACE, {"language": "中文"})

    lines = (await export(settings, Subject("slack", "T1"), now)).splitlines()

    rows = [json.loads(line) for line in lines]
    assert sorted(row["table"] for row in rows) == ["drafts", "events", "settings"]
    assert next(row["author"] for row in rows if row["table"] == "events") == "U1"


async def test_what_was_left_unanswered_is_listed(serving: SqlLedger, settings: Settings) -> None:
    await serving.close(EVENT, Stage.EXPIRED)

    said = [await missed(settings, "slack", hours, lambda: NOW + 7_200) for hours in (3, 1.5)]

    assert said == ["1970-04-26T17:46:40+00:00 expired T1 C1 Ev1\n1 unanswered in 3 hours", "0 unanswered in 1.5 hours"]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, "1 row older than 30 days, or expired, deleted"),
        (0.5, "1 row older than 0.5 days, or expired, deleted"),
        (60, "0 rows older than 60 days, or expired, deleted"),
    ],
)
async def test_what_is_old_is_deleted(serving: SqlLedger, settings: Settings, days: float | None, said: str) -> None:
    await serving.ping()

    assert await purge(settings, days, lambda: NOW + 31 * 86_400) == said


async def test_a_copy_is_saved_and_put_back_beside_the_server(
    serving: SqlLedger, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "copy.db"

    saved = await save(settings, file)
    await serving.forget(Subject("slack", "T1", "U1"))
    restored = await put_back(settings, file)

    found = await serving.standing(EVENT)
    assert found
    assert found.author == "U1"
    assert saved == f"{settings.data / FILE} is copied to {file}"
    assert restored == f"{settings.data / FILE} holds what stood in {file}"


async def test_where_there_is_no_ledger_every_command_says_so(settings: Settings, tmp_path: Path) -> None:
    commands = (
        forget(settings, Subject("slack", "T1"), now),
        export(settings, Subject("slack", "T1"), now),
        purge(settings, None, now),
        save(settings, tmp_path / "copy.db"),
    )

    for command in commands:
        with pytest.raises(LedgerError, match="there is no ledger at"):
            await command


async def test_postgresql_is_copied_by_its_own_commands(settings: Settings, tmp_path: Path) -> None:
    elsewhere = replace(settings, database_url=IN_POSTGRES)

    with pytest.raises(LedgerError, match=r"this ledger is in PostgreSQL, .*: pg_dump"):
        await save(elsewhere, tmp_path / "copy.db")
    with pytest.raises(LedgerError, match="pg_restore"):
        await put_back(elsewhere, tmp_path / "copy.db")


def test_a_platform_that_there_is_not_is_named() -> None:
    with pytest.raises(LedgerError, match="irc is no platform: name slack or discord"):
        subject_of("irc", "T1", None)
