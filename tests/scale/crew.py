"""Processes of the bot, each in a slot, that are started, killed and asked to make room for their successor."""

import asyncio
import signal
from collections import Counter
from collections.abc import Sequence

from tests.chaos.fleet import Forked
from tests.chaos.worker import Orders
from tests.scale.stage import ended


class Crew:
    """A process for each of *orders*, and how often which end came to them."""

    def __init__(self, orders: Sequence[Orders]) -> None:
        self.ends: Counter[str] = Counter()
        self._orders = orders
        self._running: dict[int, Forked] = {}

    def __len__(self) -> int:
        return len(self._orders)

    @property
    def addresses(self) -> list[str]:
        """Where each of them serves HTTP."""
        return [orders.environment["FRONTDESK_HTTP_ADDR"] for orders in self._orders]

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [process.pid for process in self._running.values()]

    def start(self, *slots: int) -> None:
        """Start the processes of *slots*, by default all."""
        for slot in slots or range(len(self)):
            self._running[slot] = Forked(self._orders[slot])

    async def kill(self, slot: int) -> None:
        """End the process of *slot* as ``kill -9`` does."""
        process = self._running.pop(slot)
        process.kill()
        self._note(await process.ended(), "killed")

    async def replace(self, slot: int) -> None:
        """Start a successor of the process of *slot* once that has ended in good order."""
        process = self._running.pop(slot)
        await ended(process)
        self.ends["replaced"] += 1
        self.start(slot)

    async def stop(self) -> None:
        """Ask all of them to end."""
        processes, self._running = tuple(self._running.values()), {}
        await asyncio.gather(*map(ended, processes))

    def _note(self, code: int, what: str) -> None:
        self.ends[what if code == -signal.SIGKILL else f"ended by itself with {code}"] += 1
