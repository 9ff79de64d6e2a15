"""The fake Discord's own tests, through the real discord.py and without it."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import DiscordPerson, FakeDiscord, Permission
from tests.fakes.discord.echo import READING_ALL, EchoBot, running
from tests.fakes.discord.faults import Faults
from tests.fakes.discord.library import discord
from tests.fakes.discord.raw import Rest, wire
from tests.fakes.discord.sessions import Close, Op
from tests.fakes.human import Human, Upload

WRITE = "POST /channels/{channel}/messages"


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(limits=False) as discord_:
        yield discord_


@pytest.fixture
def person(fake: FakeDiscord) -> DiscordPerson:
    return DiscordPerson(fake)


@pytest.fixture
async def bot(fake: FakeDiscord) -> AsyncIterator[EchoBot]:
    bot = EchoBot()
    async with running(fake, bot):
        bot.told.clear()
        yield bot


@pytest.fixture
async def rest(fake: FakeDiscord) -> AsyncIterator[Rest]:
    async with aiohttp.ClientSession() as session:
        yield Rest(fake, session)


def test_a_person_here_is_a_person_on_any_platform(person: DiscordPerson) -> None:
    human: Human = person

    assert human is person


# ---- ways in


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


# ---- troubles


async def test_a_bucket_that_is_full_is_waited_for(person: DiscordPerson, fake: FakeDiscord, bot: EchoBot) -> None:
    fake.faults.rate_limit(0.01, on=WRITE)

    await person.say("hello")

    assert len(await person.settle(1)) == 1
    assert fake.faults.fired == {"rate_limit": 1}
    assert len(bot.seen) == 1


@pytest.mark.usefixtures("bot")
async def test_the_global_limit_is_waited_for(person: DiscordPerson, fake: FakeDiscord) -> None:
    fake.faults.rate_limit(0.01, on=WRITE, scope="global")

    await person.say("hello")

    assert len(await person.settle(1)) == 1


@pytest.mark.usefixtures("bot")
async def test_a_message_that_took_effect_before_a_502_is_not_written_twice(
    person: DiscordPerson, fake: FakeDiscord
) -> None:
    fake.faults.answer(502, on=WRITE, after=True)

    await person.say("hello")

    assert len(await person.quiet()) == 1
    assert len(fake.heard("you said")) == 2


@pytest.mark.usefixtures("bot")
async def test_a_connection_can_be_cut_after_the_effect(person: DiscordPerson, fake: FakeDiscord) -> None:
    fake.faults.cut(on=WRITE)

    await person.say("hello")

    assert len(await person.quiet()) == 1
    assert fake.faults.fired == {"cut": 1}


@pytest.mark.parametrize(
    ("plan", "seen"),
    [
        (Faults.duplicate, ["a", "a", "b"]),
        (Faults.late, ["b", "a"]),
        (Faults.lose, ["b"]),
    ],
)
async def test_events_come_twice_late_or_never(
    plan: Callable[[Faults], None], seen: list[str], person: DiscordPerson, fake: FakeDiscord, bot: EchoBot
) -> None:
    plan(fake.faults)

    await person.say("a", direct=True)
    await person.say("b", direct=True)
    await person.quiet()

    assert bot.seen == seen


@pytest.mark.usefixtures("bot")
async def test_a_slow_answer_comes(person: DiscordPerson, fake: FakeDiscord) -> None:
    fake.faults.slow(0.01, on=WRITE)

    await person.say("hello")

    assert len(await person.quiet()) == 1


async def test_an_interaction_can_expire(person: DiscordPerson, fake: FakeDiscord, bot: EchoBot) -> None:
    errors: list[object] = []

    async def on_error(_: object, error: Exception) -> None:
        errors.append(getattr(error.__cause__, "code", None) or getattr(error.__context__, "code", None))

    bot.tree.error(on_error)
    fake.faults.expire_interactions()

    await person.slash("why?")

    assert await person.quiet() == ()
    assert errors == [10062]


@pytest.mark.parametrize("trouble", ["op 7", "op 9 true", "drop", "close 4000"])
async def test_a_session_is_resumed_with_what_was_missed(
    trouble: str, person: DiscordPerson, fake: FakeDiscord, bot: EchoBot
) -> None:
    if trouble == "op 7":
        fake.gateway.reconnect()
    elif trouble == "op 9 true":
        fake.gateway.invalidate(resumable=True)
    elif trouble == "drop":
        fake.gateway.drop()
    else:
        await fake.gateway.close(4000)
    await person.say("hello", direct=True)

    (reply,) = await person.settle(1)

    assert (reply.text, fake.gateway.identified) == ("you said: hello", 1)
    assert bot.seen == ["hello"]


async def test_a_session_that_is_gone_is_begun_anew(person: DiscordPerson, fake: FakeDiscord, bot: EchoBot) -> None:
    fake.gateway.invalidate(resumable=False)

    await person.quiet()
    await person.say("hello")

    assert len(await person.settle(1)) == 1
    assert (fake.gateway.identified, fake.gateway.resumed) == (2, 0)
    assert len(bot.seen) == 1


@pytest.mark.usefixtures("bot")
async def test_sockets_that_drop_in_the_middle_of_an_answer_lose_nothing(
    person: DiscordPerson, fake: FakeDiscord
) -> None:
    fake.faults.drop_sockets(on=WRITE)

    await person.say("hello")

    assert len(await person.quiet()) == 1
    assert fake.gateway.resumed == 1


async def test_an_intent_that_is_not_switched_on_is_refused(fake: FakeDiscord) -> None:
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(fake, EchoBot(READING_ALL)):
            pass

    assert fake.gateway.closes == [Close.DISALLOWED_INTENTS]


async def test_a_wrong_token_is_refused(fake: FakeDiscord) -> None:
    with pytest.raises(discord.LoginFailure):
        async with running(fake, EchoBot(), token="EXAMPLE-another"):  # noqa: S106  # not a token
            pass


async def test_a_heart_that_is_not_answered_makes_the_client_come_back(fake: FakeDiscord) -> None:
    fake.gateway.heartbeat_interval = 0.05
    fake.gateway.acks = False

    async with running(fake, EchoBot(heartbeat_timeout=0.12)):
        await fake.pulse.until(lambda: fake.gateway.resumed > 0)

    assert fake.gateway.identified == 1


async def test_servers_are_spread_over_the_shards(fake: FakeDiscord) -> None:
    for number in range(10):
        fake.add_guild(f"guild {number}")
    bot = EchoBot(shard_ids=[1], shard_count=2)

    async with running(fake, bot):
        guilds = {guild.id for guild in bot.guilds}

    assert guilds == {guild for guild in fake.world.guilds if (guild >> 22) % 2 == 1}
    assert len(guilds) in (5, 6)


async def test_a_thousand_servers_are_welcome(fake: FakeDiscord) -> None:
    for number in range(999):
        fake.add_guild(f"guild {number}")
    bot = EchoBot(guild_ready_timeout=2.0)

    async with running(fake, bot):
        await fake.gateway.barrier()

        assert len(bot.guilds) == 1000
        assert all(guild.name for guild in bot.guilds)


# ---- the REST interface

TOO_MUCH = {"content": "x" * 2001}
ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "a", "custom_id": "a"}]}
TEXT = {"type": 10, "content": "words"}
V2 = 1 << 15


@pytest.mark.parametrize(
    ("request_", "body", "status", "code"),
    [
        ("POST /channels/{c}/messages", {}, 400, 50006),
        ("POST /channels/{c}/messages", {"content": " "}, 400, 50006),
        ("POST /channels/{c}/messages", TOO_MUCH, 400, 50035),
        ("POST /channels/{c}/messages", {"content": "a", "nonce": "1" * 26}, 400, 50035),
        ("POST /channels/{c}/messages", {"content": "a", "message_reference": {"message_id": 1}}, 400, 50035),
        ("POST /channels/{c}/messages", {"content": "a", "allowed_mentions": {"parse": ["all"]}}, 400, 50035),
        ("POST /channels/{c}/messages", {"components": [ROW] * 6}, 400, 50035),
        ("POST /channels/{c}/messages", {"components": [ROW, ROW]}, 400, 50035),
        ("POST /channels/{c}/messages", {"components": [TEXT]}, 400, 50035),
        ("POST /channels/{c}/messages", {"components": [TEXT] * 41, "flags": V2}, 400, 50035),
        ("POST /channels/{c}/messages", {"components": [TEXT], "flags": V2, "content": "a"}, 400, 50035),
        ("POST /channels/{c}/messages", {"components": [TEXT], "flags": V2}, 200, None),
        ("POST /channels/{c}/messages", {"flags": V2}, 400, 50006),
        ("POST /channels/{c}/messages", {"embeds": [{"description": "x" * 4097}]}, 400, 50035),
        ("POST /channels/{c}/messages", {"embeds": [{"description": "x"}]}, 200, None),
        ("POST /channels/{c}/messages", [], 400, 50035),
        ("POST /channels/{f}/messages", {"content": "a"}, 400, 40058),
        ("POST /channels/{w}/messages", {"content": "a"}, 404, 10003),
        ("POST /channels/word/messages", {"content": "a"}, 400, 50035),
        ("GET /channels/{c}/messages/{w}", None, 404, 10008),
        ("GET /channels/{c}/messages?limit=101", None, 400, 50035),
        ("PATCH /channels/{c}", {"name": "other"}, 403, 50013),
        ("POST /channels/{c}/threads", {"name": ""}, 400, 50035),
        ("POST /channels/{c}/threads", {"name": "secret"}, 403, 50013),
        ("POST /channels/{c}/threads", {"name": "open", "type": 11}, 201, None),
        ("POST /channels/{f}/threads", {"name": "post"}, 400, 50035),
        ("POST /channels/{f}/threads", {"name": "post", "message": {"content": "a"}}, 201, None),
        (
            "POST /channels/{f}/threads",
            {"name": "p", "message": {"content": "a"}, "applied_tags": ["1"]},
            400,
            10087,
        ),
        ("POST /users/@me/channels", {"recipient_id": "{w}"}, 400, 50035),
        ("GET /guilds/{w}", None, 404, 10004),
        ("GET /guilds/{g}/members/{w}", None, 404, 10007),
        ("GET /guilds/{g}/members/@me", None, 200, None),
        ("PUT /applications/{a}/commands", [{"name": "Ask", "description": "a"}], 400, 50035),
        ("PUT /applications/{a}/commands", [{"name": "ask", "description": ""}], 400, 50035),
        ("PUT /applications/{a}/guilds/{g}/commands", [{"name": "ask", "description": "a"}], 200, None),
        ("POST /applications/{a}/commands", {"name": "ask", "description": "a"}, 201, None),
        ("GET /applications/{a}/commands/{w}", None, 404, 10063),
        ("POST /interactions/{w}/token/callback", {"type": 4}, 404, 10062),
        ("POST /webhooks/{a}/token", {"content": "a"}, 404, 10015),
    ],
)
async def test_discord_refuses_by_number(rest: Rest, request_: str, body: Any, status: int, code: int | None) -> None:
    answered, reply = await rest(request_, body)

    assert answered == status
    assert code is None or reply["code"] == code
    assert rest.headers["Content-Type"] == "application/json"
    assert {"X-RateLimit-" + name for name in ("Limit", "Remaining", "Reset", "Reset-After", "Bucket")} <= set(
        rest.headers
    )


async def test_what_is_wrong_is_told_where(rest: Rest) -> None:
    _, reply = await rest("POST /channels/{c}/messages", TOO_MUCH)

    assert reply == {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]}
        },
    }


async def test_a_route_that_is_not_there_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="GET /api/v10/nowhere"):
        async with FakeDiscord() as fake, aiohttp.ClientSession() as session:
            status, reply = await Rest(fake, session)("GET /nowhere")

    assert (status, reply["code"]) == (404, 0)


async def test_a_request_without_sense_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="could not make sense"):
        async with FakeDiscord() as fake, aiohttp.ClientSession() as session:
            status, _ = await Rest(fake, session)("POST /channels/{c}/messages", {"components": ["no component"]})

    assert status == 500


async def test_nobody_comes_in_without_the_token(rest: Rest) -> None:
    assert (await rest("GET /users/@me", headers={}))[0] == 401


async def test_one_nonce_makes_one_message(rest: Rest, fake: FakeDiscord) -> None:
    body = {"content": "a", "nonce": "7", "enforce_nonce": True}

    replies = [await rest("POST /channels/{c}/messages", body) for _ in range(2)]
    fake.clock.advance(600)
    _, later = await rest("POST /channels/{c}/messages", body)

    assert replies[0][1]["id"] == replies[1][1]["id"] != later["id"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", "edcba"), ("limit=2", "ed"), ("before=c", "ba"), ("after=c", "ed"), ("around=c&limit=3", "dcb")],
)
async def test_messages_are_listed_newest_first(query: str, expected: str, rest: Rest, person: DiscordPerson) -> None:
    keys = {text: (await person.say(f"{text} <@{person.discord.me.id}>", mention=False)).key for text in "abcde"}

    _, reply = await rest("GET /channels/{c}/messages?" + query.replace("=c", f"={keys['c']}"))

    assert "".join(one["content"][0] for one in reply) == expected


async def test_words_are_hidden_over_rest_as_well(rest: Rest, person: DiscordPerson) -> None:
    said = await person.say("for all", mention=False)

    _, reply = await rest("GET /channels/{c}/messages/" + said.key)

    assert reply["content"] == ""


async def test_a_channel_that_is_denied_is_not_seen(rest: Rest, fake: FakeDiscord) -> None:
    fake.deny(fake.channel, Permission.VIEW_CHANNEL)

    assert (await rest("GET /channels/{c}"))[1]["code"] == 50001


@pytest.mark.parametrize(
    ("denied", "request_", "body", "code"),
    [
        (Permission.SEND_MESSAGES, "POST /channels/{c}/messages", {"content": "a"}, 50013),
        (Permission.EMBED_LINKS, "POST /channels/{c}/messages", {"embeds": [{"title": "a"}]}, 50013),
        (Permission.READ_MESSAGE_HISTORY, "GET /channels/{c}/messages/{m}", None, 50013),
        (Permission.ADD_REACTIONS, "PUT /channels/{c}/messages/{m}/reactions/%F0%9F%91%8D/@me", None, 50013),
        (Permission.CREATE_PUBLIC_THREADS, "POST /channels/{c}/messages/{m}/threads", {"name": "a"}, 50013),
        (
            Permission.READ_MESSAGE_HISTORY,
            "POST /channels/{c}/messages",
            {"content": "a", "message_reference": {"message_id": "1"}},
            160002,
        ),
    ],
)
async def test_a_permission_that_is_denied_is_missed(
    rest: Rest, denied: Permission, request_: str, body: Any, code: int
) -> None:
    said = await DiscordPerson(rest.fake).say("hello")
    rest.fake.deny(rest.fake.channel, denied)

    _, reply = await rest(request_.replace("{m}", said.key), body)

    assert reply["code"] == code


async def test_one_who_takes_no_direct_messages_gets_none(rest: Rest, fake: FakeDiscord) -> None:
    shy = fake.person("shy", reachable=False)
    _, channel = await rest("POST /users/@me/channels", {"recipient_id": str(shy.id)})

    status, reply = await rest(f"POST /channels/{channel['id']}/messages", {"content": "hello"})

    assert (status, reply["code"]) == (403, 50007)


async def test_a_thread_lives_its_life(rest: Rest, person: DiscordPerson) -> None:
    said = await person.say("hello")
    _, thread = await rest(f"POST /channels/{{c}}/messages/{said.key}/threads", {"name": "about hello"})

    again = await rest(f"POST /channels/{{c}}/messages/{said.key}/threads", {"name": "again"})
    await rest(f"PATCH /channels/{thread['id']}", {"archived": True})
    react = await rest(f"PUT /channels/{thread['id']}/thread-members/@me")
    _, listed = await rest("GET /channels/{c}/threads/archived/public")
    await rest(f"POST /channels/{thread['id']}/messages", {"content": "awake"})
    _, active = await rest("GET /guilds/{g}/threads/active")

    assert thread["id"] == said.key
    assert again[1]["code"] == 160004
    assert react[1]["code"] == 50083
    assert [one["id"] for one in listed["threads"]] == [one["id"] for one in active["threads"]] == [said.key]


async def test_files_are_kept_and_served(rest: Rest, fake: FakeDiscord) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps({"content": "see", "attachments": [{"id": 0}]}))
    form.add_field("files[0]", b"lines", filename="a log.txt", content_type="text/plain")
    fake.guild.roles[fake.guild.id].permissions |= Permission.ATTACH_FILES
    headers = {"Authorization": f"Bot {fake.token}"}

    async with rest.session.post(
        f"{fake.api_url}/channels/{fake.channel.id}/messages", data=form, headers=headers
    ) as one:
        (attachment,) = (await one.json())["attachments"]
    async with rest.session.get(attachment["url"]) as two:
        content = await two.read()
    fake.clock.advance(90_000)
    async with rest.session.get(attachment["url"]) as three:
        status = three.status

    assert (attachment["filename"], attachment["size"], content, status) == ("a log.txt", 5, b"lines", 404)


async def test_limits_are_real() -> None:
    async with FakeDiscord() as fake, aiohttp.ClientSession() as session:
        rest = Rest(fake, session)
        statuses = [(await rest("POST /channels/{c}/messages", {"content": "a"}))[0] for _ in range(6)]
        headers, other = rest.headers, await rest("POST /channels/{f}/typing")
        _, reply = await rest("POST /channels/{c}/messages", {"content": "a"})
        fake.clock.advance(5)
        again, _ = await rest("POST /channels/{c}/messages", {"content": "a"})

    assert statuses == [200] * 5 + [429]
    assert headers["Via"]
    assert headers["X-RateLimit-Scope"] == "user"
    assert (headers["X-RateLimit-Remaining"], headers["X-RateLimit-Limit"]) == ("0", "5")
    assert 0 < reply["retry_after"] <= 5
    assert not reply["global"]
    assert (other[0], again) == (204, 200)
    assert fake.limits.refusals == 2


async def test_fifty_a_second_is_the_limit_of_all_but_interactions() -> None:
    async with FakeDiscord() as fake, aiohttp.ClientSession() as session:
        rest = Rest(fake, session)
        fake.limits.per_second = 3
        statuses = [
            (await rest(f"GET {path}"))[0] for path in ("/users/@me", "/gateway", "/channels/{c}", "/guilds/{g}")
        ]
        headers = rest.headers
        interaction = await rest("POST /interactions/{w}/token/callback", {"type": 4})

    assert statuses == [200, 200, 200, 429]
    assert headers["X-RateLimit-Global"] == "true"
    assert interaction[0] == 404


# ---- interactions without a library in between

PUBLIC = {"type": 4, "data": {"content": "a"}}


async def gesture(person: DiscordPerson, rest: Rest) -> str:
    """Use a command, and return the path under which it is answered."""
    await rest("POST /applications/{a}/commands", {"name": "ask", "description": "a", "options": [QUESTION]})
    await person.slash("why?")
    (interaction,) = person.discord.interactions.by_token.values()
    return f"/interactions/{interaction.id}/{interaction.token}/callback"


QUESTION = {"type": 3, "name": "question", "description": "a"}


async def test_an_interaction_is_answered_once(person: DiscordPerson, rest: Rest) -> None:
    path = await gesture(person, rest)

    first = await rest(f"POST {path}", PUBLIC)
    second = await rest(f"POST {path}", PUBLIC)

    assert first == (204, None)
    assert second[1]["code"] == 40060


async def test_with_response_tells_what_became_of_it(person: DiscordPerson, rest: Rest) -> None:
    path = await gesture(person, rest)

    status, reply = await rest(f"POST {path}?with_response=1", PUBLIC | {"data": {"content": "a", "flags": 64}})

    assert status == 200
    assert reply["interaction"]["response_message_ephemeral"]
    assert reply["resource"]["message"]["content"] == "a"


@pytest.mark.parametrize(("after", "code"), [(2.9, None), (3.1, 10062)])
async def test_three_seconds_are_three_seconds(
    after: float, code: int | None, person: DiscordPerson, rest: Rest, fake: FakeDiscord
) -> None:
    path = await gesture(person, rest)
    fake.clock.advance(after)

    _, reply = await rest(f"POST {path}", PUBLIC)

    assert (reply or {}).get("code") == code


@pytest.mark.parametrize("kind", [6, 7, 8, 1, None])
async def test_a_command_is_not_answered_like_a_button(kind: int | None, person: DiscordPerson, rest: Rest) -> None:
    path = await gesture(person, rest)

    _, reply = await rest(f"POST {path}", {"type": kind, "data": {"content": "a"}})

    assert reply["code"] == 50035


async def test_what_follows_under_a_token(person: DiscordPerson, rest: Rest, fake: FakeDiscord) -> None:
    path = await gesture(person, rest)
    token = path.split("/")[3]
    early = await rest(f"POST /webhooks/{{a}}/{token}", {"content": "too early"})
    await rest(f"POST {path}", {"type": 5, "data": {"flags": 64}})

    thinking = person.shown()
    _, first = await rest(f"POST /webhooks/{{a}}/{token}", {"content": "first"})
    _, second = await rest(f"POST /webhooks/{{a}}/{token}", {"content": "second"})
    _, edited = await rest(f"PATCH /webhooks/{{a}}/{token}/messages/@original", {"content": "edited"})
    await rest(f"DELETE /webhooks/{{a}}/{token}/messages/{second['id']}")
    fake.clock.advance(15 * 60)
    dead = await rest(f"GET /webhooks/{{a}}/{token}/messages/@original")

    assert early[1]["code"] == 10015
    assert thinking == ()
    assert first["id"] == edited["id"]
    assert first["flags"] & 64
    assert [(one.text, one.private) for one in person.shown()] == [("edited", True)]
    assert dead[1]["code"] == 50027


# ---- the gateway without a library in between


async def test_the_stream_is_compressed_in_one_context(fake: FakeDiscord) -> None:
    async with wire(fake) as gateway:
        hello = await gateway.next()
        await gateway.identify(fake.token)
        ready = await gateway.next()
        guild = await gateway.next()
        await gateway.send(Op.HEARTBEAT, 2)
        ack = await gateway.next()

    assert hello["d"]["heartbeat_interval"] == 41250
    assert [one["s"] for one in (ready, guild)] == [1, 2]
    assert [one["t"] for one in (ready, guild)] == ["READY", "GUILD_CREATE"]
    assert ready["d"]["guilds"] == [{"id": str(fake.guild.id), "unavailable": True}]
    assert ack["op"] == Op.HEARTBEAT_ACK


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([(99, None)], Close.UNKNOWN_OPCODE),
        ([("no json", None)], Close.DECODE_ERROR),
        ([(Op.HEARTBEAT, "x" * 5000)], Close.DECODE_ERROR),
        ([(Op.PRESENCE, {})], Close.NOT_AUTHENTICATED),
        ([(Op.IDENTIFY, {"token": "other"})], Close.AUTHENTICATION_FAILED),
        ([(Op.IDENTIFY, {}), (Op.IDENTIFY, {})], Close.ALREADY_AUTHENTICATED),
        ([(Op.RESUME, {"seq": 1, "session_id": "none", "token": "other"})], Close.AUTHENTICATION_FAILED),
        ([(Op.HEARTBEAT, None)] * 121, Close.RATE_LIMITED),
        ([(Op.IDENTIFY, {"shard": [2, 2]})], Close.INVALID_SHARD),
        ([(Op.IDENTIFY, {"intents": 1 << 40})], Close.INVALID_INTENTS),
        ([(Op.IDENTIFY, {"intents": 1 << 15})], Close.DISALLOWED_INTENTS),
    ],
)
async def test_the_gateway_closes_by_number(frames: list[tuple[Any, Any]], code: Close, fake: FakeDiscord) -> None:
    async with wire(fake) as gateway:
        for op, data in frames:
            whole = {"token": fake.token, "intents": 1} | data if op == Op.IDENTIFY else data
            await (gateway.ws.send_str(op) if isinstance(op, str) else gateway.send(op, whole))

        assert await gateway.code() == code


async def test_an_old_version_of_the_gateway_is_refused(fake: FakeDiscord) -> None:
    async with wire(fake, "v=5") as gateway:
        assert await gateway.code() == Close.INVALID_API_VERSION


async def test_more_servers_than_one_shard_holds_need_more_shards(
    fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fakes.discord.gateway.GUILDS_PER_SHARD", 0)

    async with wire(fake) as gateway:
        await gateway.identify(fake.token)

        assert await gateway.code() == Close.SHARDING_REQUIRED


async def test_a_client_without_a_heart_is_let_go(fake: FakeDiscord) -> None:
    fake.gateway.heartbeat_interval = 0.01

    async with wire(fake) as gateway:
        await gateway.identify(fake.token)

        assert await gateway.code() == Close.SESSION_TIMED_OUT


@pytest.mark.parametrize(
    ("seq", "expected"), [(1, ["GUILD_CREATE", "RESUMED"]), (2, ["RESUMED"]), (3, Close.INVALID_SEQ)]
)
async def test_a_session_goes_on_where_it_was_left(seq: int, expected: Any, fake: FakeDiscord) -> None:
    async with wire(fake) as gateway:
        await gateway.identify(fake.token)
        session = [await gateway.next() for _ in range(3)][1]["d"]["session_id"]
        await gateway.ws.close(code=4000)

    async with wire(fake) as gateway:
        await gateway.send(Op.RESUME, {"token": fake.token, "session_id": session, "seq": seq})
        if isinstance(expected, list):
            frames = [(await gateway.next())["t"] for _ in range(len(expected) + 1)]

            assert frames == [None, *expected]
        else:
            assert await gateway.code() == expected


async def test_a_session_ends_with_a_goodbye(fake: FakeDiscord) -> None:
    async with wire(fake) as gateway:
        await gateway.identify(fake.token)
        session = [await gateway.next() for _ in range(3)][1]["d"]["session_id"]
        await gateway.ws.close(code=1000)

    async with wire(fake) as gateway:
        await gateway.send(Op.RESUME, {"token": fake.token, "session_id": session, "seq": 2})
        refused = [await gateway.next() for _ in range(2)][1]

    assert (refused["op"], refused["d"]) == (Op.INVALID_SESSION, False)


# ---- what people see and do


async def test_modern_components_are_read_and_pressed(rest: Rest, person: DiscordPerson) -> None:
    options = [{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}]
    section = {
        "type": 9,
        "components": [TEXT],
        "accessory": {"type": 2, "style": 5, "label": "Docs", "url": "https://x.test"},
    }
    select = {"type": 1, "components": [{"type": 3, "custom_id": "pick", "options": options}]}
    await rest(
        "POST /channels/{c}/messages", {"flags": V2, "components": [{"type": 17, "components": [section, select]}]}
    )
    (shown,) = person.shown()

    await person.press(shown, "Two")

    assert (shown.text, shown.labels) == ("words", ("Docs", "One", "Two"))
    (interaction,) = person.discord.interactions.by_token.values()
    assert interaction.source == int(shown.key)
    with pytest.raises(LookupError, match="'Docs' to press"):
        await person.press(shown, "Docs")


async def test_an_ephemeral_message_is_for_one_only(person: DiscordPerson, rest: Rest) -> None:
    path = await gesture(person, rest)
    await rest(f"POST {path}", {"type": 4, "data": {"content": "a", "flags": 64, "components": [ROW]}})
    (shown,) = person.shown()

    with pytest.raises(LookupError, match="does not see"):
        await person.press(shown, "a", by="another")

    assert shown.private
    assert person.discord.channel.messages == {}


async def test_people_go_on_in_a_thread(person: DiscordPerson, bot: EchoBot) -> None:
    said = await person.say("hello")
    await person.reply_to(said)
    thread = await person.start_thread(said, "about hello")

    inside = await person.say("and then?", thread=said)
    reply = await person.reply_to(inside)

    assert (inside.thread, reply.thread, reply.channel) == (str(thread.id), str(thread.id), str(thread.id))
    assert "thread about hello" in bot.told


@pytest.mark.usefixtures("bot")
async def test_what_was_said_can_be_awaited(person: DiscordPerson) -> None:
    said = [await person.say(text, direct=True) for text in "ab"]

    replies = [await person.reply_to(one) for one in said]

    assert [reply.text for reply in replies] == ["you said: a", "you said: b"]


async def test_waiting_ends(person: DiscordPerson) -> None:
    with pytest.raises(TimeoutError, match="has shown"):
        await person.settle(1, seconds=0.01)


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Explain this error", "type": 3},
        {
            "name": "settings",
            "type": 1,
            "description": "a",
            "options": [{"type": 7, "name": "forum", "description": "a"}],
        },
    ],
)
async def test_only_what_is_registered_can_be_used(command: dict[str, Any], person: DiscordPerson, rest: Rest) -> None:
    said = await person.say("hello")

    with pytest.raises(LookupError, match="has registered no command"):
        await person.explain(said)
    with pytest.raises(LookupError, match="has registered no command"):
        await person.use("settings")

    await rest("POST /applications/{a}/guilds/{g}/commands", command)
    if command["type"] == 3:
        await person.explain(said)
    else:
        await person.use("settings", forum=person.discord.forum)
        with pytest.raises(LookupError, match="takes"):
            await person.use("settings", language="zh")
    assert len(person.discord.interactions.by_token) == 1


async def test_five_messages_may_follow_where_only_the_person_has_the_bot(rest: Rest, fake: FakeDiscord) -> None:
    await rest("POST /applications/{a}/commands", {"name": "ask", "description": "a", "options": [QUESTION]})
    channel = fake.add_channel(fake.add_guild("elsewhere", joined=False), "general")
    fake.person("asker", installed=True)
    interaction = await DiscordPerson(fake).use("ask", question="why?", channel=channel)
    await rest(f"POST /interactions/{interaction.id}/{interaction.token}/callback", PUBLIC)

    replies = [await rest(f"POST /webhooks/{{a}}/{interaction.token}", {"content": "more"}) for _ in range(6)]

    assert [status for status, _ in replies] == [200] * 5 + [400]
    assert replies[-1][1]["code"] == 40094


async def test_one_without_a_server_in_common_cannot_be_written_to(rest: Rest, fake: FakeDiscord) -> None:
    asker = fake.person("asker")
    _, channel = await rest("POST /users/@me/channels", {"recipient_id": str(asker.id)})
    await rest("DELETE /users/@me/guilds/{g}")

    _, reply = await rest(f"POST /channels/{channel['id']}/messages", {"content": "hello"})

    assert reply["code"] == 50278
    assert (await rest("GET /guilds/{g}"))[1]["code"] == 50001
    assert (await rest("GET /users/@me/guilds"))[1] == []


@pytest.mark.usefixtures("bot")
async def test_all_that_was_sent_can_be_searched(person: DiscordPerson, fake: FakeDiscord) -> None:
    await person.say("a word to find", direct=True)
    await person.settle(1)

    assert [one.path.rpartition("/")[2] for one in fake.heard("a word to find")] == ["messages"]
    assert fake.heard(fake.token) == []


async def test_a_moderator_may_do_more(rest: Rest, fake: FakeDiscord, person: DiscordPerson) -> None:
    said = [await person.say(text) for text in "abcd"]
    keys = [one.key for one in said]
    refused = [
        await rest(f"DELETE /channels/{{c}}/messages/{keys[0]}"),
        await rest("POST /channels/{c}/messages/bulk-delete", {"messages": keys[:2]}),
        await rest(f"PATCH /channels/{{c}}/messages/{keys[0]}", {"flags": 4}),
        await rest(f"PATCH /channels/{{c}}/messages/{keys[0]}", {"content": "mine"}),
    ]

    for role in fake.guild.roles.values():
        role.permissions |= Permission.MANAGE_MESSAGES
    statuses = [
        (await rest(f"PATCH /channels/{{c}}/messages/{keys[0]}", {"flags": 4}))[0],
        (await rest(f"DELETE /channels/{{c}}/messages/{keys[0]}"))[0],
        (await rest("POST /channels/{c}/messages/bulk-delete", {"messages": keys[1:3]}))[0],
        (await rest("POST /channels/{c}/messages/bulk-delete", {"messages": keys[3:]}))[0],
    ]

    assert [reply["code"] for _, reply in refused] == [50013, 50013, 50013, 50005]
    assert statuses == [200, 204, 204, 400]
    assert [str(key) for key in fake.channel.messages] == keys[3:]


async def test_reactions_come_and_go(rest: Rest, fake: FakeDiscord, person: DiscordPerson) -> None:
    said = await person.say("hello")
    path = f"/channels/{{c}}/messages/{said.key}/reactions/%E2%9C%85"
    await rest(f"PUT {path}/@me")
    await person.react(said, "✅")

    _, people = await rest(f"GET {path}")
    await rest(f"DELETE {path}/@me")
    unknown = await rest(f"PUT /channels/{{c}}/messages/{said.key}/reactions/word/@me")
    others = await rest(f"DELETE {path}/{fake.person('asker').id}")

    assert {one["username"] for one in people} == {"frontdesk", "asker"}
    assert fake.channel.messages[int(said.key)].reactions == {"✅": {fake.person("asker").id}}
    assert unknown[1]["code"] == 10014
    assert others[1]["code"] == 50013


async def test_a_message_of_its_own_is_changed_and_keeps_what_is_not_named(rest: Rest, person: DiscordPerson) -> None:
    _, posted = await rest("POST /channels/{c}/messages", {"content": "a", "components": [ROW]})
    path = f"/channels/{{c}}/messages/{posted['id']}"

    _, changed = await rest(f"PATCH {path}", {"content": "b"})
    empty = await rest(f"PATCH {path}", {"content": "", "components": []})
    _, modern = await rest(f"PATCH {path}", {"content": None, "flags": V2, "components": [TEXT]})
    _, still = await rest(f"PATCH {path}", {"flags": 0})

    assert (changed["content"], len(changed["components"])) == ("b", 1)
    assert changed["edited_timestamp"]
    assert empty[1]["code"] == 50006
    assert modern["flags"] == still["flags"] == V2
    assert person.shown()[0].text == "words"


async def test_a_forum_has_its_rules(rest: Rest, fake: FakeDiscord) -> None:
    post = {"name": "post", "message": {"content": "a"}}
    fake.forum.flags |= 1 << 4
    untagged = await rest("POST /channels/{f}/threads", post)
    _, thread = await rest("POST /channels/{f}/threads", post | {"applied_tags": [str(fake.solved.id)]})

    path = f"/channels/{thread['id']}"
    _, renamed = await rest(f"PATCH {path}", {"name": "other", "applied_tags": []})
    locked = await rest(f"PATCH {path}", {"locked": True})
    bare = await rest(f"DELETE {path}")

    assert untagged[1]["code"] == 40067
    assert thread["id"] == thread["message"]["id"]
    assert (renamed["name"], renamed["applied_tags"]) == ("other", [])
    assert [locked[1]["code"], bare[1]["code"]] == [50013, 50013]


async def test_a_locked_thread_that_sleeps_stays_asleep(rest: Rest, fake: FakeDiscord) -> None:
    _, thread = await rest("POST /channels/{c}/threads", {"name": "open", "type": 11})
    state = fake.world.channels[int(thread["id"])].thread
    assert state is not None
    state.archived = state.locked = True

    _, reply = await rest(f"POST /channels/{thread['id']}/messages", {"content": "a"})

    assert reply["code"] == 160005


async def test_members_of_threads(rest: Rest, fake: FakeDiscord) -> None:
    asker = fake.person("asker")
    _, thread = await rest("POST /channels/{c}/threads", {"name": "open", "type": 11})
    path = f"/channels/{thread['id']}/thread-members"

    added = await rest(f"PUT {path}/{asker.id}")
    _, members = await rest(f"GET {path}")
    left = await rest(f"DELETE {path}/@me")
    gone = await rest(f"GET {path}/@me")
    no_thread = await rest("PUT /channels/{c}/thread-members/@me")

    assert (added[0], left[0]) == (204, 204)
    assert {one["user_id"] for one in members} == {str(asker.id), str(fake.me.id)}
    assert (gone[1]["code"], no_thread[1]["code"]) == (10007, 50024)


async def test_commands_keep_their_ids(rest: Rest) -> None:
    ask = {"name": "ask", "description": "a"}
    _, first = await rest("PUT /applications/{a}/commands", [ask])
    _, second = await rest("PUT /applications/{a}/commands", [ask | {"description": "b"}, ask | {"name": "trace"}])
    path = f"/applications/{{a}}/commands/{first[0]['id']}"

    again = await rest("POST /applications/{a}/commands", ask)
    _, changed = await rest(f"PATCH {path}", {"description": "c"})
    deleted = await rest(f"DELETE {path}")
    _, left = await rest("GET /applications/{a}/commands")

    assert first[0]["id"] == second[0]["id"] != second[1]["id"]
    assert again[0] == 200
    assert (changed["id"], changed["description"]) == (first[0]["id"], "c")
    assert deleted[0] == 204
    assert [one["name"] for one in left] == ["trace"]


async def test_two_hundred_commands_a_day(rest: Rest, fake: FakeDiscord) -> None:
    fake.commands_created[None] = 200

    status, reply = await rest("POST /applications/{a}/commands", {"name": "ask", "description": "a"})

    assert (status, reply["code"]) == (429, 30034)


async def test_what_is_allowed_again_can_be_done(rest: Rest, fake: FakeDiscord) -> None:
    fake.deny(fake.channel, Permission.SEND_MESSAGES)
    refused = await rest("POST /channels/{c}/messages", {"content": "a"})
    fake.allow(fake.channel, Permission.SEND_MESSAGES)

    assert refused[0] == 403
    assert (await rest("POST /channels/{c}/messages", {"content": "a"}))[0] == 200


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [
        (None, ("asker", "helpers")),
        ({"parse": []}, ()),
        ({"parse": ["users"]}, ("asker",)),
        ({"parse": [], "users": ["{asker}"]}, ("asker",)),
        ({"parse": ["roles", "everyone"]}, ("helpers",)),
    ],
)
async def test_whom_a_message_pings(
    allowed: dict[str, Any] | None, pinged: tuple[str, ...], rest: Rest, person: DiscordPerson
) -> None:
    asker = person.user("asker")
    helpers = person.discord.add_role(person.discord.guild, "helpers")
    text = json.dumps(allowed).replace("{asker}", str(asker.id))

    await rest(
        "POST /channels/{c}/messages",
        {"content": f"<@{asker.id}> <@&{helpers.id}> @everyone", "allowed_mentions": json.loads(text)},
    )

    assert person.pinged(person.shown()[0]) == pinged


@pytest.mark.parametrize("from_message", [True, False])
async def test_a_new_thread_is_announced_by_discord_itself(
    from_message: bool, rest: Rest, person: DiscordPerson
) -> None:
    said = await person.say("hello")
    start = f"/messages/{said.key}" if from_message else ""
    _, thread = await rest(f"POST /channels/{{c}}{start}/threads", {"name": "about", "type": 11})

    _, inside = await rest(f"GET /channels/{thread['id']}/messages")
    _, above = await rest("GET /channels/{c}/messages")

    assert [one["type"] for one in inside] == ([21] if from_message else [])
    assert [one["type"] for one in above] == ([0] if from_message else [18, 0])
    assert person.shown() == ()


@pytest.mark.parametrize(
    ("path", "key", "expected"),
    [
        ("/users/@me", "username", "frontdesk"),
        ("/oauth2/applications/@me", "flags", 0),
        ("/applications/@me", "name", "frontdesk"),
        ("/gateway/bot", "shards", 1),
        ("/guilds/{g}", "name", "support"),
        ("/channels/{c}", "name", "help"),
        ("/channels/{f}", "type", 15),
    ],
)
async def test_what_there_is_to_read(path: str, key: str, expected: object, rest: Rest) -> None:
    status, reply = await rest(f"GET {path}")

    assert (status, reply[key]) == (200, expected)


@pytest.mark.parametrize(("path", "count"), [("/guilds/{g}/channels", 2), ("/guilds/{g}/roles", 2)])
async def test_what_there_is_to_list(path: str, count: int, rest: Rest) -> None:
    _, reply = await rest(f"GET {path}")

    assert len(reply) == count


async def test_people_roles_and_channels_come_along_with_a_command(rest: Rest, fake: FakeDiscord) -> None:
    kinds = {"who": 6, "where": 7, "which": 8}
    options = [{"type": kind, "name": name, "description": "a"} for name, kind in kinds.items()]
    await rest("POST /applications/{a}/commands", {"name": "set", "description": "a", "options": options})
    told: list[Any] = []

    async with wire(fake) as gateway:
        await gateway.identify(fake.token)
        role = fake.add_role(fake.guild, "helpers")
        await fake.gateway.wait_ready()
        await DiscordPerson(fake).use("set", who=fake.owner, where=fake.forum, which=role)
        while not told or told[-1]["t"] != "INTERACTION_CREATE":
            told.append(await gateway.next())

    resolved = told[-1]["d"]["data"]["resolved"]
    assert {kind: list(found) for kind, found in resolved.items()} == {
        "users": [str(fake.owner.id)],
        "members": [str(fake.owner.id)],
        "channels": [str(fake.forum.id)],
        "roles": [str(role.id)],
    }


async def test_a_private_thread_is_for_its_members(rest: Rest, fake: FakeDiscord, person: DiscordPerson) -> None:
    thread = fake.chat.open_thread(fake.channel, "secret", person.user("asker").id, private=True)
    before = await rest(f"GET /channels/{thread.id}")

    fake.chat.join(thread, fake.me.id)

    assert before[1]["code"] == 50001
    assert (await rest(f"GET /channels/{thread.id}"))[0] == 200


@pytest.mark.usefixtures("bot")
async def test_a_refusal_on_demand_is_not_tried_again(person: DiscordPerson, fake: FakeDiscord) -> None:
    fake.faults.answer(403, code=50013, on=WRITE)

    await person.say("hello", direct=True)

    assert await person.quiet() == ()
    assert len(fake.heard("you said")) == 1


async def test_a_file_is_kept_or_dropped_by_an_edit(rest: Rest, fake: FakeDiscord) -> None:
    fake.guild.roles[fake.guild.id].permissions |= Permission.ATTACH_FILES
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", "{}")
    form.add_field("files[0]", b"lines", filename="log.txt")
    headers = {"Authorization": f"Bot {fake.token}"}
    url = f"{fake.api_url}/channels/{fake.channel.id}/messages"
    async with rest.session.post(url, data=form, headers=headers) as reply:
        posted = await reply.json()
    path = f"/channels/{{c}}/messages/{posted['id']}"

    _, kept = await rest(f"PATCH {path}", {"content": "a"})
    _, dropped = await rest(f"PATCH {path}", {"attachments": []})

    assert [len(one["attachments"]) for one in (posted, kept, dropped)] == [1, 1, 0]


@pytest.mark.parametrize(
    "embed",
    [
        {"title": "x" * 257},
        {"fields": [{"name": "a", "value": ""}]},
        {"fields": [{"name": "a", "value": "a"}] * 26},
        {"footer": {"text": "x" * 2049}},
        {"description": "x" * 4000, "fields": [{"name": "a", "value": "x" * 1000}] * 3},
    ],
)
async def test_embeds_have_their_lengths(embed: dict[str, Any], rest: Rest) -> None:
    _, reply = await rest("POST /channels/{c}/messages", {"embeds": [embed]})

    assert reply["code"] == 50035
    assert "embeds" in reply["errors"]
