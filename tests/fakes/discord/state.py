"""What a Discord holds: people, servers, channels, threads and messages, with their ids."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any

from tests.fakes.discord.clock import Clock, Snowflakes
from tests.fakes.discord.errors import Payload, unknown


class ChannelType(IntEnum):
    TEXT = 0
    DIRECT = 1
    NEWS = 5
    NEWS_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


THREADS = frozenset({ChannelType.NEWS_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD})


class MessageType(IntEnum):
    """The kinds of messages; those of a thread's beginning are written by Discord in somebody's name."""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_COMMAND = 20
    THREAD_STARTER = 21
    MENU_COMMAND = 23


WRITTEN = frozenset({MessageType.DEFAULT, MessageType.REPLY, MessageType.CHAT_COMMAND, MessageType.MENU_COMMAND})


class MessageFlag(IntFlag):
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_COMPONENTS_V2 = 1 << 15


@dataclass(slots=True)
class User:
    """A person or a bot; ``reachable`` is False for one whose settings refuse direct messages."""

    id: int
    name: str
    bot: bool = False
    reachable: bool = True
    locale: str = "en-US"
    installed: bool = False


@dataclass(slots=True)
class Role:
    id: int
    name: str
    permissions: int = 0
    position: int = 1
    mentionable: bool = False
    bot: int = 0


@dataclass(slots=True)
class Overwrite:
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Member:
    user: int
    roles: list[int] = field(default_factory=list)
    nick: str | None = None


@dataclass(slots=True)
class Guild:
    id: int
    name: str
    owner: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    available: bool = True
    locale: str = "en-US"


@dataclass(slots=True)
class Tag:
    id: int
    name: str
    moderated: bool = False


@dataclass(slots=True)
class ThreadState:
    """What a thread has beyond a channel."""

    owner: int
    archived: bool = False
    locked: bool = False
    auto_archive: int = 1440
    changed: float = 0.0
    tags: list[int] = field(default_factory=list)
    members: set[int] = field(default_factory=set)
    sent: int = 0


@dataclass(slots=True)
class Attachment:
    id: int
    name: str
    content: bytes
    media_type: str | None
    url: str
    ephemeral: bool = False


@dataclass(slots=True)
class Message:
    """One message.

    Attributes:
        type: What kind it is; see ``MessageType``.
        reference: The message that it answers or belongs to, in *reference_channel* if that is another channel.
        interaction: Which gesture it answers, as Discord tells it.
        thread: The thread that was opened from it.
        only: The person who alone sees it (an ephemeral one).
    """

    id: int
    channel: int
    author: int
    content: str = ""
    type: int = MessageType.DEFAULT
    flags: int = 0
    embeds: list[Payload] = field(default_factory=list)
    components: list[Payload] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reference: int | None = None
    reference_channel: int | None = None
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    nonce: str | int | None = None
    edited: float | None = None
    webhook: int | None = None
    interaction: Payload | None = None
    application: int | None = None
    reactions: dict[str, set[int]] = field(default_factory=dict)
    thread: int | None = None
    only: int | None = None
    pinned: bool = False


@dataclass(slots=True)
class Channel:
    """A channel, a direct conversation, a forum or a thread, with the messages that stand in it."""

    id: int
    type: ChannelType
    name: str = ""
    guild: int | None = None
    parent: int | None = None
    position: int = 0
    topic: str | None = None
    flags: int = 0
    slow_mode: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    recipient: int | None = None
    thread: ThreadState | None = None
    messages: dict[int, Message] = field(default_factory=dict)


class World:
    """Everything there is, found by id.

    Attributes:
        hidden: The ephemeral messages, which stand in no channel's history.
        shown: The bot's messages that stand somewhere, ephemeral ones too, oldest first; not what still "is thinking".
        answers: The bot's latest reply in place to each message that it replied to.
        nonces: The messages that were sent under a nonce, by channel, author and nonce.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ids = Snowflakes(clock)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.hidden: dict[int, Message] = {}
        self.shown: dict[int, Message] = {}
        self.answers: dict[int, Message] = {}
        self.nonces: dict[tuple[int, int, str], Message] = {}
        self.attachments: dict[int, Attachment] = {}

    def add_user(self, name: str, **more: Any) -> User:
        user = User(self.ids.old(), name, **more)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, owner: User, everyone: int) -> Guild:
        guild = Guild(self.ids.apart(), name, owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", everyone, position=0)
        guild.members[owner.id] = Member(owner.id)
        self.guilds[guild.id] = guild
        return guild

    def add_role(self, guild: Guild, name: str, permissions: int = 0, **more: Any) -> Role:
        role = Role(self.ids.old(), name, permissions, position=len(guild.roles), **more)
        guild.roles[role.id] = role
        return role

    def add_channel(self, guild: Guild, name: str, kind: ChannelType = ChannelType.TEXT, **more: Any) -> Channel:
        channel = Channel(self.ids.old(), kind, name, guild.id, position=len(self.channels), **more)
        self.channels[channel.id] = channel
        return channel

    def add_tag(self, forum: Channel, name: str) -> Tag:
        tag = Tag(self.ids.old(), name)
        forum.tags.append(tag)
        return tag

    def direct(self, person: int) -> Channel:
        """Return the conversation between the bot and *person*, which exists from the first time it is asked for."""
        for channel in self.channels.values():
            if channel.recipient == person:
                return channel
        channel = Channel(self.ids.fresh(), ChannelType.DIRECT, recipient=person)
        self.channels[channel.id] = channel
        return channel

    def channel(self, key: int) -> Channel:
        """Return the channel.

        Raises:
            DiscordError: 10003, there is none.
        """
        if key not in self.channels:
            raise unknown("channel")
        return self.channels[key]

    def message(self, channel: Channel, key: int) -> Message:
        """Return the message of *channel*, which is not an ephemeral one.

        Raises:
            DiscordError: 10008, there is none.
        """
        if key not in channel.messages:
            raise unknown("message")
        return channel.messages[key]

    def guild(self, key: int) -> Guild:
        """Return the server.

        Raises:
            DiscordError: 10004, there is none.
        """
        if key not in self.guilds:
            raise unknown("guild")
        return self.guilds[key]

    def guild_of(self, channel: Channel) -> Guild | None:
        return None if channel.guild is None else self.guilds[channel.guild]

    def root(self, channel: Channel) -> Channel:
        """Return the channel whose overwrites count: a thread's parent, else *channel* itself."""
        return self.channels[channel.parent] if channel.thread and channel.parent else channel

    def threads(self, guild: Guild) -> Iterator[Channel]:
        return (channel for channel in self.channels.values() if channel.guild == guild.id and channel.thread)

    def top_channels(self, guild: Guild) -> Iterator[Channel]:
        return (channel for channel in self.channels.values() if channel.guild == guild.id and not channel.thread)
