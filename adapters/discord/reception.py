"""Takes what people write and do on Discord, asks the relay, and acts on what needs no answer from the content."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, TypeVar, cast

import aiohttp
import discord

from adapters.discord.cooldown import Cooldowns, Leave
from adapters.discord.files import Files
from adapters.discord.guilds import Guilds
from adapters.discord.outlet import DiscordOutlet
from adapters.discord.rules import USUAL, Rules
from adapters.discord.translate import (
    PLATFORM,
    Action,
    Hint,
    calls,
    guild_of,
    language_of,
    place_of,
    retracted,
    tenant_of,
    to_edit,
    to_message,
    to_question,
)
from adapters.discord.views import Gesture, choice
from adapters.wording import say
from bot.desk import Desk
from bot.ledger.port import EventKey, Feedback, LedgerError, Subject
from bot.model import Attachment, Choice, Message, Place
from bot.reading.redact import redact
from bot.relay import LATE, PAUSE, Relay
from bot.turns import Ticket

CLAIMED_WITHIN = 1.0  # seconds that a claim may take before Discord is told that we are at it, of the three there are
ALREADY_ACKNOWLEDGED = 40060
REASON = "fd:why:"  # what the form for a reason is called, before the event
TRIES = 100  # to take something away, with the relay's pause between them
LATER = "⏳"
EDITABLE = 3_600.0  # seconds for which a question that is edited is answered anew

log = logging.getLogger(__name__)

T = TypeVar("T")


class Reception:
    """Everything between Discord's events and the relay."""

    def __init__(self, client: discord.Client, desk: Desk, files: Files, late: float = LATE) -> None:
        """Answer what is at most *late* seconds old."""
        self._client = client
        self._desk = desk
        self._files = files
        self._guilds = Guilds(desk.ledger)
        self._cooldowns = Cooldowns()
        self._outlet = DiscordOutlet(client, desk, self._guilds, files, self._cooldowns)
        self.relay = Relay(desk, self._outlet, late=late)
        self._outlet.once = self.relay.once
        self._at_work: dict[asyncio.Task[Any], float] = {}

    async def finish(self, seconds: float) -> None:
        """Wait for what is being taken to be claimed, *seconds* at most."""
        if working := set(self._at_work):
            await asyncio.wait(working, timeout=seconds)

    def taken_until(self) -> float:
        """Return the time before which all that was heard is claimed; what waits for the ledger is not."""
        return min(self._at_work.values(), default=self._desk.now())

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Let the end wait for this task meanwhile."""
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        outermost = task not in self._at_work
        self._at_work.setdefault(task, self._desk.now())
        try:
            yield
        finally:
            if outermost:
                del self._at_work[task]

    # ---- what people write

    async def hear(self, message: discord.Message, *, missed: bool = False) -> None:
        """Take a message that was written, perhaps for the second time; one that was *missed* may come too late."""
        if not message.author.bot and message.webhook_id is None:
            with self._working():
                async with self._arriving(message.channel.id):
                    await self._hear(message, missed=missed)

    async def _hear(self, message: discord.Message, *, missed: bool) -> None:
        found = await self._translated(message, to_message)
        if isinstance(found, Hint):
            await self._hint(found, message)
        elif found is not None and await self._admit(found, message):
            self._outlet.attach(found.event, message.attachments)
            await self.relay.hold(replace(found, sent=message.created_at.timestamp()) if missed else found)

    async def hear_edit(self, message: discord.Message) -> None:
        """Take the new wording of a message."""
        if not message.author.bot and message.edited_at is not None:
            with self._working():
                async with self._arriving(message.channel.id):
                    await self._hear_edit(message)

    async def _hear_edit(self, message: discord.Message) -> None:
        if not await self._may_still_change(message, tenant_of(guild_of(message))):
            return
        found = await self._translated(message, to_edit)
        if found is not None:
            self._outlet.attach(found.event, message.attachments)
            await self.relay.hold(found)

    async def hear_deletion(self, message: int, channel: int, guild: int | None) -> None:
        """Take it that a message is gone."""
        gone = retracted(message, self._client.get_channel(channel), channel, guild)
        with self._working():
            async with self._arriving(channel):
                pass  # what was said before is claimed by now
            await _insist(lambda: self.relay.retract(gone))

    def _arriving(self, channel: int) -> Ticket:
        """The order in which a channel's messages, edits and deletions came, whatever is looked up for one of them."""
        return self.relay.arriving(Place(PLATFORM, channel=str(channel)))

    async def forget_guild(self, guild: int) -> None:
        """Forget a server that sent the bot away."""
        self._guilds.drop(str(guild))
        await _insist(lambda: self._desk.ledger.forget(Subject(PLATFORM, str(guild))))

    # ---- what people ask by commands, menus and buttons

    async def ask(
        self,
        gesture: Gesture,
        text: str,
        *,
        attachments: Sequence[Attachment] = (),
        pick: Choice | None = None,
        private: bool = False,
        diagnosis: bool = False,
        about: int = 0,
    ) -> None:
        """Answer *gesture*: it is claimed, then acknowledged, in that order where the ledger is quick enough."""
        message = to_question(
            gesture, text, attachments=attachments, pick=pick, private=private, diagnosis=diagnosis, about=about
        )
        with self._working():
            await self._answer(gesture, message, private=private)

    async def _answer(self, gesture: Gesture, message: Message, *, private: bool) -> None:
        if self._cooldowns.ask(message.author, self._desk.now()) is not Leave.TAKEN:
            await self.notify(gesture, "quota")
            return
        gate = self._outlet.gate(message.event)
        claiming = asyncio.create_task(self.relay.hold(message))
        await asyncio.wait((claiming,), timeout=CLAIMED_WITHIN)
        gate.settle(acknowledged=await self._acknowledge(gesture, private=private))
        try:
            await claiming
        except LedgerError as error:
            log.warning("%s could not be claimed: %s", message.event, error)
            await self.notify(gesture, "failed")

    async def read(
        self,
        gesture: Gesture,
        files: Sequence[discord.Attachment],
        *,
        text: str = "",
        private: bool = False,
        about: int = 0,
    ) -> None:
        """Answer *gesture*, which shows *files*: where reading them takes long, Discord is told that we are at it."""
        with self._working():
            await self._read(gesture, files, text, private=private, about=about)

    async def _read(
        self, gesture: Gesture, files: Sequence[discord.Attachment], text: str, *, private: bool, about: int
    ) -> None:
        reading = asyncio.create_task(self._files.read(files))
        await asyncio.wait((reading,), timeout=CLAIMED_WITHIN)
        if not reading.done():
            await self._acknowledge(gesture, private=private)
        found = await reading
        if not found and not text:
            await self.notify(gesture, "no_text")
        elif len(found) == 1 and not text:  # the log alone, so that its lines count from 1
            await self.ask(gesture, found[0].text, private=private, diagnosis=True, about=about)
        else:
            await self.ask(gesture, text, attachments=found, private=private, diagnosis=True, about=about)

    async def use(self, gesture: Gesture, action: Action, about: str, label: str) -> None:
        """Act on a control below one of our messages."""
        message = gesture.message
        private = bool(message and message.flags.ephemeral)
        source = message.id if message else 0
        match action:
            case Action.PICK:
                await self.ask(gesture, label, pick=choice(about, label), private=private, about=source)
            case Action.PERSON:
                words = say("person", language_of(gesture.locale))
                await self.ask(gesture, words, private=private, about=source)
            case Action.UP | Action.DOWN:
                await self._rate(gesture, about, helpful=action is Action.UP)
            case Action.SHARE:
                await self._share(gesture)
            case _:
                await self._solve(gesture)

    async def explain_verdict(self, gesture: Gesture, event: str, reason: str) -> None:
        """Take the reason that came with a "not helpful"."""
        await self._thank(gesture, self._opine(gesture, event, helpful=False, reason=redact(reason).text))

    async def forget_person(self, gesture: Gesture) -> None:
        """Delete what is kept about the person who asks for it."""
        await self._acknowledge(gesture, private=True)
        try:
            await self._desk.ledger.forget(Subject(PLATFORM, tenant_of(gesture.guild_id), str(gesture.user.id)))
        except LedgerError as error:
            log.warning("somebody's data could not be deleted: %s", error)
            await self.notify(gesture, "failed")
        else:
            await self.notify(gesture, "forgotten")

    async def rules_of(self, gesture: Gesture) -> Rules:
        """Return the rules of the server in which *gesture* was made; the usual ones where they are slow to come."""
        try:
            async with asyncio.timeout(CLAIMED_WITHIN / 2):
                return await self._guilds.rules(tenant_of(gesture.guild_id))
        except TimeoutError:
            return USUAL

    async def set_rules(self, gesture: Gesture, rules: Rules) -> bool:
        """Keep *rules* for that server; False where that is not possible now."""
        try:
            await self._guilds.save(tenant_of(gesture.guild_id), rules)
        except LedgerError as error:
            log.warning("the settings of a server cannot be saved: %s", error)
            return False
        return True

    # ---- the steps of it

    def _me(self) -> int:
        return self._client.user.id if self._client.user else 0

    async def _translated(self, message: discord.Message, translate: Callable[..., T]) -> T:
        """Return what *translate* makes of *message* by the rules of its server, threads that are known included."""
        me = self._me()
        rules = await self._guilds.rules(tenant_of(guild_of(message)))
        await self._locate(message, me, automatic=bool(rules.auto))
        found = translate(message, me, rules)
        if found is None and await self._knows(message):
            return translate(message, me, rules, knows_thread=True)
        return found

    async def _may_still_change(self, message: discord.Message, tenant: str) -> bool:
        """True for an hour: after its claim, or, where nobody claimed it, after it was written."""
        try:
            standing = await self._desk.ledger.standing(EventKey(PLATFORM, tenant, str(message.id)))
        except LedgerError:
            return True  # whoever takes the edit will wait for the ledger
        if standing is not None:
            return self._desk.now() - standing.at <= EDITABLE
        return self._desk.now() - message.created_at.timestamp() <= EDITABLE

    async def _locate(self, message: discord.Message, me: int, *, automatic: bool) -> None:
        """Find out what kind of place *message* stands in, where the library has not been told of it yet.

        A post's first message may come before its thread, and an archived thread is not told of at all.
        """
        channel = message.channel
        if not isinstance(channel, discord.PartialMessageable) or guild_of(message) is None:
            return
        if not (calls(message, me) or automatic):
            return
        try:
            found = await self._client.fetch_channel(channel.id)
        except discord.DiscordException as error:
            log.info("the place of %s cannot be looked up (%s)", message.id, type(error).__name__)
            return
        message.channel = cast("discord.Thread", found)

    async def _knows(self, message: discord.Message) -> bool:
        """True in a thread in which the bot has answered."""
        if not isinstance(message.channel, discord.Thread) or not message.content:
            return False
        try:
            place = place_of(message.channel, guild_of(message))
            (shared,) = await self._desk.ledger.recall(place, None)
        except LedgerError:
            return False
        return shared is not None

    async def _admit(self, message: Message, written: discord.Message) -> bool:
        """True where the asker has not asked too much of late; who called is told so once, and then by a sign."""
        leave = self._cooldowns.ask(message.author, self._desk.now())
        if leave is Leave.TOLD and message.addressed:
            await self._reply(written, "quota", message.locale, message.event)
        if leave is Leave.DROPPED and message.addressed:
            with suppress(discord.HTTPException):
                await written.add_reaction(LATER)
        return leave is Leave.TAKEN

    async def _hint(self, hint: Hint, written: discord.Message) -> None:
        if await self.relay.once(hint.message, "hint"):
            await self._reply(written, "unread_post", hint.message.locale, hint.message.event)

    async def _reply(self, written: discord.Message, key: str, language: str, event: str) -> None:
        try:
            await written.channel.send(
                say(key, language),
                reference=written.to_reference(fail_if_not_exists=False),
                nonce=f"{event}:n",
                mention_author=False,
                suppress_embeds=True,
            )
        except discord.HTTPException as error:
            log.info("a notice to %s was not taken (%s)", event, error.code)

    async def _acknowledge(self, gesture: Gesture, *, private: bool) -> bool:
        """Tell Discord that we are at it; False where that comes too late."""
        if gesture.response.is_done():
            return True
        try:
            await gesture.response.defer(ephemeral=private, thinking=True)
        except discord.HTTPException as error:
            log.info("%s was not acknowledged in time (%s)", gesture.id, error.code)
            return error.code == ALREADY_ACKNOWLEDGED
        return True

    async def _rate(self, gesture: Gesture, event: str, *, helpful: bool) -> None:
        """Take an opinion; one who is not helped is asked what was missing."""
        if helpful:
            await self._thank(gesture, self._opine(gesture, event, helpful=True))
            return
        await gesture.response.send_modal(reason_form(event, language_of(gesture.locale)))
        await self._opine(gesture, event, helpful=False)

    async def _thank(self, gesture: Gesture, opining: Coroutine[Any, Any, None]) -> None:
        """Thank for an opinion once it is kept, or, where that takes long, in time for Discord."""
        keeping = asyncio.create_task(opining)
        await asyncio.wait((keeping,), timeout=CLAIMED_WITHIN)
        await self.notify(gesture, "thanks")
        await keeping

    async def _opine(self, gesture: Gesture, event: str, *, helpful: bool, reason: str = "") -> None:
        key = EventKey(PLATFORM, tenant_of(gesture.guild_id), event)
        try:
            await self._desk.ledger.add_feedback(
                Feedback(key, str(gesture.user.id), helpful, self._desk.now(), reason=reason)
            )
        except LedgerError as error:
            log.warning("an opinion on %s is lost: %s", event, error)

    async def _share(self, gesture: Gesture) -> None:
        """Show to everybody what only the asker sees; once."""
        shown = cast("discord.Message", gesture.message)  # the one below which the button stands
        note = Message(str(shown.id), place_of(gesture.channel, gesture.guild_id), str(gesture.user.id), "")
        if not await self.relay.once(note, "shared"):
            await self.notify(gesture, "shared_before")
            return
        if shown.flags.components_v2:
            layout = discord.ui.LayoutView(timeout=None)
            for item in discord.ui.LayoutView.from_message(shown, timeout=None).children:
                if not isinstance(item, discord.ui.ActionRow):
                    layout.add_item(item)
            await gesture.response.send_message(view=layout)
        else:
            await gesture.response.send_message(shown.content, suppress_embeds=True)

    async def _solve(self, gesture: Gesture) -> None:
        """Give a forum's post the tag that the server has set, where its author asks for it."""
        thread = gesture.channel
        rules = await self._guilds.rules(tenant_of(gesture.guild_id))
        if not isinstance(thread, discord.Thread) or not isinstance(thread.parent, discord.ForumChannel):
            return
        if gesture.user.id != thread.owner_id and not gesture.permissions.manage_threads:
            await self.notify(gesture, "not_yours")
            return
        wanted = rules.solved_tag.casefold()
        tag = next((tag for tag in thread.parent.available_tags if tag.name.casefold() == wanted), None)
        if tag is None:
            await self.notify(gesture, "failed")
            return
        await gesture.response.defer(ephemeral=True, thinking=True)
        try:
            tags = [*(one for one in thread.applied_tags if one.id != tag.id), tag][-5:]
            await thread.edit(applied_tags=tags)
        except discord.Forbidden:
            await self._outlet.admins.tell(tenant_of(gesture.guild_id), "cannot_tag", thread.id)
            await self.notify(gesture, "failed")
        else:
            await self.notify(gesture, "marked_solved")

    async def notify(self, gesture: Gesture, key: str) -> None:
        """Say something to the person alone, whatever was said before."""
        text = say(key, language_of(gesture.locale))
        try:
            if gesture.response.is_done():
                await gesture.followup.send(text, ephemeral=True)
            else:
                await gesture.response.send_message(text, ephemeral=True)
        except discord.HTTPException as error:
            log.info("a notice to %s was not taken (%s)", gesture.id, error.code)
        except (aiohttp.ClientError, RuntimeError) as error:  # the latter: the session is closed already
            log.info("a notice to %s could not be sent (%s)", gesture.id, type(error).__name__)


async def _insist(work: Callable[[], Awaitable[object]]) -> None:
    """Do *work*, again while the ledger or Discord is away; what it undoes must not stay."""
    for _ in range(TRIES):
        try:
            await work()
        except (LedgerError, discord.DiscordServerError, aiohttp.ClientError) as error:
            log.warning("what is to be taken away stands still (%s)", type(error).__name__)
            await asyncio.sleep(PAUSE)
        else:
            return


def reason_form(event: str, language: str) -> discord.ui.Modal:
    """Return the form that asks what was missing in the answer to *event*."""
    form = discord.ui.Modal(title=say("reason_title", language)[:45], custom_id=f"{REASON}{event}")
    field: discord.ui.TextInput[Any] = discord.ui.TextInput(
        style=discord.TextStyle.paragraph, custom_id="reason", required=False, max_length=1_000
    )
    form.add_item(discord.ui.Label(text=say("reason_label", language)[:45], component=field))
    form.stop()  # the library need not keep it: what is sent comes by its name, in this run or a later one
    return form
