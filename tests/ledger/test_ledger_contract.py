"""What every ledger does, whatever it is kept in."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.ledger.keeping import delivery_from_json
from bot.ledger.memory import EVENTS, REDELIVERED_WITHIN, MemoryLedger
from bot.ledger.open import open_ledger
from bot.ledger.port import (
    Backlog,
    Claim,
    EventKey,
    Feedback,
    Kept,
    Ledger,
    LedgerError,
    Open,
    Stage,
    Subject,
)
from bot.model import Place
from tests.ledger.kit import CLAIM, EVENT, NOBODY, NOW, PLACE, RECORD, Clock, record_of, silence_of


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def ledger(request: pytest.FixtureRequest, clock: Clock, folder: Path) -> AsyncIterator[Ledger]:
    if request.param == "memory":
        yield MemoryLedger(clock)
        return
    url = request.getfixturevalue("database") if request.param == "postgres" else ""
    opened = await open_ledger(url, folder, clock)
    yield opened
    await opened.close_down()


async def test_an_event_is_claimed_once(ledger: Ledger) -> None:
    assert [await ledger.claim(CLAIM), await ledger.claim(CLAIM)] == [True, False]


@pytest.mark.parametrize(
    "other", [replace(EVENT, platform="discord"), replace(EVENT, tenant="T2"), replace(EVENT, event="Ev2")]
)
async def test_another_event_is_another_claim(ledger: Ledger, other: EventKey) -> None:
    await ledger.claim(CLAIM)

    assert await ledger.claim(replace(CLAIM, event=other))


async def test_an_event_goes_from_claimed_to_decided_to_posted(ledger: Ledger) -> None:
    await ledger.claim(CLAIM)
    claimed = await ledger.standing(EVENT)
    await ledger.record(RECORD, ())
    decided = await ledger.standing(EVENT)
    await ledger.mark_posted(EVENT, "17.9")
    posted = await ledger.standing(EVENT)

    assert claimed
    assert (claimed.stage, claimed.place, claimed.author, claimed.at) == (Stage.CLAIMED, PLACE, "U1", CLAIM.at)
    assert (claimed.reference, claimed.entries, claimed.before) == ("", (), "")
    assert decided == replace(claimed, stage=Stage.DECIDED, entries=("a",), before=RECORD.before)
    assert posted == replace(decided, stage=Stage.POSTED, reference="17.9")


async def test_the_backlog_is_what_is_open_on_one_platform_and_since_when(ledger: Ledger) -> None:
    before = await ledger.backlog("slack")
    for name, at in (("1", NOW - 30), ("2", NOW - 20), ("3", NOW - 10)):
        await ledger.claim(replace(CLAIM, event=replace(EVENT, event=name), at=at))
    await ledger.claim(replace(CLAIM, event=replace(EVENT, platform="discord"), at=NOW - 40))
    await ledger.close(replace(EVENT, event="1"), Stage.EXPIRED)

    assert before == Backlog(0, None)
    assert await ledger.backlog("slack") == Backlog(2, NOW - 20)


async def test_silence_ends_an_event(ledger: Ledger) -> None:
    await ledger.claim(CLAIM)
    await ledger.record(silence_of(CLAIM), ())

    found = await ledger.standing(EVENT)

    assert found
    assert found.stage is Stage.SILENT
    assert await ledger.take_over("slack", NOBODY) == []


@pytest.mark.parametrize("stage", [Stage.EXPIRED, Stage.REFUSED, Stage.WITHDRAWN])
async def test_what_is_closed_for_good_cannot_be_decided_any_more(ledger: Ledger, stage: Stage) -> None:
    await ledger.claim(CLAIM)
    await ledger.close(EVENT, stage)

    with pytest.raises(LedgerError, match=f"Ev1 is {stage.value}"):
        await ledger.record(RECORD, (Kept(PLACE, "U1", "own", CLAIM.at + 10),))

    found = await ledger.standing(EVENT)
    assert found
    assert found.stage is stage
    assert await ledger.recall(PLACE, "U1") == [None]


async def test_what_was_never_claimed_cannot_be_decided(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="Ev1 is decided, but not claimed"):
        await ledger.record(RECORD, ())


async def test_what_is_posted_may_be_decided_anew_and_keeps_its_reference(ledger: Ledger) -> None:
    await ledger.claim(CLAIM)
    await ledger.record(RECORD, ())
    await ledger.mark_posted(EVENT, "17.9")
    await ledger.record(replace(RECORD, before='{"other": 1}'), ())

    found = await ledger.standing(EVENT)

    assert found
    assert (found.stage, found.reference, found.before) == (Stage.DECIDED, "17.9", '{"other": 1}')


async def test_an_event_taken_in_its_final_stage_is_taken_too(ledger: Ledger) -> None:
    final = replace(CLAIM, stage=Stage.SILENT, work="")

    assert [await ledger.claim(final), await ledger.claim(final)] == [True, False]
    assert await ledger.take_over("slack", NOBODY) == []


async def test_nothing_is_known_of_an_event_that_never_came(ledger: Ledger) -> None:
    await ledger.mark_posted(EVENT, "ref")
    await ledger.close(EVENT, Stage.SILENT)

    assert await ledger.standing(EVENT) is None


async def test_open_events_that_nobody_works_on_are_taken_over_oldest_first(ledger: Ledger) -> None:
    later = replace(CLAIM, event=replace(EVENT, event="Ev2"), at=CLAIM.at + 1)
    busy = replace(CLAIM, event=replace(EVENT, event="Ev3"))
    elsewhere = replace(CLAIM, event=replace(EVENT, platform="discord"), place=Place("discord"))
    for claim in (later, CLAIM, busy, elsewhere):
        await ledger.claim(claim)

    left = await ledger.take_over("slack", frozenset((busy.event,)))

    assert left == [Open(claim.event, claim.place, Stage.CLAIMED, claim.work, claim.at) for claim in (CLAIM, later)]


async def test_a_decided_event_is_taken_over_with_its_reply(ledger: Ledger) -> None:
    await ledger.claim(CLAIM)
    await ledger.record(RECORD, ())

    (left,) = await ledger.take_over("slack", NOBODY)

    assert left.stage is Stage.DECIDED
    assert delivery_from_json(left.work) == RECORD.delivery


async def test_nothing_is_left_of_what_is_done(ledger: Ledger) -> None:
    await ledger.claim(CLAIM)
    await ledger.record(RECORD, ())
    await ledger.mark_posted(EVENT, "ref")

    assert await ledger.take_over("slack", NOBODY) == []


async def test_what_expired_or_was_refused_is_listed_oldest_first(ledger: Ledger) -> None:
    ends = [Stage.REFUSED, Stage.EXPIRED, Stage.WITHDRAWN, Stage.SILENT, Stage.POSTED, Stage.EXPIRED]
    for number, stage in enumerate(ends):
        key = replace(EVENT, event=str(number))
        await ledger.claim(replace(CLAIM, event=key, at=CLAIM.at - number))
        await ledger.close(key, stage)

    lost = await ledger.unanswered("slack", CLAIM.at - 5)

    assert [(each.event.event, each.stage) for each in lost] == [("1", Stage.EXPIRED), ("0", Stage.REFUSED)]
    assert await ledger.unanswered("discord", 0.0) == []


async def test_the_places_of_late_events_are_known(ledger: Ledger) -> None:
    spots = [PLACE, replace(PLACE, thread="18.0"), PLACE, replace(PLACE, channel="C2")]
    for number, place in enumerate(spots):
        await ledger.claim(replace(CLAIM, event=replace(EVENT, event=str(number)), place=place, at=NOW + number))

    assert set(await ledger.places("slack", 0.0)) == {spots[1], PLACE, spots[3]}
    assert await ledger.places("slack", NOW + 2) == [spots[3]]
    assert await ledger.places("discord", 0.0) == []


async def test_nothing_is_recalled_where_nothing_was_kept(ledger: Ledger) -> None:
    assert await ledger.recall(PLACE, "U1") == [None]


async def test_a_state_is_recalled_by_place_and_author(ledger: Ledger, clock: Clock) -> None:
    expires = clock.time + 10
    await ledger.claim(CLAIM)
    await ledger.record(RECORD, (Kept(PLACE, "U1", "own", expires), Kept(PLACE, None, "shared", expires)))

    assert await ledger.recall(PLACE, "U1") == ["own"]
    assert await ledger.recall(PLACE, None) == ["shared"]
    assert await ledger.recall(PLACE, "U2", None, "", "U1") == [None, "shared", None, "own"]
    assert await ledger.recall(replace(PLACE, thread="18.0"), "U1") == [None]


async def test_a_later_state_takes_the_place_of_the_earlier(ledger: Ledger, clock: Clock) -> None:
    await ledger.claim(CLAIM)
    for state in ("first", "second"):
        await ledger.record(RECORD, (Kept(PLACE, "U1", state, clock.time + 10),))

    assert await ledger.recall(PLACE, "U1") == ["second"]


async def test_a_state_is_gone_once_it_has_expired(ledger: Ledger, clock: Clock) -> None:
    await ledger.claim(CLAIM)
    await ledger.record(RECORD, (Kept(PLACE, "U1", "own", clock.time + 10),))
    clock.time += 10

    assert await ledger.recall(PLACE, "U1") == [None]


async def test_settings_are_kept_for_exactly_one_place(ledger: Ledger) -> None:
    tenant = Place("slack", "T1")
    await ledger.save_settings(tenant, {"auto": ["C1"], "quiet": True})
    await ledger.save_settings(PLACE, {"auto": []})
    await ledger.save_settings(PLACE, {"language": "中文"})

    assert await ledger.settings(tenant) == {"auto": ["C1"], "quiet": True}
    assert await ledger.settings(PLACE) == {"language": "中文"}
    assert await ledger.settings(replace(tenant, channel="C1")) == {}
    await ledger.save_settings(tenant, {})
    assert await ledger.settings(tenant) == {}


async def test_a_bookmark_is_kept_under_its_name(ledger: Ledger) -> None:
    before = await ledger.bookmark("discord last")
    await ledger.set_bookmark("discord last", "1")
    await ledger.set_bookmark("discord last", "2")

    assert (before, await ledger.bookmark("discord last"), await ledger.bookmark("other")) == (None, "2", None)


async def test_an_opinion_takes_the_place_of_the_same_authors_earlier_one(ledger: Ledger) -> None:
    for helpful, author in ((True, "U1"), (False, "U1"), (True, "U2")):
        await ledger.add_feedback(Feedback(EVENT, author, helpful, at=5.0, reason="because"))

    rows = await ledger.export(Subject("slack", "T1"))

    opinions = [(row["author"], row["helpful"], row["reason"]) for row in rows if row["table"] == "feedback"]
    assert sorted(opinions) == [("U1", False, "because"), ("U2", True, "because")]


async def fill(ledger: Ledger, clock: Clock) -> None:
    """Two authors in one thread of T1, a third in T2: each asked, was answered and had an opinion."""
    for tenant, author in (("T1", "U1"), ("T1", "U2"), ("T2", "U1")):
        key, place = EventKey("slack", tenant, f"Ev{author}"), replace(PLACE, tenant=tenant)
        claim = replace(CLAIM, event=key, place=place, author=author)
        await ledger.claim(claim)
        expires = clock.time + 10
        await ledger.record(
            record_of(claim), (Kept(place, author, f"own {author}", expires), Kept(place, None, "shared", expires))
        )
        await ledger.mark_posted(key, "ref")
        await ledger.add_feedback(Feedback(key, author, helpful=True, at=clock.time))
        await ledger.save_settings(Place("slack", tenant), {"auto": []})


async def test_an_author_is_forgotten_and_nobody_else(ledger: Ledger, clock: Clock) -> None:
    await fill(ledger, clock)
    subject = Subject("slack", "T1", "U1")

    forgotten = [await ledger.forget(subject), await ledger.forget(subject)]

    assert forgotten == [3, 0]  # the state, the opinion, the event
    assert await ledger.export(subject) == []
    assert await ledger.recall(PLACE, "U1") == [None]
    assert await ledger.recall(PLACE, "U2") == ["own U2"]
    assert await ledger.recall(PLACE, None) == ["shared"]
    assert len(await ledger.export(Subject("slack", "T1", "U2"))) >= 3
    assert len(await ledger.export(Subject("slack", "T2", "U1"))) >= 3
    assert await ledger.settings(Place("slack", "T1"))


async def test_a_tenant_is_forgotten_and_no_other(ledger: Ledger, clock: Clock) -> None:
    await fill(ledger, clock)
    others = await ledger.export(Subject("slack", "T2"))

    forgotten = [await ledger.forget(Subject("slack", "T1")), await ledger.forget(Subject("slack", "T1"))]

    assert forgotten == [8, 0]  # three states, two opinions, two events, the settings
    assert await ledger.recall(PLACE, None) == [None]
    assert await ledger.settings(Place("slack", "T1")) == {}
    assert await ledger.export(Subject("slack", "T2")) == others


async def test_who_is_forgotten_is_not_answered_twice(ledger: Ledger, clock: Clock) -> None:
    await fill(ledger, clock)
    await ledger.forget(Subject("slack", "T1", "U1"))
    key = replace(EVENT, event="EvU1")

    found = await ledger.standing(key)

    assert not await ledger.claim(replace(CLAIM, event=key))
    assert found
    assert (found.stage, found.author, found.before, found.reference) == (Stage.POSTED, "", "", "ref")


@pytest.mark.parametrize("author", ["U1", None])
async def test_an_open_question_of_who_is_forgotten_is_withdrawn(ledger: Ledger, author: str | None) -> None:
    await ledger.claim(CLAIM)
    await ledger.forget(Subject("slack", "T1", author))

    found = await ledger.standing(EVENT)

    assert found
    assert found.stage is Stage.WITHDRAWN
    assert await ledger.take_over("slack", NOBODY) == []
    with pytest.raises(LedgerError, match="withdrawn"):
        await ledger.record(RECORD, ())


async def test_what_is_exported_names_its_table_and_no_key_of_the_ledger(ledger: Ledger, clock: Clock) -> None:
    await fill(ledger, clock)

    rows = await ledger.export(Subject("slack", "T1", "U1"))

    assert {row["table"] for row in rows} >= {"events", "threads", "feedback"}
    assert not {"owner", "token", "event_id"} & {name for row in rows for name in row}


async def test_a_purge_takes_what_is_old_or_expired(ledger: Ledger, clock: Clock) -> None:
    await fill(ledger, clock)
    before = clock.time + 5
    young = replace(CLAIM, event=replace(EVENT, event="young"), at=before)
    await ledger.claim(young)
    await ledger.record(record_of(young), (Kept(PLACE, "U9", "late", clock.time + 99),))
    clock.time += 10

    purged = [await ledger.purge(before), await ledger.purge(before)]

    assert purged == [3 + 3 + 5, 0]  # events, opinions, states
    assert await ledger.recall(PLACE, "U9") == ["late"]
    assert not await ledger.claim(young)
    assert await ledger.claim(replace(CLAIM, event=replace(EVENT, event="EvU1")))


async def test_text_of_every_kind_comes_back(ledger: Ledger) -> None:
    await ledger.set_bookmark("q'; DROP TABLE events", "emoji 🦆, quotes '\" and\nlines \\ %s ?")

    assert await ledger.bookmark("q'; DROP TABLE events") == "emoji 🦆, quotes '\" and\nlines \\ %s ?"


async def test_a_ledger_that_works_can_be_pinged(ledger: Ledger) -> None:
    await ledger.ping()

    async with ledger.turn(PLACE):
        await ledger.ping()


async def test_the_memory_keeps_records_until_they_are_forgotten(clock: Clock) -> None:
    ledger = MemoryLedger(clock)
    await ledger.claim(CLAIM)
    await ledger.record(RECORD, ())

    kept = ledger.records()
    await ledger.forget(Subject("slack", "T1", "U1"))

    assert (kept, ledger.records()) == ((RECORD,), ())


async def test_the_memory_is_bounded(clock: Clock) -> None:
    ledger = MemoryLedger(clock, conversations=2, records=2)
    for number in range(4):
        claim = replace(CLAIM, event=replace(EVENT, event=f"Ev{number}"))
        await ledger.claim(claim)
        await ledger.record(record_of(claim), (Kept(PLACE, f"U{number}", "s", clock.time + 10),))

    assert [record.event.event for record in ledger.records()] == ["Ev2", "Ev3"]
    assert await ledger.recall(PLACE, *(f"U{number}" for number in range(4))) == [None, None, "s", "s"]


async def test_the_memory_forgets_claims_that_no_platform_redelivers(clock: Clock) -> None:
    ledger = MemoryLedger(clock)
    await ledger.claim(replace(CLAIM, at=clock.time))
    clock.time += REDELIVERED_WITHIN + 1

    assert await ledger.claim(CLAIM)


async def test_the_memory_holds_so_many_claims_and_no_more(clock: Clock) -> None:
    ledger = MemoryLedger(clock)
    for number in range(EVENTS + 1):
        await ledger.claim(Claim(replace(EVENT, event=str(number)), PLACE, "U1", "", clock.time))

    assert not await ledger.claim(replace(CLAIM, event=replace(EVENT, event=str(EVENTS))))
    assert await ledger.claim(replace(CLAIM, event=replace(EVENT, event="0")))
