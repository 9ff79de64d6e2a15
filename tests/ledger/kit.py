"""What the ledger's tests are about: one event, its claim and its decision, and a clock that stands still."""

from dataclasses import dataclass

from bot.ledger.keeping import Work, work_to_json
from bot.ledger.port import Claim, EventKey, Record
from bot.model import Choice, Delivery, Evidence, Kind, Match, Message, Outcome, Place, Reply

NOW = 1_000_000.0
PLACE = Place("slack", "T1", "C1", "17.5")
EVENT = EventKey("slack", "T1", "Ev1")
NOBODY: frozenset[EventKey] = frozenset()


@dataclass
class Clock:
    time: float = NOW

    def __call__(self) -> float:
        return self.time


def claim_of(event: EventKey, text: str = "why a 403?", author: str = "U1", place: Place = PLACE) -> Claim:
    """The claim of *event*, in which *author* wrote *text*."""
    message = Message(event.event, place, author, text)
    return Claim(event, place, author, work_to_json(Work(message)), NOW)


def record_of(claim: Claim, text: str = "**Q?**\n\nA.") -> Record:
    """A decision on *claim* that answers *text*."""
    reply = Reply(
        Outcome.ANSWER,
        text,
        entries=("a",),
        confidence=0.9,
        candidates=(Match("a", 0.9), Match("b", 0.1)),
        evidence=(Evidence(Kind.STATUS, "403", 1, 7),),
        choices=(Choice("Q?", "a"), Choice("None of these", None)),
    )
    return _decided(claim, reply)


def silence_of(claim: Claim) -> Record:
    """A decision to say nothing to *claim*."""
    return _decided(claim, Reply(Outcome.SILENCE))


def _decided(claim: Claim, reply: Reply) -> Record:
    message = Message(claim.event.event, claim.place, claim.author, "")
    return Record(Delivery(message, reply), content="d1", at=NOW, seconds=0.01, before='{"version": 1}')


CLAIM = claim_of(EVENT)
RECORD = record_of(CLAIM)
