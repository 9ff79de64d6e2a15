"""A clock that does not jump: the time of day at the start, and what has really passed since."""

import time
from collections.abc import Callable


def passed() -> float:
    """Return seconds since some moment in the past, those asleep included where the system counts them."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)  # Linux alone has it
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


def steady(wall: Callable[[], float] = time.time, elapsed: Callable[[], float] = passed) -> Callable[[], float]:
    """Return a clock in seconds since the epoch that reads *wall* once and follows *elapsed* from then on.

    Somebody who sets the system's clock, or a time server that corrects it, changes nothing in a running process:
    nothing expires too early, and nothing old looks new.
    """
    offset = wall() - elapsed()
    return lambda: offset + elapsed()
