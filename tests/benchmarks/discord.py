"""A mention on Discord until its reply stands, at a steady rate; and what a thousand servers cost in memory.

The fake Discord runs in the same loop as the bot, so that its own work is in the figures; for the memory it runs in
another process.
"""

import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.assembly import Service, open_service
from bot.desk import Desk
from bot.ledger.memory import MemoryLedger
from bot.ledger.open import open_ledger
from bot.settings import Settings, read_settings
from tests.benchmarks import apart, machine
from tests.benchmarks.metrics import milliseconds
from tests.benchmarks.protocol import LABELLED, OWN, ROOT, read
from tests.benchmarks.table import table

RATE = 50  # messages a second
MESSAGES = 1_000
SERVERS = (1, 100, 1_000)
_WARM = 100
_CHANNELS = 25


def run(messages: int, servers: Sequence[int] = SERVERS) -> dict[str, Any]:
    """Return the latencies of *messages*, and the memory with so many *servers*."""
    with tempfile.TemporaryDirectory() as folder:
        return {
            "latency": apart.call(measure, folder=folder, messages=messages),
            "memory": {str(count): asyncio.run(_memory(folder, count)) for count in servers},
        }


def measure(folder: str, messages: int) -> dict[str, float]:
    """Mention the bot *messages* times at the rate, in many channels by many people, after some to warm up."""
    return asyncio.run(_measured(open_service(_settings(folder)), Path(folder), messages))


def hold(folder: str, servers: int, **pointed: Any) -> dict[str, float]:
    """Connect to the Discord that *pointed* names, wait until so many *servers* are there, and weigh this process."""
    settings = replace(_settings(folder), **pointed)
    return asyncio.run(_held(open_service(settings), settings, servers))


def show(figures: Mapping[str, Any]) -> str:
    """Return the tables of *figures*."""
    latency = figures["latency"]
    names = {"p50_ms": "p50 ms", "p99_ms": "p99 ms", "most_ms": "at most ms", "rate": "messages/s", "cpu_ms": "CPU ms"}
    rows = [["mention to reply", *(latency[name] for name in names)]]
    speed = table("Discord: a mention until its reply stands", ["way", *names.values()], rows)
    kept = [[count, row["rss_mb"], row["again_mb"], row["peak_mb"]] for count, row in figures["memory"].items()]
    columns = ["servers", "resident MB", "after 3 new sessions MB", "at most MB"]
    return f"{speed}\n{table('Discord: memory by servers', columns, kept)}"


async def _measured(service: Service, folder: Path, messages: int) -> dict[str, float]:
    from tests.adapters.discord.kit import bot_on  # noqa: PLC0415 - the library is loaded where it is measured
    from tests.fakes.discord import FakeDiscord  # noqa: PLC0415

    logging.disable(logging.INFO)
    questions = [query.text[:1_900] for query in read(LABELLED).queries]
    ledger = await open_ledger("", folder, time.time)
    desk = Desk(lambda: service.library, ledger, time.time)
    async with FakeDiscord(limits=False) as fake:
        channels = [fake.world.add_channel(fake.guild, f"help-{number}") for number in range(_CHANNELS)]
        watch = _Watch(fake)
        async with bot_on(fake, desk) as bot:
            started, worked = time.perf_counter(), time.process_time()
            for number in range(_WARM + messages):
                await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
                text = f"<@{fake.me.id}> {questions[number % len(questions)]}"
                await bot.person.speak_in(channels[number % _CHANNELS], text, by=f"asker {number % 997}")
            taken = time.perf_counter() - started
            busy = time.process_time() - worked
            await bot.person.quiet(seconds=60)
    await ledger.close_down()
    seconds = watch.seconds()[_WARM:]
    return {
        "p50_ms": milliseconds(seconds, 50),
        "p99_ms": milliseconds(seconds, 99),
        "most_ms": max(seconds) * 1000,
        "cpu_ms": busy / (_WARM + messages) * 1000,
        "answered": len(seconds),
        "rate": (_WARM + messages) / taken,
    }


class _Watch:
    """Notes when each message was written in the fake Discord, and when its reply stood there."""

    def __init__(self, fake: Any) -> None:
        self._asked: dict[int, float] = {}
        self._answered: dict[int, float] = {}
        chat = type(fake.chat)
        post = chat.post

        def watched(there: Any, message: Any, **more: Any) -> Any:
            kept = self._answered if message.author == fake.me.id else self._asked
            kept.setdefault(message.reference or message.id, time.perf_counter())
            return post(there, message, **more)

        chat.post = watched

    def seconds(self) -> list[float]:
        """Return how long each message waited, oldest first; endless where it still does."""
        return [self._answered.get(key, float("inf")) - asked for key, asked in sorted(self._asked.items())]


async def _memory(folder: str, servers: int) -> dict[str, float]:
    from tests.fakes.discord import FakeDiscord  # noqa: PLC0415 - as above

    async with FakeDiscord(limits=False) as fake:
        for number in range(1, servers):
            guild = fake.add_guild(f"server {number}")
            for name in ("general", "help", "random", "questions"):
                fake.world.add_channel(guild, name)
        pointed = {
            "discord_token": fake.token,
            "discord_api_url": fake.api_url,
            "discord_gateway_url": fake.gateway_url,
        }
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.benchmarks.apart", f"{__name__}:hold"),
            json.dumps({"folder": folder, "servers": servers, **pointed}),
            cwd=ROOT,
            env=apart.environ(),
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await child.communicate()
        weighed: dict[str, float] = json.loads(said.splitlines()[-1])
        return weighed


async def _held(service: Service, settings: Settings, servers: int) -> dict[str, float]:
    from tests.fakes.discord import library  # noqa: F401, PLC0415, I001 - before the adapter: it hides a warning
    from adapters.discord.app import Frontdesk, pointed_at  # noqa: PLC0415 - as above

    import aiohttp  # noqa: PLC0415

    desk = Desk(lambda: service.library, MemoryLedger(time.time), time.time)
    weights: list[dict[str, float]] = []
    with pointed_at(settings):
        for _ in range(4):
            async with aiohttp.ClientSession() as session, Frontdesk(desk, settings, session) as client:
                running = asyncio.create_task(client.start(settings.discord_token))
                await client.wait_until_ready()
                assert len(client.guilds) == servers
                weights.append(machine.memory())
                running.cancel()
    return {"rss_mb": weights[0]["rss_mb"], "again_mb": weights[-1]["rss_mb"], "peak_mb": weights[-1]["peak_mb"]}


def _settings(folder: str) -> Settings:
    variables = {"XDG_CACHE_HOME": folder, "HOME": folder, "FRONTDESK_FAQ": str(OWN)}
    return read_settings(variables, Path(folder))
