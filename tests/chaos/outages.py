"""What happens to the machine and not to the bot: a database that restarts, a full disk, a clock that is set."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Literal

from tests.chaos.campaign import Field, Plan
from tests.chaos.worker import JUMP_EACH, STARTED_WITHIN
from tests.ledger.server import Server

JUMPS = (3_600.0, -3_600.0, 86_400.0, -86_400.0, 0.5, -0.5)
FULL_FOR = 3.0  # seconds, less than Slack goes on delivering again
BETWEEN = 2.0  # seconds
MODES: Sequence[Literal["fast", "immediate"]] = ("fast", "immediate")

Disturb = Callable[[Field], Coroutine[Any, Any, None]]


def postgres_restarts(folder: Path, server: Server, *, events: int, seed: int, times: int = 2) -> Plan:
    """Restart PostgreSQL under load *times* over, in order and as if it had crashed."""
    disturb = _restarting(server, times)
    database = server.create(f"restarts_{seed}")
    return Plan("slack", events, seed, folder, database=database, workers=2, lease=5.0, disturb=disturb, calm=0.1)


def disk_full(folder: Path, *, events: int, seed: int, times: int = 2) -> Plan:
    """Let the disk of SQLite be full for some seconds, *times* over, under load."""
    return Plan("slack", events, seed, folder, fills=True, disturb=_filling(folder / "full", times), calm=0.1)


def clock_jumps(folder: Path, platform: str, *, events: int, seed: int) -> Plan:
    """Set the wall clock forth and back, twice a second, by up to a day."""
    return Plan(platform, events, seed, folder, jumps=JUMPS, calm=0.0, disturb=_waiting)


def _restarting(server: Server, times: int) -> Disturb:
    async def disturb(field: Field) -> None:
        for number in range(times):
            await asyncio.sleep(BETWEEN)
            mode = MODES[number % len(MODES)]
            await asyncio.to_thread(server.restart, mode)
            field.disturbed[f"PostgreSQL restarted, {mode}"] += 1
        await asyncio.sleep(BETWEEN)

    return disturb


def _filling(sign: Path, times: int) -> Disturb:
    async def disturb(field: Field) -> None:
        for _ in range(times):
            _set_full(sign)
            await asyncio.sleep(FULL_FOR)
            _set_free(sign)
            field.disturbed["disk full"] += 1
            await asyncio.sleep(BETWEEN)

    return disturb


def _set_full(sign: Path) -> None:
    sign.touch()


def _set_free(sign: Path) -> None:
    sign.unlink()


async def _waiting(field: Field) -> None:
    """Go on for so long that the clock jumps a number of times."""
    await asyncio.sleep(STARTED_WITHIN + 6 * JUMP_EACH)
    field.disturbed["clock set"] += 6
