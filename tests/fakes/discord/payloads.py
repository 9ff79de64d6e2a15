"""The state as Discord writes it: objects out, JSON-ready dictionaries in Discord's own shapes."""

from tests.fakes.discord.clock import moment, timestamp
from tests.fakes.discord.errors import Payload
from tests.fakes.discord.state import Attachment, Channel, Guild, Member, Message, MessageFlag, Role, User, World


def user_payload(user: User) -> Payload:
    return {
        "id": str(user.id),
        "username": user.name,
        "discriminator": "0",
        "global_name": None if user.bot else user.name.title(),
        "avatar": None,
        "bot": user.bot,
        "public_flags": 0,
    }


def member_payload(world: World, member: Member, *, whole: bool = True) -> Payload:
    """Return a member; not *whole*, without the user, as it rides along with a message."""
    payload: Payload = {
        "nick": member.nick,
        "roles": [str(role) for role in member.roles],
        "joined_at": timestamp(moment(member.user)),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "avatar": None,
        "premium_since": None,
        "pending": False,
        "communication_disabled_until": None,
    }
    return payload | {"user": user_payload(world.users[member.user])} if whole else payload


def role_payload(role: Role) -> Payload:
    payload: Payload = {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": bool(role.bot),
        "mentionable": role.mentionable,
        "flags": 0,
    }
    return payload | {"tags": {"bot_id": str(role.bot)}} if role.bot else payload


def channel_payload(world: World, channel: Channel) -> Payload:
    """Return a channel, a direct conversation or a thread, each in its own shape."""
    latest = next(reversed(channel.messages), None)
    payload: Payload = {
        "id": str(channel.id),
        "type": int(channel.type),
        "last_message_id": str(latest) if latest else None,
        "flags": channel.flags,
    }
    if channel.recipient is not None:
        return payload | {"recipients": [user_payload(world.users[channel.recipient])]}
    payload |= {
        "guild_id": str(channel.guild),
        "name": channel.name,
        "parent_id": str(channel.parent) if channel.parent else None,
        "rate_limit_per_user": channel.slow_mode,
    }
    if channel.thread:
        return payload | _thread_part(channel)
    payload |= {
        "position": channel.position,
        "topic": channel.topic,
        "nsfw": False,
        "permission_overwrites": _overwrites(world, channel),
    }
    if channel.tags or channel.type == 15:
        payload["available_tags"] = [
            {"id": str(tag.id), "name": tag.name, "moderated": tag.moderated, "emoji_id": None, "emoji_name": None}
            for tag in channel.tags
        ]
        payload |= {"default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0}
    return payload


def _overwrites(world: World, channel: Channel) -> list[Payload]:
    return [
        {"id": str(key), "type": int(key in world.users), "allow": str(part.allow), "deny": str(part.deny)}
        for key, part in channel.overwrites.items()
    ]


def _thread_part(channel: Channel) -> Payload:
    thread = channel.thread
    assert thread is not None
    return {
        "owner_id": str(thread.owner),
        "message_count": len(channel.messages),
        "total_message_sent": thread.sent,
        "member_count": len(thread.members),
        "applied_tags": [str(tag) for tag in thread.tags],
        "thread_metadata": {
            "archived": thread.archived,
            "locked": thread.locked,
            "auto_archive_duration": thread.auto_archive,
            "archive_timestamp": timestamp(thread.changed),
            "create_timestamp": timestamp(moment(channel.id)),
        },
    }


def guild_payload(world: World, guild: Guild, me: int) -> Payload:
    """Return the whole server as GUILD_CREATE carries it to the bot *me*: of its members, only the bot."""
    return guild_summary(guild) | {
        "joined_at": timestamp(moment(guild.id)),
        "large": len(guild.members) > 250,
        "member_count": len(guild.members),
        "members": [member_payload(world, guild.members[me])] if me in guild.members else [],
        "channels": [channel_payload(world, channel) for channel in world.top_channels(guild)],
        "threads": [
            channel_payload(world, thread)
            for thread in world.threads(guild)
            if thread.thread and not thread.thread.archived
        ],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def guild_summary(guild: Guild) -> Payload:
    """Return the server as ``GET /guilds/{id}`` does."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "owner_id": str(guild.owner),
        "roles": [role_payload(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "preferred_locale": guild.locale,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "afk_timeout": 300,
        "afk_channel_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
    }


def attachment_payload(attachment: Attachment) -> Payload:
    return {
        "id": str(attachment.id),
        "filename": attachment.name,
        "size": len(attachment.content),
        "url": attachment.url,
        "proxy_url": attachment.url,
        "ephemeral": attachment.ephemeral,
    } | ({"content_type": attachment.media_type} if attachment.media_type else {})


def message_payload(world: World, message: Message, *, nested: bool = False) -> Payload:
    """Return a message; *nested*, as it rides inside another that answers it."""
    payload: Payload = {
        "id": str(message.id),
        "channel_id": str(message.channel),
        "author": user_payload(world.users[message.author]),
        "content": message.content,
        "timestamp": timestamp(moment(message.id)),
        "edited_timestamp": timestamp(message.edited) if message.edited else None,
        "tts": False,
        "mention_everyone": message.mention_everyone,
        "mentions": [user_payload(world.users[user]) for user in message.mentions],
        "mention_roles": [str(role) for role in message.mention_roles],
        "attachments": [attachment_payload(attachment) for attachment in message.attachments],
        "embeds": message.embeds,
        "components": message.components,
        "pinned": message.pinned,
        "type": message.type,
        "flags": message.flags,
    }
    if message.webhook is not None:
        payload["webhook_id"] = str(message.webhook)
    if message.nonce is not None:
        payload["nonce"] = message.nonce
    if message.interaction is not None:
        payload["interaction_metadata"] = message.interaction
    if message.application is not None:
        payload["application_id"] = str(message.application)
    if message.reactions:
        payload["reactions"] = _reactions(message)
    if message.thread is not None and message.thread in world.channels:
        payload["thread"] = channel_payload(world, world.channels[message.thread])
    if message.reference is not None:
        payload |= _reference(world, message, nested=nested)
    return payload


def _reactions(message: Message) -> list[Payload]:
    return [
        {
            "count": len(people),
            "count_details": {"burst": 0, "normal": len(people)},
            "me": False,
            "me_burst": False,
            "burst_colors": [],
            "emoji": emoji_payload(emoji),
        }
        for emoji, people in message.reactions.items()
    ]


def emoji_payload(emoji: str) -> Payload:
    """Return an emoji, given as a character or as ``name:id``."""
    name, _, key = emoji.partition(":")
    return {"id": key or None, "name": name}


def _reference(world: World, message: Message, *, nested: bool) -> Payload:
    channel = world.channels[message.reference_channel or message.channel]
    assert message.reference is not None
    part: Payload = {
        "message_reference": {
            "type": 0,
            "message_id": str(message.reference),
            "channel_id": str(channel.id),
        }
        | ({"guild_id": str(channel.guild)} if channel.guild else {})
    }
    if not nested:
        original = channel.messages.get(message.reference)
        part["referenced_message"] = message_payload(world, original, nested=True) if original else None
    return part


def stripped(payload: Payload) -> Payload:
    """Return the message *payload* without what needs the intent to read content."""
    return payload | {"content": "", "embeds": [], "attachments": [], "components": []}


def is_ephemeral(message: Message) -> bool:
    return bool(message.flags & MessageFlag.EPHEMERAL)
