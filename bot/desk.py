"""The one door for every adapter: a message is claimed, read, matched, decided and recorded, and a reply comes out."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from bot.conversation import Ranker, Shared, State, decide, overheard
from bot.faq.content import Faq
from bot.ledger.keeping import Work, work_to_json
from bot.ledger.port import Claim, Kept, Ledger, Record, event_key
from bot.model import Attachment, Delivery, Match, Message, Outcome, Reading, Reply
from bot.observing.port import SILENT, Observer
from bot.turns import Turns

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


@dataclass(frozen=True, slots=True)
class _Among:
    """A ranker that sees only some of the entries."""

    ranker: Ranker
    entries: frozenset[str]

    @property
    def threshold(self) -> float:
        return self.ranker.threshold

    def rank(self, reading: Reading) -> tuple[Match, ...]:
        return tuple(match for match in self.ranker.rank(reading) if match.entry in self.entries)


class Desk:
    """Answers messages, each event once, each thread in order.

    A terminal, which shows a reply where it stands, uses `answer` or `consider`. A platform goes through `bot.relay`,
    which takes the same steps one by one: `read`, `claim`, `decide`.
    """

    def __init__(
        self,
        library: Callable[[], Library],
        ledger: Ledger,
        now: Callable[[], float],
        observer: Observer = SILENT,
    ) -> None:
        """Answer from what *library* gives at the time of each message; *now* gives seconds since the epoch.

        The *observer* is told of the work; adapters tell it of their platforms.
        """
        self.library = library
        self.ledger = ledger
        self.now = now
        self.observer = observer
        self.turns = Turns()

    async def answer(self, message: Message) -> AsyncIterator[Reply]:
        """Yield the reply to *message*; nothing for a redelivery and for silence."""
        reply = await self.consider(message)
        if reply is not None and reply.outcome is not Outcome.SILENCE:
            yield reply

    async def consider(self, message: Message) -> Reply | None:
        """Return what becomes of *message*, silence included; None only for a redelivery."""
        async with self.turns.take(message.place):
            reading = await self.read(message)
            if not await self.claim(message, reading):
                return None
            delivery = await self.decide(message, reading)
            if delivery.reply.outcome is not Outcome.SILENCE:
                await self.ledger.mark_posted(event_key(message), "")
            return delivery.reply

    async def read(self, message: Message) -> Reading:
        """Return what *message* says: nothing behind this line holds a secret of its author."""
        reader = self.library().reader
        with self.observer.step("read"):
            if _size(message) <= SHORT:
                return reader.read(message.text, message.attachments)
            return await asyncio.to_thread(reader.read, message.text, message.attachments)

    async def claim(self, message: Message, reading: Reading) -> bool:
        """Take the event of *message*; False where it was taken before.

        Raises:
            LedgerError: the record is out of reach; the event is not taken, and may be delivered again.
        """
        redacted = replace(message, text=reading.text, attachments=())
        work = work_to_json(Work(redacted, reading.secrets, reading.live_secret))
        key, at = event_key(message), self.now()
        return await self.ledger.claim(Claim(key, message.place, message.author, work, at, written=message.written))

    async def decide(self, message: Message, reading: Reading, before: str = "") -> Delivery:
        """Return the reply to *message*, silence included, once it is recorded.

        The caller holds the turn and the claim. *before* is the memory to decide with instead of the present one, as a
        record keeps it, where an earlier decision is made anew.
        """
        started = self.now()
        library = self.library()
        state = State.from_json(before) if before else await self._recall(message)
        with self.observer.step("decide"):
            if len(reading.text) <= SHORT:
                reply, after = _decide(library, message, reading, state)
            else:
                reply, after = await asyncio.to_thread(_decide, library, message, reading, state)
        ended = self.now()
        delivery = Delivery(replace(message, text="", attachments=()), reply)
        record = Record(delivery, library.faq.digest, ended, ended - started, state.to_json())
        with self.observer.step("record"):
            await self.ledger.record(record, _kept(message, after, ended + REMEMBERED))
        if not before:
            self.observer.decided(delivery)
        return delivery

    async def _recall(self, message: Message) -> State:
        if not message.place.thread:
            return State.from_json(*await self.ledger.recall(message.place, message.author))
        own, shared = await self.ledger.recall(message.place, message.author, None)
        return replace(State.from_json(own), shared=Shared.from_json(shared))


def _decide(library: Library, message: Message, reading: Reading, state: State) -> tuple[Reply, State]:
    faq, ranker = library.faq, library.ranker
    if message.outsiders:
        faq, ranker = faq.public, _Among(ranker, frozenset(faq.public.by_id))
    if message.locale and not any(character.isalpha() for character in reading.question):
        reading = replace(reading, language=message.locale)
    reply, after = decide(reading, state, faq, ranker, addressed=message.addressed, pick=message.pick)
    if reply.outcome is Outcome.SILENCE and message.place.thread:
        after = replace(after, shared=overheard(after.shared, _mark(message.author)))
    return reply, after


def _kept(message: Message, state: State, expires: float) -> tuple[Kept, ...]:
    """The author's memory and, in a thread, what the thread shares."""
    own = Kept(message.place, message.author, state.to_json(), expires)
    if not message.place.thread:
        return (own,)
    return (own, Kept(message.place, None, state.shared.to_json(), expires))


def _size(message: Message) -> int:
    return len(message.text) + sum(len(attachment.text) for attachment in message.attachments)


def _mark(author: str) -> str:
    """A short mark that tells authors apart without naming them in a thread's memory."""
    return hashlib.blake2b(author.encode(), digest_size=8).hexdigest()
