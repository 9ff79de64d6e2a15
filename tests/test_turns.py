import asyncio

import pytest

from bot.model import Place
from bot.turns import Turns

HERE, THERE = Place("slack", "T1", "C1", "1.0"), Place("slack", "T1", "C1", "2.0")


async def test_turns_come_in_the_order_of_the_tickets_whoever_asks_first() -> None:
    turns = Turns()
    order: list[int] = []
    tickets = [turns.take(HERE) for _ in range(3)]

    async def use(number: int) -> None:
        async with tickets[number]:
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(*(use(number) for number in (2, 0, 1)))

    assert order == [0, 1, 2]


async def test_places_do_not_wait_for_each_other() -> None:
    turns = Turns()

    async with turns.take(HERE), turns.take(THERE):
        assert len(turns) == 2

    assert len(turns) == 0


@pytest.mark.parametrize("given_up", [0, 1, 2])
async def test_a_ticket_given_up_holds_nobody_and_lets_nobody_pass(given_up: int) -> None:
    turns = Turns()
    order: list[int] = []
    tickets = [turns.take(HERE) for _ in range(3)]

    async def use(number: int) -> None:
        async with tickets[number]:
            order.append(number)
            await asyncio.sleep(0)
            order.append(number)

    tickets[given_up].leave()
    users = [number for number in (2, 1, 0) if number != given_up]
    await asyncio.gather(*(use(number) for number in users))

    assert order == [number for number in sorted(users) for _ in range(2)]
    assert len(turns) == 0


async def test_the_last_ticket_given_up_leaves_those_ahead_known() -> None:
    turns = Turns()

    async with turns.take(HERE):
        turns.take(HERE).leave()
        behind = asyncio.create_task(turns.take(HERE).__aenter__())
        await asyncio.sleep(0)
        assert not behind.done()

    await behind


async def test_one_who_stops_waiting_gives_the_ticket_up() -> None:
    turns = Turns()

    async with turns.take(HERE):
        waiting = asyncio.create_task(turns.take(HERE).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    assert len(turns) == 0
