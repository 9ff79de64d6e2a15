"""On Discord every question is answered as `frontdesk batch` answers it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.discord.render import JOINER
from bot.assembly import Service, open_service
from bot.cli.batch import answer_lines
from bot.desk import Desk
from bot.ledger.memory import MemoryLedger
from bot.settings import Settings
from tests.adapters.discord.kit import bot_on
from tests.fakes.discord import FakeDiscord
from tests.fakes.human import Shown
from tests.lessons import kept

QUESTIONS = Path(__file__).parents[2] / "data" / "kimi-dev.jsonl"


@pytest.fixture(scope="module")
def service(pytestconfig: pytest.Config) -> Service:
    folder = kept(pytestconfig)
    return open_service(Settings(folder, folder, folder, semantic=False))


async def test_every_question_is_answered_as_on_the_command_line(fake: FakeDiscord, service: Service) -> None:
    lines = QUESTIONS.read_bytes().splitlines()
    desk = Desk(lambda: service.library, MemoryLedger(time.time), time.time)
    asked: dict[str, str] = {}
    async with bot_on(fake, desk) as bot:
        for number, line in enumerate(map(json.loads, lines)):
            said = await bot.person.say(line["text"], by=f"asker {number}")
            asked[said.key] = line["id"]
        replies = await bot.person.quiet(seconds=60)

    shown = {asked[key]: _words(parts) for key, parts in _by_question(replies).items()}
    expected = {line["id"]: "".join(line["text"].split()) for line in _batch(service, lines)}
    assert shown == expected


def _batch(service: Service, lines: list[bytes]) -> list[dict[str, str]]:
    """What the command prints, run beside this loop: it has one of its own."""
    desk = Desk(lambda: service.library, MemoryLedger(time.time), time.time)
    with ThreadPoolExecutor(1) as beside:
        return [json.loads(line) for line in beside.submit(list, answer_lines(lines, desk.consider)).result()]


def _by_question(replies: tuple[Shown, ...]) -> dict[str, list[Shown]]:
    found: dict[str, list[Shown]] = {}
    for reply in (reply for reply in replies if not reply.private):
        found.setdefault(reply.reply_to, []).append(reply)
    return found


def _words(parts: list[Shown]) -> str:
    return "".join("".join(part.text.split()) for part in parts).replace(JOINER, "")
