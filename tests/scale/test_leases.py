"""Leases: each is held once, shared out evenly, and free again when its owner dies, hangs or loses the database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import create_async_engine

from bot.ledger.leases import Leases, share
from bot.ledger.port import LedgerError
from tests.ledger.server import Server

Make = Callable[..., Leases]


@pytest.fixture
async def make(database: str) -> AsyncIterator[Make]:
    """What makes another process's leases of the same four."""
    engine = create_async_engine(sa.make_url(database).set(drivername="postgresql+psycopg"))
    async with AsyncExitStack() as stack:

        def made(name: str = "shards", count: int = 4, **more: Any) -> Leases:
            leases = Leases(engine, name, count, **more)
            stack.push_async_callback(leases.close)
            return leases

        yield made
    await engine.dispose()


@asynccontextmanager
async def cut_off(server: Server) -> AsyncIterator[None]:
    """Break every connection to the server as the block begins."""
    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'frontdesk'")
    yield


async def test_a_lease_is_held_by_one_process(make: Make) -> None:
    first, second = make(), make()

    assert await first.take((0,)) == 0
    assert await second.take((0,)) is None
    assert await second.take((0, 1)) == 1
    assert (first.held, second.held) == ({0}, {1})


async def test_a_look_tells_what_is_free_and_how_much_is_each_ones_part(make: Make) -> None:
    first, second = make(), make()

    assert (await first.look()).share == 4
    assert (await second.look()).share == 2
    await first.take((2,))

    assert (await second.look()).free == (0, 1, 3)


async def test_another_name_and_another_number_are_leases_of_their_own(make: Make) -> None:
    await make().take((0,))

    assert await make("other").take((0,)) == 0
    assert await make(count=8).take((0,)) == 0


async def test_what_is_given_back_is_free(make: Make) -> None:
    first, second = make(), make()
    await first.take((0,))

    await first.give_back(0)

    assert first.held == set()
    assert await second.take((0,)) == 0


async def test_what_a_process_held_that_has_ended_is_free(make: Make) -> None:
    first, second = make(), make()
    await first.take((0,))
    await second.look()

    await first.close()

    assert (await second.look()).share == 4
    assert await second.take((0,)) == 0


async def test_who_loses_the_connection_takes_again_what_nobody_took(make: Make, server: Server) -> None:
    first, second = make(), make()
    await first.take((0,))
    await first.take((1,))

    async with cut_off(server):
        with pytest.raises(LedgerError):
            await first.look()
    await second.take((1,))
    look = await first.look()

    assert look.lost == frozenset((1,))
    assert (first.held, second.held) == ({0}, {1})
    assert (await first.look()).lost == frozenset()


async def test_a_process_that_hangs_loses_its_leases(make: Make) -> None:
    hanging, other = make(silent=0.2), make()
    await hanging.take((0,))

    async with asyncio.timeout(10):
        while await other.take((0,)) is None:
            await other.look()

    with pytest.raises(LedgerError):
        await hanging.look()
    assert (await hanging.look()).lost == frozenset((0,))


async def test_while_the_database_is_away_what_is_held_stays_so(make: Make, server: Server) -> None:
    leases = make()
    await leases.take((0,))
    await asyncio.to_thread(server.stop)
    try:
        for _ in range(2):
            with pytest.raises(LedgerError):
                await leases.look()
        assert leases.held == {0}
    finally:
        await asyncio.to_thread(server.resume)

    look = await leases.look()

    assert (look.lost, look.free) == (frozenset(), (1, 2, 3))


@given(st.integers(1, 1000), st.integers(0, 50))
def test_the_parts_of_all_are_enough_for_all_and_no_more_than_one_too_large(count: int, members: int) -> None:
    each = share(count, members)

    assert each * max(1, members) >= count
    assert (each - 1) * max(1, members) < count
