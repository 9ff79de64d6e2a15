"""The fake Discord as its own tests use it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.fakes.discord import DiscordPerson, FakeDiscord
from tests.fakes.discord.echo import EchoBot, running
from tests.fakes.discord.raw import Rest


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(limits=False) as discord_:
        yield discord_


@pytest.fixture
def person(fake: FakeDiscord) -> DiscordPerson:
    return DiscordPerson(fake)


@pytest.fixture
async def bot(fake: FakeDiscord) -> AsyncIterator[EchoBot]:
    bot = EchoBot()
    async with running(fake, bot):
        bot.told.clear()
        yield bot


@pytest.fixture
async def rest(fake: FakeDiscord) -> AsyncIterator[Rest]:
    async with aiohttp.ClientSession() as session:
        yield Rest(fake, session)
