"""The observer of a bot that serves platforms: figures, states, the event of each log line and, if wished, spans."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from structlog.contextvars import bound_contextvars

from bot.ledger.port import Backlog, EventKey
from bot.model import Delivery
from bot.observing.metrics import Metrics
from bot.observing.port import Exposition, Step
from bot.observing.presence import Presence

Span = Callable[[str, Mapping[str, str]], AbstractContextManager[None]]
"""Opens a span of tracing with its name and attributes, for as long as the context lasts."""


def untraced(name: str, attributes: Mapping[str, str]) -> AbstractContextManager[None]:
    """No span."""
    del name, attributes
    return nullcontext()


class Watcher:
    """Hands on what it is told: an `Observer` over *metrics*, *presence* and *span*."""

    def __init__(
        self,
        metrics: Metrics,
        presence: Presence,
        span: Span = untraced,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Time steps by *clock*, in seconds."""
        self.metrics = metrics
        self.presence = presence
        self._span = span
        self._clock = clock

    @contextmanager
    def event(self, key: EventKey) -> Iterator[None]:
        """Name the event in each log line, and in a span."""
        names = {"platform": key.platform, "event_id": key.event}
        with bound_contextvars(**names), self._span("event", names):
            yield

    @contextmanager
    def step(self, name: Step) -> Iterator[None]:
        """Time the step, whether or not it succeeds."""
        started = self._clock()
        try:
            with self._span(name, {}):
                yield
        finally:
            self.metrics.seconds[name].observe(self._clock() - started)

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
