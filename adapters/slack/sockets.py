"""Socket Mode: Slack's events through a connection that the bot opens, for one workspace behind a firewall."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from adapters.slack.clients import code_of, quiet
from bot.settings import SettingsError

PING = 3.0  # seconds between two looks at the connection; one that broke without a word is replaced after as many

log = logging.getLogger(__name__)


async def serve_sockets(app: AsyncApp, app_token: str, stop: asyncio.Event, connected: Callable[..., None]) -> None:
    """Receive until *stop* is set; *connected* is told whether Slack can reach us (``up``), again and again.

    Raises:
        SettingsError: Slack refuses *app_token*.
    """
    try:
        opened = await app.client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        raise SettingsError(
            f"SLACK_APP_TOKEN is refused by Slack ({code_of(error)}): make one with the scope connections:write"
        ) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SettingsError(f"Slack cannot be reached ({type(error).__name__})") from None
    handler = AsyncSocketModeHandler(app, app_token, logger=quiet, ping_interval=PING)
    client = handler.client
    client.wss_uri = str(opened["url"])  # asking for another one at once is more than Slack may allow
    try:
        await client.connect()  # type: ignore[no-untyped-call]
        log.info("Slack: connected by Socket Mode")
        await _watch(client, stop, connected)
    finally:
        # What the library had under way with a socket that is gone is of no interest at the end.
        with suppress(Exception):
            await client.close()  # type: ignore[no-untyped-call]


async def _watch(client: SocketModeClient, stop: asyncio.Event, connected: Callable[..., None]) -> None:
    """Tell whether *client* is connected, until *stop* is set; it connects anew by itself."""
    before = True
    while not stop.is_set():
        up = await client.is_connected()
        if up is not before:
            log.warning("Slack: connected again" if up else "Slack: the connection broke, and is made anew")
        connected(up=up)
        before = up
        with suppress(TimeoutError):
            async with asyncio.timeout(PING):
                await stop.wait()
