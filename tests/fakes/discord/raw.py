"""The REST interface and the gateway without a library in between: for what no library would send."""

import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.sessions import Op

INTENTS = 4609  # servers, their messages, direct messages


class Rest:
    """The REST interface without a library in between."""

    def __init__(self, fake: FakeDiscord, session: aiohttp.ClientSession) -> None:
        self.fake = fake
        self.session = session
        self.headers: dict[str, str] = {}

    async def __call__(self, request: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """Return the status and the body of the reply to *request*, a method and a path.

        In the path ``{c}`` stands for the channel, ``{f}`` for the forum, ``{g}`` for the server, ``{a}`` for the
        application, and ``{w}`` for an id that is none.
        """
        method, _, path = request.partition(" ")
        names = {"c": self.fake.channel.id, "f": self.fake.forum.id, "g": self.fake.guild.id}
        url = f"{self.fake.api_url}{path.format(**names, a=self.fake.application, w=1)}"
        headers = {"Authorization": f"Bot {self.fake.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body)
        async with self.session.request(method, url, data=data, **{"headers": headers} | more) as reply:
            self.headers = dict(reply.headers)
            text = await reply.text()
            return reply.status, json.loads(text) if text.startswith(("{", "[")) else None


class Wire:
    """The gateway without a library in between."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.inflate = zlib.decompressobj()

    async def send(self, op: Op, data: Any) -> None:
        await self.ws.send_str(json.dumps({"op": op, "d": data}))

    async def identify(self, token: str, **more: Any) -> None:
        await self.send(Op.IDENTIFY, {"token": token, "intents": INTENTS} | more)

    async def next(self) -> Any:
        """Return the next frame."""
        frame = await self.ws.receive()
        assert frame.type is aiohttp.WSMsgType.BINARY, frame
        assert frame.data.endswith(b"\x00\x00\xff\xff")
        return json.loads(self.inflate.decompress(frame.data))

    async def code(self) -> int | None:
        """Return the code that the connection is closed with, whatever comes before."""
        async for _ in self.ws:
            pass
        return self.ws.close_code


@asynccontextmanager
async def wire(fake: FakeDiscord, query: str = "v=10&encoding=json&compress=zlib-stream") -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{fake.gateway_url}?{query}") as ws:
        yield Wire(ws)
