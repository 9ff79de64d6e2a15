import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from bot import relay
from bot.desk import Desk, Library
from bot.ledger.memory import MemoryLedger
from bot.ledger.port import Claim, EventKey, LedgerError, Record, Stage, event_key
from bot.model import Attachment, Delivery, Message, Place, Reading, Secret
from bot.relay import LATE, Refused, Relay
from tests.conversation.fakes import FAQ, PlainReader, TableRanker

THREAD = Place("slack", "T1", "C1", "17.5")


class Cut(Exception):  # noqa: N818 - a crash, or a connection that breaks
    """Stands for whatever ends a step before its end."""


def _nothing(verb: str) -> None:
    """No fault."""


class Board:
    """A platform on which replies are shown: what stands, by reference, with the event that it answers."""

    platform = "slack"

    def __init__(self) -> None:
        self.shown: dict[str, tuple[str, str]] = {}
        self.edits = 0
        self.warned: list[str] = []
        self.looked: list[str] = []
        self.files: dict[str, str] = {}
        self.before: Callable[[str], None] = _nothing
        self.after: Callable[[str], None] = _nothing

    async def fetch(self, message: Message) -> Message:
        self.before("fetch")
        text = self.files.get(message.event)
        return replace(message, attachments=(Attachment("log.txt", text),)) if text else message

    async def warn(self, delivery: Delivery) -> None:
        self.before("warn")
        self.warned.append(delivery.message.author)

    async def post(self, delivery: Delivery) -> str:
        self.before("post")
        reference = f"R{len(self.shown) + 1}"
        self.shown[reference] = (delivery.message.event, delivery.reply.text)
        await asyncio.sleep(0)
        self.after("post")
        return reference

    async def find(self, delivery: Delivery) -> str | None:
        self.looked.append(delivery.message.event)
        return next((name for name, (event, _) in self.shown.items() if event == delivery.message.event), None)

    async def revise(self, delivery: Delivery, reference: str) -> str:
        self.before("revise")
        self.edits += 1
        self.shown[reference] = (delivery.message.event, delivery.reply.text)
        self.after("revise")
        return reference

    async def remove(self, place: Place, reference: str) -> None:
        assert place == THREAD
        del self.shown[reference]


class FaultyLedger(MemoryLedger):
    """Breaks before or after a verb, as told."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.before: Callable[[str], None] = _nothing
        self.after: Callable[[str], None] = _nothing

    async def claim(self, claim: Claim) -> bool:
        self.before("claim")
        return await super().claim(claim)

    async def record(self, record: Record, kept: object) -> None:
        self.before("record")
        await super().record(record, kept)  # type: ignore[arg-type]  # passed on as it is
        self.after("record")

    async def mark_posted(self, event: EventKey, reference: str) -> None:
        self.before("mark")
        await super().mark_posted(event, reference)


@dataclass
class Scene:
    """A relay with all that stands round it; `restart` is what a crash leaves: the board and the ledger."""

    time: float = 1_000.0
    board: Board = field(default_factory=Board)

    def __post_init__(self) -> None:
        self.ledger = FaultyLedger(lambda: self.time)
        self.restart()

    def restart(self) -> None:
        library = Library(FAQ, PlainReader(), TableRanker())
        self.desk = Desk(lambda: library, self.ledger, lambda: self.time)
        self.relay = Relay(self.desk, self.board)

    async def stage(self, message: Message) -> Stage | None:
        standing = await self.ledger.standing(event_key(message))
        return standing.stage if standing else None

    def events(self) -> list[str]:
        return [event for event, _ in self.board.shown.values()]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def asked(text: str = "is upload free?", event: str = "1", **changes: object) -> Message:
    return replace(Message(event, THREAD, "U1", text), **changes)  # type: ignore[arg-type]  # any field of a message


def once(verb: str) -> Callable[[str], None]:
    """Return a fault that strikes at *verb*, the first time alone."""
    armed = [True]

    def strike(at: str) -> None:
        if at == verb and armed[0]:
            armed[0] = False
            raise Cut

    return strike


async def test_a_message_is_answered_once_however_often_it_is_delivered(scene: Scene) -> None:
    taken = [await scene.relay.accept(asked()) for _ in range(4)]
    await scene.relay.drain(1)

    assert taken == [True, False, False, False]
    assert scene.events() == ["1"]
    assert await scene.stage(asked()) is Stage.POSTED


async def test_deliveries_at_once_are_answered_once(scene: Scene) -> None:
    taken = await asyncio.gather(*(scene.relay.accept(asked()) for _ in range(4)))
    await scene.relay.drain(1)

    assert sorted(taken) == [False, False, False, True]
    assert scene.events() == ["1"]


async def test_silence_is_recorded_and_nothing_is_shown(scene: Scene) -> None:
    message = asked("lovely weather", addressed=False)

    await scene.relay.accept(message)
    await scene.relay.drain(1)

    assert scene.events() == []
    assert await scene.stage(message) is Stage.SILENT


@pytest.mark.parametrize(
    ("where", "when", "verb", "looks"),
    [
        ("board", "before", "fetch", 0),
        ("ledger", "before", "record", 0),
        ("ledger", "after", "record", 1),
        ("board", "before", "post", 1),
        ("board", "after", "post", 1),
        ("ledger", "before", "mark", 1),
    ],
)
async def test_what_is_cut_short_anywhere_is_finished_by_the_next_start(
    where: str, when: str, verb: str, looks: int, scene: Scene
) -> None:
    setattr(scene.board if where == "board" else scene.ledger, when, once(verb))
    await scene.relay.accept(asked())
    await scene.relay.drain(1)

    scene.restart()
    found = await scene.relay.recover()
    await scene.relay.drain(1)

    assert found == 1
    assert scene.events() == ["1"]
    assert scene.board.edits == 0
    assert len(scene.board.looked) == looks
    assert await scene.stage(asked()) is Stage.POSTED
    assert await scene.relay.recover() == 0


async def test_an_event_that_cannot_be_claimed_is_not_taken_and_may_come_again(scene: Scene) -> None:
    scene.ledger.before = once("claim")

    with pytest.raises(Cut):
        await scene.relay.accept(asked())
    assert await scene.relay.accept(asked())
    await scene.relay.drain(1)

    assert scene.events() == ["1"]
    assert len(scene.desk.turns) == 0


async def test_an_event_at_work_is_not_taken_up_a_second_time(scene: Scene) -> None:
    await scene.relay.accept(asked())
    found = await scene.relay.recover()
    await scene.relay.drain(1)

    assert found == 0
    assert scene.events() == ["1"]


async def test_an_event_found_open_and_finished_meanwhile_is_left_alone(scene: Scene) -> None:
    await scene.relay.accept(asked())
    stale = await scene.ledger.take_over("slack", frozenset())
    await scene.relay.drain(1)

    for event in stale:
        await scene.relay._resume(event)

    assert len(stale) == 1
    assert scene.events() == ["1"]


async def test_messages_of_one_thread_are_answered_in_the_order_in_which_they_came(scene: Scene) -> None:
    for number in range(5):
        await scene.relay.accept(asked(event=str(number)))
    await scene.relay.drain(1)

    assert scene.events() == ["0", "1", "2", "3", "4"]


async def test_one_that_fails_does_not_hold_up_those_behind(scene: Scene) -> None:
    scene.board.before = once("post")
    for number in range(3):
        await scene.relay.accept(asked(event=str(number)))
    await scene.relay.drain(1)

    assert scene.events() == ["1", "2"]
    assert await scene.relay.recover() == 1


async def test_what_the_platform_refuses_is_closed_and_listed(scene: Scene) -> None:
    def refuse(verb: str) -> None:
        if verb == "post":
            raise Refused("channel_not_found")

    scene.board.before = refuse
    await scene.relay.accept(asked())
    await scene.relay.drain(1)

    assert [standing.event.event for standing in await scene.ledger.unanswered("slack", 0)] == ["1"]
    assert await scene.relay.recover() == 0


@pytest.mark.parametrize(("age", "stage"), [(LATE, Stage.POSTED), (LATE + 1, Stage.EXPIRED)])
async def test_what_is_delivered_late_is_not_answered_but_counted(age: float, stage: Stage, scene: Scene) -> None:
    message = asked(sent=scene.time - age)

    await scene.relay.accept(message)
    await scene.relay.drain(1)

    assert await scene.stage(message) is stage


@pytest.mark.parametrize("verb", ["record", "post"])
async def test_what_is_found_late_is_not_answered_but_counted(verb: str, scene: Scene) -> None:
    scene.ledger.before = scene.board.before = once(verb)
    await scene.relay.accept(asked())
    await scene.relay.drain(1)

    scene.time += LATE + 1
    scene.restart()
    await scene.relay.recover()
    await scene.relay.drain(1)

    assert scene.events() == []
    assert [standing.stage for standing in await scene.ledger.unanswered("slack", 0)] == [Stage.EXPIRED]


async def test_an_edited_question_changes_its_answer(scene: Scene) -> None:
    await scene.relay.accept(asked("is upload free?"))
    await scene.relay.accept(asked("HTTP 403", event="1:edited", revises="1"))
    await scene.relay.drain(1)

    ((event, text),) = scene.board.shown.values()
    assert event == "1"
    assert "403" in text
    assert not text.startswith("As above")


async def test_an_edit_that_repeats_the_question_repeats_its_answer_in_full(scene: Scene) -> None:
    await scene.relay.accept(asked())
    await scene.relay.drain(1)
    ((_, first),) = scene.board.shown.values()

    await scene.relay.accept(asked(event="1:edited", revises="1"))
    await scene.relay.drain(1)

    assert list(scene.board.shown.values()) == [("1", first)]


async def test_an_edit_that_overtakes_its_message_is_answered_in_its_place(scene: Scene) -> None:
    await scene.relay.accept(asked("HTTP 403", event="1:edited", revises="1"))
    taken = await scene.relay.accept(asked("is upload free?"))
    await scene.relay.drain(1)

    assert not taken
    assert scene.events() == ["1"]


async def test_an_edit_that_turns_to_the_bot_is_answered_once(scene: Scene) -> None:
    await scene.relay.accept(asked("lovely weather", addressed=False))
    for number in range(2):
        await scene.relay.accept(asked("is upload free?", event=f"1:edited:{number}", revises="1"))
    await scene.relay.drain(1)

    assert scene.events() == ["1"]


@pytest.mark.parametrize(
    ("where", "when", "verb"),
    [("ledger", "after", "record"), ("board", "before", "revise"), ("board", "after", "revise")],
)
async def test_an_edit_that_is_cut_short_is_finished_by_the_next_start(
    where: str, when: str, verb: str, scene: Scene
) -> None:
    await scene.relay.accept(asked("is upload free?"))
    await scene.relay.drain(1)
    setattr(scene.board if where == "board" else scene.ledger, when, once(verb))
    await scene.relay.accept(asked("HTTP 403", event="1:edited", revises="1"))
    await scene.relay.drain(1)

    scene.restart()
    await scene.relay.recover()
    await scene.relay.drain(1)

    ((event, text),) = scene.board.shown.values()
    assert event == "1"
    assert "403" in text
    assert await scene.relay.recover() == 0


async def test_an_edit_finds_the_answer_that_was_posted_and_never_recorded(scene: Scene) -> None:
    scene.board.after = once("post")
    await scene.relay.accept(asked("is upload free?"))
    await scene.relay.drain(1)

    await scene.relay.accept(asked("HTTP 403", event="1:edited", revises="1"))
    await scene.relay.drain(1)

    ((_, text),) = scene.board.shown.values()
    assert "403" in text


async def test_a_deleted_question_loses_its_answer_for_good(scene: Scene) -> None:
    await scene.relay.accept(asked())
    await scene.relay.retract(asked())
    await scene.relay.accept(asked("HTTP 403", event="1:edited", revises="1"))
    await scene.relay.drain(1)

    assert scene.events() == []
    assert await scene.stage(asked()) is Stage.WITHDRAWN


async def test_a_deleted_message_that_nobody_knew_is_nothing(scene: Scene) -> None:
    await scene.relay.retract(asked())

    assert await scene.stage(asked()) is None


@pytest.mark.parametrize(("age", "events"), [(LATE, []), (LATE + 1, ["1"])])
async def test_a_message_that_was_deleted_before_it_came_is_not_answered(
    age: float, events: list[str], scene: Scene
) -> None:
    await scene.relay.retract(asked(sent=scene.time - age))
    await scene.relay.accept(asked())
    await scene.relay.drain(1)

    assert scene.events() == events


async def test_a_deletion_waits_for_an_answer_that_was_cut_short(scene: Scene) -> None:
    scene.board.after = once("post")
    await scene.relay.accept(asked())
    await scene.relay.drain(1)

    with pytest.raises(LedgerError, match="its deletion waits"):
        await scene.relay.retract(asked())
    await scene.relay.recover()
    await scene.relay.drain(1)
    await scene.relay.retract(asked())

    assert scene.events() == []
    assert await scene.stage(asked()) is Stage.WITHDRAWN


async def test_a_live_secret_is_warned_of_once_and_the_answer_comes_all_the_same(scene: Scene) -> None:
    scene.board.before = once("warn")
    for event in ("1", "2"):
        message = asked(event=event)
        reading = Reading("upload", "upload", ("upload",), "en", secrets=(Secret("api_key", "<KEY_1>"),))
        await scene.desk.claim(message, replace(reading, live_secret=True))
    await scene.relay.recover()
    await scene.relay.drain(1)

    assert scene.events() == ["1", "2"]
    assert scene.board.warned == ["U1"]


async def test_files_are_fetched_after_the_claim_and_read_with_the_words(scene: Scene) -> None:
    scene.board.files["1"] = "HTTP 403"

    await scene.relay.accept(asked("what is this?"))
    await scene.relay.drain(1)

    ((_, text),) = scene.board.shown.values()
    assert "403" in text


async def test_something_is_done_once_for_a_message(scene: Scene) -> None:
    assert [await scene.relay.once(asked(), "call") for _ in range(2)] == [True, False]
    assert await scene.relay.once(asked(), "other")
    assert await scene.relay.recover() == 0


async def test_a_message_waits_for_a_ledger_that_is_away(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [LedgerError("away"), LedgerError("away")]

    def away(verb: str) -> None:
        if verb == "claim" and failures:
            raise failures.pop()

    scene.ledger.before = away
    monkeypatch.setattr(relay, "PAUSE", 0.0001)

    assert await scene.relay.hold(asked())
    await scene.relay.drain(1)

    assert scene.events() == ["1"]


async def test_no_more_is_held_than_there_is_room_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "HELD", 0)

    with pytest.raises(LedgerError, match="wait for the ledger already"):
        await scene.relay.hold(asked())


async def test_tending_goes_on_while_the_ledger_is_away(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.board.before = once("post")
    await scene.relay.accept(asked())
    await scene.relay.drain(1)
    monkeypatch.setattr(relay, "PAUSE", 0.0001)
    looks = [0]
    take_over = scene.ledger.take_over

    async def away_at_first(platform: str, busy: frozenset[EventKey]) -> object:
        looks[0] += 1
        if looks[0] == 1:
            raise LedgerError("away")
        return await take_over(platform, busy)

    monkeypatch.setattr(scene.ledger, "take_over", away_at_first)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(scene.relay.tend(), 0.1)

    assert scene.events() == ["1"]


async def test_what_is_not_finished_in_time_is_left_for_the_next_start(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(message: Message) -> Message:
        await asyncio.Event().wait()
        return message

    with monkeypatch.context() as patched:
        patched.setattr(scene.board, "fetch", never)
        await scene.relay.accept(asked())
        await scene.relay.accept(asked(event="2"))
        left = await scene.relay.drain(0)
    scene.restart()
    found = await scene.relay.recover()
    await scene.relay.drain(1)

    assert (left, found) == (2, 2)
    assert scene.events() == ["1", "2"]


async def test_an_edit_that_was_decided_and_not_shown_is_shown_by_the_next_start(scene: Scene) -> None:
    scene.board.after = once("post")
    await scene.relay.accept(asked("is upload free?"))
    await scene.relay.drain(1)
    scene.board.before = once("revise")
    await scene.relay.accept(asked("HTTP 403", event="1:edited", revises="1"))
    await scene.relay.drain(1)

    scene.restart()
    (decided, *_) = await scene.ledger.take_over("slack", frozenset())
    await scene.relay._resume(decided)

    ((event, text),) = scene.board.shown.values()
    assert (event, decided.stage) == ("1", Stage.DECIDED)
    assert "403" in text


async def test_an_edit_whose_message_could_not_be_claimed_is_answered_and_the_message_is_not(scene: Scene) -> None:
    claims: list[str] = []

    def away_at_the_second(verb: str) -> None:
        if verb == "claim":
            claims.append(verb)
            if len(claims) == 2:
                raise LedgerError("away")

    scene.ledger.before = away_at_the_second
    with pytest.raises(LedgerError):
        await scene.relay.accept(asked("HTTP 403", event="1:edited", revises="1"))

    await scene.relay.recover()
    await scene.relay.drain(1)
    taken = await scene.relay.accept(asked("is upload free?"))
    await scene.relay.drain(1)

    ((event, text),) = scene.board.shown.values()
    assert (event, taken) == ("1", False)
    assert "403" in text


async def test_what_another_process_claimed_before_goes_first_for_a_while(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[EventKey] = []

    async def preceded(event: EventKey, place: Place) -> bool:
        assert place == THREAD
        looks.append(event)
        return len(looks) < 3 or event.event == "2"

    monkeypatch.setattr(relay, "GLANCE", 0.0001)
    monkeypatch.setattr(MemoryLedger, "shared", True)
    monkeypatch.setattr(scene.ledger, "preceded", preceded)
    await scene.relay.accept(asked())
    await scene.relay.accept(asked(event="2"))
    await scene.relay.drain(5)

    assert scene.events() == ["1", "2"]
    assert len(looks) == 3 + relay.GLANCES


@pytest.mark.parametrize(("age", "waits"), [(0.0, 0.05), (0.03, 0.02), (9.0, 0.0), (-9.0, 0.05)])
async def test_what_was_written_just_now_waits_for_what_another_process_may_be_told_of(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, age: float, waits: float
) -> None:
    waited: list[float] = []

    async def preceded(event: EventKey, place: Place) -> bool:
        del event, place
        waited.append(time.monotonic() - started)
        return False

    monkeypatch.setattr(relay, "TOGETHER", 0.05)
    monkeypatch.setattr(MemoryLedger, "shared", True)
    monkeypatch.setattr(scene.ledger, "preceded", preceded)
    started = time.monotonic()
    await scene.relay.accept(asked(written=scene.desk.now() - age))
    await scene.relay.drain(5)

    assert scene.events() == ["1"]
    assert waited[0] >= waits - 0.005


async def test_a_live_secret_in_what_gets_no_answer_is_warned_of_too(scene: Scene) -> None:
    message = asked("lovely weather", addressed=False)
    reading = Reading("weather", "weather", ("weather",), "en", secrets=(Secret("api_key", "<KEY_1>"),))
    await scene.desk.claim(message, replace(reading, live_secret=True))

    await scene.relay.recover()
    await scene.relay.drain(1)

    assert (scene.events(), scene.board.warned) == ([], ["U1"])


async def test_those_who_arrive_wait_for_each_other(scene: Scene) -> None:
    order: list[int] = []
    tickets = [scene.relay.arriving(THREAD) for _ in range(2)]

    async def look_up(number: int) -> None:
        async with tickets[number]:
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(look_up(1), look_up(0))

    assert order == [0, 1]
