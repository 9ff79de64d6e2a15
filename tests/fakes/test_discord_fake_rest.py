"""The fake Discord's REST interface, asked without a library in between."""

import json
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import DiscordPerson, FakeDiscord, Permission
from tests.fakes.discord.raw import Rest
from tests.fakes.discord_kit import ROW, TEXT, V2

TOO_MUCH = {"content": "x" * 2001}


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
