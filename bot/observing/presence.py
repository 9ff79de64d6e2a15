"""Whether the event loop comes round, which platforms are connected, and what else keeps a process from serving."""

import asyncio
from collections.abc import Callable, Sequence

BETWEEN = 1.0  # seconds between two beats
STALLED = 5.0  # seconds without a beat after which the loop is held to be stuck


class Presence:
    """Remembers the last beat, and what each adapter said last of its connection."""

    def __init__(self, now: Callable[[], float], expected: int) -> None:
        """Expect that many platforms; *now* gives seconds that only grow."""
        self._now = now
        self._expected = expected
        self._beaten = now()
        self.up: dict[str, bool] = {}
        self.others: Callable[[], Sequence[str]] = lambda: ()

    async def beat(self) -> None:
        """Note that the loop comes round, again and again, until cancelled."""
        while True:
            self._beaten = self._now()
            await asyncio.sleep(BETWEEN)

    def alive(self) -> bool:
        """Whether there was a beat lately."""
        return self._now() - self._beaten < STALLED

    def missing(self) -> list[str]:
        """Which platforms are not connected, how many have not even begun, and what *others* find missing."""
        down = [f"{platform} is not connected" for platform, up in sorted(self.up.items()) if not up]
        late = self._expected - len(self.up)
        begin = [f"{late} of {self._expected} platforms have not begun"] if late > 0 else []
        return [*down, *begin, *self.others()]
