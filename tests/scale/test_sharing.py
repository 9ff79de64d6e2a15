"""What a process does with its leases, look by look, without a platform or a database."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import discord
import pytest

import adapters.discord.shards
from adapters.discord.shards import Pace, Sharing
from bot.ledger.leases import Leases, Look
from bot.ledger.memory import MemoryLedger
from bot.ledger.port import LedgerError

SHARDS = 3
FREE = Look(frozenset(), (0, 1, 2), 2)


@dataclass
class Script:
    """Leases that tell what a test says; at the last look the script begins to repeat itself."""

    looks: list[Look | LedgerError]
    contested: bool = False
    held: set[int] = field(default_factory=set)
    given_back: list[int] = field(default_factory=list)
    seen: int = 0

    async def look(self) -> Look:
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        if isinstance(look, LedgerError):
            raise look
        self.held -= look.lost
        self.seen += 1
        return replace(look, free=tuple(number for number in look.free if number not in self.held))

    async def take(self, numbers: Iterable[int]) -> int | None:
        if self.contested:
            return None
        number = next(iter(numbers))
        self.held.add(number)
        return number

    async def give_back(self, number: int) -> None:
        self.held.discard(number)
        self.given_back.append(number)

    async def close(self) -> None:
        self.held.clear()


@dataclass
class Connection:
    """A shard as the library shows it."""

    id: int
    dead: bool = False
    closed: bool = False

    async def disconnect(self) -> None:
        if self.dead:
            await asyncio.Event().wait()
        self.closed = True


@dataclass
class Client:
    """As much of the library's client as shards need."""

    fails: Exception | None = None
    shard_count: int = SHARDS
    connected: dict[int, Connection] = field(default_factory=dict)

    @property
    def http(self) -> "Client":
        return self

    async def get_bot_gateway(self) -> tuple[int, str, dict[str, int]]:
        if self.fails is not None:
            raise self.fails
        return SHARDS, "", {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}

    async def launch_shard(self, gateway: Any, shard: int) -> None:
        del gateway
        self.connected[shard] = Connection(shard)

    def get_shard(self, shard: int) -> Connection | None:
        return self.connected.get(shard)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters.discord.shards, "LOOK", 0.0)
    monkeypatch.setattr(adapters.discord.shards, "GOODBYE", 0.01)


async def go_on(client: Client, script: Script, until: Callable[[], bool]) -> None:
    """Share shards out for *client* as *script* tells, *until* a test has seen enough."""
    pace = Pace(MemoryLedger(lambda: 0.0))
    sharing = Sharing(cast("discord.AutoShardedClient", client), pace, cast("Leases", script))
    sharing.start()
    try:
        async with asyncio.timeout(10):
            while not until():  # noqa: ASYNC110 - what happens elsewhere sets no event here
                await asyncio.sleep(0)
    finally:
        await _ending(sharing.end())


async def _ending(work: Awaitable[None]) -> None:
    async with asyncio.timeout(10):
        await work


async def test_a_process_takes_its_part_and_no_more() -> None:
    client, script = Client(), Script([FREE])

    await go_on(client, script, lambda: script.seen > 9)

    assert sorted(client.connected) == [0, 1]


async def test_what_became_free_a_moment_ago_is_not_taken_at_once() -> None:
    """Its owner may only have lost the connection to the database, and takes it again at its next look."""
    client, nothing = Client(), Look(frozenset(), (), 2)
    script = Script([FREE, nothing, FREE, nothing])

    await go_on(client, script, lambda: len(script.looks) == 1)

    assert client.connected == {}


async def test_what_another_process_has_got_is_disconnected(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(connected={0: Connection(0), 1: Connection(1)})
    script = Script([Look(frozenset((1,)), (), 2)], held={0, 1})

    await go_on(client, script, lambda: client.connected[1].closed)

    assert "another process has taken over: shards 1" in caplog.text


async def test_what_is_too_much_is_disconnected_before_it_is_given_back() -> None:
    client = Client(connected={0: Connection(0), 1: Connection(1)})
    script = Script([Look(frozenset(), (2,), 1)], held={0, 1})

    await go_on(client, script, lambda: bool(script.given_back))

    assert script.given_back == [1]
    assert client.connected[1].closed


async def test_a_connection_that_is_dead_does_not_hold_the_others_up() -> None:
    client = Client(connected={0: Connection(0, dead=True), 1: Connection(1)})
    script = Script([Look(frozenset((0, 1)), (), 2)], held={0, 1})

    await go_on(client, script, lambda: client.connected[1].closed)


async def test_who_comes_second_for_a_shard_looks_on() -> None:
    client, script = Client(), Script([FREE, FREE, FREE, FREE], contested=True)

    await go_on(client, script, lambda: len(script.looks) == 1)

    assert client.connected == {}


@pytest.mark.parametrize("failure", [discord.DiscordException("away"), OSError("away")])
async def test_a_shard_is_given_back_where_discord_cannot_be_asked(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    client, script = Client(fails=failure), Script([FREE])

    await go_on(client, script, lambda: len(script.given_back) > 1)

    assert client.connected == {}
    assert f"a shard was not taken ({type(failure).__name__})" in caplog.text


async def test_while_the_database_is_away_nothing_changes(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(connected={0: Connection(0)})
    script = Script([LedgerError("away")], held={0})

    await go_on(client, script, lambda: "the shards are not shared out anew now: away" in caplog.text)
