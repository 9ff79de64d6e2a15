"""The fake Discord's own tests, through the real discord.py."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fakes.discord import DiscordPerson, FakeDiscord, pointed_at
from tests.fakes.discord.library import app_commands, discord

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class EchoBot(discord.Client):
    """A bot that says back what it is told, by every way in that it has."""

    def __init__(self, intents: discord.Intents = INTENTS) -> None:
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            guild_ready_timeout=0.01,
        )
        self.tree = app_commands.CommandTree(self)
        self.seen: list[str] = []

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        self.seen.append(message.content)
        if message.content:
            await message.reply(f"you said: {message.content}", mention_author=False)


@asynccontextmanager
async def connected(fake: FakeDiscord, bot: discord.Client) -> AsyncIterator[None]:
    """Let *bot* run against *fake*."""
    with pointed_at(fake):
        running = asyncio.create_task(bot.start(fake.token))
        try:
            ready = asyncio.create_task(bot.wait_until_ready())
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            yield
        finally:
            await bot.close()
            await asyncio.wait({running, ready})


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as discord_:
        yield discord_


async def test_a_mention_is_answered_in_place(fake: FakeDiscord) -> None:
    person = DiscordPerson(fake)

    async with connected(fake, EchoBot()):
        said = await person.say("hello")
        (reply,) = await person.settle(1)

    assert (reply.reply_to, reply.by_bot) == (said.key, True)
    assert reply.text.startswith("you said:")
