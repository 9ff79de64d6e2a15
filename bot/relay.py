"""Exactly one visible answer: from an event that a platform delivers, perhaps more than once, to its reply.

An event is claimed before the platform hears that it arrived. The reply is recorded before it is posted, and its
reference after. Whatever is cut short, by a crash, by a platform or by a database that is away, stays open in the
ledger and is taken up again by `Relay.recover`, here or in another process: a claimed event is decided, and for a
decided one the platform is asked whether the reply stands already.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Protocol

from bot.desk import Desk
from bot.ledger.keeping import delivery_from_json, work_from_json
from bot.ledger.port import Claim, EventKey, LedgerError, Open, Stage, Standing, event_key
from bot.model import Delivery, Message, Outcome, Place, Reading
from bot.turns import Ticket, Turns

LATE = 600.0  # seconds; an answer that comes later than that is no help any more
PAUSE = 5.0  # seconds between two looks for what was left open
GLANCE = 0.05  # seconds between two looks whether another process still answers what came before
GLANCES = 60
TOGETHER = 0.3  # seconds within which what is written in one thread has reached every process
HELD = 1_000  # messages kept while the ledger is away

log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - the platform's word, not a fault of the program
    """The platform does not take a reply and never will; the message says why, without a word of the asker."""


class Outlet(Protocol):
    """Where replies go: the part of an adapter that writes to its platform.

    A verb raises `Refused` for good and anything else for the time being; then it is tried again.
    """

    platform: str

    async def fetch(self, message: Message) -> Message:
        """Return *message* with what it only points to (its files) read; the same value where that is nothing."""
        ...

    async def warn(self, delivery: Delivery) -> None:
        """Tell the author alone that a live secret was pasted, and how to revoke it."""
        ...

    async def post(self, delivery: Delivery) -> str:
        """Show the reply and return the platform's reference of it."""
        ...

    async def find(self, delivery: Delivery) -> str | None:
        """Return the reference of the reply where it stands already: asked after a crash, and only then."""
        ...

    async def revise(self, delivery: Delivery, reference: str) -> str:
        """Put the reply in the place of the one that stands as *reference*; return the reference it has now."""
        ...

    async def remove(self, place: Place, reference: str) -> None:
        """Take away the reply that stands as *reference*."""
        ...


class Relay:
    """Brings the messages of one platform to the desk, and the replies back."""

    def __init__(self, desk: Desk, outlet: Outlet, *, late: float = LATE) -> None:
        """Answer what is at most *late* seconds old."""
        self._desk = desk
        self._ledger = desk.ledger
        self._observer = desk.observer
        self._outlet = outlet
        self._late = late
        self._busy: Counter[EventKey] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._arrivals = Turns()
        self._held = 0

    async def accept(self, message: Message) -> bool:
        """Claim *message*; True where it was new. What it takes to answer goes on in the background.

        Raises:
            LedgerError: it could not be claimed; a platform that redelivers must not be told that it arrived.
        """
        with self._observer.event(event_key(message)):
            return await self._accept(message)

    async def _accept(self, message: Message) -> bool:
        first = replace(message, event=message.revises, revises="") if message.revises else message
        keys, ticket = frozenset((event_key(message), event_key(first))), self._desk.turns.take(message.place)
        self._busy.update(keys)  # before the claim, so that `recover` never sees an event that nobody seems to work on
        try:
            reading = await self._desk.read(message)
            claimed = await self._desk.claim(message, reading)
            if claimed and message.revises and await self._desk.claim(first, reading):
                # The edit overtook the message itself, which will be taken for a redelivery when it comes.
                await self._ledger.close(event_key(message), Stage.SILENT)
                message = first
        except BaseException:
            self._leave(keys, ticket)
            raise
        if claimed:
            self._start(event_key(message), self._answer(message, reading), ticket, keys, message.written)
        else:
            self._leave(keys, ticket)
        return claimed

    def arriving(self, place: Place) -> Ticket:
        """Return a ticket for *place* that keeps the order of arrival until an event is claimed.

        An adapter that has to look something up before it accepts a message takes it first of all, and enters it.
        """
        return self._arrivals.take(place)

    async def hold(self, message: Message) -> bool:
        """Accept *message* from a platform that does not redeliver: while the ledger is away, wait for it.

        Raises:
            LedgerError: the ledger is away, and so many wait for it already that this one cannot be held too.
        """
        if self._held >= HELD:
            raise LedgerError(f"{HELD} messages wait for the ledger already")
        self._held += 1
        try:
            for _ in range(max(1, int(self._late / PAUSE))):
                try:
                    return await self.accept(message)
                except LedgerError as error:
                    log.warning("%s waits for the ledger: %s", message.event, error)
                    await asyncio.sleep(PAUSE)
            return await self.accept(message)
        finally:
            self._held -= 1

    async def retract(self, message: Message) -> None:
        """Take away the reply to *message*, which its author deleted; its words do not matter.

        Where it says when it was *sent*, and that is not long ago, a message that is not known yet will not be answered
        when it comes.

        Raises:
            LedgerError: the reply was cut short, and may stand or not; a platform that redelivers is to come again.
        """
        key = event_key(message)
        async with self._desk.turns.take(message.place), self._ledger.turn(message.place):
            standing = await self._ledger.standing(key)
            if standing is None:
                await self._forestall(message)
                return
            if standing.stage is Stage.DECIDED and not standing.reference:
                raise LedgerError(f"{key.event} was cut short, and its deletion waits until it is finished")
            if standing.reference:
                await self._outlet.remove(standing.place, standing.reference)
            await self._ledger.close(key, Stage.WITHDRAWN)

    async def _forestall(self, message: Message) -> None:
        """Withdraw a message that was deleted before it came; one that was sent long ago will not come."""
        if message.sent is None or self._too_late(message.sent):
            return
        claim = Claim(event_key(message), message.place, message.author, "", self._desk.now(), stage=Stage.WITHDRAWN)
        if not await self._ledger.claim(claim):
            raise LedgerError(f"{message.event} came just now, and its deletion waits for that")

    async def once(self, message: Message, what: str) -> bool:
        """Return True the first time that *what* is asked for about *message*, ever."""
        key = replace(event_key(message), event=f"{message.event}#{what}")
        return await self._ledger.claim(
            Claim(key, message.place, message.author, "", self._desk.now(), stage=Stage.SILENT)
        )

    async def recover(self) -> int:
        """Take up what was left open; return how many events that are."""
        found = await self._ledger.take_over(self._outlet.platform, frozenset(self._busy))
        left = [event for event in found if event.event not in self._busy]
        for event in left:
            busy = frozenset((event.event,))
            self._busy.update(busy)
            self._start(event.event, self._resume(event), self._desk.turns.take(event.place), busy)
        return len(left)

    async def tend(self) -> None:
        """Look for what was left open, now and again and again, until cancelled."""
        while True:
            try:
                await self.recover()
            except LedgerError as error:
                log.warning("the ledger is away: %s", error)
            await asyncio.sleep(PAUSE)

    async def drain(self, seconds: float) -> int:
        """Wait for the answers under way, *seconds* at most; return how many are left for the next start."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=seconds)
        left = tuple(task for task in self._tasks if not task.done())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)

    def _start(
        self,
        key: EventKey,
        work: Coroutine[Any, Any, None],
        ticket: Ticket,
        busy: frozenset[EventKey],
        written: float | None = None,
    ) -> None:
        """Do *work* on the event *key* in the background when its turn comes; until it ends the keys are *busy*."""

        def end(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            work.close()  # a task that was cancelled before it began has not touched it
            self._leave(busy, ticket)

        task = asyncio.create_task(self._guard(key, work, ticket, written))
        self._tasks.add(task)
        task.add_done_callback(end)

    def _leave(self, busy: frozenset[EventKey], ticket: Ticket) -> None:
        ticket.leave()
        self._busy -= Counter(busy)

    async def _guard(
        self, key: EventKey, work: Coroutine[Any, Any, None], ticket: Ticket, written: float | None
    ) -> None:
        """What goes wrong in *work* leaves the event open."""
        with self._observer.event(key):
            try:
                async with ticket:
                    await self._let_pass(key, ticket.place, written)
                    async with self._ledger.turn(ticket.place):
                        await self._closing(key, work)
            except Exception as error:  # noqa: BLE001 - the boundary of everything that answers
                # The text of an error may quote what a person wrote; its class does not.
                log.warning("%s is not answered yet (%s)", key.event, type(error).__name__)

    async def _let_pass(self, key: EventKey, place: Place, written: float | None) -> None:
        """Let other processes answer first what comes before *key* in *place*; some seconds, then no longer.

        What was *written* just now waits until they have claimed what was written an instant before it.
        """
        if not self._ledger.shared:
            return
        if written is not None:
            await asyncio.sleep(min(max(written + TOGETHER - self._desk.now(), 0), TOGETHER))
        for _ in range(GLANCES):
            if not await self._ledger.preceded(key, place):
                return
            await asyncio.sleep(GLANCE)

    async def _closing(self, key: EventKey, work: Coroutine[Any, Any, None]) -> None:
        """Do *work*, and close the event where the platform refuses the reply."""
        try:
            await work
        except Refused as error:
            log.warning("the reply to %s was refused: %s", key.event, error)
            await self._ledger.close(key, Stage.REFUSED)

    async def _answer(self, message: Message, reading: Reading) -> None:
        if self._too_late(message.sent):
            await self._expire(event_key(message))
            return
        complete = await self._outlet.fetch(message)
        if complete is not message:
            reading = await self._desk.read(complete)
        if message.revises:
            await self._revise(complete, reading)
        else:
            await self._bring(await self._desk.decide(complete, reading))

    async def _warn(self, delivery: Delivery) -> None:
        """A warning is given at most once, and never stands in the way of the answer."""
        if not delivery.reply.live_secret or not await self.once(delivery.message, "warned"):
            return
        try:
            await self._outlet.warn(delivery)
        except Exception as error:  # noqa: BLE001 - see above
            log.warning("%s could not be warned of a secret (%s)", delivery.message.event, type(error).__name__)

    async def _revise(self, message: Message, reading: Reading) -> None:
        """Decide an edited message anew, under the event that it had first."""
        first = replace(message, event=message.revises)  # what it revises is now itself: see `_finish`
        standing = await self._ledger.standing(event_key(first))
        if standing is None and not await self._desk.claim(first, reading):
            raise LedgerError(f"{first.event} was claimed just now, and its edit waits for that")
        if standing is not None and standing.stage is Stage.CLAIMED:
            raise LedgerError(f"{first.event} is being answered by another process, and its edit waits for that")
        if standing is None:
            await self._bring(await self._desk.decide(first, reading))
        elif standing.stage not in (Stage.EXPIRED, Stage.REFUSED, Stage.WITHDRAWN):
            delivery = await self._desk.decide(first, reading, standing.before)
            await self._bring(delivery, await self._reference(delivery, standing))
        await self._ledger.close(event_key(message), Stage.SILENT)

    async def _reference(self, delivery: Delivery, standing: Standing) -> str:
        """Where the earlier reply stands, empty where none does; one that was cut short is looked for."""
        if standing.reference or standing.stage is not Stage.DECIDED:
            return standing.reference
        return await self._outlet.find(delivery) or ""

    async def _resume(self, left: Open) -> None:
        """Go on with an event where another process, or an earlier try, stopped."""
        standing = await self._ledger.standing(left.event)
        if standing is None or standing.stage is not left.stage:
            return  # it was finished meanwhile
        if left.stage is Stage.DECIDED:
            await self._finish(delivery_from_json(left.work), standing)
        elif self._too_late(left.at):
            await self._expire(left.event)
        else:
            work = work_from_json(left.work)
            reading = await self._desk.read(work.message)
            await self._answer(work.message, replace(reading, secrets=work.secrets, live_secret=work.live_secret))

    async def _finish(self, delivery: Delivery, standing: Standing) -> None:
        """See to it that a decided reply stands, whether or not it did before it could be recorded."""
        reference = standing.reference or await self._outlet.find(delivery) or ""
        if not reference and self._too_late(standing.at):
            await self._expire(standing.event)
        elif reference and not standing.reference and not delivery.message.revises:
            await self._ledger.mark_posted(standing.event, reference)
        else:  # what stands may be the answer to an earlier wording
            await self._bring(delivery, reference)

    async def _bring(self, delivery: Delivery, reference: str = "") -> None:
        """Post the reply, or put it in the place of the one that stands as *reference*."""
        await self._warn(delivery)
        if delivery.reply.outcome is Outcome.SILENCE:
            return
        with self._observer.step("post"):
            if reference:
                reference = await self._outlet.revise(delivery, reference)
            else:
                reference = await self._outlet.post(delivery)
        await self._ledger.mark_posted(event_key(delivery.message), reference)

    async def _expire(self, key: EventKey) -> None:
        await self._ledger.close(key, Stage.EXPIRED)
        self._observer.expired(key.platform)

    def _too_late(self, sent: float | None) -> bool:
        return sent is not None and self._desk.now() - sent > self._late
