"""What the tests of the fake Slack share: an ear that only listens, and the real slack-bolt on both transports."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.delivery import Answer, HttpTransport, What

Json = dict[str, Any]


def client_of(slack: FakeSlack, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token if token is None else token, base_url=slack.api_url)


def app_of(slack: FakeSlack) -> AsyncApp:
    return AsyncApp(client=client_of(slack), signing_secret=slack.signing_secret)


class Ear:
    """A transport that only listens."""

    def __init__(self, slack: FakeSlack) -> None:
        self.payloads: list[Json] = []
        self._slack = slack
        slack._dispatcher.transport = self

    async def deliver(self, what: What, payload: Json) -> Answer:
        del what
        self.payloads.append(payload)
        return Answer(acknowledged=True)

    @property
    def events(self) -> list[Json]:
        return [payload["event"] for payload in self.payloads]

    async def heard_any(self) -> None:
        """Return once there is nothing more to hear, of whatever kind."""
        await self._slack.pulse.stillness(lambda: self._slack.busy, 0)

    async def heard(self) -> list[Json]:
        """Return the events once there is nothing more to hear."""
        await self.heard_any()
        return self.events


@asynccontextmanager
async def over_sockets(slack: FakeSlack, app: AsyncApp, count: int = 1) -> AsyncIterator[None]:
    handlers = [AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.5) for _ in range(count)]
    for handler in handlers:
        await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.sockets.until_open(count)
    try:
        yield
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def over_http(slack: FakeSlack, app: AsyncApp) -> AsyncIterator[HttpTransport]:
    async def dispatch(request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        answer = await app.async_dispatch(AsyncBoltRequest(body=body, headers=dict(request.headers)))
        kind = answer.first_headers().get("content-type", "text/plain").partition(";")[0]
        return web.Response(status=answer.status, text=answer.body, content_type=kind)

    async with served(dispatch) as url:
        yield slack.deliver_to(url)


@asynccontextmanager
async def served(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    server = web.Application()
    server.router.add_route("*", "/slack/events", handler)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


async def refusal(call: Awaitable[Any]) -> Json:
    with pytest.raises(SlackApiError) as refused:
        await call
    return {"status": refused.value.response.status_code, **refused.value.response.data}


TRANSPORTS = pytest.mark.parametrize("over", [over_sockets, over_http])
