"""What the bot does around an answer: edits, deletions, secrets, permissions, servers, through the real discord.py."""

from typing import Any

import pytest

from adapters.discord.guilds import Guilds
from adapters.discord.rules import Rules
from bot.desk import Desk
from bot.ledger.memory import MemoryLedger
from bot.ledger.port import Subject
from bot.model import Place
from tests.adapters.discord.kit import Running, bot_on
from tests.fakes.discord import ChannelType, DiscordPerson, FakeDiscord, Permission
from tests.fakes.discord.state import Overwrite

QUESTION = "does file upload incur charges?"
DEPLOYMENT = "is on-premises deployment supported?"
KEY = "sk-" + "EXAMPLEq7Zt2LmB9xWvKc4RyHn8DfPsJ1uGaEo6TiQl0Vb"


async def set_rules(bot: Running, rules: Rules) -> None:
    await Guilds(bot.desk.ledger).save(str(bot.fake.guild.id), rules)


# ---- edits and deletions


async def test_an_edit_edits_the_answer(person: DiscordPerson) -> None:
    said = await person.say(QUESTION)
    (before,) = await person.quiet()

    await person.edit(said, DEPLOYMENT)

    (after,) = await person.quiet()
    assert (after.key, after.edited) == (before.key, True)
    assert "on-premises" in after.text


async def test_what_is_no_edit_by_the_author_changes_nothing(bot: Running) -> None:
    said = await bot.person.say(QUESTION)
    (before,) = await bot.person.quiet()
    message = bot.fake.channel.messages[int(said.key)]

    bot.fake.chat.edit(message, {"flags": 4})

    assert await bot.person.quiet() == (before,)


async def test_a_message_that_calls_the_bot_only_after_an_edit_is_answered(person: DiscordPerson) -> None:
    said = await person.say(QUESTION, mention=False)
    assert await person.quiet() == ()

    await person.edit(said, f"{person._mention()} {QUESTION}")

    (reply,) = await person.quiet()
    assert reply.reply_to == said.key


async def test_a_question_that_is_deleted_takes_its_answer_along(person: DiscordPerson) -> None:
    said = await person.say(QUESTION)
    other = await person.say(DEPLOYMENT, by="neighbour")
    await person.quiet()

    await person.delete(said)

    (left,) = await person.quiet()
    assert left.reply_to == other.key


async def test_questions_that_are_deleted_in_bulk_take_their_answers_along(person: DiscordPerson) -> None:
    said = [await person.say(QUESTION, by=name) for name in ("asker", "neighbour")]
    await person.quiet()

    await person.delete_all(*said)

    assert await person.quiet() == ()


# ---- secrets


async def test_who_pastes_a_key_is_warned_directly(bot: Running) -> None:
    await bot.person.say(f"401 with {KEY}, why?")

    direct, public = sorted(await bot.person.quiet(), key=lambda shown: not shown.private)

    assert "revoke it" in direct.text
    assert "`<KEY_1>`" in public.text
    assert not bot.fake.heard(KEY)


async def test_who_takes_no_direct_messages_is_warned_by_the_answer(bot: Running) -> None:
    bot.person.user("asker").reachable = False

    await bot.person.say(f"401 with {KEY}, why?")

    (reply,) = await bot.person.quiet()
    assert "revoke it" in reply.text
    assert KEY not in reply.text


async def test_who_types_a_key_into_a_command_is_warned_alone(bot: Running) -> None:
    await bot.person.use("ask", question=f"401 with {KEY}, why?")

    warning, public = sorted(await bot.person.quiet(), key=lambda shown: not shown.private)

    assert "revoke it" in warning.text
    assert not public.private
    assert not bot.fake.heard(KEY)


# ---- cooldowns


@pytest.mark.usefixtures("hardly_patient")
async def test_who_asks_too_much_is_told_once(bot: Running) -> None:
    for _ in range(24):
        await bot.person.say(QUESTION)

    shown = await bot.person.quiet()

    signs = [message.reactions for message in bot.fake.channel.messages.values() if message.reactions]
    assert len(shown) == 21
    assert sum("Please ask again in a minute" in one.text for one in shown) == 1
    assert [list(sign) for sign in signs] == [["⏳"]] * 3


# ---- permissions


async def test_without_the_right_to_read_back_it_answers_below_and_tells_the_owner_once(bot: Running) -> None:
    bot.fake.deny(bot.fake.channel, Permission.READ_MESSAGE_HISTORY)
    await bot.person.say(QUESTION)
    await bot.person.say(DEPLOYMENT)

    shown = await bot.person.quiet()

    answers = [one for one in shown if one.channel == str(bot.fake.channel.id)]
    notices = [one for one in shown if one.channel != str(bot.fake.channel.id)]
    assert [one.reply_to for one in answers] == ["", ""]
    assert len(notices) == 1
    assert "Read Message History" in notices[0].text


async def test_without_the_right_to_write_it_answers_directly_and_tells_the_owner_once(bot: Running) -> None:
    bot.fake.deny(bot.fake.channel, Permission.SEND_MESSAGES)
    await bot.person.say(QUESTION)
    await bot.person.say(DEPLOYMENT)

    shown = await bot.person.quiet()

    assert all(one.private for one in shown)
    assert sum("Send Messages" in one.text for one in shown) == 1
    assert sum("Does file upload incur charges?" in one.text for one in shown) == 1


async def test_where_nothing_is_open_the_reply_is_refused_and_listed(bot: Running) -> None:
    bot.person.user("asker").reachable = False
    bot.fake.deny(bot.fake.channel, Permission.SEND_MESSAGES)
    said = await bot.person.say(QUESTION)

    await bot.person.quiet()

    (refused,) = await bot.desk.ledger.unanswered("discord", 0.0)
    assert refused.event.event == said.key


# ---- people who take over


async def test_the_role_of_a_server_is_called_once_in_a_thread(bot: Running) -> None:
    role = bot.fake.world.add_role(bot.fake.guild, "helpers", mentionable=True)
    await set_rules(bot, Rules(hand_off_role=str(role.id)))
    said = await bot.person.say("hello", mention=False)
    thread = await bot.person.start_thread(said, "help")

    for name in ("asker", "neighbour"):
        await bot.person.speak_in(thread, f"{bot.person._mention()} can I talk to a human please", by=name)

    first, second = await bot.person.quiet()
    called = [bot.fake.world.channels[thread.id].messages[int(one.key)].mention_roles for one in (first, second)]
    assert called == [[role.id], []]


async def test_nobody_is_called_where_the_server_has_not_set_it(bot: Running) -> None:
    await bot.person.say("can I talk to a human please")

    (reply,) = await bot.person.quiet()

    assert "<@&" not in reply.text


async def test_people_are_told_in_their_channel_and_find_the_way(bot: Running) -> None:
    desk_channel = bot.fake.world.add_channel(bot.fake.guild, "helpers")
    bot.fake.chat.change_channel(desk_channel)
    await set_rules(bot, Rules(hand_off_channel=str(desk_channel.id)))

    said = await bot.person.say("can I talk to a human please")

    shown = await bot.person.quiet()
    (told,) = [one for one in shown if one.channel == str(desk_channel.id)]
    assert told.text.endswith(f"/{bot.fake.guild.id}/{bot.fake.channel.id}/{said.key}")


# ---- forums


async def test_the_author_of_a_post_marks_it_as_solved(fake: FakeDiscord, desk: Desk) -> None:
    fake.deny(fake.forum)
    fake.forum.overwrites[fake.me.id] = Overwrite(allow=int(Permission.MANAGE_THREADS))
    async with bot_on(fake, desk) as bot:
        await set_rules(bot, Rules(auto=frozenset({str(fake.forum.id)}), solved_tag="Solved"))
        post = await bot.person.post(QUESTION, "see the title")
        (reply,) = await bot.person.quiet()

        await bot.person.press(reply, "Solved", by="neighbour")
        await bot.person.quiet()
        thread = fake.world.channels[int(post.thread)]
        untouched = list(thread.thread.tags) if thread.thread else None
        await bot.person.press(reply, "Solved")
        shown = await bot.person.quiet()

    assert untouched == []
    assert thread.thread is not None
    assert thread.thread.tags == [fake.solved.id]
    assert [one.private for one in shown] == [False, True, True]


async def test_a_post_that_may_not_be_tagged_is_told_to_the_owner(bot: Running) -> None:
    await set_rules(bot, Rules(auto=frozenset({str(bot.fake.forum.id)}), solved_tag="solved"))
    await bot.person.post(QUESTION, "see the title")
    (reply,) = await bot.person.quiet()

    await bot.person.press(reply, "Solved")

    shown = await bot.person.quiet()
    assert sum("Manage Threads" in one.text for one in shown) == 1


# ---- a server's settings


async def test_an_admin_sets_and_clears_what_the_server_wants(fake: FakeDiscord, desk: Desk) -> None:
    helpers = fake.world.add_channel(fake.guild, "helpers")
    place, forum = Place("discord", str(fake.guild.id)), fake.forum
    async with bot_on(fake, desk) as bot:
        first: dict[str, Any] = {"auto": forum, "hand_off_channel": helpers, "quiet": True}
        await bot.person.use("frontdesk", "settings", by="owner", **first)
        await bot.person.quiet()
        kept = Rules.from_mapping(await desk.ledger.settings(place))
        second: dict[str, Any] = {"auto": forum, "clear": "hand_off_channel", "quiet": False}
        await bot.person.use("frontdesk", "settings", by="owner", **second)
        *_, panel = await bot.person.quiet()

    assert kept == Rules(frozenset({str(forum.id)}), hand_off_channel=str(helpers.id), quiet=True)
    assert await desk.ledger.settings(place) == {}
    assert panel.private


async def test_only_who_may_manage_the_server_is_offered_its_settings(bot: Running) -> None:
    with pytest.raises(LookupError, match="not offered"):
        await bot.person.use("frontdesk", "settings", quiet=True)


async def test_in_a_quiet_server_commands_are_private_and_ask_for_no_opinion(bot: Running) -> None:
    await set_rules(bot, Rules(quiet=True))

    await bot.person.use("ask", question=QUESTION)

    (reply,) = await bot.person.quiet()
    assert reply.private
    assert "Helpful" not in reply.labels


async def test_a_server_that_sends_the_bot_away_is_forgotten(bot: Running) -> None:
    await set_rules(bot, Rules(quiet=True))
    await bot.person.say(QUESTION)
    await bot.person.quiet()

    await bot.person.remove_bot()
    await bot.person.quiet()

    rows = await bot.desk.ledger.export(Subject("discord", str(bot.fake.guild.id)))
    assert await bot.desk.ledger.settings(Place("discord", str(bot.fake.guild.id))) == {}
    assert all(not row.get("author") for row in rows)


async def test_a_server_that_is_only_unavailable_is_not(bot: Running) -> None:
    await set_rules(bot, Rules(quiet=True))

    bot.fake.set_available(bot.fake.guild, available=False)
    await bot.person.quiet()

    assert await bot.desk.ledger.settings(Place("discord", str(bot.fake.guild.id))) == {"quiet": True}


async def test_a_person_has_their_data_deleted(bot: Running) -> None:
    await bot.person.say(QUESTION)
    await bot.person.quiet()
    asker = Subject("discord", str(bot.fake.guild.id), str(bot.person.user("asker").id))
    before = await bot.desk.ledger.export(asker)

    await bot.person.use("forget-me")
    *_, notice = await bot.person.quiet()

    assert before
    assert await bot.desk.ledger.export(asker) == []
    assert notice.private


# ---- outside of servers


async def test_outside_of_its_servers_only_public_entries_are_shown(fake: FakeDiscord, desk: Desk) -> None:
    elsewhere = fake.world.add_guild("elsewhere", fake.owner, int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES))
    channel = fake.world.add_channel(elsewhere, "general", ChannelType.TEXT)
    async with bot_on(fake, desk) as bot:
        bot.person.user("asker").installed = True
        await bot.person.use("ask", question=QUESTION, channel=channel)

        (reply,) = await bot.person.quiet()

    assert "no reviewed answer" in reply.text


# ---- commands


async def test_the_commands_are_registered_only_when_they_changed(fake: FakeDiscord, desk: Desk) -> None:
    for _ in range(2):
        async with bot_on(fake, desk):
            pass

    puts = [one for one in fake.received if one.method == "PUT" and one.path.endswith("/commands")]
    assert len(puts) == 1


async def test_another_content_means_other_suggestions_and_no_other_commands(fake: FakeDiscord, desk: Desk) -> None:
    assert isinstance(desk.ledger, MemoryLedger)
    async with bot_on(fake, desk) as bot:
        suggestions = await bot.person.complete("")

    assert len(suggestions) == 11
