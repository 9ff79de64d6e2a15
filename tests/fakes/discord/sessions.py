"""What the gateway is made of: its numbers, events, sockets, and the sessions that outlive the sockets."""

import asyncio
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any

from aiohttp import web

from tests.fakes.discord.errors import Payload


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
    """What IDENTIFY begins and RESUME goes on with.

    Attributes:
        socket: The client's connection; None while it is away.
        seq: The number of the latest event, and *heard* that of the latest one that the client said it has.
        kept: The latest events, for a client that comes back.
    """

    id: str
    intents: int
    shard: tuple[int, int]
    socket: Socket | None = None
    seq: int = 0
    kept: deque[tuple[int, str, Payload]] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    heard: int = 0

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
