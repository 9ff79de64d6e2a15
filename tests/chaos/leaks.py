"""The hunt for leaks: secrets are said in every way there is, and then every byte that was kept or sent is searched."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from tests.chaos.campaign import Field, Plan, conduct
from tests.chaos.content import topics
from tests.chaos.discord_side import DiscordSide
from tests.chaos.slack_side import SlackSide
from tests.fakes.human import Upload
from tests.fire.canaries import RUN, Canary, canaries

WAYS = ("text", "direct", "file", "file name", "edit", "thread", "overheard", "command", "display name")
AT_ONCE = 16
TROUBLE = 0.05  # how probable one injected fault is with each secret
LONGEST_NAME = 120
HEX_RUN = 12  # digits


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret that was found where it may not be."""

    way: str
    shape: str
    where: str
    run: str


@dataclass(frozen=True, slots=True)
class Hunt:
    """What a hunt has shown: how often secrets were said in each way, in how many bytes they were looked for."""

    said: dict[str, int]
    searched: dict[str, int]
    leaks: tuple[Leak, ...]
    seconds: float


async def hunt(
    platform: str, folder: Path, *, count: int, seed: int, kills: int = 0, planted: str = "", cache: Path | None = None
) -> Hunt:
    """Say *count* secrets on *platform*, kill *kills* workers meanwhile, and search all that is left of it."""
    started, said = time.monotonic(), list[tuple[str, Canary]]()
    pairs = itertools.cycle(WAYS)
    secrets = ((next(pairs), canary) for canary in canaries(count, seed))

    async def talk(field: Field) -> None:
        await asyncio.gather(*(_keep_saying(field, secrets, said) for _ in range(AT_ONCE)))

    plan = Plan(
        platform,
        events=20,
        seed=seed,
        folder=folder,
        kills=kills,
        trouble=0.3,
        calm=0.5,
        at_once=4,
        level="DEBUG",
        planted=planted,
        cache=cache,
        disturb=talk,
        environment={"FRONTDESK_KEEP_QUESTIONS": "30"},
    )
    report = await conduct(plan)
    corpora = {"what the platform received": report.received, **_kept(folder)}
    found = tuple(_search(said, corpora))
    searched = {name: len(text) for name, text in corpora.items()}
    return Hunt(dict(Counter(way for way, _ in said)), searched, found, time.monotonic() - started)


def _kept(folder: Path) -> dict[str, bytes]:
    """Return what stands in every file in *folder*: the database and its log, what the workers said, and the rest."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


async def _keep_saying(field: Field, secrets: Iterator[tuple[str, Canary]], said: list[tuple[str, Canary]]) -> None:
    for way, canary in secrets:
        if field.crowd.random.random() < TROUBLE:
            field.side.break_something()
        named = len(canary.secret) <= LONGEST_NAME and canary.secret.isprintable()
        chosen = way if named or way not in ("file name", "display name") else "file"
        said.append((chosen, canary))
        await _say(field.side, field.crowd.random, chosen, canary)


async def _say(side: SlackSide | DiscordSide, random: Random, way: str, canary: Canary) -> None:
    question = random.choice(topics()).question
    if way == "file":
        side.speak(question, files=(Upload("trace.log", canary.text.encode("utf-8", "replace")),))
    elif way == "file name":
        side.speak(question, files=(Upload(f"{canary.secret.replace('/', '_')}.txt", question.encode()),))
    elif way == "display name":
        side.speak(question, name=canary.secret)
    elif way == "edit":
        reword = side.speak(question)
        await asyncio.sleep(random.uniform(0, 0.4))
        reword(f"{question} {canary.text}")
    else:
        side.speak(canary.text, way=way)
    await asyncio.sleep(random.uniform(0, 0.2))


def _search(said: Sequence[tuple[str, Canary]], corpora: dict[str, bytes]) -> Iterable[Leak]:
    """Yield one leak for each secret and place: any run of eight letters of a secret's core counts."""
    by_run = dict[int, tuple[str, Canary]]()
    for way, canary in said:
        for run in _windows(canary.core.encode("utf-8", "replace")):
            by_run.setdefault(int(run), (way, canary))
    runs = np.array(sorted(by_run), dtype=np.uint64)
    for where, corpus in corpora.items():
        seen = set[int]()
        for run in _hits(corpus, runs):
            way, canary = by_run[run]
            if id(canary) not in seen and not _is_chance(canary, corpus):
                seen.add(id(canary))
                yield Leak(way, canary.shape, where, run.to_bytes(RUN, "little").decode("utf-8", "replace"))


def _is_chance(canary: Canary, corpus: bytes) -> bool:
    """True for eight hex digits in a row that are no more of the secret: among so many digests some agree by chance."""
    core = canary.core.encode("utf-8", "replace")
    if len(core) <= HEX_RUN or not set(core) <= set(b"0123456789abcdefABCDEF-"):
        return False
    return not any(core[start : start + HEX_RUN] in corpus for start in range(len(core) - HEX_RUN + 1))


def _hits(corpus: bytes, runs: "np.ndarray[tuple[int], np.dtype[np.uint64]]") -> Iterator[int]:
    for window in _views(corpus):
        place = np.searchsorted(runs, window)
        place[place == len(runs)] = 0
        yield from (int(run) for run in np.unique(window[runs[place] == window]))


def _windows(text: bytes) -> Iterator[int]:
    for start in range(len(text) - RUN + 1):
        yield int.from_bytes(text[start : start + RUN], "little")


def _views(text: bytes) -> Iterator["np.ndarray[tuple[int], np.dtype[np.uint64]]"]:
    """Yield the runs of eight bytes in *text*, as numbers, those of each of the eight alignments at a time."""
    for shift in range(RUN):
        length = (len(text) - shift) // RUN
        if length > 0:
            yield np.frombuffer(text, dtype="<u8", count=length, offset=shift)
