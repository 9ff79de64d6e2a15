"""What the deciding rooms and the adapters tell about their work, to whomever listens; by default nobody does."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.ledger.port import Backlog, EventKey
from bot.model import Delivery

Step = Literal["read", "decide", "record", "post"]
_NOTHING = nullcontext()


@dataclass(frozen=True, slots=True)
class Exposition:
    """The figures of this moment in the form that a monitoring system reads."""

    text: bytes
    media_type: str


class Observer(Protocol):
    """Is told of what happens, and asked how things stand.

    Nothing here takes a text: events have ids, and all else is a name from the code or from faq.yaml. No verb raises,
    and none may take long, since answers wait for it.
    """

    def event(self, key: EventKey) -> AbstractContextManager[None]:
        """Whatever happens within is about *key*."""
        ...

    def step(self, name: Step) -> AbstractContextManager[None]:
        """What happens within is one step of an answer, whose time counts."""
        ...

    def decided(self, delivery: Delivery) -> None:
        """A question has got its reply, silence included; an edit of it is no new question."""
        ...

    def expired(self, platform: str) -> None:
        """A question was found too late to be answered."""
        ...

    def rate_limited(self, platform: str) -> None:
        """*platform* asked for patience (429)."""
        ...

    def refused(self, platform: str) -> None:
        """*platform* counts a request of ours as an invalid one; too many of them, and it bars us."""
        ...

    def connected(self, platform: str, *, up: bool) -> None:
        """*platform* can reach us, or cannot; an adapter says so as soon as it begins, and at each change."""
        ...

    def gateways(self, ages: Mapping[int, float]) -> None:
        """How many seconds ago each shard of this process was last heard of, all of them at once."""
        ...

    def alive(self) -> bool:
        """Whether the event loop has come round lately."""
        ...

    def platforms(self) -> Sequence[str]:
        """The platforms whose adapters have begun."""
        ...

    def missing(self) -> Sequence[str]:
        """What keeps platforms from being served, in words for an operator; empty where nothing does."""
        ...

    def exposition(self, backlogs: Mapping[str, Backlog]) -> Exposition:
        """Return all figures, with the *backlogs* of the platforms that could be found out."""
        ...


class Silent:
    """Listens to nothing, and sees nothing amiss."""

    def event(self, key: EventKey) -> AbstractContextManager[None]:
        """Nothing."""
        del key
        return _NOTHING

    def step(self, name: Step) -> AbstractContextManager[None]:
        """Nothing."""
        del name
        return _NOTHING

    def decided(self, delivery: Delivery) -> None:
        """Nothing."""

    def expired(self, platform: str) -> None:
        """Nothing."""

    def rate_limited(self, platform: str) -> None:
        """Nothing."""

    def refused(self, platform: str) -> None:
        """Nothing."""

    def connected(self, platform: str, *, up: bool) -> None:
        """Nothing."""

    def gateways(self, ages: Mapping[int, float]) -> None:
        """Nothing."""

    def alive(self) -> bool:
        """True: nobody looks."""
        return True

    def platforms(self) -> Sequence[str]:
        """None are known."""
        return ()

    def missing(self) -> Sequence[str]:
        """Nothing."""
        return ()

    def exposition(self, backlogs: Mapping[str, Backlog]) -> Exposition:
        """No figures."""
        del backlogs
        return Exposition(b"", "text/plain")


SILENT: Observer = Silent()
