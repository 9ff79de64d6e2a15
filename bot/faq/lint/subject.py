"""What a lint rule looks at, and what it finds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple, TypeAlias

from bot.faq.content import Faq, Wording
from bot.faq.positions import NodePath, Positions
from bot.model import Match

Rank: TypeAlias = Callable[[str, str], Sequence[Match]]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One piece of advice; line and column count from 1, *code* names the rule."""

    line: int
    column: int
    code: str
    message: str


class Worded(NamedTuple):
    """An entry in one language, and where that stands."""

    entry: str
    language: str
    wording: Wording
    path: NodePath


class Utterance(NamedTuple):
    """A question or a phrasing of an entry, and where it stands."""

    entry: str
    language: str
    text: str
    path: NodePath


@dataclass(frozen=True)
class Subject:
    """A loaded file with all that the rules need to know about it."""

    faq: Faq
    rank: Rank | None
    positions: Positions
    today: date

    def found(self, path: NodePath, code: str, message: str) -> Finding:
        """A finding about the value at *path*."""
        return Finding(*self.positions.value(*path), code, message)

    def line(self, path: NodePath) -> int:
        """The line of the value at *path*."""
        return self.positions.value(*path).line

    def worded(self) -> Iterator[Worded]:
        """Every entry in every language it has, in file order."""
        for index, entry in enumerate(self.faq.entries):
            for language, wording in entry.wordings.items():
                block = () if language == self.faq.languages[0] else (language,)
                yield Worded(entry.id, language, wording, ("entries", index, *block))

    @cached_property
    def utterances(self) -> tuple[Utterance, ...]:
        """Every question and phrasing, in file order."""
        return tuple(utterance for worded in self.worded() for utterance in _utterances(worded))

    @cached_property
    def rankings(self) -> tuple[tuple[Utterance, tuple[Match, ...]], ...]:
        """Every utterance with its two best matches; nothing where there is no `rank`."""
        if self.rank is None:
            return ()
        return tuple((said, tuple(self.rank(said.text, said.language)[:2])) for said in self.utterances)


def _utterances(worded: Worded) -> Iterator[Utterance]:
    entry, language, wording, path = worded
    yield Utterance(entry, language, wording.question, (*path, "question"))
    for index, phrasing in enumerate(wording.phrasings):
        yield Utterance(entry, language, phrasing, (*path, "phrasings", index))
