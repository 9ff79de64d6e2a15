import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.assembly import Built, Service, builder, faq_path, open_service
from bot.cache import save_arrays
from bot.faq.content import Faq
from bot.faq.faults import FaqError
from bot.model import Message, Outcome, Place, Reply
from bot.settings import Settings

ROOT = Path(__file__).parents[1]

BEFORE = "entries:\n  - {id: parking, question: Where can I park?, answer: Behind the house.}\n"
AFTER = "entries:\n  - {id: parking, question: Where can I park?, answer: In the street.}\n"


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    """Settings for the file, without the encoder."""
    return Settings(
        cache=tmp_path / "cache",
        state=tmp_path / "state",
        data=tmp_path / "data",
        faq=tmp_path / "faq.yaml",
        semantic=False,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "faq.yaml"
    path.write_text(BEFORE, encoding="utf-8")
    return path


async def asked(service: Service, event: str) -> Reply:
    reply = await service.desk.consider(Message(event, Place("test", thread=event), "someone", "Where can I park?"))
    assert reply
    return reply


@asynccontextmanager
async def followed(service: Service) -> AsyncIterator[asyncio.Queue[str]]:
    """Follows the file, and gives what is said about its edits."""
    said: asyncio.Queue[str] = asyncio.Queue()
    following = asyncio.create_task(service.follow(said.put_nowait))
    yield said
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


async def replaced(file: Path, text: str, said: asyncio.Queue[str]) -> str:
    """What is said after the file has been replaced, as an editor does it."""
    other = file.with_suffix(".new")
    other.write_text(text, encoding="utf-8")
    os.replace(other, file)  # noqa: PTH105 - the point is the system call
    async with asyncio.timeout(30):
        return await said.get()


@pytest.mark.usefixtures("file")
async def test_a_service_answers_from_its_file(plain: Settings) -> None:
    service = open_service(plain)

    reply = await asked(service, "1")

    assert (reply.outcome, reply.entries) == (Outcome.ANSWER, ("parking",))
    assert "Behind the house." in reply.text


async def test_an_edit_is_served_while_the_service_runs(file: Path, plain: Settings) -> None:
    service = Service(file, builder(plain))

    async with followed(service) as said:
        notice = await replaced(file, AFTER, said)
        reply = await asked(service, "1")

    assert notice == "faq.yaml was read again: 1 entries"
    assert "In the street." in reply.text


async def test_a_faulty_edit_leaves_the_content_before_it_in_service(file: Path, plain: Settings) -> None:
    service = Service(file, builder(plain))

    async with followed(service) as said:
        notice = await replaced(file, "entries: []\n", said)
        reply = await asked(service, "1")

    assert "faq.yaml:1:" in notice
    assert "Behind the house." in reply.text


async def test_an_edit_that_cannot_be_built_leaves_the_content_before_it_in_service(
    file: Path, plain: Settings
) -> None:
    service = Service(file, _once(builder(plain)))

    async with followed(service) as said:
        notice = await replaced(file, AFTER, said)
        reply = await asked(service, "1")

    assert notice == "faq.yaml as it is now cannot be used (ZeroDivisionError); nothing has changed"
    assert "Behind the house." in reply.text


def _once(build: Callable[[Faq], Built]) -> Callable[[Faq], Built]:
    """*build*, which fails from the second time on."""
    built: list[Faq] = []

    def build_once(faq: Faq) -> Built:
        built.append(faq)
        if len(built) > 1:
            raise ZeroDivisionError
        return build(faq)

    return build_once


def test_a_file_that_cannot_be_served_is_refused_at_the_start(file: Path, plain: Settings) -> None:
    file.write_text("entries: []\n", encoding="utf-8")

    with pytest.raises(FaqError):
        Service(file, builder(plain))


def test_a_checkout_answers_from_its_own_file(plain: Settings) -> None:
    assert faq_path(replace(plain, faq=None)) == ROOT / "faq.yaml"


def test_a_file_that_is_named_goes_before_the_shipped_one(plain: Settings, tmp_path: Path) -> None:
    assert faq_path(plain) == tmp_path / "faq.yaml"


def test_what_was_learnt_once_is_recalled_at_the_next_start(file: Path, plain: Settings) -> None:
    first = Service(file, builder(plain)).library
    (kept,) = plain.cache.glob("lesson-*.npz")
    written = kept.stat().st_mtime_ns

    second = Service(file, builder(plain)).library

    reading = first.reader.read("where can I park?", ())
    assert second.ranker.rank(reading) == first.ranker.rank(reading)
    assert second.ranker.threshold == first.ranker.threshold
    assert kept.stat().st_mtime_ns == written


async def test_a_damaged_lesson_is_learnt_anew(file: Path, plain: Settings) -> None:
    Service(file, builder(plain))
    (kept,) = plain.cache.glob("lesson-*.npz")
    save_arrays(kept, {"nothing": np.zeros(1)})

    reply = await asked(Service(file, builder(plain)), "1")

    assert reply.entries == ("parking",)


def test_few_lessons_are_kept(file: Path, plain: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.assembly.MOST_LESSONS", 1)

    for street in ("house", "garage"):
        file.write_text(BEFORE.replace("house", street), encoding="utf-8")
        Service(file, builder(plain))

    assert len(list(plain.cache.glob("lesson-*.npz"))) == 1
