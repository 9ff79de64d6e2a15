"""One process of the bot on SQLite, over Socket Mode: how many questions a second, how soon, in how much memory."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.slack import FakeSlack
from tests.scale.load import Askers, Figures, ask_at, ask_at_once
from tests.scale.stage import Command, ended, prepare, used

WARMING = 100  # questions before anything is measured
BATCH = 2_000
AT_ONCE = 16  # questions that wait at any time


@dataclass(frozen=True, slots=True)
class Pace:
    """What one process did at a rate: the figures, and the share of a processor that it took."""

    rate: float
    figures: Figures
    cpu: float


@asynccontextmanager
async def one_process(folder: Path) -> AsyncIterator[tuple[Askers, int]]:
    """Have a process of the bot, warm, and people who ask it; the process's id goes with them."""
    async with FakeSlack(strict=False) as slack:
        orders = prepare(folder, "slack", f"sqlite:///{folder}/ledger.sqlite3", slack.environment)
        process = Command(orders)
        try:
            await slack.sockets.until_open(1, 60)
            askers = Askers(slack)
            await ask_at(askers, 25.0, WARMING)
            yield askers, process.pid
        finally:
            await ended(process)


async def pace(askers: Askers, pid: int, rate: float, count: int) -> Pace:
    """Ask *count* questions at *rate*."""
    before = used(pid).cpu
    figures = await ask_at(askers, rate, count)
    return Pace(rate, figures, (used(pid).cpu - before) / figures.seconds)


async def memory(askers: Askers, pid: int, count: int, seconds: float) -> list[tuple[int, float]]:
    """Ask *count* questions, or what can be asked in so many *seconds*, as fast as they are answered.

    Returns:
        The megabytes of the process after so many questions, again and again.
    """
    seen, ends = [(0, used(pid).memory)], time.monotonic() + seconds
    while seen[-1][0] < count and time.monotonic() < ends:
        figures = await ask_at_once(askers, AT_ONCE, min(BATCH, count - seen[-1][0]))
        seen.append((seen[-1][0] + figures.answered, used(pid).memory))
        askers.forget()
    return seen
