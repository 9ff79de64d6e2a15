"""An edit of faq.yaml goes round among three replicas, one after the other, while people talk on in their threads."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random

import aiohttp

from tests.addresses import free_address, reachable
from tests.chaos.content import topics
from tests.chaos.slack_side import SlackSide
from tests.chaos.verdict import Asked
from tests.fakes.slack import FakeSlack
from tests.ledger.server import Server
from tests.scale.crew import Crew
from tests.scale.load import words
from tests.scale.stage import learn, prepare, until, with_more

REPLICAS = 3
RATE = 6.0  # questions in a second
THREADS = 12  # in which people talk on
SETTLING = 60.0  # seconds that the last answers have


@dataclass(frozen=True, slots=True)
class Turned:
    """How the threads went.

    Attributes:
        asked: How many questions there were, and *answered* how many of them have an answer.
        threads: How many threads were answered from both editions.
        mixed: How many of these went back from the second edition to the first.
    """

    asked: int
    answered: int
    threads: int
    mixed: int


async def turn_over(folder: Path, server: Server, *, pause: float = 4.0, seed: int = 1) -> Turned:
    """Edit the file of one replica after the other, *pause* seconds apart."""
    async with FakeSlack(strict=False) as slack:
        side = SlackSide(slack, Random(seed), channels=20, people=40)  # noqa: S311 - chance, not secrecy
        reached = {name: value for name, value in side.environment.items() if name != "SLACK_APP_TOKEN"}
        database = server.create(f"edition_{time.monotonic_ns()}")
        orders = prepare(folder, "slack", database, {**reached, "SLACK_SIGNING_SECRET": slack.signing_secret})
        files, edited = await asyncio.to_thread(_editions, folder, Path(orders.environment["FRONTDESK_FAQ"]))
        crew = Crew(
            [
                with_more(orders, f"edition-{slot}", FRONTDESK_HTTP_ADDR=free_address(), FRONTDESK_FAQ=str(file))
                for slot, file in enumerate(files)
            ]
        )
        try:
            crew.start()
            side.serve_http([f"http://{address}/slack/events" for address in crew.addresses])
            await asyncio.gather(*map(reachable, crew.addresses))
            editing = asyncio.create_task(_edit(files, edited, crew.addresses, pause))
            asked = await _talk(side, editing)
            await editing
            await until(lambda: len(slack.posts()) >= len(asked) and not slack.busy, SETTLING)
        finally:
            await crew.stop()
        return _turned(side, asked)


def _editions(folder: Path, faq: Path) -> tuple[list[Path], str]:
    """Give each replica a file of its own, and learn the second edition, which is returned as a text."""
    text = faq.read_text(encoding="utf-8")
    edited = text.replace("is the answer", "is the second answer")
    files = [folder / f"content-{slot}" / "faq.yaml" for slot in range(REPLICAS)]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_text(edited, encoding="utf-8")
    learn(folder / "cache", files[0])
    for file in files:
        file.write_text(text, encoding="utf-8")
    return files, edited


async def _talk(side: SlackSide, editing: "asyncio.Task[None]") -> list[Asked]:
    """Ask in threads without an end until the *editing* is done."""
    asked = [side.ask("mention", topic) for topic in topics()[:THREADS]]
    threads, number = tuple(asked), 0
    while not editing.done():
        number += 1
        topic, thread = topics()[number % len(topics())], threads[number % len(threads)]
        asked.append(side.ask("mention", topic, after=thread))
        await asyncio.sleep(1 / RATE)
    return asked


async def _edit(files: Sequence[Path], edited: str, addresses: Sequence[str], pause: float) -> None:
    """Edit one file after the other, each when the replica before has served its own for a *pause*."""
    digest = sha256(edited.encode()).hexdigest()
    async with aiohttp.ClientSession() as session:
        for file, address in zip(files, addresses, strict=True):
            await asyncio.sleep(pause)
            file.write_text(edited, encoding="utf-8")
            async with asyncio.timeout(SETTLING):
                while await _content(session, address) != digest:  # noqa: ASYNC110 - another process tells nobody
                    await asyncio.sleep(0.1)
        await asyncio.sleep(pause)


async def _content(session: aiohttp.ClientSession, address: str) -> str:
    async with session.get(f"http://{address}/readyz") as answer:
        return str((await answer.json())["content"])


def _turned(side: SlackSide, asked: Sequence[Asked]) -> Turned:
    threads = defaultdict[tuple[str, str], list[bool]](list)
    for post in sorted(side.slack.posts(), key=lambda post: post.serial):
        threads[(post.channel, post.thread_ts)].append("second answer" in words(post))
    both = [editions for editions in threads.values() if len(set(editions)) > 1]
    answered = sum(map(len, threads.values()))
    return Turned(len(asked), answered, len(both), sum(editions != sorted(editions) for editions in both))
