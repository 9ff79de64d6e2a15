from datetime import date
from pathlib import Path

import pytest

from bot.cli.check import examine
from bot.desk import Library
from bot.faq.content import Faq
from bot.model import Match, Reading
from bot.reading.reader import Reader

TODAY = date(2026, 11, 24)

TIDY = """\
entries:
  - id: parking
    question: Where can I park?
    answer: Behind the house.
    phrasings: [is there a parking lot]
    verified_on: 2026-11-01
"""


class First:
    """Always finds the first entry."""

    threshold = 0.5

    def __init__(self, faq: Faq) -> None:
        self._entry = faq.entries[0].id

    def rank(self, reading: Reading) -> tuple[Match, ...]:
        return (Match(self._entry, 0.9),) if reading.text else ()


def build(faq: Faq) -> Library:
    return Library(faq, Reader(faq), First(faq))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "faq.yaml"


def test_a_tidy_file_is_clean(file: Path) -> None:
    file.write_text(TIDY, encoding="utf-8")

    found = examine(file, build, TODAY)

    assert found.code == 0
    assert found.to_text() == "faq.yaml: 1 entries, nothing to mend"
    assert found.to_json() == {"file": "faq.yaml", "entries": 1, "faults": [], "findings": []}


def test_advice_has_its_line_and_its_rule(file: Path) -> None:
    file.write_text(TIDY + TIDY[9:].replace("parking", "garage").replace("park?", "leave it?"), encoding="utf-8")

    found = examine(file, build, TODAY)

    assert found.code == 1
    assert found.to_text().startswith("faq.yaml:7:5: `garage` is hard to tell apart from `parking`")
    assert "[question-lost]" in found.to_text()
    assert {"line", "column", "code", "message"} == set(found.to_json()["findings"][0])


def test_faults_are_all_named_and_nothing_else_is_looked_at(file: Path) -> None:
    file.write_text("entries:\n  - {id: a, question: q}\n  - {id: b, answer: c}\n", encoding="utf-8")

    found = examine(file, build, TODAY)

    assert found.code == 2
    assert [fault["line"] for fault in found.to_json()["faults"]] == [2, 3]
    assert found.to_json()["findings"] == []


def test_a_missing_file_is_a_fault(file: Path) -> None:
    found = examine(file, build, TODAY)

    assert found.code == 2
    assert "there is no file" in found.to_text()
