"""Discord's gateway: it welcomes, dispatches, replays and closes, and can be made to fail in all of that."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord.errors import Payload
from tests.fakes.discord.faults import Faults
from tests.fakes.discord.pulse import Pulse
from tests.fakes.discord.sessions import KNOWN, PRIVILEGED, REQUESTS, Close, Event, Op, Session, Socket

LARGEST_PAYLOAD = 4096
SENDS_PER_MINUTE = 120
GUILDS_PER_SHARD = 2500


@dataclass(slots=True)
class Welcome:
    """What a new session is told: READY without its session's own fields, and the events that follow at once."""

    ready: Payload
    events: tuple[Event, ...]


class Gateway:
    """The gateway of one bot.

    Attributes:
        allowed: The privileged intents that are switched on in the bot's settings.
        acks: Whether heartbeats are acknowledged.
        resumable: Whether a RESUME succeeds; without, every one is answered with op 9 false.
        identified, resumed: How many of each there were.
        awaited: How many clients were told to identify anew and have not done so yet.
        closes: The close codes that were given, in order.
    """

    def __init__(self, token: str, welcome: Callable[[tuple[int, int]], Welcome], faults: Faults, pulse: Pulse) -> None:
        self.token = token
        self.url = ""
        self.allowed: int = 0
        self.heartbeat_interval = 41.25
        self.acks = True
        self.resumable = True
        self.identified = 0
        self.resumed = 0
        self.closes: list[int] = []
        self.received: Callable[[Payload], None] = lambda _: None
        self.pulse = pulse
        self.awaited = 0
        self.sessions: dict[str, Session] = {}
        self._welcome = welcome
        self._faults = faults
        self._late: list[tuple[Session, str, Payload]] = []
        self._sockets: set[Socket] = set()

    # ---- what happens in the world

    def dispatch(self, event: Event) -> None:
        """Deliver *event* to every session that hears it, with the faults that are planned for it."""
        trouble = self._faults.on_event(event.name)
        if trouble == "lost":
            return
        held, self._late = self._late, []
        for session in list(self.sessions.values()):
            if not session.hears(event):
                continue
            data = event.for_intents(session.intents)
            if trouble == "late":
                self._late.append((session, event.name, data))
                continue
            session.deliver(event.name, data)
            if trouble == "duplicate":
                session.deliver(event.name, data)
        for session, name, data in held:
            session.deliver(name, data)

    def connected(self) -> Iterator[Session]:
        return (session for session in self.sessions.values() if session.socket is not None)

    async def barrier(self) -> None:
        """Return once every client has taken all that was sent to it: a heartbeat asked for comes back.

        A client that is on its way back is waited for.
        """
        await self.pulse.until(
            lambda: not self.awaited and all(session.socket is not None for session in self.sessions.values())
        )
        for session in list(self.connected()):
            if session.socket is not None:
                session.socket.send(Op.HEARTBEAT)
                await self.pulse.until(partial(_caught_up, session, session.seq))

    async def wait_ready(self, shards: int = 1) -> None:
        """Return once so many sessions are connected."""
        await self.pulse.until(lambda: sum(1 for _ in self.connected()) >= shards)

    # ---- what an operator of the gateway can do to its clients

    def reconnect(self) -> None:
        """Tell every client to reconnect (op 7)."""
        for socket in self._sockets:
            socket.send(Op.RECONNECT)

    def invalidate(self, *, resumable: bool) -> None:
        """Tell every client that its session is invalid (op 9); not *resumable*, the sessions are forgotten."""
        for session in list(self.connected()):
            assert session.socket is not None
            session.socket.send(Op.INVALID_SESSION, resumable)
            if not resumable:
                self._forget(session.id)

    def drop(self) -> None:
        """Break all connections off without a word; the sessions can be resumed."""
        for socket in list(self._sockets):
            self._leave(socket)
            socket.tear()

    async def close(self, code: int) -> None:
        """Close all connections with *code*."""
        for socket in list(self._sockets):
            await self._close(socket, code)

    async def shut_down(self) -> None:
        for socket in list(self._sockets):
            self._leave(socket)
            await socket.close(1001)

    # ---- one connection

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Take one connection from HELLO to its end."""
        ws = web.WebSocketResponse(max_msg_size=1 << 20, compress=False)
        await ws.prepare(request)
        socket = Socket(ws, request.query.get("compress", ""))
        self._sockets.add(socket)
        try:
            if request.query.get("v") not in ("9", "10"):
                await self._close(socket, Close.INVALID_API_VERSION)
            else:
                socket.send(Op.HELLO, {"heartbeat_interval": int(self.heartbeat_interval * 1000), "_trace": ["[]"]})
                await self._listen(socket)
        finally:
            self._leave(socket)
            socket.stop()
        return ws

    async def _listen(self, socket: Socket) -> None:
        loop = asyncio.get_running_loop()
        while not socket.ws.closed:
            try:
                frame = await socket.ws.receive(timeout=self.heartbeat_interval * 2)
            except TimeoutError:
                await self._close(socket, Close.SESSION_TIMED_OUT)
                return
            if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                self._left_for_good(socket, frame.type, frame.data)
                return
            now = loop.time()
            socket.received.append(now)
            while now - socket.received[0] > 60:
                socket.received.popleft()
            code = Close.RATE_LIMITED if len(socket.received) > SENDS_PER_MINUTE else self._read(socket, frame.data)
            if code is not None:
                await self._close(socket, code)
                return
            self.pulse.beat()

    def _left_for_good(self, socket: Socket, kind: WSMsgType, code: object) -> None:
        """Forget the session of a client that said goodbye with 1000 or 1001; others may come back to theirs."""
        if kind is WSMsgType.CLOSE and code in (1000, 1001) and socket.session is not None:
            self.sessions.pop(socket.session.id, None)

    def _read(self, socket: Socket, text: str | bytes) -> Close | None:
        """Act on one frame; return the code to close with, or None."""
        if len(text) > LARGEST_PAYLOAD:
            return Close.DECODE_ERROR
        try:
            frame = json.loads(text)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            return Close.DECODE_ERROR
        self.received(frame)
        if op in REQUESTS:
            return None if socket.session else Close.NOT_AUTHENTICATED
        take = {Op.HEARTBEAT: self._beat, Op.IDENTIFY: self._identify, Op.RESUME: self._resume}.get(op)
        return take(socket, data) if take else Close.UNKNOWN_OPCODE

    def _beat(self, socket: Socket, seq: Any) -> None:
        if self.acks:
            socket.send(Op.HEARTBEAT_ACK)
        if socket.session and isinstance(seq, int):
            socket.session.heard = seq

    def _identify(self, socket: Socket, data: Payload) -> Close | None:
        """Begin a session, or return the code that says why not."""
        shard = tuple(data.get("shard") or (0, 1))
        refusal = self._refusal(socket, data, shard)
        if refusal is not None:
            return refusal
        welcome = self._welcome((shard[0], shard[1]))
        if len(welcome.ready["guilds"]) > GUILDS_PER_SHARD:
            return Close.SHARDING_REQUIRED
        session = Session(secrets.token_hex(16), data["intents"], (shard[0], shard[1]), socket)
        self.sessions[session.id] = session
        socket.session = session
        self.identified += 1
        self.awaited = max(0, self.awaited - 1)
        own = {"session_id": session.id, "resume_gateway_url": self.url, "shard": list(shard)}
        session.deliver("READY", welcome.ready | own)
        for event in welcome.events:
            if session.hears(event):
                session.deliver(event.name, event.whole)
        return None

    def _refusal(self, socket: Socket, data: Payload, shard: tuple[int, ...]) -> Close | None:
        intents = data.get("intents")
        known = isinstance(intents, int) and not intents & ~KNOWN
        asked = intents if isinstance(intents, int) else 0
        reasons = (
            (socket.session is not None, Close.ALREADY_AUTHENTICATED),
            (data.get("token") != self.token, Close.AUTHENTICATION_FAILED),
            (len(shard) != 2 or not 0 <= shard[0] < shard[1], Close.INVALID_SHARD),
            (not known, Close.INVALID_INTENTS),
            (bool(asked & PRIVILEGED & ~self.allowed), Close.DISALLOWED_INTENTS),
        )
        return next((code for applies, code in reasons if applies), None)

    def _resume(self, socket: Socket, data: Payload) -> Close | None:
        if socket.session:
            return Close.ALREADY_AUTHENTICATED
        if data.get("token") != self.token:
            return Close.AUTHENTICATION_FAILED
        session = self.sessions.get(data.get("session_id", ""))
        if session is None or not self.resumable:
            self._forget(data.get("session_id", ""))
            socket.send(Op.INVALID_SESSION, False)  # noqa: FBT003  # Discord's own word for "do not resume"
            return None
        seq = data.get("seq")
        if not isinstance(seq, int) or seq > session.seq:
            return Close.INVALID_SEQ
        session.socket, socket.session = socket, session
        self.resumed += 1
        session.replay(seq)
        session.deliver("RESUMED", {"_trace": ["[]"]})
        return None

    async def _close(self, socket: Socket, code: int) -> None:
        self.closes.append(int(code))
        self._leave(socket)
        if socket.session and code in (Close.INVALID_SEQ, Close.SESSION_TIMED_OUT, 1000, 1001):
            self._forget(socket.session.id)
        await socket.close(int(code))

    def _forget(self, session: str) -> None:
        """Forget a session whose client will have to identify anew."""
        self.sessions.pop(session, None)
        self.awaited += 1

    def _leave(self, socket: Socket) -> None:
        self._sockets.discard(socket)
        if socket.session and socket.session.socket is socket:
            socket.session.socket = None
        self.pulse.beat()


def _caught_up(session: Session, seq: int) -> bool:
    """Return whether the client has heard all up to *seq*, or is gone."""
    return session.socket is None or session.heard >= seq
