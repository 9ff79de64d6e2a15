"""The durable record as the desk sees it: a few small verbs, each of which one transaction can do.

No verb takes what a person wrote. A reply's own text is curated, so it may be kept; that is what lets another process
finish a reply after a crash.
"""

from dataclasses import dataclass
from typing import Protocol

from bot.model import Outcome, Place


@dataclass(frozen=True, slots=True)
class EventKey:
    """What makes an event the same event when it is delivered again."""

    platform: str
    tenant: str
    event: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation's memory as it is stored: opaque JSON text, dropped at ``expires`` (seconds since the epoch).

    ``author`` is None for the part that everybody in a thread shares.
    """

    place: Place
    author: str | None
    state: str
    expires: float


@dataclass(frozen=True, slots=True)
class Record:
    """What was decided about one event, and all that it takes to post the reply later.

    Attributes:
        event: The event that is now decided.
        place: Where the reply goes.
        author: Who asked.
        outcome: What became of the message.
        text: The reply, empty for silence.
        language: The language of the reply.
        entries: The entries answered, in order.
        confidence: As in the reply.
        candidates: The best entries with their confidences, whatever the outcome.
        choices: Labels and entries put to the author.
        content: Digest of the faq.yaml that was answered from.
        at: When it was decided, in seconds since the epoch.
        seconds: How long reading, matching and deciding took.
    """

    event: EventKey
    place: Place
    author: str
    outcome: Outcome
    text: str
    language: str
    entries: tuple[str, ...]
    confidence: float | None
    candidates: tuple[tuple[str, float], ...]
    choices: tuple[tuple[str, str | None], ...]
    content: str
    at: float
    seconds: float


class Ledger(Protocol):
    """Remembers events, conversations and replies."""

    async def claim(self, event: EventKey) -> bool:
        """Take *event* for this process; False where it was taken before, by whomever."""
        ...

    async def recall(self, place: Place, author: str | None) -> str | None:
        """Return the state kept in *place* for *author*, or shared there; None where none is, or no longer."""
        ...

    async def record(self, record: Record, kept: tuple[Kept, ...]) -> None:
        """Write *record* and the conversation states after it, all or nothing."""
        ...

    async def mark_posted(self, event: EventKey, reference: str) -> None:
        """Note that the reply to *event* stands as *reference* on its platform; without a record nothing is noted."""
        ...

    async def forget(self, author: str) -> int:
        """Delete every state and record of *author* on every platform; return how many there were."""
        ...
