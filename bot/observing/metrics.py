"""The figures for Prometheus: names and labels that dashboards and alert rules stand on.

A label is a name from the code, an entry of the served file, a shard's number or a digest; an entry that the file does
not know is "other". So there are never more series than these allow, and none that holds a word of what people write.
"""

from collections.abc import Callable, Mapping
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.faq.content import Faq
from bot.ledger.port import Backlog
from bot.model import Outcome, Reply
from bot.observing.port import Exposition, Step

OTHER = "other"
CONFIDENCES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
STEPS: tuple[Step, ...] = ("read", "decide", "record", "post")


class Metrics:
    """All figures of one process, in a registry of their own."""

    def __init__(self, faq: Callable[[], Faq], now: Callable[[], float]) -> None:
        """Take entries and digest from what *faq* gives at the time; *now* gives seconds since the epoch."""
        # They would double the series, and nobody asks when a counter was made.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._faq = faq
        self._now = now
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        by = ("platform",)
        self.questions = Counter(
            "frontdesk_questions", "Questions by what became of them.", ("platform", "outcome"), registry=registry
        )
        self.answers = Counter("frontdesk_answers", "Answers by entry.", ("entry",), registry=registry)
        self.confidence = Histogram(
            "frontdesk_confidence", "How likely the best match was right.", buckets=CONFIDENCES, registry=registry
        )
        self.steps = Histogram(
            "frontdesk_step_seconds", "How long each step took.", ("step",), buckets=SECONDS, registry=registry
        )
        self.rate_limited = Counter(
            "frontdesk_rate_limited", "Requests that a platform put off (429).", by, registry=registry
        )
        self.invalid = Counter(
            "frontdesk_invalid_requests", "Requests that a platform holds against the bot.", by, registry=registry
        )
        self.expired = Counter(
            "frontdesk_expired", "Questions that were found too late to be answered.", by, registry=registry
        )
        self.open_events = Gauge(
            "frontdesk_open_events",
            "Events in the ledger that are not finished, whichever process has them.",
            by,
            registry=registry,
        )
        self.oldest = Gauge(
            "frontdesk_oldest_open_seconds", "How long the oldest of them has been open.", by, registry=registry
        )
        self.content = Gauge("frontdesk_content_info", "The content that is served.", ("digest",), registry=registry)
        self.connected = Gauge("frontdesk_connected", "Whether a platform can reach the bot.", by, registry=registry)
        self.gateway_age = Gauge(
            "frontdesk_gateway_age_seconds", "How long ago a shard was last heard of.", ("shard",), registry=registry
        )
        self.seconds = {step: self.steps.labels(step) for step in STEPS}
        # Finding a series by its labels takes longer than counting in it.
        self._question = cache(self.questions.labels)
        self._answer = cache(self.answers.labels)

    def count(self, platform: str, reply: Reply) -> None:
        """Count a question of *platform* with its *reply*."""
        self._question(platform, reply.outcome.value).inc()
        if reply.confidence is not None:
            self.confidence.observe(reply.confidence)
        if reply.outcome is Outcome.ANSWER:
            known = self._faq().by_id
            for entry in reply.entries:
                self._answer(entry if entry in known else OTHER).inc()

    def begin(self, platform: str) -> None:
        """Show the counters of *platform* from the start: a rate is known of what was 0 before."""
        for counter in (self.rate_limited, self.invalid, self.expired):
            counter.labels(platform)
        for outcome in Outcome:
            self.questions.labels(platform, outcome.value)

    def set_gateways(self, ages: Mapping[int, float]) -> None:
        """Show the *ages* of the present shards, and of no other."""
        self.gateway_age.clear()
        for shard, age in ages.items():
            self.gateway_age.labels(str(shard)).set(age)

    def exposition(self, backlogs: Mapping[str, Backlog]) -> Exposition:
        """Return all figures; a backlog that could not be found out is not shown, rather than an old one."""
        self.open_events.clear()
        self.oldest.clear()
        for platform, backlog in backlogs.items():
            age = 0.0 if backlog.oldest is None else max(0.0, self._now() - backlog.oldest)
            self.open_events.labels(platform).set(backlog.events)
            self.oldest.labels(platform).set(age)
        self.content.clear()
        self.content.labels(self._faq().digest).set(1)
        return Exposition(generate_latest(self.registry), CONTENT_TYPE_PLAIN_0_0_4)
