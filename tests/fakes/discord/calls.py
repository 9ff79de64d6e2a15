"""One request to the REST interface: the route that takes it, what came along, and the record of it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from tests.fakes.discord.errors import DiscordError, Payload, invalid_form
from tests.fakes.discord.validation import snowflake

if TYPE_CHECKING:
    from tests.fakes.discord.server import FakeDiscord

LARGEST_FILE = 10 * 1024 * 1024
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Received:
    """Something that the bot sent: a request, or (method ``GATEWAY``) a frame.

    ``text`` is the body as it came, files included as far as they are text.
    """

    method: str
    path: str
    text: str
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a request; ``index`` is the n of ``files[n]``."""

    index: int
    name: str
    content: bytes
    media_type: str | None


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carried, taken apart."""

    text: str = ""
    json: Any = None
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A request that found its route."""

    discord: "FakeDiscord"
    params: Mapping[str, str]
    query: Mapping[str, str]
    sent: Body

    def key(self, name: str) -> int:
        """Return the id that stands in the path.

        Raises:
            DiscordError: 50035, it is none.
        """
        return snowflake(self.params[name], f"{name}_id")

    @property
    def body(self) -> Payload:
        """Return the body's object.

        Raises:
            DiscordError: 50035, it is none.
        """
        if not isinstance(self.sent.json, dict):
            raise invalid_form({"": ("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")})
        return self.sent.json

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Return a number of the query.

        Raises:
            DiscordError: 50035, it is none or lies outside of *low* to *high*.
        """
        text = self.query.get(name, str(default))
        if not text.isdigit():
            raise invalid_form({name: ("NUMBER_TYPE_COERCE", f'Value "{text}" is not int.')})
        if not low <= int(text) <= high:
            raise invalid_form({name: ("NUMBER_TYPE_MAX", f"int value should be between {low} and {high}.")})
        return int(text)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back; no body means 204."""

    body: Any = None
    status: int = 200


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path as the documents write it; ``open`` ones are authorised by a token in their path."""

    method: str
    path: str
    handler: Handler
    open: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def place(self, params: Mapping[str, str]) -> str:
        """Return the major parameters, which have limits of their own."""
        webhook = "/".join(params[name] for name in ("application", "token") if self.open and name in params)
        return params.get("channel") or params.get("guild") or webhook


class Routes:
    """The routes of one area, collected by decorators."""

    def __init__(self) -> None:
        self.all: list[Route] = []

    def __call__(self, method: str, path: str, *, unauthenticated: bool = False) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self.all.append(Route(method, path, handler, open=unauthenticated))
            return handler

        return add


Wrapped = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def read_body(request: web.Request) -> Body:
    """Return what *request* carries: JSON, or a form with ``payload_json`` and ``files[n]``.

    Raises:
        DiscordError: 50109, the JSON is none; 40005, a file is too large; 30015, there are more than ten.
    """
    if request.content_type == "multipart/form-data":
        return await _read_form(request)
    text = (await request.read()).decode("utf-8", "replace")
    return Body(text, _parse(text) if text else None)


async def _read_form(request: web.Request) -> Body:
    texts: list[str] = []
    parsed: Any = {}
    files: list[File] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read())
        texts.append(content.decode("utf-8", "replace"))
        name = part.name or ""
        if name == "payload_json":
            parsed = _parse(texts[-1])
        elif name.startswith("files["):
            if len(content) > LARGEST_FILE:
                raise DiscordError(413, 40005, "Request entity too large")
            index = int(name.removeprefix("files[").rstrip("]"))
            files.append(File(index, part.filename or "unknown", content, part.headers.get("Content-Type")))
    if len(files) > MOST_FILES:
        raise DiscordError(400, 30015, "Maximum number of attachments in a message reached (10)")
    return Body("\n".join(texts), parsed, tuple(files))


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise DiscordError(400, 50109, "The request body contains invalid JSON.") from None
