"""Discord's gateway: sessions that outlive their sockets, events that are counted, kept and replayed."""

import asyncio
import json
import secrets
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord.errors import Payload
from tests.fakes.discord.faults import Faults
from tests.fakes.discord.pulse import Pulse


class Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11
    REQUEST_SOUNDS = 31
    REQUEST_CHANNEL_INFO = 43


class Close(IntEnum):
    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQ = 4007
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    SHARDING_REQUIRED = 4011
    INVALID_API_VERSION = 4012
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


class Intent(IntFlag):
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MESSAGES = 1 << 9
    GUILD_REACTIONS = 1 << 10
    DIRECT_MESSAGES = 1 << 12
    DIRECT_REACTIONS = 1 << 13
    PRESENCES = 1 << 8
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.PRESENCES | Intent.MESSAGE_CONTENT
KNOWN = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))
REQUESTS = frozenset({Op.PRESENCE, Op.VOICE_STATE, Op.REQUEST_MEMBERS, Op.REQUEST_SOUNDS, Op.REQUEST_CHANNEL_INFO})
LARGEST_PAYLOAD = 4096
SENDS_PER_MINUTE = 120
GUILDS_PER_SHARD = 2500
KEPT_EVENTS = 10_000

type_of_event = {
    "GUILD": (Intent.GUILDS, Intent(0)),
    "CHANNEL": (Intent.GUILDS, Intent(0)),
    "THREAD": (Intent.GUILDS, Intent(0)),
    "MESSAGE": (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    "REACTION": (Intent.GUILD_REACTIONS, Intent.DIRECT_REACTIONS),
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; ``bare`` is the form for sessions without the intent to read content."""

    name: str
    whole: Payload
    guild: int | None = None
    bare: Payload | None = None

    def intent(self) -> Intent:
        """Return the intent that an event of this kind needs, or none."""
        kind = "REACTION" if "REACTION" in self.name else self.name.partition("_")[0]
        in_guild, direct = type_of_event.get(kind, (Intent(0), Intent(0)))
        return direct if self.guild is None else in_guild

    def for_intents(self, intents: int) -> Payload:
        return self.whole if self.bare is None or intents & Intent.MESSAGE_CONTENT else self.bare


class Socket:
    """One connection: frames go out in order through one writer, compressed in one context if the client asked so."""

    def __init__(self, ws: web.WebSocketResponse, compress: str) -> None:
        self.ws = ws
        self.session: Session | None = None
        self.received: deque[float] = deque()
        self._deflate = zlib.compressobj() if compress == "zlib-stream" else None
        self._frames: asyncio.Queue[str | None] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write(), name="fake-discord-writer")

    def send(self, op: Op, data: Any = None, *, seq: int | None = None, event: str | None = None) -> None:
        frame = {"op": int(op), "d": data, "s": seq, "t": event}
        self._frames.put_nowait(json.dumps(frame, separators=(",", ":")))

    async def _write(self) -> None:
        while (frame := await self._frames.get()) is not None:
            try:
                if self._deflate is None:
                    await self.ws.send_str(frame)
                else:
                    packed = self._deflate.compress(frame.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self.ws.send_bytes(packed)
            except (ConnectionError, RuntimeError):
                return

    async def close(self, code: int, reason: str = "") -> None:
        """Say what is still to be said, then close with *code*."""
        self._frames.put_nowait(None)
        await self._writer
        await self.ws.close(code=code, message=reason.encode(), drain=False)

    def tear(self) -> None:
        """Break the connection off without a word."""
        self._writer.cancel()
        transport = self.ws._req.transport if self.ws._req else None
        if transport is not None:
            transport.abort()

    def stop(self) -> None:
        self._writer.cancel()


@dataclass(slots=True)
class Session:
    """What IDENTIFY begins and RESUME goes on with; ``socket`` is None while the client is away."""

    id: str
    intents: int
    shard: tuple[int, int]
    socket: Socket | None = None
    seq: int = 0
    kept: deque[tuple[int, str, Payload]] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    beats: asyncio.Event = field(default_factory=asyncio.Event)

    def hears(self, event: Event) -> bool:
        """Return whether the event is of this shard and of the kinds that the client asked for."""
        number, count = self.shard
        at_home = number == (0 if event.guild is None else (event.guild >> 22) % count)
        intent = event.intent()
        return at_home and (not intent or bool(self.intents & intent))

    def deliver(self, name: str, data: Payload) -> None:
        self.seq += 1
        self.kept.append((self.seq, name, data))
        if self.socket is not None:
            self.socket.send(Op.DISPATCH, data, seq=self.seq, event=name)

    def replay(self, seq: int) -> None:
        assert self.socket is not None
        for number, name, data in self.kept:
            if number > seq:
                self.socket.send(Op.DISPATCH, data, seq=number, event=name)


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
            session.beats.clear()
            if session.socket is not None:
                session.socket.send(Op.HEARTBEAT)
                await session.beats.wait()

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

    def _beat(self, socket: Socket, _: Any) -> None:
        if self.acks:
            socket.send(Op.HEARTBEAT_ACK)
        if socket.session:
            socket.session.beats.set()

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
            socket.session.beats.set()
        self.pulse.beat()
