"""Deliveries of one event within one process: a mention and its twin, and what comes again, cost one claim."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.ledger.port import EventKey, event_key
from bot.model import Message

REMEMBERED = 4_096


class Taking:
    """Has each event taken once; the ledger has the last word on those that another process took."""

    def __init__(self) -> None:
        self._under_way: OrderedDict[EventKey, asyncio.Future[None]] = OrderedDict()

    async def take(self, message: Message, accept: Callable[[Message], Awaitable[None]]) -> None:
        """Have *message* accepted, unless that is done or under way; then return, or raise, as that does."""
        key = event_key(message)
        if (before := self._under_way.get(key)) is not None:
            await asyncio.shield(before)
            return
        taken = self._under_way[key] = asyncio.get_running_loop().create_future()
        taken.add_done_callback(_seen)
        try:
            await accept(message)
        except BaseException as error:
            del self._under_way[key]
            taken.set_exception(error if isinstance(error, Exception) else ConnectionAbortedError())
            raise
        taken.set_result(None)
        while len(self._under_way) > REMEMBERED:
            self._under_way.popitem(last=False)


def _seen(taken: asyncio.Future[None]) -> None:
    """Look at what went wrong: who raised it tells it, whether or not another one waited."""
    if not taken.cancelled():
        taken.exception()
