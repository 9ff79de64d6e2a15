"""How much one person may ask, and how soon one answer may be repeated where nobody called the bot; time is given."""

from collections import OrderedDict
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeVar

BURST = 20  # questions that one person may ask at once
REFILL = 1.0  # seconds after which one more may be asked: Discord itself takes no more in a channel
REPEATED_AFTER = 600.0  # seconds for which an answer is not given again unasked in the same channel
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

MOST = 10_000  # people, and answers in channels, that are remembered


class Leave(Enum):
    """Whether a question is taken."""

    TAKEN = auto()
    TOLD = auto()  # no, and the asker is to be told so
    DROPPED = auto()  # no, and the asker was told a moment ago


@dataclass(slots=True)
class _Purse:
    coins: float
    at: float
    told: bool = False


@dataclass(slots=True)
class Cooldowns:
    """What people asked and what was answered of late; the oldest is forgotten first."""

    burst: int = BURST
    refill: float = REFILL
    repeated_after: float = REPEATED_AFTER
    _purses: OrderedDict[str, _Purse] = field(default_factory=OrderedDict)
    _said: OrderedDict[tuple[str, str], float] = field(default_factory=OrderedDict)

    def ask(self, asker: str, now: float) -> Leave:
        """Count a question of *asker*, and say whether it is taken."""
        purse = self._purses.pop(asker, None) or _Purse(self.burst, now)
        self._purses[asker] = purse
        _bound(self._purses)
        purse.coins = min(self.burst, purse.coins + max(0.0, now - purse.at) / self.refill)
        purse.at = now
        if purse.coins >= 1:
            purse.coins -= 1
            purse.told = False
            return Leave.TAKEN
        told, purse.told = purse.told, True
        return Leave.DROPPED if told else Leave.TOLD

    def says_again(self, entries: tuple[str, ...], channel: str, now: float) -> bool:
        """True where all the *entries* were answered in *channel* of late; else they are noted as answered now."""
        places = [(channel, entry) for entry in entries]
        fresh = [
            place
            for place in places
            if not 0 <= now - self._said.get(place, -self.repeated_after) < self.repeated_after
        ]
        if places and not fresh:
            return True
        for place in places:
            self._said.pop(place, None)
            self._said[place] = now
            _bound(self._said)
        return False


def _bound(kept: OrderedDict[_Key, _Value]) -> None:
    while len(kept) > MOST:
        kept.popitem(last=False)
