"""What an operator does with the ledger: forget, export, backup, restore and purge, beside a bot that runs on."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.ledger.backup import backup, restore
from bot.ledger.open import open_ledger, parse, sqlite_file
from bot.ledger.port import Ledger, LedgerError, Standing, Subject
from bot.settings import Settings

DAY = 86_400.0
HOUR = 3_600.0


def subject_of(platform: str, tenant: str, author: str | None) -> Subject:
    """Return whose data is meant; without an *author* that is everybody's in the tenant.

    Raises:
        LedgerError: there is no such platform.
    """
    if platform not in {"slack", "discord"}:
        raise LedgerError(f"{platform} is no platform: name slack or discord")
    return Subject(platform, tenant, author)


async def forget(settings: Settings, subject: Subject, now: Callable[[], float]) -> str:
    """Delete what is about *subject*, and say how much that was."""
    async with _opened(settings, now) as ledger:
        count = await ledger.forget(subject)
    return f"{_rows(count)} about {_name(subject)} deleted or made nameless"


async def export(settings: Settings, subject: Subject, now: Callable[[], float]) -> str:
    """Return what is about *subject*, as JSON Lines."""
    async with _opened(settings, now) as ledger:
        rows = await ledger.export(subject)
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


async def missed(settings: Settings, platform: str, hours: float, now: Callable[[], float]) -> str:
    """Return what the last *hours* left unanswered, a line for each, oldest first, and how many that are."""
    async with _opened(settings, now) as ledger:
        found = await ledger.unanswered(platform, now() - hours * HOUR)
    return "\n".join((*map(_line, found), f"{len(found)} unanswered in {hours:g} hours"))


async def purge(settings: Settings, days: float | None, now: Callable[[], float]) -> str:
    """Delete what has expired or is older than *days*, by default those of the settings; say how much that was."""
    kept = settings.retention if days is None else days
    async with _opened(settings, now) as ledger:
        count = await ledger.purge(now() - kept * DAY)
    return f"{_rows(count)} older than {kept:g} days, or expired, deleted"


async def save(settings: Settings, file: Path) -> str:
    """Copy the ledger to *file*, and say so."""
    path = _path(settings, "pg_dump")
    if not path.is_file():
        raise LedgerError(f"there is no ledger at {path}: it is made when the bot starts")
    await asyncio.to_thread(backup, path, file)
    return f"{path} is copied to {file}"


async def put_back(settings: Settings, file: Path) -> str:
    """Put the copy in *file* in the ledger's place, and say so."""
    path = _path(settings, "pg_restore")
    await asyncio.to_thread(restore, path, file)
    return f"{path} holds what stood in {file}"


@asynccontextmanager
async def _opened(settings: Settings, now: Callable[[], float]) -> AsyncIterator[Ledger]:
    ledger = await open_ledger(settings.database_url, settings.data, now, serving=False)
    try:
        yield ledger
    finally:
        await ledger.close_down()


def _path(settings: Settings, tool: str) -> Path:
    url = parse(settings.database_url)
    if url is not None and url.drivername != "sqlite":
        raise LedgerError(f"this ledger is in PostgreSQL, which has a command of its own for that: {tool}")
    return sqlite_file(url, settings.data)[0]


def _line(standing: Standing) -> str:
    when = datetime.fromtimestamp(standing.at, UTC).isoformat(timespec="seconds")
    return f"{when} {standing.stage.value} {standing.place.tenant} {standing.place.channel} {standing.event.event}"


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _name(subject: Subject) -> str:
    whose = f"{subject.platform} {subject.tenant}".rstrip()
    return f"{whose} {subject.author}" if subject.author is not None else whose
