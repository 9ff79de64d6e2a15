"""HTTP: Slack's signed requests, the pages of an installation, and the two questions that a supervisor asks."""

import asyncio
import json
import logging
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs

from slack_bolt.adapter.starlette.async_handler import (
    AsyncSlackRequestHandler,
    to_async_bolt_request,
    to_starlette_response,
)
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.desk import Desk
from bot.health import listen, routes, serve_web
from bot.settings import SettingsError

MOST_BYTES = 2 * 1024 * 1024
EVENTS, INSTALL, REDIRECT = "/slack/events", "/slack/install", "/slack/oauth_redirect"

log = logging.getLogger(__name__)


def web_app(
    app: AsyncApp, signing_secret: str, desk: Desk, flow: Callable[[str], AsyncOAuthFlow] | None = None
) -> Starlette:
    """Return what is served: Slack's requests, what supervisors ask about *desk*, and the pages of an installation.

    *flow* gives those pages by the host that they are visited at.
    """
    verifier = SignatureVerifier(signing_secret)
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not is_signed(verifier, request, body):
            return JSONResponse({"error": "invalid request"}, HTTPStatus.UNAUTHORIZED)
        if not is_readable(body):
            return JSONResponse({"error": "malformed"}, HTTPStatus.BAD_REQUEST)
        return await handler.handle(request)

    served = [Route(EVENTS, events, methods=["POST"]), *routes(desk)]
    if flow is not None:
        served += _installation(flow)
    return Starlette(routes=served)


def is_signed(verifier: SignatureVerifier, request: Request, body: bytes) -> bool:
    """Return whether Slack signed *body*, at most five minutes ago."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    # The library takes the time stamp for a number, and the signature for ASCII.
    if not (stamp.isascii() and stamp.isdecimal() and signature.isascii()):
        return False
    try:
        return bool(verifier.is_valid(body, stamp, signature))
    except (ValueError, OverflowError):
        return False


def is_readable(body: bytes) -> bool:
    """Return whether *body* is what Slack sends: a JSON object, or a form that may hold one."""
    try:
        text = body.decode()
        if not text.startswith("{"):
            form = parse_qs(text)
            if "payload" not in form:
                return bool(form)
            text = form["payload"][0]
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


async def serve_http(web: Starlette, address: str, stop: asyncio.Event) -> None:
    """Serve *web* on *address* until *stop* is set.

    Raises:
        SettingsError: the address cannot be used.
    """
    try:
        listening = listen(address)
    except OSError as error:
        raise SettingsError(f"FRONTDESK_HTTP_ADDR is {address}, which cannot be used: {error.strerror}") from None
    log.info("Slack: listening on %s", address)
    await serve_web(web, listening, stop)


async def _body(request: Request) -> bytes | None:
    """The body of *request*, None where it is larger than anything that Slack sends."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    request._body = bytes(body)  # noqa: SLF001 - where Starlette keeps it for who reads it next
    return request._body  # noqa: SLF001


def _installation(flow: Callable[[str], AsyncOAuthFlow]) -> list[Route]:
    def visited(request: Request) -> AsyncOAuthFlow:
        return flow(request.headers.get("host", ""))

    async def install(request: Request) -> Response:
        return to_starlette_response(await visited(request).handle_installation(to_async_bolt_request(request, b"")))

    async def redirect(request: Request) -> Response:
        try:
            done = await visited(request).handle_callback(to_async_bolt_request(request, b""))
        except Exception as error:  # noqa: BLE001 - whatever went wrong, its text may hold a token
            log.error("an installation failed (%s)", type(error).__name__)  # noqa: TRY400 - see above
            return PlainTextResponse("The installation failed; please try again.", HTTPStatus.INTERNAL_SERVER_ERROR)
        return to_starlette_response(done)

    return [Route(INSTALL, install), Route(REDIRECT, redirect)]
