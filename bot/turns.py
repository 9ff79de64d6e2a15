"""Turns within one process: what happens in one place happens in the order in which it came."""

import asyncio
from types import TracebackType

from bot.model import Place


class Turns:
    """Hands out tickets; a place is remembered only while somebody holds one for it."""

    def __init__(self) -> None:
        self._last: dict[Place, Ticket] = {}

    def take(self, place: Place) -> "Ticket":
        """Return a ticket for *place*, behind all that were taken before; it must be entered or left."""
        ticket = self._last[place] = Ticket(self._last, place)
        return ticket

    def __len__(self) -> int:
        """How many places somebody holds a ticket for."""
        return len(self._last)


class Ticket:
    """A position in the queue for a place; ``async with`` waits for the turn and holds it."""

    def __init__(self, last: dict[Place, "Ticket"], place: Place) -> None:
        self._last = last
        self.place = place
        self.ahead = last.get(place)
        self.done = asyncio.Event()

    async def __aenter__(self) -> None:
        try:
            while ahead := self._waited_for():
                await ahead.done.wait()
        except asyncio.CancelledError:
            self.leave()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.leave()

    def leave(self) -> None:
        """Give the position up, before the turn or after it; those behind wait for those ahead alone."""
        self.done.set()
        if self._last.get(self.place) is not self:
            return
        if ahead := self._waited_for():
            self._last[self.place] = ahead
        else:
            del self._last[self.place]

    def _waited_for(self) -> "Ticket | None":
        """The nearest ticket ahead that is still held; those that were given up are stepped over."""
        while self.ahead is not None and self.ahead.done.is_set():
            self.ahead = self.ahead.ahead
        return self.ahead
