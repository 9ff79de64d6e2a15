import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.encoder import installed
from tests.lessons import lend

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def session() -> str:
    (block,) = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    return str(block)


@pytest.fixture
def environ(pytestconfig: pytest.Config, tmp_path: Path) -> dict[str, str]:
    """An environment in which ``frontdesk`` is this checkout's, without anybody's settings or history."""
    lend(pytestconfig, tmp_path / ".cache" / "frontdesk")
    command = tmp_path / "frontdesk"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bot "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    foreign = ("FRONTDESK_", "SLACK_", "DISCORD_", "XDG_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}


def run(command: str, folder: Path, environ: dict[str, str]) -> str:
    """What *command* prints; it must succeed and complain of nothing."""
    shown = subprocess.run(["bash", "-c", command], cwd=folder, env=environ, capture_output=True, text=True, check=True)  # noqa: S607
    assert shown.stderr == ""
    return shown.stdout


@pytest.mark.skipif(installed(Path()) is None, reason="the extra `semantic` is not installed")
def test_the_session_is_what_its_commands_print(environ: dict[str, str], tmp_path: Path) -> None:
    commands = re.findall(r"^\$ (.*)$", session(), re.MULTILINE)

    printed = "".join(f"$ {command}\n{run(command, tmp_path, environ)}" for command in commands)

    assert len(commands) >= 3
    assert printed == session()


def test_the_commands_of_the_readme_are_those_of_the_program(environ: dict[str, str], tmp_path: Path) -> None:
    there = re.findall(r"^  (\w+) ", run("frontdesk", tmp_path, environ).partition("Commands:")[2], re.MULTILINE)

    assert sorted(re.findall(r"^\| `frontdesk (\w+)", README, re.MULTILINE)) == sorted(there)


def test_the_places_that_the_readme_names_exist() -> None:
    table = README.partition("## Where things are")[2].partition("\n## ")[0]
    places = re.findall(r"`([^`]+)`", "".join(row.split("|")[1] for row in table.splitlines() if row.startswith("| `")))

    assert places
    assert [place for place in places if not (ROOT / place).exists()] == []
