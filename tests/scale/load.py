"""People who ask on the fake Slack, at a steady rate or as fast as they are answered, and how long they wait."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.chaos.content import marks_in, topics
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.rendering import read_blocks, read_mrkdwn
from tests.fakes.slack.state import Channel, Post, User
from tests.scale.stage import until

CHANNELS = 1_000  # the bot posts once a second in each, which is what Slack takes
PEOPLE = 500
CATCH_UP = 30.0  # seconds that the last answers have
KEPT = 2_000  # requests that the fake keeps for nobody to look at


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a load; times are in seconds.

    ``seconds`` is from the first question to the last answer, ``wrong`` counts answers that quote another entry.
    """

    asked: int
    answered: int
    doubled: int
    wrong: int
    seconds: float
    waits: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """How many questions were answered in a second."""
        return self.answered / self.seconds if self.seconds else 0.0

    def wait(self, share: float) -> float:
        """Return the time within which that *share* of the answers stood."""
        return percentile(self.waits, share)


class Askers:
    """The people of one workspace and where they ask."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        slack.limiter.on = False  # what Slack itself would refuse is no matter here
        self._people: list[User] = [slack.user(f"asker-{number}") for number in range(PEOPLE)]
        self._channels: list[Channel] = [slack.channel(f"load-{number}") for number in range(CHANNELS)]
        self._asked = 0

    def ask(self) -> tuple[Post, str]:
        """Ask something, each time in a thread of its own; return the question and the mark of its answer."""
        topic = topics()[self._asked % len(topics())]
        person, channel = self._people[self._asked % PEOPLE], self._channels[self._asked % CHANNELS]
        self._asked += 1
        return self.slack.say(person, channel, f"<@{self.slack.bot_user_id}> {topic.question}"), topic.mark

    def forget(self) -> None:
        """Drop what was said so far, and what the fake keeps for those who look into it."""
        world = self.slack.world
        for table in (world.posts, world.ours, world._replies):
            table.clear()
        self.slack.journal.attempts.clear()
        self.trim()

    def trim(self) -> None:
        """Drop the requests that the fake has noted down."""
        del self.slack.received[:-KEPT], self.slack.ledger.calls[:-KEPT]


async def ask_at(askers: Askers, rate: float, count: int) -> Figures:
    """Ask *count* questions, *rate* in a second, and wait for the answers."""
    slack, asked = askers.slack, dict[tuple[str, str], tuple[float, str]]()
    before = len(slack.world.ours)
    started = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
        at = time.monotonic()
        post, mark = askers.ask()
        asked[(post.channel, post.ts)] = (at, mark)
        if number % KEPT == 0:
            askers.trim()
    await until(lambda: len(slack.world.ours) - before >= count, CATCH_UP)
    return figures(asked, [post for post in slack.posts() if (post.channel, post.thread_ts) in asked], started)


async def ask_at_once(askers: Askers, at_once: int, count: int) -> Figures:
    """Ask *count* questions so that *at_once* of them wait for their answer at any time."""
    slack, asked = askers.slack, dict[tuple[str, str], tuple[float, str]]()
    before, started = len(slack.world.ours), time.monotonic()
    while len(asked) < count:
        while len(asked) < count and len(asked) - (len(slack.world.ours) - before) < at_once:
            at = time.monotonic()
            post, mark = askers.ask()
            asked[(post.channel, post.ts)] = (at, mark)
        try:
            async with asyncio.timeout(CATCH_UP):
                await slack.pulse.next()
        except TimeoutError:
            break
        if len(asked) % KEPT < at_once:
            askers.trim()
    await until(lambda: len(slack.world.ours) - before >= count, CATCH_UP)
    return figures(asked, [post for post in slack.posts() if (post.channel, post.thread_ts) in asked], started)


def figures(asked: dict[tuple[str, str], tuple[float, str]], answers: Sequence[Post], started: float) -> Figures:
    """Return what came of the questions *asked* (by channel and time stamp: when, and the mark of the answer)."""
    each = Counter((post.channel, post.thread_ts) for post in answers)
    first = {(post.channel, post.thread_ts): post for post in reversed(answers)}
    waits = tuple(post.shown_at - asked[key][0] for key, post in first.items())
    wrong = sum(
        asked[key][1] not in marks_in(read_blocks(post.blocks) or read_mrkdwn(post.text)) for key, post in first.items()
    )
    last = max((post.shown_at for post in first.values()), default=started)
    return Figures(len(asked), len(each), sum(count > 1 for count in each.values()), wrong, last - started, waits)


def words(post: Post) -> str:
    """Return what a person reads in *post*."""
    return read_blocks(post.blocks) or read_mrkdwn(post.text)


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return the value that *share* (0..1) of *seconds* do not exceed, NaN for none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
