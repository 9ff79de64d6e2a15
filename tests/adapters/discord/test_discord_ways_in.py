"""Every way in, as a person finds it, through the real discord.py."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord.guilds import Guilds
from adapters.discord.rules import Rules
from bot.desk import Desk
from tests.adapters.discord.kit import Running, bot_on
from tests.fakes.discord import DiscordPerson, FakeDiscord
from tests.fakes.discord.commands import MESSAGE
from tests.fakes.human import Upload

QUESTION = "does file upload incur charges?"
ANSWER = "Does file upload incur charges?"
TRACE = b"POST /v1/chat/completions\nHTTP/1.1 403 Forbidden\n"


async def test_a_mention_is_answered_in_place(person: DiscordPerson) -> None:
    said = await person.say(QUESTION)

    (reply,) = await person.quiet()

    assert reply.reply_to == said.key
    assert ANSWER in reply.text
    assert reply.labels == ("Helpful", "Not helpful", "Talk to a person")


async def test_a_reply_to_the_bot_goes_on_without_a_mention(person: DiscordPerson) -> None:
    await person.say(QUESTION)
    (first,) = await person.quiet()

    said = await person.say("can you repeat that please", thread=first)

    _, second = await person.quiet()
    assert second.reply_to == said.key
    assert ANSWER in second.text


async def test_a_direct_message_needs_no_mention(person: DiscordPerson) -> None:
    said = await person.say(QUESTION, direct=True, mention=False)

    (reply,) = await person.quiet()

    assert reply.channel == said.channel
    assert ANSWER in reply.text


async def test_a_role_of_the_bots_own_that_is_mentioned_calls_it_too(bot: Running) -> None:
    role = next(role for role in bot.fake.guild.roles.values() if role.bot)
    said = await bot.person.speak_in(bot.fake.channel, f"<@&{role.id}> hello")
    message = bot.fake.channel.messages[int(said.key)]

    assert message.mention_roles == [role.id]
    assert len(await bot.person.quiet()) == 1


@pytest.mark.parametrize("words", ["hello all", "@everyone " + QUESTION])
async def test_what_calls_nobody_is_left_alone(person: DiscordPerson, words: str) -> None:
    await person.say(words, mention=False)

    assert await person.quiet() == ()


async def test_other_bots_and_webhooks_are_left_alone(person: DiscordPerson) -> None:
    await person.another_bot_says(QUESTION)
    await person.webhook_says(QUESTION)

    assert await person.quiet() == ()


async def test_the_command_answers_for_everybody_unless_the_asker_chooses(person: DiscordPerson) -> None:
    await person.use("ask", question=QUESTION)
    await person.use("ask", question=QUESTION, private=True, by="neighbour")

    public, private = sorted(await person.quiet(), key=lambda shown: shown.private)

    assert (public.private, private.private) == (False, True)
    assert all(ANSWER in shown.text for shown in (public, private))
    assert private.labels[-1] == "Share in channel"


async def test_the_command_suggests_questions_in_the_asker_s_language(bot: Running) -> None:
    bot.person.user("li").locale = "zh-CN"

    english = await bot.person.complete("balance")
    chinese = await bot.person.complete("限流", by="li")

    assert english[0] == "How to handle 403 insufficient balance error?"
    assert chinese == ("如何处理 429 限流错误？",)


async def test_a_log_is_read_and_laid_out_with_what_was_read(person: DiscordPerson) -> None:
    await person.trace(Upload("app.log", TRACE))

    (reply,) = await person.quiet()

    assert "403" in reply.text
    assert "`403` (2)" in reply.text


@pytest.mark.parametrize(
    ("upload", "told"),
    [
        (Upload("big.log", b"x" * ((1 << 20) + 1)), "1 MiB at most"),
        (Upload("picture.log", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "no text"),
    ],
)
async def test_a_file_that_cannot_be_read_is_told_to_the_asker_alone(
    person: DiscordPerson, upload: Upload, told: str
) -> None:
    await person.trace(upload)

    (notice,) = await person.quiet()

    assert told in notice.text
    assert notice.private


async def test_an_error_in_another_s_message_is_explained(person: DiscordPerson) -> None:
    said = await person.say("HTTP 429 here", mention=False, by="neighbour")

    await person.explain(said)

    (reply,) = await person.quiet()
    assert "How to handle 429" in reply.text


async def test_a_log_below_another_s_message_is_explained(person: DiscordPerson) -> None:
    said = await person.say("look", mention=False, files=(Upload("app.log", TRACE),), by="neighbour")

    await person.explain(said)

    (reply,) = await person.quiet()
    assert "`403` (" in reply.text


async def test_files_that_come_with_a_mention_are_read(person: DiscordPerson) -> None:
    await person.say("what is this?", files=(Upload("app.log", TRACE), Upload("a.png", b"\x89PNG\0")))

    (reply,) = await person.quiet()

    assert "How to handle 403" in reply.text


async def test_the_commands_are_there_for_people_and_servers_in_two_languages(person: DiscordPerson) -> None:
    ask, explain = person.registered("ask"), person.registered("Explain this error", kind=MESSAGE)

    assert ask["integration_types"] == [0, 1]
    assert ask["contexts"] == [0, 1, 2]
    assert ask["description_localizations"]["zh-CN"] == "提一个问题"
    assert explain["name_localizations"]["zh-CN"] == "解释这个报错"


async def test_a_forum_post_is_judged_by_its_title_where_it_may_not_be_read(bot: Running) -> None:
    await Guilds(bot.desk.ledger).save(str(bot.fake.guild.id), Rules(auto=frozenset({str(bot.fake.forum.id)})))

    post = await bot.person.post("Does file upload incur charges?", "see the title")
    await bot.person.post("Hello", "everyone")

    (reply,) = await bot.person.quiet()
    assert (reply.thread, reply.reply_to) == (post.thread, post.key)


async def test_a_forum_post_that_may_not_be_read_gets_a_hint_where_that_is_set(bot: Running) -> None:
    rules = Rules(auto=frozenset({str(bot.fake.forum.id)}), unread_posts="hint")
    await Guilds(bot.desk.ledger).save(str(bot.fake.guild.id), rules)

    await bot.person.post("Does file upload incur charges?", "see the title")

    (hint,) = await bot.person.quiet()
    assert "/ask" in hint.text


class TestWithMessageContent:
    """What the privileged intent adds."""

    @pytest.fixture
    async def fake(self) -> AsyncIterator[FakeDiscord]:
        async with FakeDiscord(limits=False, message_content=True) as fake:
            yield fake

    async def allow(self, desk: Desk, fake: FakeDiscord, *channels: int) -> None:
        rules = Rules(auto=frozenset(map(str, channels or (fake.channel.id, fake.forum.id))))
        await Guilds(desk.ledger).save(str(fake.guild.id), rules)

    async def test_a_forum_post_is_read_whole(self, desk: Desk, fake: FakeDiscord) -> None:
        await self.allow(desk, fake)
        async with bot_on(fake, desk) as bot:
            post = await bot.person.post("Trouble", "HTTP 403 on every call")

            (reply,) = await bot.person.quiet()

            assert reply.reply_to == post.key
            assert "How to handle 403" in reply.text

    async def test_an_auto_answer_channel_gets_confident_answers_alone(self, desk: Desk, fake: FakeDiscord) -> None:
        await self.allow(desk, fake)
        async with bot_on(fake, desk) as bot:
            await bot.person.say("what about my account?", mention=False)
            said = await bot.person.say(QUESTION, mention=False)

            (reply,) = await bot.person.quiet()

            assert reply.reply_to == said.key

    async def test_a_thread_that_it_answered_in_goes_on_without_a_mention(self, desk: Desk, fake: FakeDiscord) -> None:
        async with bot_on(fake, desk) as bot:
            said = await bot.person.say("hello everybody", mention=False)
            thread = await bot.person.start_thread(said, "charges")
            await bot.person.speak_in(thread, QUESTION)
            before = await bot.person.quiet()

            await bot.person.speak_in(thread, f"<@{fake.me.id}> {QUESTION}")
            await bot.person.quiet()
            await bot.person.speak_in(thread, "is on-premises deployment supported?")

            assert before == ()
            assert [shown.thread for shown in await bot.person.quiet()] == [str(thread.id)] * 2

    async def test_an_answer_is_not_repeated_unasked_in_one_channel(self, desk: Desk, fake: FakeDiscord) -> None:
        await self.allow(desk, fake)
        async with bot_on(fake, desk) as bot:
            await bot.person.say(QUESTION, mention=False)
            await bot.person.say(QUESTION, mention=False, by="neighbour")

            assert len(await bot.person.quiet()) == 1
