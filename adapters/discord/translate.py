"""From Discord's values to the core's, and from the core's replies to what Discord takes; pure both ways."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import discord

from adapters.discord.origin import Origin
from adapters.discord.render import LAID_OUT, code, cut, split, to_discord
from adapters.discord.rules import HINT, USUAL, Rules
from adapters.wording import say
from bot.model import Attachment, Choice, Delivery, Evidence, Message, Outcome, Place, Reply

PLATFORM = "discord"
DIRECT = "dm"  # the tenant of direct messages
FILES = 5  # files of one message that are read
ON_A_BUTTON = 80  # characters that a button's label may have
ON_AN_OPTION = 100  # the same for an option of a select
READABLE = 38  # a longer label on a button is cut off on a phone
NONE = "-"  # the entry of "none of these", which no entry is called

_WORDS_OF_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)


@dataclass(frozen=True, slots=True)
class Hint:
    """A forum's post that the bot may not read, whose author is told how to ask."""

    message: Message


def place_of(channel: object, guild: int | None) -> Place:
    """Return the core's key for *channel* of the server *guild*, which is None for a direct conversation."""
    key = str(getattr(channel, "id", ""))
    if guild is None:
        return Place(PLATFORM, DIRECT, key, key)
    if isinstance(channel, discord.Thread):
        return Place(PLATFORM, str(guild), str(channel.parent_id), key)
    return Place(PLATFORM, str(guild), key)


def by_a_person(message: discord.Message) -> bool:
    """True for words that a person wrote: no other bot, no webhook, no notice of Discord's own."""
    return not message.author.bot and message.webhook_id is None and message.type in _WORDS_OF_PEOPLE


def calls(message: discord.Message, me: int) -> bool:
    """True where *message* is meant for the bot *me*: a direct message, a mention, a reply to something it wrote."""
    if guild_of(message) is None or any(user.id == me for user in message.mentions):
        return True
    if any(role.tags is not None and role.tags.bot_id == me for role in message.role_mentions):
        return True
    answered = message.reference.resolved if message.reference else None
    return isinstance(answered, discord.Message) and answered.author.id == me


def guild_of(message: discord.Message) -> int | None:
    """The server that *message* was written in, known or not; None for a direct message."""
    if message.guild is not None:
        return message.guild.id
    return message.channel.guild_id if isinstance(message.channel, discord.PartialMessageable) else None


def opens_post(message: discord.Message) -> bool:
    """True for the message that a forum's post begins with."""
    channel = message.channel
    return isinstance(channel, discord.Thread) and channel.id == message.id and _in_forum(channel)


def listens(message: discord.Message, rules: Rules, *, knows_thread: bool = False) -> bool:
    """True where *message*, which calls nobody, may be answered: by the rules, or in a thread that the bot knows."""
    if rules.quiet or not by_a_person(message):
        return False
    channel = message.channel
    if isinstance(channel, discord.Thread):
        automatic = str(channel.parent_id) in rules.auto and (opens_post(message) or not _in_forum(channel))
        return automatic or (knows_thread and bool(message.content))
    return str(channel.id) in rules.auto


def to_message(
    message: discord.Message, me: int, rules: Rules = USUAL, *, knows_thread: bool = False
) -> Message | Hint | None:
    """Return what was written to the bot *me* or may be answered without a call; None where it is not for us."""
    if not by_a_person(message):
        return None
    addressed = calls(message, me)
    if not addressed and not listens(message, rules, knows_thread=knows_thread):
        return None
    made = _made(message, me, rules, addressed=addressed)
    if addressed or message.content or message.attachments:
        return made
    if not opens_post(message):
        return None  # an overheard message that the bot may not read
    return Hint(made) if rules.unread_posts == HINT else made


def to_edit(message: discord.Message, me: int, rules: Rules = USUAL, *, knows_thread: bool = False) -> Message | None:
    """Return the new wording of *message*; None where its author changed nothing, or it is not for us."""
    if message.edited_at is None:
        return None
    made = to_message(message, me, rules, knows_thread=knows_thread)
    if not isinstance(made, Message):
        return None
    return _edited(made, message.edited_at)


def retracted(message: int, channel: object, channel_id: int, guild: int | None) -> Message:
    """Return the message that was deleted, without its words."""
    place = place_of(channel if channel is not None else discord.Object(channel_id), guild)
    return Message(str(message), place, "", "")


def to_question(
    interaction: "discord.Interaction[discord.AutoShardedClient]",
    text: str,
    *,
    attachments: Sequence[Attachment] = (),
    pick: Choice | None = None,
    private: bool = False,
    diagnosis: bool = False,
    about: int = 0,
) -> Message:
    """Return what is asked by a command, a menu or a button; *about* is the message that it is asked of."""
    outside = is_outside(interaction)
    channel = interaction.channel
    guild = interaction.guild_id
    origin = Origin(
        interaction.channel_id or 0,
        about,
        interaction.token,
        private=private,
        outside=outside,
        diagnosis=diagnosis,
    )
    return Message(
        str(interaction.id),
        place_of(channel, guild),
        str(interaction.user.id),
        text,
        tuple(attachments),
        pick=pick,
        outsiders=outside,
        locale=language_of(interaction.locale),
        origin=origin.to_json(),
    )


def is_outside(interaction: "discord.Interaction[discord.AutoShardedClient]") -> bool:
    """True where the bot was brought along by a person to a place that it is no member of."""
    alone = interaction.is_user_integration() and not interaction.is_guild_integration()
    return alone and not interaction.context.dm_channel


def tenant_of(guild: int | None) -> str:
    """The tenant that the server *guild* is to the core."""
    return DIRECT if guild is None else str(guild)


def language_of(locale: object) -> str:
    """The language (ISO 639-1) of one of Discord's locales."""
    return str(locale).partition("-")[0]


def without_call(text: str, me: int) -> str:
    """Return *text* without the mentions of the bot *me* that it begins or ends with; its lines stay where they are."""
    called = re.sub(rf"\A(?:[ \t]*<@[!&]?{me}>(?:[,:](?=\s))?[ \t]*)+", "", text)
    return re.sub(rf"(?:[ \t]*<@[!&]?{me}>[ \t]*)+\Z", "", called)


def _made(message: discord.Message, me: int, rules: Rules, *, addressed: bool) -> Message:
    opening = opens_post(message)
    title = message.channel.name if opening and isinstance(message.channel, discord.Thread) else ""
    files = tuple(file.id for file in message.attachments[:FILES])
    origin = Origin(message.channel.id, message.id, forum=opening, files=files)
    return Message(
        str(message.id),
        place_of(message.channel, guild_of(message)),
        str(message.author.id),
        "\n\n".join(filter(None, (title, without_call(message.content, me)))),
        addressed=addressed,
        locale=rules.language,
        origin=origin.to_json(),
    )


def _edited(made: Message, at: datetime) -> Message:
    event = f"{made.event}:edited:{at.timestamp():.6f}"
    return Message(
        event,
        made.place,
        made.author,
        made.text,
        addressed=made.addressed,
        revises=made.event,
        locale=made.locale,
        origin=made.origin,
    )


def _in_forum(thread: discord.Thread) -> bool:
    return isinstance(thread.parent, discord.ForumChannel)


class Action(StrEnum):
    """What a button or a select does; the first word of its ``custom_id``."""

    PICK = "pick"
    CHOOSE = "choose"
    UP = "up"
    DOWN = "down"
    PERSON = "person"
    SHARE = "share"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class Control:
    """A button, or with *options* a select; ``about`` is what the action is done to: an entry or an event."""

    action: Action
    label: str
    about: str = ""
    options: tuple[Choice, ...] = ()

    @property
    def custom_id(self) -> str:
        """What Discord hands back when it is used: all that it takes to act on it, also after a restart."""
        return f"fd:{self.action}:{self.about}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply as Discord takes it.

    Attributes:
        parts: The texts of the messages that it becomes, in order.
        rows: The rows of controls below the last one.
        reading: What was read from a trace, shown below the answer; with it all is laid out in one message.
    """

    parts: tuple[str, ...]
    rows: tuple[tuple[Control, ...], ...] = ()
    reading: str = ""


def to_outgoing(delivery: Delivery, rules: Rules = USUAL, *, solvable: bool = False) -> Outgoing:
    """Return the reply of *delivery* as Discord takes it; *solvable* where the author may mark a post as solved."""
    reply, origin = delivery.reply, Origin.from_json(delivery.message.origin)
    text = to_discord(reply.text)
    rows = tuple(filter(None, (_choices(reply), _verdicts(delivery, origin, rules, solvable=solvable))))
    reading = _evidence(reply.evidence) if origin.diagnosis else ""
    if reading:
        shown = split(text, LAID_OUT - 500)
        return Outgoing(shown[:1], rows, reading) if len(shown) == 1 else Outgoing(split(text), rows)
    return Outgoing(split(text), rows)


def _choices(reply: Reply) -> tuple[Control, ...]:
    """The choices as buttons, or as a select where they are too many or too long to be read on buttons."""
    choices = reply.choices
    if not choices:
        return ()
    if len(choices) <= 5 and all(len(choice.label) <= READABLE for choice in choices):
        return tuple(Control(Action.PICK, choice.label, choice.entry or NONE) for choice in choices)
    options = tuple(Choice(cut(choice.label, ON_AN_OPTION), choice.entry) for choice in choices[:25])
    return (Control(Action.CHOOSE, say("choose", reply.language), options=options),)


def _verdicts(delivery: Delivery, origin: Origin, rules: Rules, *, solvable: bool) -> tuple[Control, ...]:
    reply, event, language = delivery.reply, delivery.message.event, delivery.reply.language
    found: list[Control] = []
    if reply.outcome is Outcome.ANSWER and not rules.quiet:
        found += [
            Control(Action.UP, say("helpful", language), event),
            Control(Action.DOWN, say("unhelpful", language), event),
        ]
    if reply.outcome in (Outcome.ANSWER, Outcome.FALLBACK, Outcome.CLARIFY):
        found.append(Control(Action.PERSON, say("person", language)))
    if reply.outcome is Outcome.ANSWER and solvable:
        found.append(Control(Action.SOLVED, say("solved", language)))
    if origin.private and reply.outcome in (Outcome.ANSWER, Outcome.CLARIFY):
        where = "share_thread" if delivery.message.place.thread else "share_channel"
        found.append(Control(Action.SHARE, say(where, language)))
    return tuple(found)


def _evidence(evidence: Sequence[Evidence]) -> str:
    """What was read, each once, in small print: `exceeded_current_quota_error` (3) · `429` (1)."""
    shown = {code(piece.value): piece.line for piece in reversed(evidence)}
    return "-# " + " · ".join(f"{value} ({line})" for value, line in reversed(shown.items())) if shown else ""
