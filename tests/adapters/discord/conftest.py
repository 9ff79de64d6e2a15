from collections.abc import AsyncIterator
from functools import partial

import pytest

from tests.fakes.discord import DiscordPerson, FakeDiscord, library  # before the adapter: it hides a warning

# isort: split
from adapters.discord.cooldown import Cooldowns
from bot.desk import Desk, Library
from bot.reading.reader import Reader
from tests.adapters.discord.away import AwayLedger
from tests.adapters.discord.kit import Running, bot_on
from tests.conversation.fakes import FAQ, TableRanker

LIBRARY = Library(FAQ, Reader(FAQ), TableRanker())
__all__ = ["library"]


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(limits=False) as fake:
        yield fake


@pytest.fixture
def ledger(fake: FakeDiscord) -> AwayLedger:
    return AwayLedger(fake.clock.now)


@pytest.fixture
def desk(fake: FakeDiscord, ledger: AwayLedger) -> Desk:
    return Desk(lambda: LIBRARY, ledger, fake.clock.now)


@pytest.fixture
def without_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.relay.PAUSE", 0.02)
    monkeypatch.setattr("adapters.discord.reception.PAUSE", 0.02)


@pytest.fixture
def hardly_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more question only after an hour: how long a busy machine takes to ask twenty makes no difference."""
    monkeypatch.setattr("adapters.discord.reception.Cooldowns", partial(Cooldowns, refill=3600.0))


@pytest.fixture
async def bot(fake: FakeDiscord, desk: Desk) -> AsyncIterator[Running]:
    async with bot_on(fake, desk) as bot:
        yield bot


@pytest.fixture
def person(bot: Running) -> DiscordPerson:
    return bot.person
