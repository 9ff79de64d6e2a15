"""The routes of messages and reactions."""

from urllib.parse import unquote

from tests.fakes.discord import payloads
from tests.fakes.discord.calls import Call, Reply, Routes
from tests.fakes.discord.composing import changes, compose
from tests.fakes.discord.errors import (
    DiscordError,
    Payload,
    archived,
    invalid_form,
    not_the_author,
    unknown,
)
from tests.fakes.discord.permissions import Permission
from tests.fakes.discord.places import found_message, read, seen_channel
from tests.fakes.discord.state import Channel, ChannelType, Message, MessageFlag, MessageType
from tests.fakes.discord.validation import snowflake

route = Routes()
ONE_MESSAGE = "/channels/{channel}/messages/{message}"
REACTION = ONE_MESSAGE + "/reactions/{emoji}"
MOST_REACTIONS = 20


# ---- messages


@route("GET", "/channels/{channel}/messages")
def list_messages(call: Call) -> Reply:
    """Newest first; with ``before``, ``after`` or ``around``."""
    channel = seen_channel(call)
    limit = call.number("limit", 50, 1, 100)
    if (
        channel.guild
        and not call.discord.chat.permissions(channel, call.discord.me.id) & Permission.READ_MESSAGE_HISTORY
    ):
        return Reply([])
    keys = sorted(channel.messages)
    if "before" in call.query:
        before = snowflake(call.query["before"], "before")
        keys = [key for key in keys if key < before][-limit:]
    elif "after" in call.query:
        after = snowflake(call.query["after"], "after")
        keys = [key for key in keys if key > after][:limit]
    elif "around" in call.query:
        around = snowflake(call.query["around"], "around")
        half = limit // 2
        earlier, later = [key for key in keys if key < around], [key for key in keys if key >= around]
        keys = earlier[max(0, len(earlier) - half) :] + later[: limit - half]
    return Reply([read(call, channel.messages[key]) for key in reversed(keys[-limit:])])


@route("POST", "/channels/{channel}/messages")
def write(call: Call) -> Reply:
    """Post a message; under a nonce that is to be enforced, the one that has it already is the answer."""
    chat, body = call.discord.chat, call.body
    channel = seen_channel(call)
    if channel.type is ChannelType.FORUM:
        raise DiscordError(400, 40058, "Cannot send messages in a forum channel")
    chat.may_write(channel, files=bool(call.sent.files), embeds=bool(body.get("embeds")))
    if len(str(body.get("nonce") or "")) > 25:
        raise invalid_form({"nonce": ("BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")})
    if body.get("nonce") and body.get("enforce_nonce"):
        earlier = chat.earlier(channel, call.discord.me.id, body["nonce"])
        if earlier is not None:
            return Reply(read(call, earlier))
    message = compose(call, channel, body)
    message.reference = _answered(call, channel, body)
    message.type = MessageType.REPLY if message.reference else MessageType.DEFAULT
    chat.post(message, mentions=body.get("allowed_mentions"))
    return Reply(read(call, message))


def _answered(call: Call, channel: Channel, body: Payload) -> int | None:
    """Return the id of the message that the new one answers, or None.

    Raises:
        DiscordError: 160002, the bot may not read back here; 50035, there is no such message and the bot insists.
    """
    reference = body.get("message_reference")
    if not reference:
        return None
    if not call.discord.chat.permissions(channel, call.discord.me.id) & Permission.READ_MESSAGE_HISTORY:
        raise DiscordError(400, 160002, "Cannot reply without permission to read message history")
    key = snowflake(reference.get("message_id"), "message_reference.message_id")
    if key in channel.messages:
        return key
    if reference.get("fail_if_not_exists", True):
        raise invalid_form({"message_reference": ("REPLIES_UNKNOWN_MESSAGE", "Unknown message")})
    return None


@route("GET", ONE_MESSAGE)
def get_message(call: Call) -> Reply:
    channel, message = found_message(call)
    call.discord.chat.demand(channel, Permission.READ_MESSAGE_HISTORY)
    return Reply(read(call, message))


@route("PATCH", ONE_MESSAGE)
def edit_message(call: Call) -> Reply:
    channel, message = found_message(call)
    if channel.thread and channel.thread.archived:
        raise archived()
    if message.author != call.discord.me.id:
        _suppress_embeds(call, channel, message)
    else:
        asked = changes(call, message, call.body)
        call.discord.chat.edit(message, asked, mentions=call.body.get("allowed_mentions"))
    return Reply(read(call, message))


def _suppress_embeds(call: Call, channel: Channel, message: Message) -> None:
    """Hide the embeds of another's message, which is all that may be changed there."""
    if set(call.body) != {"flags"}:
        raise not_the_author()
    call.discord.chat.demand(channel, Permission.MANAGE_MESSAGES)
    hidden = (call.body["flags"] or 0) & MessageFlag.SUPPRESS_EMBEDS
    call.discord.chat.edit(message, {"flags": message.flags & ~MessageFlag.SUPPRESS_EMBEDS | hidden})


@route("DELETE", ONE_MESSAGE)
def delete_message(call: Call) -> Reply:
    channel, message = found_message(call)
    if message.author != call.discord.me.id:
        if channel.recipient is not None:
            raise DiscordError(403, 50003, "Cannot execute action on a DM channel")
        call.discord.chat.demand(channel, Permission.MANAGE_MESSAGES)
    call.discord.chat.delete(message)
    return Reply(status=204)


@route("POST", "/channels/{channel}/messages/bulk-delete")
def delete_messages(call: Call) -> Reply:
    channel = seen_channel(call)
    call.discord.chat.demand(channel, Permission.MANAGE_MESSAGES)
    keys = {snowflake(key, "messages") for key in call.body.get("messages") or []}
    if not 2 <= len(keys) <= 100:
        raise DiscordError(400, 50016, "Provided too few or too many messages to delete.")
    found = [channel.messages[key] for key in keys if key in channel.messages]
    if found:
        call.discord.chat.delete(*found)
    return Reply(status=204)


# ---- reactions


@route("PUT", REACTION + "/@me")
def react(call: Call) -> Reply:
    channel, message = found_message(call)
    emoji = unquote(call.params["emoji"])
    needed = [Permission.READ_MESSAGE_HISTORY]
    if emoji not in message.reactions:
        needed.append(Permission.ADD_REACTIONS)
        if len(message.reactions) >= MOST_REACTIONS:
            raise DiscordError(400, 30010, "Maximum number of reactions reached (20)")
    call.discord.chat.demand(channel, *needed)
    if channel.thread and channel.thread.archived:
        raise archived()
    if emoji.isascii() and ":" not in emoji:
        raise unknown("emoji")
    call.discord.chat.react(message, emoji, call.discord.me.id)
    return Reply(status=204)


@route("DELETE", REACTION + "/@me")
def take_reaction_back(call: Call) -> Reply:
    _, message = found_message(call)
    emoji = unquote(call.params["emoji"])
    if call.discord.me.id in message.reactions.get(emoji, ()):
        call.discord.chat.react(message, emoji, call.discord.me.id, add=False)
    return Reply(status=204)


@route("DELETE", REACTION + "/{user}")
def remove_reaction(call: Call) -> Reply:
    channel, message = found_message(call)
    call.discord.chat.demand(channel, Permission.MANAGE_MESSAGES)
    emoji = unquote(call.params["emoji"])
    if call.key("user") in message.reactions.get(emoji, ()):
        call.discord.chat.react(message, emoji, call.key("user"), add=False)
    return Reply(status=204)


@route("GET", REACTION)
def who_reacted(call: Call) -> Reply:
    _, message = found_message(call)
    people = message.reactions.get(unquote(call.params["emoji"]), set())
    return Reply([payloads.user_payload(call.discord.world.users[key]) for key in sorted(people)])
