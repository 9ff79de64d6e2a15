import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FAQ = """\
entries:
  - id: opening-hours
    question: When are you open?
    answer: From nine to five.
    phrasings: [what are your opening hours, are you open now, when do you close]
  - id: parking
    question: Where can I park my car?
    answer: Behind the house.
    phrasings: [is there a parking lot, where do I leave the car, parking place nearby]
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def evaluate(tmp_path: Path) -> Run:
    """Runs the command over a small content with a number of labelled lines, without the encoder."""
    (tmp_path / "small.yaml").write_text(FAQ, encoding="utf-8")
    talk = {"turns": [{"user": "Where can I park my car?", "expect": "opening-hours"}] * 2}
    environ = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "FRONTDESK_SEMANTIC": "no", "PATH": ""}

    def call(lines: int, *arguments: str) -> "subprocess.CompletedProcess[str]":
        right = {"text": "Where can I park my car?", "expected": "parking"}
        written = "\n".join(json.dumps(line) for line in (*[right] * lines, talk))
        (tmp_path / "labelled.jsonl").write_text(written, encoding="utf-8")
        command = [sys.executable, "-m", "bot", "eval", "labelled.jsonl", "--faq", "small.yaml", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)

    return call


@pytest.mark.parametrize("budget", ["5%", "0.05"])
def test_the_threshold_within_the_budget_stands_beside_the_file_s_own(evaluate: Run, budget: str) -> None:
    measured = evaluate(60, "--budget", budget)

    heading, within, own = measured.stdout.splitlines()
    assert (measured.returncode, measured.stderr) == (0, "")
    assert heading.split()[:3] == ["threshold", "answers", "wrong"]
    assert within.startswith("within 5% ")
    assert within.split()[3:7] == ["60", "0", "0.0%", "0.0%"]
    assert within.split()[7] == "4.9%"
    assert within.split()[-1] == "100.0%"
    assert own.startswith("file's own ")


def test_what_cannot_be_promised_is_refused_with_what_is_missing(evaluate: Run) -> None:
    measured, as_json = evaluate(20, "--budget", "2%"), evaluate(20, "--budget", "2%", "--json")

    assert (measured.returncode, as_json.returncode) == (1, 1)
    assert measured.stdout.splitlines()[0] == (
        "no threshold promises at most 2% wrong answers with 95% certainty:"
        " at least 129 more labelled questions are needed, all of them answered rightly"
    )
    assert (json.loads(as_json.stdout)["kept"], json.loads(as_json.stdout)["missing"]) == (None, 129)


@pytest.mark.parametrize("budget", ["0", "2", "100%", "little", "nan"])
def test_a_budget_that_is_no_share_is_named(evaluate: Run, budget: str) -> None:
    refused = evaluate(1, "--budget", budget)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"frontdesk: --budget {budget}: a share of the answers is needed")
