"""What operators see of the bot on Discord, and how a silent connection is replaced."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping

import pytest

from bot.desk import Desk
from bot.ledger.memory import MemoryLedger
from bot.observing.port import Silent
from tests.adapters.discord.conftest import LIBRARY
from tests.adapters.discord.kit import Running, bot_on
from tests.fakes.discord import FakeDiscord

QUESTION = "does file upload incur charges?"
WRITE = "POST /channels/{channel}/messages"


class Told(Silent):
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.up = asyncio.Event()
        self.states: list[bool] = []
        self.ages: Mapping[int, float] = {}
        self.counts: Counter[str] = Counter()

    def connected(self, platform: str, *, up: bool) -> None:
        assert platform == "discord"
        self.states.append(up)
        if up:
            self.up.set()

    def gateways(self, ages: Mapping[int, float]) -> None:
        self.ages = ages

    def rate_limited(self, platform: str) -> None:
        self.counts[f"{platform} rate limited"] += 1

    def refused(self, platform: str) -> None:
        self.counts[f"{platform} refused"] += 1


@pytest.fixture(autouse=True)
def _without_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.observing.watchdog.PAUSE", 0.01)
    monkeypatch.setattr("bot.relay.PAUSE", 0.05)
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda _: 0.01)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def bot(fake: FakeDiscord, told: Told) -> AsyncIterator[Running]:
    now = fake.clock.now
    async with bot_on(fake, Desk(lambda: LIBRARY, MemoryLedger(now), now, told)) as bot:
        yield bot


async def answered(bot: Running) -> int:
    """Ask once; return how many replies there are to it."""
    said = await bot.person.say(QUESTION)
    await bot.person.settle(1, seconds=15)
    return [reply.reply_to for reply in await bot.person.quiet()].count(said.key)


async def test_it_is_down_until_it_is_ready_and_down_again_at_the_end(bot: Running, told: Told) -> None:
    await told.up.wait()
    ages = told.ages
    await bot.end()

    assert told.states[0] is False
    assert told.states[-1] is False
    assert list(ages) == [0]
    assert 0 <= ages[0] < 60
    assert told.ages == {}


async def test_a_silent_connection_is_replaced_and_nothing_is_missed(
    bot: Running, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told.up.wait()
    monkeypatch.setattr("bot.observing.watchdog.SILENT", 0.0)
    await bot.fake.gateway.pulse.until(lambda: bot.fake.gateway.resumed > 0)
    monkeypatch.setattr("bot.observing.watchdog.SILENT", 100.0)

    assert await answered(bot) == 1


@pytest.mark.parametrize(
    ("scope", "counts"),
    [
        ("user", {"discord rate limited": 1, "discord refused": 1}),
        ("global", {"discord rate limited": 1, "discord refused": 1}),
        ("shared", {"discord rate limited": 1}),
    ],
)
async def test_what_discord_puts_off_is_told_and_held_against_us_where_it_is_ours(
    bot: Running, told: Told, scope: str, counts: dict[str, int]
) -> None:
    bot.fake.faults.rate_limit(0.05, on=WRITE, scope=scope)

    assert await answered(bot) == 1
    assert told.counts == counts


async def test_what_discord_forbids_is_held_against_us(bot: Running, told: Told) -> None:
    bot.fake.faults.answer(403, on=WRITE, code=50013)

    await bot.person.say(QUESTION)
    await bot.person.quiet()

    assert told.counts == {"discord refused": 1}
