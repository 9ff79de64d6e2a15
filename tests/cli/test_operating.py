import asyncio
import json
import time
from pathlib import Path

import pytest
import yaml

from bot.__main__ import FAULT, run
from bot.ledger.open import open_ledger
from bot.ledger.port import Claim, EventKey, Stage
from bot.model import Place
from tests.cli.kit import move_apart

PLACE = Place("slack", "T1", "C1")
EVENT = EventKey("slack", "T1", "C1:1.0")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's folder with the ledger of a bot that has run, and left one question too late."""
    move_apart(tmp_path, monkeypatch)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    asyncio.run(_run_once(tmp_path / "frontdesk"))
    return tmp_path


async def _run_once(data: Path) -> None:
    ledger = await open_ledger("", data, time.time)
    await ledger.claim(Claim(EVENT, PLACE, "U1", "", time.time(), stage=Stage.EXPIRED))
    await ledger.close_down()


@pytest.mark.usefixtures("folder")
def test_what_was_missed_is_listed(capfd: pytest.CaptureFixture[str]) -> None:
    code = run(["missed", "slack"])

    lines = capfd.readouterr().out.splitlines()
    assert code == 0
    assert lines[0].endswith(" expired T1 C1 C1:1.0")
    assert lines[1] == "1 unanswered in 24 hours"


@pytest.mark.usefixtures("folder")
def test_a_person_s_data_are_printed_and_then_gone(capfd: pytest.CaptureFixture[str]) -> None:
    codes = [run([command, "slack", "T1", "U1"]) for command in ("export", "forget", "export")]

    row, told = capfd.readouterr().out.splitlines()
    assert codes == [0, 0, 0]
    assert json.loads(row)["author"] == "U1"
    assert told.startswith("1 row about slack T1 U1")


def test_a_copy_is_made_and_put_back(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    codes = [
        run(["backup", "copy"]),
        run(["forget", "slack", "T1"]),
        run(["restore", "copy"]),
        run(["missed", "slack"]),
    ]

    assert codes == [0, 0, 0, 0]
    assert (folder / "copy").stat().st_mode & 0o777 == 0o600
    assert capfd.readouterr().out.splitlines()[-1] == "1 unanswered in 24 hours"


@pytest.mark.usefixtures("folder")
def test_what_is_old_is_deleted(capfd: pytest.CaptureFixture[str]) -> None:
    codes = [run(["purge"]), run(["purge", "--days", "0"])]

    assert codes == [0, 0]
    assert [line.split(" ")[0] for line in capfd.readouterr().out.splitlines()] == ["0", "1"]


def test_without_a_ledger_the_commands_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    move_apart(tmp_path, monkeypatch)

    code = run(["forget", "slack", "T1"])

    assert code == FAULT
    assert capfd.readouterr().err.startswith("frontdesk: there is no ledger at ")


@pytest.mark.usefixtures("folder")
def test_a_platform_that_there_is_not_is_a_fault(capfd: pytest.CaptureFixture[str]) -> None:
    code = run(["missed", "irc"])

    assert code == FAULT
    assert "irc" in capfd.readouterr().err


@pytest.mark.usefixtures("folder")
def test_the_manifest_of_slack_is_yaml(capfd: pytest.CaptureFixture[str]) -> None:
    code = run(["manifest", "slack"])

    assert code == 0
    assert yaml.safe_load(capfd.readouterr().out)["settings"]["socket_mode_enabled"]


@pytest.mark.usefixtures("folder")
def test_discord_has_no_manifest(capfd: pytest.CaptureFixture[str]) -> None:
    code = run(["manifest", "discord"])

    assert code == FAULT
    assert "frontdesk invite discord" in capfd.readouterr().err


@pytest.mark.usefixtures("folder")
def test_the_link_into_a_server_explains_itself(capfd: pytest.CaptureFixture[str]) -> None:
    code = run(["invite", "discord", "--application", "1234"])

    out = capfd.readouterr().out
    assert code == 0
    assert "client_id=1234" in out
    assert "permissions=309237730368" in out


@pytest.mark.usefixtures("folder")
def test_slack_has_no_link(capfd: pytest.CaptureFixture[str]) -> None:
    code = run(["invite", "slack"])

    assert code == FAULT
    assert "frontdesk manifest slack" in capfd.readouterr().err


@pytest.mark.usefixtures("folder")
def test_the_doctor_names_what_is_missing(capfd: pytest.CaptureFixture[str]) -> None:
    code = run(["doctor", "slack"])

    assert code == 1
    assert "SLACK_APP_TOKEN" in capfd.readouterr().out
