"""A ledger in this process's memory, bounded in number and age: for the terminal and for tests."""

from collections import OrderedDict
from collections.abc import Callable

from bot.ledger.port import EventKey, Kept, Record
from bot.model import Place

EVENTS = 20_000
CONVERSATIONS = 10_000
RECORDS = 1_000
REDELIVERED_WITHIN = 86_400.0  # seconds; the platforms give up on a delivery after hours


class MemoryLedger:
    """Keeps the newest of everything; ``now`` gives seconds since the epoch."""

    def __init__(self, now: Callable[[], float], *, conversations: int = CONVERSATIONS, records: int = RECORDS) -> None:
        """Hold at most that many *conversations* and *records*."""
        self._now = now
        self._most_conversations = conversations
        self._most_records = records
        self._claimed: OrderedDict[EventKey, float] = OrderedDict()
        self._kept: OrderedDict[tuple[Place, str | None], Kept] = OrderedDict()
        self._records: OrderedDict[EventKey, Record] = OrderedDict()
        self._posted: dict[EventKey, str] = {}

    async def claim(self, event: EventKey) -> bool:
        """Take *event*; False where it was taken before."""
        oldest = self._now() - REDELIVERED_WITHIN
        while self._claimed and (len(self._claimed) >= EVENTS or next(iter(self._claimed.values())) < oldest):
            self._claimed.popitem(last=False)
        if event in self._claimed:
            return False
        self._claimed[event] = self._now()
        return True

    async def recall(self, place: Place, author: str | None) -> str | None:
        """Return the state kept for *author* in *place*, or None."""
        kept = self._kept.get((place, author))
        return kept.state if kept is not None and kept.expires > self._now() else None

    async def record(self, record: Record, kept: tuple[Kept, ...]) -> None:
        """Write *record* and the states after it."""
        for state in kept:
            self._kept[state.place, state.author] = state
            self._kept.move_to_end((state.place, state.author))
        while len(self._kept) > self._most_conversations:
            self._kept.popitem(last=False)
        self._records[record.event] = record
        while len(self._records) > self._most_records:
            dropped, _ = self._records.popitem(last=False)
            self._posted.pop(dropped, None)

    async def mark_posted(self, event: EventKey, reference: str) -> None:
        """Note where the reply to *event* stands."""
        if event in self._records:
            self._posted[event] = reference

    async def forget(self, author: str) -> int:
        """Delete every state and record of *author*."""
        seats = [seat for seat in self._kept if seat[1] == author]
        events = [event for event, record in self._records.items() if record.author == author]
        for seat in seats:
            del self._kept[seat]
        for event in events:
            del self._records[event]
            self._posted.pop(event, None)
        return len(seats) + len(events)

    def records(self) -> tuple[Record, ...]:
        """Return what is recorded, oldest first."""
        return tuple(self._records.values())

    def posted(self, event: EventKey) -> str | None:
        """Return the platform's reference of the reply to *event*, or None where it was not posted."""
        return self._posted.get(event)
