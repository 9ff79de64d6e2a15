"""The fake Discord: one loopback server with the REST interface, the gateway and the files, in the test's own loop."""

import asyncio
import json
from collections import Counter
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.discord import payloads, routes_application, routes_channels, routes_interactions, routes_messages
from tests.fakes.discord.calls import Body, Call, Received, Reply, Route, read_body
from tests.fakes.discord.chat import Chat
from tests.fakes.discord.clock import Clock
from tests.fakes.discord.errors import DiscordError, Payload, no_such_route, unauthorized
from tests.fakes.discord.faults import Faults, RestFault
from tests.fakes.discord.gateway import Gateway, Welcome
from tests.fakes.discord.interactions import FIRST_ANSWER, Interaction, Interactions
from tests.fakes.discord.limits import Limits, Verdict
from tests.fakes.discord.permissions import EVERYONE, INVITED, Permission
from tests.fakes.discord.pulse import Pulse
from tests.fakes.discord.sessions import Event, Intent
from tests.fakes.discord.state import Channel, ChannelType, Guild, Member, Message, Overwrite, Role, User, World

TOKEN = ".".join(("EXAMPLE-not-a-real-bot-token", "fake", "0" * 27))
AREAS = (routes_application, routes_channels, routes_messages, routes_interactions)
ROUTES = tuple(route for area in AREAS for route in area.route.all)
SWITCHES = {  # the application's flag (in its form for few servers), where the intent is switched on
    Intent.PRESENCES: 1 << 13,
    Intent.GUILD_MEMBERS: 1 << 15,
    Intent.MESSAGE_CONTENT: 1 << 19,
}


class FakeDiscord:
    """A Discord with one bot, one owner and one server, which has a text channel and a forum; more can be added.

    Args:
        message_content: Whether the intent to read all content is switched on in the bot's settings.
        limits: Discord's real rate limits; False widens them for load runs, with the same headers.
        permissions: What the bot's role may do in a server that it is in.
        strict: Whether a request to a route that is not there fails the test when the fake is left.

    Attributes:
        api_url, gateway_url, token: What the bot has to be pointed at, and its token.
        received: Everything that the bot sent, in order, to be searched.
        unknown_routes, stumbles: The requests that found no route, and those that the fake could not make sense of.
        typing: The channels in which the bot was seen typing.
        commands: The registered commands by id, for each server (None: the global ones).
    """

    def __init__(
        self,
        *,
        message_content: bool = False,
        limits: bool = True,
        permissions: int = INVITED,
        strict: bool = True,
    ) -> None:
        self.clock = Clock()
        self.pulse = Pulse()
        self.world = World(self.clock)
        self.faults = Faults()
        self.limits = Limits(self.clock, wide=not limits)
        self.interactions = Interactions(self.clock)
        self.token = TOKEN
        self.gateway = Gateway(self.token, self._welcome, self.faults, self.pulse)
        self.gateway.allowed = int(Intent.MESSAGE_CONTENT) if message_content else 0
        self.gateway.received = self._note_frame
        self.strict = strict
        self.bot_permissions = permissions
        self.recommended_shards = 1
        self.identify_limit = 1000
        self.origin = ""
        self.received: list[Received] = []
        self.unknown_routes: list[str] = []
        self.stumbles: list[str] = []
        self.typing: list[int] = []
        self.in_flight = 0
        self.about: Payload = {"description": "", "tags": []}
        self.commands: dict[int | None, dict[int, Payload]] = {}
        self.commands_created: Counter[int | None] = Counter()
        self.me = self.world.add_user("frontdesk", bot=True)
        self.application = self.me.id
        self.owner = self.world.add_user("owner")
        self.chat = Chat(self.world, self.gateway, self.pulse, self.me)
        self.guild = self.add_guild("support")
        self.channel = self.world.add_channel(self.guild, "help")
        self.forum = self.world.add_channel(self.guild, "questions", ChannelType.FORUM)
        self.solved = self.world.add_tag(self.forum, "solved")
        self._runner: web.AppRunner | None = None

    # ---- addresses

    @property
    def api_url(self) -> str:
        return f"{self.origin}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"{self.origin.replace('http', 'ws', 1)}/gw/"

    @property
    def message_content(self) -> bool:
        """Whether the intent to read all content is switched on in the bot's settings."""
        return bool(self.gateway.allowed & Intent.MESSAGE_CONTENT)

    # ---- life

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if kind is None and self.strict and self.unknown_routes:
            raise AssertionError(f"requests to routes that Discord does not have here: {self.unknown_routes}")
        if kind is None and self.strict and self.stumbles:
            raise AssertionError(f"requests that the fake could not make sense of: {self.stumbles}")

    async def start(self, port: int = 0) -> None:
        """Serve on loopback; port 0 takes a free one."""
        app = web.Application(client_max_size=30 * 1024 * 1024)
        for route in ROUTES:
            app.router.add_route(route.method, f"/api/v10{route.path}", self._handler(route))
        for path in ("/gw", "/gw/"):
            app.router.add_get(path, self.gateway.serve)
        app.router.add_get("/attachments/{channel}/{attachment}/{name}", self._serve_file)
        app.router.add_route("*", "/{rest:.*}", self._unknown)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.gateway.url = self.gateway_url

    async def stop(self) -> None:
        await self.gateway.shut_down()
        if self._runner is not None:
            await self._runner.cleanup()

    # ---- what an admin can do

    def add_guild(self, name: str, *, joined: bool = True) -> Guild:
        """Return a new server; *joined*, the bot is in it, and a connected one is told so."""
        guild = self.world.add_guild(name, self.owner, EVERYONE)
        if joined:
            self.join_guild(guild)
        return guild

    def add_channel(self, guild: Guild, name: str, kind: ChannelType = ChannelType.TEXT, **more: Any) -> Channel:
        """Return a new channel or forum of *guild*; a bot that is there is told."""
        channel = self.world.add_channel(guild, name, kind, **more)
        if self.me.id in guild.members:
            self.gateway.dispatch(Event("CHANNEL_CREATE", payloads.channel_payload(self.world, channel), guild.id))
        return channel

    def add_role(self, guild: Guild, name: str, permissions: int = 0, **more: Any) -> Role:
        """Return a new role of *guild*; a bot that is there is told."""
        role = self.world.add_role(guild, name, permissions, **more)
        if self.me.id in guild.members:
            told = {"guild_id": str(guild.id), "role": payloads.role_payload(role)}
            self.gateway.dispatch(Event("GUILD_ROLE_CREATE", told, guild.id))
        return role

    def join_guild(self, guild: Guild) -> None:
        """Let the bot be invited to *guild*, with a role of its own."""
        role = self.world.add_role(guild, self.me.name, self.bot_permissions, bot=self.me.id)
        guild.members[self.me.id] = Member(self.me.id, [role.id])
        self.gateway.dispatch(self._guild_create(guild, known=False))

    def leave_guild(self, guild: Guild) -> None:
        """Let the bot be removed from *guild*."""
        guild.members.pop(self.me.id)
        self.commands.pop(guild.id, None)
        self.gateway.dispatch(Event("GUILD_DELETE", {"id": str(guild.id)}, guild.id))

    def set_available(self, guild: Guild, *, available: bool) -> None:
        """Let *guild* go down, or come back."""
        guild.available = available
        gone = Event("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild.id)
        self.gateway.dispatch(self._guild_create(guild) if available else gone)

    def joined(self) -> list[Guild]:
        return [guild for guild in self.world.guilds.values() if self.me.id in guild.members]

    def deny(self, channel: Channel, *permissions: Permission) -> None:
        """Take *permissions* away from the bot in *channel*."""
        overwrite = channel.overwrites.setdefault(self.me.id, Overwrite())
        for permission in permissions:
            overwrite.deny |= permission
        self.chat.change_channel(channel)

    def allow(self, channel: Channel, *permissions: Permission) -> None:
        """Give *permissions* to the bot in *channel*, whatever was said before."""
        overwrite = channel.overwrites.setdefault(self.me.id, Overwrite())
        for permission in permissions:
            overwrite.deny &= ~permission
            overwrite.allow |= permission
        self.chat.change_channel(channel)

    def person(self, name: str, **more: Any) -> User:
        """Return the person of that name, who is in every server; *more* describes one who is new."""
        found = next((user for user in self.world.users.values() if user.name == name), None)
        if found is None:
            found = self.world.add_user(name, **more)
        for guild in self.world.guilds.values():
            if found.id not in guild.members:
                guild.members[found.id] = Member(found.id)
        return found

    def message_of(self, interaction: Interaction) -> Message | None:
        """Return the message below which *interaction*'s component stands, or None."""
        if interaction.source is None:
            return None
        hidden = self.world.hidden.get(interaction.source)
        return hidden or self.world.channels[interaction.channel].messages.get(interaction.source)

    def heard(self, needle: str) -> list[Received]:
        """Return all that the bot sent with *needle* in it: the test for a leak is that there is nothing."""
        return [one for one in self.received if needle in one.text or needle in one.path]

    def application_payload(self) -> Payload:
        flags = sum(flag for intent, flag in SWITCHES.items() if self.gateway.allowed & intent)
        return self.about | {
            "id": str(self.application),
            "name": self.me.name,
            "icon": None,
            "summary": "",
            "verify_key": "0" * 64,
            "flags": flags,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": payloads.user_payload(self.owner),
            "team": None,
            "interactions_endpoint_url": None,
            "approximate_guild_count": len(self.joined()),
            "approximate_user_install_count": 0,
            "integration_types_config": {"0": {}, "1": {}},
            "bot": payloads.user_payload(self.me),
        }

    # ---- the gateway's part

    def _welcome(self, shard: tuple[int, int]) -> Welcome:
        """Return what a new session on *shard* is told first."""
        number, count = shard
        mine = [guild for guild in self.joined() if (guild.id >> 22) % count == number]
        ready: Payload = {
            "v": 10,
            "user": payloads.user_payload(self.me) | {"verified": True, "mfa_enabled": True, "flags": 0},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in mine],
            "application": {"id": str(self.application), "flags": self.application_payload()["flags"]},
            "session_type": "normal",
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "user_settings": {},
        }
        return Welcome(ready, tuple(self._guild_create(guild) for guild in mine if guild.available))

    def _guild_create(self, guild: Guild, *, known: bool = True) -> Event:
        """Return the event for *guild*; only of one that the bot knew of does it say that it is available."""
        payload = payloads.guild_payload(self.world, guild, self.me.id)
        return Event("GUILD_CREATE", payload | {"unavailable": False} if known else payload, guild.id)

    def _note_frame(self, frame: Payload) -> None:
        """Keep what came over the gateway, but for heartbeats and the token, which has to be there."""
        if frame.get("op") != 1:
            text = json.dumps(frame, ensure_ascii=False).replace(self.token, "<token>")
            self.received.append(Received("GATEWAY", f"op {frame['op']}", text, json.loads(text)))

    # ---- the REST interface's part

    def _handler(self, route: Route) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.in_flight += 1
            try:
                return await self._take(route, request)
            finally:
                self.in_flight -= 1
                self.pulse.beat()

        return handle

    async def _take(self, route: Route, request: web.Request) -> web.StreamResponse:
        """Take one request from its authorisation to its reply, with the faults that are planned for it."""
        verdict = self.limits.ask(route.name, route.place(request.match_info))
        try:
            sent = await self._admit(route, request)
            if verdict.wait is not None:
                self._note_refusal(429)
                return _too_many(verdict)
            trouble = self.faults.on_request(route.name, after=False)
            if trouble and trouble.kind != "drop":
                return self._trouble(trouble, request, verdict)
            if trouble:
                self.gateway.drop()
            reply = self._run(route, Call(self, request.match_info, request.query, sent))
        except DiscordError as error:
            self._note_refusal(error.status)
            return _respond(Reply(error.to_payload(), error.status), verdict)
        trouble = self.faults.on_request(route.name, after=True)
        if trouble and trouble.kind == "slow":
            await asyncio.sleep(trouble.seconds)
        elif trouble:
            return self._trouble(trouble, request, verdict)
        return _respond(reply, verdict)

    def _run(self, route: Route, call: Call) -> Reply:
        """Let the route take the call; what it stumbles over is no answer of Discord's, and fails the test."""
        try:
            return route.handler(call)
        except DiscordError:
            raise
        except Exception as error:
            self.stumbles.append(f"{route.name} with {call.sent.text[:200]!r}: {error!r}")
            raise

    async def _admit(self, route: Route, request: web.Request) -> Body:
        """Return what the request carries, noted down, if it may come in.

        Raises:
            DiscordError: 401.
        """
        sent = await read_body(request)
        reason = request.headers.get("X-Audit-Log-Reason", "")
        self.received.append(Received(request.method, request.path, sent.text, sent.json, dict(request.query), reason))
        if not route.open and request.headers.get("Authorization") != f"Bot {self.token}":
            raise unauthorized()
        return sent

    def _trouble(self, fault: RestFault, request: web.Request, verdict: Verdict) -> web.StreamResponse:
        """Return the reply that *fault* makes of it; for a cut, break the connection off."""
        if fault.kind == "rate_limit":
            headers = verdict.headers | {"X-RateLimit-Scope": fault.scope}
            if fault.scope == "global":
                headers = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            if fault.scope != "shared":
                self._note_refusal(429)
            return _too_many(Verdict(headers, fault.seconds, is_global=fault.scope == "global"))
        if fault.kind == "cut" and request.transport is not None:
            request.transport.abort()
        self._note_refusal(fault.status)
        if fault.status >= 500:
            return web.Response(status=fault.status, body=b"<html>Bad Gateway</html>", content_type="text/html")
        body = DiscordError(fault.status, fault.code, "Refused on demand").to_payload()
        return _respond(Reply(body, fault.status), verdict)

    def _note_refusal(self, status: int) -> None:
        self.limits.refusals += status in (401, 403, 429)

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        sent = await read_body(request)
        self.received.append(Received(request.method, request.path, sent.text, sent.json, dict(request.query)))
        self.unknown_routes.append(f"{request.method} {request.path}")
        verdict = self.limits.ask("unknown", "")
        return _respond(Reply(no_such_route().to_payload(), 404), verdict)

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        """Serve a file under its signed address, until that is out of date."""
        key, ends = request.match_info["attachment"], request.query.get("ex", "0")
        file = self.world.attachments.get(int(key)) if key.isdigit() else None
        if file is None or int(ends, 16) < self.clock.now():
            return web.Response(status=404, text="This content is no longer available.")
        headers = {"Content-Type": file.media_type or "application/octet-stream"}
        return web.Response(body=file.content, headers=headers)

    # ---- used by the human side

    def late_by(self) -> float:
        """Return by how much the next interaction is older than it should be: nothing, unless one is to expire."""
        return FIRST_ANSWER + 0.001 if self.faults.on_interaction() else 0.0


def _respond(reply: Reply, verdict: Verdict) -> web.Response:
    """Return the reply with its limits' headers; JSON goes out as exactly ``application/json``."""
    if reply.body is None:
        return web.Response(status=reply.status if reply.status != 200 else 204, headers=verdict.headers)
    body = json.dumps(reply.body, ensure_ascii=False).encode()
    return web.Response(status=reply.status, body=body, headers=verdict.headers | {"Content-Type": "application/json"})


def _too_many(verdict: Verdict) -> web.Response:
    """Return a 429 as Discord's own edge sends it, with the ``Via`` that tells it from Cloudflare's."""
    body = {
        "message": "You are being rate limited.",
        "retry_after": verdict.wait,
        "global": verdict.is_global,
    }
    headers = {"Retry-After": str(max(1, round(verdict.wait or 0))), "Via": "1.1 google"}
    return _respond(Reply(body, 429), Verdict(verdict.headers | headers))
