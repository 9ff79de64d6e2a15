import json
import sys
from pathlib import Path

import pytest

from bot.__main__ import run
from tests.cli.kit import Outcome, Run, move_apart

FAQ = "entries: [{id: parking, question: Where can I park my car?, answer: Behind the house.}]\n"


@pytest.fixture
def plot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command with a diagram over a small content, without the encoder."""
    (tmp_path / "small.yaml").write_text(FAQ, encoding="utf-8")
    line = json.dumps({"text": "Where can I park my car?", "expected": "parking"})
    (tmp_path / "labelled.jsonl").write_text(line, encoding="utf-8")

    move_apart(tmp_path, monkeypatch)

    def call(picture: str) -> Outcome:
        code = run(["eval", "labelled.jsonl", "--faq", "small.yaml", "--plot", picture])
        return Outcome(code, *capfd.readouterr())

    return call


def test_the_diagram_is_a_picture_and_its_figure_is_told(plot: Run, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")

    drawn = plot("out.png")

    assert drawn.code == 0
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    assert drawn.out.splitlines()[-1].startswith("out.png: 1 questions, expected calibration error 0.")


@pytest.mark.parametrize(
    ("picture", "complaint"),
    [("out.odd", "--plot out.odd: "), ("gone/out.png", "gone/out.png: No such file or directory")],
)
def test_a_picture_that_cannot_be_written_is_named(plot: Run, picture: str, complaint: str) -> None:
    pytest.importorskip("matplotlib")

    failed = plot(picture)

    assert failed.code == 2
    assert failed.err.splitlines()[-1].startswith(f"frontdesk: {complaint}")


def test_without_the_extra_one_line_says_what_to_install(plot: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    failed = plot("out.png")

    assert (failed.code, failed.out) == (2, "")
    assert failed.err == "frontdesk: --plot needs matplotlib: pip install 'frontdesk[plot]'\n"
