"""INTERACTION_CREATE: what the gateway says when a person uses a command, a button, a select or a form."""

from dataclasses import dataclass

from tests.fakes.discord import payloads
from tests.fakes.discord.components import BUTTON, Control, filled_in
from tests.fakes.discord.errors import Payload
from tests.fakes.discord.interactions import Gesture, Interaction
from tests.fakes.discord.permissions import in_channel
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.sessions import Event
from tests.fakes.discord.state import Attachment, Channel, Message, Role, User

Resolved = list[Attachment | Channel | Role | User]


@dataclass(frozen=True, slots=True)
class Gestures:
    """A person's gestures towards the bot."""

    discord: FakeDiscord

    def command(
        self, user: User, channel: Channel, command: Payload, options: list[Payload], resolved: Resolved
    ) -> Interaction:
        """Use a chat command; *options* as Discord sends them, the things in *resolved* by their ids."""
        data = self._command_data(command) | {"options": options}
        if resolved:
            data["resolved"] = self._resolved(resolved, channel)
        return self._begin(Gesture.COMMAND, user, channel, data)

    def complete(self, user: User, channel: Channel, command: Payload, options: list[Payload]) -> Interaction:
        """Ask for suggestions while typing; the option being typed carries ``focused``."""
        return self._begin(Gesture.AUTOCOMPLETE, user, channel, self._command_data(command) | {"options": options})

    def on_message(self, user: User, channel: Channel, command: Payload, target: Message) -> Interaction:
        """Choose a command from the menu of *target*, whose content comes along whatever the intents."""
        found = payloads.message_payload(self.discord.world, target)
        data = self._command_data(command) | {
            "target_id": str(target.id),
            "resolved": {"messages": {str(target.id): found}},
        }
        return self._begin(Gesture.COMMAND, user, channel, data)

    def press(self, user: User, message: Message, control: Control) -> Interaction:
        """Press a button, or choose one option of a select."""
        channel = self.discord.world.channels[message.channel]
        data: Payload = {"custom_id": control.custom_id, "component_type": control.kind, "id": control.id}
        if control.kind != BUTTON:
            data["values"] = [control.value]
        return self._begin(Gesture.COMPONENT, user, channel, data, source=message)

    def submit(self, user: User, words: str) -> Interaction:
        """Send the form that lies open before *user* with *words* in its first field.

        Raises:
            LookupError: no form is open.
        """
        if user.id not in self.discord.interactions.open_forms:
            raise LookupError(f"no form lies open before {user.name}")
        opened, form = self.discord.interactions.open_forms.pop(user.id)
        data = {"custom_id": form["custom_id"], "components": filled_in(form["components"], words), "resolved": {}}
        channel = self.discord.world.channels[opened.channel]
        source = self.discord.message_of(opened)
        return self._begin(Gesture.FORM, user, channel, data, source=source)

    def _resolved(self, things: Resolved, channel: Channel) -> Payload:
        """Return *things* by their kinds and ids."""
        guild = self.discord.world.guild_of(channel)
        found: Payload = {}
        for thing in things:
            key = str(thing.id)
            if isinstance(thing, Attachment):
                found.setdefault("attachments", {})[key] = payloads.attachment_payload(thing)
            elif isinstance(thing, Role):
                found.setdefault("roles", {})[key] = payloads.role_payload(thing)
            elif isinstance(thing, Channel):
                rights = {"permissions": str(self.discord.chat.permissions(thing, self.discord.me.id))}
                found.setdefault("channels", {})[key] = payloads.channel_payload(self.discord.world, thing) | rights
            else:
                found.setdefault("users", {})[key] = payloads.user_payload(thing)
                if guild is not None and thing.id in guild.members:
                    member = payloads.member_payload(self.discord.world, guild.members[thing.id], whole=False)
                    found.setdefault("members", {})[key] = member | {"permissions": "0"}
        return found

    def _command_data(self, command: Payload) -> Payload:
        data: Payload = {name: command[name] for name in ("id", "name", "type")}
        return data | {"guild_id": command["guild_id"]} if "guild_id" in command else data

    def _begin(
        self, kind: Gesture, user: User, channel: Channel, data: Payload, source: Message | None = None
    ) -> Interaction:
        """Make the interaction, and tell the bot of it, on the shard of its server."""
        discord = self.discord
        interaction = discord.interactions.begin(discord.world.ids.fresh(), kind, user.id, channel.id)
        interaction.made -= discord.late_by()
        interaction.guild = channel.guild
        interaction.source = source.id if source else None
        guild = discord.world.guild_of(channel)
        interaction.outside = guild is not None and discord.me.id not in guild.members
        interaction.metadata = self._metadata(interaction, user, data, source)
        payload = self._payload(interaction, user, channel, data)
        if source is not None:
            payload["message"] = payloads.message_payload(discord.world, source)
        discord.gateway.dispatch(Event("INTERACTION_CREATE", payload, channel.guild))
        return interaction

    def _metadata(self, interaction: Interaction, user: User, data: Payload, source: Message | None) -> Payload:
        """Return what messages that answer to the gesture say of it."""
        about: Payload = {
            "id": str(interaction.id),
            "type": int(interaction.kind),
            "user": payloads.user_payload(user),
            "authorizing_integration_owners": self._owners(interaction, user),
        }
        if interaction.kind is Gesture.COMMAND:
            about |= {"name": data["name"], "command_type": data["type"]}
            if "target_id" in data:
                about["target_message_id"] = data["target_id"]
        elif interaction.kind is Gesture.COMPONENT and source is not None:
            about["interacted_message_id"] = str(source.id)
        elif interaction.kind is Gesture.FORM:
            about["triggering_interaction_metadata"] = {
                "id": str(interaction.id),
                "type": 2,
                "user": payloads.user_payload(user),
                "authorizing_integration_owners": {},
            }
        return about

    def _owners(self, interaction: Interaction, user: User) -> Payload:
        if interaction.outside or user.installed:
            return {"1": str(user.id)}
        return {"0": str(interaction.guild or 0)}

    def _payload(self, interaction: Interaction, user: User, channel: Channel, data: Payload) -> Payload:
        discord = self.discord
        payload: Payload = {
            "id": str(interaction.id),
            "application_id": str(discord.application),
            "type": int(interaction.kind),
            "token": interaction.token,
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": payloads.channel_payload(discord.world, channel),
            "locale": user.locale,
            "app_permissions": str(discord.chat.permissions(channel, discord.me.id)),
            "authorizing_integration_owners": self._owners(interaction, user),
            "context": 1 if channel.guild is None else 0,
            "attachment_size_limit": 10 * 1024 * 1024,
            "entitlements": [],
        }
        guild = discord.world.guild_of(channel)
        if guild is None:
            return payload | {"user": payloads.user_payload(user)}
        rights = in_channel(guild, discord.world.root(channel), user.id)
        payload["channel"]["permissions"] = str(rights)
        member = payloads.member_payload(discord.world, guild.members[user.id]) | {"permissions": str(rights)}
        summary = {"id": str(guild.id), "locale": guild.locale, "features": []}
        return payload | {
            "member": member,
            "guild_id": str(guild.id),
            "guild": summary,
            "guild_locale": guild.locale,
        }
