import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.kit import DEPLOY, secrets, variables
from tests.lessons import lend

UNITS = DEPLOY / "systemd"
DROP_INS = sorted(file.name for file in UNITS.glob("*.conf"))
MOST_EXPOSED = 15  # tenths, as `systemd-analyze security` rates; the network alone makes a few
SINCE_DRAIN = 25  # seconds

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def lines(file: Path) -> list[tuple[str, str]]:
    """Each setting of *file*; one may be there more than once."""
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), interpolation=None)
    parser.optionxform = lambda name: name  # type: ignore[assignment,method-assign] # names keep their capitals
    parser.read_string(file.read_text(encoding="utf-8"))  # here for the faults that it finds
    found = re.findall(r"(?m)^(\w+)=(.*)$", file.read_text(encoding="utf-8"))
    return [(name, value) for name, value in found]


def environment(file: Path) -> dict[str, str]:
    words = [word for name, value in lines(file) if name == "Environment" for word in value.split()]
    return dict(word.split("=", 1) for word in words)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as it would be installed, with a program that is there on this machine."""
    text = (UNITS / "frontdesk.service").read_text(encoding="utf-8")
    installed = tmp_path / "frontdesk.service"
    installed.write_text(text.replace("/opt/frontdesk/bin/frontdesk", sys.executable), encoding="utf-8")
    return installed


@needs_systemd
@pytest.mark.parametrize("drop_in", ["", *DROP_INS])
def test_systemd_understands_every_line(unit: Path, drop_in: str) -> None:
    if drop_in:
        folder = unit.with_name("frontdesk.service.d")
        folder.mkdir()
        shutil.copy(UNITS / drop_in, folder)

    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit)]
    verdict = subprocess.run(command, capture_output=True, text=True, check=False)

    ours = [line for line in verdict.stderr.splitlines() if "frontdesk" in line]
    assert (verdict.returncode, ours) == (0, [])


@needs_systemd
def test_the_unit_is_hardly_exposed() -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager"]
    verdict = subprocess.run([*command, UNITS / "frontdesk.service"], capture_output=True, text=True, check=False)

    assert verdict.returncode == 0, verdict.stdout


def test_the_service_has_the_time_that_it_takes_to_end_in_order() -> None:
    given = dict(lines(UNITS / "frontdesk.service"))

    assert int(given["TimeoutStopSec"]) > SINCE_DRAIN


def test_the_folders_of_the_service_are_those_that_the_program_uses() -> None:
    given, set_there = dict(lines(UNITS / "frontdesk.service")), environment(UNITS / "frontdesk.service")

    assert (given["StateDirectory"], given["CacheDirectory"]) == ("frontdesk", "frontdesk")
    assert (set_there["XDG_DATA_HOME"], set_there["XDG_CACHE_HOME"], set_there["XDG_STATE_HOME"]) == ("%S", "%C", "%S")


@pytest.mark.parametrize("drop_in", DROP_INS)
def test_a_secret_comes_as_a_credential_of_its_name(drop_in: str) -> None:
    credentials = dict(value.split(":", 1) for name, value in lines(UNITS / drop_in) if name == "LoadCredential")
    named = environment(UNITS / drop_in)

    assert set(named) <= variables()
    assert set(named) <= {f"{secret}_FILE" for secret in secrets()}
    assert named == {f"{name.upper()}_FILE": f"%d/{name}" for name in credentials}
    assert credentials == {name: f"/etc/frontdesk/secrets/{name}" for name in credentials}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can refuse memory that is both written and executed")
def test_the_bot_answers_where_no_memory_may_be_written_and_then_executed(
    pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    """What MemoryDenyWriteExecute does, by the means of the kernel that newer versions of systemd use themselves."""
    lend(pytestconfig, tmp_path / "frontdesk")
    refuse = (
        "import ctypes, os, sys\n"
        "if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0): sys.exit(77)\n"  # PR_SET_MDWE, since Linux 6.3
        "os.execv(sys.executable, [sys.executable, '-m', 'bot', 'ask', 'Does file upload incur charges?'])"
    )
    environ = {"XDG_CACHE_HOME": str(tmp_path), "OPENBLAS_NUM_THREADS": "1", "FRONTDESK_SEMANTIC": "no", "PATH": ""}

    asked = subprocess.run([sys.executable, "-c", refuse], env=environ, capture_output=True, text=True, check=False)

    if asked.returncode == 77:
        pytest.skip("this kernel has no PR_SET_MDWE")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "charge" in asked.stdout
