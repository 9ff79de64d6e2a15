import json
from pathlib import Path
from typing import Any

import pytest

from bot.model import Reading
from bot.reading import Reader
from tests.reading.product import FAQ

CORPUS = Path(__file__).parent.parent / "corpus"
TRACES = sorted((CORPUS / "traces").glob("*.txt"))
TRAPS = sorted((CORPUS / "traps").glob("*.txt"))
READER = Reader(FAQ)


def read(path: Path) -> Reading:
    return READER.read(path.read_bytes().decode())


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_a_trace_is_read_as_its_file_says(path: Path) -> None:
    expected: dict[str, Any] = json.loads(path.with_suffix(".json").read_text())

    reading = read(path)

    found = [f"{evidence.kind}: {evidence.value}" for evidence in reading.evidence]
    assert [one for one in expected["evidence"] if one not in found] == []
    assert found[:1] == expected["evidence"][:1]
    assert reading.vendor == expected.get("vendor")
    assert expected.get("question", "") in reading.question
    assert not {evidence.value for evidence in reading.evidence} & set(expected.get("absent", []))
    assert [evidence.line for evidence in reading.evidence[:1] if "line" in expected] == [
        line for line in [expected.get("line")] if line
    ]
    if expected.get("question") == "":
        assert reading.question == ""


@pytest.mark.parametrize("path", TRAPS, ids=lambda path: path.stem)
def test_a_trap_gives_no_evidence(path: Path) -> None:
    assert read(path).evidence == ()


def test_every_trace_has_its_expectation() -> None:
    assert len(TRACES) >= 70
    assert len(TRAPS) >= 25
    assert all(path.with_suffix(".json").exists() for path in TRACES)
