"""A signal that something happened, and waiting for it without polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Pulse:
    """Beats whenever the fake's world changes; counts the beats."""

    def __init__(self) -> None:
        self.beats = 0
        self._waiters: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        self.beats += 1
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def next(self) -> None:
        """Return at the next beat."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)

    async def until(self, found: Callable[[], T | None], seconds: float) -> T:
        """Return what *found* finds as soon as that is not None; it is asked again at each beat.

        Raises:
            TimeoutError: it found nothing within *seconds*.
        """
        async with asyncio.timeout(seconds):
            while (value := found()) is None:
                await self.next()
            return value

    async def stillness(self, busy: Callable[[], bool], seconds: float) -> None:
        """Return once nothing was *busy* and nothing beat for *seconds*."""
        while True:
            try:
                async with asyncio.timeout(None if busy() else seconds):
                    await self.next()
            except TimeoutError:
                return
