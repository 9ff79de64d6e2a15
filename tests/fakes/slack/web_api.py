"""The door of the Web API: who calls, with what, whether the token may, and which method answers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.slack.errors import SlackError, invalid
from tests.fakes.slack.limiter import Limiter
from tests.fakes.slack.state import Channel, Installation, Post, Token, TokenKind, User
from tests.fakes.slack.world import World

Json = dict[str, Any]

# Arguments that are structures: a form carries them as JSON text.
STRUCTURES = ("blocks", "attachments", "metadata", "view", "prompts", "loading_messages")
TRUE = ("true", "1", "True")


@dataclass(slots=True)
class Ledger:
    """What the Web API has seen that no message shows."""

    statuses: list[Json] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    prompts: dict[str, Json] = field(default_factory=dict)
    history_reads: int = 0
    calls: list[tuple[str, Json]] = field(default_factory=list)


@dataclass(slots=True)
class Call:
    """One call of a method, its token already known to be allowed."""

    world: World
    limiter: Limiter
    ledger: Ledger
    origin: str
    args: Json
    token: Token
    open_socket: Callable[[], str]

    @property
    def installation(self) -> Installation:
        if self.token.installation is None:
            raise SlackError("not_allowed_token_type")
        return self.token.installation

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        return default if value is None else str(value)

    def need(self, name: str) -> str:
        """Return the argument *name*.

        Raises:
            SlackError: it is missing or empty.
        """
        if self.args.get(name) in (None, ""):
            raise invalid("invalid_arguments", [f"missing required field: {name}"])
        return self.text(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.args.get(name, default)
        return value is True or value in TRUE

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.args.get(name, default))
        except (TypeError, ValueError):
            raise invalid("invalid_arguments", [f"must be an integer [json-pointer:/{name}]"]) from None

    def channel(self, name: str = "channel") -> Channel:
        if self.args.get(name) in (None, ""):
            raise SlackError("channel_not_found")
        return self.world.channel_for(self.token, self.text(name))

    def place(self) -> Channel:
        """Return the channel to write to: a member's, not archived; a user's id opens the direct message."""
        wanted = self.text("channel")
        user = self.world.users.get(wanted)
        if user is not None:
            return self.world.direct(user, self.installation)
        channel = self.channel()
        if channel.archived:
            raise SlackError("is_archived")
        if self.token.user not in channel.members and "chat:write.public" not in self.token.scopes:
            raise SlackError("not_in_channel")
        return channel

    def post(self, channel: Channel, name: str = "ts") -> Post:
        post = self.world.posts.get((channel.id, self.need(name)))
        if post is None or post.ephemeral_to:
            raise SlackError("message_not_found")
        return post

    def user(self, name: str = "user") -> User:
        user = self.world.users.get(self.need(name))
        if user is None:
            raise SlackError("user_not_found")
        return user


@dataclass(frozen=True, slots=True)
class Method:
    """A method: what it does, the scopes of which it needs one, and the kinds of token that may call it."""

    name: str
    act: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    kinds: tuple[TokenKind, ...] = ("bot", "user")


def method(
    name: str, *scopes: str, kinds: tuple[TokenKind, ...] = ("bot", "user")
) -> Callable[[Callable[[Call], Json]], Method]:
    """Make a method of the Web API out of a function."""
    return lambda act: Method(name, act, scopes, kinds)


def authorize(world: World, called: Method, presented: str) -> Token:
    """Return the token that was *presented*.

    Raises:
        SlackError: it is missing, unknown, revoked, too old, of the wrong kind, or lacks the scope.
    """
    if not presented:
        raise SlackError("not_authed")
    token = world.tokens.get(presented)
    if token is None or token.kind == "refresh":
        raise SlackError("invalid_auth")
    if token.revoked:
        raise SlackError("token_revoked")
    if token.installation is not None and not token.installation.active:
        raise SlackError("account_inactive")
    if token.expires_at is not None and token.expires_at <= world.clock.time():
        raise SlackError("token_expired")
    if token.kind not in called.kinds:
        raise SlackError("not_allowed_token_type")
    if called.scopes and not token.scopes.intersection(called.scopes):
        raise SlackError("missing_scope", needed=",".join(called.scopes), provided=",".join(sorted(token.scopes)))
    return token


async def read_arguments(request: web.Request) -> Json:
    """Return a request's arguments, from its query and its body, form or JSON.

    Raises:
        SlackError: the body is no JSON though it says so.
    """
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        args |= body
    elif request.method == "POST":
        args |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return {name: _structure(name, value) for name, value in args.items()}


def _structure(name: str, value: Any) -> Any:
    if name not in STRUCTURES or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError(f"invalid_{name}_format" if name in ("blocks", "metadata") else "invalid_arguments") from None


def presented_token(request: web.Request, args: Json) -> str:
    """Return the token of the header, or that of the body; one in the query counts for nothing."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    in_body = args.get("token", "") if "token" not in request.query else ""
    return str(in_body)
