"""The pace that Slack asks for: about one message a second in a channel, with short bursts."""

import asyncio
from collections.abc import Awaitable, Callable

BURST = 3
EACH = 1.0  # seconds
MOST = 1_000  # channels remembered at a time


class Pace:
    """Makes callers wait for their turn in a channel, in the order in which they came."""

    def __init__(
        self, now: Callable[[], float] | None = None, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Go by *now*, in seconds that only grow, and wait by *sleep*."""
        self._now = now or asyncio.get_running_loop().time
        self._sleep = sleep
        self._spent: dict[tuple[str, str], float] = {}

    async def wait(self, tenant: str, channel: str) -> None:
        """Return when the next message may go to *channel*."""
        now = self._now()
        if len(self._spent) >= MOST:
            self._spent = {place: until for place, until in self._spent.items() if until > now}
        # Each message uses up a second; what is used up beyond the burst has to pass first.
        until = max(self._spent.get((tenant, channel), now), now) + EACH
        self._spent[tenant, channel] = until
        if (debt := until - now - BURST * EACH) > 0:
            await self._sleep(debt)
