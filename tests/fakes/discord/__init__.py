"""A stateful fake Discord, for the real discord.py to run against over loopback.

It holds to Discord's documents (discord/discord-api-docs: gateway, gateway-events, rate-limits, threads, reference,
opcodes-and-status-codes, receiving-and-responding); where those are silent, to what discord.py needs. That a bot gets
on with it does not prove that the real Discord accepts the bot: only that the bot keeps to the documents.

    async with FakeDiscord() as discord:
        person = DiscordPerson(discord)
        with pointed_at(discord):              # sets the class attributes of discord.py, and sets them back
            running = asyncio.create_task(client.start(discord.token))
            await discord.gateway.wait_ready()
            said = await person.say("how do I log in?")
            reply = await person.reply_to(said)
            await client.close()
            await running

By hand: ``python -m tests.fakes.discord``.
"""

from tests.fakes.discord.human import DiscordPerson
from tests.fakes.discord.permissions import Permission
from tests.fakes.discord.pointing import pointed_at
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.state import ChannelType

__all__ = ["ChannelType", "DiscordPerson", "FakeDiscord", "Permission", "pointed_at"]
