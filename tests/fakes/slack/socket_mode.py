"""Socket Mode: up to ten sockets, envelopes that must be acknowledged, and sockets that end."""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack.delivery import Answer, Attempt, Journal, What
from tests.fakes.slack.faults import Faults
from tests.fakes.slack.pulse import Pulse
from tests.fakes.slack.state import APP_ID

Json = dict[str, Any]

MOST_SOCKETS = 10
MOST_RETRIES = 3


@dataclass(eq=False, slots=True)
class Socket:
    """One open connection; ``leaving`` once it was told to go: it hears no more events if another one is open."""

    number: int
    ws: web.WebSocketResponse
    leaving: bool = False
    sent: int = 0

    async def send(self, message: Json) -> bool:
        """Return whether *message* went out."""
        try:
            await self.ws.send_json(message)
        except (ConnectionError, RuntimeError):
            return False
        return True

    def cut(self) -> None:
        """Break the connection without a word."""
        transport = self.ws._req.transport if self.ws._req is not None else None
        if transport is not None:
            transport.abort()


@dataclass(slots=True)
class SocketMode:
    """All the app's sockets, and the envelopes that wait for their acknowledgement."""

    pulse: Pulse
    faults: Faults
    journal: Journal
    ack_timeout: float = 3.0
    ping_interval: float = 10.0
    sockets: list[Socket] = field(default_factory=list)
    opened: int = 0
    unknown_acks: list[Json] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    _tickets: set[str] = field(default_factory=set)
    _waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    _envelopes: int = 0

    def ticket(self) -> str:
        """Return a ticket that opens one socket."""
        ticket = f"EXAMPLE-{len(self._tickets)}-{self.opened}-{time.monotonic_ns()}"
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPNotFound(text="unknown or used ticket")
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(heartbeat=self.ping_interval)
        await ws.prepare(request)
        self.opened += 1
        socket = Socket(self.opened, ws)
        if len(self.sockets) >= MOST_SOCKETS:
            await socket.send({"type": "disconnect", "reason": "too_many_websockets", "debug_info": _debug(socket)})
            await ws.close()
            return ws
        await self._serve(socket)
        return ws

    async def _serve(self, socket: Socket) -> None:
        self.sockets.append(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self.sockets),
            "debug_info": {**_debug(socket), "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP_ID},
        }
        await socket.send(hello)
        self.pulse.beat()
        try:
            with suppress(ConnectionError):  # a ping that crosses a cut connection is answered into the void
                async for message in socket.ws:
                    if message.type == WSMsgType.TEXT:
                        self._hear(message.data)
        finally:
            self.sockets.remove(socket)
            self.pulse.beat()

    def _hear(self, text: str) -> None:
        self.heard.append(text)
        try:
            ack = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(ack.get("envelope_id", ""))
        if waiting is None:
            self.unknown_acks.append(ack)
        elif not self.faults.lose_ack() and not waiting.done():
            waiting.set_result(ack.get("payload"))

    async def deliver(self, what: What, payload: Json) -> Answer:
        """Send *payload* until it is acknowledged: an event again and again and on other sockets, the rest once."""
        reason, last = "", None
        for retry in range(MOST_RETRIES + 1 if what == "events_api" else 1):
            socket = await self._choose(last)
            last = socket
            envelope = self._envelope(what, payload, retry, reason)
            waiting = asyncio.get_running_loop().create_future()
            self._waiting[envelope["envelope_id"]] = waiting
            sent_at, started = time.monotonic(), time.perf_counter()
            await socket.send(envelope)
            if what == "events_api" and self.faults.drops_socket():
                socket.cut()
            try:
                async with asyncio.timeout(self.ack_timeout):
                    answer = await waiting
            except TimeoutError:
                reason = "timeout"
                self.journal.add(Attempt(what, payload, retry, reason, None, sent_at, f"socket {socket.number}"))
                continue
            finally:
                del self._waiting[envelope["envelope_id"]]
            seconds = time.perf_counter() - started
            self.journal.add(Attempt(what, payload, retry, "", seconds, sent_at, f"socket {socket.number}", answer))
            return Answer(acknowledged=True, payload=answer)
        return Answer(acknowledged=False)

    async def _choose(self, last: Socket | None) -> Socket:
        """Return the socket that has heard least, not *last* where there is another; wait until one is open."""
        while True:
            open_ones = [socket for socket in self.sockets if not socket.ws.closed]
            staying = [socket for socket in open_ones if not socket.leaving] or open_ones
            others = [socket for socket in staying if socket is not last] or staying
            if others:
                chosen = min(others, key=lambda socket: socket.sent)
                chosen.sent += 1
                return chosen
            await self.pulse.next()

    def _envelope(self, what: What, payload: Json, retry: int, reason: str) -> Json:
        self._envelopes += 1
        envelope: Json = {
            "envelope_id": f"00000000-0000-4000-8000-{self._envelopes:012x}",
            "type": what,
            "payload": payload,
            "accepts_response_payload": what != "events_api",
        }
        if what == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        return envelope

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every open socket to go; it stays open until the app closes it, or the fake does."""
        for socket in tuple(self.sockets):
            socket.leaving = True
            await socket.send({"type": "disconnect", "reason": reason, "debug_info": _debug(socket)})

    async def send_text(self, text: str) -> None:
        """Send *text*, whatever it is, over every open socket."""
        for socket in tuple(self.sockets):
            await socket.ws.send_str(text)

    def drop(self, count: int | None = None) -> None:
        """Cut *count* sockets (all of them if None) without a word."""
        for socket in tuple(self.sockets)[:count]:
            self.faults.injected["dropped socket"] += 1
            socket.cut()

    async def until_open(self, count: int = 1, seconds: float = 5.0) -> None:
        """Return once at least *count* sockets are open that were not told to go."""

        def enough() -> bool | None:
            return sum(not socket.leaving for socket in self.sockets) >= count or None

        await self.pulse.until(enough, seconds)

    async def close(self) -> None:
        for socket in tuple(self.sockets):
            await socket.ws.close()


def _debug(socket: Socket) -> Json:
    return {"host": f"applink-fake-{socket.number}"}
