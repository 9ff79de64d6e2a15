"""The durable record as its users see it: a few small verbs, each of which one transaction can do.

An event goes through the stages of `Stage`. What a person wrote is in it only from the claim to the decision, and only
redacted; a decided reply is in it only until it stands on its platform. That is what lets another process finish after
a crash, and nothing else is kept: identities, entry ids, scores, kinds of evidence and digests.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.model import Delivery, Message, Place


class LedgerError(Exception):
    """The ledger cannot be used now, or not with what it holds; the message says why and how to mend it."""


class Stage(StrEnum):
    """How far an event has come; all but the first two are final."""

    CLAIMED = "claimed"  # taken by a process, not decided yet
    DECIDED = "decided"  # the reply is known, and may or may not stand on the platform
    POSTED = "posted"  # the reply stands
    SILENT = "silent"  # there is nothing to say
    EXPIRED = "expired"  # found too late to be answered
    REFUSED = "refused"  # the platform would not take the reply
    WITHDRAWN = "withdrawn"  # the message was deleted, and the reply with it


OPEN = (Stage.CLAIMED, Stage.DECIDED)
FINAL = frozenset((Stage.EXPIRED, Stage.REFUSED, Stage.WITHDRAWN))  # no decision may follow these


@dataclass(frozen=True, slots=True)
class EventKey:
    """What makes an event the same event when it is delivered again."""

    platform: str
    tenant: str
    event: str


@dataclass(frozen=True, slots=True)
class Claim:
    """An event that is taken for this process.

    ``work`` is what it takes to go on after a crash: the redacted message as JSON text. ``at`` is in seconds since the
    epoch. ``stage`` is a final one where taking the event is all that there is to do. ``written`` is the message's.
    """

    event: EventKey
    place: Place
    author: str
    work: str
    at: float
    stage: Stage = Stage.CLAIMED
    written: float | None = None


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
    """What was decided about one event.

    Attributes:
        delivery: The reply and all that it takes to post it; kept whole only until it is posted.
        content: Digest of the faq.yaml that was answered from.
        at: When it was decided, in seconds since the epoch.
        seconds: How long reading, matching and deciding took.
        before: The conversation's memory before the message, as JSON text, to decide again when the message is edited.
    """

    delivery: Delivery
    content: str
    at: float
    seconds: float
    before: str = ""

    @property
    def event(self) -> EventKey:
        """The event that is now decided."""
        return event_key(self.delivery.message)


@dataclass(frozen=True, slots=True)
class Standing:
    """What has become of an event.

    ``reference`` is the platform's own name of the reply, empty where none stands; ``entries`` are those answered;
    ``before`` is as in `Record`; ``at`` is when the event was claimed.
    """

    event: EventKey
    stage: Stage
    place: Place
    author: str
    reference: str
    entries: tuple[str, ...]
    before: str
    at: float


@dataclass(frozen=True, slots=True)
class Open:
    """An event that nobody works on any more; ``work`` is the claim's or, once decided, the delivery as JSON text."""

    event: EventKey
    place: Place
    stage: Stage
    work: str
    at: float


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many events are open, in whosever hands; ``oldest`` is when the first of them was claimed, None for none."""

    events: int
    oldest: float | None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What *author* thinks of the reply to *event*; the *reason* is redacted, and empty where none was given."""

    event: EventKey
    author: str
    helpful: bool
    at: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data is meant: one author's, or, with None, a whole tenant's."""

    platform: str
    tenant: str
    author: str | None = None


class Ledger(Protocol):
    """Remembers events, conversations, replies, feedback and settings.

    Every verb may raise `LedgerError` where the record is out of reach; then nothing of that verb has happened, or, for
    a connection that broke at its very end, all of it.
    """

    @property
    def shared(self) -> bool:
        """Whether other processes may answer from it too."""
        ...

    async def claim(self, claim: Claim) -> bool:
        """Take the event for this process; False where it was taken before, by whomever."""
        ...

    def turn(self, place: Place) -> AbstractAsyncContextManager[None]:
        """Keep every other process from *place* meanwhile; within a process `bot.turns` does that."""
        ...

    async def preceded(self, event: EventKey, place: Place) -> bool:
        """Return True where another process has an open event of *place* that comes before *event*.

        That is the order in which they were written, behind what tells no such time in the order of the claims.
        """
        ...

    async def recall(self, place: Place, *authors: str | None) -> Sequence[str | None]:
        """Return the states kept in *place* for *authors*, for None what is shared there; None where none is (left)."""
        ...

    async def record(self, record: Record, kept: Sequence[Kept]) -> None:
        """Write *record* and the conversation states after it, all or nothing.

        The event becomes decided, or silent where there is nothing to say; one that was decided before is decided anew
        and keeps its reference.

        Raises:
            LedgerError: also where the event is open in another process's hands, expired, refused or withdrawn; then
                nothing is written.
        """
        ...

    async def mark_posted(self, event: EventKey, reference: str) -> None:
        """Note that the reply to *event* stands as *reference* on its platform, and erase its text."""
        ...

    async def close(self, event: EventKey, stage: Stage) -> None:
        """Bring *event* to the final *stage* and erase what was kept to go on with it."""
        ...

    async def standing(self, event: EventKey) -> Standing | None:
        """Return what has become of *event*; None where it is not known."""
        ...

    async def take_over(self, platform: str, busy: frozenset[EventKey]) -> Sequence[Open]:
        """Take and return the open events of *platform* that no living process works on, oldest first.

        Of this process's own events those in *busy* are left alone.
        """
        ...

    async def backlog(self, platform: str) -> Backlog:
        """Return how much of *platform* is open, all processes together."""
        ...

    async def unanswered(self, platform: str, since: float) -> Sequence[Standing]:
        """Return the events claimed after *since* that expired or were refused, oldest first."""
        ...

    async def places(self, platform: str, since: float) -> Sequence[Place]:
        """Return the places of *platform* in which an event was claimed after *since*."""
        ...

    async def add_feedback(self, feedback: Feedback) -> None:
        """Write *feedback*; a later one by the same author on the same event takes its place."""
        ...

    async def settings(self, place: Place) -> Mapping[str, Any]:
        """Return the settings saved for exactly *place* (a tenant, or a channel of one), empty where none are."""
        ...

    async def save_settings(self, place: Place, values: Mapping[str, Any]) -> None:
        """Save *values* (JSON) for *place* in the place of those before; empty ones delete them."""
        ...

    async def bookmark(self, name: str) -> str | None:
        """Return the text kept under *name*, None where there is none."""
        ...

    async def set_bookmark(self, name: str, text: str) -> None:
        """Keep *text* under *name*."""
        ...

    async def forget(self, subject: Subject) -> int:
        """Delete every row about *subject*, settings of a tenant included; return how many there were.

        What must stay so that no event is answered twice, stays without the author; what is open is withdrawn.
        """
        ...

    async def export(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        """Return every row about *subject*, each with its ``table``."""
        ...

    async def purge(self, before: float) -> int:
        """Delete states that have expired and events, replies and feedback older than *before*; return how many."""
        ...

    async def ping(self) -> None:
        """Return where the record can be read.

        Raises:
            LedgerError: it cannot.
        """
        ...

    async def close_down(self) -> None:
        """Let go of files and connections."""
        ...


def event_key(message: Message) -> EventKey:
    """Return what the ledger knows the event of *message* by."""
    return EventKey(message.place.platform, message.place.tenant, message.event)
