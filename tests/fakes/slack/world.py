"""The world of the fake Slack: what there is in it, and the few ways in which that changes."""

import copy
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from tests.fakes.slack.clock import Clock
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.pulse import Pulse
from tests.fakes.slack.state import (
    PREFIX,
    SCOPES,
    SLACKBOT,
    Change,
    Channel,
    File,
    Installation,
    Kind,
    Post,
    ResponseUrl,
    Token,
    TokenKind,
    User,
    View,
    Workspace,
)


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
        self._tell(Change("posted", post, post))
        return post

    def change(self, post: Post, *, edited: bool = True, **fields: Any) -> None:
        old = copy.copy(post)
        for name, value in fields.items():
            setattr(post, name, value)
        if edited:
            post.edited = self.new_ts()
        self._tell(Change("changed", post, old))

    def delete(self, post: Post) -> None:
        """Take *post* away; a thread's root with replies stays as a tombstone, which goes with its last reply."""
        old = copy.copy(post)
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
        self.on_change(change)
        self.pulse.beat()
