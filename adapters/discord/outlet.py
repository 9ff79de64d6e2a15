"""Where replies go on Discord: in place, by the interaction that asked, or, where neither is open, directly.

A post carries a nonce made of the event's id, which Discord enforces for some minutes; after that, the place is looked
through for a reply of ours to that one message.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import discord
from discord.http import handle_message_parameters
from discord.webhook.async_ import async_context

from adapters.discord.admins import Admins
from adapters.discord.cooldown import Cooldowns
from adapters.discord.files import Files
from adapters.discord.guilds import Guilds
from adapters.discord.origin import Origin
from adapters.discord.translate import DIRECT, PLATFORM, Outgoing, to_outgoing
from adapters.discord.views import to_view
from adapters.wording import say
from bot.desk import Desk
from bot.ledger.port import event_key
from bot.model import Delivery, Message, Outcome, Place
from bot.relay import Refused

NO_HISTORY = 160002
UNKNOWN_MESSAGE = 10008
DEAD_TOKEN = 50027
CANNOT_WRITE = frozenset({50001, 50013, 50083, 160005})  # no access, no permission, archived, locked
KEPT = 1_000  # attachments of messages, and gates of interactions, that are waited for
LOOKED_THROUGH = 100  # messages after a question among which its reply is looked for
A_DAY = 86_400

log = logging.getLogger(__name__)


class Lapsed(Exception):  # noqa: N818 - what became of an interaction, not a fault of the program
    """An interaction can no longer be answered."""


class Gate:
    """Whether an interaction was acknowledged: known once Discord has answered."""

    def __init__(self) -> None:
        self._known = asyncio.Event()
        self._acknowledged = False

    def settle(self, *, acknowledged: bool) -> None:
        """Say so; the first word counts."""
        if not self._known.is_set():
            self._acknowledged = acknowledged
            self._known.set()

    async def acknowledged(self) -> bool:
        """Return it, once it is known."""
        await self._known.wait()
        return self._acknowledged


class DiscordOutlet:
    """Writes to Discord as the relay asks for it."""

    platform = PLATFORM

    def __init__(
        self,
        client: discord.Client,
        desk: Desk,
        guilds: Guilds,
        files: Files,
        cooldowns: Cooldowns,
    ) -> None:
        self._client = client
        self._desk = desk
        self._guilds = guilds
        self._files = files
        self._cooldowns = cooldowns
        self.admins = Admins(client, desk.ledger, guilds)
        self._gates: OrderedDict[str, Gate] = OrderedDict()
        self._attached: OrderedDict[str, Sequence[discord.Attachment]] = OrderedDict()
        self._to_warn: set[str] = set()
        self.once: Callable[[Message, str], Awaitable[bool]]

    # ---- what the reception knows ahead of the relay

    def gate(self, event: str) -> Gate:
        """Return the gate of the interaction *event*, behind which its reply waits."""
        gate = self._gates.setdefault(event, Gate())
        _bound(self._gates)
        return gate

    def attach(self, event: str, attachments: Sequence[discord.Attachment]) -> None:
        """Keep at hand what came along with *event*."""
        if attachments:
            self._attached[event] = attachments
            _bound(self._attached)

    # ---- bot.relay.Outlet

    async def fetch(self, message: Message) -> Message:
        """Return *message* with the text files that it points to; the same value where there are none."""
        origin = _origin(message)
        attached = self._attached.pop(message.event, None)
        if not origin.files:
            return message
        if attached is None:
            attached = await self._attachments(origin)
        found = await self._files.read([file for file in attached if file.id in origin.files])
        return replace(message, attachments=(*message.attachments, *found)) if found else message

    async def warn(self, delivery: Delivery) -> None:
        """Tell the author alone that a live secret was pasted.

        Where that is not possible, the reply itself, which says so without the secret, has to do.
        """
        message, origin = delivery.message, _origin(delivery.message)
        if origin.token:
            if not origin.private:
                self._to_warn.add(message.event)  # a follow-up before the reply would take the reply's place
            return
        text = say("secret", delivery.reply.language)
        if message.place.tenant != DIRECT:
            text += f"\nhttps://discord.com/channels/{message.place.tenant}/{origin.channel}/{origin.message}"
        try:
            direct = await self._client.create_dm(discord.Object(int(message.author)))
            await direct.send(text, nonce=f"{message.event}:w", suppress_embeds=True)
        except (discord.Forbidden, discord.NotFound):
            log.info("the author of %s takes no direct messages", message.event)

    async def post(self, delivery: Delivery) -> str:
        """Show the reply; return where it stands."""
        message, origin = delivery.message, _origin(delivery.message)
        if self._heard_of_late(delivery, origin):
            return ""
        outgoing = await self._outgoing(delivery)
        called = await self._call(delivery, origin)
        if origin.token:
            try:
                return await self._fulfil(delivery, origin, outgoing)
            except Lapsed:
                if origin.outside:
                    raise Refused("the interaction is over, and the bot is not in that place") from None
        if origin.private:
            return await self._directly(message, outgoing)
        return await self._in_place(message, origin, outgoing, called)

    async def find(self, delivery: Delivery) -> str | None:
        """Return where the reply stands: among our replies to that one message, or as the interaction's own message.

        One whose first parts alone stand is completed.
        """
        message, origin = delivery.message, _origin(delivery.message)
        parts = _parts(await self._outgoing(delivery))
        if origin.token:
            return await self._fulfilled(origin) if len(parts) == 1 else None
        me = self._client.user.id if self._client.user else 0
        channel = self._client.get_partial_messageable(origin.channel)
        try:
            after = [one async for one in channel.history(limit=LOOKED_THROUGH, after=discord.Object(origin.message))]
        except (discord.Forbidden, discord.NotFound):
            return None
        ours = (one for one in after if one.author.id == me and one.reference is not None)
        found = [one.id for one in ours if one.reference and one.reference.message_id == origin.message]
        if found and len(found) < len(parts):
            found += await self._sent(message, origin, parts[len(found) :], first=len(found))
        return _reference(origin.channel, found) if found else None

    async def revise(self, delivery: Delivery, reference: str) -> str:
        """Put the reply in the place of the one that stands as *reference*."""
        message, origin = delivery.message, _origin(delivery.message)
        outgoing = await self._outgoing(delivery)
        where, standing = _standing(reference)
        channel = self._client.get_partial_messageable(where)
        kept = [await self._change(channel, one, *part) for one, part in zip(standing, _parts(outgoing), strict=False)]
        for extra in standing[len(outgoing.parts) :]:
            await _delete(channel, extra)
        if missing := _parts(outgoing)[len(standing) :]:
            there = replace(origin, channel=where)
            kept += await self._sent(message, there, missing, first=len(standing))
        return _reference(where, kept)

    async def remove(self, place: Place, reference: str) -> None:
        """Take away the reply that stands as *reference*."""
        del place
        where, standing = _standing(reference)
        channel = self._client.get_partial_messageable(where)
        for one in standing:
            await _delete(channel, one)

    # ---- what a reply is made of

    def _heard_of_late(self, delivery: Delivery, origin: Origin) -> bool:
        reply, message = delivery.reply, delivery.message
        if message.addressed and message.pick is None:
            return False
        unasked = not message.addressed and not origin.forum
        return unasked and self._cooldowns.says_again(reply.entries, str(origin.channel), self._desk.now())

    async def _outgoing(self, delivery: Delivery) -> Outgoing:
        """The reply as Discord takes it."""
        rules = await self._guilds.rules(delivery.message.place.tenant)
        solvable = bool(rules.solved_tag) and self._in_forum(delivery.message.place)
        return to_outgoing(delivery, rules, solvable=solvable)

    def _in_forum(self, place: Place) -> bool:
        parent = self._client.get_channel(int(place.channel)) if place.thread and place.tenant != DIRECT else None
        return isinstance(parent, discord.ForumChannel)

    async def _call(self, delivery: Delivery, origin: Origin) -> str:
        """Call people who are asked for, where the server has set how, once in a thread.

        Returns:
            The role that the reply itself is to mention, empty for none.
        """
        message = delivery.message
        rules = await self._guilds.rules(message.place.tenant)
        if delivery.reply.outcome is not Outcome.HAND_OFF or not (rules.hand_off_role or rules.hand_off_channel):
            return ""
        if not await self.once(replace(message, event=_conversation(message, self._desk.now())), "called"):
            return ""
        if not rules.hand_off_channel and not origin.private:
            return rules.hand_off_role
        where = rules.hand_off_channel or str(origin.channel)
        link = f"https://discord.com/channels/{message.place.tenant}/{origin.channel}/{origin.message or ''}".rstrip(
            "/"
        )
        mention = f"<@&{rules.hand_off_role}> " if rules.hand_off_role else ""
        try:
            await self._client.get_partial_messageable(int(where)).send(
                f"{mention}{say('called', rules.language or delivery.reply.language)}: {link}",
                nonce=f"{message.event}:c",
                allowed_mentions=_only(rules.hand_off_role),
                suppress_embeds=True,
            )
        except discord.HTTPException as error:
            log.warning("nobody could be called for %s (%s)", message.event, error.code)
            await self.admins.tell(message.place.tenant, "cannot_call", int(where))
        return ""

    async def _attachments(self, origin: Origin) -> Sequence[discord.Attachment]:
        channel = self._client.get_partial_messageable(origin.channel)
        try:
            return (await channel.fetch_message(origin.message)).attachments
        except (discord.Forbidden, discord.NotFound):
            return ()

    # ---- in place

    async def _in_place(self, message: Message, origin: Origin, outgoing: Outgoing, called: str) -> str:
        try:
            sent = await self._sent(message, origin, _parts(outgoing), called=called)
        except discord.HTTPException as error:
            if _passes(error):
                raise
            if error.code not in CANNOT_WRITE:
                raise Refused(f"Discord's code {error.code}") from None
            await self.admins.tell(message.place.tenant, "cannot_write", origin.channel)
            return await self._directly(message, outgoing)
        return _reference(origin.channel, sent)

    async def _sent(
        self,
        message: Message,
        origin: Origin,
        parts: Sequence["_Part"],
        *,
        first: int = 0,
        called: str = "",
    ) -> list[int]:
        """Send *parts*, counted from *first*; return their ids."""
        sent: list[int] = []
        for number, (text, view) in enumerate(parts, first):
            words = f"<@&{called}>\n{text}" if called and number == 0 and text is not None else text
            options = {"nonce": f"{message.event}:{number}", "allowed_mentions": _only(called), "suppress_embeds": True}
            options |= {} if view is None else {"view": view}
            sent.append((await self._replied(message, origin, words, options)).id)
        return sent

    async def _replied(
        self, message: Message, origin: Origin, words: str | None, options: dict[str, Any]
    ) -> discord.Message:
        """Send *words* as a reply to what was asked, or without that tie where it may not be made."""
        channel = self._client.get_partial_messageable(origin.channel)
        if origin.message and not origin.token:
            reference = discord.MessageReference(
                message_id=origin.message, channel_id=origin.channel, fail_if_not_exists=False
            )
            try:
                return await channel.send(words, reference=reference, mention_author=False, **options)
            except discord.HTTPException as error:
                if error.code != NO_HISTORY:
                    raise
                await self.admins.tell(message.place.tenant, "cannot_reply", origin.channel)
        return await channel.send(words, **options)

    async def _directly(self, message: Message, outgoing: Outgoing) -> str:
        """Write to the asker alone.

        Raises:
            Refused: the asker takes no direct messages.
        """
        try:
            direct = await self._client.create_dm(discord.Object(int(message.author)))
            sent = await self._sent(message, Origin(direct.id), _parts(outgoing))
        except (discord.Forbidden, discord.NotFound):
            raise Refused("neither the place nor the asker's direct messages are open") from None
        return _reference(direct.id, sent)

    async def _change(self, channel: discord.PartialMessageable, one: int, text: str | None, view: Any) -> int:
        try:
            await channel.get_partial_message(one).edit(content=text, view=view)
        except discord.NotFound:
            log.info("a reply that should change was taken away meanwhile")
        except discord.HTTPException as error:
            if _passes(error):
                raise
            raise Refused(f"Discord's code {error.code}") from None
        return one

    # ---- by interaction

    async def _fulfil(self, delivery: Delivery, origin: Origin, outgoing: Outgoing) -> str:
        """Answer an interaction that was deferred.

        Raises:
            Lapsed: that is too late.
        """
        event = delivery.message.event
        gate = self._gates.get(event)
        if gate is not None and not await gate.acknowledged():
            raise Lapsed
        webhook = self._webhook(origin)
        try:
            first, *more = _parts(outgoing)
            sent = [await self._replace_original(webhook, *first)]
            for number, (text, view) in enumerate(more, 1):
                if await self._stands(delivery.message, number):
                    continue
                options: dict[str, Any] = {} if view is None else {"view": view}
                options |= {"ephemeral": origin.private, "suppress_embeds": True}
                sent.append((await webhook.send(text or "", wait=True, **options)).id)
                await self.once(delivery.message, _part(number))
            if event in self._to_warn:
                self._to_warn.discard(event)
                await webhook.send(say("secret", delivery.reply.language), ephemeral=True)
        except discord.NotFound:
            raise Lapsed from None
        except discord.HTTPException as error:
            if error.status == 401 or error.code == DEAD_TOKEN:
                raise Lapsed from None
            if _passes(error):
                raise
            raise Refused(f"Discord's code {error.code}") from None
        self._gates.pop(event, None)
        return _reference(origin.channel, sent)

    async def _stands(self, message: Message, number: int) -> bool:
        """True where a further part of an answer by interaction was sent already: such a part can have no nonce."""
        key = event_key(message)
        return await self._desk.ledger.standing(replace(key, event=f"{key.event}#{_part(number)}")) is not None

    async def _replace_original(self, webhook: discord.Webhook, text: str | None, view: Any) -> int:
        """Put a text or a layout in the place of "thinking"; discord.py's own verb cannot suppress embeds."""
        flags = discord.MessageFlags(suppress_embeds=True)
        none = discord.AllowedMentions.none()
        with handle_message_parameters(text, view=view, flags=flags, allowed_mentions=none) as parameters:
            shown = await async_context.get().edit_original_interaction_response(
                webhook.id,
                webhook.token or "",
                session=webhook.session,
                payload=parameters.payload,
                multipart=parameters.multipart,
                files=parameters.files,
            )
        return int(shown["id"])

    async def _fulfilled(self, origin: Origin) -> str | None:
        """Where the interaction's own message stands; None where it still says "thinking", or is out of reach."""
        webhook = self._webhook(origin)
        try:
            shown = await async_context.get().get_original_interaction_response(
                webhook.id, webhook.token or "", session=webhook.session
            )
        except discord.HTTPException:
            return None
        thinking = bool(shown.get("flags", 0) & discord.MessageFlags(loading=True).value)
        return None if thinking else _reference(origin.channel, [int(shown["id"])])

    def _webhook(self, origin: Origin) -> discord.Webhook:
        webhook = discord.Webhook.partial(self._client.application_id or 0, origin.token, client=self._client)
        webhook.type = discord.WebhookType.application  # what an interaction's is, and what lets it write to one alone
        return webhook


_Part = tuple[str | None, Any]


def _parts(outgoing: Outgoing) -> list[_Part]:
    """The messages that *outgoing* becomes: each a text, or None for a layout, and what stands below it."""
    view = to_view(outgoing)
    if outgoing.reading:
        return [(None, view)]
    last = len(outgoing.parts) - 1
    return [(text, view if place == last else None) for place, text in enumerate(outgoing.parts)]


def _only(role: str) -> discord.AllowedMentions:
    """Nobody may be called, but for *role* where there is one."""
    none = discord.AllowedMentions.none()
    if role:
        none.roles = [discord.Object(int(role))]
    return none


def _conversation(message: Message, now: float) -> str:
    """What people are called to once: a thread, or one person's day in a channel."""
    place = message.place
    return f"thread {place.thread}" if place.thread else f"channel {place.channel} {message.author} {now // A_DAY:.0f}"


def _part(number: int) -> str:
    return f"part {number}"


def _passes(error: discord.HTTPException) -> bool:
    """True where it may go better a little later."""
    return error.status >= 500 or error.status == 429


def _origin(message: Message) -> Origin:
    return Origin.from_json(message.origin)


def _reference(channel: int, messages: Sequence[int]) -> str:
    return f"{channel}/{','.join(map(str, messages))}"


def _standing(reference: str) -> tuple[int, list[int]]:
    channel, _, messages = reference.partition("/")
    return int(channel), [int(one) for one in messages.split(",")]


async def _delete(channel: discord.PartialMessageable, message: int) -> None:
    try:
        await channel.get_partial_message(message).delete()
    except (discord.NotFound, discord.Forbidden):
        log.info("a reply to be taken away was gone already, or is out of reach")


def _bound(kept: OrderedDict[str, Any]) -> None:
    while len(kept) > KEPT:
        kept.popitem(last=False)
