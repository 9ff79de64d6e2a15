"""Whether a confidence is the probability that it says it is: the reliability of the product's best entry."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.assembly import _background
from bot.evaluation import Turn, Verdict, judge, labels, read_cases
from bot.faq.load import load
from bot.matching.matcher import Matcher
from bot.model import Outcome, Reply
from bot.reading.reader import Reader
from tests.benchmarks import apart
from tests.benchmarks.metrics import Answer, Bin, calibration_error, reliability
from tests.benchmarks.protocol import LABELLED, OWN, both
from tests.benchmarks.ranking import to_answer
from tests.benchmarks.systems import SYSTEMS, load_encoder
from tests.benchmarks.table import Cell, table

_RIGHT = {Verdict.RIGHT, Verdict.FURTHER, Verdict.INCOMPLETE}


def run(source: str | None, sample: int | None, seed: int) -> dict[str, dict[str, Any]]:
    """Return the figures on the protocol in *source*, where there is one, and on the project's labelled lines."""
    found = {}
    for system, semantic in (("frontdesk words", False), ("frontdesk", True)):
        if source:
            name = f"{Path(source).stem}, {system}"
            found[name] = apart.call(measure, source=source, sample=sample, seed=seed, name=system)
        found[f"{LABELLED.stem}, {system}"] = apart.call(measure_labelled, file=str(LABELLED), semantic=semantic)
    return found


def measure(source: str, sample: int | None, seed: int, name: str) -> dict[str, Any]:
    """Return the reliability of the system *name* on the test questions of the protocol in *source*."""
    protocol = both(source, None, sample, seed)["clean"]
    rank = SYSTEMS[name].build(protocol.faq)
    return _figures([to_answer(rank(query.text), query.gold) for query in protocol.queries if query.split == "test"])


def measure_labelled(file: str, *, semantic: bool) -> dict[str, Any]:
    """Return the reliability on labelled lines, read as pastes are and judged as `frontdesk eval` judges an answer."""
    faq = load(OWN)
    reader, matcher = Reader(faq), Matcher(faq, _background(), load_encoder() if semantic else None)
    cases = read_cases(Path(file).read_text(encoding="utf-8").splitlines(), file)
    known = labels(cases)

    def answer(turn: Turn) -> Answer:
        matches = matcher.rank(reader.read(turn.text))
        if not matches:
            return Answer(0.0, 0, bool(turn.accepted))
        reply = Reply(Outcome.ANSWER, entries=(matches[0].entry,), candidates=matches)
        return Answer(matches[0].confidence, int(judge(turn, reply, known) in _RIGHT), bool(turn.accepted))

    return _figures([answer(turn) for case in cases for turn in case.turns])


def show(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a table for each set of *figures*."""
    return "\n".join(_table(name, row) for name, row in figures.items())


def _figures(answers: Sequence[Answer]) -> dict[str, Any]:
    bins = [_row(found) for found in reliability(answers)]
    return {"questions": len(answers), "ece": calibration_error(answers), "bins": bins}


def _row(found: Bin | None) -> dict[str, float] | None:
    return {"count": found.count, "confidence": found.confidence, "accuracy": found.accuracy} if found else None


def _table(name: str, row: Mapping[str, Any]) -> str:
    rows: list[list[Cell]] = []
    for number, found in enumerate(row["bins"]):
        span = f"{number / len(row['bins']):.1f} to {(number + 1) / len(row['bins']):.1f}"
        rows.append(
            [span, found["count"], f"{found['confidence']:.3f}", f"{found['accuracy']:.3f}"] if found else [span]
        )
    columns = ("confidence", "questions", "mean confidence", "share right")
    full = [line + [None] * (len(columns) - len(line)) for line in rows]
    return table(f"Reliability on {name}: ECE {row['ece']:.3f} over {row['questions']} questions", columns, full)
