"""What the bot asks of a server, and what each right is for: the invitation, the doctor and the pages agree."""

from dataclasses import dataclass
from urllib.parse import urlencode

import discord

INVITE = "https://discord.com/oauth2/authorize"
SCOPES = ("bot", "applications.commands")


@dataclass(frozen=True, slots=True)
class Right:
    """A permission by discord.py's *name* and as Discord *shows* it, what it is *for*, and what is lost without it."""

    name: str
    shows: str
    is_for: str
    without: str


LEAST = (
    Right("view_channel", "View Channels", "see where it is called", "it hears nothing"),
    Right("send_messages", "Send Messages", "answer in channels", "it answers the asker directly instead"),
    Right(
        "send_messages_in_threads",
        "Send Messages in Threads",
        "answer in threads and forum posts",
        "it answers the asker directly instead",
    ),
    Right(
        "read_message_history",
        "Read Message History",
        "reply to the question itself, and find what was asked while it was away",
        "it writes below, and misses what was asked while it was away",
    ),
    Right(
        "add_reactions",
        "Add Reactions",
        "mark a question with ⏳ that came too soon after many others",
        "it says nothing",
    ),
    Right(
        "embed_links",
        "Embed Links",
        "nothing today: previews of links are suppressed; may be taken away",
        "nothing is lost today",
    ),
    Right(
        "create_public_threads",
        "Create Public Threads",
        "nothing today: answers stand in place; may be taken away",
        "nothing is lost today",
    ),
)
TAGS = Right(
    "manage_threads", "Manage Threads", "tag forum posts as solved (optional)", "the button Solved cannot tag a post"
)


def permissions(*, tags: bool = False) -> discord.Permissions:
    """Return the least permissions, with *tags* also what it takes to tag posts as solved."""
    return discord.Permissions(**{right.name: True for right in (*LEAST, *((TAGS,) if tags else ()))})


def invitation(application: int, *, tags: bool = False) -> str:
    """Return the address at which an admin adds the bot to a server."""
    asked = {
        "client_id": application,
        "permissions": permissions(tags=tags).value,
        "integration_type": 0,
        "scope": " ".join(SCOPES),
    }
    return f"{INVITE}?{urlencode(asked)}"


def missing(granted: discord.Permissions) -> tuple[Right, ...]:
    """Return the rights of `LEAST` that *granted* lacks."""
    if granted.administrator:
        return ()
    return tuple(right for right in LEAST if not getattr(granted, right.name))
