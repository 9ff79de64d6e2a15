"""A person in the fake Discord: what they can do there, and what they see of the bot."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from tests.fakes.discord import commands, components
from tests.fakes.discord.chat import new_attachment
from tests.fakes.discord.errors import Payload
from tests.fakes.discord.gestures import Gestures, Resolved
from tests.fakes.discord.interactions import Interaction
from tests.fakes.discord.permissions import EVERYTHING, in_channel
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.state import Attachment, Channel, ChannelType, Message, MessageType, Role, User
from tests.fakes.human import Shown, Upload

HANDLERS = ("Client._run_event", "._scheduled_task", ".schedule_dynamic_item_call", "CommandTree._from_interaction")


class DiscordPerson:
    """Everybody who takes part in a story, by name; whoever is named first joins the servers.

    Args:
        discord: Where they are.
        channel: Where they speak unless in a direct message or a thread; the server's text channel if None.
        command: The command that asks.
        explain: The command in a message's menu that explains the error in it.
        idle: Returns when the bot has nothing left to do; besides, ``quiet`` waits for all handlers of discord.py that
            run in this loop.
    """

    def __init__(
        self,
        discord: FakeDiscord,
        channel: Channel | None = None,
        *,
        command: str = "ask",
        explain: str = "Explain this error",
        idle: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.discord = discord
        self.channel = channel or discord.channel
        self.gestures = Gestures(discord)
        self._command = command
        self._explain = explain
        self._idle = idle

    def user(self, name: str) -> User:
        return self.discord.person(name)

    # ---- what people do on every platform

    async def say(
        self,
        text: str,
        *,
        mention: bool = True,
        direct: bool = False,
        thread: Shown | None = None,
        files: tuple[Upload, ...] = (),
        by: str = "asker",
    ) -> Shown:
        """Write; to go on where there is no thread means to reply in place, with the ping on if *mention*."""
        user = self.user(by)
        channel = self.discord.world.direct(user.id) if direct else self.channel
        answered: Message | None = None
        if thread is not None:
            channel, answered = self._where(thread)
        pinged = answered is not None and answered.author == self.discord.me.id
        if mention and not pinged and channel.recipient is None:
            text = f"{self._mention()} {text}"
        message = self._new(user, channel, text, files)
        allowed: Payload = {"parse": ["users", "roles", "everyone"], "replied_user": mention}
        if answered is not None:
            message.reference, message.type = answered.id, MessageType.REPLY
        return self._shown(self.discord.chat.post(message, mentions=allowed))

    async def edit(self, said: Shown, text: str) -> None:
        message = self._message(said)
        named = message.content.startswith(self._mention())
        words = f"{self._mention()} {text}" if named else text
        self.discord.chat.edit(message, {"content": words})

    async def delete(self, said: Shown) -> None:
        self.discord.chat.delete(self._message(said))

    async def slash(self, text: str, *, by: str = "asker") -> None:
        command = self.registered(self._command)
        option = self._option(command, commands.STRING)
        self._use(command, (), {option["name"]: text}, self.user(by), self.channel)

    async def explain(self, said: Shown, *, by: str = "asker") -> None:
        command = self.registered(self._explain, kind=commands.MESSAGE)
        message = self._message(said)
        channel = self.discord.world.channels[message.channel]
        self.gestures.on_message(self.user(by), channel, command, message)

    async def press(self, shown: Shown, label: str, *, by: str = "asker") -> None:
        user, message = self.user(by), self._message(shown)
        if message.only not in (None, user.id):
            raise LookupError(f"{by} does not see that message")
        found = components.controls(message.components)
        control = next((one for one in found if one.label == label), None)
        if control is None:
            raise LookupError(f"there is no {label!r} to press, only {[one.label for one in found]}")
        self.gestures.press(user, message, control)

    async def submit(self, words: str, *, by: str = "asker") -> None:
        self.gestures.submit(self.user(by), words)

    async def settle(self, count: int, *, seconds: float = 5.0) -> tuple[Shown, ...]:
        forms = self.discord.interactions.forms
        return await self.until(lambda: len(self.discord.world.shown) + len(forms) >= count, seconds=seconds)

    async def until(self, true: Callable[[], bool], *, seconds: float = 5.0) -> tuple[Shown, ...]:
        """Return what is shown as soon as *true*; it is asked again whenever something happens.

        Raises:
            TimeoutError: it did not become true within *seconds*.
        """
        try:
            async with asyncio.timeout(seconds):
                await self.discord.pulse.until(true)
        except TimeoutError:
            raise TimeoutError(f"after {seconds} s the bot has shown {self.shown()}") from None
        return self.shown()

    async def reply_to(self, said: Shown, *, seconds: float = 5.0) -> Shown:
        """Return what the bot replied in place to *said*, as soon as it did.

        Raises:
            TimeoutError: it did not within *seconds*.
        """
        answers, key = self.discord.world.answers, int(said.key)
        await self.until(lambda: key in answers, seconds=seconds)
        return self._shown(answers[key])

    async def quiet(self, *, seconds: float = 10.0) -> tuple[Shown, ...]:
        """Return what is shown once all that was delivered was taken, no handler runs, and nothing came of it since.

        Raises:
            TimeoutError: the bot was still busy, or had not come back, after *seconds*.
        """
        async with asyncio.timeout(seconds):
            return await self._quiet()

    async def _quiet(self) -> tuple[Shown, ...]:
        while True:
            before = len(self.discord.received), self._sequence()
            await self.discord.gateway.barrier()
            while handlers := list(_handlers()):
                await asyncio.wait(handlers)
            if self._idle is not None:
                await self._idle()
            await self.discord.pulse.until(lambda: not self.discord.in_flight)
            if before == (len(self.discord.received), self._sequence()):
                return self.shown()

    def _sequence(self) -> int:
        return sum(session.seq for session in self.discord.gateway.sessions.values())

    def shown(self) -> tuple[Shown, ...]:
        """Return what the bot has shown by now, forms among it, oldest first."""
        found = {key: self._shown(message) for key, message in self.discord.world.shown.items()}
        found |= {
            interaction.id: _shown_form(interaction, form) for interaction, form in self.discord.interactions.forms
        }
        return tuple(found[key] for key in sorted(found))

    # ---- what only Discord has

    async def post(self, title: str, body: str, *, by: str = "asker", tags: tuple[int, ...] = ()) -> Shown:
        """Open a post in the forum."""
        user = self.user(by)
        thread = self.discord.chat.open_thread(self.discord.forum, title, user.id, tags=list(tags))
        message = self._new(user, thread, body, ())
        message.id = thread.id
        return self._shown(self.discord.chat.post(message))

    async def start_thread(self, said: Shown, title: str, *, by: str = "asker") -> Channel:
        """Open a thread from *said*."""
        message = self._message(said)
        parent = self.discord.world.channels[message.channel]
        return self.discord.chat.open_thread(parent, title, self.user(by).id, start=message)

    async def speak_in(
        self, channel: Channel, text: str, *, by: str = "asker", files: tuple[Upload, ...] = ()
    ) -> Shown:
        """Write exactly *text* into any channel or thread."""
        return self._shown(self.discord.chat.post(self._new(self.user(by), channel, text, files)))

    async def use(
        self, name: str, *path: str, by: str = "asker", channel: Channel | None = None, **values: Any
    ) -> Interaction:
        """Use a chat command, or the sub-command that *path* leads to, with *values* for its options.

        Raises:
            LookupError: no such command or option is registered, a required one was left out, or *by* may not use it.
        """
        place = channel or self.channel
        return self._use(self.registered(name, guild=place.guild), path, values, self.user(by), place)

    async def complete(self, typed: str, *, by: str = "asker", seconds: float = 3.0) -> tuple[str, ...]:
        """Return the suggestions for what is being *typed* into the command that asks."""
        command = self.registered(self._command)
        option = self._option(command, commands.STRING)
        typing = {"name": option["name"], "type": option["type"], "value": typed, "focused": True}
        interaction = self.gestures.complete(self.user(by), self.channel, command, [typing])
        await self.until(lambda: interaction.choices is not None, seconds=seconds)
        return tuple(choice["name"] for choice in interaction.choices or ())

    async def trace(self, upload: Upload, *, by: str = "asker", command: str = "trace", **values: Any) -> Interaction:
        """Hand in a file by the command that takes one."""
        found = self.registered(command)
        option = self._option(found, commands.ATTACHMENT)
        return self._use(found, (), {option["name"]: upload} | values, self.user(by), self.channel)

    async def react(self, shown: Shown, emoji: str, *, by: str = "asker") -> None:
        self.discord.chat.react(self._message(shown), emoji, self.user(by).id)

    async def unfurl(self, said: Shown) -> None:
        """Let Discord show a link's preview below *said*: that is told like an edit, and is none."""
        preview = {"type": "article", "url": "https://example.com/", "title": "A page"}
        self.discord.chat.edit(self._message(said), {"embeds": [preview]}, by_hand=False)

    async def delete_all(self, *said: Shown) -> None:
        """Take several messages of one channel away at once, as a moderator's purge does."""
        self.discord.chat.delete(*(self._message(one) for one in said))

    def pinged(self, shown: Shown) -> tuple[str, ...]:
        """Return the names of those whom a message pings: people, roles, and ``everyone``."""
        message = self._message(shown)
        guild = self.discord.world.guild_of(self.discord.world.channels[message.channel])
        people = [self.discord.world.users[user].name for user in message.mentions]
        roles = [guild.roles[role].name for role in message.mention_roles] if guild else []
        return (*people, *roles, *(["everyone"] * message.mention_everyone))

    async def remove_bot(self) -> None:
        """Remove the bot from the server, as an admin does."""
        self.discord.leave_guild(self.discord.guild)

    async def another_bot_says(self, text: str) -> Shown:
        """Let another bot write, which names ours."""
        other = self.discord.person("other-bot", bot=True)
        return self._shown(self.discord.chat.post(self._new(other, self.channel, f"{self._mention()} {text}", ())))

    async def webhook_says(self, text: str) -> Shown:
        """Let a webhook write, which names the bot."""
        hook = self.discord.world.add_user("webhook", bot=True)
        message = self._new(hook, self.channel, f"{self._mention()} {text}", ())
        message.webhook = hook.id
        return self._shown(self.discord.chat.post(message))

    def registered(self, name: str, *, kind: int = commands.CHAT_INPUT, guild: int | None = None) -> Payload:
        """Return the command, that of the *guild* (None: of the server that there is at first) before the global one.

        Raises:
            LookupError: the bot has registered none of that name.
        """
        for scope in (guild or self.discord.guild.id, None):
            for command in self.discord.commands.get(scope, {}).values():
                if command["name"] == name and command["type"] == kind:
                    return command
        raise LookupError(f"the bot has registered no command {name!r}")

    # ---- how it is done

    def _use(
        self, command: Payload, path: tuple[str, ...], values: dict[str, Any], user: User, channel: Channel
    ) -> Interaction:
        self._check_allowed(command, user, channel)
        options, resolved = self._options(commands.leaf(command, path), values, channel)
        for depth in range(len(path), 0, -1):
            kind = commands.leaf(command, path[:depth])["type"]
            options = [{"name": path[depth - 1], "type": kind, "options": options}]
        return self.gestures.command(user, channel, command, options, resolved)

    def _mention(self) -> str:
        return f"<@{self.discord.me.id}>"

    def _where(self, shown: Shown) -> tuple[Channel, Message | None]:
        """Return where one goes on after *shown*: its thread, or its channel as a reply to it."""
        channel = self.discord.world.channels[int(shown.channel)]
        message = self.discord.world.hidden.get(int(shown.key)) or channel.messages.get(int(shown.key))
        if message is not None and message.thread is not None:
            return self.discord.world.channels[message.thread], None
        in_place = channel.thread is None and channel.recipient is None and message is not None and message.only is None
        return channel, message if in_place else None

    def _new(self, user: User, channel: Channel, text: str, files: tuple[Upload, ...]) -> Message:
        message = Message(self.discord.world.ids.fresh(), channel.id, user.id, text)
        message.attachments = [self._file(channel, file) for file in files]
        return message

    def _file(self, channel: Channel, file: Upload) -> Attachment:
        return new_attachment(self.discord.world, self.discord.origin, channel.id, file)

    def _message(self, shown: Shown) -> Message:
        """Return the message that is shown.

        Raises:
            LookupError: it is gone, or is none but a form.
        """
        hidden = self.discord.world.hidden.get(int(shown.key))
        channel = self.discord.world.channels.get(int(shown.channel or 0))
        message = hidden or (channel.messages.get(int(shown.key)) if channel else None)
        if message is None:
            raise LookupError("that message is gone")
        return message

    def _option(self, part: Payload, kind: int) -> Payload:
        option = commands.takes(part, kind)
        if option is None:
            raise LookupError(f"/{part['name']} has no option of type {kind}")
        return option

    def _options(self, part: Payload, values: dict[str, Any], channel: Channel) -> tuple[list[Payload], Resolved]:
        """Return *values* as Discord sends them, and the things among them that go by their ids.

        Raises:
            LookupError: an option is unknown, or a required one missing.
        """
        known = {option["name"]: option for option in part.get("options") or []}
        missing = [name for name, option in known.items() if option.get("required") and name not in values]
        if missing or set(values) - set(known):
            raise LookupError(f"/{part['name']} takes {sorted(known)}, and needs {missing}")
        resolved: Resolved = []
        options: list[Payload] = []
        for name, value in values.items():
            given = self._file(channel, value) if isinstance(value, Upload) else value
            if isinstance(given, Attachment | Channel | User | Role):
                resolved.append(given)
                given = str(given.id)
            options.append({"name": name, "type": known[name]["type"], "value": given})
        return options, resolved

    def _check_allowed(self, command: Payload, user: User, channel: Channel) -> None:
        """Refuse what Discord would not even offer.

        Raises:
            LookupError: the member lacks the command's permission, or it is not for such a place.
        """
        guild = self.discord.world.guild_of(channel)
        contexts, installs = command.get("contexts"), command.get("integration_types")
        if contexts is not None and (1 if guild is None else 0) not in contexts:
            raise LookupError(f"/{command['name']} is not offered in such a place")
        here = guild is None or self.discord.me.id in guild.members
        ways = {way for way, open_to in ((0, here), (1, user.installed)) if open_to}
        if not ways & set(installs or (0, 1)):
            raise LookupError(f"/{command['name']} is not installed here, neither by {user.name} nor in the server")
        needed = command.get("default_member_permissions")
        rights = EVERYTHING if guild is None else in_channel(guild, self.discord.world.root(channel), user.id)
        if needed is not None and rights != EVERYTHING and (needed == "0" or int(needed) & ~rights):
            raise LookupError(f"/{command['name']} is not offered to {user.name}")

    def _shown(self, message: Message) -> Shown:
        channel = self.discord.world.channels[message.channel]
        texts = [message.content, *map(_embed_words, message.embeds), components.words(message.components)]
        return Shown(
            key=str(message.id),
            channel=str(channel.id),
            thread=str(channel.id) if channel.thread else "",
            by_bot=message.author == self.discord.me.id,
            text="\n".join(filter(None, texts)),
            labels=components.labels(message.components),
            private=message.only is not None or channel.type is ChannelType.DIRECT,
            reply_to=str(message.reference or ""),
            edited=message.edited is not None,
        )


def _embed_words(embed: Payload) -> str:
    fields = [part.get(name) for part in embed.get("fields") or [] for name in ("name", "value")]
    parts = [embed.get("title"), embed.get("description"), *fields, (embed.get("footer") or {}).get("text")]
    return "\n".join(part for part in parts if part)


def _shown_form(interaction: Interaction, form: Payload) -> Shown:
    words = (form["title"], components.words(form["components"]))
    return Shown(
        key=str(interaction.id), channel="", thread="", by_bot=True, text="\n".join(filter(None, words)), private=True
    )


def _handlers() -> Iterator["asyncio.Task[Any]"]:
    """Yield the tasks of this loop in which discord.py runs what the bot does with an event."""
    for task in asyncio.all_tasks():
        name = getattr(task.get_coro(), "__qualname__", "")
        if any(part in name for part in HANDLERS):
            yield task
