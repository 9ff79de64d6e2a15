"""A bot that is watched, on a platform that takes what it is told to take."""

from dataclasses import dataclass, field, replace

from prometheus_client.parser import text_string_to_metric_families

from bot.desk import Desk, Library
from bot.health import backlogs
from bot.ledger.memory import MemoryLedger
from bot.model import Delivery, Message, Place
from bot.observing.metrics import Metrics
from bot.observing.presence import Presence
from bot.observing.watcher import Span, Watcher
from bot.relay import Relay
from tests.conversation.fakes import FAQ, PlainReader, TableRanker

PLACE = Place("slack", "T1", "C1", "17.5")
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


class Board:
    """A platform that shows every reply, unless it is told to fail."""

    platform = "slack"

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.fault: Exception | None = None

    async def fetch(self, message: Message) -> Message:
        return message

    async def warn(self, delivery: Delivery) -> None:
        pass

    async def post(self, delivery: Delivery) -> str:
        if self.fault:
            raise self.fault
        self.shown.append(delivery.message.event)
        return f"R{len(self.shown)}"

    async def find(self, delivery: Delivery) -> str | None:
        return delivery.message.event if delivery.message.event in self.shown else None

    async def revise(self, delivery: Delivery, reference: str) -> str:
        self.shown.append(delivery.message.event)
        return reference

    async def remove(self, place: Place, reference: str) -> None:
        pass


@dataclass
class Bot:
    """A relay over a desk with a watcher; ``time`` is what every clock shows."""

    time: float = 1_000.0
    expected: int = 1
    span: Span | None = None
    board: Board = field(default_factory=Board)
    library: Library = field(default_factory=lambda: Library(FAQ, PlainReader(), TableRanker()))

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger(self.now)
        self.presence = Presence(self.now, self.expected)
        self.watcher = Watcher(Metrics(lambda: self.library.faq, self.now), self.presence, self.span)
        self.desk = Desk(lambda: self.library, self.ledger, self.now, self.watcher)
        self.relay = Relay(self.desk, self.board)

    def now(self) -> float:
        return self.time

    async def hear(self, message: Message) -> None:
        await self.relay.accept(message)
        await self.relay.drain(5)

    async def scrape(self) -> Samples:
        return samples(self.watcher.exposition(await backlogs(self.desk)).text)


def asked(text: str = "is upload free?", event: str = "1", **changes: object) -> Message:
    return replace(Message(event, PLACE, "U1", text), **changes)  # type: ignore[arg-type]  # any field of a message


def samples(text: bytes) -> Samples:
    """Every sample of the bot's own in an exposition, by its name and labels, as Prometheus reads it."""
    families = text_string_to_metric_families(text.decode())
    found = [sample for family in families for sample in family.samples if sample.name.startswith("frontdesk_")]
    return {(sample.name, frozenset(sample.labels.items())): sample.value for sample in found}


def value(shown: Samples, name: str, **labels: str) -> float | None:
    return shown.get((name, frozenset(labels.items())))


def labels_of(shown: Samples) -> set[tuple[str, str]]:
    return {label for _, labels in shown for label in labels}
