import json
from pathlib import Path

import pytest

from bot.__main__ import run
from tests.cli.kit import FAQ, Outcome, Run, move_apart

WIDER = f"""\
{FAQ}  - id: refund
    question: How do I get a refund?
    answer: At the till.
    phrasings: [give my money back, I want to return what I bought, refund please]
"""
RENAMED = FAQ.replace("  - id: parking", "  - id: car-wash").replace("Behind the house", "On Fridays")


@pytest.fixture
def diff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in a folder of small contents, without the encoder."""
    for name, text in {"old.yaml": FAQ, "wider.yaml": WIDER, "renamed.yaml": RENAMED}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("entries: []\n", encoding="utf-8")
    lines = [
        {"id": "q1", "text": "How do I get a refund?", "expected": "refund"},
        {"id": "q2", "text": "Where can I park my car?", "expected": "parking"},
    ]
    (tmp_path / "labelled.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    move_apart(tmp_path, monkeypatch)

    def call(*arguments: str) -> Outcome:
        code = run(["diff", *arguments])
        return Outcome(code, *capfd.readouterr())

    return call


def test_equal_contents_do_not_differ(diff: Run) -> None:
    compared = diff("old.yaml", "old.yaml")

    assert (compared.code, compared.err) == (0, "")
    assert compared.out == "8 asked, 0 differ: 0 regression, 0 improvement, 0 neutral\n"


def test_a_new_entry_starts_answers_and_is_no_regression(diff: Run) -> None:
    compared = diff("old.yaml", "wider.yaml", "--questions", "labelled.jsonl")

    assert compared.code == 0
    assert "improvement  started        refund" in compared.out
    assert "14 asked" in compared.out
    assert "0 regression" in compared.out


def test_an_answer_that_is_lost_is_a_regression(diff: Run) -> None:
    compared = diff("wider.yaml", "old.yaml", "--questions", "labelled.jsonl", "--json")

    fields = json.loads(compared.out)
    assert compared.code == 1
    assert fields["regressions"] == 1
    assert fields["differences"][0]["id"] == "q1"
    assert fields["differences"][0]["effect"] == "regression"
    assert fields["differences"][0]["before"]["entries"] == ["refund"]
    assert {each["kind"] for each in fields["differences"][1:]} <= {"removed"}


def test_a_renamed_entry_is_a_regression_only_by_the_labels(diff: Run) -> None:
    alone, labelled = (
        diff("old.yaml", "renamed.yaml"),
        diff("old.yaml", "renamed.yaml", "--questions", "labelled.jsonl"),
    )

    assert (alone.code, labelled.code) == (0, 1)
    assert "regression   other answer   parking                     parking                     car-wash" in (
        labelled.out
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("old.yaml", "broken.yaml"), "broken.yaml:1:10: "),
        (("gone.yaml", "old.yaml"), "gone.yaml"),
        (("old.yaml", "old.yaml", "--questions", "gone.jsonl"), "frontdesk: gone.jsonl: "),
    ],
)
def test_a_file_that_cannot_be_used_is_named(diff: Run, arguments: tuple[str, ...], complaint: str) -> None:
    failed = diff(*arguments)

    assert failed.code == 2
    assert failed.out == ""
    assert complaint in failed.err
