"""Three replicas on Slack over HTTP and three owners of Discord's shards, on one PostgreSQL that dies as they do.

People ask all the time. Every few seconds a process is killed, each is replaced once in a rolling restart, and
PostgreSQL is killed once. In the end every question has one answer, and it is known for how long a shard was nobody's.
"""

import asyncio
import os
import signal
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.addresses import free_address, reachable
from tests.chaos import ledgers
from tests.chaos.content import topics
from tests.chaos.discord_side import DiscordSide
from tests.chaos.slack_side import SlackSide
from tests.chaos.verdict import Asked, Verdict, judge
from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import FakeSlack
from tests.ledger.server import Server
from tests.scale.crew import Crew
from tests.scale.stage import prepare, until, with_more

REPLICAS = 3
FIRST = 90.0  # seconds that all shards may take to connect at first
TAKE_OVER = 30.0  # seconds within which the shards of a dead owner have to be another one's
SETTLING = 90.0  # seconds that the last answers have


@dataclass(frozen=True, slots=True)
class Weather:
    """How hard the storm is.

    Attributes:
        seconds: How long people ask.
        slack, discord: How many questions they ask in a second.
        kill_every: Seconds between two deaths.
        rolling: Whether each process is replaced once.
        database: Whether PostgreSQL is killed once.
        shards: How many shards Discord's owners share out.
        seed: What chance hangs on.
        cache: The folder for what is learnt, by default within that of the storm.
    """

    seconds: float = 60.0
    slack: float = 10.0
    discord: float = 5.0
    kill_every: float = 4.0
    rolling: bool = True
    database: bool = True
    shards: int = 3
    seed: int = 1
    cache: Path | None = None


@dataclass(slots=True)
class Outcome:
    """What the storm left.

    Attributes:
        verdicts: What came of the questions, by platform.
        ends: How processes came to their end, by platform.
        gaps: For how many seconds a shard was nobody's after its owner was killed, each time.
        settled: Whether all came to an end in time.
        disorder: How often events came again, or late.
    """

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    ends: dict[str, Counter[str]] = field(default_factory=dict)
    gaps: list[float] = field(default_factory=list)
    settled: bool = False
    disorder: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        """Whether every question has one answer, and no shard was nobody's for too long."""
        clean = all(verdict.clean for verdict in self.verdicts.values())
        return clean and self.settled and all(gap < TAKE_OVER for gap in self.gaps)


@dataclass(slots=True)
class Scene:
    """Both platforms, their people and the processes that serve them."""

    server: Server
    database: str
    slack: SlackSide
    discord: DiscordSide
    replicas: Crew
    owners: Crew
    random: Random
    shards: int
    asked: dict[str, list[Asked]] = field(default_factory=lambda: {"slack": [], "discord": []})
    gaps: list[float] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether somebody has every shard."""
        return len(self.connected()) == self.shards

    def connected(self) -> set[int]:
        """The shards that somebody has."""
        return {session.shard[0] for session in self.discord.discord.gateway.connected()}


async def storm(folder: Path, server: Server, weather: Weather) -> Outcome:
    """Let the storm rage, with everything in *folder*; all that was started ends here."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack(retry_scale=0.1, strict=False))
        discord = await stack.enter_async_context(FakeDiscord(limits=False, strict=False))
        scene = _scene(folder, server, weather, slack, discord)
        try:
            await _open(scene)
            await _rage(scene, weather)
            settled = await _settle(scene)
        finally:
            await asyncio.gather(scene.replicas.stop(), scene.owners.stop())
        return _outcome(scene, settled=settled)


def _scene(folder: Path, server: Server, weather: Weather, slack: FakeSlack, discord: FakeDiscord) -> Scene:
    random, shards, cache = Random(weather.seed), weather.shards, weather.cache  # noqa: S311 - chance, not secrecy
    guilds = [discord.guild, *(discord.add_guild(f"server-{number}") for number in range(shards - 1))]
    talk = DiscordSide(discord, random, channels=2, people=40)
    talk._channels = [discord.world.add_channel(guild, f"help-{number}") for guild in guilds for number in range(10)]
    database = server.create(f"storm_{time.monotonic_ns()}")
    told = prepare(folder, "discord", database, {**talk.environment, "DISCORD_SHARD_COUNT": str(shards)}, cache)
    owners = [with_more(told, f"discord-{slot}", FRONTDESK_HTTP_ADDR=free_address()) for slot in range(REPLICAS)]
    side = SlackSide(slack, random, channels=40, people=60)
    reached = {name: value for name, value in side.environment.items() if name != "SLACK_APP_TOKEN"}
    told = prepare(folder, "slack", database, {**reached, "SLACK_SIGNING_SECRET": slack.signing_secret}, cache)
    replicas = [with_more(told, f"slack-{slot}", FRONTDESK_HTTP_ADDR=free_address()) for slot in range(REPLICAS)]
    return Scene(server, database, side, talk, Crew(replicas), Crew(owners), random, shards)


async def _open(scene: Scene) -> None:
    """Start everything and wait until all of it serves."""
    scene.replicas.start()
    scene.owners.start()
    scene.slack.serve_http([f"http://{address}/slack/events" for address in scene.replicas.addresses])
    for address in scene.replicas.addresses:
        await reachable(address)
    if not await until(lambda: scene.whole, FIRST):
        raise AssertionError(f"only the shards {scene.connected()} were connected")


async def _rage(scene: Scene, weather: Weather) -> None:
    ends = time.monotonic() + weather.seconds
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_ask(scene, "slack", weather.slack, ends))
        tasks.create_task(_ask(scene, "discord", weather.discord, ends))
        tasks.create_task(_kill_replicas(scene, weather, ends))
        tasks.create_task(_kill_owners(scene, weather, ends))
        if weather.database:
            tasks.create_task(_kill_database(scene, weather.seconds / 2))


async def _ask(scene: Scene, platform: str, rate: float, ends: float) -> None:
    side = scene.slack if platform == "slack" else scene.discord
    while time.monotonic() < ends:
        scene.asked[platform].append(side.ask("mention", scene.random.choice(topics())))
        await asyncio.sleep(scene.random.expovariate(rate))


async def _kill_replicas(scene: Scene, weather: Weather, ends: float) -> None:
    """Kill one after the other, and let each be replaced in good order in the middle of it all."""
    middle, slot = ends - weather.seconds / 2, 0
    while (now := time.monotonic()) + weather.kill_every < ends:
        await asyncio.sleep(weather.kill_every)
        slot = (slot + 1) % len(scene.replicas)
        if weather.rolling and now > middle:
            middle = float("inf")
            for number in range(len(scene.replicas)):
                await scene.replicas.replace(number)
        else:
            await scene.replicas.kill(slot)
            scene.replicas.start(slot)


async def _kill_owners(scene: Scene, weather: Weather, ends: float) -> None:
    """Kill the owner of each shard in turn; it comes back only when others have taken over."""
    middle, slot = ends - weather.seconds / 2, 0
    while (now := time.monotonic()) + weather.kill_every < ends:
        await asyncio.sleep(weather.kill_every)
        slot = (slot + 1) % len(scene.owners)
        if weather.rolling and now > middle:
            middle = float("inf")
            for number in range(len(scene.owners)):
                await scene.owners.replace(number)
                await until(lambda: scene.whole, TAKE_OVER)
        else:
            await scene.owners.kill(slot)
            died = time.monotonic()
            await until(lambda: not scene.whole, 1.0)
            await until(lambda: scene.whole, 2 * TAKE_OVER)
            scene.gaps.append(time.monotonic() - died)
            scene.owners.start(slot)


async def _kill_database(scene: Scene, after: float) -> None:
    await asyncio.sleep(after)
    await asyncio.to_thread(kill, scene.server)


def kill(server: Server) -> None:
    """Kill PostgreSQL as ``kill -9`` does, and start it again."""
    folder = Path(server.running.pgdata)
    os.kill(int((folder / "postmaster.pid").read_text(encoding="utf-8").split()[0]), signal.SIGKILL)
    time.sleep(1.0)  # its own processes notice and end
    for lock in (folder / "postmaster.pid", *folder.glob(".s.PGSQL.*.lock")):
        lock.unlink()  # they hold a new start up for as long as nobody has buried the old process
    server.resume()


async def _settle(scene: Scene) -> bool:
    """Wait until nothing is open any more."""
    ends, still = time.monotonic() + SETTLING, 0
    while time.monotonic() < ends:
        left = await asyncio.to_thread(ledgers.unfinished, scene.database)
        quiet = not left and not scene.slack.busy and scene.whole
        still = still + 1 if quiet else 0
        if still >= 6:
            return True
        await asyncio.sleep(0.5)
    return False


def _outcome(scene: Scene, settled: bool) -> Outcome:
    known = ledgers.stages(scene.database)
    scene.slack.note_deliveries(scene.asked["slack"])
    verdicts = {
        platform: judge(scene.asked[platform], side.seen(), lambda asked: known.get(asked.event, ""))
        for platform, side in (("slack", scene.slack), ("discord", scene.discord))
    }
    ends = {"slack": scene.replicas.ends, "discord": scene.owners.ends}
    return Outcome(verdicts, ends, scene.gaps, settled, scene.slack.injected)
