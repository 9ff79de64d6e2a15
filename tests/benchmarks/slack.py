"""Slack at a steady rate: how soon a delivery is acknowledged, and how soon the answer stands.

The bot, the fake Slack and the load share one process and one event loop, so that the figures hold the fake's own work
too: the bot alone is faster.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.assembly import open_service
from bot.desk import Desk
from bot.ledger.open import open_ledger
from bot.settings import Settings
from tests.adapters.slack.kit import serving, settings_for
from tests.addresses import free_address
from tests.benchmarks.table import Cell, table
from tests.fakes.slack import FakeSlack

RATE = 50.0  # events a second
EVENTS = 1_000
CHANNELS = 200  # a question every four seconds in each, which is below Slack's own pace
TRANSPORTS = ("sockets", "http")
ASKED = (
    "How to handle 403 insufficient balance error?",
    "How to handle 429 rate limit error?",
    "openai.AuthenticationError: Error code: 401 - {'error': {'type': 'invalid_authentication_error'}}",
    "why is my answer cut off in the middle",
    "which wallpaper goes with green tiles",
)


def run(count: int = EVENTS, rate: float = RATE) -> list[dict[str, Any]]:
    """Return the figures of each transport, for *count* events at *rate* a second."""
    with tempfile.TemporaryDirectory() as folder:
        return [asyncio.run(_measure(transport, Path(folder, transport), count, rate)) for transport in TRANSPORTS]


def show(figures: Sequence[dict[str, Any]]) -> str:
    """Return *figures* as a table."""
    rows: list[list[Cell]] = [
        [
            row["transport"],
            row["events"],
            row["answered"],
            *(row[f"{what}_p{share}"] for what in ("ack", "reply") for share in (50, 99)),
        ]
        for row in figures
    ]
    columns = ("", "events", "answered", "ack p50 ms", "ack p99 ms", "reply p50 ms", "reply p99 ms")
    return table(f"Slack at {figures[0]['rate']:g} events a second", columns, rows)


async def _measure(transport: str, folder: Path, count: int, rate: float) -> dict[str, Any]:
    settings = Settings(folder, folder, folder)
    service = open_service(settings)
    ledger = await open_ledger("", folder, time.time)
    try:
        async with FakeSlack() as slack:
            desk = Desk(lambda: service.library, ledger, time.time)
            return await _load(slack, desk, settings_for(slack, transport, free_address()), count, rate)
    finally:
        await ledger.close_down()


async def _load(slack: FakeSlack, desk: Desk, settings: Settings, count: int, rate: float) -> dict[str, Any]:
    async with serving(desk, settings, slack):
        if not settings.slack_app_token:
            slack.deliver_to(f"http://{settings.http_addr}/slack/events")
        await _ask(slack, 20, rate)  # what is loaded at the first question is loaded by now
        await slack.pulse.stillness(lambda: slack.busy, 1.0)
        before = {post.ts for post in slack.posts()}
        slack.journal.attempts.clear()
        asked = await _ask(slack, count, rate)
        with suppress(TimeoutError):
            await slack.pulse.until(lambda: len(slack.posts()) - len(before) >= count or None, 30)
    shown = {post.thread_ts: post.shown_at for post in slack.posts() if post.ts not in before}
    replies = [shown[ts] - at for ts, at in asked.items() if ts in shown]
    acks = slack.journal.ack_seconds()
    return {
        "transport": "sockets" if settings.slack_app_token else "http",
        "rate": rate,
        "events": count,
        "answered": len(replies),
        **{f"ack_p{share}": _at(acks, share) for share in (50, 99)},
        **{f"reply_p{share}": _at(replies, share) for share in (50, 99)},
    }


async def _ask(slack: FakeSlack, count: int, rate: float) -> dict[str, float]:
    """Ask at a steady rate, whatever has come back; return when each question was asked, by its time stamp."""
    asked: dict[str, float] = {}
    start = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
        channel = slack.channel(f"load-{number % CHANNELS}")
        at = time.monotonic()
        text = f"<@{slack.bot_user_id}> {ASKED[number % len(ASKED)]}"
        asked[slack.say(slack.user(f"asker-{number}"), channel, text).ts] = at
    return asked


def _at(seconds: Sequence[float], share: int) -> float:
    """The milliseconds within which that *share* in a hundred was."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, len(ordered) * share // 100)] if ordered else float("nan")
