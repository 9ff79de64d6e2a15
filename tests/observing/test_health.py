import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
from starlette.applications import Starlette

from bot import health
from bot.desk import Desk, Library
from bot.health import listen, routes, serve_health, serve_web
from bot.ledger.memory import MemoryLedger
from bot.ledger.port import Backlog, LedgerError
from bot.observing.presence import STALLED
from tests.conversation.fakes import FAQ, PlainReader, TableRanker, fake_desk
from tests.observing.kit import Bot, samples, value

LOOPBACK = "127.0.0.1:0"


@dataclass
class Supervisor:
    """Asks a served bot."""

    base: str
    session: aiohttp.ClientSession

    async def ask(self, path: str) -> tuple[int, Any]:
        async with self.session.get(self.base + path) as answer:
            return answer.status, json.loads(await answer.read())

    async def scrape(self) -> bytes:
        async with self.session.get(f"{self.base}/metrics") as answer:
            assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
            return await answer.read()


@asynccontextmanager
async def served(desk: Desk) -> AsyncIterator[Supervisor]:
    listening, stop = listen(LOOPBACK), asyncio.Event()
    port = listening.getsockname()[1]
    serving = asyncio.create_task(serve_web(Starlette(routes=routes(desk)), listening, stop))
    async with aiohttp.ClientSession() as session:
        yield Supervisor(f"http://127.0.0.1:{port}", session)
    stop.set()
    await serving


def connected() -> Bot:
    bot = Bot()
    bot.watcher.connected("slack", up=True)
    return bot


class Away(MemoryLedger):
    """A ledger that is out of reach, or does not even say so."""

    hangs = False

    async def ping(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        raise LedgerError("db.example is away")

    async def backlog(self, platform: str) -> Backlog:
        await self.ping()
        raise AssertionError(platform)


async def test_a_bot_that_can_answer_is_alive_and_ready() -> None:
    async with served(connected().desk) as supervisor:
        assert await supervisor.ask("/healthz") == (200, {"alive": True})
        assert await supervisor.ask("/readyz") == (200, {"ready": True, "missing": [], "content": FAQ.digest})


async def test_figures_are_served_as_prometheus_reads_them() -> None:
    async with served(connected().desk) as supervisor:
        shown = samples(await supervisor.scrape())

    assert value(shown, "frontdesk_connected", platform="slack") == 1
    assert value(shown, "frontdesk_open_events", platform="slack") == 0
    assert value(shown, "frontdesk_content_info", digest=FAQ.digest) == 1


async def test_a_loop_that_does_not_come_round_is_not_alive() -> None:
    bot = connected()
    bot.time += STALLED

    async with served(bot.desk) as supervisor:
        assert await supervisor.ask("/healthz") == (503, {"alive": False})


async def test_a_beat_makes_it_alive_again() -> None:
    bot = connected()
    bot.time += STALLED
    beating = asyncio.create_task(bot.presence.beat())
    await asyncio.sleep(0)

    alive = bot.watcher.alive()

    beating.cancel()
    assert alive


@pytest.mark.parametrize(
    ("up", "missing"),
    [
        ({}, ["2 of 2 platforms have not begun"]),
        ({"slack": True}, ["1 of 2 platforms have not begun"]),
        ({"slack": False, "discord": True}, ["slack is not connected"]),
        ({"slack": False}, ["slack is not connected", "1 of 2 platforms have not begun"]),
        ({"slack": True, "discord": True}, []),
    ],
)
async def test_a_bot_is_ready_when_every_platform_is_connected(up: dict[str, bool], missing: list[str]) -> None:
    bot = Bot(expected=2)
    for platform, is_up in up.items():
        bot.watcher.connected(platform, up=is_up)

    async with served(bot.desk) as supervisor:
        status, told = await supervisor.ask("/readyz")

    assert told["missing"] == missing
    assert status == (503 if missing else 200)


@pytest.mark.parametrize("hangs", [False, True])
async def test_without_its_ledger_a_bot_is_not_ready_and_its_backlog_not_known(
    monkeypatch: pytest.MonkeyPatch, *, hangs: bool
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.01)
    bot = connected()
    bot.desk.ledger = away = Away(bot.now)
    away.hangs = hangs

    async with served(bot.desk) as supervisor:
        status, told = await supervisor.ask("/readyz")
        shown = samples(await supervisor.scrape())

    assert (status, told["missing"]) == (503, ["the ledger cannot be reached"])
    assert value(shown, "frontdesk_connected", platform="slack") == 1
    assert value(shown, "frontdesk_open_events", platform="slack") is None


async def test_without_content_a_bot_is_not_ready() -> None:
    bot = connected()
    bot.library = Library(replace(FAQ, entries=()), PlainReader(), TableRanker())

    async with served(bot.desk) as supervisor:
        status, told = await supervisor.ask("/readyz")

    assert (status, told["missing"]) == (503, ["there is no content"])


async def test_a_desk_that_nobody_watches_can_be_asked_too() -> None:
    async with served(fake_desk()) as supervisor:
        assert await supervisor.ask("/healthz") == (200, {"alive": True})
        assert (await supervisor.ask("/readyz"))[0] == 200


async def test_a_port_that_is_taken_is_one_warning_and_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"

        await serve_health(connected().desk, address, asyncio.Event())

    (line,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert line.getMessage().startswith(f"FRONTDESK_HTTP_ADDR is {address}, which cannot be used")


@pytest.mark.parametrize("address", [LOOPBACK, "[::1]:0"])
async def test_an_address_is_served_until_it_is_told_to_stop(address: str, caplog: pytest.LogCaptureFixture) -> None:
    stop = asyncio.Event()
    stop.set()

    await serve_health(connected().desk, address, stop)

    assert "/metrics are served on" in caplog.text
