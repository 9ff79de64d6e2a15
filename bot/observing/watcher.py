"""The observer of a bot that serves platforms: figures, states, the event of each log line and, if wished, spans."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from bot.ledger.port import Backlog, EventKey
from bot.model import Delivery
from bot.observing.about import About
from bot.observing.metrics import Metrics
from bot.observing.port import Exposition, Step
from bot.observing.presence import Presence

Context = AbstractContextManager[Any]
Span = Callable[[str, Mapping[str, str]], Context]
"""Opens a span of tracing with its name and attributes, for as long as the context lasts."""


class Watcher:
    """Hands on what it is told: an `Observer` over *metrics*, *presence* and, where there is one, *span*."""

    def __init__(
        self,
        metrics: Metrics,
        presence: Presence,
        span: Span | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Time steps by *clock*, in seconds."""
        self.metrics = metrics
        self.presence = presence
        self._span = span
        self._clock = clock

    def event(self, key: EventKey) -> Context:
        """Name the event in each log line, and in a span."""
        names = {"platform": key.platform, "event_id": key.event}
        return self._traced(About(names), "event", names)

    def step(self, name: Step) -> Context:
        """Time the step, whether or not it succeeds."""
        return self._traced(_Timed(self.metrics.seconds[name].observe, self._clock), name, {})

    def _traced(self, context: Context, name: str, attributes: Mapping[str, str]) -> Context:
        return context if self._span is None else _within(self._span(name, attributes), context)

    def decided(self, delivery: Delivery) -> None:
        """Count the question."""
        self.metrics.count(delivery.message.place.platform, delivery.reply)

    def expired(self, platform: str) -> None:
        """Count the question that was found too late."""
        self.metrics.expired.labels(platform).inc()

    def rate_limited(self, platform: str) -> None:
        """Count the request."""
        self.metrics.rate_limited.labels(platform).inc()

    def refused(self, platform: str) -> None:
        """Count the request."""
        self.metrics.invalid.labels(platform).inc()

    def connected(self, platform: str, *, up: bool) -> None:
        """Keep the state."""
        if platform not in self.presence.up:
            self.metrics.begin(platform)
        self.presence.up[platform] = up
        self.metrics.connected.labels(platform).set(up)

    def platforms(self) -> Sequence[str]:
        """The platforms whose adapters have begun."""
        return tuple(self.presence.up)

    def gateways(self, ages: Mapping[int, float]) -> None:
        """Show the ages."""
        self.metrics.set_gateways(ages)

    def alive(self) -> bool:
        """Whether the event loop has come round lately."""
        return self.presence.alive()

    def missing(self) -> Sequence[str]:
        """What keeps platforms from being served."""
        return self.presence.missing()

    def exposition(self, backlogs: Mapping[str, Backlog]) -> Exposition:
        """Return all figures."""
        return self.metrics.exposition(backlogs)


class _Timed:
    """Tells how many seconds the context lasted."""

    __slots__ = ("_clock", "_started", "_tell")

    def __init__(self, tell: Callable[[float], None], clock: Callable[[], float]) -> None:
        self._tell = tell
        self._clock = clock

    def __enter__(self) -> None:
        self._started = self._clock()

    def __exit__(self, *_: object) -> None:
        self._tell(self._clock() - self._started)


@contextmanager
def _within(outer: Context, inner: Context) -> Iterator[None]:
    with outer, inner:
        yield
