"""What every run stands on: a folder with the content, and processes of the bot that serve it."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.assembly import open_service
from bot.settings import Settings
from tests.chaos.content import write_content
from tests.chaos.fleet import Command, Forked, Process
from tests.chaos.worker import Orders
from tests.ledger.server import Server

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Used:
    """What a process has used: seconds of a processor, and megabytes of memory now."""

    cpu: float
    memory: float


def prepare(
    folder: Path, platform: str, database: str, environment: Mapping[str, str], cache: Path | None = None
) -> Orders:
    """Return what every process is told that serves *platform* with the ledger at *database*.

    What is learnt from the content is learnt here, once, into *folder* or a *cache* elsewhere.
    """
    (folder / "content").mkdir(parents=True, exist_ok=True)
    faq = write_content(folder / "content" / "faq.yaml")
    cache = cache or folder / "cache"
    learn(cache, faq)
    known = {
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(cache),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_DATA_HOME": str(folder / "data"),
        "FRONTDESK_FAQ": str(faq),
        "FRONTDESK_SEMANTIC": "no",
        "FRONTDESK_LOG": "warning",
        "DATABASE_URL": database,
        "OPENBLAS_NUM_THREADS": "1",
    }
    return Orders(known | dict(environment), (platform,), folder / "worker.log", folder, level="INFO", pause=2.0)


def learn(cache: Path, faq: Path) -> None:
    """Learn what is in *faq* for all processes with that *cache*."""
    open_service(Settings(cache / "frontdesk", cache, cache, faq=faq, semantic=False))


def with_more(orders: Orders, name: str, **environment: str) -> Orders:
    """Return *orders* for one process, which logs under *name* and sees more in its *environment*."""
    return replace(orders, environment={**orders.environment, **environment}, log=orders.folder / f"{name}.log")


def widen(server: Server) -> None:
    """Let *server* have enough connections for all: each process of the bot opens 41 at most."""
    server.execute("ALTER SYSTEM SET max_connections = 300")
    server.restart("fast")


def used(pid: int) -> Used:
    """Return what the process *pid* has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return Used((int(fields[11]) + int(fields[12])) / TICKS, int(fields[21]) * PAGE / 1e6)


async def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Return True as soon as it *holds*, False where it does not within *seconds*."""
    try:
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 - what happens elsewhere sets no event here
                await asyncio.sleep(0.05)
    except TimeoutError:
        return False
    return True


async def ended(process: Process, seconds: float = 30.0) -> None:
    """Ask *process* to end and wait for that; it is killed if it takes too long."""
    process.ask_to_end()
    waiting = asyncio.create_task(process.ended())
    if not (await asyncio.wait((waiting,), timeout=seconds))[0]:
        process.kill()
    await waiting


__all__ = ["Command", "Forked", "Orders", "Process"]
