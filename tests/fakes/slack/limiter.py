"""The pace that Slack allows in one channel: a message a second, with short bursts."""

import math

from tests.fakes.slack.clock import Clock


class Limiter:
    """A bucket of *burst* messages for each channel that fills by *rate* a second; switched off it lets all through."""

    def __init__(self, clock: Clock, *, rate: float = 1.0, burst: int = 5) -> None:
        self.on = True
        self.refused = 0
        self._clock = clock
        self._rate = rate
        self._burst = float(burst)
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, channel: str) -> int:
        """Return 0 and take one message's worth, or return how many whole seconds to wait."""
        if not self.on:
            return 0
        now = self._clock.time()
        level, seen = self._buckets.get(channel, (self._burst, now))
        level = min(self._burst, level + (now - seen) * self._rate)
        if level < 1:
            self._buckets[channel] = (level, now)
            self.refused += 1
            return math.ceil((1 - level) / self._rate)
        self._buckets[channel] = (level - 1, now)
        return 0
