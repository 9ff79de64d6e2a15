"""A ledger that can be out of reach."""

from typing import Any

from bot.ledger.memory import MemoryLedger
from bot.ledger.port import LedgerError


class AwayLedger(MemoryLedger):
    """A ledger of which some verbs fail, so many times."""

    def __init__(self, now: Any) -> None:
        super().__init__(now)
        self.away: dict[str, int] = {}

    def __getattribute__(self, name: str) -> Any:
        away = object.__getattribute__(self, "__dict__").get("away", {})
        if away.get(name, 0) > 0:
            away[name] -= 1
            return out_of_reach
        return super().__getattribute__(name)


async def out_of_reach(*_: object, **__: object) -> None:
    raise LedgerError("out of reach")
