"""The fake Slack's server: its routes, the record of what came in, and the way of a call to its method."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.faults import Failure, Faults
from tests.fakes.slack.interactions import Interactions
from tests.fakes.slack.limiter import Limiter
from tests.fakes.slack.methods import METHODS
from tests.fakes.slack.oauth import OAuth
from tests.fakes.slack.pulse import Pulse
from tests.fakes.slack.socket_mode import SocketMode
from tests.fakes.slack.web_api import Call, Ledger, authorize, presented_token, read_arguments
from tests.fakes.slack.world import World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Received:
    """A request that the fake has had, whole, so that a test can look for what must never leave the app."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    at: float


@dataclass(slots=True)
class Server:
    """One server for the Web API, files, response URLs, the page of consent and the sockets.

    Attributes:
        origin: Where it listens, once it does.
        received: Every request.
        offences: What was asked for that there is not.
        broken: What went wrong in the fake itself.
        under_way: How many requests wait for their answer, sockets not counted.
    """

    _world: World
    _pulse: Pulse
    _faults: Faults
    _limiter: Limiter
    _ledger: Ledger
    _oauth: OAuth
    _sockets: SocketMode
    _interactions: Interactions
    origin: str = ""
    received: list[Received] = field(default_factory=list)
    offences: list[str] = field(default_factory=list)
    broken: list[Exception] = field(default_factory=list)
    under_way: int = 0
    _runner: web.AppRunner | None = None

    async def start(self, port: int) -> None:
        app = web.Application(middlewares=[self._record], client_max_size=8 * 2**20)
        app.router.add_route("*", "/api/{method}", self._web_api)
        app.router.add_get("/oauth/v2/authorize", self._oauth.authorize)
        app.router.add_get("/files-pri/{name}/{title}", self._download)
        app.router.add_post("/response/{name}", self._interactions.handle_response)
        app.router.add_get("/link/", self._sockets.handle)
        app.router.add_get("/sign-in", self._sign_in)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        host, bound = self._runner.addresses[0][:2]
        self.origin = self._interactions.origin = f"http://{host}:{bound}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _record(self, request: web.Request, handler: Any) -> web.StreamResponse:
        body = (await request.read()).decode("utf-8", "replace")
        headers = dict(request.headers)
        self.received.append(Received(request.method, request.path_qs, headers, body, time.monotonic()))
        counted = request.path != "/link/"
        self.under_way += counted
        try:
            answer: web.StreamResponse = await handler(request)
        except web.HTTPException:
            if request.match_info.http_exception is not None:
                self.offences.append(f"no such route: {request.method} {request.path}")
            raise
        except Exception as failure:
            self.broken.append(failure)
            raise
        finally:
            self.under_way -= counted
            self._pulse.beat()
        return answer

    async def _web_api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        failure = self._faults.next_failure(name)
        if failure is None:
            return await self._answer(request, name)
        answer = await self._answer(request, name) if failure.after else None
        await asyncio.sleep(failure.delay)
        if failure.refuses:
            return _fail(request, failure)
        return answer or await self._answer(request, name)

    async def _answer(self, request: web.Request, name: str) -> web.StreamResponse:
        headers = {}
        try:
            args = await read_arguments(request)
            self._ledger.calls.append((name, args))
            if name == "oauth.v2.access":
                return _reply(self._oauth.access(args, request.headers.get("Authorization", "")))
            called = METHODS.get(name)
            if called is None:
                self.offences.append(f"unknown method {name}")
                raise SlackError("unknown_method")  # noqa: TRY301  # all refusals leave by one door
            token = authorize(self._world, called, presented_token(request, args))
            headers = {
                "X-OAuth-Scopes": ",".join(sorted(token.scopes)),
                "X-Accepted-OAuth-Scopes": ",".join(called.scopes),
            }
            call = Call(self._world, self._limiter, self._ledger, self.origin, args, token, self._socket_url)
            return _reply(called.act(call), headers=headers)
        except SlackError as refusal:
            if refusal.retry_after is not None:
                headers["Retry-After"] = str(refusal.retry_after)
            return _reply(refusal.body(), refusal.status, headers)

    def _socket_url(self) -> str:
        return f"{self.origin.replace('http', 'ws', 1)}/link/?ticket={self._sockets.ticket()}&app_id=EXAMPLE"

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file to a token that may read files; send everybody else to a page of HTML, as Slack does."""
        file = self._world.files.get(request.match_info["name"].rpartition("-")[2])
        if file is None:
            raise web.HTTPNotFound
        try:
            authorize(self._world, METHODS["files.info"], presented_token(request, {}))
        except SlackError:
            raise web.HTTPFound("/sign-in") from None
        return web.Response(body=file.content, content_type=file.media_type)

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        del request
        return web.Response(text="<!DOCTYPE html><title>Sign in to Slack</title>", content_type="text/html")


def _reply(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    whole = {"ok": True, **body}
    return web.json_response(whole, status=status, headers=headers)


def _fail(request: web.Request, failure: Failure) -> web.StreamResponse:
    if failure.drop:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    error = failure.error or ("ratelimited" if failure.status == 429 else "internal_error")
    headers = {} if failure.retry_after is None else {"Retry-After": str(failure.retry_after)}
    return _reply({"ok": False, "error": error}, failure.status, headers)
