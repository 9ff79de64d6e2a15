"""``frontdesk invite discord`` and ``frontdesk doctor discord``: what an admin of a server, or of the bot, needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord

from adapters.discord.app import pointed_at, refusal
from adapters.discord.quiet import discreet
from adapters.discord.rights import LEAST, TAGS, invitation, missing, permissions
from bot.cli.findings import FAULT, Finding
from bot.settings import Settings, SettingsError

FEW_STARTS = 50  # of the thousand sessions that Discord allows in a day


async def invite(settings: Settings, application: int = 0, *, tags: bool = False) -> str:
    """Return the link that adds the bot to a server, with every right in it explained.

    Without an *application* the token says whose link it is.

    Raises:
        SettingsError: neither is there, or Discord does not take the token.
    """
    if not application:
        async with _logged_in(settings) as client:
            application = client.application_id or 0
    asked = (*LEAST, *((TAGS,) if tags else ()))
    width = max(len(right.shows) for right in asked)
    return "\n".join(
        (
            invitation(application, tags=tags),
            "",
            f"It asks for the permissions {permissions(tags=tags).value}, and for nothing more:",
            *(f"  {right.shows.ljust(width)}  {right.is_for}" for right in asked),
        )
    )


async def examine(settings: Settings) -> tuple[list[Finding], int]:
    """Return what is found in the settings and on Discord, and the exit code: 1 where the bot would not work."""
    try:
        async with _logged_in(settings) as client:
            found = [
                Finding(f"DISCORD_TOKEN: {client.user}", fine=True),
                *await _application(client, settings),
                *await _gateway(client, settings),
                *await _commands(client),
                *await _servers(client),
            ]
    except SettingsError as error:
        found = [Finding("DISCORD_TOKEN", fine=False, cost=str(error), needed=True)]
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        cost = f"Discord cannot be reached ({type(error).__name__})"
        found = [Finding("connection", fine=False, cost=cost, needed=True)]
    return found, FAULT if any(finding.needed and not finding.fine for finding in found) else 0


@asynccontextmanager
async def _logged_in(settings: Settings) -> AsyncIterator[discord.Client]:
    """A client that may ask Discord, and does not connect to its gateway.

    Raises:
        SettingsError: there is no token, or Discord does not take it.
    """
    if not settings.discord_token:
        raise SettingsError("DISCORD_TOKEN is not set: copy it from the developer portal, page Bot")
    with pointed_at(settings), discreet():
        async with discord.Client(intents=discord.Intents.none()) as client:
            try:
                await client.login(settings.discord_token)
            except discord.LoginFailure as error:
                raise refusal(error) from None
            yield client


async def _application(client: discord.Client, settings: Settings) -> list[Finding]:
    flags = (await client.application_info()).flags
    allowed = flags.gateway_message_content or flags.gateway_message_content_limited
    if not settings.discord_message_content:
        cost = "not used; forum posts are judged by their titles, and unasked questions are not heard"
        return [Finding("Message Content Intent", fine=True, cost=cost)]
    cost = "" if allowed else "switch it on in the developer portal, page Bot, or set DISCORD_MESSAGE_CONTENT=no"
    return [Finding("Message Content Intent", fine=bool(allowed), cost=cost, needed=True)]


async def _gateway(client: discord.Client, settings: Settings) -> list[Finding]:
    shards, _, limits = await client.http.get_bot_gateway()
    left, total = limits["remaining"], limits["total"]
    cost = f"{left} of {total} starts are left today"
    found = [Finding("gateway", fine=left >= FEW_STARTS, cost=cost)]
    if settings.discord_shard_count and settings.discord_shard_count < shards:
        found.append(Finding("DISCORD_SHARD_COUNT", fine=False, cost=f"Discord recommends {shards}"))
    return found


async def _commands(client: discord.Client) -> list[Finding]:
    told = await client.http.get_global_commands(client.application_id or 0)
    names = sorted(command["name"] for command in told)
    cost = ", ".join(names) if names else "none yet: they are registered when the bot starts"
    return [Finding("commands", fine=bool(names), cost=cost)]


async def _servers(client: discord.Client) -> list[Finding]:
    found: list[Finding] = []
    async for guild in client.fetch_guilds(limit=200):
        told = await client.http.get_member(guild.id, client.user.id if client.user else 0)
        roles = {role.id: role for role in await (await client.fetch_guild(guild.id)).fetch_roles()}
        granted = discord.Permissions.none()
        for role in (guild.id, *map(int, told["roles"])):
            granted |= roles[role].permissions if role in roles else discord.Permissions.none()
        lacks = missing(granted)
        cost = "; ".join(f"no {right.shows}: {right.without}" for right in lacks)
        found.append(Finding(f"server {guild.name}", fine=not lacks, cost=cost))
    return found or [Finding("servers", fine=False, cost="the bot is in none: see `frontdesk invite discord`")]
