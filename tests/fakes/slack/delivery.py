"""Deliveries to the app: who takes them, how they are tried again over HTTP, and what came of each attempt."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack.clock import Clock
from tests.fakes.slack.faults import Faults
from tests.fakes.slack.pulse import Pulse

Json = dict[str, Any]
What = Literal["events_api", "slash_commands", "interactive"]

# How long Slack waits before each attempt.
PAUSES = (0.0, 0.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery. ``seconds`` is how long the app took to acknowledge it; None: it did not."""

    what: What
    payload: Json
    retry: int
    reason: str
    seconds: float | None
    sent_at: float
    over: str
    answer: Any = None


@dataclass(slots=True)
class Answer:
    """What the app acknowledged an interaction with; None where nothing came in time."""

    acknowledged: bool
    payload: Any = None


class Transport(Protocol):
    """A way to the app; ``deliver`` returns when it is acknowledged or given up."""

    async def deliver(self, what: What, payload: Json) -> Answer: ...


@dataclass(slots=True)
class Journal:
    """Every attempt made, in the order in which they ended."""

    pulse: Pulse
    attempts: list[Attempt] = field(default_factory=list)

    def add(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        self.pulse.beat()

    def ack_seconds(self) -> list[float]:
        """Return how long each acknowledged attempt took."""
        return [attempt.seconds for attempt in self.attempts if attempt.seconds is not None]

    def unacknowledged(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.seconds is None]


class Dispatcher:
    """Takes deliveries off the hands of whoever caused them, and knows how many are under way."""

    def __init__(self, faults: Faults, pulse: Pulse) -> None:
        self.transport: Transport | None = None
        self.broken: list[BaseException] = []
        self._faults = faults
        self._pulse = pulse
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def emit(self, payload: Json) -> None:
        """Deliver an event as often as the faults in force say."""
        for copy in range(self._faults.copies):
            self.spawn(self._event(payload, copy))

    async def _event(self, payload: Json, copy: int) -> None:
        await self._faults.before_event(copy)
        await self.ask("events_api", payload)

    async def ask(self, what: What, payload: Json) -> Answer:
        if self.transport is None:
            return Answer(acknowledged=False)
        return await self.transport.deliver(what, payload)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._pulse.beat()
        failure = None if task.cancelled() else task.exception()
        if failure is not None:
            self.broken.append(failure)

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the ``X-Slack-Signature`` of *body*."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return "v0=" + digest.hexdigest()


class HttpTransport:
    """Signed requests to the app's request URL; events are tried again, interactions are not."""

    def __init__(
        self,
        url: str,
        signing_secret: str,
        session: aiohttp.ClientSession,
        clock: Clock,
        journal: Journal,
        *,
        retry_scale: float,
        timeout: float,
    ) -> None:
        self.url = url
        self._secret = signing_secret
        self._session = session
        self._clock = clock
        self._journal = journal
        self._retry_scale = retry_scale
        self._timeout = timeout

    async def deliver(self, what: What, payload: Json) -> Answer:
        body, kind = _encode(what, payload)
        reason = ""
        for retry, pause in enumerate(PAUSES if what == "events_api" else PAUSES[:1]):
            await self._clock.sleep(pause * self._retry_scale)
            headers = {"Content-Type": kind}
            if retry:
                headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
            sent_at, started = time.monotonic(), time.perf_counter()
            status, answer, reason, stop = await self._try(body, headers)
            acknowledged = 200 <= status < 300
            seconds = time.perf_counter() - started if acknowledged else None
            self._journal.add(Attempt(what, payload, retry, reason, seconds, sent_at, "http", answer))
            if acknowledged:
                return Answer(acknowledged=True, payload=answer)
            if stop:
                break
        return Answer(acknowledged=False)

    async def verify(self) -> bool:
        """Return whether the app answers Slack's challenge, as it must before its request URL is taken."""
        challenge = {"token": "EXAMPLE-verification", "challenge": "EXAMPLE-challenge", "type": "url_verification"}
        status, text, _ = await self.send(json.dumps(challenge).encode(), {"Content-Type": "application/json"})
        return status == HTTPStatus.OK and "EXAMPLE-challenge" in text

    async def send(self, body: bytes, headers: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Post *body* as Slack does; what *headers* say wins over the signature that belongs to it."""
        timestamp = headers.get("X-Slack-Request-Timestamp", str(int(time.time())))
        signed = {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret, timestamp, body),
        }
        async with self._session.post(self.url, data=body, headers=signed | headers, allow_redirects=False) as answer:
            return answer.status, await answer.text(), {name.lower(): value for name, value in answer.headers.items()}

    async def _try(self, body: bytes, headers: dict[str, str]) -> tuple[int, Any, str, bool]:
        try:
            async with asyncio.timeout(self._timeout):
                status, text, answered = await self.send(body, headers)
        except TimeoutError:
            return 0, None, "http_timeout", False
        except aiohttp.ClientError:
            return 0, None, "connection_failed", False
        stop = answered.get("x-slack-no-retry") == "1"
        reason = "" if status < 300 else "too_many_redirects" if status < HTTPStatus.BAD_REQUEST else "http_error"
        return status, _decode(text), reason, stop


def _encode(what: What, payload: Json) -> tuple[bytes, str]:
    if what == "events_api":
        return json.dumps(payload, ensure_ascii=False).encode(), "application/json"
    form = payload if what == "slash_commands" else {"payload": json.dumps(payload, ensure_ascii=False)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _decode(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
