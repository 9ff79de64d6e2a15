"""Tells the admins of a server what the bot is not allowed to do there: each thing once."""

import logging

import discord

from adapters.discord.guilds import Guilds
from adapters.wording import say
from bot.ledger.port import Ledger, LedgerError

log = logging.getLogger(__name__)


class Admins:
    """Writes where only admins read: into the server's channel for them, or to its owner."""

    def __init__(self, client: discord.Client, ledger: Ledger, guilds: Guilds) -> None:
        self._client = client
        self._ledger = ledger
        self._guilds = guilds

    async def tell(self, tenant: str, what: str, channel: int) -> None:
        """Say that *what* (a key of the wording) is missing in *channel*; nothing where that was said before."""
        guild = self._client.get_guild(int(tenant)) if tenant.isdecimal() else None
        if guild is None or guild.owner_id is None:
            return
        name = f"discord:told:{tenant}:{what}"
        try:
            if await self._ledger.bookmark(name) is not None:
                return
            await self._ledger.set_bookmark(name, str(channel))
            language = (await self._guilds.rules(tenant)).language
            await self._write(guild, guild.owner_id, f"<#{channel}>: {say(what, language)}")
        except (LedgerError, discord.DiscordException) as error:
            log.warning("the admins of a server could not be told of %s (%s)", what, type(error).__name__)

    async def _write(self, guild: discord.Guild, owner: int, text: str) -> None:
        channel = guild.public_updates_channel
        if channel is not None and channel.permissions_for(guild.me).send_messages:
            await channel.send(text, suppress_embeds=True)
            return
        direct = await self._client.create_dm(discord.Object(owner))
        await direct.send(text, suppress_embeds=True)
