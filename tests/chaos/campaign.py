"""A campaign: people talk to the bot, everything goes wrong on the way, and then it is counted what became of it."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from bot.assembly import open_service
from bot.settings import Settings
from tests.addresses import free_address, reachable
from tests.chaos import ledgers
from tests.chaos.content import write_content
from tests.chaos.discord_side import DiscordSide
from tests.chaos.fleet import Fleet
from tests.chaos.slack_side import SlackSide
from tests.chaos.steps import STEPS
from tests.chaos.stories import Crowd
from tests.chaos.verdict import Verdict, judge
from tests.chaos.worker import Orders
from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import FakeSlack

AnySide = SlackSide | DiscordSide

FEW = 5
"""Conversations at a time while several processes owe each other's order: they need to be told of what is said within
an instant, which a machine with more to do than it can does not see to."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign is made of.

    Attributes:
        platform: Where people talk.
        events: How many things people do at least.
        seed: What all of it hangs on, but for the time that machines take.
        folder: Where everything of it is kept; made where it is missing.
        database: The URL of the ledger, by default a file of SQLite in *folder*.
        workers: How many processes serve at a time.
        http: Slack delivers over HTTP and not over sockets.
        kills: How many workers die before their time.
        steps: Where they die.
        only_at_steps: They die nowhere else, and from the start.
        patience: Seconds that a person waits for an answer before going on without it.
        trouble: How probable one injected fault is with each conversation.
        calm: The share of events before anything is killed or fails, in which order is owed.
        at_once: How many conversations go on at a time.
        planted: A fault to be planted in the workers.
        kinds: What people do, by default everything.
        commands: Some workers are started as an operator starts them.
        level: How much the workers log.
        pause: Seconds between two looks of theirs for what was left open.
        lease: Seconds of silence after which they take over from each other.
        jumps: How their wall clock is set, one after the other.
        fills: Their disk is full while there is a file "full" in *folder*.
        ack_timeout: Seconds after which Slack delivers again.
        environment: What else they see.
        cache: The folder for what can be computed again, by default in *folder*.
        disturb: Something more that goes on meanwhile.
        seconds: How long people may talk at most.
        settling: How long everything may take to come to an end after that.
    """

    platform: str
    events: int
    seed: int
    folder: Path
    database: str = ""
    workers: int = 1
    http: bool = False
    kills: int = 0
    steps: tuple[str, ...] = STEPS
    only_at_steps: bool = False
    patience: float = 6.0
    trouble: float = 0.0
    calm: float = 0.15
    at_once: int = 40
    planted: str = ""
    kinds: tuple[str, ...] = ()
    commands: bool = False
    level: str = "INFO"
    pause: float = 0.5
    lease: float = 5.0
    jumps: tuple[float, ...] = ()
    fills: bool = False
    ack_timeout: float = 3.0
    environment: Mapping[str, str] = field(default_factory=dict)
    cache: Path | None = None
    disturb: Callable[["Field"], Coroutine[Any, Any, None]] | None = None
    seconds: float = 3_600.0
    settling: float = 90.0

    @property
    def url(self) -> str:
        """The ledger's address."""
        return self.database or f"sqlite:///{self.folder.absolute()}/ledger.sqlite3"


@dataclass(slots=True)
class Field:
    """A campaign under way."""

    plan: Plan
    side: AnySide
    fleet: Fleet
    crowd: Crowd
    disturbed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Report:
    """What a campaign has shown."""

    plan: Plan
    verdict: Verdict
    events: Counter[str]
    deaths: Counter[str]
    injected: Counter[str]
    seconds: float
    settled: bool
    received: bytes = field(default=b"", repr=False)

    @property
    def kills(self) -> int:
        """How many workers were killed."""
        return sum(count for where, count in self.deaths.items() if not where.startswith(("by itself", "did not")))

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(
            {
                "platform": self.plan.platform,
                "seed": self.plan.seed,
                "planted": self.plan.planted,
                "events": dict(self.events),
                "seconds": round(self.seconds, 1),
                "settled": self.settled,
                "faults": self.verdict.faults,
                "counts": dict(self.verdict.counts),
                "cases": dict(self.verdict.cases),
                "kills": self.kills,
                "deaths": dict(self.deaths),
                "injected": dict(self.injected),
            },
            indent=2,
        )


async def conduct(plan: Plan) -> Report:
    """Hold the campaign of *plan* and return what it has shown; everything that was started ends here."""
    started = time.monotonic()
    plan.folder.mkdir(parents=True, exist_ok=True)
    random = Random(plan.seed)  # noqa: S311 - chance, not secrecy
    async with _fake(plan, random) as side:
        orders = _orders(plan, side.environment)
        fleet = Fleet(orders, random, steps=plan.steps, commands=plan.commands, only_at_steps=plan.only_at_steps)
        fleet.kills_left = plan.kills if plan.only_at_steps else 0
        field = Field(plan, side, fleet, Crowd(side, random, plan.kinds, plan.patience))
        try:
            await _start(field)
            await _talk(field)
            settled = await _settle(field, plan.settling)
        finally:
            await fleet.stop()
        side.note_deliveries(field.crowd.asked)
        known = ledgers.stages(plan.url)
        verdict = judge(field.crowd.asked, side.seen(), lambda asked: known.get(asked.event, ""))
        injected = side.injected + field.disturbed
        seconds = time.monotonic() - started
        received = side.everything_received()
        return Report(plan, verdict, field.crowd.events, fleet.deaths, injected, seconds, settled, received)


@asynccontextmanager
async def _fake(plan: Plan, random: Random) -> AsyncIterator[AnySide]:
    size = max(24, min(400, plan.events // 25))
    if plan.platform == "slack":
        async with FakeSlack(ack_timeout=plan.ack_timeout, retry_scale=0.05, strict=False) as slack:
            yield SlackSide(slack, random, channels=size, people=2 * size + 20)
            for broken in (slack._dispatcher.broken, slack._server.broken):
                broken.clear()  # deliveries and requests whose connection was cut, which is what is done here
    else:
        async with FakeDiscord(limits=False, strict=False) as discord:
            yield DiscordSide(discord, random, channels=size, people=2 * size + 20)


def _orders(plan: Plan, environment: Mapping[str, str]) -> Orders:
    """Return what every worker is told; what it learns from the content is learnt here, once."""
    folder = plan.folder.absolute()
    cache = (plan.cache or folder / "cache").absolute()
    (folder / "content").mkdir(exist_ok=True)  # apart, since it is watched
    faq = write_content(folder / "content" / "faq.yaml")
    open_service(Settings(cache / "frontdesk", folder, folder, faq=faq, semantic=False))
    known = {
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(cache),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_DATA_HOME": str(folder / "data"),
        "FRONTDESK_FAQ": str(faq),
        "FRONTDESK_SEMANTIC": "no",
        "DATABASE_URL": plan.url,
        "OPENBLAS_NUM_THREADS": "1",
        "FRONTDESK_HTTP_ADDR": "127.0.0.1:0",
        **environment,
        **plan.environment,
    }
    return Orders(
        known,
        (plan.platform,),
        folder / "worker.log",
        folder,
        level=plan.level,
        planted=plan.planted,
        pause=plan.pause,
        lease=plan.lease,
        jumps=plan.jumps,
        full=folder / "full" if plan.fills else None,
    )


async def _start(field: Field) -> None:
    """Start the workers and wait until they hear."""
    plan, side, fleet = field.plan, field.side, field.fleet
    if isinstance(side, DiscordSide):
        fleet.on_birth, fleet.on_death = side.note_birth, side.note_death
        fleet.start(plan.workers)
        await asyncio.wait_for(side.discord.gateway.wait_ready(), 60)
        await _until(lambda: bool(side.discord.commands), 30)
    elif plan.http:
        addresses = [free_address() for _ in range(plan.workers)]
        _speak_http(fleet, side)
        fleet.start(plan.workers, lambda slot: {"FRONTDESK_HTTP_ADDR": addresses[slot]})
        side.serve_http([f"http://{address}/slack/events" for address in addresses])
        for address in addresses:
            await reachable(address, 30)
    else:
        fleet.start(plan.workers)
        await side.slack.sockets.until_open(plan.workers, 60)


def _speak_http(fleet: Fleet, side: SlackSide) -> None:
    environment = {name: value for name, value in fleet.orders.environment.items() if name != "SLACK_APP_TOKEN"}
    environment["SLACK_SIGNING_SECRET"] = side.slack.signing_secret
    fleet.orders = replace(fleet.orders, environment=environment)


async def _talk(field: Field) -> None:
    """Let people talk: in peace at first, then while everything goes wrong."""
    plan, crowd = field.plan, field.crowd
    ends = time.monotonic() + plan.seconds
    crowd.strict = True
    few = min(plan.at_once, FEW) if plan.workers > 1 else plan.at_once
    await _crowd(field, lambda: _done(crowd) >= plan.calm * plan.events or time.monotonic() > ends, 0.0, few)
    crowd.strict = False
    if plan.kills and not plan.only_at_steps:
        field.fleet.kills_left = plan.kills + len(field.fleet.running)
        field.fleet.kill_all()
    disturbing = asyncio.create_task(plan.disturb(field)) if plan.disturb else None
    enough = plan.events

    def over() -> bool:
        dying = field.fleet.kills_left > 0 or (disturbing is not None and not disturbing.done())
        return (_done(crowd) >= enough and not dying) or time.monotonic() > ends

    await _crowd(field, over, plan.trouble, plan.at_once)
    field.fleet.kills_left = 0
    if disturbing is not None:
        await disturbing


async def _crowd(field: Field, over: Callable[[], bool], trouble: float, at_once: int) -> None:
    """Keep *at_once* conversations going until it is *over*; with each something fails, as probable as *trouble*."""

    async def talk() -> None:
        while not over():
            if field.crowd.random.random() < trouble:
                field.side.break_something()
            await field.crowd.story()

    await asyncio.gather(*(talk() for _ in range(at_once)))


def _done(crowd: Crowd) -> int:
    return sum(crowd.events.values())


async def _settle(field: Field, seconds: float) -> bool:
    """Wait until nothing is under way and nothing open; False where that took too long."""
    ends, still = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        open_events = await asyncio.to_thread(ledgers.unfinished, field.plan.url)
        still = still + 1 if not field.side.busy and not open_events else 0
        if still >= 3:
            return True
        await asyncio.sleep(0.3)
    return False


async def _until(holds: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for gives no sign
            await asyncio.sleep(0.05)


def told(report: Report) -> str:
    """Return the figures of *report* as a table."""
    rows: list[tuple[str, Any]] = [("events", sum(report.events.values())), ("kills", report.kills)]
    rows += sorted(report.verdict.counts.items() | report.verdict.faults.items())
    rows += [(f"injected: {name}", count) for name, count in sorted(report.injected.items())]
    rows += [(f"died: {name}", count) for name, count in sorted(report.deaths.items())]
    rows += [("seconds", round(report.seconds)), ("settled", report.settled)]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {value:>8}" for name, value in rows)
