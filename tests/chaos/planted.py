"""Faults to be planted in a worker, so that the harness can be seen to catch them."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from bot.ledger.port import Claim, EventKey, Kept, Open, Record
from bot.model import Delivery, Message
from bot.relay import Relay
from bot.turns import Ticket

Plant = Callable[[Any, type[Relay]], None]
"""Takes the open ledger and the relay's class, and breaks something in them."""


def claim_always_true(ledger: Any, relay: type[Relay]) -> None:
    """Whoever comes second is told that the event is new."""
    del relay
    real = ledger.claim

    async def claim(claimed: Claim) -> bool:
        await real(claimed)
        return True

    ledger.claim = claim


def no_claim(ledger: Any, relay: type[Relay]) -> None:
    """Nothing is written when an event comes, and nothing is asked when it is decided."""
    del relay

    async def claim(claimed: Claim) -> bool:
        del claimed
        return True

    async def record(record: Record, kept: Sequence[Kept]) -> None:
        del record, kept

    ledger.claim, ledger.record = claim, record


def claim_after_acknowledgement(ledger: Any, relay: type[Relay]) -> None:
    """The platform is told that the event arrived before it is claimed."""
    del ledger
    real, tasks = relay.accept, set[asyncio.Task[bool]]()

    async def accept(self: Relay, message: Message) -> bool:
        async def later() -> bool:
            await asyncio.sleep(0.3)
            return await real(self, message)

        task = asyncio.create_task(later())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return True

    relay.accept = accept  # type: ignore[method-assign]


def record_after_post(ledger: Any, relay: type[Relay]) -> None:
    """What was decided is recorded once it stands, not before."""
    del relay
    record, mark_posted = ledger.record, ledger.mark_posted
    waiting: dict[EventKey, tuple[Record, Sequence[Kept]]] = {}

    async def keep(decided: Record, kept: Sequence[Kept]) -> None:
        waiting[decided.event] = decided, kept

    async def mark(event: EventKey, reference: str) -> None:
        if event in waiting:
            await record(*waiting.pop(event))
        await mark_posted(event, reference)

    ledger.record, ledger.mark_posted = keep, mark


def no_mark(ledger: Any, relay: type[Relay]) -> None:
    """That a reply stands is not recorded, and the platform is not asked."""

    async def mark_posted(event: EventKey, reference: str) -> None:
        del event, reference

    ledger.mark_posted = mark_posted
    blind(ledger, relay)


def blind(ledger: Any, relay: type[Relay]) -> None:
    """The platform is not asked whether a reply stands already."""
    del ledger
    init = relay.__init__

    async def find(delivery: Delivery) -> str | None:
        del delivery
        return None

    def blinded(self: Relay, desk: Any, outlet: Any, **rest: Any) -> None:
        outlet.find = find
        init(self, desk, outlet, **rest)

    relay.__init__ = blinded  # type: ignore[method-assign]


def no_recovery(ledger: Any, relay: type[Relay]) -> None:
    """What was left open stays so."""
    del ledger

    async def recover(self: Relay) -> int:
        del self
        return 0

    relay.recover = recover  # type: ignore[method-assign]


def no_busy_check(ledger: Any, relay: type[Relay]) -> None:
    """An event is taken up although this process works on it, and it is not asked whether that is done meanwhile."""
    init, resume = relay.__init__, relay._resume
    real = ledger.standing

    class Forgetful(Counter[EventKey]):
        def __contains__(self, key: object) -> bool:
            return False

        def __iter__(self) -> Any:
            return iter(())

    def forgetful(self: Relay, desk: Any, outlet: Any, **rest: Any) -> None:
        init(self, desk, outlet, **rest)
        self._busy = Forgetful()

    async def unasked(self: Relay, left: Open) -> None:
        async def standing(event: EventKey) -> Any:
            found = await real(event)
            return found and type(found)(found.event, left.stage, found.place, found.author, "", (), "", found.at)

        ledger.standing = standing
        await resume(self, left)

    relay.__init__, relay._resume = forgetful, unasked  # type: ignore[method-assign]


def no_turns(ledger: Any, relay: type[Relay]) -> None:
    """Nobody waits for a turn, and the newer question is decided sooner."""
    from contextlib import nullcontext  # noqa: PLC0415 - of no use to the others

    ledger.turn = lambda _place: nullcontext()
    real, begun = relay._answer, Counter[str]()

    async def enter(self: Ticket) -> None:
        del self

    async def answer(self: Relay, message: Message, reading: Any) -> None:
        begun[message.place.thread] += 1
        await asyncio.sleep(1.0 / begun[message.place.thread])
        await real(self, message, reading)

    Ticket.__aenter__ = enter  # type: ignore[method-assign]
    relay._answer = answer  # type: ignore[method-assign]


def chatty(ledger: Any, relay: type[Relay]) -> None:
    """What people wrote is logged as they wrote it."""
    del ledger
    real = relay.accept

    async def accept(self: Relay, message: Message) -> bool:
        logging.getLogger(__name__).debug("%s", message.text)
        return await real(self, message)

    relay.accept = accept  # type: ignore[method-assign]


PLANTS: dict[str, Plant] = {
    plant.__name__: plant
    for plant in (
        claim_always_true,
        no_claim,
        claim_after_acknowledgement,
        record_after_post,
        no_mark,
        blind,
        no_recovery,
        no_busy_check,
        no_turns,
        chatty,
    )
}
