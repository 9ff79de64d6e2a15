"""A watchdog for gateways that fall silent without closing: the connection is closed, and the library opens another."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Protocol

from bot.observing.port import Observer

PAUSE = 1.0  # seconds between two looks
# Discord acknowledges a heartbeat every 41 s, and its library gives up after 60 s; this is for where that fails, and
# soon enough for what was missed to be found: reading back begins two minutes before a connection was known to live.
SILENT = 100.0  # seconds
CLOSED_WITHIN = 10.0  # seconds

log = logging.getLogger(__name__)


class Gateway(Protocol):
    """The connections of one platform, a shard each."""

    platform: str

    def is_up(self) -> bool:
        """Whether every shard of this process is connected."""
        ...

    def ages(self) -> Mapping[int, float]:
        """How many seconds ago each shard was last heard of, those left out that are connecting."""
        ...

    async def restart(self, shard: int) -> None:
        """Close the connection of *shard*, whatever state it is in, so that another is opened."""
        ...


def silent(ages: Mapping[int, float], closed: Mapping[int, float], limit: float) -> tuple[int, ...]:
    """Return the shards to restart: silent for *limit* seconds, and as long again since they were *closed* before.

    *closed* gives the age that a shard had when it was closed last; it counts while the shard is not heard again.
    """
    return tuple(sorted(shard for shard, age in ages.items() if age - closed.get(shard, 0.0) >= limit))


def remembered(ages: Mapping[int, float], closed: Mapping[int, float], now_closed: Iterable[int]) -> dict[int, float]:
    """Return the ages at closing that are to be kept: of those closed now, and of those not heard since."""
    kept = {shard: age for shard, age in closed.items() if ages.get(shard, 0.0) >= age}
    return kept | {shard: ages[shard] for shard in now_closed}


async def watch(gateway: Gateway, observer: Observer) -> None:
    """Tell *observer* how *gateway* does, and restart what is silent, again and again, until cancelled."""
    closed: dict[int, float] = {}
    try:
        while True:
            ages = gateway.ages()
            observer.gateways(ages)
            observer.connected(gateway.platform, up=gateway.is_up())
            due = silent(ages, closed, SILENT)
            for shard in due:
                await _restart(gateway, shard, ages[shard])
            closed = remembered(ages, closed, due)
            await asyncio.sleep(PAUSE)
    finally:
        observer.gateways({})
        observer.connected(gateway.platform, up=False)


async def _restart(gateway: Gateway, shard: int, age: float) -> None:
    log.warning("shard %d of %s has been silent for %.0f s: it is connected anew", shard, gateway.platform, age)
    try:
        async with asyncio.timeout(CLOSED_WITHIN):
            await gateway.restart(shard)
    except Exception as error:  # noqa: BLE001 - a watchdog goes on, whatever a broken connection does
        log.warning("shard %d of %s could not be closed (%s)", shard, gateway.platform, type(error).__name__)
