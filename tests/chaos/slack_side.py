"""The campaign's hands and eyes in the fake Slack."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from tests.chaos.content import Topic, marks_in, topics
from tests.chaos.verdict import Asked, Seen
from tests.fakes.human import Upload
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.delivery import Answer, Transport, What
from tests.fakes.slack.rendering import read_blocks, read_mrkdwn
from tests.fakes.slack.state import Channel, Post

COPIES = 4  # deliveries of one event at most, those that Slack makes by itself for want of an acknowledgement apart
LATE = 0.5  # seconds by which an event comes late, and out of order
AGAIN = 2.0  # seconds within which its copies come

Json = dict[str, Any]


class Disorder:
    """A way to the app on which events come several times, late and out of order."""

    def __init__(self, way: Transport, random: Random) -> None:
        """Take *way*."""
        self.orderly: set[str] = set()
        self.counts: Counter[str] = Counter()
        self._way = way
        self._random = random

    async def deliver(self, what: What, payload: Json) -> Answer:
        """Deliver an event, and then the same again."""
        event = payload.get("event") or {}
        if what != "events_api" or event.get("bot_id"):
            return await self._way.deliver(what, payload)
        copies = self._random.choice((1, 1, 2, 3, COPIES))
        first = 0.0 if stamp_of(event) in self.orderly else self._random.uniform(0, LATE)
        self.counts["redelivered"] += copies - 1
        self.counts["late"] += first > 0
        delays = [first, *(first + self._random.uniform(0, AGAIN) for _ in range(copies - 1))]
        answers = await asyncio.gather(*(self._later(delay, what, payload) for delay in delays))
        return answers[0]

    async def _later(self, delay: float, what: What, payload: Json) -> Answer:
        if delay:
            await asyncio.sleep(delay)
        return await self._way.deliver(what, payload)


class Balanced:
    """Several ways to the app, as a load balancer has them."""

    def __init__(self, ways: Sequence[Transport]) -> None:
        """Take each of *ways* in turn."""
        self._ways = itertools.cycle(ways)

    async def deliver(self, what: What, payload: Json) -> Answer:
        """Deliver by the next way."""
        return await next(self._ways).deliver(what, payload)


class SlackSide:
    """People in many channels of one workspace."""

    platform = "slack"

    def __init__(self, slack: FakeSlack, random: Random, *, channels: int, people: int) -> None:
        """Let so many *people* talk in so many *channels*; one more channel is answered in unasked."""
        self.slack = slack
        self.slack.limiter.on = False
        self._random = random
        self._people = [slack.world.add_user(f"person-{number}", slack.workspace.id) for number in range(people)]
        self._channels = [slack.channel(f"support-{number}") for number in range(channels)]
        self._direct = [slack.direct(person) for person in self._people[: channels // 2 + 1]]
        self.auto = slack.channel("auto")
        for channel in (*self._channels, self.auto):
            channel.members.update(person.id for person in self._people)
        self.posts: dict[int, Post] = {}
        self._slashed: dict[int, str] = {}
        self._alone = list(itertools.product(self._people, topics()))
        random.shuffle(self._alone)
        self._disorder = Disorder(slack.sockets, random)
        slack._dispatcher.transport = self._disorder

    @property
    def environment(self) -> Mapping[str, str]:
        """What a worker must see to come here."""
        return {**self.slack.environment, "FRONTDESK_SLACK_AUTO_ANSWER": self.auto.id}

    def serve_http(self, urls: Sequence[str]) -> None:
        """Deliver over HTTP from now on, to one of *urls* after the other."""
        self._disorder = Disorder(Balanced([self.slack.deliver_to(url) for url in urls]), self._random)
        self.slack._dispatcher.transport = self._disorder

    @property
    def busy(self) -> bool:
        """Whether deliveries or calls are under way."""
        return self.slack.busy

    # What people do

    def ask(self, kind: str, topic: Topic, *, after: Asked | None = None, orderly: bool = False) -> Asked:
        """Ask about *topic* in the way of *kind*, in the conversation of *after*; *orderly*: it comes in its time."""
        if kind == "slash":
            return self._slash()
        person, channel = self._random.choice(self._people), self._place(kind)
        thread = ""
        if after is not None:
            root = self.posts[id(after)]
            channel, thread = self.slack.world.channels[root.channel], root.thread_ts or root.ts
            person = self.slack.world.users[root.user]
        if channel.kind == "im":
            person = next(one for one in self._people if one.id in channel.members)
        called = kind not in ("dm", "overheard", "auto", "follow-up")
        text = f"<@{self.slack.bot_user_id}> {topic.question}" if called else topic.question
        post = self.slack.say(person, channel, text, thread_ts=thread)
        if orderly:
            self._disorder.orderly.add(f"{post.channel}:{post.ts}")
        mark = "" if kind == "overheard" else topic.mark
        spot = f"{channel.id}/{thread or post.ts}"
        asked = Asked(kind, spot, mark, f"{post.channel}:{post.ts}", chain=spot)
        self.posts[id(asked)] = post
        return asked

    def _place(self, kind: str) -> Channel:
        if kind == "dm":
            return self._random.choice(self._direct)
        return self.auto if kind == "auto" else self._random.choice(self._channels)

    def _slash(self) -> Asked:
        """Ask by the command; nobody asks the same twice, since what they alone see does not say what it answers."""
        person, topic = self._alone.pop()
        channel = self._random.choice(self._channels)
        self.slack.interactions.slash(person, channel, "/faq", topic.question, self.slack.installation)
        trigger = next(reversed(self.slack.world.triggers))
        asked = Asked("slash", f"alone/{person.id}", topic.mark, f"command:{trigger}", alone=True)
        self._slashed[id(asked)] = trigger
        return asked

    def edit(self, asked: Asked, topic: Topic) -> None:
        """Let what was *asked* ask about *topic* instead."""
        asked.kind, asked.earlier, asked.mark = "edited", asked.mark, topic.mark
        post = self.posts[id(asked)]
        self._disorder.orderly.add(f"{post.channel}:{post.ts}")
        self.slack.edit(post, f"<@{self.slack.bot_user_id}> {topic.question}")

    def delete(self, asked: Asked) -> None:
        """Let what was *asked* be taken away."""
        asked.kind, asked.earlier, asked.mark = "deleted", asked.mark, ""
        post = self.posts[id(asked)]
        self._disorder.orderly.add(f"{post.channel}:{post.ts}")
        self.slack.world.delete(post)

    def stands(self, asked: Asked) -> bool:
        """Whether an answer to what was *asked* stands."""
        if asked.kind == "slash":
            return any(asked.mark in seen.marks for seen in self.seen() if seen.spot == asked.spot)
        channel, _, thread = asked.spot.partition("/")
        found = self.slack.world.thread(channel, thread)
        return any(post.ours and asked.mark in marks_in(_words(post)) for post in found)

    def speak(
        self, text: str, *, way: str = "text", files: tuple[Upload, ...] = (), name: str = ""
    ) -> Callable[[str], None]:
        """Say *text* in some *way*, as somebody who calls themselves *name*; return what rewords it.

        Nobody counts what comes of it.
        """
        person = self._random.choice(self._people)
        if name:
            person = self.slack.world.add_user(name, self.slack.workspace.id)
        if way == "command":
            self.slack.interactions.slash(person, self._channels[0], "/faq", text, self.slack.installation)
        channel = self._place({"direct": "dm", "overheard": "auto"}.get(way, ""))
        if channel.kind == "im":
            person = next(one for one in self._people if one.id in channel.members)
        kept = tuple(self.slack.add_file(person, file.name, file.content, file.media_type) for file in files)
        words = text if way in ("direct", "overheard") else f"<@{self.slack.bot_user_id}> {text}"
        thread = self.slack.say(person, channel, "a thread").ts if way == "thread" else ""
        post = self.slack.say(person, channel, words, thread_ts=thread, files=kept)
        return lambda changed: self.slack.edit(post, f"<@{self.slack.bot_user_id}> {changed}")

    # What goes wrong

    def break_something(self) -> None:
        """Let one thing go wrong with the next calls, or with the sockets."""
        faults, random = self.slack.faults, self._random
        method = random.choice(("chat.postMessage", "chat.postMessage", "chat.update", "conversations.replies"))
        match random.randrange(20):
            case 0 | 1:
                faults.fail(method, status=429, retry_after=1)
            case 2 | 3:
                faults.fail(method, status=503)
            case 4 | 5:
                faults.fail(method, error="internal_error")
            case 6 | 7 | 8:
                faults.fail(method, drop=True)
            case 9 | 10 | 11 | 12 | 13:
                faults.fail("chat.postMessage", drop=True, after=True)
            case 14 | 15:
                faults.fail("chat.postMessage", status=500, after=True)
            case 16 | 17 | 18:
                faults.lose_acks += 1
            case _:  # seldom: it takes the library seconds to notice
                faults.drop_on_event += 1

    @property
    def injected(self) -> Counter[str]:
        """How often each thing went wrong."""
        return self.slack.faults.injected + self._disorder.counts

    # What there is to see

    def seen(self) -> list[Seen]:
        """Return every message of the bot that stands now."""
        return [_seen(post) for post in self.slack.world.ours.values()]

    def note_deliveries(self, asked: list[Asked]) -> None:
        """Note in each of *asked* whether the app acknowledged it."""
        heard = {_delivery(attempt.payload) for attempt in self.slack.journal.attempts if attempt.seconds is not None}
        for question in asked:
            if question.kind == "slash":
                question.acknowledged = self._slashed[id(question)] in heard
                continue
            post = self.posts[id(question)]
            stamp = f"{post.channel}:{post.ts}"
            question.acknowledged = stamp in heard
            question.revision_heard = f"{stamp}:{'edited' if question.kind == 'edited' else 'gone'}" in heard

    def everything_received(self) -> bytes:
        """Return all that the bot sent here, as bytes, but for the addresses of files, which Slack made itself."""
        sent = (one for one in self.slack.received if not one.path.startswith("/files-pri"))
        parts = [f"{one.path}\n{one.headers}\n{one.body}\n" for one in sent]
        return "".join(parts).encode("utf-8", "surrogatepass")


def stamp_of(event: Mapping[str, Any]) -> str:
    """Return which message *event* is about."""
    message = event.get("message") or event.get("previous_message") or event
    return f"{event.get('channel')}:{event.get('deleted_ts') or message.get('ts')}"


def _delivery(payload: Json) -> str:
    """Return what was delivered by *payload*: a message, its edit, its deletion, or a command."""
    event = payload.get("event")
    if event is None:
        return str(payload.get("trigger_id"))
    subtype = event.get("subtype")
    if subtype == "message_deleted" or (event.get("message") or {}).get("subtype") == "tombstone":
        return f"{stamp_of(event)}:gone"
    return f"{stamp_of(event)}:edited" if subtype == "message_changed" else stamp_of(event)


def _words(post: Post) -> str:
    return read_blocks(post.blocks) or read_mrkdwn(post.text)


def _seen(post: Post) -> Seen:
    spot = f"alone/{post.ephemeral_to}" if post.ephemeral_to else f"{post.channel}/{post.thread_ts or post.ts}"
    return Seen(spot, marks_in(_words(post)), post.serial, _words(post))
