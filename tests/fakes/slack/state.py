"""What the fake Slack remembers: workspaces, people, channels, messages, files, views, and who may do what."""

import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.fakes.slack.clock import Clock
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.pulse import Pulse

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
    """Something that happened to a message: ``old`` is how it was before it changed or went."""

    what: Literal["posted", "changed", "deleted"]
    post: Post
    old: Json = field(default_factory=dict)


class World:
    """All that there is, and the few ways in which it changes. ``on_change`` hears of every message's fate."""

    def __init__(self, clock: Clock, pulse: Pulse) -> None:
        self.clock = clock
        self.pulse = pulse
        self.workspaces: dict[str, Workspace] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.posts: dict[tuple[str, str], Post] = {}
        self.ours: dict[tuple[str, str], Post] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.tokens: dict[str, Token] = {}
        self.installations: list[Installation] = []
        self.triggers: dict[str, tuple[str, str, float]] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.on_change: Callable[[Change], None] = lambda _: None
        self._replies: defaultdict[tuple[str, str], dict[str, Post]] = defaultdict(dict)
        self._serial = itertools.count(1)
        self._last_ts = 0

    # Making things

    def number(self) -> int:
        return next(self._serial)

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{self.number():0>10X}"

    def new_ts(self) -> str:
        """Return a time stamp that no other message has."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.time() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06}"

    def add_workspace(self, name: str, enterprise_id: str = "") -> Workspace:
        workspace = Workspace(self.new_id("T"), name, enterprise_id)
        self.workspaces[workspace.id] = workspace
        return workspace

    def add_user(self, name: str, team_id: str, *, locale: str = "en-US", is_bot: bool = False) -> User:
        user = User(self.new_id("U"), name, team_id, locale, is_bot)
        self.users[user.id] = user
        return user

    def add_channel(
        self, name: str, teams: Iterable[str], kind: Kind = "channel", members: Iterable[str] = ()
    ) -> Channel:
        prefix = {"channel": "C", "group": "C", "im": "D", "mpim": "G"}[kind]
        channel = Channel(self.new_id(prefix), name, list(teams), kind, set(members))
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: User, installation: Installation) -> Channel:
        """Return the direct message between *user* and the bot, opened if there was none."""
        pair = {user.id, installation.bot_user}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == pair:
                return channel
        return self.add_channel("", [user.team_id], "im", pair)

    def install(
        self, workspace: Workspace, scopes: Iterable[str] = SCOPES, *, org_wide: bool = False, installer: str = ""
    ) -> Installation:
        """Return the app's installation; installing again keeps the bot user and takes the new scopes."""
        for known in self.installations:
            if known.active and known.org_wide == org_wide and known.covers(workspace):
                known.scopes = frozenset(scopes)
                return known
        bot = self.add_user("frontdesk", workspace.id, is_bot=True)
        made = Installation(
            team_id=workspace.id,
            enterprise_id=workspace.enterprise_id,
            org_wide=org_wide,
            scopes=frozenset(scopes),
            bot_user=bot.id,
            bot_id=self.new_id("B"),
            installer=installer or self.add_user("admin", workspace.id).id,
        )
        self.installations.append(made)
        return made

    def issue(
        self, kind: TokenKind, installation: Installation | None, scopes: Iterable[str], *, life: float | None = None
    ) -> Token:
        value = f"{PREFIX[kind]}-EXAMPLE-{self.number():08d}"
        user = ""
        if installation is not None:
            user = installation.installer if kind == "user" else installation.bot_user
        expires_at = None if life is None else self.clock.time() + life
        self.tokens[value] = Token(value, kind, frozenset(scopes), installation, user, expires_at)
        return self.tokens[value]

    def issue_trigger(self, user: str, view: str = "") -> str:
        """Return a trigger id: good once, for 3 seconds, to open a view before *user* (on top of *view*)."""
        trigger = f"{self.number()}.{self.number()}.EXAMPLE"
        self.triggers[trigger] = (user, view, self.clock.time() + 3)
        return trigger

    # Looking things up

    def workspace_of(self, channel: Channel) -> Workspace:
        return self.workspaces[channel.teams[0]]

    def installation_in(self, channel: Channel) -> Installation | None:
        """Return the installation that hears what is said in *channel*: its bot must be a member."""
        for installation in self.installations:
            if installation.active and installation.bot_user in channel.members:
                return installation
        return None

    def installation_for(self, channel: Channel) -> Installation:
        """Return the installation that works in *channel*, whether or not its bot is a member.

        Raises:
            LookupError: the app is installed nowhere that shares the channel.
        """
        member = self.installation_in(channel)
        return member or self.installation_of(channel.teams[0])

    def installation_of(self, team_id: str) -> Installation:
        """Return the installation in a workspace, its own before its enterprise's.

        Raises:
            LookupError: the app is not installed there.
        """
        covering = [i for i in self.installations if i.active and i.covers(self.workspaces[team_id])]
        if not covering:
            raise LookupError(f"the app is not installed in {team_id}")
        return min(covering, key=lambda installation: installation.org_wide)

    def channel_for(self, token: Token, channel_id: str) -> Channel:
        """Return a channel that *token* can see.

        Raises:
            SlackError: ``channel_not_found``, for private ones that the bot is not in as well.
        """
        channel = self.channels.get(channel_id)
        if channel is None or token.installation is None:
            raise SlackError("channel_not_found")
        mine = any(token.installation.covers(self.workspaces[team]) for team in channel.teams)
        if not mine or (channel.kind != "channel" and token.user not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def thread(self, channel: str, ts: str) -> list[Post]:
        """Return a thread's messages, its root first."""
        root = self.posts.get((channel, ts))
        return ([root] if root else []) + list(self._replies[channel, ts].values())

    def replies(self, post: Post) -> list[Post]:
        return list(self._replies[post.channel, post.ts].values())

    # Changing messages

    def post(self, channel: Channel, user: str, text: str, **rest: Any) -> Post:
        team = self.users[user].team_id if user in self.users else channel.teams[0]
        post = Post(self.number(), self.new_ts(), channel.id, user, team, text, **rest)
        self.posts[channel.id, post.ts] = post
        if any(post.bot_id == installation.bot_id for installation in self.installations):
            post.ours = True
            self.ours[channel.id, post.ts] = post
        if post.thread_ts and not post.ephemeral_to:
            self._replies[channel.id, post.thread_ts][post.ts] = post
        self._tell(Change("posted", post))
        return post

    def change(self, post: Post, *, edited: bool = True, **fields: Any) -> None:
        old = self.show(post)
        for name, value in fields.items():
            setattr(post, name, value)
        if edited:
            post.edited = self.new_ts()
        self._tell(Change("changed", post, old))

    def delete(self, post: Post) -> None:
        """Take *post* away; a thread's root with replies stays as a tombstone, which goes with its last reply."""
        old = self.show(post)
        root = self.posts.get((post.channel, post.thread_ts))
        if self.replies(post):
            post.subtype, post.user, post.text = "tombstone", SLACKBOT, "This message was deleted."
            post.blocks, post.files, post.client_msg_id = [], [], ""
            self._tell(Change("changed", post, old))
            return
        del self.posts[post.channel, post.ts]
        self.ours.pop((post.channel, post.ts), None)
        self._replies[post.channel, post.thread_ts].pop(post.ts, None)
        self._tell(Change("deleted", post, old))
        if root and root is not post and root.subtype == "tombstone" and not self.replies(root):
            self.delete(root)

    def _tell(self, change: Change) -> None:
        if not change.post.ephemeral_to:
            self.on_change(change)
        self.pulse.beat()

    # Showing things as the API does

    def show(self, post: Post, *, metadata: bool = False) -> Json:
        shown: Json = {"type": "message", "user": post.user, "text": post.text, "ts": post.ts, "team": post.team}
        optional = {
            "subtype": post.subtype,
            "client_msg_id": post.client_msg_id,
            "blocks": post.blocks,
            "attachments": post.attachments,
            "thread_ts": post.thread_ts,
            "bot_id": post.bot_id,
            "app_id": APP_ID if post.ours else "",
            "files": [self.show_file(self.files[name]) for name in post.files],
            "reactions": [{"name": n, "users": who, "count": len(who)} for n, who in post.reactions.items()],
            "edited": {"user": post.user, "ts": post.edited} if post.edited else {},
            "metadata": post.metadata if metadata else None,
        }
        shown |= {name: value for name, value in optional.items() if value}
        if post.ours:
            shown["bot_profile"] = {"id": post.bot_id, "app_id": APP_ID, "name": "frontdesk", "team_id": post.team}
        if post.subtype == "file_share":
            shown |= {"upload": False, "display_as_bot": False}
        if post.subtype == "tombstone":
            shown["hidden"] = True
        return shown | self._thread_facts(post)

    def _thread_facts(self, post: Post) -> Json:
        if post.thread_ts and post.thread_ts != post.ts:
            root = self.posts.get((post.channel, post.thread_ts))
            return {"parent_user_id": root.user} if root else {}
        replies = self.replies(post)
        if not replies:
            return {}
        users = sorted({reply.user for reply in replies})
        return {
            "thread_ts": post.ts,
            "reply_count": len(replies),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
        }

    def show_file(self, file: File) -> Json:
        text = file.media_type.startswith("text/")
        ending = file.name.rpartition(".")[2].lower()
        shown = {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": file.name,
            "mimetype": file.media_type,
            "filetype": "text" if ending in ("txt", "log") else ending,
            "pretty_type": "Plain Text" if text else ending.upper(),
            "user": file.user,
            "user_team": file.team_id,
            "editable": text,
            "size": len(file.content),
            "mode": "snippet" if text else "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": True,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": file.url_private,
            "url_private_download": file.url_private,
            "permalink": f"https://example.slack.com/files/{file.user}/{file.id}/{file.name}",
            "has_rich_preview": False,
            "file_access": "visible",
        }
        if text:
            lines = file.content.decode("utf-8", "replace").splitlines()
            shown |= {"preview": "\n".join(lines[:5]), "lines": len(lines), "lines_more": max(0, len(lines) - 5)}
        return shown

    def show_view(self, view: View) -> Json:
        enterprise = self.workspaces[view.team].enterprise_id
        return {
            "id": view.id,
            "team_id": view.team,
            "app_id": APP_ID,
            "app_installed_team_id": enterprise or view.team,
            "bot_id": "",
            "callback_id": "",
            "external_id": "",
            "private_metadata": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "submit": None,
            "close": None,
            "previous_view_id": view.previous or None,
            "root_view_id": view.root,
            "hash": view.hash,
            "state": {"values": {}},
            **view.content,
        }
