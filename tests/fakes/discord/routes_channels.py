"""The routes of channels and threads."""

from tests.fakes.discord import payloads
from tests.fakes.discord.calls import Call, Reply, Routes
from tests.fakes.discord.composing import compose
from tests.fakes.discord.errors import (
    DiscordError,
    archived,
    invalid_form,
    missing_permissions,
    unknown,
)
from tests.fakes.discord.permissions import Permission
from tests.fakes.discord.places import found_message, read, seen_channel
from tests.fakes.discord.state import THREADS, Channel, ChannelType
from tests.fakes.discord.validation import check_thread_name, snowflake

route = Routes()
TAG_REQUIRED = 1 << 4


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


# ---- threads


@route("POST", "/channels/{channel}/messages/{message}/threads")
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
