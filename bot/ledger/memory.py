"""A ledger in this process's memory, bounded in number and age: for the terminal and for tests."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.ledger.keeping import delivery_to_json
from bot.ledger.port import (
    FINAL,
    OPEN,
    Backlog,
    Claim,
    EventKey,
    Feedback,
    Kept,
    LedgerError,
    Open,
    Record,
    Stage,
    Standing,
    Subject,
)
from bot.model import Outcome, Place

EVENTS = 20_000
CONVERSATIONS = 10_000
RECORDS = 1_000
REDELIVERED_WITHIN = 86_400.0  # seconds; the platforms give up on a delivery after hours


@dataclass(slots=True)
class _Event:
    standing: Standing
    work: str


class MemoryLedger:
    """Keeps the newest of everything; ``now`` gives seconds since the epoch."""

    def __init__(self, now: Callable[[], float], *, conversations: int = CONVERSATIONS, records: int = RECORDS) -> None:
        """Hold at most that many *conversations* and *records*."""
        self._now = now
        self._most_conversations = conversations
        self._most_records = records
        self._events: OrderedDict[EventKey, _Event] = OrderedDict()
        self._kept: OrderedDict[tuple[Place, str | None], Kept] = OrderedDict()
        self._records: OrderedDict[EventKey, Record] = OrderedDict()
        self._feedback: dict[tuple[EventKey, str], Feedback] = {}
        self._settings: dict[Place, Mapping[str, Any]] = {}
        self._bookmarks: dict[str, str] = {}

    async def claim(self, claim: Claim) -> bool:
        """Take the event; False where it was taken before."""
        oldest = self._now() - REDELIVERED_WITHIN
        while self._events and (len(self._events) >= EVENTS or next(iter(self._events.values())).standing.at < oldest):
            self._events.popitem(last=False)
        if claim.event in self._events:
            return False
        standing = Standing(claim.event, claim.stage, claim.place, claim.author, "", (), "", claim.at)
        self._events[claim.event] = _Event(standing, claim.work)
        return True

    def turn(self, place: Place) -> AbstractAsyncContextManager[None]:
        """Nothing: there is no other process."""
        del place
        return nullcontext()

    @property
    def shared(self) -> bool:
        """False: there is no other process."""
        return False

    async def preceded(self, event: EventKey, place: Place) -> bool:
        """Return False: there is no other process."""
        del event, place
        return False

    async def recall(self, place: Place, *authors: str | None) -> Sequence[str | None]:
        """Return the states kept for *authors* in *place*."""
        now, found = self._now(), (self._kept.get((place, author)) for author in authors)
        return [kept.state if kept is not None and kept.expires > now else None for kept in found]

    async def record(self, record: Record, kept: Sequence[Kept]) -> None:
        """Write *record* and the states after it, unless the event is not to be answered."""
        event = self._events.get(record.event)
        if event is None:
            raise LedgerError(f"{record.event.event} is decided, but not claimed: it may have been purged")
        if event.standing.stage in FINAL:
            raise LedgerError(f"{record.event.event} is {event.standing.stage} meanwhile: it is not answered any more")
        for state in kept:
            self._kept[state.place, state.author] = state
            self._kept.move_to_end((state.place, state.author))
        while len(self._kept) > self._most_conversations:
            self._kept.popitem(last=False)
        self._records[record.event] = record
        while len(self._records) > self._most_records:
            self._records.popitem(last=False)
        silent = record.delivery.reply.outcome is Outcome.SILENCE
        event.standing = replace(
            event.standing,
            stage=Stage.SILENT if silent else Stage.DECIDED,
            entries=record.delivery.reply.entries,
            before=record.before,
        )
        event.work = "" if silent else delivery_to_json(record.delivery)

    async def mark_posted(self, event: EventKey, reference: str) -> None:
        """Note where the reply to *event* stands."""
        if (found := self._events.get(event)) is not None:
            found.standing = replace(found.standing, stage=Stage.POSTED, reference=reference)
            found.work = ""

    async def close(self, event: EventKey, stage: Stage) -> None:
        """Bring *event* to the final *stage*."""
        if (found := self._events.get(event)) is not None:
            found.standing = replace(found.standing, stage=stage)
            found.work = ""

    async def standing(self, event: EventKey) -> Standing | None:
        """Return what has become of *event*; None where it is not known."""
        found = self._events.get(event)
        return found.standing if found else None

    async def take_over(self, platform: str, busy: frozenset[EventKey]) -> Sequence[Open]:
        """Return the open events of *platform* that are not *busy*: there is no other process."""
        return [
            Open(key, event.standing.place, event.standing.stage, event.work, event.standing.at)
            for key, event in sorted(self._events.items(), key=lambda item: item[1].standing.at)
            if key.platform == platform and event.standing.stage in OPEN and key not in busy
        ]

    async def backlog(self, platform: str) -> Backlog:
        """Return how much of *platform* is open."""
        standings = (event.standing for key, event in self._events.items() if key.platform == platform)
        times = [standing.at for standing in standings if standing.stage in OPEN]
        return Backlog(len(times), min(times, default=None))

    async def unanswered(self, platform: str, since: float) -> Sequence[Standing]:
        """Return the events that expired or were refused."""
        lost = (Stage.EXPIRED, Stage.REFUSED)
        found = [standing for standing in self._since(platform, since) if standing.stage in lost]
        return sorted(found, key=lambda standing: standing.at)

    async def places(self, platform: str, since: float) -> Sequence[Place]:
        """Return where events were claimed."""
        return list(dict.fromkeys(standing.place for standing in self._since(platform, since)))

    async def add_feedback(self, feedback: Feedback) -> None:
        """Write *feedback*."""
        self._feedback[feedback.event, feedback.author] = feedback

    async def settings(self, place: Place) -> Mapping[str, Any]:
        """Return the settings saved for *place*."""
        return self._settings.get(place, {})

    async def save_settings(self, place: Place, values: Mapping[str, Any]) -> None:
        """Save *values* for *place*; empty ones delete them."""
        if values:
            self._settings[place] = dict(values)
        else:
            self._settings.pop(place, None)

    async def bookmark(self, name: str) -> str | None:
        """Return the text kept under *name*."""
        return self._bookmarks.get(name)

    async def set_bookmark(self, name: str, text: str) -> None:
        """Keep *text* under *name*."""
        self._bookmarks[name] = text

    async def forget(self, subject: Subject) -> int:
        """Delete what is about *subject*; its events stay claimed, without the author, and open ones are withdrawn."""
        seats = [seat for seat in self._kept if _about(subject, *seat)]
        settings = [place for place in self._settings if subject.author is None and _about(subject, place, None)]
        opinions = [(key, author) for key, author in self._feedback if _by(subject, key, author)]
        events = [
            event
            for key, event in self._events.items()
            if event.standing.author and _by(subject, key, event.standing.author)
        ]
        for seat in seats:
            del self._kept[seat]
        for place in settings:
            del self._settings[place]
        for opinion in opinions:
            del self._feedback[opinion]
        for event in events:
            stage = Stage.WITHDRAWN if event.standing.stage in OPEN else event.standing.stage
            event.standing = replace(event.standing, stage=stage, author="", entries=(), before="")
            event.work = ""
            self._records.pop(event.standing.event, None)
        return len(seats) + len(settings) + len(opinions) + len(events)

    async def export(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        """Return every row about *subject*."""
        return [
            *({"table": "threads", **asdict(kept)} for seat, kept in self._kept.items() if _about(subject, *seat)),
            *(
                {"table": "events", **asdict(event.standing)}
                for key, event in self._events.items()
                if _by(subject, key, event.standing.author)
            ),
            *(
                {"table": "feedback", **asdict(opinion)}
                for (key, author), opinion in self._feedback.items()
                if _by(subject, key, author)
            ),
        ]

    async def purge(self, before: float) -> int:
        """Delete what has expired or is older than *before*."""
        seats = [seat for seat, kept in self._kept.items() if kept.expires <= self._now()]
        events = [key for key, event in self._events.items() if event.standing.at < before]
        opinions = [key for key, opinion in self._feedback.items() if opinion.at < before]
        for seat in seats:
            del self._kept[seat]
        for key in events:
            del self._events[key]
            self._records.pop(key, None)
        for opinion in opinions:
            del self._feedback[opinion]
        return len(seats) + len(events) + len(opinions)

    async def ping(self) -> None:
        """Nothing can be wrong here."""

    async def close_down(self) -> None:
        """Nothing is held."""

    def records(self) -> tuple[Record, ...]:
        """Return what is recorded, oldest first."""
        return tuple(self._records.values())

    def _since(self, platform: str, since: float) -> list[Standing]:
        found = (event.standing for key, event in self._events.items() if key.platform == platform)
        return [standing for standing in found if standing.at > since]


def _about(subject: Subject, place: Place, author: str | None) -> bool:
    """True where a state in *place* kept for *author* is the *subject*'s."""
    within = (place.platform, place.tenant) == (subject.platform, subject.tenant)
    return within and (subject.author is None or subject.author == author)


def _by(subject: Subject, event: EventKey, author: str) -> bool:
    within = (event.platform, event.tenant) == (subject.platform, subject.tenant)
    return within and (subject.author is None or subject.author == author)
