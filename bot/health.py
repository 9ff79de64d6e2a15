"""What supervisors and monitoring ask over HTTP: is the process alive, can it answer, and what are its figures."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator
from http import HTTPStatus

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.desk import Desk
from bot.ledger.port import Backlog, LedgerError

PATIENCE = 2.0  # seconds that the ledger has to answer
GRACE = 5  # seconds that requests under way have at the end

log = logging.getLogger(__name__)


def routes(desk: Desk) -> list[Route]:
    """Return ``/healthz``, ``/readyz`` and ``/metrics`` of *desk*, for any web app that is served."""

    async def healthz(_request: Request) -> Response:
        alive = desk.observer.alive()
        return _verdict({"alive": alive}, fine=alive)

    async def readyz(_request: Request) -> Response:
        missing = await lacking(desk)
        content = desk.library().faq.digest
        return _verdict({"ready": not missing, "missing": missing, "content": content}, fine=not missing)

    async def metrics(_request: Request) -> Response:
        shown = desk.observer.exposition(await backlogs(desk))
        return Response(shown.text, media_type=shown.media_type)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


async def lacking(desk: Desk) -> list[str]:
    """Return what keeps *desk* from answering now, in words for an operator; empty where nothing does."""
    missing: list[str] = []
    if not desk.library().faq.entries:
        missing.append("there is no content")
    try:
        async with asyncio.timeout(PATIENCE):
            await desk.ledger.ping()
    except (LedgerError, TimeoutError):
        missing.append("the ledger cannot be reached")
    return [*missing, *desk.observer.missing()]


async def backlogs(desk: Desk) -> dict[str, Backlog]:
    """Return what is open on each platform, as far as the ledger tells now."""
    found: dict[str, Backlog] = {}
    try:
        async with asyncio.timeout(PATIENCE):
            for platform in desk.observer.platforms():
                found[platform] = await desk.ledger.backlog(platform)
    except (LedgerError, TimeoutError):
        log.debug("what is open is not known now")
    return found


async def serve_health(desk: Desk, address: str, stop: asyncio.Event) -> None:
    """Serve the routes of *desk* on *address* until *stop* is set; a port that is taken is said and let go."""
    try:
        listening = listen(address)
    except OSError as error:
        log.warning(
            "FRONTDESK_HTTP_ADDR is %s, which cannot be used (%s): there is no /healthz, /readyz and /metrics",
            address,
            error.strerror or type(error).__name__,
        )
        return
    host, port = listening.getsockname()[:2]
    log.info("/healthz, /readyz and /metrics are served on %s, port %d", host, port)
    await serve_web(Starlette(routes=routes(desk)), listening, stop)


def listen(address: str) -> socket.socket:
    """Return a socket that listens on *address*, ``HOST:PORT``.

    Raises:
        OSError: the address cannot be used.
    """
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    return socket.create_server((host.strip("[]"), int(port)), family=family)


async def serve_web(web: Starlette, listening: socket.socket, stop: asyncio.Event) -> None:
    """Serve *web* on *listening*, which is closed at the end, until *stop* is set."""
    config = uvicorn.Config(web, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=GRACE)
    server = _Server(config)
    stopping = asyncio.create_task(_end(server, stop))
    try:
        await server.serve([listening])
    finally:
        stopping.cancel()
        listening.close()


class _Server(uvicorn.Server):
    """A server that leaves the signals to whoever started it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def _end(server: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True


def _verdict(told: dict[str, object], *, fine: bool) -> Response:
    return JSONResponse(told, HTTPStatus.OK if fine else HTTPStatus.SERVICE_UNAVAILABLE)
