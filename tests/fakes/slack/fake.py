"""The fake Slack as a test holds it: who and what there is, what people do, and what the app was seen to do."""

import json
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.fakes.slack import events, showing
from tests.fakes.slack.clock import Clock, WallClock
from tests.fakes.slack.composing import compose
from tests.fakes.slack.delivery import Dispatcher, HttpTransport, Journal
from tests.fakes.slack.faults import Faults
from tests.fakes.slack.interactions import Interactions
from tests.fakes.slack.limiter import Limiter
from tests.fakes.slack.oauth import OAuth
from tests.fakes.slack.pulse import Pulse
from tests.fakes.slack.rendering import live_mentions
from tests.fakes.slack.server import Received, Server
from tests.fakes.slack.socket_mode import SocketMode
from tests.fakes.slack.state import SCOPES, Change, Channel, File, Installation, Kind, Post, User, View, Workspace
from tests.fakes.slack.web_api import Ledger
from tests.fakes.slack.world import World

Json = dict[str, Any]


class FakeSlack:
    """A Slack of one's own: ``async with FakeSlack() as slack`` starts it and, at the end, judges the app.

    The end raises AssertionError where the app called a method or a route that there is not. Set ``edited_mentions``
    to have an edited mention come as a mention once more.

    Args:
        scopes: What the app was granted in the first workspace.
        subscribed: The events that it subscribed to.
        installed: Whether it is installed there from the start (False: through OAuth only).
        clock: What the limiter, retries and expiries go by.
        retry_scale: Retries over HTTP wait for so much of Slack's own delay.
        ack_timeout: Seconds that the app has to acknowledge a delivery.
        port: 0 for any that is free.
        strict: Whether the end judges the app.
    """

    def __init__(
        self,
        *,
        scopes: frozenset[str] = SCOPES,
        subscribed: frozenset[str] = events.SUBSCRIPTIONS,
        installed: bool = True,
        clock: Clock | None = None,
        retry_scale: float = 0.001,
        ack_timeout: float = 3.0,
        port: int = 0,
        strict: bool = True,
    ) -> None:
        self.clock = clock or WallClock()
        self.pulse = Pulse()
        self.world = World(self.clock, self.pulse)
        self.world.on_change = self._announce
        self.faults = Faults()
        self.limiter = Limiter(self.clock)
        self.ledger = Ledger()
        self.journal = Journal(self.pulse)
        self.sockets = SocketMode(self.pulse, self.faults, self.journal, ack_timeout)
        self.subscribed = subscribed
        self.edited_mentions = False
        self._pings: list[str] = []
        self.signing_secret = "EXAMPLE-signing-secret"  # noqa: S105
        self.client_id = "1111.EXAMPLE"
        self.client_secret = "EXAMPLE-client-secret"  # noqa: S105
        self.workspace = self.world.add_workspace("Acme")
        self.oauth = OAuth(self.world, self.client_id, self.client_secret, self.workspace)
        self.app_token = self.world.issue("app", None, ["connections:write"]).value
        self.bot_token = self.install(scopes=scopes) if installed else ""
        self.user_token = self.world.issue("user", self.installation, scopes).value if installed else ""
        self._dispatcher = Dispatcher(self.faults, self.pulse)
        self._dispatcher.transport = self.sockets
        self.interactions = Interactions(self.world, self._dispatcher)
        self._retry_scale = retry_scale
        self._ack_timeout = ack_timeout
        self._port = port
        self._strict = strict
        self._server = Server(
            self.world,
            self.pulse,
            self.faults,
            self.limiter,
            self.ledger,
            self.oauth,
            self.sockets,
            self.interactions,
        )
        self.received, self.offences = self._server.received, self._server.offences

    async def __aenter__(self) -> Self:
        await self._server.start(self._port)
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.release()
        await self._dispatcher.close()
        await self.sockets.close()
        await self._session.close()
        await self._server.stop()
        for failure in (*self._dispatcher.broken, *self._server.broken):
            raise AssertionError("the fake itself failed") from failure
        if self._strict and error is None and self.offences:
            raise AssertionError("the app asked for what there is not: " + "; ".join(self.offences))

    # Where things are

    @property
    def origin(self) -> str:
        return self._server.origin

    @property
    def api_url(self) -> str:
        """The base of the Web API, for ``SLACK_API_URL``."""
        return f"{self.origin}/api/"

    @property
    def authorize_url(self) -> str:
        return f"{self.origin}/oauth/v2/authorize"

    @property
    def installation(self) -> Installation:
        """The app's installation in the first workspace.

        Raises:
            LookupError: there is none.
        """
        return self.world.installation_of(self.workspace.id)

    @property
    def bot_user_id(self) -> str:
        return self.installation.bot_user

    @property
    def environment(self) -> dict[str, str]:
        """What the app's environment must say to run against this fake, over Socket Mode."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
        }

    @property
    def http_environment(self) -> dict[str, str]:
        """The same over HTTP, for many workspaces."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_SIGNING_SECRET": self.signing_secret,
            "SLACK_CLIENT_ID": self.client_id,
            "SLACK_CLIENT_SECRET": self.client_secret,
        }

    def deliver_to(self, request_url: str) -> HttpTransport:
        """Deliver everything from now on over HTTP to *request_url*, not over sockets."""
        transport = HttpTransport(
            request_url,
            self.signing_secret,
            self._session,
            self.clock,
            self.journal,
            retry_scale=self._retry_scale,
            timeout=self._ack_timeout,
        )
        self._dispatcher.transport = transport
        return transport

    # Who and what there is

    def user(self, name: str, *, workspace: Workspace | None = None, locale: str = "en-US") -> User:
        """Return the person called *name* in *workspace* (the first one), who comes to be when first named."""
        team = (workspace or self.workspace).id
        for user in self.world.users.values():
            if user.name == name and user.team_id == team and not user.is_bot:
                return user
        return self.world.add_user(name, team, locale=locale)

    def channel(
        self,
        name: str = "support",
        *,
        workspace: Workspace | None = None,
        kind: Kind = "channel",
        joined: bool = True,
        shared_with: Workspace | None = None,
    ) -> Channel:
        """Return the channel called *name*, made when first named; *joined*: the bot is in it."""
        home = workspace or self.workspace
        for channel in self.world.channels.values():
            if channel.name == name and channel.teams[0] == home.id:
                return channel
        made = self.world.add_channel(name, [home.id], kind)
        if shared_with is not None:
            made.teams.append(shared_with.id)
        if joined:
            made.members.add(self.world.installation_for(made).bot_user)
        return made

    def direct(self, user: User) -> Channel:
        """Return the direct message between *user* and the bot."""
        return self.world.direct(user, self.world.installation_of(user.team_id))

    def add_file(
        self, user: User, name: str, content: bytes, media_type: str = "text/plain", *, url_private: str = ""
    ) -> File:
        """Return a file that *user* uploaded; *url_private* says where it lies, if not here."""
        number = self.world.new_id("F")
        url = url_private or f"{self.origin}/files-pri/{user.team_id}-{number}/{name}"
        created = int(self.clock.time())
        file = File(number, name, media_type, content, user.id, user.team_id, created, url)
        self.world.files[number] = file
        return file

    def install(
        self, workspace: Workspace | None = None, *, scopes: frozenset[str] = SCOPES, org_wide: bool = False
    ) -> str:
        """Install the app in *workspace* (*org_wide*: in all of its enterprise's); return its bot token."""
        made = self.world.install(workspace or self.workspace, scopes, org_wide=org_wide)
        return self.world.issue("bot", made, scopes).value

    # What people do

    def say(
        self, user: User, channel: Channel, text: str, *, thread_ts: str = "", files: tuple[File, ...] = ()
    ) -> Post:
        """Let *user* write *text*, in which ``<@U…>`` is a mention and all else is what was typed."""
        channel.members.add(user.id)
        flat, blocks = compose(text)
        number = self.world.number()
        return self.world.post(
            channel,
            user.id,
            flat,
            blocks=blocks,
            thread_ts=thread_ts,
            client_msg_id=f"00000000-0000-4000-a000-{number:012x}",
            subtype="file_share" if files else "",
            files=[file.id for file in files],
        )

    def edit(self, post: Post, text: str) -> None:
        flat, blocks = compose(text)
        self.world.change(post, text=flat, blocks=blocks)

    def unfurl(self, post: Post) -> None:
        """Let Slack put a preview below *post*: a change in which nobody edited a word."""
        preview = {"from_url": "https://example.com/", "fallback": "Example", "id": 1, "title": "Example"}
        self.world.change(post, edited=False, attachments=[preview])

    def other_bot_says(self, channel: Channel, text: str, *, subtype: str = "bot_message") -> Post:
        """Let another app's bot write *text*."""
        bot = self.world.add_user("other bot", channel.teams[0], is_bot=True)
        return self.world.post(channel, bot.id, text, bot_id=self.world.new_id("B"), subtype=subtype)

    def join(self, user: User, channel: Channel) -> Post:
        channel.members.add(user.id)
        return self.world.post(channel, user.id, f"<@{user.id}> has joined the channel", subtype="channel_join")

    def invite(self, post: Post) -> None:
        """Let the author of *post*, who named the bot where it was not, take the offer to invite it."""
        channel = self.world.channels[post.channel]
        heard_by = self.world.installation_for(channel)
        channel.members.add(heard_by.bot_user)
        self.emit(events.mention(self.world, post, channel), channel.teams[0], heard_by, shared=channel.shared)

    def react(self, user: User, post: Post, name: str) -> None:
        post.reactions.setdefault(name, []).append(user.id)
        channel = self.world.channels[post.channel]
        heard_by = self.world.installation_in(channel)
        if heard_by is not None and "reactions:read" in heard_by.scopes and "reaction_added" in self.subscribed:
            self.emit(events.reaction(self.world, "reaction_added", user.id, name, post), channel.teams[0], heard_by)

    def open_home(self, user: User, tab: str = "home") -> None:
        """Let *user* open the app's home (or its ``messages`` tab)."""
        heard_by = self.world.installation_of(user.team_id)
        self.emit(events.home_opened(self.world, user.id, self.direct(user).id, tab), user.team_id, heard_by)

    def uninstall(self, workspace: Workspace | None = None) -> None:
        """Take the app out of *workspace*: its tokens are dead before it hears of it, in two events of any order."""
        team = (workspace or self.workspace).id
        gone = self.world.installation_of(team)
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [gone.bot_user]}}
        for token in self.world.tokens.values():
            if token.installation is gone:
                token.revoked = True
        for event in (revoked, {"type": "app_uninstalled"}):
            self.emit(event | {"event_ts": self.world.new_ts()}, team, gone)
        gone.active = False

    def revoke(self, token: str) -> None:
        """Let an admin revoke *token*, and tell the app."""
        known = self.world.tokens[token]
        known.revoked = True
        if known.installation is not None:
            which = "bot" if known.kind == "bot" else "oauth"
            tokens: Json = {"oauth": [], "bot": [], which: [known.user]}
            event = {"type": "tokens_revoked", "tokens": tokens, "event_ts": self.world.new_ts()}
            self.emit(event, known.installation.team_id, known.installation)

    def emit(self, event: Json, team_id: str, heard_by: Installation, *, shared: bool = False) -> Json:
        """Deliver any *event* at all, also one that no document knows; return its envelope."""
        payload = events.envelope(self.world, event, team_id, heard_by, shared=shared)
        self.deliver(payload)
        return payload

    def deliver(self, payload: Json) -> None:
        """Deliver *payload* as an event as it is: an envelope once more, or one that was tampered with."""
        self._dispatcher.emit(payload)

    def _announce(self, change: Change) -> None:
        if change.post.ours and change.what != "deleted":
            self._pings += live_mentions(showing.message(self.world, change.post))
        channel = self.world.channels[change.post.channel]
        heard_by = self.world.installation_in(channel)
        if heard_by is None or change.post.ephemeral_to:
            return
        team = next(team for team in channel.teams if heard_by.covers(self.world.workspaces[team]))
        heard = events.of_change(self.world, change, heard_by, self.subscribed, edited_mentions=self.edited_mentions)
        for event in heard:
            self.emit(event, team, heard_by, shared=channel.shared)

    # What a test looks at

    @property
    def busy(self) -> bool:
        """Whether a delivery or a call is still under way."""
        return self._dispatcher.busy or bool(self._server.under_way)

    def calls(self, method: str) -> list[Json]:
        """Return the arguments of each call of *method* so far."""
        return [args for name, args in self.ledger.calls if name == method]

    def saw(self, secret: str) -> list[Received]:
        """Return the requests in whose path or body *secret* stands, however JSON escaped it."""
        escaped = json.dumps(secret)[1:-1]
        return [r for r in self.received if any(s in r.body or s in r.path for s in (secret, escaped))]

    def posts(self) -> list[Post]:
        """Return all that the app has shown in messages and that is still there, oldest first."""
        return list(self.world.ours.values())

    def pings(self) -> list[str]:
        """Return every live mention in what the app has ever shown in a message."""
        return list(self._pings)

    def home(self, user: User) -> View | None:
        """Return the home tab that *user* has before them."""
        views = self.world.views.values()
        return next((view for view in views if view.type == "home" and view.user == user.id), None)
