"""What the next run does after one that was killed."""

from dataclasses import replace
from typing import Any

import pytest

from bot.desk import Desk
from bot.ledger.memory import MemoryLedger
from bot.ledger.port import Claim, EventKey, Stage
from bot.model import Message
from tests.adapters.discord.away import AwayLedger
from tests.adapters.discord.kit import bot_on
from tests.fakes.discord import FakeDiscord, Permission
from tests.fakes.human import Upload

pytestmark = pytest.mark.usefixtures("without_long_waits")

QUESTION = "does file upload incur charges?"
ANSWER = "Does file upload incur charges?"


async def leave_open(desk: Desk, message: Message, *, decided: bool) -> None:
    """Claim *message*, and perhaps decide it, as a process that is killed then."""
    reading = await desk.read(message)
    assert await desk.claim(message, reading)
    if decided:
        await desk.decide(message, reading)


async def messages_of(fake: FakeDiscord, desk: Desk, ask: Any) -> list[Message]:
    """What the bot makes of what *ask* does, without answering it."""
    taken: list[Message] = []

    class Noting(AwayLedger):
        async def claim(self, claim: Claim) -> bool:
            from bot.ledger.keeping import work_from_json  # noqa: PLC0415

            taken.append(work_from_json(claim.work).message)
            return False

    async with bot_on(fake, Desk(desk.library, Noting(desk.now), desk.now)) as bot:
        await ask(bot.person)
        await bot.person.quiet()
    return taken


async def test_files_are_read_again_after_a_crash(fake: FakeDiscord, desk: Desk) -> None:
    log = Upload("app.log", b"HTTP/1.1 403 Forbidden")
    (message,) = await messages_of(fake, desk, lambda person: person.say("what is this?", files=(log,)))
    await leave_open(desk, message, decided=False)

    async with bot_on(fake, desk) as bot:
        (reply,) = await bot.person.quiet()

    assert "How to handle 403" in reply.text


async def test_files_that_are_gone_after_a_crash_are_done_without(fake: FakeDiscord, desk: Desk) -> None:
    log = Upload("app.log", b"HTTP/1.1 403 Forbidden")
    (message,) = await messages_of(fake, desk, lambda person: person.say(QUESTION, files=(log,)))
    await leave_open(desk, message, decided=False)
    fake.channel.messages.pop(int(message.event))

    async with bot_on(fake, desk) as bot:
        (reply,) = await bot.person.quiet()

    assert ANSWER in reply.text


@pytest.mark.parametrize("private", [True, False])
async def test_a_command_is_finished_by_the_next_run_as_long_as_discord_lets_it(
    fake: FakeDiscord, desk: Desk, private: bool
) -> None:
    (message,) = await messages_of(fake, desk, lambda person: person.use("ask", question=QUESTION, private=private))
    await leave_open(desk, message, decided=True)

    async with bot_on(fake, desk) as bot:
        (reply,) = await bot.person.quiet()

    assert (reply.private, ANSWER in reply.text) == (private, True)


async def answered_command_left_open(fake: FakeDiscord, desk: Desk) -> str:
    """Answer a command, and leave it open in the ledger as if the process had been killed then; return the reply."""
    async with bot_on(fake, desk) as bot:
        await bot.person.use("ask", question=QUESTION)
        (before,) = await bot.person.quiet()
    ledger = desk.ledger
    assert isinstance(ledger, MemoryLedger)
    (key,) = [key for key, event in ledger._events.items() if event.standing.reference]
    record = ledger._records[key]
    ledger._events[key].standing = replace(ledger._events[key].standing, stage=Stage.CLAIMED, reference="")
    await ledger.record(record, ())
    return before.key


async def test_a_command_that_is_answered_already_is_not_answered_again(fake: FakeDiscord, desk: Desk) -> None:
    before = await answered_command_left_open(fake, desk)

    async with bot_on(fake, desk) as bot:
        (after,) = await bot.person.quiet()

    assert (after.key, ANSWER in after.text) == (before, True)


async def test_a_reply_is_looked_for_only_where_the_bot_may_read(fake: FakeDiscord, desk: Desk) -> None:
    (message,) = await messages_of(fake, desk, lambda person: person.say(QUESTION))
    await leave_open(desk, message, decided=True)
    fake.faults.answer(403, on="GET /channels/{channel}/messages", code=50001, times=9)

    async with bot_on(fake, desk) as bot:
        (reply,) = await bot.person.quiet()

    assert reply.reply_to == message.event


async def test_outside_of_servers_an_interaction_that_is_over_is_refused(fake: FakeDiscord, desk: Desk) -> None:
    elsewhere = fake.world.add_guild("elsewhere", fake.owner, int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES))
    channel = fake.world.add_channel(elsewhere, "general")
    async with bot_on(fake, desk) as bot:
        bot.person.user("asker").installed = True
        fake.faults.expire_interactions()
        interaction = await bot.person.use("ask", question=QUESTION, channel=channel)
        assert await bot.person.quiet() == ()

    standing = await desk.ledger.standing(EventKey("discord", str(elsewhere.id), str(interaction.id)))
    assert standing is not None
    assert standing.stage is Stage.REFUSED


async def test_a_command_that_cannot_be_looked_up_is_answered_where_it_was(fake: FakeDiscord, desk: Desk) -> None:
    before = await answered_command_left_open(fake, desk)
    fake.faults.answer(403, on="GET /webhooks/{application}/{token}/messages/{message}", code=50001)

    async with bot_on(fake, desk) as bot:
        (after,) = await bot.person.quiet()

    assert after.key == before
