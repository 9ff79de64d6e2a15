"""The composition root, with platforms made by hand."""

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot import logs, serving
from bot.desk import Desk
from bot.serving import serve
from bot.settings import Settings, SettingsError
from tests.addresses import free_address
from tests.observing.kit import samples, value


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first start leaves what it learnt for the others."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def settings(tmp_path: Path, cache: Path) -> Settings:
    faq = tmp_path / "faq.yaml"
    faq.write_text("entries:\n  - {id: parking, question: Where can I park?, answer: Here.}\n", encoding="utf-8")
    return Settings(cache, tmp_path, tmp_path, faq, semantic=False, http_addr=free_address())


async def ask(settings: Settings, path: str) -> tuple[int, bytes]:
    """Ask as a supervisor does: a web server that is not there yet is asked again."""
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://{settings.http_addr}{path}") as answer:
                    return answer.status, await answer.read()
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.01)


async def test_a_bot_without_slack_over_http_serves_health_and_figures(settings: Settings) -> None:
    seen: list[tuple[int, bytes]] = []

    async def platform(desk: Desk, settings: Settings, _stop: asyncio.Event) -> None:
        seen.append(await ask(settings, "/readyz"))
        desk.observer.connected("discord", up=True)
        seen.extend([await ask(settings, path) for path in ("/readyz", "/healthz", "/metrics")])

    await serve(settings, (platform,))

    assert [status for status, _ in seen] == [503, 200, 200, 200]
    assert json.loads(seen[0][1])["missing"] == ["1 of 1 platforms have not begun"]
    assert value(samples(seen[3][1]), "frontdesk_connected", platform="discord") == 1


async def test_slack_over_http_keeps_the_address_for_itself(settings: Settings) -> None:
    settings = replace(settings, slack_signing_secret="EXAMPLE")  # noqa: S106 - visibly fake
    host, _, port = settings.http_addr.rpartition(":")

    async def platform(_desk: Desk, _settings: Settings, _stop: asyncio.Event) -> None:
        await asyncio.sleep(0)
        socket.create_server((host, int(port))).close()

    await serve(settings, (platform,))


async def test_a_port_that_is_taken_does_not_keep_the_bot_from_answering(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, _, port = settings.http_addr.rpartition(":")
    warned = asyncio.Event()
    monkeypatch.setattr("bot.health.log.warning", lambda *_: warned.set())

    async def platform(_desk: Desk, _settings: Settings, _stop: asyncio.Event) -> None:
        await warned.wait()

    with socket.create_server((host, int(port))):
        await serve(settings, (platform,))

    assert warned.is_set()


@pytest.mark.parametrize(
    ("change", "package", "line"),
    [
        ({"sentry_dsn": "https://public@sentry.example/1"}, "sentry_sdk", "SENTRY_DSN is set, and sentry_sdk is"),
        ({"otel_endpoint": "http://127.0.0.1:4318"}, "opentelemetry", "OTEL_EXPORTER_OTLP_ENDPOINT is set, and "),
    ],
)
async def test_a_package_that_a_setting_needs_and_that_is_missing_is_one_clear_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], package: str, line: str
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == package or name.startswith("bot.observing.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("bot.observing.reporting", raising=False)
    monkeypatch.delattr("bot.observing.tracing", raising=False)
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(SettingsError, match=line):
        await serve(replace(settings, **change), ())  # type: ignore[arg-type]  # any field of the settings


async def test_without_a_web_server_the_bot_serves_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delitem(sys.modules, "bot.health", raising=False)
    monkeypatch.delattr("bot.health", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)

    async def platform(_desk: Desk, _settings: Settings, _stop: asyncio.Event) -> None:
        await asyncio.sleep(0)

    await serve(settings, (platform,))

    assert "uvicorn is missing: there is no /healthz" in caplog.text


async def test_what_collectors_are_to_get_is_sent_to_the_end(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def opened(endpoint: str, _hide: object) -> tuple[None, Callable[[], None]]:
        told.append(f"spans to {endpoint}")
        return None, lambda: told.append("spans are sent")

    monkeypatch.setattr("bot.observing.tracing.open_spans", opened)
    monkeypatch.setattr("bot.observing.reporting.open_reports", lambda dsn, _hide: told.append(f"reports to {dsn}"))
    monkeypatch.setattr("bot.observing.reporting.close_reports", lambda: told.append("reports are sent"))

    await serve(replace(settings, otel_endpoint="http://otel.example", sentry_dsn="https://sentry.example"), ())

    assert set(told[:2]) == {"spans to http://otel.example", "reports to https://sentry.example"}
    assert set(told[2:]) == {"spans are sent", "reports are sent"}


@pytest.mark.parametrize(
    ("faq", "complaint"),
    [("entries: [{id: parking}]\n", "faq.yaml:1"), ("entries: [{id: a, question: Q?, answer: A.}]\n", "frontdesk: no")],
)
def test_a_program_that_cannot_serve_says_why_in_its_exit(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], faq: str, complaint: str
) -> None:
    assert settings.faq
    settings.faq.write_text(faq, encoding="utf-8")
    monkeypatch.setattr("bot.serving.read_settings", lambda *_: settings)
    monkeypatch.setattr("bot.serving.logs.configure", lambda *_: None)

    async def platform(_desk: Desk, _settings: Settings, _stop: asyncio.Event) -> None:
        raise SettingsError("no token")

    assert serving.main(platform) == serving.FAULT
    assert complaint in capfd.readouterr().err


async def test_a_fault_of_the_program_is_logged_before_it_ends(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async def faulty(_desk: Desk, _settings: Settings, _stop: asyncio.Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await serve(settings, (faulty,))

    assert "a fault of the program ends it (ZeroDivisionError)" in caplog.messages


async def test_what_nobody_waits_for_is_logged_by_its_class(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async def platform(_desk: Desk, _settings: Settings, _stop: asyncio.Event) -> None:
        left = asyncio.create_task(failing())
        await asyncio.wait((left,))

    async def failing() -> None:
        raise ValueError("is upload free?")

    await serve(settings, (platform,))

    assert "Task exception was never retrieved (ValueError)" in caplog.messages
    assert not any("upload" in message for message in caplog.messages)


async def test_a_signal_ends_the_service(settings: Settings) -> None:
    async def platform(_desk: Desk, _settings: Settings, stop: asyncio.Event) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await stop.wait()

    await serve(settings, (platform,))


async def test_a_platform_that_fails_ends_the_others(settings: Settings) -> None:
    async def failing(_desk: Desk, _settings: Settings, _stop: asyncio.Event) -> None:
        raise SettingsError("DISCORD_TOKEN is not taken")

    async def other(_desk: Desk, _settings: Settings, stop: asyncio.Event) -> None:
        await stop.wait()

    with pytest.raises(SettingsError, match="DISCORD_TOKEN"):
        await serve(settings, (failing, other))


def test_a_programs_log_lines_are_json_on_the_error_output(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs.FOREIGN}

    async def platform(_desk: Desk, _settings: Settings, _stop: asyncio.Event) -> None:
        logging.getLogger("bot").warning("a line")

    try:
        serving.run(settings, (platform,))
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)

    told = [json.loads(line)["message"] for line in capfd.readouterr().err.splitlines()]
    assert "a line" in told


def test_a_terminals_commands_load_nothing_of_this() -> None:
    heavy = ("prometheus_client", "structlog", "starlette", "uvicorn", "opentelemetry", "sentry_sdk")
    program = (
        f"import sys, bot.cli.app, bot.assembly, bot.relay; print([name for name in {heavy} if name in sys.modules])"
    )

    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"
