"""An edit of faq.yaml is taken into use while the bot runs, and a bad one does no harm."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot.faq.content import Faq
from bot.faq.load import parse
from bot.faq.watch import Follower, watch

PATIENCE = 20.0
NOTICED = 60_000  # so long that only the watch itself can have noticed a change in time


def content(answer: str) -> str:
    return f"entries: [{{id: a, question: How?, answer: {answer}}}]\n"


def digest_of(answer: str) -> str:
    return parse(content(answer).encode()).digest


class Desk:
    """Keeps what it is given, and tells when there is something."""

    def __init__(self) -> None:
        self.served: list[str] = []
        self.complaints: list[str] = []
        self.broken = False
        self._news = asyncio.Event()

    def swap(self, faq: Faq) -> None:
        if self.broken:
            raise RuntimeError("no room")
        self.served.append(faq.entries[0].wordings["en"].answer)
        self._news.set()

    def complain(self, complaint: str) -> None:
        self.complaints.append(complaint)
        self._news.set()

    async def news(self, act: Callable[[], object] = lambda: None) -> None:
        """Do *act*, again where the watch had not yet begun, until something has come of it."""
        before = len(self.served) + len(self.complaints)
        async with asyncio.timeout(PATIENCE):
            while len(self.served) + len(self.complaints) == before:
                self._news.clear()
                act()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 1)


@asynccontextmanager
async def watched(path: Path, serving: str = "", poll: int = NOTICED) -> AsyncIterator[Desk]:
    """A desk to which the watch has given the first content, or complained that there is none."""
    desk, stop = Desk(), asyncio.Event()
    task = asyncio.create_task(watch(path, desk.swap, desk.complain, stop, serving=serving, debounce=10, poll=poll))
    try:
        await desk.news()
        yield desk
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "faq.yaml"
    path.write_text(content("one"))
    return path


def follower_of(path: Path) -> Follower:
    desk = Desk()
    return Follower(path, digest_of("one"), desk.swap, desk.complain)


def follow(follower: Follower, path: Path, text: str) -> Faq | str | None:
    replace(path, text)
    return follower.look()


def replace(path: Path, text: str) -> None:
    """Write as editors do: beside the file, then over it."""
    path.with_name("faq.yaml~").write_text(text)
    path.with_name("faq.yaml~").rename(path)


async def test_an_edit_in_place_is_swapped_in(path: Path) -> None:
    async with watched(path) as desk:
        await desk.news(lambda: path.write_text(content("two")))

    assert desk.served == ["one", "two"]
    assert desk.complaints == []


async def test_a_file_renamed_over_the_old_one_is_swapped_in_each_time(path: Path) -> None:
    async with watched(path) as desk:
        await desk.news(lambda: replace(path, content("two")))
        await desk.news(lambda: replace(path, content("three")))

    assert desk.served == ["one", "two", "three"]


async def test_a_symbolic_link_beside_the_file_may_turn(tmp_path: Path) -> None:
    for version in ("one", "two"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "faq.yaml").write_text(content(version))
    (tmp_path / "current").symlink_to("one")
    path = tmp_path / "faq.yaml"
    path.symlink_to("current/faq.yaml")

    def turn() -> None:
        (tmp_path / "next").symlink_to("two")
        (tmp_path / "next").replace(tmp_path / "current")

    async with watched(path) as desk:
        await desk.news(turn)

    assert desk.served == ["one", "two"]


async def test_a_bad_edit_is_complained_of_once_and_the_next_good_one_served(path: Path) -> None:
    async with watched(path) as desk:
        await desk.news(lambda: path.write_text("entries: {}\n"))
        await desk.news(lambda: path.write_text("entries: 5\n"))
        replace(path, "entries: 5\n")
        await desk.news(lambda: path.write_text(content("two")))

    assert desk.served == ["one", "two"]
    assert [complaint.splitlines()[1] for complaint in desk.complaints] == [
        "faq.yaml:1:10: `entries` must be a list: begin each entry with `- id:`"
    ] * 2


def test_going_back_to_what_is_served_swaps_nothing_and_forgives(path: Path) -> None:
    bad = "entries: 5\n"
    follower = follower_of(path)

    found = [follow(follower, path, text) for text in (bad, bad, content("one"), bad, content("one"))]

    assert [type(each) for each in found] == [str, type(None), type(None), str, type(None)]


def test_a_file_that_stays_as_it_is_says_nothing_new(path: Path) -> None:
    follower = follower_of(path)

    found = [follower.look(), follower.look()]
    for each in found:
        follower.take(each)

    assert found == [None, None]
    assert follower.refused == ""


def test_a_file_that_stays_missing_is_complained_of_once(tmp_path: Path) -> None:
    follower = follower_of(tmp_path / "faq.yaml")

    assert [type(follower.look()), type(follower.look())] == [str, type(None)]


def test_a_directory_that_stays_unwatched_is_complained_of_once(tmp_path: Path) -> None:
    follower = follower_of(tmp_path / "faq.yaml")

    said = [follower.unwatched(OSError(reason)) for reason in ("no room", "no room", "not allowed")]

    assert [complaint is not None for complaint in said] == [True, False, True]


async def test_a_deleted_file_is_a_bad_edit(path: Path) -> None:
    async with watched(path) as desk:
        await desk.news(lambda: path.unlink(missing_ok=True))
        await desk.news(lambda: path.write_text(content("two")))

    assert "there is no file" in desk.complaints[0]
    assert (len(desk.complaints), desk.served) == (1, ["one", "two"])


async def test_content_that_cannot_be_taken_into_use_is_refused(path: Path) -> None:
    async with watched(path) as desk:
        desk.broken = True
        await desk.news(lambda: path.write_text(content("two")))
        desk.broken = False
        await desk.news(lambda: path.write_text(content("three")))

    assert desk.complaints == ["faq.yaml is valid but could not be taken into use (no room)"]
    assert desk.served == ["one", "three"]


async def test_what_changed_before_the_watch_began_is_swapped_in(path: Path) -> None:
    async with watched(path, serving=digest_of("zero")) as desk:
        pass

    assert desk.served == ["one"]


async def test_a_directory_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "later" / "faq.yaml"

    def appear() -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(content("two"))

    async with watched(path, poll=20) as desk:
        await desk.news(appear)

    assert desk.served == ["two"]
    assert ["cannot be watched" in complaint for complaint in desk.complaints] == [False, True]


async def test_a_link_to_a_file_in_another_directory_is_looked_at_now_and_then(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "near").mkdir()
    (tmp_path / "far" / "real.yaml").write_text(content("one"))
    path = tmp_path / "near" / "faq.yaml"
    path.symlink_to(tmp_path / "far" / "real.yaml")

    async with watched(path, poll=20) as desk:
        await desk.news(lambda: (tmp_path / "far" / "real.yaml").write_text(content("two")))

    assert desk.served == ["one", "two"]
