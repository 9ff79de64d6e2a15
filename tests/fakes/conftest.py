"""Both fakes as their own tests use them."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.discord import DiscordPerson, FakeDiscord
from tests.fakes.discord.echo import EchoBot, running
from tests.fakes.discord.raw import Rest
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_kit import client_of


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


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(ack_timeout=0.3) as slack:
        yield slack


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return client_of(slack)
