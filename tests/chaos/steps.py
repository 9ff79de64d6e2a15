"""Places in the sequence from event to answer at which a worker can be killed, and wrappers that pass by them."""

import os
import signal
from collections.abc import Callable
from typing import Any

LEDGER_VERBS = ("claim", "record", "mark_posted", "close", "take_over", "standing")
OUTLET_VERBS = ("fetch", "post", "find", "revise", "remove")
STEPS = tuple(f"{when} {verb}" for verb in (*LEDGER_VERBS, *OUTLET_VERBS) for when in ("before", "after"))
"""Claimed is ``after claim``, decided ``after record``, posted and not yet marked ``after post``, and so on."""


class Watched:
    """Hands everything on to *target*, and tells *passed* before and after each of *verbs*."""

    def __init__(self, target: Any, verbs: tuple[str, ...], passed: Callable[[str], None]) -> None:
        self._target = target
        self._verbs = verbs
        self._passed = passed

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._target, name)
        if name not in self._verbs:
            return attribute

        async def verb(*args: Any, **named: Any) -> Any:
            self._passed(f"before {name}")
            result = await attribute(*args, **named)
            self._passed(f"after {name}")
            return result

        return verb


class Fuse:
    """Kills this process, as ``kill -9`` does, when *step* is passed for the *count*-th time."""

    def __init__(self, step: str, count: int) -> None:
        self._step = step
        self._left = count

    def passed(self, step: str) -> None:
        """Take note that *step* is passed."""
        if step != self._step:
            return
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
