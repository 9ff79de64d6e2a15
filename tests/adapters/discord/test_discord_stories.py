"""The transcripts that drive every adapter, played on Discord: a thread is a thread, and the next door another one."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord.guilds import Guilds
from adapters.discord.render import to_discord
from adapters.discord.rules import Rules
from bot.desk import Desk
from bot.ledger.memory import MemoryLedger
from bot.model import Reply
from tests.adapters.discord.kit import Running, bot_on
from tests.conversation.fakes import fake_desk
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.state import Channel
from tests.stories.runner import Story, _faults
from tests.stories.test_stories import STORIES


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(limits=False, message_content=True) as fake:
        yield fake


@pytest.fixture
def desk(fake: FakeDiscord) -> Desk:
    return fake_desk(fake.clock.now)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_the_story_goes_on_discord_as_it_is_told(story: Story, fake: FakeDiscord, desk: Desk) -> None:
    rooms: dict[str, Channel] = {}
    async with bot_on(fake, desk) as bot:
        await Guilds(desk.ledger).save(str(fake.guild.id), Rules(auto=frozenset({str(fake.channel.id)})))
        for number, turn in enumerate(story.turns, 1):
            name = str(turn.get("in", "here"))
            if name not in rooms:
                rooms[name] = await _room(bot, name) if story.threaded else fake.channel
            call = "" if turn.get("overheard") else f"<@{fake.me.id}> "
            before = {one.key for one in bot.person.shown()}
            await bot.person.speak_in(rooms[name], call + turn["say"], by=turn.get("by", "asker"))
            shown = [one for one in await bot.person.quiet() if one.key not in before and not one.private]

            reply = _last(desk)
            faults = list(_faults(turn, reply))
            assert not faults, f"{story.name}, turn {number}: {'; '.join(faults)}\n{reply}"
            assert [one.text for one in shown] == ([to_discord(reply.text)] if reply.text else [])


async def _room(bot: Running, name: str) -> Channel:
    said = await bot.person.say(f"a place called {name}", mention=False, by="neither")
    await bot.person.quiet()
    return await bot.person.start_thread(said, name, by="neither")


def _last(desk: Desk) -> Reply:
    assert isinstance(desk.ledger, MemoryLedger)
    return desk.ledger.records()[-1].delivery.reply
