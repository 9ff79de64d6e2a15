"""``frontdesk manifest slack`` and ``frontdesk doctor slack``: what an administrator of a workspace needs."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import code_of, web_client
from adapters.slack.manifest import faults, manifest
from adapters.slack.oauth import is_for_many, unusable
from adapters.slack.scopes import EVENTS, SCOPES
from bot.cli.findings import FAULT, Finding
from bot.settings import Settings, SettingsError

HEADER = "# Made by `frontdesk manifest slack`: make the app from it at https://api.slack.com/apps?new_app=1\n"
SECONDS = 15.0


def manifest_text(http: str = "") -> str:
    """Return the app's manifest as YAML.

    Raises:
        SettingsError: it would not be taken, which is the address' fault.
    """
    made = manifest(http)
    if found := faults(made):
        raise SettingsError(f"--http {http}: {found[0]}")
    return HEADER + yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=120)


async def examine(settings: Settings) -> tuple[list[Finding], int]:
    """Return what is found in the settings and on Slack, and the exit code: 1 where the bot would not work."""
    if problem := unusable(settings):
        found = [Finding("settings", fine=False, cost=problem, needed=True)]
    elif is_for_many(settings):
        cost = "each workspace gives its own scopes when it installs the app"
        found = [Finding("settings for many workspaces", fine=True, cost=cost)]
    else:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
            found = await _on_slack(settings, session)
    return found, FAULT if any(finding.needed and not finding.fine for finding in found) else 0


async def _on_slack(settings: Settings, session: aiohttp.ClientSession) -> list[Finding]:
    client = web_client(session, settings.slack_api_url, settings.slack_bot_token)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        cost = f"Slack says {code_of(error)}: install the app again and copy the Bot User OAuth Token"
        return [Finding("SLACK_BOT_TOKEN", fine=False, cost=cost, needed=True)]
    except (aiohttp.ClientError, TimeoutError) as error:
        return [Finding("connection", fine=False, cost=f"{client.base_url} ({type(error).__name__})", needed=True)]
    name, team = answer.get("user", "the bot"), answer.get("team", "the workspace")
    granted = _granted(answer.headers)
    return [
        Finding(f"SLACK_BOT_TOKEN: {name} in {team}", fine=True),
        *await _transport(settings, client),
        *_scopes(granted),
        Finding("events", fine=True, cost=f"Slack shows them to nobody but you; there must be {', '.join(EVENTS)}"),
        *await _channels(settings, client, granted),
    ]


async def _transport(settings: Settings, client: AsyncWebClient) -> list[Finding]:
    if not settings.slack_app_token:
        cost = "Slack must be able to reach https://YOUR-HOST/slack/events"
        return [Finding(f"HTTP on {settings.http_addr}", fine=True, cost=cost)]
    try:
        await client.apps_connections_open(app_token=settings.slack_app_token)
    except SlackApiError as error:
        cost = f"Slack says {code_of(error)}: make an app-level token with connections:write, and enable Socket Mode"
        return [Finding("SLACK_APP_TOKEN", fine=False, cost=cost, needed=True)]
    return [Finding("SLACK_APP_TOKEN: Socket Mode can connect", fine=True)]


def _scopes(granted: frozenset[str]) -> list[Finding]:
    if not granted:
        return [Finding("scopes", fine=False, cost="Slack did not tell which were granted")]
    needed = {"chat:write"}
    return [
        Finding(f"scope {scope.name}", scope.name in granted, "", needed=scope.name in needed)
        if scope.name in granted
        else Finding(f"scope {scope.name}", fine=False, cost=scope.without, needed=scope.name in needed)
        for scope in SCOPES
    ]


async def _channels(settings: Settings, client: AsyncWebClient, granted: frozenset[str]) -> list[Finding]:
    """Whether the bot is where it is to answer unasked and to call people."""
    wanted = dict.fromkeys(settings.slack_auto_answer, "questions to everybody there are not heard")
    if settings.slack_hand_off:
        wanted[settings.slack_hand_off] = "nobody can be called there"
    if not wanted or not granted & {"channels:read", "groups:read"}:
        return [Finding(f"channel {channel}", fine=False, cost="unknown without channels:read") for channel in wanted]
    return [await _channel(client, channel, cost) for channel, cost in wanted.items()]


async def _channel(client: AsyncWebClient, channel: str, cost: str) -> Finding:
    try:
        told = (await client.conversations_info(channel=channel)).get("channel") or {}
    except SlackApiError as error:
        return Finding(f"channel {channel}", fine=False, cost=f"{cost} (Slack says {code_of(error)}; write its id)")
    inside = told.get("is_member", True)
    hint = "" if inside else f"{cost}: write /invite @Frontdesk in #{told.get('name', channel)}"
    return Finding(f"channel #{told.get('name', channel)}", bool(inside), hint)


def _granted(headers: Mapping[str, Any]) -> frozenset[str]:
    told = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return frozenset(filter(None, (scope.strip() for scope in str(told).split(","))))
