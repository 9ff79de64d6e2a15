"""Shards: shared out among the processes of a bot, taken over from who is gone, and begun at Discord's pace."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

import adapters.discord.shards
from adapters.discord.shards import Pace
from bot.desk import Desk, Library
from bot.ledger.memory import MemoryLedger
from bot.ledger.open import open_ledger
from bot.ledger.port import LedgerError
from bot.model import Place
from bot.reading.reader import Reader
from bot.settings import SettingsError
from tests.adapters.discord.kit import Running, bot_on
from tests.conversation.fakes import FAQ, TableRanker
from tests.fakes.discord import FakeDiscord
from tests.ledger.server import Server

LIBRARY = Library(FAQ, Reader(FAQ), TableRanker())
SHARDS = 4
PATIENCE = 20.0  # seconds


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters.discord.shards, "PAUSE", 0.05)
    monkeypatch.setattr(adapters.discord.shards, "LOOK", 0.05)


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(limits=False) as fake:
        # The library keeps these for a whole process, of which each bot here plays one.
        monkeypatch.setattr(Route, "BASE", fake.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(fake.gateway_url))
        yield fake


@asynccontextmanager
async def process(fake: FakeDiscord, database: str, count: int = SHARDS) -> AsyncIterator[Running]:
    """One more process of the bot, with a desk and a connection to the ledger of its own."""
    ledger = await open_ledger(database, Path(), time.time)
    try:
        async with bot_on(fake, Desk(lambda: LIBRARY, ledger, time.time), discord_shard_count=count) as running:
            yield running
    finally:
        await ledger.close_down()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - what happens elsewhere sets no event here
            await asyncio.sleep(0.01)


def sessions(fake: FakeDiscord) -> list[int]:
    """The shard of each session that is connected, in order."""
    return sorted(session.shard[0] for session in fake.gateway.connected())


def answers(fake: FakeDiscord) -> list[int]:
    """The bot's messages."""
    return [message.id for message in fake.world.shown.values() if message.author == fake.me.id]


async def test_one_process_has_all_shards_and_two_have_half_of_them_each(fake: FakeDiscord, database: str) -> None:
    async with process(fake, database):
        assert sessions(fake) == [0, 1, 2, 3]
        assert fake.gateway.identified == SHARDS

        async with process(fake, database):
            await until(lambda: fake.gateway.identified == SHARDS + 2 and sessions(fake) == [0, 1, 2, 3])


async def test_as_many_shards_are_shared_out_as_discord_advises(fake: FakeDiscord, database: str) -> None:
    fake.recommended_shards = 2

    async with process(fake, database, 0), process(fake, database, 0):
        await until(lambda: fake.gateway.identified == 3)

        assert sessions(fake) == [0, 1]
        assert {session.shard[1] for session in fake.gateway.connected()} == {2}


async def test_the_shards_of_a_process_that_leaves_are_taken_over(fake: FakeDiscord, database: str) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(process(fake, database))
        await stack.enter_async_context(process(fake, database))
        await until(lambda: fake.gateway.identified == SHARDS + 2)

        await first.end()
        await until(lambda: sessions(fake) == [0, 1, 2, 3])

        assert fake.gateway.identified == 2 * SHARDS


async def test_a_question_is_answered_whoever_has_its_shard(fake: FakeDiscord, database: str) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(process(fake, database))
        second = await stack.enter_async_context(process(fake, database))
        await until(lambda: sessions(fake) == [0, 1, 2, 3] and fake.gateway.identified == SHARDS + 2)

        await first.person.say("403 insufficient balance")
        await until(lambda: len(answers(fake)) == 1)
        await first.end()
        await until(lambda: sessions(fake) == [0, 1, 2, 3])
        await second.person.say("403 insufficient balance")
        await until(lambda: len(answers(fake)) == 2)


async def test_a_shard_that_another_process_has_got_is_let_go(
    fake: FakeDiscord, database: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process(fake, database), process(fake, database):
        await until(lambda: sessions(fake) == [0, 1, 2, 3] and fake.gateway.identified == SHARDS + 2)

        for _ in range(3):
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name='frontdesk'")
            await asyncio.sleep(0.2)

        monkeypatch.setattr(adapters.discord.shards, "LOOK", 0.01)
        await until(lambda: sessions(fake) == [0, 1, 2, 3])


async def test_connected_shards_serve_on_while_the_database_is_away(
    fake: FakeDiscord, database: str, server: Server
) -> None:
    async with process(fake, database):
        await asyncio.to_thread(server.stop)
        try:
            await fake.gateway.barrier()
            assert sessions(fake) == [0, 1, 2, 3]
        finally:
            await asyncio.to_thread(server.resume)

        assert fake.gateway.identified == SHARDS


@pytest.mark.parametrize("limit", [0, SHARDS - 1])
async def test_a_bot_that_may_begin_too_few_sessions_says_so_and_does_not_start(
    fake: FakeDiscord, database: str, limit: int
) -> None:
    fake.identify_limit = limit

    with pytest.raises(SettingsError, match=rf"Discord lets {limit} more sessions of the bot begin, and 4 are needed"):
        async with process(fake, database):
            pass

    assert fake.gateway.identified == 0


async def test_a_bot_with_shards_of_its_own_says_so_too(fake: FakeDiscord) -> None:
    fake.identify_limit = 1
    desk = Desk(lambda: LIBRARY, MemoryLedger(time.time), time.time)

    with pytest.raises(SettingsError, match="and 2 are needed"):
        async with bot_on(fake, desk, discord_shard_count=SHARDS, discord_shard_ids=(0, 2)):
            pass


async def test_a_shard_is_left_alone_when_no_session_may_begin_any_more(
    fake: FakeDiscord, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(process(fake, database))
        await stack.enter_async_context(process(fake, database))
        await until(lambda: fake.gateway.identified == SHARDS + 2)
        fake.identify_limit = fake.gateway.identified

        await first.end()
        await until(lambda: "is not connected: Discord lets 0 more sessions" in caplog.text)

        assert fake.gateway.identified == SHARDS + 2


async def test_sessions_of_one_bucket_begin_one_after_the_other_in_all_processes(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters.discord.shards, "PAUSE", 0.2)
    ledgers = [await open_ledger(database, Path(), time.time) for _ in range(2)]
    paces = [Pace(ledger) for ledger in ledgers]

    started = time.monotonic()
    await asyncio.gather(*(paces[shard % 2].turn(7, shard) for shard in range(4)))
    seconds = time.monotonic() - started
    for pace, ledger in zip(paces, ledgers, strict=True):
        await pace.close()
        await ledger.close_down()

    assert seconds >= 3 * 0.2


async def test_sessions_of_other_buckets_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters.discord.shards, "PAUSE", PATIENCE)
    pace = Pace(MemoryLedger(time.time))
    pace.concurrency = 4

    async with asyncio.timeout(PATIENCE / 2):
        await asyncio.gather(*(pace.turn(7, shard) for shard in range(4)))
    await pace.close()


async def test_a_session_begins_even_while_the_ledger_is_away() -> None:
    pace = Pace(Away(time.time))

    async with asyncio.timeout(PATIENCE):
        await pace.turn(7, 0)
    await pace.close()


async def test_who_gives_up_waiting_leaves_its_place_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters.discord.shards, "PAUSE", 0.2)
    pace = Pace(MemoryLedger(time.time))
    await pace.turn(7, 0)
    impatient = asyncio.create_task(pace.turn(7, 1))
    await asyncio.sleep(0)
    impatient.cancel()

    async with asyncio.timeout(0.39):
        await pace.turn(7, 2)
    await pace.close()


class Away(MemoryLedger):
    """A ledger in which nobody can have a turn."""

    @asynccontextmanager
    async def turn(self, place: Place) -> AsyncIterator[None]:
        del place
        raise LedgerError("away")
        yield
