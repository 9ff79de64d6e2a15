import json
from pathlib import Path

import pytest

from bot.__main__ import run
from tests.cli.kit import FAQ, Outcome, Run, move_apart


@pytest.fixture
def evaluate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command over a small content with a number of labelled lines, without the encoder."""
    (tmp_path / "small.yaml").write_text(FAQ, encoding="utf-8")
    talk = {"turns": [{"user": "Where can I park my car?", "expect": "opening-hours"}] * 2}
    move_apart(tmp_path, monkeypatch)

    def call(lines: int, *arguments: str) -> Outcome:
        right = {"text": "Where can I park my car?", "expected": "parking"}
        written = "\n".join(json.dumps(line) for line in (*[right] * lines, talk))
        (tmp_path / "labelled.jsonl").write_text(written, encoding="utf-8")
        code = run(["eval", "labelled.jsonl", "--faq", "small.yaml", *arguments])
        return Outcome(code, *capfd.readouterr())

    return call


@pytest.mark.parametrize("budget", ["5%", "0.05"])
def test_the_threshold_within_the_budget_stands_beside_the_file_s_own(evaluate: Run, budget: str) -> None:
    measured = evaluate(60, "--budget", budget)

    heading, within, own = measured.out.splitlines()
    assert (measured.code, measured.err) == (0, "")
    assert heading.split()[:3] == ["threshold", "answers", "wrong"]
    assert within.startswith("within 5% ")
    assert within.split()[3:7] == ["60", "0", "0.0%", "0.0%"]
    assert within.split()[7] == "4.9%"
    assert within.split()[-1] == "100.0%"
    assert own.startswith("file's own ")


def test_what_cannot_be_promised_is_refused_with_what_is_missing(evaluate: Run) -> None:
    measured, as_json = evaluate(20, "--budget", "2%"), evaluate(20, "--budget", "2%", "--json")

    assert (measured.code, as_json.code) == (1, 1)
    assert measured.out.splitlines()[0] == (
        "no threshold promises at most 2% wrong answers with 95% certainty:"
        " at least 129 more labelled questions are needed, all of them answered rightly"
    )
    assert (json.loads(as_json.out)["kept"], json.loads(as_json.out)["missing"]) == (None, 129)


@pytest.mark.parametrize("budget", ["0", "2", "100%", "little", "nan"])
def test_a_budget_that_is_no_share_is_named(evaluate: Run, budget: str) -> None:
    refused = evaluate(1, "--budget", budget)

    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"frontdesk: --budget {budget}: a share of the answers is needed")
