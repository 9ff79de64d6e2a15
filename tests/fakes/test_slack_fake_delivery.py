import asyncio
import json
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler

from tests.fakes.slack import FakeSlack, ManualClock, SlackPerson
from tests.fakes.slack_kit import TRANSPORTS, Ear, app_of, client_of, over_http, over_sockets, refusal, served

Json = dict[str, Any]


@pytest.fixture
def person(slack: FakeSlack) -> SlackPerson:
    return SlackPerson(slack, still=0.1)


def echo(slack: FakeSlack) -> Any:
    """An app that answers each direct message, however often it comes."""
    app = app_of(slack)

    @app.event("message")
    async def answer(event: Json, say: Any) -> None:
        if event.get("subtype") is None:
            await say(event["text"], thread_ts=event["ts"])

    return app


@TRANSPORTS
async def test_a_message_reaches_the_app_and_its_answer_the_person(
    slack: FakeSlack, person: SlackPerson, over: Any
) -> None:
    async with over(slack, echo(slack)):
        asked = await person.say("why 429?", direct=True)
        (shown,) = await person.settle(1)

    assert (shown.thread, shown.by_bot, shown.text) == (asked.key, True, "why 429?")
    assert all(seconds < 0.3 for seconds in slack.journal.ack_seconds())


@TRANSPORTS
async def test_each_event_can_come_several_times(slack: FakeSlack, person: SlackPerson, over: Any) -> None:
    slack.faults.copies = 4

    async with over(slack, echo(slack)):
        await person.say("why?", direct=True)
        shown = await person.settle(4)

    assert [one.text for one in shown] == ["why?"] * 4
    assert slack.faults.injected["duplicate"] >= 3


# --- Over HTTP


async def test_what_fails_is_tried_three_more_times_with_the_same_body(slack: FakeSlack, person: SlackPerson) -> None:
    requests: list[tuple[dict[str, str], bytes]] = []

    async def fail(request: web.Request) -> web.Response:
        requests.append((dict(request.headers), await request.read()))
        return web.Response(status=500)

    async with served(fail) as url:
        slack.deliver_to(url)
        await person.say("why?", direct=True)
        await slack.pulse.until(lambda: len(slack.journal.attempts) >= 4 or None, 5)

    assert [headers.get("X-Slack-Retry-Num") for headers, _ in requests] == [None, "1", "2", "3"]
    assert {headers.get("X-Slack-Retry-Reason") for headers, _ in requests[1:]} == {"http_error"}
    assert len({body for _, body in requests}) == 1


async def test_retries_come_at_once_after_a_minute_and_after_five() -> None:
    clock = ManualClock()
    tries: list[float] = []

    async def fail(request: web.Request) -> web.Response:
        del request
        tries.append(clock.time())
        return web.Response(status=503)

    async with FakeSlack(clock=clock, retry_scale=1) as slack, served(fail) as url:
        slack.deliver_to(url)
        start = clock.time()
        await SlackPerson(slack).say("why?", direct=True)
        await slack.pulse.until(lambda: len(tries) == 2 or None, 5)
        await slack.pulse.stillness(lambda: False, 0.01)
        await clock.advance(59)
        before = len(tries)
        await clock.advance(1)
        await slack.pulse.until(lambda: len(slack.journal.attempts) == 3 or None, 5)
        await slack.pulse.stillness(lambda: False, 0.01)
        await clock.advance(300)
        await slack.pulse.until(lambda: len(slack.journal.attempts) == 4 or None, 5)

    assert before == 2
    assert [round(at - start) for at in tries] == [0, 0, 60, 360]


async def test_an_app_may_ask_for_no_retry(slack: FakeSlack, person: SlackPerson) -> None:
    async def fail(request: web.Request) -> web.Response:
        del request
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    async with served(fail) as url:
        slack.deliver_to(url)
        await person.say("why?", direct=True)
        await person.quiet()

    assert len(slack.journal.attempts) == 1


async def test_an_answer_that_comes_too_late_is_a_timeout() -> None:
    late = asyncio.Event()

    async def wait(request: web.Request) -> web.Response:
        del request
        await late.wait()
        return web.Response()

    async with FakeSlack(ack_timeout=0.05) as slack, served(wait) as url:
        slack.deliver_to(url)
        await SlackPerson(slack).say("why?", direct=True)
        await slack.pulse.until(lambda: slack.journal.attempts or None, 5)
        late.set()

    assert slack.journal.attempts[0].reason == "http_timeout"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-Slack-Signature": "v0=00"}, 401),
        ({"X-Slack-Request-Timestamp": "1700000000"}, 401),
    ],
)
async def test_bolt_takes_what_is_signed_and_only_that(slack: FakeSlack, headers: dict[str, str], status: int) -> None:
    Ear(slack)
    event = slack.emit({"type": "message", "channel_type": "im"}, slack.workspace.id, slack.installation)
    app = app_of(slack)

    @app.event("message")
    async def hear() -> None: ...

    async with over_http(slack, app) as http:
        answered, _, _ = await http.send(json.dumps(event).encode(), {"Content-Type": "application/json"} | headers)

    assert answered == status


async def test_an_app_that_is_down_is_not_reached(slack: FakeSlack, person: SlackPerson) -> None:
    slack.deliver_to("http://127.0.0.1:1/slack/events")

    await person.say("why?", direct=True)
    await slack.pulse.until(lambda: len(slack.journal.attempts) >= 4 or None, 5)

    assert {attempt.reason for attempt in slack.journal.attempts} == {"connection_failed"}


async def test_bolt_answers_the_challenge(slack: FakeSlack) -> None:
    async with over_http(slack, app_of(slack)) as http:
        assert await http.verify()


# --- Over sockets


async def test_an_event_that_is_not_acknowledged_goes_to_another_socket(slack: FakeSlack, person: SlackPerson) -> None:
    slack.faults.lose_acks = 1

    async with over_sockets(slack, echo(slack), 2):
        await person.say("why?", direct=True)
        await person.settle(2)

    asked = [attempt for attempt in slack.journal.attempts if "client_msg_id" in attempt.payload["event"]]
    lost, again = asked
    assert (lost.seconds, lost.retry) == (None, 0)
    assert (again.retry, again.reason) == (1, "")
    assert lost.over != again.over
    assert slack.faults.injected["lost ack"] == 1


async def test_copies_are_spread_over_the_sockets(slack: FakeSlack, person: SlackPerson) -> None:
    slack.faults.copies = 2

    async with over_sockets(slack, echo(slack), 2):
        await person.say("why?", direct=True)
        await person.settle(2)

    first, second = slack.journal.attempts[:2]
    assert first.over != second.over


async def test_a_socket_that_is_told_to_go_is_replaced(slack: FakeSlack, person: SlackPerson) -> None:
    async with over_sockets(slack, echo(slack)):
        await slack.sockets.disconnect("refresh_requested")
        await slack.sockets.until_open(1)
        await person.say("why?", direct=True)
        (shown,) = await person.settle(1)

    assert shown.text == "why?"
    assert slack.sockets.opened == 2
    assert slack.journal.attempts[0].over == "socket 2"


async def test_a_socket_that_is_cut_is_opened_again(slack: FakeSlack, person: SlackPerson) -> None:
    async with over_sockets(slack, echo(slack)):
        slack.sockets.drop()
        await slack.pulse.until(lambda: slack.sockets.opened == 2 or None, 20)
        await person.say("why?", direct=True)
        (shown,) = await person.settle(1)

    assert shown.text == "why?"


async def test_no_event_is_lost_with_a_socket(slack: FakeSlack, person: SlackPerson) -> None:
    slack.faults.drop_on_event = 1

    async with over_sockets(slack, echo(slack)):
        await person.say("why?", direct=True)
        shown = await person.settle(1, seconds=20)

    assert {one.text for one in shown} == {"why?"}
    assert slack.faults.injected["dropped socket"] == 1


async def test_events_wait_for_a_socket(slack: FakeSlack, person: SlackPerson) -> None:
    await person.say("anybody there?", direct=True)

    async with over_sockets(slack, echo(slack)):
        (shown,) = await person.settle(1)

    assert shown.text == "anybody there?"


async def test_a_ticket_opens_one_socket_and_there_are_ten_at_most(slack: FakeSlack) -> None:
    async def url() -> str:
        return str((await client_of(slack, slack.app_token).apps_connections_open(app_token=slack.app_token))["url"])

    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(await url()) for _ in range(10)]
        hellos = [await socket.receive_json() for socket in sockets]
        used = await url()
        eleventh = await session.ws_connect(used)
        refused = await eleventh.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(used)
        for socket in (*sockets, eleventh):
            await socket.close()

    assert [hello["num_connections"] for hello in hellos] == list(range(1, 11))
    assert refused["reason"] == "too_many_websockets"


async def test_nonsense_over_a_socket_does_no_harm_to_bolt(slack: FakeSlack, person: SlackPerson) -> None:
    async with over_sockets(slack, echo(slack)):
        await slack.sockets.send_text('{"type": "unheard_of"}')
        await person.say("why?", direct=True)
        (shown,) = await person.settle(1)

    assert shown.text == "why?"


# --- Faults


async def test_events_can_be_turned_round(slack: FakeSlack, person: SlackPerson) -> None:
    ear = Ear(slack)
    slack.faults.hold()
    for text in "abc":
        await person.say(text, direct=True)
    await slack.pulse.stillness(lambda: False, 0)

    slack.faults.release(backwards=True)

    assert [event["text"] for event in await ear.heard()] == ["c", "b", "a"]


async def test_late_events_come_in_any_order(slack: FakeSlack, person: SlackPerson) -> None:
    ear = Ear(slack)
    slack.faults.jitter = 0.02
    for number in range(20):
        await person.say(str(number), direct=True)

    heard = [event["text"] for event in await ear.heard()]
    assert sorted(heard, key=int) != heard
    assert sorted(heard, key=int) == [str(number) for number in range(20)]


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ({"error": "fatal_error"}, 200, "fatal_error"),
        ({"status": 500}, 500, "internal_error"),
        ({"status": 429, "retry_after": 7}, 429, "ratelimited"),
        ({"error": "fatal_error", "delay": 0.001}, 200, "fatal_error"),
    ],
)
async def test_a_method_can_be_made_to_fail(slack: FakeSlack, fault: Json, status: int, error: str) -> None:
    client = client_of(slack)
    slack.faults.fail("auth.test", times=2, **fault)

    refused = [await refusal(client.auth_test()) for _ in range(2)]
    well = await client.auth_test()

    assert [(one["status"], one["error"]) for one in refused] == [(status, error)] * 2
    assert well["ok"]
    assert sum(slack.faults.injected.values()) == 2


@pytest.mark.parametrize(("after", "posted"), [(False, 0), (True, 1)])
async def test_a_connection_can_break_before_or_after_the_effect(slack: FakeSlack, after: bool, posted: int) -> None:
    slack.faults.fail("chat.postMessage", drop=True, after=after)
    client = client_of(slack)
    client.retry_handlers = []

    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=slack.channel().id, text="a")

    assert len(slack.posts()) == posted


async def test_an_answer_can_come_late_and_after_the_effect(slack: FakeSlack) -> None:
    slack.faults.fail("chat.postMessage", delay=30, after=True)
    client = client_of(slack)
    client.timeout = 0.05  # type: ignore[assignment]  # the SDK says whole seconds but takes any

    with pytest.raises(TimeoutError):
        await client.chat_postMessage(channel=slack.channel().id, text="a")

    assert len(slack.posts()) == 1


async def test_the_sdk_waits_as_long_as_it_is_told(slack: FakeSlack) -> None:
    slack.faults.fail("chat.postMessage", status=429, retry_after=0)
    client = client_of(slack)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))

    await client.chat_postMessage(channel=slack.channel().id, text="a")

    assert len(slack.calls("chat.postMessage")) == 1
    assert len(slack.posts()) == 1


async def test_what_the_app_sent_can_be_searched(slack: FakeSlack) -> None:
    client = client_of(slack)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0NOWHERE", text='my "key" is EXAMPLE-123')

    assert slack.saw('"key" is EXAMPLE-123')
    assert not slack.saw("EXAMPLE-124")
