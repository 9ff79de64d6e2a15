"""A person's own words in a message: what is left of it without pastes and chat markup."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from bot.reading.markup import plain
from bot.reading.pastes import FENCE, Paste, spoken_until

_LINES_READ = 150
_LINE_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class Words:
    """A person's own words.

    ``question`` is cleaned; ``spans`` are the places in the text of the lines that it was taken from; ``said`` is what
    natural language stands in the pastes.
    """

    question: str
    spans: tuple[tuple[int, int], ...]
    said: str

    def cover(self, position: int) -> bool:
        """True where the text at *position* is a person's own."""
        at = bisect_right(self.spans, position, key=itemgetter(0)) - 1
        return at >= 0 and position < self.spans[at][1]


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    kept: str


def own_words(text: str, evidence: Sequence[tuple[int, int]]) -> Words:
    """Return the own words in *text*; lines over which a piece of *evidence* is broken are pasted."""
    broken = {start for start, end in evidence if "\n" in text[start:end]}
    spread = [(start, end) for start, end in evidence if start in broken]
    lines = list(_lines(text, spread, fences=True))
    if not any(line.kept for line in lines) and FENCE in text:
        lines = list(_lines(text, spread, fences=False))
    kept = [line for line in lines if line.kept]
    question = plain("\n".join(line.kept for line in kept))
    spans = tuple((line.start, line.start + spoken_until(line.text) + 1) for line in kept)
    said = " ".join(line.text[:300] for line in lines[-40:]) if not kept else ""
    return Words(question, spans, said)


def _lines(text: str, spread: Sequence[tuple[int, int]], *, fences: bool) -> Iterator[_Line]:
    state = Paste()
    for start, line in _ends(text):
        end = start + len(line)
        inside = any(begin < end and start < past for begin, past in spread)
        if len(line) > _LINE_LENGTH or (inside and not state.fenced):
            yield _Line(start, line, "")
            state.pasted, state.length = True, len(line)
            continue
        yield _Line(start, line, state.keep(line, fences=fences))


def _ends(text: str) -> Iterator[tuple[int, str]]:
    """The first and the last lines of *text*, with where they start."""
    at = 0
    for _ in range(_LINES_READ):
        end = text.find("\n", at)
        if end < 0:
            yield at, text[at:]
            return
        yield at, text[at:end]
        at = end + 1
    back = len(text)
    for _ in range(_LINES_READ):
        back = max(at - 1, text.rfind("\n", at, back))
    for line in text[back + 1 :].split("\n"):
        yield back + 1, line
        back += len(line) + 1
