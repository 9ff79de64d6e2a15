"""What is wrong with a faq.yaml: one line for each fault, saying where, what, and how to mend it."""

from collections.abc import Collection
from dataclasses import dataclass

from rapidfuzz import fuzz, process

_QUOTED = 60


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault; line and column count from 1."""

    line: int
    column: int
    message: str


class FaqError(ValueError):
    """A faq.yaml that cannot be served, with every fault found, in the order of the file."""

    def __init__(self, faults: tuple[Fault, ...], name: str = "faq.yaml") -> None:
        """Keep *faults*, which must not be empty, and the *name* that each line begins with."""
        super().__init__(faults, name)
        self.faults = faults
        self.name = name

    def __str__(self) -> str:
        """One line for each fault: ``faq.yaml:LINE:COL: what, and the mend``."""
        return "\n".join(f"{self.name}:{fault.line}:{fault.column}: {fault.message}" for fault in self.faults)


def quote(text: object) -> str:
    """*text* between backticks, on one line, without unprintable characters and at most 60 characters long."""
    line = " ".join(str(text)[: 4 * _QUOTED].split())
    shown = "".join(character if character.isprintable() else "�" for character in line)
    return f"`{shown[: _QUOTED - 1]}…`" if len(shown) > _QUOTED else f"`{shown}`"


def did_you_mean(word: str, known: Collection[str]) -> str:
    """A question that offers the one of *known* nearest to *word*, with a space before it; empty where none is near."""
    found = process.extractOne(word[:200], list(known), scorer=fuzz.ratio, score_cutoff=60)
    return f" Did you mean {quote(found[0])}?" if found else ""
