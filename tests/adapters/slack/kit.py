"""The bot on the fake Slack, over either transport, as a story or a fault needs it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import aiohttp

from adapters.slack.app import serve
from bot.assembly import Service
from bot.desk import Desk
from bot.ledger.memory import MemoryLedger
from bot.observing.port import SILENT, Observer
from bot.settings import Settings
from tests.adapters import idling
from tests.addresses import free_address
from tests.fakes.slack.fake import FakeSlack
from tests.fakes.slack.human import SlackPerson

TRANSPORTS = ("sockets", "http")
idle = partial(idling.idle, "Relay._guard", "_guarded")


@dataclass(frozen=True, slots=True)
class Bot:
    """A running bot: the person who talks to it, the fake between them, and what it keeps."""

    person: SlackPerson
    slack: FakeSlack
    desk: Desk
    ledger: MemoryLedger
    address: str = ""


def settings_for(slack: FakeSlack, transport: str, address: str = "127.0.0.1:0") -> Settings:
    nowhere = Path("nowhere")
    settings = Settings(nowhere, nowhere, nowhere, slack_api_url=slack.api_url, slack_bot_token=slack.bot_token)
    if transport == "sockets":
        return replace(settings, slack_app_token=slack.app_token)
    return replace(settings, slack_signing_secret=slack.signing_secret, http_addr=address)


@asynccontextmanager
async def serving(desk: Desk, settings: Settings, slack: FakeSlack) -> AsyncIterator[None]:
    """Run the bot's own entry until the end of the block."""
    stop = asyncio.Event()
    running = asyncio.create_task(serve(desk, settings, stop))
    try:
        await _started(running, settings, slack)
        yield
    finally:
        stop.set()
        await running


async def _started(running: asyncio.Task[None], settings: Settings, slack: FakeSlack) -> None:
    """Return once the bot can be reached; raise what it failed with."""
    reachable = asyncio.create_task(_reachable(settings, slack))
    await asyncio.wait((running, reachable), return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        reachable.cancel()
        running.result()
    await reachable


async def _reachable(settings: Settings, slack: FakeSlack) -> None:
    if settings.slack_app_token:
        await slack.sockets.until_open()
        return
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://{settings.http_addr}/healthz") as answer:
                    await answer.read()
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.01)


def new_desk(service: Service, ledger: MemoryLedger | None = None) -> Desk:
    return Desk(lambda: service.library, ledger or MemoryLedger(time.time), time.time)


@asynccontextmanager
async def bot_on(
    transport: str,
    service: Service,
    *,
    ledger: MemoryLedger | None = None,
    observer: Observer = SILENT,
    **changes: object,
) -> AsyncIterator[Bot]:
    """Run the bot in a workspace of its own; *changes* are to its settings."""
    ledger = ledger or MemoryLedger(time.time)
    desk = Desk(lambda: service.library, ledger, time.time, observer)
    address = free_address()
    async with FakeSlack() as slack:
        settings = replace(settings_for(slack, transport, address), **changes)  # type: ignore[arg-type]
        async with serving(desk, settings, slack):
            if transport == "http":
                slack.deliver_to(f"http://{address}/slack/events")
            yield Bot(SlackPerson(slack, idle=idle), slack, desk, ledger, address)
