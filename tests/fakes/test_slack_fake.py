import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import SCOPES, FakeSlack, ManualClock, SlackPerson
from tests.fakes.slack_kit import Ear, client_of, refusal

Json = dict[str, Any]

LONG = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_700}}


@pytest.fixture
def person(slack: FakeSlack) -> SlackPerson:
    return SlackPerson(slack, still=0.1)


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", "not_authed"),
        ("EXAMPLE-unknown", "invalid_auth"),
        ("revoked", "token_revoked"),
        ("refresh", "invalid_auth"),
        ("app", "not_allowed_token_type"),
    ],
)
async def test_a_token_that_is_no_good_is_refused(slack: FakeSlack, token: str, error: str) -> None:
    revoked = slack.world.issue("bot", slack.installation, SCOPES)
    revoked.revoked = True
    refresh = slack.world.issue("refresh", slack.installation, ())
    named = {"revoked": revoked.value, "refresh": refresh.value, "app": slack.app_token}

    refused = await refusal(client_of(slack, named.get(token, token)).auth_test())

    assert refused["error"] == error


async def test_sockets_open_for_an_app_token_only(slack: FakeSlack) -> None:
    opened = await client_of(slack, "").apps_connections_open(app_token=slack.app_token)
    refused = await refusal(client_of(slack, "").apps_connections_open(app_token=slack.bot_token))

    assert opened["url"].startswith("ws://127.0.0.1")
    assert refused["error"] == "not_allowed_token_type"


async def test_a_missing_scope_is_named(slack: FakeSlack) -> None:
    poor = slack.world.issue("bot", slack.installation, ["commands"])

    refused = await refusal(client_of(slack, poor.value).users_info(user=slack.user("asker").id))

    assert (refused["error"], refused["needed"], refused["provided"]) == ("missing_scope", "users:read", "commands")


async def test_the_scopes_of_a_token_stand_in_the_headers(client: AsyncWebClient) -> None:
    answer = await client.auth_test()

    assert set(answer.headers["x-oauth-scopes"].split(",")) == SCOPES


async def test_an_expired_token_is_refused() -> None:
    clock = ManualClock()
    async with FakeSlack(clock=clock) as slack:
        short = slack.world.issue("bot", slack.installation, SCOPES, life=60)
        client = client_of(slack, short.value)
        await client.auth_test()
        await clock.advance(61)

        refused = await refusal(client.auth_test())

    assert refused["error"] == "token_expired"


async def test_another_workspace_is_out_of_reach(slack: FakeSlack, client: AsyncWebClient) -> None:
    other = slack.world.add_workspace("Other")
    foreign = slack.world.add_channel("theirs", [other.id])

    refused = await refusal(client.chat_postMessage(channel=foreign.id, text="hello"))

    assert refused["error"] == "channel_not_found"


@pytest.mark.parametrize("send", ["get", "form", "json"])
async def test_arguments_come_by_query_form_or_json(slack: FakeSlack, send: str) -> None:
    channel = slack.channel()
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    where = slack.api_url + "conversations.info"
    async with aiohttp.ClientSession(headers=headers) as session:
        given = {"channel": channel.id}
        sent = {"get": {"params": given}, "form": {"data": given}, "json": {"json": given}}[send]

        async with session.request("GET" if send == "get" else "POST", where, **sent) as answer:  # type: ignore[arg-type]
            body = await answer.json()

    assert body["channel"]["id"] == channel.id


async def test_a_method_that_there_is_not_fails_the_test() -> None:
    slack = await FakeSlack().__aenter__()

    refused = await refusal(client_of(slack).api_call("chat.shout"))

    assert refused["error"] == "unknown_method"
    with pytest.raises(AssertionError, match=r"unknown method chat\.shout"):
        await slack.__aexit__(None, None, None)


async def test_a_route_that_there_is_not_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="no such route: GET /else"):
        async with FakeSlack() as slack, aiohttp.ClientSession() as session, session.get(slack.origin + "/else"):
            pass


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({}, "no_text"),
        ({"text": "a", "channel": "C0NOWHERE"}, "channel_not_found"),
        ({"text": "a", "channel": "elsewhere"}, "not_in_channel"),
        ({"text": "a", "channel": "secret"}, "channel_not_found"),
        ({"text": "a", "channel": "old"}, "is_archived"),
        ({"text": "a", "blocks": [{"type": "shout"}]}, "invalid_blocks"),
        ({"text": "a", "blocks": "[oops"}, "invalid_blocks_format"),
        ({"text": "a", "blocks": [LONG, LONG, LONG, LONG, LONG]}, "msg_blocks_too_long"),
        ({"text": "a", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
    ],
)
async def test_a_message_that_slack_refuses(slack: FakeSlack, client: AsyncWebClient, wrong: Json, error: str) -> None:
    slack.channel("elsewhere", joined=False)
    slack.channel("secret", kind="group", joined=False)
    slack.channel("old").archived = True
    named = {channel.name: channel.id for channel in slack.world.channels.values()}
    channel = wrong.get("channel", slack.channel().id)

    refused = await refusal(client.api_call("chat.postMessage", json=wrong | {"channel": named.get(channel, channel)}))

    assert refused["error"] == error
    assert not slack.posts()


async def test_wrong_blocks_are_named_where_they_stand(slack: FakeSlack, client: AsyncWebClient) -> None:
    blocks: list[Json] = [{"type": "divider"}, {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]

    refused = await refusal(client.chat_postMessage(channel=slack.channel().id, text="a", blocks=blocks))

    assert refused["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]"
    ]


async def test_text_is_cut_at_forty_thousand_characters(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=slack.channel().id, text="x" * 40_001)

    assert len(slack.posts()[0].text) == 40_000


async def test_an_update_takes_less_text_than_a_post(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel().id
    posted = await client.chat_postMessage(channel=channel, text="short")

    refused = await refusal(client.chat_update(channel=channel, ts=posted["ts"], text="x" * 4_001))

    assert refused["error"] == "msg_too_long"


async def test_no_two_messages_have_one_time_stamp(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.limiter.on = False
    channel = slack.channel().id

    posted = await asyncio.gather(*(client.chat_postMessage(channel=channel, text="a") for _ in range(20)))

    assert len({answer["ts"] for answer in posted}) == 20


async def test_only_its_own_messages_can_be_changed_by_the_app(
    slack: FakeSlack, client: AsyncWebClient, person: SlackPerson
) -> None:
    Ear(slack)
    said = await person.say("mine")

    update = await refusal(client.chat_update(channel=said.channel, ts=said.key, text="yours"))
    delete = await refusal(client.chat_delete(channel=said.channel, ts=said.key))
    gone = await refusal(client.chat_delete(channel=said.channel, ts="1.000001"))

    assert [update["error"], delete["error"], gone["error"]] == [
        "cant_update_message",
        "cant_delete_message",
        "message_not_found",
    ]


async def test_a_private_message_is_seen_but_in_no_history(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel, user = slack.channel(), slack.user("asker")
    outside = await refusal(client.chat_postEphemeral(channel=channel.id, user=user.id, text="psst"))
    channel.members.add(user.id)

    posted = await client.chat_postEphemeral(channel=channel.id, user=user.id, text="psst")
    update = await refusal(client.chat_update(channel=channel.id, ts=posted["message_ts"], text="loud"))
    history = await client.conversations_history(channel=channel.id)

    assert outside["error"] == "user_not_in_channel"
    assert update["error"] == "message_not_found"
    assert history["messages"] == []
    assert SlackPerson(slack).shown()[0].private


async def test_metadata_is_returned_to_who_asks_for_it(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel().id
    metadata = {"event_type": "answer", "event_payload": {"event": "Ev1"}}
    posted = await client.chat_postMessage(channel=channel, text="a", metadata=metadata)

    told = await client.conversations_replies(channel=channel, ts=posted["ts"], include_all_metadata=True)
    untold = await client.conversations_replies(channel=channel, ts=posted["ts"])

    assert told["messages"][0]["metadata"] == metadata
    assert "metadata" not in untold["messages"][0]


async def test_a_thread_is_read_in_pages(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel().id
    root = await client.chat_postMessage(channel=channel, text="root")
    for text in "abc":
        await client.chat_postMessage(channel=channel, text=text, thread_ts=root["ts"])

    pages = await client.conversations_replies(channel=channel, ts=root["ts"], limit=3)
    messages = [message async for page in pages for message in page["messages"]]

    assert [message["text"] for message in messages] == ["root", "a", "b", "c"]
    assert messages[0]["reply_count"] == 3


async def test_reading_history_in_bulk_is_counted(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel().id

    await client.conversations_replies(
        channel=channel, ts=(await client.chat_postMessage(channel=channel, text="a"))["ts"]
    )
    await client.conversations_history(channel=channel)

    assert slack.ledger.history_reads == 1


async def test_a_users_id_opens_the_direct_message(slack: FakeSlack, client: AsyncWebClient) -> None:
    user = slack.user("asker")

    posted = await client.chat_postMessage(channel=user.id, text="hello")
    opened = await client.conversations_open(users=user.id)

    assert posted["channel"] == opened["channel"]["id"] == slack.direct(user).id


async def test_a_channel_takes_a_burst_and_then_a_message_a_second() -> None:
    clock = ManualClock()
    async with FakeSlack(clock=clock) as slack:
        client, channel, other = client_of(slack), slack.channel().id, slack.channel("other").id
        for _ in range(5):
            await client.chat_postMessage(channel=channel, text="a")

        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel=channel, text="a")
        await client.chat_postMessage(channel=other, text="a")
        await clock.advance(1)
        await client.chat_postMessage(channel=channel, text="a")

    assert refused.value.response.status_code == 429
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["Retry-After"] == "1"


async def test_people_reactions_links_and_members_are_told(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel, user = slack.channel(), slack.user("Wei", locale="zh-CN")
    channel.members.add(user.id)
    post = await client.chat_postMessage(channel=channel.id, text="a")

    told = await client.users_info(user=user.id, include_locale=True)
    members = await client.conversations_members(channel=channel.id)
    link = await client.chat_getPermalink(channel=channel.id, message_ts=post["ts"])
    await client.reactions_add(channel=channel.id, timestamp=post["ts"], name="eyes")
    twice = await refusal(client.reactions_add(channel=channel.id, timestamp=post["ts"], name="eyes"))
    await client.reactions_remove(channel=channel.id, timestamp=post["ts"], name="eyes")
    never = await refusal(client.reactions_remove(channel=channel.id, timestamp=post["ts"], name="eyes"))

    assert told["user"]["locale"] == "zh-CN"
    assert set(members["members"]) == {user.id, slack.bot_user_id}
    assert link["permalink"].endswith(f"/archives/{channel.id}/p{post['ts'].replace('.', '')}")
    assert (twice["error"], never["error"]) == ("already_reacted", "no_reaction")


async def test_status_and_prompts_are_kept(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.direct(slack.user("asker")).id
    prompts = [{"title": "A", "message": "a"}]

    await client.assistant_threads_setStatus(channel_id=channel, thread_ts="1.000001", status="is reading")
    await client.assistant_threads_setSuggestedPrompts(channel_id=channel, title="Ask", prompts=prompts)
    many = await refusal(
        client.assistant_threads_setSuggestedPrompts(channel_id=channel, thread_ts="1.1", prompts=prompts * 5)
    )

    assert slack.ledger.statuses == [{"channel_id": channel, "thread_ts": "1.000001", "status": "is reading"}]
    assert slack.ledger.prompts[channel] == {"title": "Ask", "prompts": prompts}
    assert many["error"] == "invalid_arguments"


async def test_files_are_for_tokens_that_may_read_them(slack: FakeSlack, client: AsyncWebClient) -> None:
    file = slack.add_file(slack.user("asker"), "app.log", b"Error 429")
    told = (await client.files_info(file=file.id))["file"]

    async with aiohttp.ClientSession() as session:
        bearer = {"Authorization": f"Bearer {slack.bot_token}"}
        async with session.get(told["url_private"], headers=bearer) as answer:
            mine = await answer.read()
        async with session.get(told["url_private"]) as answer:
            theirs = answer.content_type

    assert mine == b"Error 429"
    assert theirs == "text/html"
    assert (told["mode"], told["size"], told["preview"]) == ("snippet", 9, "Error 429")


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("users.info", {}, "invalid_arguments"),
        ("files.info", {"file": "F0NOTHING"}, "file_not_found"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.info", {}, "channel_not_found"),
        ("conversations.replies", {"channel": "support", "ts": "1.000001"}, "thread_not_found"),
        ("conversations.history", {"channel": "support", "limit": "many"}, "invalid_arguments"),
        ("conversations.history", {"channel": "elsewhere"}, "not_in_channel"),
        ("chat.getPermalink", {"channel": "support", "message_ts": "1.000001"}, "message_not_found"),
        ("views.publish", {"user_id": "U0NOBODY", "view": {"type": "home", "blocks": []}}, "user_not_found"),
        ("views.open", {"view": {"type": "home", "blocks": []}}, "invalid_arguments"),
        ("assistant.threads.setStatus", {"channel_id": "support", "thread_ts": "1.1", "loading_messages": ["a"] * 11},
         "invalid_arguments"),
        ("assistant.threads.setSuggestedPrompts", {"channel_id": "support", "prompts": [{"title": "A"}]},
         "invalid_arguments"),
    ],
)  # fmt: skip
async def test_what_is_not_there_or_not_right_is_refused(
    slack: FakeSlack, client: AsyncWebClient, method: str, args: Json, error: str
) -> None:
    named = {name: slack.channel(name, joined=name == "support").id for name in ("support", "elsewhere")}
    args = {name: named.get(str(value), value) for name, value in args.items()}

    refused = await refusal(client.api_call(method, json=args))

    assert refused["error"] == error


@pytest.mark.parametrize(("body", "error"), [("{oops", "invalid_json"), ("[1]", "json_not_object")])
async def test_a_body_that_is_no_json_object_is_refused(slack: FakeSlack, body: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": "application/json"}
    where = slack.api_url + "auth.test"
    async with aiohttp.ClientSession() as session, session.post(where, data=body, headers=headers) as answer:
        assert (await answer.json())["error"] == error


async def test_a_token_in_the_body_counts_and_one_in_the_query_does_not(slack: FakeSlack) -> None:
    token = {"token": slack.bot_token}
    async with aiohttp.ClientSession() as session:
        async with session.post(slack.api_url + "auth.test", data=token) as answer:
            in_body = await answer.json()
        async with session.get(slack.api_url + "auth.test", params=token) as answer:
            in_query = await answer.json()

    assert in_body["ok"]
    assert in_query["error"] == "not_authed"


async def test_the_app_can_give_its_token_back(client: AsyncWebClient) -> None:
    tried = await client.auth_revoke(test=True)
    given_back = await client.auth_revoke()

    assert (tried["revoked"], given_back["revoked"]) == (False, True)
    assert (await refusal(client.auth_test()))["error"] == "token_revoked"


async def test_the_bots_own_channels_are_listed(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.channel("public")
    slack.channel("private", kind="group")
    slack.channel("elsewhere", joined=False)

    listed = await client.users_conversations(types="public_channel,private_channel")

    assert [channel["name"] for channel in listed["channels"]] == ["public", "private"]


async def test_where_it_was_allowed_the_bot_writes_in_any_public_channel() -> None:
    async with FakeSlack(scopes=SCOPES | {"chat:write.public"}) as slack:
        channel = slack.channel("elsewhere", joined=False)

        assert (await client_of(slack).chat_postMessage(channel=channel.id, text="a"))["ok"]
