"""A signal that something changed, for those who wait until a certain thing is so."""

import asyncio
from collections.abc import Callable


class Pulse:
    """``until`` looks again at each ``beat``; unlike a condition it is given without a lock, from plain code."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def beat(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def until(self, true: Callable[[], bool]) -> None:
        while not true():
            await self._next.wait()
