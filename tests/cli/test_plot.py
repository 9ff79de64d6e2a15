import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAQ = "entries: [{id: parking, question: Where can I park my car?, answer: Behind the house.}]\n"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def plot(tmp_path: Path) -> Run:
    """Runs the command with a diagram over a small content, without the encoder."""
    (tmp_path / "small.yaml").write_text(FAQ, encoding="utf-8")
    line = json.dumps({"text": "Where can I park my car?", "expected": "parking"})
    (tmp_path / "labelled.jsonl").write_text(line, encoding="utf-8")

    def call(picture: str, *, modules: Path = ROOT) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "bot", "eval", "labelled.jsonl", "--faq", "small.yaml", "--plot", picture]
        environ = {"HOME": str(tmp_path), "FRONTDESK_SEMANTIC": "no", "PATH": os.environ["PATH"]}
        environ["PYTHONPATH"] = f"{modules}:{ROOT}"
        return subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)

    return call


def test_the_diagram_is_a_picture_and_its_figure_is_told(plot: Run, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")

    drawn = plot("out.png")

    assert drawn.returncode == 0
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    assert drawn.stdout.splitlines()[-1].startswith("out.png: 1 questions, expected calibration error 0.")


@pytest.mark.parametrize(
    ("picture", "complaint"),
    [("out.odd", "--plot out.odd: "), ("gone/out.png", "gone/out.png: No such file or directory")],
)
def test_a_picture_that_cannot_be_written_is_named(plot: Run, picture: str, complaint: str) -> None:
    pytest.importorskip("matplotlib")

    failed = plot(picture)

    assert failed.returncode == 2
    assert failed.stderr.splitlines()[-1].startswith(f"frontdesk: {complaint}")


def test_without_the_extra_one_line_says_what_to_install(plot: Run, tmp_path: Path) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "matplotlib.py").write_text("raise ModuleNotFoundError(name='matplotlib')\n")

    failed = plot("out.png", modules=tmp_path / "without")

    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr == "frontdesk: --plot needs matplotlib: pip install 'frontdesk[plot]'\n"
