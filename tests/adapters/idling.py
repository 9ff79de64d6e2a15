"""When a bot in this process has nothing left to do."""

import asyncio
from collections.abc import Iterator
from typing import Any


async def idle(*ours: str) -> None:
    """Return once no task runs whose coroutine's name begins with one of *ours*."""
    while working := list(_working(ours)):
        await asyncio.wait(working)


def _working(ours: tuple[str, ...]) -> Iterator["asyncio.Task[Any]"]:
    for task in asyncio.all_tasks():
        name = getattr(task.get_coro(), "__qualname__", "")
        if name.startswith(ours):
            yield task
