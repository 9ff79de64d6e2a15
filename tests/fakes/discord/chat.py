"""What happens when somebody writes, edits, deletes, reacts or opens a thread: the state changes, the gateway tells."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.fakes.discord import payloads
from tests.fakes.discord.clock import moment, timestamp
from tests.fakes.discord.errors import (
    Payload,
    closed_direct_messages,
    locked,
    missing_access,
    missing_permissions,
    no_mutual_guild,
    thread_exists,
)
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.permissions import DIRECT, Permission, in_channel
from tests.fakes.discord.pulse import Pulse
from tests.fakes.discord.sessions import Event
from tests.fakes.discord.state import (
    WRITTEN,
    Attachment,
    Channel,
    ChannelType,
    Message,
    MessageFlag,
    MessageType,
    ThreadState,
    User,
    World,
)
from tests.fakes.human import Upload

USER_MENTION = re.compile(r"<@!?(\d+)>")
ROLE_MENTION = re.compile(r"<@&(\d+)>")
EVERYONE_MENTION = re.compile(r"@(?:everyone|here)\b")
NONCE_LIFE = 5 * 60.0


@dataclass(slots=True)
class Chat:
    """The one place where conversations change."""

    world: World
    gateway: Gateway
    pulse: Pulse
    me: User

    # ---- rights

    def permissions(self, channel: Channel, user: int) -> int:
        """Return what *user* may do in *channel*, in a thread by the rights of its parent."""
        guild = self.world.guild_of(channel)
        if guild is None:
            return DIRECT
        return in_channel(guild, self.world.root(channel), user)

    def visible(self, channel: Channel, user: int) -> bool:
        permissions = self.permissions(channel, user)
        if channel.type is not ChannelType.PRIVATE_THREAD or permissions & Permission.MANAGE_THREADS:
            return bool(permissions & Permission.VIEW_CHANNEL)
        return channel.thread is not None and user in channel.thread.members

    def demand(self, channel: Channel, *needed: Permission) -> None:
        """Refuse what the bot may not do in *channel*.

        Raises:
            DiscordError: 50001, it does not see the channel; 50013, it lacks one of *needed*.
        """
        if not self.visible(channel, self.me.id):
            raise missing_access()
        permissions = self.permissions(channel, self.me.id)
        if any(not permissions & need for need in needed):
            raise missing_permissions()

    def may_write(self, channel: Channel, *, files: bool, embeds: bool) -> None:
        """Refuse a message of the bot that it may not write.

        Raises:
            DiscordError: 50007, 50278, 50001, 50013 or 160005.
        """
        if channel.recipient is not None:
            self._may_reach(self.world.users[channel.recipient])
        send = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
        extra = [Permission.ATTACH_FILES] * files + [Permission.EMBED_LINKS] * embeds
        self.demand(channel, send, *extra)
        manager = self.permissions(channel, self.me.id) & Permission.MANAGE_THREADS
        if channel.thread and channel.thread.archived and channel.thread.locked and not manager:
            raise locked()

    def _may_reach(self, person: User) -> None:
        if not person.reachable:
            raise closed_direct_messages()
        shared = any({self.me.id, person.id} <= set(guild.members) for guild in self.world.guilds.values())
        if not shared and not person.installed:
            raise no_mutual_guild()

    # ---- messages

    def post(self, message: Message, *, mentions: Payload | None = None) -> Message:
        """Let *message* stand in its channel, and tell of it; *mentions* is its author's ``allowed_mentions``."""
        channel = self.world.channels[message.channel]
        if channel.thread:
            self._wake(channel)
            channel.thread.sent += 1
            self.join(channel, message.author)
        self._resolve_mentions(message, channel, mentions)
        self._note(message)
        if message.only is not None:
            self.world.hidden[message.id] = message
            self.pulse.beat()
            return message
        channel.messages[message.id] = message
        self._tell("MESSAGE_CREATE", channel, message)
        return message

    def _note(self, message: Message) -> None:
        """Keep *message* among what the bot has shown, and under its nonce."""
        if message.author == self.me.id and message.type in WRITTEN and not message.flags & MessageFlag.LOADING:
            self.world.shown[message.id] = message
            if message.reference is not None:
                self.world.answers[message.reference] = message
        if message.nonce is not None:
            self.world.nonces[message.channel, message.author, str(message.nonce)] = message

    def edit(
        self, message: Message, changes: dict[str, Any], *, mentions: Payload | None = None, by_hand: bool = True
    ) -> None:
        """Change the named fields of *message*, and tell of it; not *by_hand*, it does not count as edited."""
        channel = self.world.channels[message.channel]
        first = bool(message.flags & MessageFlag.LOADING)
        for name, value in changes.items():
            setattr(message, name, value)
        if by_hand and not first and set(changes) - {"flags"}:
            message.edited = self.world.clock.now()
        self._note(message)
        self._resolve_mentions(message, channel, mentions)
        if message.only is None:
            self._tell("MESSAGE_UPDATE", channel, message)
        self.pulse.beat()

    def delete(self, *messages: Message) -> None:
        """Take messages of one channel away, and tell of it, of several at once."""
        channel = self.world.channels[messages[0].channel]
        public = [message for message in messages if message.only is None]
        for message in messages:
            channel.messages.pop(message.id, None)
            self.world.hidden.pop(message.id, None)
            self.world.shown.pop(message.id, None)
        place = self._place(channel)
        if len(public) == 1:
            self._send("MESSAGE_DELETE", channel, {"id": str(public[0].id)} | place)
        elif public:
            self._send("MESSAGE_DELETE_BULK", channel, {"ids": [str(message.id) for message in public]} | place)
        self.pulse.beat()

    def earlier(self, channel: Channel, author: int, nonce: str | int) -> Message | None:
        """Return the message that *author* sent here under *nonce* within the last minutes, or None."""
        found = self.world.nonces.get((channel.id, author, str(nonce)))
        if found is None or found.id not in channel.messages:
            return None
        return found if moment(found.id) >= self.world.clock.now() - NONCE_LIFE else None

    def react(self, message: Message, emoji: str, user: int, *, add: bool = True) -> None:
        """Add *user*'s reaction, or take it back."""
        people = message.reactions.setdefault(emoji, set())
        (people.add if add else people.discard)(user)
        if not people:
            del message.reactions[emoji]
        channel = self.world.channels[message.channel]
        guild = self.world.guild_of(channel)
        data = self._place(channel) | {
            "message_id": str(message.id),
            "user_id": str(user),
            "emoji": payloads.emoji_payload(emoji),
            "message_author_id": str(message.author),
            "burst": False,
            "type": 0,
        }
        if add and guild is not None and user in guild.members:
            data["member"] = payloads.member_payload(self.world, guild.members[user])
        self._send("MESSAGE_REACTION_ADD" if add else "MESSAGE_REACTION_REMOVE", channel, data)
        self.pulse.beat()

    def readable(self, message: Message) -> bool:
        """Return whether the bot may read *message* without the intent for content.

        It is its own, in a direct conversation, names the bot, or answers, with the ping left on, a message of the bot
        that is no response to an interaction.
        """
        channel = self.world.channels[message.channel]
        if message.author == self.me.id or channel.recipient is not None:
            return True
        if str(self.me.id) in USER_MENTION.findall(message.content):
            return True
        answered = channel.messages.get(message.reference or 0)
        pinged = self.me.id in message.mentions
        return pinged and answered is not None and answered.author == self.me.id and answered.interaction is None

    def as_read(self, message: Message, *, all_content: bool) -> Payload:
        """Return *message* as the bot gets it, with *all_content* or only what it may read without the intent."""
        payload = payloads.message_payload(self.world, message)
        if all_content:
            return payload
        answered = self.world.channels[message.channel].messages.get(message.reference or 0)
        if payload.get("referenced_message") and answered is not None and not self.readable(answered):
            payload["referenced_message"] = payloads.stripped(payload["referenced_message"])
        return payload if self.readable(message) else payloads.stripped(payload)

    # ---- threads

    def open_thread(
        self,
        parent: Channel,
        name: str,
        owner: int,
        *,
        start: Message | None = None,
        private: bool = False,
        **more: Any,
    ) -> Channel:
        """Open a thread below *parent*: from the message *start*, or of its own; *more* goes into its state.

        Raises:
            DiscordError: 160004, the message has a thread already.
        """
        if start is not None and start.thread is not None:
            raise thread_exists()
        kind = ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD
        state = ThreadState(owner, changed=self.world.clock.now(), members={owner}, **more)
        key = start.id if start is not None else self.world.ids.fresh()
        thread = Channel(key, kind, name, parent.guild, parent.id, thread=state)
        self.world.channels[thread.id] = thread
        self._send("THREAD_CREATE", thread, self.thread_payload(thread) | {"newly_created": True})
        if start is not None:
            start.thread = thread.id
            start.flags |= MessageFlag.HAS_THREAD
            self._tell("MESSAGE_UPDATE", parent, start)
        if parent.type is not ChannelType.FORUM and not private:
            self._announce(parent, thread, start)
        return thread

    def _announce(self, parent: Channel, thread: Channel, start: Message | None) -> None:
        """Write what Discord itself writes: in a thread from a message what it began with, else a line above it."""
        assert thread.thread is not None
        line = Message(self.world.ids.fresh(), parent.id, thread.thread.owner, thread.name, MessageType.THREAD_CREATED)
        line.reference, line.reference_channel = thread.id, thread.id
        if start is not None:
            line = Message(self.world.ids.fresh(), thread.id, line.author, type=MessageType.THREAD_STARTER)
            line.reference, line.reference_channel = start.id, parent.id
        self.post(line)

    def change_thread(self, thread: Channel) -> None:
        """Tell that *thread* is not what it was."""
        assert thread.thread is not None
        thread.thread.changed = self.world.clock.now()
        self._send("THREAD_UPDATE", thread, self.thread_payload(thread))

    def join(self, thread: Channel, user: int) -> None:
        """Add *user* to *thread*; the bot is told of itself only, for of others it would need an intent."""
        assert thread.thread is not None
        if user in thread.thread.members:
            return
        thread.thread.members.add(user)
        if user == self.me.id:
            if thread.type is ChannelType.PRIVATE_THREAD:
                self._send("THREAD_CREATE", thread, self.thread_payload(thread))
            self._tell_members(thread, added=[self.thread_member(thread, user)])

    def leave(self, thread: Channel, user: int) -> None:
        """Take *user* out of *thread*; the bot is told of itself only."""
        assert thread.thread is not None
        thread.thread.members.discard(user)
        if user == self.me.id:
            self._tell_members(thread, removed=[str(user)])

    def thread_member(self, thread: Channel, user: int) -> Payload:
        return {
            "id": str(thread.id),
            "user_id": str(user),
            "join_timestamp": timestamp(self.world.clock.now()),
            "flags": 1,
        }

    def thread_payload(self, thread: Channel) -> Payload:
        """Return *thread* as the bot gets it: with its own membership, where it is a member."""
        payload = payloads.channel_payload(self.world, thread)
        assert thread.thread is not None
        if self.me.id in thread.thread.members:
            payload["member"] = self.thread_member(thread, self.me.id)
        return payload

    def delete_channel(self, channel: Channel) -> None:
        """Take a channel or thread away with all that stands in it, and tell of it."""
        payload = payloads.channel_payload(self.world, channel)
        self._send("THREAD_DELETE" if channel.thread else "CHANNEL_DELETE", channel, payload)
        for key in channel.messages:
            self.world.shown.pop(key, None)
        del self.world.channels[channel.id]

    def change_channel(self, channel: Channel) -> None:
        """Tell that *channel* is not what it was; of channels a bot hears even where it does not see into them."""
        self.gateway.dispatch(Event("CHANNEL_UPDATE", payloads.channel_payload(self.world, channel), channel.guild))

    # ---- telling

    def _tell(self, event: str, channel: Channel, message: Message) -> None:
        guild = self.world.guild_of(channel)
        extra = self._place(channel) | {"channel_type": int(channel.type)}
        if guild is not None and message.webhook is None and message.author in guild.members:
            extra["member"] = payloads.member_payload(self.world, guild.members[message.author], whole=False)
        whole = self.as_read(message, all_content=True) | extra
        bare = self.as_read(message, all_content=False) | extra
        self._send(event, channel, whole, bare)
        self.pulse.beat()

    def _send(self, name: str, channel: Channel, whole: Payload, bare: Payload | None = None) -> None:
        """Dispatch, unless the bot does not see the channel or its server is down."""
        guild = self.world.guild_of(channel)
        if guild is not None and not guild.available:
            return
        if self.visible(channel, self.me.id):
            self.gateway.dispatch(Event(name, whole, channel.guild, bare))

    def _place(self, channel: Channel) -> Payload:
        place: Payload = {"channel_id": str(channel.id)}
        return place if channel.guild is None else place | {"guild_id": str(channel.guild)}

    def _tell_members(
        self, thread: Channel, *, added: list[Payload] | None = None, removed: list[str] | None = None
    ) -> None:
        assert thread.thread is not None
        data = {
            "id": str(thread.id),
            "guild_id": str(thread.guild),
            "member_count": len(thread.thread.members),
            "added_members": added or [],
            "removed_member_ids": removed or [],
        }
        self._send("THREAD_MEMBERS_UPDATE", thread, data)

    def _wake(self, thread: Channel) -> None:
        assert thread.thread is not None
        if thread.thread.archived:
            thread.thread.archived = False
            self.change_thread(thread)

    def _resolve_mentions(self, message: Message, channel: Channel, allowed: Payload | None) -> None:
        """Work out whom *message* pings: everybody that it names, as far as *allowed* lets it."""
        parse = set((allowed or {}).get("parse", ("users", "roles", "everyone") if allowed is None else ()))
        users = {int(key) for key in USER_MENTION.findall(message.content)} & set(self.world.users)
        if "users" not in parse:
            users &= {int(key) for key in (allowed or {}).get("users") or []}
        answered = channel.messages.get(message.reference or 0)
        pings = allowed is None or allowed.get("replied_user", False)
        if answered is not None and pings:
            users.add(answered.author)
        guild = self.world.guild_of(channel)
        roles = {int(key) for key in ROLE_MENTION.findall(message.content)} & set(guild.roles if guild else ())
        if "roles" not in parse:
            roles &= {int(key) for key in (allowed or {}).get("roles") or []}
        free = self.permissions(channel, message.author) & Permission.MENTION_EVERYONE
        message.mentions = sorted(users)
        message.mention_roles = sorted(roles)
        named = EVERYONE_MENTION.search(message.content)
        message.mention_everyone = bool(named and free and "everyone" in parse)


def new_attachment(world: World, origin: str, channel: int, upload: Upload) -> Attachment:
    """Return a file that is kept and served at *origin*, under an address that holds for a day."""
    key = world.ids.fresh()
    ends = int(world.clock.now()) + 86_400
    path = f"/attachments/{channel}/{key}/{quote(upload.name)}"
    url = f"{origin}{path}?ex={ends:x}&is={ends - 86_400:x}&hm={key:064x}&"
    attachment = Attachment(key, upload.name, upload.content, upload.media_type or None, url)
    world.attachments[key] = attachment
    return attachment
