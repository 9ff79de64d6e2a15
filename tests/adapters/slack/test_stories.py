"""Every way in and out, told as a person sees it, through the real Bolt in both transports."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.blocks import to_pages
from adapters.slack.scopes import REQUIRED
from bot.assembly import Service
from bot.desk import Desk
from bot.ledger.memory import MemoryLedger
from bot.ledger.port import Subject
from bot.model import Place
from tests.adapters.slack.kit import TRANSPORTS, Bot, bot_on, idle, serving, settings_for
from tests.addresses import free_address
from tests.fakes.human import Upload
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.human import SlackPerson

BALANCE = "How to handle 403 insufficient balance error?"
VERBATIM = "How to handle 429 rate limit error?"
UNKNOWN = "what is the airspeed velocity of an unladen swallow"
TRACE = "openai.PermissionDeniedError: Error code: 403 - {'error': {'type': 'exceeded_current_quota_error'}}"
KEY = "sk-" + "EXAMPLE" * 6  # assembled, so that no scanner takes it for a leak


@pytest.fixture(params=TRANSPORTS)
async def bot(request: pytest.FixtureRequest, service: Service) -> AsyncIterator[Bot]:
    async with bot_on(request.param, service) as running:
        yield running


async def test_a_mention_is_answered_in_its_thread(bot: Bot) -> None:
    asked = await bot.person.say(BALANCE)

    (answer,) = await bot.person.quiet()

    assert answer.thread == asked.key
    assert BALANCE in answer.text
    assert {"Helpful", "Not helpful", "Talk to a person"} <= set(answer.labels)


async def test_a_direct_message_is_answered_in_its_thread(bot: Bot) -> None:
    asked = await bot.person.say(BALANCE, direct=True)

    (answer,) = await bot.person.quiet()

    assert (answer.channel, answer.thread) == (asked.channel, asked.key)


async def test_a_message_to_everybody_is_left_alone(bot: Bot) -> None:
    await bot.person.say(BALANCE, mention=False)

    assert await bot.person.quiet() == ()


async def test_who_was_answered_goes_on_in_the_thread_without_a_mention(bot: Bot) -> None:
    asked = await bot.person.say(BALANCE)
    await bot.person.quiet()

    await bot.person.say("say that again", mention=False, thread=asked)

    _, second = await bot.person.quiet()
    assert second.thread == asked.key
    assert BALANCE in second.text


async def test_people_who_talk_to_each_other_in_a_thread_are_left_alone(bot: Bot) -> None:
    asked = await bot.person.say(BALANCE)
    await bot.person.quiet()

    await bot.person.say("that is what we saw last week as well", mention=False, thread=asked, by="colleague")
    await bot.person.quiet()
    await bot.person.say("so what did you do then", mention=False, thread=asked)

    assert len(await bot.person.quiet()) == 1


async def test_a_question_in_a_channel_that_is_set_to_answer_unasked(service: Service) -> None:
    async with bot_on("sockets", service) as bot:
        place = Place("slack", bot.slack.workspace.id, bot.person.channel.id)
        await bot.ledger.save_settings(place, {"auto_answer": True})

        await bot.person.say(UNKNOWN, mention=False)
        await bot.person.say(VERBATIM, mention=False)

        (answer,) = await bot.person.quiet()
        assert VERBATIM in answer.text


async def test_the_command_answers_in_private_and_shares_with_the_channel(bot: Bot) -> None:
    await bot.person.slash(BALANCE)
    (private,) = await bot.person.quiet()

    await bot.person.press(private, "Share in channel")

    _, shared = await bot.person.quiet()
    assert private.private
    assert not shared.private
    assert BALANCE in shared.text


async def test_an_answer_is_shared_once(bot: Bot) -> None:
    await bot.person.slash(BALANCE)
    (private,) = await bot.person.quiet()

    await bot.person.press(private, "Share in channel")
    await bot.person.press(private, "Share in channel")

    assert len(await bot.person.quiet()) == 2


async def test_the_command_says_how_to_use_it(bot: Bot) -> None:
    await bot.person.slash("help")

    (told,) = await bot.person.quiet()

    assert "/faq QUESTION" in told.text
    assert told.private


async def test_an_error_is_explained_in_a_window_and_shared_in_its_thread(bot: Bot) -> None:
    said = await bot.person.say(TRACE, mention=False)
    await bot.person.explain(said, by="colleague")
    (window,) = await bot.person.quiet()

    await bot.person.press(window, "Share in thread", by="colleague")

    _, shared = await bot.person.quiet()
    assert window.private
    assert "balance" in window.text
    assert (shared.thread, shared.private) == (said.key, False)


async def test_a_choice_is_made_by_a_button(bot: Bot) -> None:
    await bot.person.say("403")
    (question,) = await bot.person.quiet()

    choice = question.labels[0]
    await bot.person.press(question, choice)

    _, answer = await bot.person.quiet()
    assert answer.thread == question.thread
    assert choice in answer.text


async def test_a_press_on_helpful_is_recorded_and_thanked_for(bot: Bot) -> None:
    await bot.person.say(BALANCE)
    (answer,) = await bot.person.quiet()

    await bot.person.press(answer, "Helpful")

    _, thanks = await bot.person.quiet()
    (opinion,) = bot.ledger._feedback.values()
    assert thanks.private
    assert (opinion.helpful, opinion.reason) == (True, "")


async def test_a_reason_for_not_helpful_is_recorded_without_secrets(bot: Bot) -> None:
    await bot.person.say(BALANCE)
    (answer,) = await bot.person.quiet()

    await bot.person.press(answer, "Not helpful")
    await bot.person.quiet()
    await bot.person.submit(f"it does not tell what {KEY} may do")
    await bot.person.quiet()

    (opinion,) = bot.ledger._feedback.values()
    assert not opinion.helpful
    assert opinion.reason.startswith("it does not tell what <")


async def test_an_edited_question_changes_the_answer(bot: Bot) -> None:
    asked = await bot.person.say(BALANCE)
    await bot.person.quiet()

    await bot.person.edit(asked, VERBATIM)

    (answer,) = await bot.person.quiet()
    assert answer.edited
    assert VERBATIM in answer.text


async def test_a_deleted_question_takes_the_answer_along(bot: Bot) -> None:
    asked = await bot.person.say(BALANCE)
    await bot.person.quiet()

    await bot.person.delete(asked)

    assert await bot.person.quiet() == ()


async def test_a_preview_below_a_question_changes_nothing(bot: Bot) -> None:
    asked = await bot.person.say(BALANCE)
    before = await bot.person.quiet()

    bot.slack.unfurl(bot.slack.world.posts[asked.channel, asked.key])

    assert await bot.person.quiet() == before


async def test_a_pasted_key_is_warned_of_in_private_and_never_repeated(bot: Bot) -> None:
    await bot.person.say(f"401 with this key: {KEY}")

    warning, answer = await bot.person.quiet()

    assert (warning.private, answer.private) == (True, False)
    assert "revoke it" in warning.text
    assert not bot.slack.saw(KEY)


async def test_an_attached_log_is_read(bot: Bot) -> None:
    await bot.person.say("", files=(Upload("error.log", TRACE.encode()),))

    (answer,) = await bot.person.quiet()

    assert "balance" in answer.text


async def test_a_file_that_is_no_text_is_not_met_with_silence(bot: Bot) -> None:
    await bot.person.say("", direct=True, files=(Upload("shot.png", b"\x89PNG\0\0", "image/png"),))

    (answer,) = await bot.person.quiet()

    assert "I could not read all that is attached" in answer.text


async def test_a_person_is_called_once_and_the_bot_keeps_quiet_until_it_is_called(service: Service) -> None:
    async with bot_on("sockets", service, slack_hand_off="") as bot:
        people = bot.slack.channel("people")
        await bot.ledger.save_settings(Place("slack", bot.slack.workspace.id), {"hand_off": people.id})
        asked = await bot.person.say(UNKNOWN)
        (answer,) = await bot.person.quiet()

        await bot.person.press(answer, "Talk to a person")
        await bot.person.press(answer, "Talk to a person")
        shown = await bot.person.quiet()
        await bot.person.say("anybody there", mention=False, thread=asked)
        await bot.person.quiet()
        await bot.person.say(BALANCE, thread=asked)

        called = [one for one in shown if one.channel == people.id]
        assert len(called) == 1
        assert asked.key.replace(".", "") in called[0].text
        assert len(await bot.person.quiet()) == len(shown) + 1


async def test_other_bots_and_joins_are_ignored(bot: Bot) -> None:
    channel = bot.person.channel
    bot.slack.other_bot_says(channel, f"<@{bot.slack.bot_user_id}> {BALANCE}")
    bot.slack.join(bot.person.user("newcomer"), channel)

    assert await bot.person.quiet() == ()


async def test_the_home_tab_shows_questions_and_answers_them_in_a_window(bot: Bot) -> None:
    bot.slack.open_home(bot.person.user("asker"))
    await bot.person.quiet()
    home = bot.person.home()
    assert home is not None

    await bot.person.press(home, home.labels[0])

    (window,) = await bot.person.quiet()
    assert home.labels[0] in window.text


async def test_the_language_is_chosen_on_the_home_tab_and_forgotten_with_all_else(bot: Bot) -> None:
    user = bot.person.user("asker")
    bot.slack.open_home(user)
    await bot.person.quiet()
    home = bot.person.home()
    assert home is not None

    await bot.person.press(home, "中文")
    await bot.person.quiet()
    chinese = bot.person.home()
    assert chinese is not None
    await bot.person.press(chinese, "删除我的数据")
    await bot.person.quiet()

    gone = bot.person.home()
    assert gone is not None
    assert "已完成" in gone.text
    assert await bot.ledger.settings(Place("slack", bot.slack.workspace.id, f"home:{user.id}")) == {}
    assert not await bot.ledger.export(Subject("slack", bot.slack.workspace.id, user.id))


async def test_the_messages_tab_suggests_questions(bot: Bot) -> None:
    bot.slack.open_home(bot.person.user("asker"), "messages")

    await bot.person.quiet()

    (prompts,) = bot.slack.ledger.prompts.values()
    assert len(prompts["prompts"]) == 4


@pytest.mark.parametrize("words", ["<!channel> <@U0000000001> @here *403*", "<#C1> & < >", "@everyone what is 403"])
async def test_nobody_is_pinged_by_what_a_person_wrote(bot: Bot, words: str) -> None:
    await bot.person.say(words)

    await bot.person.quiet()

    assert not bot.slack.pings()


async def test_a_long_answer_is_completed_where_its_second_half_failed(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.blocks.MESSAGE_CHARACTERS", 500)
    to_pages.cache_clear()
    async with bot_on("sockets", service) as bot:
        bot.slack.faults.fail("chat.postMessage", delay=0.01)
        bot.slack.faults.fail("chat.postMessage", error="internal_error")

        await bot.person.say(VERBATIM)

        shown = await bot.person.until(lambda seen: any("Helpful" in one.labels for one in seen), seconds=30)
        assert len(shown) > 2
        assert [one.key for one in shown] == sorted(one.key for one in shown)
        assert not any(one.edited for one in shown)
        assert len({one.text for one in shown}) == len(shown)
    to_pages.cache_clear()


async def test_a_long_answer_that_an_edit_makes_short_loses_its_other_half(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.blocks.MESSAGE_CHARACTERS", 500)
    to_pages.cache_clear()
    async with bot_on("sockets", service) as bot:
        asked = await bot.person.say(VERBATIM)
        before = await bot.person.until(lambda seen: any("Helpful" in one.labels for one in seen), seconds=30)

        await bot.person.edit(asked, "thanks")

        (after,) = await bot.person.until(lambda seen: len(seen) == 1, seconds=30)
        assert len(before) > 1
        assert after.edited
    to_pages.cache_clear()


async def test_in_a_channel_that_is_shared_with_outsiders_only_public_entries_are_shown(service: Service) -> None:
    hidden = [replace(entry, audience="internal") for entry in service.library.faq.entries]
    faq = replace(service.library.faq, entries=tuple(hidden))
    inside = replace(service.library, faq=faq)
    async with FakeSlack() as slack:
        other = slack.world.add_workspace("Partner")
        shared = SlackPerson(slack, slack.channel("shared", shared_with=other), idle=idle)
        own = SlackPerson(slack, slack.channel("own"), idle=idle)
        desk = Desk(lambda: inside, MemoryLedger(time.time), time.time)
        async with serving(desk, settings_for(slack, "sockets"), slack):
            await own.say(BALANCE)
            (answered,) = await own.quiet()
            await shared.say(BALANCE)
            _, refused = await own.quiet()
            await shared.slash(BALANCE)
            *_, private = await own.quiet()
            await shared.press(private, "Share in channel")
            *_, told = await own.quiet()

    assert BALANCE in answered.text
    assert BALANCE not in refused.text
    assert (BALANCE in private.text, private.private) == (True, True)
    assert told.text == "I could not show it to everybody there."
    assert told.private


async def test_the_command_answers_where_the_bot_is_no_member_and_shares_there(service: Service) -> None:
    async with bot_on("sockets", service) as bot:
        elsewhere = SlackPerson(bot.slack, bot.slack.channel("elsewhere", joined=False), idle=idle)
        await elsewhere.slash(BALANCE)
        (private,) = await elsewhere.quiet()

        await elsewhere.press(private, "Share in channel")

        _, shared = await elsewhere.quiet()
        assert (private.private, shared.private) == (True, False)
        assert BALANCE in shared.text


async def test_all_of_it_works_without_the_optional_scopes(service: Service) -> None:
    async with FakeSlack(scopes=frozenset(REQUIRED)) as slack:
        person = SlackPerson(slack, idle=idle)
        desk = Desk(lambda: service.library, MemoryLedger(time.time), time.time)
        async with serving(desk, settings_for(slack, "sockets"), slack):
            said = await person.say(BALANCE)
            await person.say(BALANCE, direct=True)
            await person.slash(BALANCE)
            await person.explain(said)
            shown = await person.quiet()
            private = next(one for one in shown if "Share in channel" in one.labels)
            await person.press(private, "Share in channel")

            assert len(await person.quiet()) == len(shown) + 1 == 5
            assert not slack.ledger.history_reads


async def test_an_entry_that_an_answer_points_to_is_answered_by_its_button(bot: Bot) -> None:
    await bot.person.say(BALANCE)
    (answer,) = await bot.person.quiet()

    pointed = answer.labels[0]
    await bot.person.press(answer, pointed)

    _, other = await bot.person.quiet()
    assert pointed in other.text
    assert other.thread == answer.thread


async def test_a_window_takes_feedback_and_its_reason(bot: Bot) -> None:
    said = await bot.person.say(TRACE, mention=False)
    await bot.person.explain(said)
    (window,) = await bot.person.quiet()

    await bot.person.press(window, "Not helpful")
    await bot.person.quiet()
    await bot.person.submit("too short")
    await bot.person.quiet()

    (opinion,) = bot.ledger._feedback.values()
    assert (opinion.helpful, opinion.reason) == (False, "too short")


async def test_a_file_is_explained_in_a_window_that_opens_at_once(bot: Bot) -> None:
    said = await bot.person.say("", mention=False, files=(Upload("error.log", TRACE.encode()),))

    await bot.person.explain(said)

    (window,) = await bot.person.quiet()
    assert window.private
    assert "balance" in window.text


async def test_a_window_that_slack_would_not_open_any_more_is_a_private_message(service: Service) -> None:
    async with bot_on("sockets", service) as bot:
        said = await bot.person.say(TRACE, mention=False)
        bot.slack.faults.fail("views.open", error="expired_trigger_id")

        await bot.person.explain(said)

        (answer,) = await bot.person.quiet()
        assert (answer.private, answer.channel) == (True, said.channel)


async def test_an_edit_that_names_the_bot_asks_it(bot: Bot) -> None:
    said = await bot.person.say("something else", mention=False)
    await bot.person.quiet()

    await bot.person.edit(said, f"<@{bot.slack.bot_user_id}> {BALANCE}")

    (answer,) = await bot.person.quiet()
    assert (answer.thread, BALANCE in answer.text) == (said.key, True)


async def test_a_hand_off_in_a_direct_message_leaves_its_thread_alone(bot: Bot) -> None:
    asked = await bot.person.say("can I talk to a human", direct=True)
    await bot.person.quiet()

    await bot.person.say(BALANCE, direct=True, mention=False, thread=asked)
    await bot.person.quiet()
    await bot.person.say(VERBATIM, direct=True)

    shown = await bot.person.quiet()
    assert len([one for one in shown if one.thread == asked.key]) <= 2
    assert VERBATIM in shown[-1].text


async def test_a_key_in_a_private_question_is_warned_of_in_private(bot: Bot) -> None:
    said = await bot.person.say(f"401 with {KEY}", mention=False)

    await bot.person.slash(f"401 with {KEY}")
    await bot.person.explain(said)

    shown = await bot.person.quiet()
    warnings = [one for one in shown if "revoke it where you made it" in one.text]
    assert len(warnings) == 2
    assert all(one.private for one in shown)
    assert not bot.slack.saw(KEY)


async def test_an_answer_that_somebody_deleted_is_given_anew_for_an_edited_question(bot: Bot) -> None:
    asked = await bot.person.say(BALANCE)
    (answer,) = await bot.person.quiet()
    await bot.person.delete(answer)

    await bot.person.edit(asked, VERBATIM)

    (anew,) = await bot.person.quiet()
    assert anew.key != answer.key
    assert VERBATIM in anew.text


async def test_a_long_answer_is_completed_without_the_scope_to_read_history(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.blocks.MESSAGE_CHARACTERS", 500)
    to_pages.cache_clear()
    async with FakeSlack(scopes=frozenset(REQUIRED)) as slack:
        person = SlackPerson(slack, idle=idle)
        desk = Desk(lambda: service.library, MemoryLedger(time.time), time.time)
        async with serving(desk, settings_for(slack, "sockets"), slack):
            slack.faults.fail("chat.postMessage", delay=0.01)
            slack.faults.fail("chat.postMessage", error="internal_error")

            await person.say(VERBATIM)

            shown = await person.until(lambda seen: any("Helpful" in one.labels for one in seen), seconds=30)
            assert len({one.text for one in shown}) == len(shown) > 1
    to_pages.cache_clear()


async def test_a_channel_that_the_settings_name_is_answered_unasked(service: Service) -> None:
    async with FakeSlack() as slack:
        person = SlackPerson(slack, idle=idle)
        settings = replace(
            settings_for(slack, "http"), slack_auto_answer=(person.channel.id,), http_addr=free_address()
        )
        desk = Desk(lambda: service.library, MemoryLedger(time.time), time.time)
        async with serving(desk, settings, slack):
            slack.deliver_to(f"http://{settings.http_addr}/slack/events")

            asked = await person.say(VERBATIM, mention=False)
            await person.quiet()
            await person.say("my cat likes it", mention=False, thread=asked, by="colleague")

            (answer,) = await person.quiet()
            assert answer.thread == asked.key


async def test_a_group_message_is_answered_where_the_bot_is_named(service: Service) -> None:
    async with bot_on("sockets", service) as bot:
        group = SlackPerson(bot.slack, bot.slack.channel("group", kind="mpim"), idle=idle)
        await group.say(UNKNOWN, mention=False)

        asked = await group.say(BALANCE)

        (answer,) = await group.quiet()
        assert answer.thread == asked.key


async def test_a_person_who_is_called_from_a_private_answer_finds_the_channel(service: Service) -> None:
    async with bot_on("sockets", service) as bot:
        people = bot.slack.channel("people")
        await bot.ledger.save_settings(Place("slack", bot.slack.workspace.id), {"hand_off": people.id})
        await bot.person.slash(UNKNOWN)
        (private,) = await bot.person.quiet()

        await bot.person.press(private, "Talk to a person")

        called = next(one for one in await bot.person.quiet() if one.channel == people.id)
        assert f"https://app.slack.com/client/{bot.slack.workspace.id}/{bot.person.channel.id}" in called.text


async def test_words_that_do_not_tell_are_answered_in_the_chosen_language(bot: Bot) -> None:
    user = bot.person.user("asker")
    await bot.ledger.save_settings(Place("slack", bot.slack.workspace.id, f"home:{user.id}"), {"language": "zh"})

    await bot.person.say("???")
    await bot.person.slash("help")

    first, second = await bot.person.quiet()
    assert not first.text.isascii()
    assert not second.text.isascii()
