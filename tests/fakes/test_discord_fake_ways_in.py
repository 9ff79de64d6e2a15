"""What people can do on the fake Discord, and what the real discord.py makes of it."""

import pytest

from tests.fakes.discord import DiscordPerson, FakeDiscord, Permission
from tests.fakes.discord.echo import READING_ALL, EchoBot, running
from tests.fakes.human import Upload


async def test_a_mention_is_answered_in_place(person: DiscordPerson, bot: EchoBot) -> None:
    said = await person.say("hello")

    (reply,) = await person.settle(1)

    assert (reply.reply_to, reply.by_bot) == (said.key, True)
    assert reply.text.endswith("hello")
    assert len(bot.seen) == 1


async def test_a_direct_message_can_be_read_without_an_intent(person: DiscordPerson, bot: EchoBot) -> None:
    await person.say("hello", direct=True)

    (reply,) = await person.settle(1)

    assert reply.text == "you said: hello"
    assert bot.seen == ["hello"]


async def test_a_message_to_everybody_comes_without_its_words(person: DiscordPerson, bot: EchoBot) -> None:
    await person.say("hello all", mention=False)

    assert await person.quiet() == ()
    assert bot.seen == [""]


async def test_all_words_come_to_a_bot_with_the_intent() -> None:
    async with FakeDiscord(limits=False, message_content=True) as fake:
        bot = EchoBot(READING_ALL)
        person = DiscordPerson(fake)

        async with running(fake, bot):
            await person.say("hello all", mention=False)
            (reply,) = await person.settle(1)

    assert reply.text == "you said: hello all"


@pytest.mark.parametrize(("ping", "read"), [(True, "and then?"), (False, "")])
async def test_a_reply_to_the_bot_can_be_read_where_it_pings(
    ping: bool, read: str, person: DiscordPerson, bot: EchoBot
) -> None:
    await person.say("hello")
    (reply,) = await person.settle(1)

    await person.say("and then?", thread=reply, mention=ping)
    await person.quiet()

    assert bot.seen[-1] == read


@pytest.mark.usefixtures("bot")
async def test_a_command_is_answered_in_private(person: DiscordPerson) -> None:
    await person.slash("why?")

    (reply,) = await person.settle(1)

    assert (reply.text, reply.private) == ("asked: why?", True)


@pytest.mark.usefixtures("bot")
async def test_a_public_answer_stands_in_the_channel(fake: FakeDiscord, person: DiscordPerson) -> None:
    await person.use("ask", question="why?", private=False)

    (reply,) = await person.settle(1)

    assert not reply.private
    assert int(reply.key) in fake.channel.messages


@pytest.mark.usefixtures("bot")
async def test_suggestions_come_while_typing(person: DiscordPerson) -> None:
    assert await person.complete("why") == ("why?",)


@pytest.mark.usefixtures("bot")
async def test_a_file_can_be_handed_in(person: DiscordPerson) -> None:
    await person.trace(Upload("build.log", b"Error: 401"))

    (reply,) = await person.settle(1)

    assert reply.text == "build.log: Error: 401"


@pytest.mark.usefixtures("bot")
async def test_the_menu_of_a_message_brings_its_words_along(person: DiscordPerson) -> None:
    said = await person.say("Error: 401", mention=False, by="another")

    await person.explain(said)
    (reply,) = await person.settle(1)

    assert (reply.text, reply.private) == ("explained: Error: 401", True)


@pytest.mark.usefixtures("bot")
async def test_a_button_changes_its_message(person: DiscordPerson) -> None:
    await person.say("buttons")
    (shown,) = await person.settle(1)

    await person.press(shown, "Yes")
    (after,) = await person.until(lambda: person.shown()[0].edited)

    assert shown.labels == ("Yes", "Form")
    assert (after.key, after.text, after.labels) == (shown.key, "pressed yes", ())


@pytest.mark.usefixtures("bot")
async def test_a_form_is_filled_and_sent(person: DiscordPerson) -> None:
    await person.say("buttons")
    (shown,) = await person.settle(1)

    await person.press(shown, "Form")
    _, form = await person.settle(2)
    await person.submit("all of it")
    *_, reply = await person.settle(3)

    assert (form.text, form.private) == ("What was wrong?\nIn your words", True)
    assert (reply.text, reply.private) == ("noted: all of it", True)


@pytest.mark.usefixtures("bot")
async def test_what_is_not_there_cannot_be_pressed(person: DiscordPerson) -> None:
    await person.say("buttons")
    (shown,) = await person.settle(1)

    with pytest.raises(LookupError, match="no 'Maybe' to press"):
        await person.press(shown, "Maybe")
    with pytest.raises(LookupError, match="no form lies open"):
        await person.submit("words")


@pytest.mark.usefixtures("bot")
async def test_settings_are_for_those_who_manage_the_server(person: DiscordPerson) -> None:
    with pytest.raises(LookupError, match="not offered"):
        await person.use("frontdesk", "settings", language="zh")

    await person.use("frontdesk", "settings", language="zh", by="owner")
    (reply,) = await person.settle(1)

    assert reply.text == "language: zh"


async def test_a_forum_post_comes_with_its_title_only(person: DiscordPerson, bot: EchoBot) -> None:
    await person.post("How do I log in?", "I tried all")

    await person.quiet()

    assert bot.told == ["thread How do I log in?"]
    assert bot.seen == [""]


async def test_edits_and_deletions_are_told(person: DiscordPerson, bot: EchoBot) -> None:
    said = await person.say("helo", direct=True)
    await person.settle(1)
    more = [await person.say(text, mention=False) for text in "ab"]

    await person.edit(said, "hello")
    await person.delete(said)
    await person.delete_all(*more)
    await person.quiet()

    assert bot.told == ["bot", "edited hello", "deleted", "deleted 2"]


async def test_the_preview_of_a_link_is_told_like_an_edit(person: DiscordPerson, bot: EchoBot) -> None:
    said = await person.say("see https://example.com/", direct=True)
    await person.settle(1)

    await person.unfurl(said)
    await person.quiet()

    assert bot.told == ["bot", "edited see https://example.com/"]
    assert not person.discord.world.direct(person.user("asker").id).messages[int(said.key)].edited


async def test_what_is_new_in_a_server_is_told(fake: FakeDiscord, person: DiscordPerson, bot: EchoBot) -> None:
    guild = fake.add_guild("second")
    channel = fake.add_channel(guild, "general")
    role = fake.add_role(guild, "helpers")
    fake.deny(channel, Permission.VIEW_CHANNEL)

    await person.quiet()

    seen = bot.get_guild(guild.id)
    assert seen is not None
    assert bot.told == ["joined second"]
    assert seen.get_role(role.id)
    assert not seen.channels[0].permissions_for(seen.me).view_channel


async def test_a_server_that_goes_down_or_lets_the_bot_go_is_told(
    fake: FakeDiscord, person: DiscordPerson, bot: EchoBot
) -> None:
    await person.say("hello")
    await person.settle(1)

    fake.set_available(fake.guild, available=False)
    fake.set_available(fake.guild, available=True)
    await person.remove_bot()
    await person.quiet()

    assert bot.told == ["bot", "down support", "up support", "left support"]


async def test_a_person_may_have_installed_the_bot_for_themselves(fake: FakeDiscord, person: DiscordPerson) -> None:
    elsewhere = fake.add_guild("elsewhere", joined=False)
    channel = fake.add_channel(elsewhere, "general")

    async with running(fake, EchoBot()):
        with pytest.raises(LookupError, match="not installed"):
            await person.use("ask", question="why?", channel=channel)
        person.user("asker").installed = True
        await person.use("ask", question="why?", channel=channel)
        (reply,) = await person.settle(1)

    assert (reply.text, reply.channel) == ("asked: why?", str(channel.id))


async def test_other_bots_and_webhooks_are_heard(person: DiscordPerson, bot: EchoBot) -> None:
    await person.another_bot_says("hello")
    await person.webhook_says("hello")

    assert await person.quiet() == ()
    assert bot.told == ["bot", "bot"]
