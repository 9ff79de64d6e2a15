"""The ledger in PostgreSQL: who owns an event when several processes share it, and a server that goes away."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa

from bot.ledger import verbs
from bot.ledger.open import open_ledger
from bot.ledger.port import EventKey, Kept, LedgerError, Stage, Subject
from bot.ledger.postgres import advisory_key
from bot.ledger.sql import SqlLedger
from bot.model import Place
from tests.ledger.kit import CLAIM, EVENT, NOBODY, NOW, PLACE, RECORD, Clock, claim_of, record_of
from tests.ledger.server import Server

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def two(database: str, tmp_path: Path) -> AsyncIterator[tuple[SqlLedger, SqlLedger]]:
    """The ledgers of two processes."""
    ledgers = [await open_ledger(database, tmp_path, Clock()) for _ in range(2)]
    yield ledgers[0], ledgers[1]
    for ledger in ledgers:
        await ledger.close_down()


async def run_out(ledger: SqlLedger, *, of: SqlLedger) -> None:
    """Let the lease of one ledger run out, as another one sees it."""
    late = sa.text("UPDATE owners SET lease = now() - interval '1 second' WHERE owner = :owner")
    async with ledger.engine.begin() as connection:
        await connection.execute(late, {"owner": of._owner})


async def test_of_two_processes_one_gets_an_event(two: tuple[SqlLedger, SqlLedger]) -> None:
    claims = [claim_of(EventKey("slack", "T1", str(number))) for number in range(50)]

    taken = await asyncio.gather(*(ledger.claim(claim) for claim in claims for ledger in two))

    assert sum(taken) == 50


RACER = """
import asyncio, sys, time
from pathlib import Path
from bot.ledger.open import open_ledger
from bot.ledger.port import EventKey
from tests.ledger.kit import claim_of

async def main():
    ledger = await open_ledger(sys.argv[1], Path(), time.time)
    claims = [claim_of(EventKey("slack", "T1", str(number))) for number in range(100)]
    print(sum([await ledger.claim(claim) for claim in claims]))
    await ledger.close_down()

asyncio.run(main())
"""


async def test_processes_that_race_from_an_empty_database_get_each_event_once(empty_database: str) -> None:
    def race() -> Coroutine[None, None, asyncio.subprocess.Process]:
        words = (sys.executable, "-c", RACER, empty_database)
        return asyncio.create_subprocess_exec(*words, cwd=ROOT, stdout=asyncio.subprocess.PIPE)

    racers = await asyncio.gather(race(), race())

    said = [await racer.communicate() for racer in racers]

    assert sum(int(out) for out, _ in said) == 100


async def test_what_a_living_process_works_on_is_left_to_it(two: tuple[SqlLedger, SqlLedger]) -> None:
    one, other = two
    await one.claim(CLAIM)

    left = [await other.take_over("slack", NOBODY), await one.take_over("slack", NOBODY)]

    assert [[event.event for event in events] for events in left] == [[], [EVENT]]


async def test_an_open_event_of_a_living_process_is_not_decided_by_another(two: tuple[SqlLedger, SqlLedger]) -> None:
    one, other = two
    await one.claim(CLAIM)

    with pytest.raises(LedgerError, match="Ev1 is in another process's hands"):
        await other.record(RECORD, (Kept(PLACE, "U1", "own", NOW + 9),))

    assert await one.recall(PLACE, "U1") == [None]
    await one.record(RECORD, ())


async def test_a_process_that_was_thought_dead_is_refused_when_it_decides(two: tuple[SqlLedger, SqlLedger]) -> None:
    one, other = two
    await one.claim(CLAIM)
    await run_out(other, of=one)

    taken = await other.take_over("slack", NOBODY)
    with pytest.raises(LedgerError, match="another process's hands"):
        await one.record(RECORD, (Kept(PLACE, "U1", "own", NOW + 9),))

    assert [event.event for event in taken] == [EVENT]
    assert await other.recall(PLACE, "U1") == [None]
    await other.record(RECORD, ())


async def test_a_process_held_up_until_another_has_answered_does_not_answer_again(
    two: tuple[SqlLedger, SqlLedger],
) -> None:
    one, other = two
    await one.claim(CLAIM)
    await run_out(other, of=one)
    await other.take_over("slack", NOBODY)
    await other.record(RECORD, ())
    await other.mark_posted(EVENT, "ref")

    with pytest.raises(LedgerError, match="another process's hands"):
        await one.record(RECORD, ())

    found = await one.standing(EVENT)
    assert found
    assert (found.stage, found.reference) == (Stage.POSTED, "ref")


async def test_an_answer_of_one_process_may_be_decided_anew_by_another(two: tuple[SqlLedger, SqlLedger]) -> None:
    one, other = two
    await one.claim(CLAIM)
    await one.record(RECORD, ())
    await one.mark_posted(EVENT, "ref")

    await other.record(RECORD, ())

    with pytest.raises(LedgerError, match="another process's hands"):
        await one.record(RECORD, ())


async def test_what_a_process_leaves_at_its_end_is_taken_over_at_once(two: tuple[SqlLedger, SqlLedger]) -> None:
    one, other = two
    await one.claim(CLAIM)
    await one.record(RECORD, ())
    await one.close_down()

    (left,) = await other.take_over("slack", NOBODY)

    assert (left.event, left.stage) == (EVENT, Stage.DECIDED)


async def test_what_two_processes_take_over_at_once_each_gets_alone(
    two: tuple[SqlLedger, SqlLedger], database: str, tmp_path: Path
) -> None:
    gone = await open_ledger(database, tmp_path, Clock())
    for number in range(100):
        await gone.claim(claim_of(EventKey("slack", "T1", str(number))))
    await gone.close_down()

    both = await asyncio.gather(*(ledger.take_over("slack", NOBODY) for ledger in two for _ in range(3)))

    mine, theirs = ({event.event for events in each for event in events} for each in (both[:3], both[3:]))
    assert len(mine | theirs) == 100
    assert not mine & theirs


async def test_a_lease_is_renewed_and_given_back_at_the_end(database: str, tmp_path: Path) -> None:
    short = await open_ledger(database, tmp_path, Clock(), lease=0.02)
    other = await open_ledger(database, tmp_path, Clock())
    wanted = sa.text("SELECT lease FROM owners WHERE owner = :owner")

    async def lease() -> object:
        async with other.engine.connect() as connection:
            return await connection.scalar(wanted, {"owner": short._owner})

    first = await lease()
    async with asyncio.timeout(10):
        while await lease() == first:
            pass
    await short.close_down()

    assert await lease() is None
    await other.close_down()


async def test_a_claim_whose_answer_was_lost_is_won_when_it_is_repeated(two: tuple[SqlLedger, SqlLedger]) -> None:
    def with_token(token: str) -> Callable[[sa.Connection], bool]:
        return lambda connection: verbs.claim(connection, CLAIM, "me", token)

    write = two[0]._database.write

    won = [await write(with_token("one")), await write(with_token("one")), await write(with_token("two"))]

    assert won == [True, True, False]


async def waiting(ledger: SqlLedger) -> None:
    """Return once somebody waits for a turn."""
    held_up = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    async with asyncio.timeout(10), ledger.engine.connect() as connection:
        while not await connection.scalar(held_up):
            await connection.rollback()


async def locks(ledger: SqlLedger) -> int:
    """How many turns are held or waited for."""
    async with ledger.engine.connect() as connection:
        held = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        return int(await connection.scalar(held) or 0)


async def in_turn(ledger: SqlLedger, place: Place, said: list[str], word: str) -> None:
    async with ledger.turn(place):
        said.append(word)


async def test_what_another_process_has_open_in_the_place_comes_before_what_is_claimed_later(
    two: tuple[SqlLedger, SqlLedger],
) -> None:
    one, other = two
    later = replace(CLAIM, event=replace(EVENT, event="later"))
    await one.claim(CLAIM)
    await other.claim(later)

    assert await other.preceded(later.event, PLACE)
    assert not await one.preceded(EVENT, PLACE)
    assert not await one.preceded(later.event, PLACE)
    assert not await other.preceded(later.event, replace(PLACE, thread="another"))

    await one.close(EVENT, Stage.SILENT)
    assert not await other.preceded(later.event, PLACE)


async def test_messages_of_a_thread_come_in_the_order_in_which_they_were_written(
    two: tuple[SqlLedger, SqlLedger],
) -> None:
    one, other = two
    second = replace(CLAIM, event=replace(EVENT, event="second"), written=2.0)
    first = replace(CLAIM, event=replace(EVENT, event="first"), written=1.0)
    await one.claim(second)
    await other.claim(first)

    assert await one.preceded(second.event, PLACE)
    assert not await other.preceded(first.event, PLACE)
    await one.claim(CLAIM)
    assert await other.preceded(first.event, PLACE)
    assert not await one.preceded(EVENT, PLACE)


async def test_a_turn_keeps_other_processes_out_of_one_place_alone(two: tuple[SqlLedger, SqlLedger]) -> None:
    one, other = two
    said: list[str] = []

    async with one.turn(PLACE):
        await in_turn(other, replace(PLACE, thread="18.0"), said, "elsewhere")
        task = asyncio.create_task(in_turn(other, PLACE, said, "after"))
        await waiting(one)
        said.append("before")
    await task

    assert said == ["elsewhere", "before", "after"]
    assert await locks(one) == 0


async def test_who_is_cancelled_gives_the_turn_back_or_never_gets_it(two: tuple[SqlLedger, SqlLedger]) -> None:
    one, other = two
    inside, never = asyncio.Event(), asyncio.Event()

    async def stay() -> None:
        async with one.turn(PLACE):
            inside.set()
            await never.wait()

    holder = asyncio.create_task(stay())
    await inside.wait()
    waiter = asyncio.create_task(in_turn(other, PLACE, [], ""))
    await waiting(one)

    for task in (waiter, holder):
        task.cancel()
    await asyncio.gather(waiter, holder, return_exceptions=True)

    async with asyncio.timeout(10), one.turn(PLACE):
        pass
    await one.close_down()
    assert await locks(other) == 0


async def test_a_turn_whose_connection_breaks_is_lost_without_a_fault(two: tuple[SqlLedger, SqlLedger]) -> None:
    one, other = two
    said: list[str] = []
    end = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )

    async with one.turn(PLACE):
        async with other.engine.begin() as connection:
            await connection.execute(end)
        await in_turn(other, PLACE, said, "other")
        said.append("one")

    assert said == ["other", "one"]
    await in_turn(one, PLACE, said, "again")


async def test_a_fault_within_a_turn_is_handed_on_as_it_is(two: tuple[SqlLedger, SqlLedger]) -> None:
    async def fail() -> None:
        async with two[0].turn(PLACE):
            raise OSError("the platform is away")

    with pytest.raises(OSError, match="the platform is away"):
        await fail()

    assert await locks(two[0]) == 0


async def test_many_who_wait_for_turns_do_not_hold_up_the_verbs(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ledger.postgres.TURNS", 2)
    ledger = await open_ledger(database, tmp_path, Clock())
    said: list[str] = []
    spots = [replace(PLACE, thread=str(number)) for number in range(20)]

    async with ledger.turn(PLACE), ledger.turn(replace(PLACE, channel="C2")):
        waiters = [asyncio.create_task(in_turn(ledger, spot, said, spot.thread)) for spot in spots]
        for number in range(20):
            await ledger.claim(claim_of(EventKey("slack", "T1", str(number))))
        held_up = not said
    await asyncio.gather(*waiters)

    assert held_up
    assert len(said) == 20
    await ledger.close_down()


def test_places_have_numbers_of_their_own() -> None:
    places = [Place("slack", *fields) for fields in (("a", "b", "c"), ("ab", "", "c"), ("a", "", "bc"), ("a", "b", ""))]

    numbers = {advisory_key(place) for place in places}

    assert len(numbers) == 4
    assert all(-(2**63) <= number < 2**63 for number in numbers)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_server_that_is_restarted_is_found_again_and_has_lost_nothing(
    two: tuple[SqlLedger, SqlLedger], server: Server, mode: Literal["fast", "immediate"]
) -> None:
    one, _ = two
    await one.claim(CLAIM)
    await one.record(RECORD, (Kept(PLACE, "U1", "own", NOW + 9),))

    await asyncio.to_thread(server.restart, mode)

    assert await one.recall(PLACE, "U1") == ["own"]
    assert not await one.claim(CLAIM)
    async with one.turn(PLACE):
        await one.mark_posted(EVENT, "ref")
    found = await one.standing(EVENT)
    assert found
    assert found.stage is Stage.POSTED


async def test_a_server_that_is_away_is_named_and_found_again(two: tuple[SqlLedger, SqlLedger], server: Server) -> None:
    one, _ = two
    await asyncio.to_thread(server.stop)

    for verb in (one.ping(), one.claim(CLAIM), in_turn(one, PLACE, [], "")):
        with pytest.raises(LedgerError, match=r"PostgreSQL is (out of reach|stopping or starting)"):
            await verb

    await asyncio.to_thread(server.resume)
    assert await one.claim(CLAIM)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"database": "nowhere"}, "the database in DATABASE_URL does not exist"),
        ({"query": {"host": "/nowhere"}}, "PostgreSQL is out of reach"),
        ({"username": "nobody", "password": "EXAMPLE-pass"}, "PostgreSQL refuses the user or the password"),
    ],
)
async def test_a_url_that_leads_nowhere_is_named(
    database: str, tmp_path: Path, change: dict[str, object], complaint: str
) -> None:
    url = sa.make_url(database).set(**change).render_as_string(hide_password=False)  # type: ignore[arg-type]

    with pytest.raises(LedgerError, match=complaint) as caught:
        await open_ledger(url, tmp_path, Clock())

    assert "EXAMPLE" not in str(caught.value)


async def test_a_database_with_tables_of_the_same_name_is_left_alone(empty_database: str, server: Server) -> None:
    server.execute("CREATE TABLE events (mine TEXT)", str(sa.make_url(empty_database).database))

    with pytest.raises(LedgerError, match="other tables of the same names: give the ledger one of its own"):
        await open_ledger(empty_database, Path(), Clock())


async def test_a_newer_schema_is_refused(empty_database: str) -> None:
    ledger = await open_ledger(empty_database, Path(), Clock())
    async with ledger.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE frontdesk_schema SET version_num = '9999'"))

    with pytest.raises(LedgerError, match=r"newer frontdesk \(schema 9999"):
        await open_ledger(empty_database, Path(), Clock())

    await ledger.close_down()


async def test_without_the_driver_the_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(LedgerError, match=r"pip install 'frontdesk\[postgres\]'"):
        await open_ledger("postgres://host/database", Path(), Clock())


async def test_a_command_works_beside_the_servers(two: tuple[SqlLedger, SqlLedger], database: str) -> None:
    await two[0].claim(CLAIM)
    await two[0].record(record_of(CLAIM), ())
    await two[0].mark_posted(EVENT, "ref")
    command = await open_ledger(database, Path(), Clock(), serving=False)

    forgotten = await command.forget(Subject("slack", "T1", "U1"))
    await command.close_down()

    assert forgotten == 1


async def test_text_that_postgresql_has_no_room_for_is_marked(two: tuple[SqlLedger, SqlLedger]) -> None:
    await two[0].set_bookmark("name", "nul \0 and half a pair \ud83d")

    assert await two[0].bookmark("name") == "nul \ufffd and half a pair ?"
