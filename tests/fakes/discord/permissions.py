"""Who may do what where: the bits, and Discord's own way to add up roles and a channel's overwrites."""

from enum import IntFlag

from tests.fakes.discord.state import Channel, Guild


class Permission(IntFlag):
    """The permissions that matter to a bot that reads and writes."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    CHANGE_NICKNAME = 1 << 26
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


EVERYTHING = (1 << 53) - 1
INVITED = (
    309_237_730_368  # view, send, embed links, read history, add reactions, create public threads, send in threads
)
EVERYONE = int(
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
DIRECT = EVERYONE & ~(Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES_IN_THREADS)


def in_guild(guild: Guild, user: int) -> int:
    """Return the permissions that *user*'s roles give in the whole of *guild*."""
    if user == guild.owner:
        return EVERYTHING
    member = guild.members.get(user)
    if member is None:
        return 0
    total = guild.roles[guild.id].permissions
    for role in member.roles:
        total |= guild.roles[role].permissions
    return EVERYTHING if total & Permission.ADMINISTRATOR else total


def in_channel(guild: Guild, channel: Channel, user: int) -> int:
    """Return what *user* may do in *channel*, whose overwrites count (for a thread: those of its parent)."""
    total = in_guild(guild, user)
    if total == EVERYTHING or user not in guild.members:
        return total
    everyone = channel.overwrites.get(guild.id)
    if everyone:
        total = total & ~everyone.deny | everyone.allow
    of_roles = [channel.overwrites[role] for role in guild.members[user].roles if role in channel.overwrites]
    for overwrite in of_roles:
        total &= ~overwrite.deny
    for overwrite in of_roles:
        total |= overwrite.allow
    own = channel.overwrites.get(user)
    if own:
        total = total & ~own.deny | own.allow
    return total if total & Permission.VIEW_CHANNEL else 0
