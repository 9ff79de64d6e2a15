"""The campaign's hands and eyes in the fake Discord."""

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random

from tests.chaos.content import Topic, marks_in
from tests.chaos.verdict import Asked, Seen
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.chat import new_attachment
from tests.fakes.discord.commands import STRING
from tests.fakes.discord.gestures import Gestures
from tests.fakes.discord.interactions import Interaction
from tests.fakes.discord.state import Message, MessageType, User
from tests.fakes.human import Upload

LONGEST = 2_000  # characters of a message
HEARD_WITHIN = 3.0  # seconds that a worker must live on for what was sent to it to count as heard

_TIED = re.compile(r"fd:(?:up|person):(\d+)")

SEND = "POST /channels/{channel}/messages"
CHANGE = "PATCH /channels/{channel}/messages/{message}"
LOOK = "GET /channels/{channel}/messages"


class DiscordSide:
    """People in many channels of one server."""

    platform = "discord"

    def __init__(self, discord: FakeDiscord, random: Random, *, channels: int, people: int) -> None:
        """Let so many *people* talk in so many *channels*."""
        self.discord = discord
        self._random = random
        self._gestures = Gestures(discord)
        self._people = [discord.person(f"person-{number}") for number in range(people)]
        self._channels = [discord.world.add_channel(discord.guild, f"help-{number}") for number in range(channels)]
        self._direct = [discord.world.direct(person.id) for person in self._people[: channels // 2 + 1]]
        self.posts: dict[int, Message] = {}
        self._interactions: dict[int, Interaction] = {}
        self._revised: dict[int, float] = {}
        self._contacted: dict[int, float] = {}
        self._written: set[int] = set()
        self._away: list[tuple[float, float]] = []
        self._since = time.monotonic()

    @property
    def environment(self) -> Mapping[str, str]:
        """What a worker must see to come here."""
        discord = self.discord
        return {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
        }

    @property
    def busy(self) -> bool:
        """Whether calls are under way."""
        return bool(self.discord.in_flight)

    @property
    def connected(self) -> bool:
        """Whether the bot hears what happens now."""
        return any(True for _ in self.discord.gateway.connected())

    def note_birth(self) -> None:
        """Note that a worker has begun."""
        self._away.append((self._since, time.monotonic()))

    def note_death(self) -> None:
        """Note that the worker has died."""
        self._since = time.monotonic()

    # What people do

    def ask(self, kind: str, topic: Topic, *, after: Asked | None = None, orderly: bool = False) -> Asked:
        """Ask about *topic* in the way of *kind*, going on where *after* was asked."""
        del orderly  # the gateway keeps the order
        person = self._random.choice(self._people)
        if kind == "slash":
            return self._slash(person, topic)
        channel = self._random.choice(self._direct if kind == "dm" else self._channels)
        if after is not None:
            earlier = self.posts[id(after)]
            channel, person = self.discord.world.channels[earlier.channel], self.discord.world.users[earlier.author]
        if channel.recipient is not None:
            person = self.discord.world.users[channel.recipient]
        called = kind not in ("dm", "overheard")
        text = f"<@{self.discord.me.id}> {topic.question}" if called else topic.question
        message = Message(self.discord.world.ids.fresh(), channel.id, person.id, text)
        if after is not None and (answer := self._answer(after)) is not None:
            message.reference, message.type = answer.id, MessageType.REPLY
        self._written.add(message.id)
        self.discord.chat.post(message, mentions={"parse": ["users"], "replied_user": True})
        mark = "" if kind == "overheard" else topic.mark
        chain = after.chain if after is not None else str(message.id)
        asked = Asked(kind, f"{channel.id}/{message.id}", mark, str(message.id), chain=chain)
        self.posts[id(asked)] = message
        if kind == "dm" and not any(one.author == self.discord.me.id for one in channel.messages.values()):
            self._contacted[id(asked)] = self._now()
        return asked

    def _now(self) -> float:
        """The time, or 0 where the bot is away."""
        return time.monotonic() if self.connected else 0.0

    def _slash(self, person: User, topic: Topic) -> Asked:
        interaction = self._use("ask", topic.question, person)
        asked = Asked("slash", f"interaction/{interaction.id}", topic.mark, str(interaction.id))
        self._interactions[id(asked)] = interaction
        return asked

    def _use(self, name: str, text: str, person: User) -> Interaction:
        scopes = self.discord.commands.values()
        command = next(one for scope in scopes for one in scope.values() if one["name"] == name)
        option = next(one for one in command["options"] if one["type"] == STRING)
        values = [{"name": option["name"], "type": STRING, "value": text}]
        return self._gestures.command(person, self._random.choice(self._channels), command, values, [])

    def edit(self, asked: Asked, topic: Topic) -> None:
        """Let what was *asked* ask about *topic* instead."""
        asked.kind, asked.earlier, asked.mark = "edited", asked.mark, topic.mark
        self._revised[id(asked)] = self._now()
        self.discord.chat.edit(self.posts[id(asked)], {"content": f"<@{self.discord.me.id}> {topic.question}"})

    def delete(self, asked: Asked) -> None:
        """Let what was *asked* be taken away."""
        asked.kind, asked.earlier, asked.mark = "deleted", asked.mark, ""
        self._revised[id(asked)] = self._now()
        self.discord.chat.delete(self.posts[id(asked)])

    def stands(self, asked: Asked) -> bool:
        """Whether an answer to what was *asked* stands."""
        if asked.kind == "slash":
            return any(asked.spot == seen.spot and seen.marks for seen in self.seen())
        return self._answer(asked) is not None

    def _answer(self, asked: Asked) -> Message | None:
        question = self.posts[id(asked)]
        answer = self.discord.world.answers.get(question.id)
        return answer if answer is not None and answer.id in self.discord.world.shown else None

    def speak(
        self, text: str, *, way: str = "text", files: tuple[Upload, ...] = (), name: str = ""
    ) -> Callable[[str], None]:
        """Say *text* in some *way*, as somebody who calls themselves *name*; return what rewords it.

        Nobody counts what comes of it.
        """
        discord, channel = self.discord, self._random.choice(self._direct if way == "direct" else self._channels)
        person = discord.person(name) if name else self._random.choice(self._people)
        if channel.recipient is not None:
            person = discord.world.users[channel.recipient]
        if way == "command":
            self._use("ask", text, person)
        words = text if way in ("direct", "overheard") else f"<@{discord.me.id}> {text}"
        message = Message(discord.world.ids.fresh(), channel.id, person.id, words[:LONGEST])
        message.attachments = [new_attachment(discord.world, discord.origin, channel.id, file) for file in files]
        discord.chat.post(message)
        return lambda changed: discord.chat.edit(message, {"content": f"<@{discord.me.id}> {changed}"[:LONGEST]})

    # What goes wrong

    def break_something(self) -> None:
        """Let one thing go wrong with the next calls, or with the gateway."""
        faults, random = self.discord.faults, self._random
        route = random.choice((SEND, SEND, SEND, CHANGE, LOOK))
        match random.randrange(10):
            case 0:
                faults.answer(502, on=route)
            case 1:
                faults.answer(500, on=route, after=True)
            case 2:
                faults.rate_limit(0.2, on=route, scope=random.choice(("user", "shared", "global")))
            case 3 | 4:
                faults.cut(on=SEND)
            case 5:
                faults.cut(on=route, after=False)
            case 6:
                faults.duplicate(times=random.randint(1, 4))
            case 7:
                faults.late()
            case 8:
                faults.drop_sockets(on=SEND)
            case _:
                self.discord.gateway.reconnect()

    @property
    def injected(self) -> Counter[str]:
        """How often each thing went wrong."""
        return self.discord.faults.fired

    # What there is to see

    def seen(self) -> list[Seen]:
        """Return every message of the bot that stands now."""
        return [self._seen(message) for message in self.discord.world.shown.values()]

    def _seen(self, message: Message) -> Seen:
        tied = _TIED.search(repr(message.components))
        if message.interaction is not None:
            spot = f"interaction/{message.interaction['id']}"
        elif message.reference is None and tied:  # what it answers was over or gone, and it came without it
            place = message.channel if int(tied[1]) in self._written else "interaction"
            spot = f"{place}/{tied[1]}"
        else:
            spot = f"{message.channel}/{message.reference}"
        text = message.content + repr(message.components or "")
        return Seen(spot, marks_in(text), message.id, text)

    def note_deliveries(self, asked: list[Asked]) -> None:
        """Note in each of *asked* whether the bot can have heard of it.

        A message that it was away for is found again, but not the first one in a direct conversation, of which it
        cannot know; nor is an edit or a deletion. A command that nobody acknowledged has told its author so.
        """
        for question in asked:
            if (interaction := self._interactions.get(id(question))) is not None:
                question.acknowledged = interaction.answer is not None
            elif (contacted := self._contacted.get(id(question))) is not None:
                question.acknowledged = self._lived_through(contacted)
            elif (revised := self._revised.get(id(question))) is not None:
                question.revision_heard = self._lived_through(revised)

    def _lived_through(self, moment: float) -> bool:
        """True where the worker that ran at *moment* lived on for long enough."""
        ends = [died for died, _ in self._away]
        away = any(died <= moment <= born for died, born in self._away)
        return bool(moment) and not away and not any(moment <= died <= moment + HEARD_WITHIN for died in ends)

    def everything_received(self) -> bytes:
        """Return all that the bot sent here, as bytes; the fake notes no addresses of files."""
        return "".join(f"{one.path}\n{one.text}\n" for one in self.discord.received).encode("utf-8", "surrogatepass")
