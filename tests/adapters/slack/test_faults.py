"""What goes wrong on the way: one visible answer each, none lost, and nothing told that was secret."""

import asyncio
import json
import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from adapters.slack import http
from adapters.slack.app import serve
from bot.assembly import Service
from bot.ledger.memory import MemoryLedger
from bot.ledger.port import Claim, LedgerError, Stage, Subject
from bot.observing.port import Silent
from bot.settings import SettingsError
from tests.adapters.slack.kit import TRANSPORTS, Bot, bot_on, new_desk, serving, settings_for
from tests.fakes.slack.delivery import HttpTransport, sign
from tests.fakes.slack.fake import FakeSlack
from tests.fakes.slack.human import SlackPerson
from tests.fakes.slack.rendering import Pressable

BALANCE = "How to handle 403 insufficient balance error?"
RATE_LIMIT = "How to handle 429 rate limit error?"
KEY = "sk-" + "EXAMPLE" * 6  # assembled, so that no scanner takes it for a leak


@pytest.fixture(params=TRANSPORTS)
async def bot(request: pytest.FixtureRequest, service: Service) -> AsyncIterator[Bot]:
    async with bot_on(request.param, service) as running:
        yield running


@asynccontextmanager
async def two_processes(service: Service) -> AsyncIterator[tuple[SlackPerson, FakeSlack]]:
    """Two bots with a socket each, and one ledger between them."""
    ledger = MemoryLedger(time.time)
    async with FakeSlack() as slack, AsyncExitStack() as stack:
        for _ in range(2):
            desk = new_desk(service, ledger)
            await stack.enter_async_context(serving(desk, settings_for(slack, "sockets"), slack))
        await slack.sockets.until_open(2)
        yield SlackPerson(slack), slack


async def ask_in_channels(slack: FakeSlack, count: int) -> list[str]:
    """Ask in channels of their own, so that no pace makes anybody wait; return the questions' keys."""
    asked = []
    for number in range(count):
        asker = SlackPerson(slack, slack.channel(f"help-{number}"))
        said = await asker.say(BALANCE if number % 2 else RATE_LIMIT, by=f"asker-{number}")
        asked.append(said.key)
    return asked


async def test_an_event_that_is_delivered_four_times_is_answered_once(bot: Bot) -> None:
    bot.slack.faults.copies = 4

    asked = await ask_in_channels(bot.slack, 5)

    shown = await bot.person.quiet()
    assert sorted(one.thread for one in shown) == sorted(asked)


async def test_events_in_any_order_and_late_are_answered_once(bot: Bot) -> None:
    bot.slack.faults.copies = 3
    bot.slack.faults.jitter = 0.2
    bot.slack.faults.hold()
    asked = await ask_in_channels(bot.slack, 5)

    bot.slack.faults.release(backwards=True)

    shown = await bot.person.quiet()
    assert sorted(one.thread for one in shown) == sorted(asked)


async def test_two_processes_with_a_socket_each_answer_once(service: Service) -> None:
    async with two_processes(service) as (person, slack):
        slack.faults.copies = 4
        slack.faults.lose_acks = 2
        slack.sockets.ack_timeout = 0.3

        asked = await ask_in_channels(slack, 6)

        shown = await person.quiet()
        assert sorted(one.thread for one in shown) == sorted(asked)


async def test_sockets_that_drop_or_are_told_to_go_lose_nothing(service: Service) -> None:
    async with bot_on("sockets", service) as bot:
        bot.slack.sockets.ack_timeout = 0.5
        bot.slack.faults.drop_on_event = 1
        asked = await ask_in_channels(bot.slack, 2)
        await bot.person.settle(2)
        await bot.slack.sockets.disconnect("refresh_requested")
        await bot.slack.sockets.until_open()

        last = await bot.person.say(BALANCE)

        shown = await bot.person.settle(3)
        assert sorted(one.thread for one in shown) == sorted([*asked, last.key])


async def test_an_answer_waits_as_long_as_slack_says(bot: Bot) -> None:
    bot.slack.faults.fail("chat.postMessage", status=429, retry_after=1)

    asked = await bot.person.say(BALANCE)

    (answer,) = await bot.person.settle(1)
    assert answer.thread == asked.key


async def test_many_answers_in_one_channel_keep_its_pace(service: Service) -> None:
    async with bot_on("sockets", service) as bot:
        asked = [await bot.person.say(BALANCE, by=f"asker-{number}") for number in range(5)]

        shown = await bot.person.settle(5)

        assert sorted(one.thread for one in shown) == sorted(one.key for one in asked)
        assert not bot.slack.limiter.refused


@pytest.mark.parametrize("after", [False, True], ids=["before it stood", "after it stood"])
async def test_an_answer_whose_post_broke_off_stands_once(service: Service, after: bool) -> None:
    async with bot_on("sockets", service) as bot:
        bot.slack.faults.fail("chat.postMessage", drop=True, after=after)

        asked = await bot.person.say(BALANCE)

        await bot.person.settle(1)
        (answer,) = await bot.person.quiet()
        assert (answer.thread, answer.edited) == (asked.key, False)


async def test_an_error_of_slacks_own_is_outlived(bot: Bot) -> None:
    bot.slack.faults.fail("chat.postMessage", error="internal_error", times=2)

    await bot.person.say(BALANCE)

    assert len(await bot.person.settle(1)) == 1


async def test_a_revoked_token_closes_the_question_and_tells_no_token(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.slack.world.tokens[bot.slack.bot_token].revoked = True

    await bot.person.say(BALANCE)

    assert await bot.person.quiet() == ()
    (lost,) = await bot.ledger.unanswered("slack", 0)
    assert lost.stage is Stage.REFUSED
    assert bot.slack.bot_token not in caplog.text


class Watching(Silent):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.connections: list[bool] = []
        self.limited = 0

    def connected(self, platform: str, *, up: bool) -> None:
        assert platform == "slack"
        self.connections.append(up)

    def rate_limited(self, platform: str) -> None:
        assert platform == "slack"
        self.limited += 1


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_operator_is_told_of_the_connection_and_of_slacks_patience(service: Service, transport: str) -> None:
    watching = Watching()
    async with bot_on(transport, service, observer=watching) as bot:
        bot.slack.faults.fail("chat.postMessage", status=429, retry_after=0)

        await bot.person.say(BALANCE)

        assert len(await bot.person.settle(1)) == 1
        assert (watching.connections[0], watching.connections[-1]) == (False, True)
        assert watching.limited == 1


class AwayLedger(MemoryLedger):
    """A ledger that is away for its first claims."""

    def __init__(self, away: int) -> None:
        super().__init__(time.time)
        self.away = away

    async def claim(self, claim: Claim) -> bool:
        if self.away:
            self.away -= 1
            raise LedgerError("the database is away")
        return await super().claim(claim)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_event_that_cannot_be_claimed_is_not_acknowledged_and_comes_again(
    service: Service, transport: str
) -> None:
    async with bot_on(transport, service, ledger=AwayLedger(2)) as bot:
        bot.slack.sockets.ack_timeout = 0.2

        asked = await bot.person.say(BALANCE)

        (answer,) = await bot.person.settle(1)
        assert answer.thread == asked.key
        assert bot.slack.journal.unacknowledged()


class SlowLedger(MemoryLedger):
    """A ledger that takes its time."""

    async def claim(self, claim: Claim) -> bool:
        await asyncio.sleep(0.3)
        return await super().claim(claim)


async def test_a_slow_ledger_answers_each_once(service: Service) -> None:
    async with bot_on("http", service, ledger=SlowLedger(time.time)) as bot:
        bot.slack.faults.copies = 2

        asked = await ask_in_channels(bot.slack, 3)

        shown = await bot.person.settle(3)
        assert sorted(one.thread for one in shown) == sorted(asked)


async def test_a_slow_answer_shows_that_the_question_was_seen(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.outlet.PATIENCE", 0.05)
    async with bot_on("sockets", service) as bot:
        bot.slack.faults.fail("chat.postMessage", delay=0.4)

        asked = await bot.person.say(BALANCE)
        await bot.person.settle(1)
        await bot.person.quiet()

        assert [call["name"] for call in bot.slack.calls("reactions.add")] == ["eyes"]
        assert not bot.slack.world.posts[asked.channel, asked.key].reactions.get("eyes")


# What is refused at the door


async def post(bot: Bot, body: bytes, **headers: str) -> int:
    transport = bot.slack.deliver_to(f"http://{bot.address}/slack/events")
    status, _, _ = await transport.send(body, {"Content-Type": "application/json", **headers})
    return status


@pytest.fixture
async def door(service: Service) -> AsyncIterator[Bot]:
    async with bot_on("http", service) as running:
        yield running


def event(text: str = BALANCE) -> bytes:
    told = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1", "text": text}
    return json.dumps({"type": "event_callback", "team_id": "T1", "event": told}).encode()


@pytest.mark.parametrize(
    ("stamp", "signature"),
    [
        ("", ""),
        ("now", ""),
        ("²", ""),
        ("9" * 400, ""),
        ("this moment", "v0=EXAMPLE"),
        ("400 seconds ago", "valid"),
    ],
)
async def test_what_slack_did_not_sign_just_now_is_refused(
    door: Bot, caplog: pytest.LogCaptureFixture, stamp: str, signature: str
) -> None:
    body, now = event(KEY), int(time.time())
    stamp = {"this moment": str(now), "400 seconds ago": str(now - 400)}.get(stamp, stamp)
    signed = sign(door.slack.signing_secret, stamp, body) if signature == "valid" else signature
    headers = {"X-Slack-Request-Timestamp": stamp.encode().decode("latin-1"), "X-Slack-Signature": signed}

    status = await post(door, body, **headers)

    assert status == 401
    assert KEY not in caplog.text


@pytest.mark.parametrize("body", [b"{", b"[]", b"payload=%7B", b"payload=[]", b"", b"{" * 5000, b"null"])
async def test_a_body_that_cannot_be_read_is_refused(door: Bot, body: bytes) -> None:
    assert await post(door, body) == 400


async def test_a_body_that_is_no_text_is_refused(door: Bot) -> None:
    assert await post(door, b"\xff\xfe") in (400, 401)


async def test_a_body_larger_than_slack_ever_sends_is_refused(door: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 1_000)

    assert await post(door, b"{" + b" " * 2_000) == 413


@pytest.mark.parametrize(
    "told",
    [
        {"type": "an_event_of_tomorrow", "user": "U1"},
        {"type": "message", "channel": "C1", "subtype": "message_changed"},
        {"type": "message", "channel": "C1", "ts": None, "user": {"id": "U1"}},
        {"type": "app_mention", "text": KEY},
        {"type": "message", "files": 1, "user": "U1", "text": ["x"], "channel": "C1", "ts": "1.1"},
        {"user": "U1"},
    ],
)
async def test_an_event_that_is_unknown_or_not_as_documented_is_taken_and_let_go(
    bot: Bot, caplog: pytest.LogCaptureFixture, told: dict[str, object]
) -> None:
    bot.slack.emit({"type": "?", "event_ts": "1.1", **told}, bot.slack.workspace.id, bot.slack.installation)

    shown = await bot.person.quiet()

    assert shown == ()
    assert not bot.slack.journal.unacknowledged()
    assert KEY not in caplog.text


async def test_another_workspace_gets_no_answer(bot: Bot) -> None:
    other = bot.slack.world.add_workspace("Other")
    bot.slack.world.install(other)
    stranger = SlackPerson(bot.slack, bot.slack.channel("help", workspace=other))

    await stranger.say(BALANCE)

    assert await stranger.quiet() == ()
    assert not bot.slack.calls("chat.postMessage")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"slack_bot_token": "EXAMPLE"}, "SLACK_BOT_TOKEN is refused by Slack \\(invalid_auth\\)"),
        ({"slack_app_token": "EXAMPLE"}, "SLACK_APP_TOKEN is refused by Slack \\(invalid_auth\\)"),
        ({"slack_api_url": "http://127.0.0.1:9/api/"}, "Slack cannot be reached"),
        ({"slack_bot_token": ""}, "SLACK_BOT_TOKEN"),
    ],
)
async def test_a_token_that_cannot_be_used_ends_the_start_with_one_line(
    service: Service, changes: dict[str, str], complaint: str
) -> None:
    async with FakeSlack() as slack:
        settings = replace(settings_for(slack, "sockets"), **changes)  # type: ignore[arg-type]

        with pytest.raises(SettingsError, match=complaint) as raised:
            await serve(new_desk(service), settings, asyncio.Event())

        assert "\n" not in str(raised.value)


async def test_nothing_secret_and_no_word_of_anybody_is_logged(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    await bot.person.say(f"my cat is called Ferdinand and the key is {KEY}")
    await bot.person.slash("my cat is called Ferdinand")
    await bot.person.quiet()

    for secret in ("Ferdinand", KEY, bot.slack.bot_token, bot.slack.app_token, bot.slack.signing_secret):
        assert secret not in caplog.text


async def test_health_and_readiness_are_told(door: Bot) -> None:
    async with aiohttp.ClientSession() as session:
        statuses = {}
        for path in ("/healthz", "/readyz", "/slack/events", "/nowhere"):
            async with session.get(f"http://{door.address}{path}") as answer:
                statuses[path] = answer.status

    assert statuses == {"/healthz": 200, "/readyz": 200, "/slack/events": 405, "/nowhere": 404}


async def test_slacks_own_question_about_the_address_is_answered(door: Bot) -> None:
    transport: HttpTransport = door.slack.deliver_to(f"http://{door.address}/slack/events")
    body = json.dumps({"type": "url_verification", "challenge": "EXAMPLE-challenge"}).encode()

    status, text, _ = await transport.send(body, {"Content-Type": "application/json"})

    assert (status, json.loads(text)["challenge"]) == (200, "EXAMPLE-challenge")


async def test_a_command_that_cannot_be_claimed_says_so(service: Service) -> None:
    async with bot_on("sockets", service, ledger=AwayLedger(1)) as bot:
        await bot.person.slash(BALANCE)

        (told,) = await bot.person.quiet()

        assert (told.text, told.private) == ("That did not work. Please ask again.", True)


async def test_a_person_who_takes_back_their_own_token_takes_nothing_else(bot: Bot) -> None:
    await bot.person.say(BALANCE)
    await bot.person.quiet()

    bot.slack.revoke(bot.slack.user_token)
    await bot.person.quiet()

    assert await bot.ledger.places("slack", 0)
    assert await bot.ledger.export(Subject("slack", bot.slack.workspace.id, bot.person.user("asker").id))


async def test_a_workspace_that_takes_the_app_away_is_forgotten(bot: Bot) -> None:
    await bot.person.say(BALANCE)
    await bot.person.quiet()

    bot.slack.uninstall()
    await bot.person.quiet()

    assert not await bot.ledger.export(Subject("slack", bot.slack.workspace.id, bot.person.user("asker").id))


async def test_that_slack_keeps_events_back_is_told(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    watching = Watching()
    async with bot_on("http", service, observer=watching) as bot:
        team = bot.slack.workspace.id
        told = {"type": "app_rate_limited", "team_id": team, "minute_rate_limited": 1, "api_app_id": "A1", "token": "x"}

        assert await post(bot, json.dumps(told).encode()) == 200

    assert watching.limited == 1
    assert "Slack keeps events back" in caplog.text


async def test_what_the_environment_says_changes_nothing_that_was_set(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"):
        monkeypatch.setenv(name, "EXAMPLE")
    async with bot_on("http", service) as bot:
        await bot.person.say(BALANCE)

        assert len(await bot.person.quiet()) == 1


async def test_an_address_that_is_taken_ends_the_start_with_one_line(service: Service) -> None:
    async with FakeSlack() as slack:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            settings = settings_for(slack, "http", f"127.0.0.1:{taken.getsockname()[1]}")

            with pytest.raises(SettingsError, match="FRONTDESK_HTTP_ADDR"):
                await serve(new_desk(service), settings, asyncio.Event())


async def test_presses_of_what_is_not_ours_do_nothing(bot: Bot) -> None:
    await bot.person.say(BALANCE)
    (answer,) = await bot.person.quiet()
    post = bot.slack.world.posts[answer.channel, answer.key]
    old = Pressable("Old", {"type": "button", "action_id": "from another app", "value": "x", "text": {"text": "Old"}})

    user = bot.person.user("asker")
    bot.slack.interactions.press(user, post, old, bot.slack.installation)

    assert len(await bot.person.quiet()) == 1
    assert not bot.slack.journal.unacknowledged()


async def test_a_sign_that_may_not_be_given_is_done_without(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.outlet.PATIENCE", 0.01)
    async with bot_on("sockets", service) as bot:
        bot.slack.faults.fail("chat.postMessage", delay=0.3)
        bot.slack.faults.fail("reactions.add", error="missing_scope")

        await bot.person.say(BALANCE)

        assert len(await bot.person.settle(1)) == 1
