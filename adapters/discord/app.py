"""The bot on Discord: connects, hands on what happens, and leaves in order."""

import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.catching_up import CatchingUp
from adapters.discord.commands import Translations, add_commands, digest_of
from adapters.discord.files import Files
from adapters.discord.gateway import Connections, traced
from adapters.discord.quiet import discreet
from adapters.discord.reception import REASON, Reception
from adapters.discord.shards import Pace, Sharing, see_that_there_are, sharing
from adapters.discord.translate import Action
from adapters.discord.views import ITEMS, Gesture
from bot.desk import Desk
from bot.ledger.port import LedgerError
from bot.observing.watchdog import watch
from bot.settings import Settings, SettingsError

DRAINED_WITHIN = 20.0  # seconds
TAKEN_WITHIN = 5.0  # seconds, for what was just heard to be claimed
BEFORE_A_NEW_TRY = 5.0  # seconds, where Discord cannot be reached at all

log = logging.getLogger(__name__)


class Frontdesk(discord.AutoShardedClient):
    """The client: each event is handed on to where it belongs."""

    def __init__(self, desk: Desk, settings: Settings, session: aiohttp.ClientSession) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.message_content = settings.discord_message_content
        super().__init__(
            intents=intents,
            shard_ids=list(settings.discord_shard_ids) or None,  # type: ignore[arg-type] # None is its default
            shard_count=settings.discord_shard_count or None,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=traced(desk.observer),
        )
        self._desk = desk
        self._settings = settings
        self.logged_in = asyncio.Event()
        self.reception = Reception(self, desk, Files(session, settings.discord_api_url), settings.late)
        heard, taken_until = self.reception.hear, self.reception.taken_until
        self.catching_up = CatchingUp(self, desk.ledger, desk.now, settings.late, heard, taken_until=taken_until)
        self.tree = Tree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        self.pace = Pace(desk.ledger)
        self.sharing: Sharing | None = None
        self.add_dynamic_items(*ITEMS)
        add_commands(self.tree, self.reception, lambda: desk.library().faq)

    async def setup_hook(self) -> None:
        """Tell Discord of the commands, where they are not those that it was told of last."""
        self.logged_in.set()
        await self.tree.set_translator(Translations())
        if self._settings.discord_gateway_url and self.shard_count is None:
            self.shard_count, _, _ = await self.http.get_bot_gateway()  # else the library would go where that points
        name, digest = f"discord:commands:{self.application_id}", await digest_of(self.tree)
        try:
            if await self._desk.ledger.bookmark(name) != digest:
                await self.tree.sync()
                await self._desk.ledger.set_bookmark(name, digest)
        except (LedgerError, discord.HTTPException, app_commands.AppCommandError) as error:
            log.warning("the commands are not up to date on Discord (%s)", type(error).__name__)

    async def launch_shards(self) -> None:
        """Connect the shards that are this process's own, or take part in those that all have together."""
        advised, _, limits = await self.http.get_bot_gateway()
        count = self.shard_count or advised
        self.sharing = sharing(self, self._settings, self._desk.ledger, self.pace, count)
        if self.sharing is None:
            see_that_there_are(limits, len(self.shard_ids or ()) or count)
            await super().launch_shards()
        else:
            self.shard_count = self._connection.shard_count = count
            see_that_there_are(limits, await self.sharing.part())
            self.sharing.start()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """A session is about to begin."""
        del initial
        await self.pace.turn(self.application_id or 0, shard_id or 0)

    @property
    def shards(self) -> dict[int, discord.ShardInfo]:
        """The shards of this process, without those that it has left to others."""
        mine = None if self.sharing is None else self.sharing.mine
        return {number: shard for number, shard in super().shards.items() if mine is None or number in mine}

    def is_ready(self) -> bool:
        """Whether all shards have begun; a process that shares them may have none, and stand by."""
        return super().is_ready() if self.sharing is None else self.sharing.started

    async def close(self) -> None:
        """Let go of everything."""
        await self.pace.close()
        if self.sharing is not None:
            await self.sharing.end()
        await super().close()

    async def on_shard_connect(self, shard_id: int) -> None:
        """A session begins."""
        await self.catching_up.begin(shard_id)
        if shard_id == 0:
            await self.catching_up.read_direct()

    async def on_shard_ready(self, shard_id: int) -> None:
        """A session has begun, and all its servers were told of."""
        self.catching_up.settle(shard_id)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server is there, from the start or again."""
        await self.catching_up.read_guild(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A server is there that does not say that it was away."""
        await self.catching_up.read_guild(guild)

    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote something."""
        await self.reception.hear(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message changed."""
        await self.reception.hear_edit(payload.message)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message was deleted."""
        await self.reception.hear_deletion(payload.message_id, payload.channel_id, payload.guild_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Many messages were deleted at once."""
        for message in sorted(payload.message_ids):
            await self.reception.hear_deletion(message, payload.channel_id, payload.guild_id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server sent the bot away, or was deleted."""
        await self.reception.forget_guild(guild.id)

    async def on_interaction(self, interaction: Gesture) -> None:
        """A form was sent; the library itself knows only those that this process opened."""
        data: dict[str, Any] = dict(interaction.data or {})
        custom_id = str(data.get("custom_id", ""))
        if interaction.type is discord.InteractionType.modal_submit and custom_id.startswith(REASON):
            await self.reception.explain_verdict(interaction, custom_id.removeprefix(REASON), _written(data))

    async def use(self, gesture: Gesture, action: Action, about: str, label: str) -> None:
        """A control below one of our messages was used."""
        try:
            await self.reception.use(gesture, action, about, label)
        except Exception as error:  # noqa: BLE001 - the boundary of everything that a control sets off
            log.warning("%s failed on %s (%s)", action, gesture.id, type(error).__name__)

    async def watch(self) -> None:
        """Tell how the connections do, and replace those that are silent, until cancelled."""
        await watch(Connections(self), self._desk.observer)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """An event could not be dealt with: its class of failure is logged, and nothing of what was written."""
        del args, kwargs
        log.warning("%s failed (%s)", event_method, type(sys.exception()).__name__)


class Tree(app_commands.CommandTree[Frontdesk]):
    """The commands, whose failures are logged without what was written."""

    async def on_error(self, interaction: Gesture, error: app_commands.AppCommandError, /) -> None:
        """A command failed."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        log.warning("a command failed on %s (%s)", interaction.id, type(cause).__name__)
        if not isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            await interaction.client.reception.notify(interaction, "failed")


async def serve(desk: Desk, settings: Settings, stop: asyncio.Event) -> None:
    """Serve *desk* on Discord until *stop* is set, then finish what is under way.

    Raises:
        SettingsError: Discord does not take the token, or not what is asked for with it.
    """
    if not settings.discord_token:
        raise SettingsError("DISCORD_TOKEN is not set: copy it from the developer portal, page Bot")
    if settings.discord_shard_ids and not settings.discord_shard_count:
        raise SettingsError("DISCORD_SHARD_IDS is set: say with DISCORD_SHARD_COUNT how many shards there are in all")
    with pointed_at(settings), discreet():
        async with aiohttp.ClientSession(auto_decompress=True) as session:
            while not stop.is_set() and not await _serve_once(Frontdesk(desk, settings, session), settings, stop):
                await _wait(stop, BEFORE_A_NEW_TRY)


@contextmanager
def pointed_at(settings: Settings) -> Iterator[None]:
    """Point the library at the API and the gateway that *settings* name, meanwhile; it takes them from its classes."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = settings.discord_api_url.rstrip("/") or base
    DiscordWebSocket.DEFAULT_GATEWAY = (
        yarl.URL(settings.discord_gateway_url) if settings.discord_gateway_url else gateway
    )
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


async def _serve_once(client: Frontdesk, settings: Settings, stop: asyncio.Event) -> bool:
    """Serve until *stop* is set; False where Discord could not be reached, and another try may help."""
    running = asyncio.create_task(client.start(settings.discord_token), name="discord")
    stopping = asyncio.create_task(stop.wait())
    tending = [
        asyncio.create_task(_tend(client)),
        asyncio.create_task(client.catching_up.beat()),
        asyncio.create_task(client.watch()),
    ]
    try:
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            return _ended(running)
        await _leave(client)
        return True
    finally:
        for task in (*tending, stopping, running):
            task.cancel()
        await asyncio.gather(*tending, stopping, running, return_exceptions=True)
        await client.reception.relay.drain(0)
        await client.close()


async def _tend(client: Frontdesk) -> None:
    """Finish what earlier runs left open, as soon as Discord can be written to."""
    await client.logged_in.wait()
    await client.reception.relay.tend()


async def _leave(client: Frontdesk) -> None:
    """Hear nothing more, answer what was heard, and note the time from which on to catch up."""
    await client.catching_up.note()
    for shard in client.shards.values():
        await shard.disconnect()
    if client.sharing is not None:
        await client.sharing.end()  # others need not wait for our last answers
    await client.reception.finish(TAKEN_WITHIN)
    left = await client.reception.relay.drain(DRAINED_WITHIN)
    if left:
        log.warning("%d answers are left for the next start", left)


def _ended(running: "asyncio.Task[None]") -> bool:
    """Say why the client came to an end by itself.

    Raises:
        SettingsError: because of what is set.
    """
    error = running.exception()
    if isinstance(error, SettingsError):
        raise error
    if isinstance(error, discord.LoginFailure | discord.PrivilegedIntentsRequired | discord.ConnectionClosed):
        raise refusal(error) from None
    log.warning("Discord cannot be reached (%s)", type(error).__name__)
    return False


def refusal(error: discord.DiscordException) -> SettingsError:
    """Return what to do about *error*, with which Discord refuses to serve the bot at all."""
    if isinstance(error, discord.LoginFailure):
        return SettingsError(_CLOSED[4004])
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return SettingsError(_CLOSED[4014])
    code = error.code if isinstance(error, discord.ConnectionClosed) else 0
    return SettingsError(_CLOSED.get(code, f"Discord closed the connection for good ({code})"))


_CLOSED = {
    4004: "DISCORD_TOKEN is not taken by Discord: reset it in the developer portal, page Bot",
    4010: "DISCORD_SHARD_IDS and DISCORD_SHARD_COUNT do not fit together",
    4011: "the bot is in too many servers for so few shards: raise DISCORD_SHARD_COUNT, or take it away",
    4014: (
        "DISCORD_MESSAGE_CONTENT is yes, and Discord refuses: switch on Message Content Intent in the developer portal,"
        " page Bot, or take the variable away"
    ),
}


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def _written(form: dict[str, Any]) -> str:
    """The words in the one field of a form that was sent."""
    parts: list[dict[str, Any]] = list(form.get("components", ()))
    while parts:
        part = parts.pop()
        if "value" in part:
            return str(part["value"] or "")
        parts += part.get("components", ())
        parts += [part["component"]] if "component" in part else []
    return ""
