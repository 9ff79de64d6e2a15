import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def session() -> list[tuple[str, str]]:
    """Each command of the README's session with what the README says that it prints."""
    (block,) = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    steps = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (step.partition("\n") for step in steps)]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment in which ``frontdesk`` is this checkout's, without anybody's settings or history."""
    command = tmp_path / "frontdesk"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bot "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("FRONTDESK_", "SLACK_", "DISCORD_"))
    }
    return {**kept, "PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}


def test_there_is_a_session() -> None:
    assert len(session()) >= 2


@pytest.mark.parametrize("semantic", ["yes", "no"])
@pytest.mark.parametrize(("command", "output"), session())
def test_the_session_is_what_its_commands_print(
    command: str, output: str, semantic: str, environ: dict[str, str]
) -> None:
    environ["FRONTDESK_SEMANTIC"] = semantic

    shown = subprocess.run(["bash", "-c", command], cwd=ROOT, env=environ, capture_output=True, text=True, check=True)  # noqa: S607

    assert shown.stdout.rstrip() == output.rstrip()
    assert shown.stderr == ""


def test_the_commands_of_the_readme_are_those_of_the_program(environ: dict[str, str]) -> None:
    shown = subprocess.run(["frontdesk"], cwd=ROOT, env=environ, capture_output=True, text=True, check=True)  # noqa: S607

    there = re.findall(r"^  (\w+) ", shown.stdout.partition("Commands:")[2], re.MULTILINE)

    assert sorted(re.findall(r"^\| `frontdesk (\w+)", README, re.MULTILINE)) == sorted(there)


def test_the_places_that_the_readme_names_exist() -> None:
    table = README.partition("## Where things are")[2].partition("\n## ")[0]
    places = re.findall(r"`([^`]+)`", "".join(row.split("|")[1] for row in table.splitlines() if row.startswith("| `")))

    assert places
    assert [place for place in places if not (ROOT / place).exists()] == []
