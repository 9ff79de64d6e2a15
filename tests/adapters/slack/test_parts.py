"""The small parts: the pace of a channel, files, one claim for many deliveries, what an administrator is told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import yaml
from aiohttp import web

from adapters.slack import __main__, app, files
from adapters.slack.files import as_text, fetch, origin_of
from adapters.slack.manifest import faults, manifest
from adapters.slack.origin import FileLink
from adapters.slack.pacing import BURST, Pace
from adapters.slack.scopes import OPTIONAL, REQUIRED
from adapters.slack.taking import Taking
from bot import serving
from bot.cli.slack import examine, manifest_text
from bot.ledger.port import LedgerError
from bot.model import Attachment, Message, Place
from bot.settings import Settings, SettingsError
from tests.adapters.slack.kit import settings_for
from tests.fakes.slack import FakeSlack

ROOT = Path(__file__).parents[3]


# The pace


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


async def test_a_channel_takes_a_burst_and_then_a_message_a_second() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)

    for _ in range(BURST + 2):
        await pace.wait("T1", "C1")
    await pace.wait("T1", "C2")

    assert clock.slept == [1.0, 1.0]


async def test_a_channel_that_was_quiet_has_its_burst_again() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)
    for _ in range(BURST):
        await pace.wait("T1", "C1")

    clock.now += 60
    for _ in range(BURST):
        await pace.wait("T1", "C1")

    assert not clock.slept


async def test_channels_that_are_quiet_are_not_remembered() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)

    for number in range(3_000):
        clock.now += 1
        await pace.wait("T1", f"C{number}")

    assert len(pace._spent) <= 1_001


# Files


@pytest.fixture
async def host() -> AsyncIterator[str]:
    """A file host that has a log, a page for signing in, and much more of a log."""
    app = web.Application()

    async def give(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name == "moved":
            raise web.HTTPFound("/sign-in")
        if name == "sign-in":
            return web.Response(text="<html>", content_type="text/html")
        if name == "slow":
            await asyncio.sleep(30)
        body = {"large": b"x" * (files.MOST_BYTES + 5), "picture": b"\x89PNG\0"}.get(name, b"Error 429")
        return web.Response(body=body, headers={"Content-Type": "text/plain"})

    app.router.add_get("/{name}", give)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address, port = runner.addresses[0][:2]
    yield f"http://{address}:{port}"
    await runner.cleanup()


async def read(host: str, name: str, media_type: str = "text/plain", *, hosts: frozenset[str] | None = None) -> object:
    async with aiohttp.ClientSession() as session:
        link = FileLink(f"{host}/{name}", media_type, "F1")
        return await fetch(session, link, "EXAMPLE", {host} if hosts is None else hosts)


async def test_a_text_file_is_read(host: str) -> None:
    assert await read(host, "log") == Attachment("F1", "Error 429")


async def test_of_a_large_file_the_beginning_is_read(host: str) -> None:
    found = await read(host, "large")

    assert isinstance(found, Attachment)
    assert len(found.text) == files.MOST_BYTES


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("moved", "text/plain"), ("sign-in", "text/plain"), ("picture", "text/plain"), ("log", "image/png")],
)
async def test_what_is_no_text_or_may_not_be_read_is_left(host: str, name: str, media_type: str) -> None:
    assert await read(host, name, media_type) is None


async def test_a_file_that_takes_too_long_is_left(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SECONDS", 0.05)

    assert await read(host, "slow") is None


@pytest.mark.parametrize("url", ["http://files.slack.com", "https://files.slack.com.example.com", "file:///etc"])
async def test_the_token_is_shown_to_slacks_file_host_alone(url: str) -> None:
    assert origin_of("https://FILES.slack.com/a/b?c") == files.HOST
    assert await read(url, "log", hosts=frozenset({files.HOST})) is None


async def test_a_host_that_is_not_there_is_no_fault() -> None:
    assert await read("http://127.0.0.1:9", "log") is None


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"plain", "plain"),
        ("报错".encode(), "报错"),
        ("报错".encode("gb18030"), "报错"),
        ("hi".encode("utf-16"), "hi"),
        (b"\xef\xbb\xbfhi", "hi"),
        (b"", ""),
        (b"\0\1\2", None),
        (b"\x80\x02\x03\x04\xff", None),
        (b"caf\xe9 \xff", "café ÿ"),
        (b"x" * (files.MOST_BYTES - 1) + b"\xe6", "x" * (files.MOST_BYTES - 1)),
    ],
)
def test_bytes_are_text_or_none(content: bytes, text: str | None) -> None:
    assert as_text(content) == text


# One claim for many deliveries

ASKED = Message("C1:1.1", Place("slack", "T1", "C1", "1.1"), "U1", "hello")


async def test_deliveries_of_one_event_are_taken_once() -> None:
    taken: list[Message] = []
    opened = asyncio.Event()

    async def accept(message: Message) -> None:
        await opened.wait()
        taken.append(message)

    taking = Taking()
    tasks = [asyncio.create_task(taking.take(ASKED, accept)) for _ in range(3)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)
    opened.set()
    await asyncio.gather(*tasks)
    await taking.take(ASKED, accept)

    assert taken == [ASKED]


async def test_none_of_them_is_taken_where_the_ledger_is_away_and_the_next_one_tries_again() -> None:
    away = [True]

    async def accept(message: Message) -> None:
        del message
        await asyncio.sleep(0)
        if away.pop():
            raise LedgerError("away")

    taking = Taking()
    results = await asyncio.gather(*(taking.take(ASKED, accept) for _ in range(2)), return_exceptions=True)
    away.append(False)
    await taking.take(ASKED, accept)

    assert [type(result) for result in results] == [LedgerError, LedgerError]


async def test_only_so_many_events_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.taking.REMEMBERED", 10)
    taking = Taking()

    async def accept(message: Message) -> None:
        del message

    for number in range(100):
        await taking.take(replace(ASKED, event=f"C1:{number}"), accept)

    assert len(taking._under_way) == 10


# What an administrator is told


@pytest.mark.parametrize("http", ["", "https://bot.example.com", "https://bot.example.com/"])
def test_slack_takes_the_manifest(http: str) -> None:
    made = manifest(http)

    assert faults(made) == []
    assert made["settings"]["socket_mode_enabled"] is (not http)
    assert made["oauth_config"]["scopes"]["bot"] == [*REQUIRED, *OPTIONAL]


def test_the_manifest_for_http_names_one_address_everywhere() -> None:
    text = manifest_text("https://bot.example.com/")

    assert text.count("https://bot.example.com/slack/events") == 3
    assert text.count("https://bot.example.com/slack/oauth_redirect") == 1


def test_the_shipped_manifest_is_what_the_command_writes() -> None:
    assert (ROOT / "deploy" / "slack-manifest.yaml").read_text(encoding="utf-8") == manifest_text()


def test_the_manifest_is_yaml() -> None:
    assert yaml.safe_load(manifest_text()) == manifest()


@pytest.mark.parametrize("http", ["http://bot.example.com", "bot.example.com"])
def test_an_address_that_slack_would_refuse_is_named(http: str) -> None:
    with pytest.raises(SettingsError, match="https://"):
        manifest_text(http)


@pytest.mark.parametrize(
    ("part", "value", "fault"),
    [
        ("display_information", {"name": "n" * 36}, "display_information.name has 36, and must have 1 to 35"),
        ("display_information", {"long_description": "short"}, "display_information.long_description has 5"),
        ("features", {"slash_commands": [{"command": "/", "url": ""}]}, "features.slash_commands.command has 1"),
        ("features", {"shortcuts": [{}] * 11}, "features.shortcuts has 11"),
        ("oauth_config", {"scopes": {"bot": ["a"], "bot_optional": ["b"]}}, "lacks what bot_optional has: b"),
    ],
)
def test_what_slack_would_refuse_is_found(part: str, value: dict[str, object], fault: str) -> None:
    assert any(fault in found for found in faults({**manifest(), part: value}))


async def told(settings: Settings) -> tuple[str, int]:
    found, code = await examine(settings)
    return "\n".join(finding.to_text() for finding in found), code


async def test_the_doctor_finds_nothing_where_all_is_well() -> None:
    async with FakeSlack() as slack:
        channel = slack.channel("people")
        settings = replace(settings_for(slack, "sockets"), slack_hand_off=channel.id, slack_auto_answer=(channel.id,))

        text, code = await told(settings)

    assert code == 0
    assert "miss" not in text
    assert "FAIL" not in text
    assert f"ok   SLACK_BOT_TOKEN: frontdesk in {slack.workspace.name}" in text
    assert "ok   channel #people" in text


async def test_the_doctor_tells_what_each_missing_scope_costs() -> None:
    scopes = frozenset(REQUIRED) - {"commands"} | {"channels:read"}
    async with FakeSlack(scopes=scopes) as slack:
        channel = slack.channel("people", joined=False)

        text, code = await told(replace(settings_for(slack, "http"), slack_hand_off=channel.id))

    assert code == 0
    assert "miss scope commands: there is neither /faq nor “Explain this error”" in text
    assert "miss scope files:read: attached logs and snippets cannot be read" in text
    assert "miss channel #people: nobody can be called there: write /invite @Frontdesk" in text
    assert "HTTP on 127.0.0.1:0" in text


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"slack_bot_token": "EXAMPLE"}, "FAIL SLACK_BOT_TOKEN: Slack says invalid_auth"),
        ({"slack_app_token": "EXAMPLE"}, "FAIL SLACK_APP_TOKEN: Slack says invalid_auth"),
        ({"slack_app_token": ""}, "FAIL settings: set SLACK_APP_TOKEN"),
        ({"slack_api_url": "http://127.0.0.1:9/"}, "FAIL connection: http://127.0.0.1:9/"),
    ],
)
async def test_the_doctor_fails_where_the_bot_could_not_work(changes: dict[str, str], line: str) -> None:
    async with FakeSlack() as slack:
        text, code = await told(replace(settings_for(slack, "sockets"), **changes))  # type: ignore[arg-type]

    assert code == 1
    assert line in text


async def test_the_doctor_knows_many_workspaces() -> None:
    async with FakeSlack(installed=False) as slack:
        many = {"slack_client_id": "1.2", "slack_client_secret": "EXAMPLE", "keys": ("EXAMPLE",)}
        settings = replace(settings_for(slack, "http"), **many)  # type: ignore[arg-type]

        text, code = await told(settings)

    assert (code, text.startswith("ok   settings for many workspaces")) == (0, True)


async def test_a_channel_that_is_not_there_is_told() -> None:
    async with FakeSlack() as slack:
        text, _ = await told(replace(settings_for(slack, "sockets"), slack_auto_answer=("C0000000404",)))

    assert "miss channel C0000000404: questions to everybody there are not heard (Slack says channel_not_found" in text


def test_the_module_serves_what_the_command_serves() -> None:
    assert vars(__main__)["serve"] is app.serve
    assert vars(__main__)["main"] is serving.main
