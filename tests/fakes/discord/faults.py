"""Faults on demand: what goes wrong next, on which route or event, how often, and how often it did."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

ANY = "*"
Kind = Literal["status", "rate_limit", "cut", "slow", "drop"]
Disorder = Literal["duplicate", "late", "lost"]


@dataclass(slots=True)
class RestFault:
    """One trouble with a request; ``after`` lets the request take effect first."""

    kind: Kind
    route: str
    times: int
    status: int = 502
    code: int = 0
    seconds: float = 0.0
    scope: str = "user"
    after: bool = False


@dataclass(slots=True)
class EventFault:
    """One trouble with an event of the gateway."""

    kind: Disorder
    event: str
    times: int


@dataclass(slots=True)
class Faults:
    """The troubles that are planned; a route is written as in the documents, or ``*`` for every one.

    ``POST /channels/{channel}/messages`` is such a route; ``fired`` counts what has happened, by kind.
    """

    rest: list[RestFault] = field(default_factory=list)
    events: list[EventFault] = field(default_factory=list)
    fired: Counter[str] = field(default_factory=Counter)
    expiring: int = 0

    def answer(self, status: int, *, on: str = ANY, code: int = 0, times: int = 1, after: bool = False) -> None:
        """Answer with *status* (502, 403 ...) and Discord's *code*; *after*, only once the effect took place."""
        self.rest.append(RestFault("status", on, times, status=status, code=code, after=after))

    def rate_limit(self, seconds: float = 0.05, *, on: str = ANY, scope: str = "user", times: int = 1) -> None:
        """Answer 429; *scope* is ``user``, ``shared`` or ``global``."""
        self.rest.append(RestFault("rate_limit", on, times, seconds=seconds, scope=scope))

    def cut(self, *, on: str = ANY, times: int = 1, after: bool = True) -> None:
        """Close the connection instead of answering, by default once the effect took place."""
        self.rest.append(RestFault("cut", on, times, after=after))

    def slow(self, seconds: float, *, on: str = ANY, times: int = 1) -> None:
        """Let the answer take *seconds* longer."""
        self.rest.append(RestFault("slow", on, times, seconds=seconds, after=True))

    def drop_sockets(self, *, on: str = ANY, times: int = 1) -> None:
        """Tear down the gateway's sockets in the middle of the request, which itself succeeds."""
        self.rest.append(RestFault("drop", on, times))

    def duplicate(self, event: str = "MESSAGE_CREATE", *, times: int = 1) -> None:
        """Deliver the event twice."""
        self.events.append(EventFault("duplicate", event, times))

    def late(self, event: str = "MESSAGE_CREATE", *, times: int = 1) -> None:
        """Hold the event back until after the next one."""
        self.events.append(EventFault("late", event, times))

    def lose(self, event: str = "MESSAGE_CREATE", *, times: int = 1) -> None:
        """Never deliver the event."""
        self.events.append(EventFault("lost", event, times))

    def expire_interactions(self, times: int = 1) -> None:
        """Let the next interactions be past their three seconds when the bot comes to answer them."""
        self.expiring += times

    def on_request(self, route: str, *, after: bool) -> RestFault | None:
        """Return the trouble that the request to *route* has now, and count it."""
        for fault in self.rest:
            if fault.times > 0 and fault.after is after and fault.route in (ANY, route):
                fault.times -= 1
                self.fired[fault.kind] += 1
                return fault
        return None

    def on_event(self, event: str) -> Disorder | None:
        """Return the trouble that *event* has now, and count it."""
        for fault in self.events:
            if fault.times > 0 and fault.event in (ANY, event):
                fault.times -= 1
                self.fired[fault.kind] += 1
                return fault.kind
        return None

    def on_interaction(self) -> bool:
        """Return whether the new interaction is one that expires at once, and count it."""
        if not self.expiring:
            return False
        self.expiring -= 1
        self.fired["expired"] += 1
        return True
