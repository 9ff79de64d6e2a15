"""What several of the fake Discord's own tests send."""

from tests.fakes.discord import DiscordPerson
from tests.fakes.discord.raw import Rest

WRITE = "POST /channels/{channel}/messages"
ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "a", "custom_id": "a"}]}
TEXT = {"type": 10, "content": "words"}
V2 = 1 << 15
PUBLIC = {"type": 4, "data": {"content": "a"}}


async def gesture(person: DiscordPerson, rest: Rest) -> str:
    """Use a command, and return the path under which it is answered."""
    await rest("POST /applications/{a}/commands", {"name": "ask", "description": "a", "options": [QUESTION]})
    await person.slash("why?")
    (interaction,) = person.discord.interactions.by_token.values()
    return f"/interactions/{interaction.id}/{interaction.token}/callback"


QUESTION = {"type": 3, "name": "question", "description": "a"}
