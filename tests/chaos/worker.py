"""A worker process: the product's own composition root, watched step by step, with what an experiment breaks in it."""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import adapters.discord.app
import adapters.discord.reception
import adapters.slack.app
import bot.ledger.open
import bot.ledger.postgres
import bot.relay
import bot.serving
from adapters.discord.cooldown import Cooldowns
from bot.relay import Relay
from bot.settings import read_settings
from tests.chaos.planted import PLANTS
from tests.chaos.steps import LEDGER_VERBS, OUTLET_VERBS, Fuse, Watched

STARTED_WITHIN, JUMP_EACH = 4.0, 0.5  # seconds
UNLIMITED = 1_073_741_823  # pages


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is to do, and how it is to fail.

    Attributes:
        environment: All the environment that it sees.
        platforms: The adapters that it serves.
        log: The file for what it says.
        folder: Where it is; no ``.env`` of anybody may lie there.
        level: How much it logs.
        step: The step at which it kills itself, empty for none, when that is passed for the *passing*-th time.
        planted: The name of a planted fault.
        pause: Seconds between two looks for what was left open.
        lease: Seconds of silence after which another process takes over.
        jumps: How far the wall clock is off, in seconds: one after the other, once the worker has had time to start.
        full: While there is such a file, SQLite finds its disk full.
    """

    environment: Mapping[str, str]
    platforms: tuple[str, ...]
    log: Path
    folder: Path
    level: str = "DEBUG"
    step: str = ""
    passing: int = 1
    planted: str = ""
    pause: float = 0.5
    lease: float = 5.0
    jumps: tuple[float, ...] = field(default=())
    full: Path | None = None


def run(orders: Orders) -> None:
    """Serve as *orders* say; the entry of a process of its own."""
    _redirect(orders.log)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=orders.level, force=True)
    _break(orders)
    settings = read_settings(orders.environment, orders.folder)
    serving = [import_module(f"adapters.{name}.app").serve for name in orders.platforms]
    asyncio.run(bot.serving.serve(settings, serving))


def _redirect(log: Path) -> None:
    """Let all that this process says go to *log*, what the interpreter says of a crash included."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout.fileno(), sys.stderr.fileno()):
        os.dup2(file, stream)


def _break(orders: Orders) -> None:
    """Change, in this process alone, what the product offers no setting for."""
    bot.relay.PAUSE = orders.pause
    # The harness asks at a pace at which the bot would hold a person back.
    reception: Any = adapters.discord.reception
    reception.Cooldowns = partial(Cooldowns, burst=1_000_000)
    bot.ledger.postgres.Postgres.__init__.__defaults__ = (orders.lease,)
    if orders.jumps:
        time.time = _jumping(orders.jumps)
    if orders.full:
        _fill(orders.full)
    passed = Fuse(orders.step, orders.passing).passed
    _watch_relay(passed)
    open_ledger = bot.ledger.open.open_ledger

    async def opened(*args: Any, **named: Any) -> Any:
        ledger = await open_ledger(*args, **named)
        if orders.planted:
            PLANTS[orders.planted](ledger, Relay)
        return Watched(ledger, LEDGER_VERBS, passed)

    vars(bot.serving)["open_ledger"] = opened


def _watch_relay(passed: Callable[[str], None]) -> None:
    init = Relay.__init__

    def watched(self: Relay, desk: Any, outlet: Any, **rest: Any) -> None:
        init(self, desk, Watched(outlet, OUTLET_VERBS, passed), **rest)

    Relay.__init__ = watched  # type: ignore[method-assign]


def _jumping(jumps: tuple[float, ...]) -> Callable[[], float]:
    """A wall clock that somebody sets again and again."""
    real, started = time.time, time.monotonic()

    def now() -> float:
        jump = int(max(0.0, time.monotonic() - started - STARTED_WITHIN) / JUMP_EACH)
        return real() + (jumps[(jump - 1) % len(jumps)] if jump else 0.0)

    return now


def _fill(sign: Path) -> None:
    """Let SQLite's file not grow by a page while there is a file *sign*."""

    @sa.event.listens_for(sa.pool.Pool, "checkout")
    def limit(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {1 if sign.exists() else UNLIMITED}")
