"""From the body of a request to a message: what a bot's message, follow-up or edit turns into."""

from typing import Any

from tests.fakes.discord import components
from tests.fakes.discord.calls import Call, File
from tests.fakes.discord.chat import new_attachment
from tests.fakes.discord.errors import Payload
from tests.fakes.discord.state import Attachment, Channel, Message, MessageFlag
from tests.fakes.discord.validation import check_message, snowflake
from tests.fakes.human import Upload

SETTABLE = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.IS_COMPONENTS_V2


def compose(call: Call, channel: Channel, body: Payload, *, flags: int = 0) -> Message:
    """Return the message that *body* asks for, not yet standing anywhere; *flags* may be set besides the usual ones.

    Raises:
        DiscordError: 50035 or 50006.
    """
    check_message(body, files=len(call.sent.files))
    world = call.discord.world
    message = Message(world.ids.fresh(), channel.id, call.discord.me.id, body.get("content") or "")
    message.flags = (body.get("flags") or 0) & (SETTABLE | flags)
    message.embeds = embeds(body)
    message.components = components.numbered(body.get("components") or [])
    message.attachments = [keep(call, channel, file) for file in call.sent.files]
    message.nonce = body.get("nonce")
    return message


def changes(call: Call, message: Message, body: Payload) -> dict[str, Any]:
    """Return the fields of *message* that *body* changes.

    Raises:
        DiscordError: 50035 or 50006, the message as it would stand then is not one that can stand.
    """
    channel = call.discord.world.channels[message.channel]
    found: dict[str, Any] = {}
    if "content" in body:
        found["content"] = body["content"] or ""
    if "embeds" in body:
        found["embeds"] = embeds(body)
    if "components" in body:
        found["components"] = components.numbered(body["components"] or [])
    if "flags" in body:
        lasting = message.flags & ~MessageFlag.SUPPRESS_EMBEDS
        found["flags"] = lasting | ((body["flags"] or 0) & SETTABLE)
    if "attachments" in body or call.sent.files:
        found["attachments"] = _attachments(call, channel, message, body)
    then = {name: found.get(name, getattr(message, name)) for name in ("content", "embeds", "components", "flags")}
    kept = bool(found.get("attachments", message.attachments))
    check_message(then | {"allowed_mentions": body.get("allowed_mentions")}, kept=kept)
    return found


def embeds(body: Payload) -> list[Payload]:
    """Return the embeds of *body* with the type that Discord adds."""
    return [{"type": "rich"} | embed for embed in body.get("embeds") or []]


def keep(call: Call, channel: Channel, file: File) -> Attachment:
    upload = Upload(file.name, file.content, file.media_type or "")
    return new_attachment(call.discord.world, call.discord.origin, channel.id, upload)


def _attachments(call: Call, channel: Channel, message: Message, body: Payload) -> list[Attachment]:
    new = {file.index: keep(call, channel, file) for file in call.sent.files}
    if "attachments" not in body:
        return [*message.attachments, *new.values()]
    old = {attachment.id: attachment for attachment in message.attachments}
    asked = [snowflake(part["id"], "attachments") for part in body["attachments"] or []]
    return [old[key] if key in old else new[key] for key in asked if key in old or key in new]
