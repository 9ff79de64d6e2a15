from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, SlackPerson

Json = dict[str, Any]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(ack_timeout=0.3) as slack:
        yield slack


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return client_of(slack)


def client_of(slack: FakeSlack, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token if token is None else token, base_url=slack.api_url)


def app_of(slack: FakeSlack) -> AsyncApp:
    return AsyncApp(client=client_of(slack), signing_secret=slack.signing_secret)


@asynccontextmanager
async def over_sockets(slack: FakeSlack, app: AsyncApp, count: int = 1) -> AsyncIterator[None]:
    handlers = [AsyncSocketModeHandler(app, slack.app_token) for _ in range(count)]
    for handler in handlers:
        await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.sockets.until_open(count)
    try:
        yield
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def over_http(slack: FakeSlack, app: AsyncApp) -> AsyncIterator[None]:
    async def events(request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        answer = await app.async_dispatch(AsyncBoltRequest(body=body, headers=dict(request.headers)))
        return web.Response(status=answer.status, body=answer.body.encode(), headers=first(answer.first_headers()))

    async with served(events) as url:
        slack.deliver_to(url)
        yield


def first(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() != "content-length"}


@asynccontextmanager
async def served(handler: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    server = web.Application()
    server.router.add_post("/slack/events", handler)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


TRANSPORTS = pytest.mark.parametrize("over", [over_sockets, over_http])


@TRANSPORTS
async def test_a_mention_reaches_the_app_and_its_answer_reaches_the_person(slack: FakeSlack, over: Any) -> None:
    app = app_of(slack)

    @app.event("app_mention")
    async def answer(event: Json, say: Any) -> None:
        await say(f"heard: {event['text']}", thread_ts=event["ts"])

    @app.event("message")
    async def overhear() -> None: ...

    person = SlackPerson(slack)
    async with over(slack, app):
        asked = await person.say("why 429?")
        (shown,) = await person.settle(1)

    assert shown.thread == asked.key
    assert shown.by_bot
    assert shown.text.endswith("why 429?")
