import re
from pathlib import Path

import pytest

from bot.settings import read_settings
from tests.deploy.kit import DEPLOY, ROOT, secrets, variables

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
ASSIGNED = re.compile(r"(?m)^#([A-Z_]+)=(.*)$")
# What other programs read, or a container runtime sets.
FOREIGN = re.compile(r"^(POSTGRES_|GF_|COMPOSE_|PYTHON|PATH$|TAG$|OPENBLAS_NUM_THREADS$)")
LOOKS_LIKE_A_SETTING = re.compile(r"\b(?:FRONTDESK|SLACK|DISCORD|DATABASE|XDG|SENTRY|OTEL)_[A-Z_]+[A-Z]\b")


def deployed() -> list[Path]:
    """Every file by which the bot is run."""
    kinds = {".yaml", ".env", ".service", ".conf", ".md", ".json"}
    files = [file for file in DEPLOY.rglob("*") if file.suffix in kinds or file.name == "Dockerfile"]
    return sorted(file for file in files if {"secrets", "content"}.isdisjoint(file.relative_to(DEPLOY).parts))


def test_every_setting_is_in_the_example_once_and_nothing_else() -> None:
    named = [name for name, _ in ASSIGNED.findall(EXAMPLE)]

    assert sorted(named) == sorted(variables())


def test_the_example_sets_nothing_by_itself() -> None:
    """An empty assignment would win over what a unit or an image sets."""
    lines = [line for line in EXAMPLE.splitlines() if line]

    assert all(line.startswith("#") for line in lines)


def test_the_defaults_in_the_example_are_those_of_the_program(tmp_path: Path) -> None:
    shown = {name: value for name, value in ASSIGNED.findall(EXAMPLE) if value}
    home = {"HOME": "/home/someone"}

    assert shown
    assert read_settings({**home, **shown}, tmp_path, "linux") == read_settings(home, tmp_path, "linux")


def test_a_secret_is_shown_with_the_file_that_may_hold_it() -> None:
    for name in secrets():
        assert f"#{name}=\n#{name}_FILE=\n" in EXAMPLE


@pytest.mark.parametrize("file", deployed(), ids=lambda file: str(file.relative_to(DEPLOY)))
def test_a_deploy_file_names_no_setting_that_the_program_does_not_read(file: Path) -> None:
    named = set(LOOKS_LIKE_A_SETTING.findall(file.read_text(encoding="utf-8")))

    assert {name for name in named if not FOREIGN.match(name)} <= variables()


@pytest.mark.parametrize("file", deployed(), ids=lambda file: str(file.relative_to(DEPLOY)))
def test_a_deploy_file_holds_nothing_that_looks_like_a_secret(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert not re.search(r"xox[a-z]-\w{6}|xapp-\w{6}|PRIVATE KEY|[Pp]assword: *\w", text)
