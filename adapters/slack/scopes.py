"""What the app asks of a workspace, and what each part is for: the manifest, the installation and the doctor agree."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission, with what is lost without it."""

    name: str
    without: str
    optional: bool = False


_UNHEARD = "nothing without a mention is heard: no follow-ups, no edits, no questions to everybody"

SCOPES = (
    Scope("app_mentions:read", "mentions in channels are not heard"),
    Scope("chat:write", "nothing can be answered"),
    Scope("commands", "there is neither /faq nor “Explain this error”"),
    Scope("im:history", "direct messages are not heard"),
    Scope("reactions:write", "a question that takes longer than a second gets no 👀"),
    Scope("assistant:write", "the messages tab suggests no questions"),
    Scope("channels:history", f"in public channels {_UNHEARD}", optional=True),
    Scope("groups:history", f"in private channels {_UNHEARD}", optional=True),
    Scope("mpim:history", f"in group messages {_UNHEARD}", optional=True),
    Scope("channels:read", "a private answer is shared in a public channel only if its entry is public", optional=True),
    Scope("groups:read", "a private answer is shared in a private channel only if its entry is public", optional=True),
    Scope("files:read", "attached logs and snippets cannot be read", optional=True),
)

REQUIRED = tuple(scope.name for scope in SCOPES if not scope.optional)
OPTIONAL = tuple(scope.name for scope in SCOPES if scope.optional)

EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)
