"""The routes under ``/channels``: messages, reactions, typing and threads."""

from urllib.parse import unquote

from tests.fakes.discord import payloads
from tests.fakes.discord.calls import Call, Reply, Routes
from tests.fakes.discord.chat import REPLY
from tests.fakes.discord.composing import changes, compose
from tests.fakes.discord.errors import (
    DiscordError,
    Payload,
    archived,
    invalid_form,
    missing_permissions,
    not_the_author,
    unknown,
)
from tests.fakes.discord.permissions import Permission
from tests.fakes.discord.state import THREADS, Channel, ChannelType, Message, MessageFlag
from tests.fakes.discord.validation import check_thread_name, snowflake

route = Routes()
ONE_MESSAGE = "/channels/{channel}/messages/{message}"
REACTION = ONE_MESSAGE + "/reactions/{emoji}"
TAG_REQUIRED = 1 << 4
MOST_REACTIONS = 20


def seen_channel(call: Call) -> Channel:
    """Return the channel of the path.

    Raises:
        DiscordError: 10003, there is none; 50001, the bot does not see it.
    """
    channel = call.discord.world.channel(call.key("channel"))
    call.discord.chat.demand(channel)
    return channel


def found_message(call: Call) -> tuple[Channel, Message]:
    """Return the message of the path, in its channel.

    Raises:
        DiscordError: 10003, 50001 or 10008.
    """
    channel = seen_channel(call)
    return channel, call.discord.world.message(channel, call.key("message"))


def read(call: Call, message: Message) -> Payload:
    """Return *message* as the bot may read it: over REST the switch in its settings counts, not the connection."""
    return call.discord.chat.as_read(message, all_content=call.discord.message_content)


# ---- channels


@route("GET", "/channels/{channel}")
def get_channel(call: Call) -> Reply:
    channel = seen_channel(call)
    if channel.thread:
        return Reply(call.discord.chat.thread_payload(channel))
    return Reply(payloads.channel_payload(call.discord.world, channel))


@route("PATCH", "/channels/{channel}")
def change_channel(call: Call) -> Reply:
    channel = seen_channel(call)
    if channel.thread:
        _change_thread(call, channel)
        return Reply(call.discord.chat.thread_payload(channel))
    call.discord.chat.demand(channel, Permission.MANAGE_CHANNELS)
    channel.name = call.body.get("name", channel.name)
    channel.topic = call.body.get("topic", channel.topic)
    call.discord.chat.change_channel(channel)
    return Reply(payloads.channel_payload(call.discord.world, channel))


def _change_thread(call: Call, thread: Channel) -> None:
    """Archive, lock, tag or rename; its opener may do all but lock, others need MANAGE_THREADS.

    Raises:
        DiscordError: 50013, 50083 or 50035.
    """
    state, body = thread.thread, call.body
    assert state is not None
    mine = state.owner == call.discord.me.id
    manager = bool(call.discord.chat.permissions(thread, call.discord.me.id) & Permission.MANAGE_THREADS)
    if not manager and (not mine or "locked" in body):
        raise missing_permissions()
    if state.archived and body.get("archived") is not False and set(body) - {"archived", "locked"}:
        raise archived()
    if "name" in body or "auto_archive_duration" in body:
        check_thread_name({"name": thread.name} | body)
    thread.name = body.get("name", thread.name)
    state.archived = body.get("archived", state.archived)
    state.locked = body.get("locked", state.locked)
    state.auto_archive = body.get("auto_archive_duration", state.auto_archive)
    if "applied_tags" in body:
        state.tags = _tags(call.discord.world.root(thread), body["applied_tags"])
    call.discord.chat.change_thread(thread)


def _tags(forum: Channel, asked: list[str]) -> list[int]:
    known = {tag.id for tag in forum.tags}
    tags = [snowflake(tag, "applied_tags") for tag in asked]
    if len(tags) > 5:
        raise invalid_form({"applied_tags": ("BASE_TYPE_BAD_LENGTH", "Must be between 0 and 5 in length.")})
    if not set(tags) <= known:
        raise DiscordError(400, 10087, "Unknown tag")
    return tags


@route("DELETE", "/channels/{channel}")
def delete_channel(call: Call) -> Reply:
    channel = seen_channel(call)
    needed = Permission.MANAGE_THREADS if channel.thread else Permission.MANAGE_CHANNELS
    call.discord.chat.demand(channel, needed)
    body = payloads.channel_payload(call.discord.world, channel)
    call.discord.chat.delete_channel(channel)
    return Reply(body)


@route("POST", "/channels/{channel}/typing")
def type_in(call: Call) -> Reply:
    channel = seen_channel(call)
    call.discord.chat.may_write(channel, files=False, embeds=False)
    call.discord.typing.append(channel.id)
    call.discord.pulse.beat()
    return Reply(status=204)


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
    message.type = REPLY if message.reference else 0
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


# ---- threads


@route("POST", ONE_MESSAGE + "/threads")
def thread_from_message(call: Call) -> Reply:
    channel, message = found_message(call)
    if channel.thread or channel.recipient is not None:
        raise DiscordError(400, 50024, "Cannot execute action on this channel type")
    call.discord.chat.demand(channel, Permission.CREATE_PUBLIC_THREADS, Permission.READ_MESSAGE_HISTORY)
    check_thread_name(call.body)
    pause = call.body.get("auto_archive_duration") or 1440
    me = call.discord.me.id
    thread = call.discord.chat.open_thread(channel, call.body["name"], me, start=message, auto_archive=pause)
    return Reply(call.discord.chat.thread_payload(thread), 201)


@route("POST", "/channels/{channel}/threads")
def new_thread(call: Call) -> Reply:
    """Open a thread of its own, or, in a forum, a post with its first message."""
    channel = seen_channel(call)
    check_thread_name(call.body)
    if channel.type is ChannelType.FORUM:
        return _forum_post(call, channel)
    if channel.type not in (ChannelType.TEXT, ChannelType.NEWS):
        raise DiscordError(400, 50024, "Cannot execute action on this channel type")
    private = call.body.get("type", ChannelType.PRIVATE_THREAD) == ChannelType.PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    call.discord.chat.demand(channel, needed)
    pause = call.body.get("auto_archive_duration") or 1440
    thread = call.discord.chat.open_thread(
        channel, call.body["name"], call.discord.me.id, private=private, auto_archive=pause
    )
    return Reply(call.discord.chat.thread_payload(thread), 201)


def _forum_post(call: Call, forum: Channel) -> Reply:
    first = call.body.get("message")
    if not isinstance(first, dict):
        raise invalid_form({"message": ("BASE_TYPE_REQUIRED", "This field is required")})
    call.discord.chat.demand(forum, Permission.SEND_MESSAGES)
    tags = _tags(forum, call.body.get("applied_tags") or [])
    if forum.flags & TAG_REQUIRED and not tags:
        raise DiscordError(400, 40067, "A tag is required to create a forum post in this channel")
    message = compose(call, forum, first)
    thread = call.discord.chat.open_thread(forum, call.body["name"], call.discord.me.id, tags=tags)
    message.id = message.channel = thread.id
    call.discord.chat.post(message, mentions=first.get("allowed_mentions"))
    return Reply(call.discord.chat.thread_payload(thread) | {"message": read(call, message)}, 201)


def seen_thread(call: Call) -> Channel:
    """Return the thread of the path.

    Raises:
        DiscordError: 10003, 50001, or 50024 where it is no thread.
    """
    channel = seen_channel(call)
    if channel.type not in THREADS:
        raise DiscordError(400, 50024, "Cannot execute action on this channel type")
    return channel


@route("PUT", "/channels/{channel}/thread-members/@me")
def join_thread(call: Call) -> Reply:
    thread = seen_thread(call)
    if thread.thread and thread.thread.archived:
        raise archived()
    call.discord.chat.join(thread, call.discord.me.id)
    return Reply(status=204)


@route("DELETE", "/channels/{channel}/thread-members/@me")
def leave_thread(call: Call) -> Reply:
    call.discord.chat.leave(seen_thread(call), call.discord.me.id)
    return Reply(status=204)


@route("PUT", "/channels/{channel}/thread-members/{user}")
def add_to_thread(call: Call) -> Reply:
    thread = seen_thread(call)
    if call.key("user") not in call.discord.world.users:
        raise unknown("user")
    call.discord.chat.demand(thread, Permission.SEND_MESSAGES_IN_THREADS)
    call.discord.chat.join(thread, call.key("user"))
    return Reply(status=204)


@route("GET", "/channels/{channel}/thread-members")
def thread_members(call: Call) -> Reply:
    thread = seen_thread(call)
    people = thread.thread.members if thread.thread else ()
    return Reply([call.discord.chat.thread_member(thread, user) for user in sorted(people)])


@route("GET", "/channels/{channel}/thread-members/{user}")
def thread_member(call: Call) -> Reply:
    thread = seen_thread(call)
    user = call.discord.me.id if call.params["user"] == "@me" else call.key("user")
    if thread.thread is None or user not in thread.thread.members:
        raise unknown("member")
    return Reply(call.discord.chat.thread_member(thread, user))


@route("GET", "/channels/{channel}/threads/archived/public")
def archived_threads(call: Call) -> Reply:
    channel = seen_channel(call)
    call.discord.chat.demand(channel, Permission.READ_MESSAGE_HISTORY)
    found = [
        call.discord.chat.thread_payload(thread)
        for thread in call.discord.world.channels.values()
        if thread.parent == channel.id and thread.thread and thread.thread.archived
    ]
    return Reply({"threads": found, "members": [], "has_more": False})
