from tests.fakes.discord import DiscordPerson


async def test_a_mention_is_answered_in_place(person: DiscordPerson) -> None:
    said = await person.say("does file upload incur charges?")

    (reply,) = await person.settle(1)

    assert reply.reply_to == said.key
    assert reply.text.startswith("**")
