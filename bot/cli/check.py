"""Examines a faq.yaml: its faults, or advice on what would be answered worse than its author thinks."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.desk import Library
from bot.faq.content import Faq
from bot.faq.faults import FaqError, Fault
from bot.faq.lint import Finding, lint
from bot.faq.load import load_with_positions
from bot.model import Match

CLEAN, ADVICE, FAULTY = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in the file *name*; where there are faults there are no findings, since nothing was built."""

    name: str
    entries: int = 0
    faults: tuple[Fault, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def code(self) -> int:
        """The exit code."""
        return FAULTY if self.faults else ADVICE if self.findings else CLEAN

    def to_text(self) -> str:
        """One line for each fault or finding, in the order of the file; one line in all where there is none."""
        faults = (f"{self.name}:{fault.line}:{fault.column}: {fault.message}" for fault in self.faults)
        findings = (f"{self.name}:{each.line}:{each.column}: {each.message} [{each.code}]" for each in self.findings)
        return "\n".join((*faults, *findings)) or f"{self.name}: {self.entries} entries, nothing to mend"

    def to_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "file": self.name,
            "entries": self.entries,
            "faults": [asdict(fault) for fault in self.faults],
            "findings": [asdict(finding) for finding in self.findings],
        }


def examine(path: Path, build: Callable[[Faq], Library], today: date) -> Examination:
    """Return what is wrong with the file at *path*, and what could be better in it.

    *build* makes what answers from the content, since only that can tell which entry a phrasing really finds.
    """
    try:
        faq, positions = load_with_positions(path)
    except FaqError as error:
        return Examination(path.name, faults=error.faults)
    library = build(faq)

    def rank(text: str, _language: str) -> Sequence[Match]:
        return library.ranker.rank(library.reader.read(text, ()))

    return Examination(path.name, len(faq.entries), findings=lint(faq, rank, positions, today))
