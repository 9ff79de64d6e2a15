"""What the routes under ``/channels`` have in common: the channel or message of the path, as the bot may see it."""

from tests.fakes.discord.calls import Call
from tests.fakes.discord.errors import (
    Payload,
)
from tests.fakes.discord.state import Channel, Message


def seen_channel(call: Call) -> Channel:
    """Return the channel of the path.

    Raises:
        DiscordError: 10003, there is none; 50001, the bot does not see it.
    """
    channel = call.discord.world.channel(call.key("channel"))
    call.discord.chat.demand(channel)
    return channel


def found_message(call: Call) -> tuple[Channel, Message]:
    """Return the message of the path, in its channel.

    Raises:
        DiscordError: 10003, 50001 or 10008.
    """
    channel = seen_channel(call)
    return channel, call.discord.world.message(channel, call.key("message"))


def read(call: Call, message: Message) -> Payload:
    """Return *message* as the bot may read it: over REST the switch in its settings counts, not the connection."""
    return call.discord.chat.as_read(message, all_content=call.discord.message_content)
