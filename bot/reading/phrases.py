"""The error types, messages and exceptions that a faq.yaml knows, found in a squashed text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from bot.faq.content import ErrorPattern, Faq
from bot.model import Kind
from bot.reading.folding import Squashed, squash
from bot.reading.sieve import sieve

_GAP = 80
"""The most characters that a ``*`` stands for."""

_SHORT = 12
"""A phrase shorter than this must begin and end like a word."""

_BREAK = "n"
"""What is left of an escaped line break that lost its backslash; it may touch a type that is long enough."""

_FIRST, _LAST = 4, 28
"""Of a phrase that stands in a text very often, the first and the last places that are looked at."""


_MANY = 300
"""More phrases than this are looked up by pieces of the text: ``_GRAM`` characters at every ``_STEP``."""

_GRAM, _STEP = 6, 3


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to find: its kind, its normalised value, and the squashed pieces between its ``*``."""

    kind: Kind
    value: str
    pieces: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """True where the phrase must not be a part of a longer word."""
        return self.kind is not Kind.MESSAGE or sum(map(len, self.pieces)) < _SHORT


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase and where it stands in the folded text (``end`` is past its last character)."""

    phrase: Phrase
    start: int
    end: int


class PhraseBook:
    """All phrases of a faq.yaml; of several that overlap the longest is found."""

    def __init__(self, faq: Faq) -> None:
        patterns = [pattern for entry in faq.entries for pattern in (*entry.errors, *entry.not_errors)]
        phrases = dict.fromkeys(chain.from_iterable(map(_phrases, patterns)))
        self.phrases = tuple(phrase for phrase in phrases if phrase.pieces and max(map(len, phrase.pieces)) >= 3)
        self.named = _before_a_status((*faq.names, faq.product))
        self._by_gram: dict[str, list[Phrase]] = {}
        self._short: list[Phrase] = []
        for one in self.phrases if len(self.phrases) > _MANY else ():
            longest = max(one.pieces, key=len)
            if len(longest) < _GRAM + _STEP - 1:
                self._short.append(one)
            for at in range(_STEP) if len(longest) >= _GRAM + _STEP - 1 else ():
                self._by_gram.setdefault(longest[at : at + _GRAM], []).append(one)
        self.types = frozenset(phrase.value for phrase in phrases if phrase.kind is Kind.TYPE)
        self.exceptions = {phrase.value.lower(): phrase.value for phrase in phrases if phrase.kind is Kind.EXCEPTION}
        answers = [pattern for entry in faq.entries for pattern in entry.errors]
        self.answered = frozenset(phrase.value for phrase in chain.from_iterable(map(_phrases, answers)))

    def find(self, squashed: Squashed) -> list[Hit]:
        """Return where the phrases stand, in no order."""
        text = squashed.text
        candidates = self.phrases
        if len(candidates) > _MANY:
            grams = {text[at : at + _GRAM] for at in range(0, len(text), _STEP)}
            likely = [*self._short, *(one for gram in grams & self._by_gram.keys() for one in self._by_gram[gram])]
            candidates = tuple(dict.fromkeys(likely))
        holds = sieve(text)
        return [hit for phrase in candidates if holds(phrase.pieces[0]) for hit in _hits(phrase, squashed)]


def _before_a_status(names: Iterable[str]) -> re.Pattern[str] | None:
    """The pattern of any of *names* as what a text ends with ("... kimi: "), None where there are none."""
    spelled = sorted({re.escape(name.lower()) for name in names if len(name) > 1}, key=len, reverse=True)
    if not spelled:
        return None
    name = rf"(?<![a-z0-9_./-])(?:{'|'.join(spelled)})(?:[-.][a-z0-9]{{1,12}}){{0,4}}(?:'s|[\"'`)*]{{1,3}})?"
    return re.compile(rf"{name}(?:\s?[:,=：]\s?|\s[-–—]\s|\s)[\"'`(*]{{0,3}}$", re.IGNORECASE)


def _phrases(pattern: ErrorPattern) -> Iterator[Phrase]:
    if pattern.type:
        yield Phrase(Kind.TYPE, pattern.type.lower(), (squash(pattern.type),))
    if pattern.message:
        pieces = tuple(filter(None, (squash(piece) for piece in pattern.message.split("*"))))
        yield Phrase(Kind.MESSAGE, pattern.message, pieces)
    if pattern.exception:
        name = pattern.exception.rpartition(".")[2]
        yield Phrase(Kind.EXCEPTION, name, (squash(name),))


def _hits(phrase: Phrase, squashed: Squashed) -> Iterator[Hit]:
    text, (head, *tail) = squashed.text, phrase.pieces
    for start in _places(head, text):
        end = start + len(head)
        for piece in tail:
            at = text.find(piece, end, end + _GAP + len(piece))
            if at < 0:
                break
            end = at + len(piece)
        else:
            hit = Hit(phrase, squashed.origin(start), squashed.origin(end - 1) + 1)
            if not phrase.whole or _stands_alone(squashed.folded, hit):
                yield hit


def _places(piece: str, text: str) -> list[int]:
    places: list[int] = []
    at = text.find(piece)
    while at >= 0 and len(places) < _FIRST:
        places.append(at)
        at = text.find(piece, at + len(piece))
    last: list[int] = []
    at = text.rfind(piece) if at >= 0 else -1
    while places and at > places[-1] and len(last) < _LAST:
        last.append(at)
        at = text.rfind(piece, 0, at)
    return places + last[::-1]


def _stands_alone(folded: str, hit: Hit) -> bool:
    before = folded[hit.start - 1] if hit.start else " "
    after = folded[hit.end] if hit.end < len(folded) else " "
    if hit.phrase.kind is Kind.TYPE and len(hit.phrase.value) >= _SHORT:
        before, after = (" " if letter == _BREAK else letter for letter in (before, after))
    return not (_is_word(before) or _is_word(after))


def _is_word(letter: str) -> bool:
    return letter == "_" or (letter.isascii() and letter.isalnum())
