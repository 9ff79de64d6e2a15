import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.lessons import lend

ROOT = Path(__file__).parents[1]


def required() -> list[Requirement]:
    """Everything that `make install` takes from pyproject.toml: every extra and group but the benchmark's peers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [
        project["build-system"]["requires"],
        project["project"]["dependencies"],
        *(extra for name, extra in project["project"]["optional-dependencies"].items() if name != "bench"),
        *project["dependency-groups"].values(),
    ]
    return [Requirement(line) for group in groups for line in group]


def locked() -> Iterator[tuple[Requirement, list[str]]]:
    """Each requirement of the lock with its hashes."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in filter(str.strip, text.splitlines()):
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        yield Requirement(requirement), hashes


@pytest.mark.parametrize("requirement", required(), ids=str)
def test_the_lock_pins_what_the_project_asks_for(requirement: Requirement) -> None:
    name = canonicalize_name(requirement.name)

    pins = [pin.specifier for pin, _ in locked() if canonicalize_name(pin.name) == name]

    assert pins
    for pin in pins:
        (exact,) = pin
        assert exact.operator == "=="
        assert Version(exact.version) in requirement.specifier


def test_every_pin_has_hashes_and_the_lock_names_no_host_and_no_path() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert all(hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes) for _, hashes in locked())
    assert not re.search(r"://|--index|--find-links|file:|@ |#", text)


def test_a_second_make_has_nothing_left_to_do(tmp_path: Path) -> None:
    """The stamp is newer than what it depends on, so that make installs nothing."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / ".venv").mkdir()
    stamp = tmp_path / ".venv" / ".installed"
    stamp.touch()
    os.utime(stamp, (stamp.stat().st_mtime + 10,) * 2)

    planned = subprocess.run(["make", "-n", "install"], cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S607

    assert "pip" not in planned.stdout


def test_what_is_checked_before_a_change_lands_is_what_a_developer_runs() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the tree as it is, without a network."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel is installed, outside of the checkout."""
    folder = tmp_path_factory.mktemp("site")
    install = [sys.executable, "-m", "pip", "--quiet", "install", "--no-index", "--no-deps", "--target", str(folder)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    return folder


def test_the_wheel_holds_the_content_and_the_data_but_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {"bot/faq/faq.yaml", "bot/faq/schema.json", "bot/py.typed", "adapters/py.typed"} <= set(names)
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"bot", "adapters"}
    assert any(name.endswith("LICENSE") for name in names)


def test_the_installed_command_answers_from_the_shipped_content_outside_of_the_checkout(
    pytestconfig: pytest.Config, installed: Path, tmp_path: Path
) -> None:
    lend(pytestconfig, tmp_path / ".cache" / "frontdesk")
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(installed),
        "HOME": str(tmp_path),
        "FRONTDESK_SEMANTIC": "no",
        "FRONTDESK_DEBUG": "1",
    }

    asked = subprocess.run(
        [installed / "bin" / "frontdesk", "ask", "Does file upload incur charges?"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "free" in asked.stdout
    assert asked.stderr == ""


def test_the_installed_package_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import bot; print(bot.__file__)"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert Path(where.stdout.strip()).is_relative_to(installed)
