"""A small bot on the real discord.py that says back what it is told, by every way in that there is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from tests.fakes.discord.library import app_commands, discord
from tests.fakes.discord.pointing import pointed_at
from tests.fakes.discord.server import FakeDiscord

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
READING_ALL = INTENTS | discord.Intents(message_content=True)
Interaction = discord.Interaction[discord.Client]


class EchoBot(discord.AutoShardedClient):
    """A bot that keeps in ``told`` what it heard of, and in ``seen`` what it could read."""

    def __init__(self, intents: discord.Intents = INTENTS, **more: Any) -> None:
        quiet = discord.AllowedMentions.none()
        super().__init__(
            intents=intents, allowed_mentions=quiet, max_messages=None, **{"guild_ready_timeout": 0.01} | more
        )
        self.tree = app_commands.CommandTree(self)
        self.seen: list[str] = []
        self.told: list[str] = []

    async def setup_hook(self) -> None:
        self.tree.add_command(ask)
        self.tree.add_command(trace)
        self.tree.add_command(explain)
        self.tree.add_command(settings)
        self.add_dynamic_items(Button)
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once: the pause of five seconds in discord.py is for gateways that share a limit."""

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            self.told.append("bot")
            return
        self.seen.append(message.content)
        if message.content.endswith("buttons"):
            await message.channel.send("press one", view=buttons("yes", "form"))
        elif message.content:
            await message.reply(f"you said: {message.content}", mention_author=False)

    async def on_thread_create(self, thread: discord.Thread) -> None:
        self.told.append(f"thread {thread.name}")

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        self.told.append(f"edited {payload.message.content}")

    async def on_raw_message_delete(self, _: discord.RawMessageDeleteEvent) -> None:
        self.told.append("deleted")

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        self.told.append(f"deleted {len(payload.message_ids)}")

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        self.told.append(f"reaction {payload.emoji}")

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.told.append(f"left {guild.name}")

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        self.told.append(f"down {guild.name}")

    async def on_guild_available(self, guild: discord.Guild) -> None:
        self.told.append(f"up {guild.name}")

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.told.append(f"joined {guild.name}")

    async def on_shard_resumed(self, shard: int) -> None:
        self.told.append(f"resumed {shard}")


@app_commands.command(description="Ask")
async def ask(interaction: Interaction, question: str, *, private: bool = True) -> None:
    await interaction.response.defer(ephemeral=private, thinking=True)
    await interaction.followup.send(f"asked: {question}")


@ask.autocomplete("question")
async def suggest(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{typed}?", value=typed)]


@app_commands.command(description="Read a log")
async def trace(interaction: Interaction, file: discord.Attachment) -> None:
    content = await file.read()
    await interaction.response.send_message(f"{file.filename}: {content.decode()}")


@app_commands.context_menu(name="Explain this error")
async def explain(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"explained: {message.content}", ephemeral=True)


settings = app_commands.Group(
    name="frontdesk", description="Settings", default_permissions=discord.Permissions(manage_guild=True)
)


@settings.command(name="settings", description="Settings of this server")
async def change(interaction: Interaction, language: str) -> None:
    await interaction.response.send_message(f"language: {language}", ephemeral=True)


class Button(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"echo:(?P<word>[a-z]+)"):
    """A button that works whichever process sent it: its word stands in its id."""

    def __init__(self, word: str) -> None:
        super().__init__(discord.ui.Button(label=word.title(), custom_id=f"echo:{word}"))
        self.word = word

    @classmethod
    async def from_custom_id(cls, _: Any, __: Any, match: Any, /) -> Self:
        return cls(match["word"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        if self.word == "form":
            await interaction.response.send_modal(Form())
        else:
            await interaction.response.edit_message(content=f"pressed {self.word}", view=None)


def buttons(*words: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for word in words:
        view.add_item(Button(word))
    return view


class Form(discord.ui.Modal, title="What was wrong?"):
    words: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="In your words", max_length=300)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await interaction.response.send_message(f"noted: {self.words.value}", ephemeral=True)


@asynccontextmanager
async def running(fake: FakeDiscord, bot: discord.Client, *, token: str = "") -> AsyncIterator[None]:
    """Let *bot* run against *fake*, from when it is ready, by *token* or the right one.

    Raises:
        Exception: whatever ended the bot before it was ready.
    """
    with pointed_at(fake):
        run = asyncio.create_task(bot.start(token or fake.token))
        ready = asyncio.create_task(_ready(bot))
        try:
            await asyncio.wait({run, ready}, return_when=asyncio.FIRST_COMPLETED)
            if run.done():
                run.result()
            yield
        finally:
            ready.cancel()
            await bot.close()
            await asyncio.wait({run, ready})
            if not run.cancelled():
                run.exception()


async def _ready(bot: discord.Client) -> None:
    event = asyncio.Event()

    async def on_ready() -> None:
        event.set()

    bot.on_ready = on_ready  # type: ignore[attr-defined]  # discord.py finds its handlers by name
    await event.wait()
