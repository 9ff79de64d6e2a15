import asyncio
from collections.abc import Mapping

import pytest

from bot.observing.watchdog import SILENT, remembered, silent, watch
from tests.observing.kit import Bot, value


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.observing.watchdog.PAUSE", 0)


@pytest.mark.parametrize(
    ("ages", "closed", "due"),
    [
        ({}, {}, ()),
        ({0: 41.0, 1: SILENT - 0.1}, {}, ()),
        ({2: 500.0, 0: SILENT, 1: 3.0}, {}, (0, 2)),
        ({0: SILENT + 1}, {0: SILENT}, ()),  # closed a second ago
        ({0: 2 * SILENT}, {0: SILENT}, (0,)),  # and it did not help
    ],
)
def test_a_shard_is_due_when_it_was_silent_for_long_and_again_after_as_long(
    ages: Mapping[int, float], closed: Mapping[int, float], due: tuple[int, ...]
) -> None:
    assert silent(ages, closed, SILENT) == due


@pytest.mark.parametrize(
    ("ages", "closed", "kept"),
    [
        ({0: SILENT + 1}, {0: SILENT}, {0: SILENT}),  # still silent
        ({0: 0.5}, {0: SILENT}, {}),  # heard since
        ({}, {0: SILENT}, {}),  # connecting
    ],
)
def test_a_closing_is_remembered_until_the_shard_is_heard(
    ages: Mapping[int, float], closed: Mapping[int, float], kept: Mapping[int, float]
) -> None:
    assert remembered(ages, closed, ()) == kept
    assert remembered({7: 123.0}, {}, (7,)) == {7: 123.0}


class Line:
    """A gateway of which the test says what is heard; it shows the given ages one after the other, then ends."""

    platform = "discord"

    def __init__(self, *shown: dict[int, float], fault: Exception | None = None) -> None:
        self.left = list(shown)
        self.fault = fault
        self.closed: list[int] = []

    def is_up(self) -> bool:
        return len(self.left) > 0

    def ages(self) -> Mapping[int, float]:
        if not self.left:
            raise asyncio.CancelledError
        return self.left.pop(0)

    async def restart(self, shard: int) -> None:
        self.closed.append(shard)
        if self.fault:
            raise self.fault


async def watched(line: Line, bot: Bot) -> None:
    with pytest.raises(asyncio.CancelledError):
        await watch(line, bot.watcher)


async def test_a_silent_shard_is_closed_once_and_then_left_to_connect() -> None:
    line = Line({0: 1.0, 1: SILENT}, {0: 2.0, 1: SILENT + 1}, {0: 3.0, 1: 0.5}, {0: 4.0, 1: SILENT})

    await watched(line, Bot())

    assert line.closed == [1, 1]


async def test_a_shard_that_cannot_be_closed_does_not_end_the_watch() -> None:
    line = Line({0: SILENT}, {0: 2 * SILENT}, fault=OSError("broken"))

    await watched(line, Bot())

    assert line.closed == [0, 0]


async def test_ages_and_the_connection_are_shown_while_it_is_watched() -> None:
    bot = Bot()
    watching = asyncio.create_task(watch(Line({0: 7.0, 1: 8.0}, {}), bot.watcher))
    await asyncio.sleep(0)

    meanwhile = await bot.scrape()
    ready = bot.watcher.missing()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    afterwards = await bot.scrape()

    assert value(meanwhile, "frontdesk_gateway_age_seconds", shard="1") == 8
    assert value(meanwhile, "frontdesk_connected", platform="discord") == 1
    assert ready == []
    assert value(afterwards, "frontdesk_gateway_age_seconds", shard="1") is None
    assert value(afterwards, "frontdesk_connected", platform="discord") == 0
    assert bot.watcher.missing() == ["discord is not connected"]
