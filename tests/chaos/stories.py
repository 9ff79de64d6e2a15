"""What people do in a campaign: short conversations of every kind, chosen by chance from a seed."""

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from tests.chaos.content import Topic, topics
from tests.chaos.verdict import Asked

LOOK = 0.05  # seconds between two looks for an answer

KINDS = {
    "slack": {
        "mention": 30,
        "dm": 12,
        "dialogue": 12,
        "edited": 10,
        "deleted": 8,
        "overheard": 8,
        "auto": 8,
        "slash": 8,
    },
    "discord": {"mention": 34, "dm": 12, "dialogue": 12, "edited": 10, "deleted": 8, "overheard": 10, "slash": 8},
}


class Side(Protocol):
    """A platform as people use it."""

    platform: str

    def ask(self, kind: str, topic: Topic, *, after: Asked | None = None, orderly: bool = False) -> Asked:
        """Ask about *topic*."""
        ...

    def edit(self, asked: Asked, topic: Topic) -> None:
        """Change what was *asked*."""
        ...

    def delete(self, asked: Asked) -> None:
        """Take away what was *asked*."""
        ...

    def stands(self, asked: Asked) -> bool:
        """Whether an answer stands."""
        ...


@dataclass(slots=True)
class Crowd:
    """Everybody who takes part: they do *kinds* of things, or everything, and wait for *patience* seconds.

    ``asked`` is all that they asked, ``events`` how much they did in all.
    """

    side: Side
    random: Random
    kinds: tuple[str, ...] = ()
    patience: float = 6.0
    strict: bool = False
    asked: list[Asked] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    _used: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    async def story(self) -> None:
        """Let somebody have one conversation with the bot."""
        known = KINDS[self.side.platform]
        weights = {kind: known[kind] for kind in self.kinds or known}
        kind = self.random.choices(tuple(weights), tuple(weights.values()))[0]
        if kind == "dialogue":
            await self._dialogue()
        elif kind in ("edited", "deleted"):
            await self._revised(kind)
        else:
            await self.answered(self._ask(kind))

    async def _dialogue(self) -> None:
        """Several questions in one conversation, one after the other or at once."""
        asked = [self._ask("mention", orderly=True)]
        for _ in range(self.random.randint(1, 3)):
            if self.random.random() < 0.4:
                asked.append(self._ask("at once", asked[-1]))
                continue
            answered = await self.answered(asked[-1])
            asked.append(self._ask("follow-up" if answered else "mention", asked[-1]))
        await self.answered(asked[-1])

    async def _revised(self, kind: str) -> None:
        """A question that is edited or deleted, before its answer stands or after."""
        asked = self._ask("mention", orderly=True)
        if self.random.random() < 0.5:
            await self.answered(asked)
        else:
            await asyncio.sleep(self.random.uniform(0, 0.3))
        if kind == "edited":
            self.side.edit(asked, self._topic(asked.chain))
        else:
            self.side.delete(asked)
        self.events["edit" if kind == "edited" else "deletion"] += 1
        await self.answered(asked)

    def _ask(self, kind: str, after: Asked | None = None, *, orderly: bool = False) -> Asked:
        topic = self._topic(after.chain) if after else self.random.choice(topics())
        asked = self.side.ask(kind, topic, after=after, orderly=orderly or after is not None)
        asked.strict = self.strict
        self._used[asked.chain or asked.spot].add(topic.mark)
        self.asked.append(asked)
        self.events[kind] += 1
        return asked

    def _topic(self, chain: str) -> Topic:
        """Something that was not asked about in the conversation *chain* yet."""
        return self.random.choice([topic for topic in topics() if topic.mark not in self._used[chain]])

    async def answered(self, asked: Asked) -> bool:
        """Wait for the answer, for a while; False where none came."""
        if not asked.mark:
            return False
        for _ in range(int(self.patience / LOOK)):
            if self.side.stands(asked):
                return True
            await asyncio.sleep(LOOK)
        return False
