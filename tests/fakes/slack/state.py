"""What the fake Slack remembers: workspaces, people, channels, messages, files, views, and who may do what."""

import time
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["channel", "group", "im", "mpim"]
TokenKind = Literal["bot", "user", "app", "refresh"]

APP_ID = "A0FAKEAPP01"
VERIFICATION_TOKEN = "EXAMPLE-verification"  # noqa: S105  # the old, unsigned one that still rides along
SLACKBOT = "USLACKBOT"
ROTATED_LIFE = 12 * 3600

# Assembled, so that no scanner takes the fake's tokens for a leak.
PREFIX: dict[TokenKind, str] = {"bot": "xox" + "b", "user": "xox" + "p", "app": "xa" + "pp", "refresh": "xox" + "e"}

SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "mpim:history",
        "mpim:read",
        "reactions:read",
        "reactions:write",
        "users:read",
    }
)


@dataclass(slots=True)
class Workspace:
    id: str
    name: str
    enterprise_id: str = ""

    @property
    def domain(self) -> str:
        return self.name.lower().replace(" ", "-")


@dataclass(slots=True)
class User:
    id: str
    name: str
    team_id: str
    locale: str = "en-US"
    is_bot: bool = False


@dataclass(slots=True)
class Channel:
    """A channel or a direct message; ``teams`` are the workspaces that share it, the owner's first."""

    id: str
    name: str
    teams: list[str]
    kind: Kind = "channel"
    members: set[str] = field(default_factory=set)
    archived: bool = False

    @property
    def shared(self) -> bool:
        return len(self.teams) > 1


@dataclass(slots=True)
class File:
    id: str
    name: str
    media_type: str
    content: bytes
    user: str
    team_id: str
    created: int
    url_private: str


@dataclass(slots=True)
class Post:
    """A message.

    Attributes:
        serial: Counts all that was ever shown, views too.
        ephemeral_to: Its only reader, where there is but one.
        ours: Whether the app under test wrote it.
        shown_at: When it was shown, by ``time.monotonic``.
    """

    serial: int
    ts: str
    channel: str
    user: str
    team: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    subtype: str = ""
    bot_id: str = ""
    client_msg_id: str = ""
    ephemeral_to: str = ""
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: str = ""
    ours: bool = False
    shown_at: float = field(default_factory=time.monotonic)


@dataclass(slots=True)
class View:
    """A modal or a home tab as one person has it before them."""

    serial: int
    id: str
    user: str
    team: str
    content: Json
    root: str
    previous: str = ""
    revision: int = 0
    open: bool = True
    errors: Json = field(default_factory=dict)

    @property
    def type(self) -> str:
        return str(self.content["type"])

    @property
    def hash(self) -> str:
        return f"{self.id}.{self.revision}"


@dataclass(slots=True)
class Installation:
    """The app in one workspace, or (``org_wide``) in all of an enterprise's."""

    team_id: str
    enterprise_id: str
    org_wide: bool
    scopes: frozenset[str]
    bot_user: str
    bot_id: str
    installer: str
    active: bool = True

    def covers(self, workspace: Workspace) -> bool:
        if self.org_wide:
            return bool(workspace.enterprise_id) and workspace.enterprise_id == self.enterprise_id
        return workspace.id == self.team_id


@dataclass(slots=True)
class Token:
    value: str
    kind: TokenKind
    scopes: frozenset[str]
    installation: Installation | None = None
    user: str = ""
    expires_at: float | None = None
    revoked: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """A ``response_url``'s remaining uses; ``origin`` is the message that it may replace."""

    channel: str
    user: str
    origin: str = ""
    expires_at: float = 0.0
    uses: int = 5


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a message: ``old`` is how it was before it changed or went (if new, the same)."""

    what: Literal["posted", "changed", "deleted"]
    post: Post
    old: Post
