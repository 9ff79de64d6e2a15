"""The ledger in a database, by SQLAlchemy: the verbs of `bot.ledger.verbs`, each as a transaction of a `Database`."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.ledger import contents, verbs
from bot.ledger.contents import OutdatedError, Served
from bot.ledger.port import Backlog, Claim, EventKey, Feedback, Kept, Open, Record, Stage, Standing, Subject
from bot.ledger.tables import feedback, questions
from bot.model import Outcome, Place

T = TypeVar("T")

DAY = 86_400.0  # seconds


class Database(Protocol):
    """What the ledger needs of SQLite or PostgreSQL; whatever fails is raised as a `LedgerError`."""

    @property
    def engine(self) -> AsyncEngine:
        """An engine on the same database."""
        ...

    @property
    def shared(self) -> bool:
        """Whether other processes answer from it too."""
        ...

    @property
    def lapsed(self) -> sa.ColumnElement[bool]:
        """True for a row of events whose owner does not live any more."""
        ...

    async def read(self, verb: Callable[[sa.Connection], T]) -> T:
        """Return what *verb* finds."""
        ...

    async def write(self, verb: Callable[[sa.Connection], T]) -> T:
        """Carry out *verb* in a transaction, and once more where the connection broke."""
        ...

    def turn(self, place: Place) -> AbstractAsyncContextManager[None]:
        """Keep every other process from *place*."""
        ...

    def settle(self, *tables: sa.Table) -> None:
        """See that what was written and erased until now is so on the disk soon; *tables* lost text for good."""
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...


class SqlLedger:
    """Keeps everything in a database."""

    def __init__(self, database: Database, owner: str, now: Callable[[], float], keep_questions: int = 0) -> None:
        """Take events as *owner*; *now* gives seconds since the epoch; questions are kept for that many days."""
        self._database = database
        self._owner = owner
        self._now = now
        self._keep_questions = keep_questions * DAY
        # What this process took and has not finished. Where such an event has another owner, that one took it over
        # while this process was held up; any other event may have been answered by another process and be edited here.
        self._held: set[EventKey] = set()
        self._content = ""  # what this process is known to answer from

    @property
    def shared(self) -> bool:
        """Whether other processes answer from it too."""
        return self._database.shared

    @property
    def engine(self) -> AsyncEngine:
        """An engine of SQLAlchemy for other tables in the same database."""
        return self._database.engine

    async def claim(self, claim: Claim) -> bool:
        """Take the event; False where it was taken before."""
        token = uuid.uuid4().hex
        claimed = await self._database.write(lambda connection: verbs.claim(connection, claim, self._owner, token))
        if claimed and claim.stage is Stage.CLAIMED:
            self._held.add(claim.event)
        self._database.settle()
        return claimed

    def turn(self, place: Place) -> AbstractAsyncContextManager[None]:
        """Keep every other process from *place* meanwhile."""
        return self._database.turn(place)

    async def preceded(self, event: EventKey, place: Place) -> bool:
        """Return True where another process has an open event of *place* that comes before *event*."""
        owner = self._owner
        return await self._database.read(lambda connection: verbs.preceded(connection, event, place, owner))

    async def recall(self, place: Place, *authors: str | None) -> Sequence[str | None]:
        """Return the states kept for *authors* in *place*."""
        now = self._now()
        return await self._database.read(lambda connection: [verbs.recall(connection, place, a, now) for a in authors])

    async def record(self, record: Record, kept: Sequence[Kept]) -> None:
        """Write *record* and the states after it, unless the event is another's or is not to be answered.

        Where other processes answer too, one with newer content that has answered in this conversation gets the event.
        """
        held = record.event in self._held
        self._held.discard(record.event)  # whoever is refused has lost it
        expires = self._now() + self._keep_questions if self._keep_questions else None

        def write(connection: sa.Connection) -> None:
            if self.shared:
                self._agree(connection, record, kept)
            verbs.record(connection, record, kept, self._owner, held=held, keep_until=expires)

        try:
            await self._database.write(write)
        except OutdatedError:
            await self._database.write(lambda connection: contents.release(connection, record.event))
            raise
        self._content = record.content
        if record.delivery.reply.outcome is not Outcome.SILENCE:
            self._held.add(record.event)
        self._database.settle()

    def _agree(self, connection: sa.Connection, record: Record, kept: Sequence[Kept]) -> None:
        """See that no other process knows better what to answer *record* from."""
        if record.content != self._content:
            contents.publish(connection, self._owner, record.content)
        if kept:
            contents.refuse_outdated(connection, record, verbs.seat_of(kept[-1].place, kept[-1].author))

    async def publish_content(self, content: str, *, as_newest: bool = False) -> Sequence[Served]:
        """Say that this process answers from *content*, and return all that is served now, the newest first.

        Empty where no other process can be there. *as_newest*, others have to give way to it.
        """
        if not self.shared:
            return ()

        def write(connection: sa.Connection) -> Sequence[Served]:
            contents.publish(connection, self._owner, content, as_newest=as_newest)
            return contents.served(connection)

        return await self._database.write(write)

    async def mark_posted(self, event: EventKey, reference: str) -> None:
        """Note that the reply to *event* stands, and erase its text."""
        await self._database.write(lambda connection: verbs.mark_posted(connection, event, reference))
        self._finished(event)

    async def close(self, event: EventKey, stage: Stage) -> None:
        """Bring *event* to the final *stage*."""
        await self._database.write(lambda connection: verbs.close(connection, event, stage))
        self._finished(event)

    async def standing(self, event: EventKey) -> Standing | None:
        """Return what has become of *event*."""
        return await self._database.read(lambda connection: verbs.standing(connection, event))

    async def take_over(self, platform: str, busy: frozenset[EventKey]) -> Sequence[Open]:
        """Take and return the open events of *platform* that no living process works on."""
        lapsed = self._database.lapsed
        mine = await self._database.write(lambda connection: verbs.take_over(connection, platform, self._owner, lapsed))
        left = [event for event in mine if event.event not in busy]
        self._held.update(event.event for event in left)
        return left

    async def backlog(self, platform: str) -> Backlog:
        """Return how much of *platform* is open."""
        return await self._database.read(lambda connection: verbs.backlog(connection, platform))

    async def unanswered(self, platform: str, since: float) -> Sequence[Standing]:
        """Return the events that expired or were refused."""
        return await self._database.read(lambda connection: verbs.unanswered(connection, platform, since))

    async def places(self, platform: str, since: float) -> Sequence[Place]:
        """Return where events were claimed."""
        return await self._database.read(lambda connection: verbs.places(connection, platform, since))

    async def add_feedback(self, feedback: Feedback) -> None:
        """Write *feedback*."""
        await self._database.write(lambda connection: verbs.add_feedback(connection, feedback))

    async def settings(self, place: Place) -> Mapping[str, Any]:
        """Return the settings saved for *place*."""
        return await self._database.read(lambda connection: verbs.load_settings(connection, place))

    async def save_settings(self, place: Place, values: Mapping[str, Any]) -> None:
        """Save *values* for *place*; empty ones delete them."""
        await self._database.write(lambda connection: verbs.save_settings(connection, place, values))

    async def bookmark(self, name: str) -> str | None:
        """Return the text kept under *name*."""
        return await self._database.read(lambda connection: verbs.bookmark(connection, name))

    async def set_bookmark(self, name: str, text: str) -> None:
        """Keep *text* under *name*."""
        await self._database.write(lambda connection: verbs.set_bookmark(connection, name, text))

    async def forget(self, subject: Subject) -> int:
        """Delete what is about *subject*; its events stay claimed, without the author."""
        count = await self._database.write(lambda connection: verbs.forget(connection, subject))
        self._database.settle(feedback, questions)
        return count

    async def export(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        """Return every row about *subject*."""
        return await self._database.read(lambda connection: verbs.export(connection, subject))

    async def purge(self, before: float) -> int:
        """Delete what has expired or is older than *before*, a batch at a time."""
        now, count = self._now(), 0
        while gone := await self._database.write(lambda connection: verbs.purge(connection, before, now)):
            count += gone
            self._database.settle(feedback, questions)
        return count

    async def ping(self) -> None:
        """Return where the record can be read."""
        await self._database.read(lambda connection: connection.scalar(sa.select(sa.literal(1))))

    async def close_down(self) -> None:
        """Let go of files and connections."""
        await self._database.close()

    def _finished(self, event: EventKey) -> None:
        self._held.discard(event)
        self._database.settle()
