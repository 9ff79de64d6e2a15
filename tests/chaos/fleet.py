"""Worker processes that are started, killed and started again, each kill counted with where it struck."""

import asyncio
import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing import forkserver as forking
from pathlib import Path
from random import Random
from typing import Any, Protocol

from tests.chaos import worker
from tests.chaos.steps import STEPS
from tests.chaos.worker import Orders

LONGEST = 8.0  # seconds after which a worker that has not come to its step is killed where it is
COMMAND_EVERY = 10  # of so many starts, one is of the command as an operator gives it


class Process(Protocol):
    """A running worker."""

    pid: int

    def kill(self) -> None:
        """End it as ``kill -9`` does."""
        ...

    def ask_to_end(self) -> None:
        """Ask it to end in good order."""
        ...

    async def ended(self) -> int:
        """Return its exit code once there is one, negative for a signal."""
        ...


class Forked:
    """A worker forked from a process that has loaded everything: it is up in a moment."""

    def __init__(self, orders: Orders) -> None:
        """Start it."""
        self._process = multiprocessing.get_context("forkserver").Process(
            target=worker.run, args=(orders,), daemon=True
        )
        self._process.start()
        self.pid = self._process.pid or 0

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()

    def ask_to_end(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    async def ended(self) -> int:
        """Wait for its end."""
        loop, end = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, end.set)
        try:
            await end.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        code = self._process.exitcode
        self._process.close()
        return code or 0


class Command:
    """A worker started by ``python -m bot run``, with nothing of ours in it."""

    def __init__(self, orders: Orders) -> None:
        """Start it."""
        with orders.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=orders.folder,
                env={"PYTHONPATH": str(Path(__file__).parents[2]), **orders.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.pid = self._process.pid

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()

    def ask_to_end(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    async def ended(self) -> int:
        """Wait for its end."""
        while self._process.poll() is None:  # noqa: ASYNC110 - there is nothing to wait for but the process
            await asyncio.sleep(0.05)
        return self._process.returncode


@dataclass(slots=True)
class Fleet:
    """Keeps so many workers alive.

    Attributes:
        orders: What each of them is to do; where they log is told here.
        random: What all choices of the fleet hang on.
        kills_left: How many more of them are to die before their time.
        steps: The steps at which they are to die, in turn.
        only_at_steps: None of them dies anywhere else.
        commands: Whether some of them are started as an operator starts them.
        soon: Seconds within which one dies that is not to die at a step.
        deaths: Where they died: by step, at a moment, or by themselves.
        running: Those that live, by slot.
        on_birth, on_death: What is told of it when one is started, or has died.
    """

    orders: Orders
    random: Random
    kills_left: int = 0
    steps: tuple[str, ...] = STEPS
    only_at_steps: bool = False
    commands: bool = False
    soon: float = 6.0
    deaths: Counter[str] = field(default_factory=Counter)
    running: dict[int, Process] = field(default_factory=dict)
    on_birth: Callable[[], None] = lambda: None
    on_death: Callable[[], None] = lambda: None
    _generations: Iterator[int] = field(default_factory=itertools.count)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _killed: set[int] = field(default_factory=set)
    _ending: bool = False

    def start(self, workers: int, environment: Callable[[int], Mapping[str, str]] | None = None) -> None:
        """Start *workers* of them; *environment* adds to what the one of a slot sees."""
        for slot in range(workers):
            more = environment(slot) if environment is not None else {}
            self._tasks.append(asyncio.create_task(self._keep(slot, more)))

    async def stop(self, seconds: float = 30.0) -> None:
        """Ask all of them to end, and kill who does not within *seconds*."""
        self._ending = True
        for process in self.running.values():
            process.ask_to_end()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            if late:
                self.deaths["did not end when asked to"] += len(self.running)
                for process in tuple(self.running.values()):
                    process.kill()
        await asyncio.gather(*self._tasks)

    def kill_all(self) -> None:
        """Kill every one of them now; they are started again."""
        for process in tuple(self.running.values()):
            self._kill(process)

    def _kill(self, process: Process) -> None:
        self._killed.add(process.pid)
        process.kill()

    async def _keep(self, slot: int, more: Mapping[str, str]) -> None:
        while not self._ending:
            number = next(self._generations)
            log = self.orders.log.with_name(f"worker-{slot}-{number:04}.log")
            environment = {**self.orders.environment, **more}
            plan = self._planned(replace(self.orders, log=log, environment=environment), number)
            by_command = self.commands and not plan.step and number % COMMAND_EVERY == COMMAND_EVERY - 1
            process: Process = Command(plan) if by_command else Forked(plan)
            self.running[slot] = process
            self.on_birth()
            try:
                await self._see_through(process, plan)
            except BaseException:
                process.kill()
                raise
            finally:
                self.on_death()
                del self.running[slot]

    def _planned(self, orders: Orders, number: int) -> Orders:
        """Half of the deaths are at a step, each of them in turn; the others at some moment, where that is wanted."""
        if self.kills_left <= 0 or not self.steps or (number % 2 and not self.only_at_steps):
            return orders
        turn = number if self.only_at_steps else number // 2
        passing = 1 if self.only_at_steps else self.random.randint(1, 6)
        return replace(orders, step=self.steps[turn % len(self.steps)], passing=passing)

    async def _see_through(self, process: Process, plan: Orders) -> None:
        """Wait for the end of *process*, which comes early while there are kills left."""
        ending = asyncio.create_task(process.ended())
        if self.kills_left > 0 and not self.only_at_steps:
            patience = LONGEST if plan.step else self.random.uniform(0.5, self.soon)
            await asyncio.wait((ending,), timeout=patience)
            if not ending.done() and self.kills_left > 0 and not self._ending:
                self._kill(process)
        code = await ending
        if code == -signal.SIGKILL and process.pid in self._killed:
            self.deaths["at a moment"] += 1
        elif code == -signal.SIGKILL and plan.step:
            self.deaths[plan.step] += 1
        elif code and not self._ending:
            self.deaths[f"by itself with {code}"] += 1
            await asyncio.sleep(0.5)
        self.kills_left -= code == -signal.SIGKILL


@contextmanager
def forkserver() -> Iterator[None]:
    """Have a process that has loaded everything, of which workers are forks, until the end of the block."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(["tests.chaos.worker"])
    before = dict(os.environ)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    try:
        forking.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)
    server: Any = vars(forking)["_forkserver"]  # nothing public ends it
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            server._stop()
