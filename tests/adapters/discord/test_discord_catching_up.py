"""What was written while the bot was away is found and answered once, through the real discord.py."""

import pytest

from bot.desk import Desk
from tests.adapters.discord.kit import bot_on
from tests.fakes.discord import DiscordPerson, FakeDiscord, Permission

QUESTION = "does file upload incur charges?"


@pytest.fixture
async def person(fake: FakeDiscord, desk: Desk) -> DiscordPerson:
    """A person in a server from which the bot has gone for a while, having answered once."""
    async with bot_on(fake, desk) as bot:
        await bot.person.say(QUESTION, direct=True)
        await bot.person.quiet()
    return DiscordPerson(fake)


async def answered(fake: FakeDiscord, desk: Desk) -> list[str]:
    """Start the bot again, and return the keys of the messages that it replied to in that run."""
    before = {one.key for one in DiscordPerson(fake).shown()}
    async with bot_on(fake, desk) as bot:
        return sorted(one.reply_to for one in await bot.person.quiet() if one.key not in before)


async def test_mentions_and_direct_messages_are_found_and_answered_once(
    fake: FakeDiscord, desk: Desk, person: DiscordPerson
) -> None:
    mention = await person.say(QUESTION)
    direct = await person.say(QUESTION, direct=True)
    thread = await person.start_thread(mention, "charges")
    deep = await person.speak_in(thread, f"{person._mention()} {QUESTION}")
    await person.say(QUESTION, mention=False)
    await person.another_bot_says(QUESTION)

    first, second = await answered(fake, desk), await answered(fake, desk)

    assert first == sorted([mention.key, direct.key, deep.key])
    assert second == []


async def test_what_is_too_old_is_not_answered_late(fake: FakeDiscord, desk: Desk, person: DiscordPerson) -> None:
    await person.say(QUESTION)
    fake.clock.advance(601)
    fresh = await person.say(QUESTION)

    assert await answered(fake, desk) == [fresh.key]


async def test_what_was_written_before_the_first_start_is_left_alone(fake: FakeDiscord, desk: Desk) -> None:
    await DiscordPerson(fake).say(QUESTION)
    fake.clock.advance(1)

    assert await answered(fake, desk) == []


async def test_only_places_in_which_something_was_written_are_read(
    fake: FakeDiscord, desk: Desk, person: DiscordPerson
) -> None:
    fake.clock.advance(300)
    other = fake.world.add_channel(fake.guild, "other")
    await person.say(QUESTION)
    fake.received.clear()

    await answered(fake, desk)

    read = [one.path for one in fake.received if one.method == "GET" and one.path.endswith("/messages")]
    assert not any(str(other.id) in path for path in read)


async def test_a_place_that_may_not_be_read_back_stops_nothing(
    fake: FakeDiscord, desk: Desk, person: DiscordPerson
) -> None:
    closed = fake.world.add_channel(fake.guild, "closed")
    fake.deny(closed, Permission.READ_MESSAGE_HISTORY)
    await person.speak_in(closed, f"{person._mention()} {QUESTION}")
    mention = await person.say(QUESTION)

    assert await answered(fake, desk) == [mention.key]


async def test_a_place_that_fails_when_it_is_read_back_stops_nothing(
    fake: FakeDiscord, desk: Desk, person: DiscordPerson
) -> None:
    mention = await person.say(QUESTION)
    fake.faults.answer(403, on="GET /channels/{channel}/messages", code=50001)

    found = await answered(fake, desk)

    assert found in ([], [mention.key])


async def test_a_run_that_is_killed_while_it_answers_is_finished_by_the_next(fake: FakeDiscord, desk: Desk) -> None:
    fake.faults.cut(on="POST /channels/{channel}/messages")
    async with bot_on(fake, desk) as bot:
        said = await bot.person.say(QUESTION)
        await bot.person.quiet()
        bot.task.cancel()
        await bot.wait_for_the_end()

    async with bot_on(fake, desk) as bot:
        (reply,) = await bot.person.quiet()

    assert reply.reply_to == said.key
