"""The time of the fake: the real one, and as much more as a test wants to have gone by."""

import time
from datetime import UTC, datetime

DISCORD_EPOCH = 1_420_070_400.0


class Clock:
    """Seconds since the Unix epoch; ``advance`` jumps ahead, so that nothing has to be waited for."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


def timestamp(seconds: float) -> str:
    """Return *seconds* as Discord writes times: ISO 8601 with microseconds and an offset."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


class Snowflakes:
    """Discord's ids: they grow with time, and no two are alike.

    ``old`` gives ids from the day before, ``apart`` such with a millisecond of their own, so that servers spread evenly
    over the shards, which are chosen by the milliseconds.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._old = self._stamp(clock.now() - 86_400)
        self._last = 0

    def fresh(self) -> int:
        self._last = max(self._last + 1, self._stamp(self._clock.now()))
        return self._last

    def old(self) -> int:
        self._old += 1
        return self._old

    def apart(self) -> int:
        self._old = ((self._old >> 22) + 1) << 22
        return self._old

    @staticmethod
    def _stamp(seconds: float) -> int:
        return int((seconds - DISCORD_EPOCH) * 1000) << 22


def moment(snowflake: int) -> float:
    """Return the time at which *snowflake* was made."""
    return (snowflake >> 22) / 1000 + DISCORD_EPOCH
