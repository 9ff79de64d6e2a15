from collections.abc import AsyncIterator

import pytest

from tests.fakes.discord import DiscordPerson, FakeDiscord, library  # before the adapter: it hides a warning

# isort: split
from bot.desk import Desk, Library
from bot.ledger.memory import MemoryLedger
from bot.reading.reader import Reader
from tests.adapters.discord.kit import Running, bot_on
from tests.conversation.fakes import FAQ, TableRanker

LIBRARY = Library(FAQ, Reader(FAQ), TableRanker())
__all__ = ["library"]


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(limits=False) as fake:
        yield fake


@pytest.fixture
def desk(fake: FakeDiscord) -> Desk:
    return Desk(lambda: LIBRARY, MemoryLedger(fake.clock.now), fake.clock.now)


@pytest.fixture
async def bot(fake: FakeDiscord, desk: Desk) -> AsyncIterator[Running]:
    async with bot_on(fake, desk) as bot:
        yield bot


@pytest.fixture
def person(bot: Running) -> DiscordPerson:
    return bot.person
