"""What goes wrong on demand, and a count of how often it did."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Failure:
    """How a Web API method fails: it waits for ``delay``, then answers ``error`` or ``status`` or is cut (``drop``).

    With ``after`` it takes effect before all that; with nothing but a delay it answers late and well.
    """

    error: str = ""
    status: int = 200
    retry_after: int | None = None
    drop: bool = False
    after: bool = False
    delay: float = 0.0

    @property
    def refuses(self) -> bool:
        return self.drop or bool(self.error) or self.status != 200

    @property
    def name(self) -> str:
        if self.drop:
            return "drop"
        return self.error or (str(self.status) if self.status != 200 else "delay")


@dataclass(slots=True)
class Faults:
    """The faults in force.

    Attributes:
        copies: How often each event is delivered; several copies go to different sockets where there are several.
        jitter: Each copy waits for up to so many seconds first: late and out of order.
        lose_acks: So many of the next acks are thrown away, so that the events come again.
        drop_on_event: So many of the next events cost the socket its life right after they were sent.
        injected: How often each fault has struck.
    """

    copies: int = 1
    jitter: float = 0.0
    lose_acks: int = 0
    drop_on_event: int = 0
    injected: Counter[str] = field(default_factory=Counter)
    seeded: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311  # no secret
    _failures: dict[str, list[Failure]] = field(default_factory=dict)
    _held: list[asyncio.Future[None]] | None = None

    def fail(
        self,
        method: str,
        *,
        times: int = 1,
        error: str = "",
        status: int = 200,
        retry_after: int | None = None,
        drop: bool = False,
        after: bool = False,
        delay: float = 0.0,
    ) -> None:
        """Let the next calls of *method* (``*``: of any) fail, *times* times, once those already asked for have.

        See ``Failure`` for what the rest means.
        """
        if status == 429 and retry_after is None:
            retry_after = 1
        failure = Failure(error, status, retry_after, drop, after, delay)
        self._failures.setdefault(method, []).extend([failure] * times)

    def next_failure(self, method: str) -> Failure | None:
        for name in (method, "*"):
            if self._failures.get(name):
                failure = self._failures[name].pop(0)
                self.injected[f"{method}: {failure.name}"] += 1
                return failure
        return None

    def lose_ack(self) -> bool:
        if not self.lose_acks:
            return False
        self.lose_acks -= 1
        self.injected["lost ack"] += 1
        return True

    def drops_socket(self) -> bool:
        if not self.drop_on_event:
            return False
        self.drop_on_event -= 1
        self.injected["dropped socket"] += 1
        return True

    def hold(self) -> None:
        """Keep all events back until ``release``."""
        self._held = []

    def release(self, *, backwards: bool = False) -> None:
        """Let the events go that were held back, the last one first if *backwards*."""
        held, self._held = self._held or [], None
        for waiting in reversed(held) if backwards else held:
            waiting.set_result(None)

    async def before_event(self, copy: int) -> None:
        """Wait for as long as the faults in force keep this copy of an event back."""
        if copy:
            self.injected["duplicate"] += 1
        if self._held is not None:
            self.injected["held back"] += 1
            waiting = asyncio.get_running_loop().create_future()
            self._held.append(waiting)
            await waiting
        if self.jitter:
            self.injected["late"] += 1
            await asyncio.sleep(self.seeded.uniform(0, self.jitter))
