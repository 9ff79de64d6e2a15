"""The one door for every adapter: a message is claimed, read, matched, decided and recorded, and a reply comes out."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from bot.conversation import Ranker, Shared, State, decide, overheard
from bot.faq.content import Faq
from bot.ledger.port import EventKey, Kept, Ledger, Record
from bot.model import Attachment, Message, Outcome, Place, Reading, Reply

REMEMBERED = 86_400.0  # seconds; a follow-up comes the next morning, not the next week
SHORT = 16_384  # characters; a text as long is read and matched in a few milliseconds, a longer one in a thread


class Reader(Protocol):
    """Turns a text into a reading."""

    def read(self, text: str, attachments: tuple[Attachment, ...]) -> Reading:
        """Return what *text* and the *attachments* say, without secrets."""
        ...


@dataclass(frozen=True, slots=True)
class Library:
    """Content and what was built from it; an edited faq.yaml makes a new one, swapped in by one assignment."""

    faq: Faq
    reader: Reader
    ranker: Ranker


class Desk:
    """Answers messages, each event once, each thread in order."""

    def __init__(self, library: Callable[[], Library], ledger: Ledger, now: Callable[[], float]) -> None:
        """Answer from what *library* gives at the time of each message; *now* gives seconds since the epoch."""
        self._library = library
        self._ledger = ledger
        self._now = now
        self._turns: dict[Place, _Turns] = {}

    async def answer(self, message: Message) -> AsyncIterator[Reply]:
        """Yield the reply to *message*; nothing for a redelivery and for silence."""
        reply = await self.consider(message)
        if reply is not None and reply.outcome is not Outcome.SILENCE:
            yield reply

    async def consider(self, message: Message) -> Reply | None:
        """Return what becomes of *message*, silence included; None only for a redelivery."""
        if not await self._ledger.claim(event_key(message)):
            return None
        async with self._in_turn(message.place):
            started = self._now()
            library = self._library()
            state = await self._recall(message)
            if _size(message) <= SHORT:
                reply, after = _decide(library, message, state)
            else:
                reply, after = await asyncio.to_thread(_decide, library, message, state)
            record = _record(message, reply, library.faq.digest, started=started, ended=self._now())
            await self._ledger.record(record, _kept(message, after, self._now() + REMEMBERED))
        return reply

    async def posted(self, message: Message, reference: str) -> None:
        """Note that the reply to *message* stands on the platform as *reference*."""
        await self._ledger.mark_posted(event_key(message), reference)

    async def _recall(self, message: Message) -> State:
        own = await self._ledger.recall(message.place, message.author)
        if not message.place.thread:
            return State.from_json(own)
        return replace(State.from_json(own), shared=Shared.from_json(await self._ledger.recall(message.place, None)))

    @asynccontextmanager
    async def _in_turn(self, place: Place) -> AsyncIterator[None]:
        """Hold *place* for one message; a lock lives only while somebody holds it or waits for it."""
        turns = self._turns.setdefault(place, _Turns())
        turns.people += 1
        try:
            async with turns.lock:
                yield
        finally:
            turns.people -= 1
            if not turns.people:
                del self._turns[place]


class _Turns:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.people = 0


def event_key(message: Message) -> EventKey:
    """Return what the ledger knows the event of *message* by."""
    return EventKey(message.place.platform, message.place.tenant, message.event)


def _decide(library: Library, message: Message, state: State) -> tuple[Reply, State]:
    reading = library.reader.read(message.text, message.attachments)
    reply, after = decide(reading, state, library.faq, library.ranker, addressed=message.addressed)
    if reply.outcome is Outcome.SILENCE and message.place.thread:
        after = replace(after, shared=overheard(after.shared, _mark(message.author)))
    return reply, after


def _kept(message: Message, state: State, expires: float) -> tuple[Kept, ...]:
    """The author's memory and, in a thread, what the thread shares."""
    own = Kept(message.place, message.author, state.to_json(), expires)
    if not message.place.thread:
        return (own,)
    return (own, Kept(message.place, None, state.shared.to_json(), expires))


def _record(message: Message, reply: Reply, content: str, *, started: float, ended: float) -> Record:
    return Record(
        event=event_key(message),
        place=message.place,
        author=message.author,
        outcome=reply.outcome,
        text=reply.text,
        language=reply.language,
        entries=reply.entries,
        confidence=reply.confidence,
        candidates=tuple((match.entry, match.confidence) for match in reply.candidates),
        choices=tuple((choice.label, choice.entry) for choice in reply.choices),
        content=content,
        at=ended,
        seconds=ended - started,
    )


def _size(message: Message) -> int:
    return len(message.text) + sum(len(attachment.text) for attachment in message.attachments)


def _mark(author: str) -> str:
    """A short mark that tells authors apart without naming them in a thread's memory."""
    return hashlib.blake2b(author.encode(), digest_size=8).hexdigest()
