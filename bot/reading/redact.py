"""Takes the secrets out of a text and puts stable stand-ins such as ``<KEY_1>`` in their place.

The text is searched in a *view* of it, where dressing is off: invisible characters removed, full-width forms and
typographic quotes, hyphens and spaces made ASCII. What is found is cut out of the text itself, so that nothing but the
secrets changes. A stand-in keeps the line breaks of what it replaces: line numbers stay true. Passes repeat until one
finds nothing, which makes redacting idempotent.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bot.model import Secret
from bot.reading.secrets.catalogue import SHAPES
from bot.reading.secrets.shape import STAND_IN, Kind, Span

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
# Full-width forms, and what word processors and phones make of spaces, hyphens and quotes.
_FORMS = "\u00a0\u2000-\u200a\u202f\u3000\u2010-\u2013\u2212\ufe63\u2018\u2019\u201c\u201d\uff01-\uff5e"
_FORM = re.compile(f"[{_FORMS}]")
_TO_ASCII = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000), 0x20),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212, 0xFE63), 0x2D),
    **dict.fromkeys((0x2018, 0x2019), 0x27),
    **dict.fromkeys((0x201C, 0x201D), 0x22),
}
_LINE_BREAKS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_DRESSING = re.compile(r"\\+[rn]|[\s\"'`\\│>]+")
_SIEVE_FROM = 8_192
_BLOCK = 1 << 15
_MAX_PASSES = 6
_MOST = 1_000
_EDGE = re.compile(r"[\r\n]\s*|(?=\s)")
_MAX_ECHOES = 32
_ECHO_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text without its secrets; ``live`` when at least one of them would open a door if it were real."""

    text: str
    secrets: tuple[Secret, ...]
    live: bool


# Where a secret starts and ends in a view, and the rank of its shape: the lower, the surer.
_Found = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _View:
    """A text as it is searched; ``folded`` is ``text`` in lower case, character by character.

    ``gaps`` holds, for every character left out, the index in ``text`` at which it is missing, ascending.
    """

    text: str
    folded: str
    gaps: tuple[int, ...]

    def original(self, start: int, end: int) -> Span:
        """Where ``text[start:end]`` stands in the text that was viewed."""
        if not self.gaps:
            return start, end
        return start + bisect_right(self.gaps, start), end + bisect_right(self.gaps, end - 1)


def redact(text: str) -> Redaction:
    """Return *text* with every secret replaced by its stand-in.

    Stand-ins are numbered per kind, in the order in which the secrets first appear; a number that *text* already holds
    is left to it. Of a text with very many secrets only the head and the tail are kept, and the line breaks between
    them. Never raises; takes time linear in the length of *text*.
    """
    book = _Book(text)
    for _ in range(_MAX_PASSES):
        view = _view(text)
        found = list(islice(_find(view), _MOST))
        while len(found) == _MOST:
            text = _thinned(text, view, found[_MOST // 2][0])
            view = _view(text)
            found = list(islice(_find(view), _MOST))
        if not found:
            break
        found = _merged(found)
        echoes = list(_echoes(view, found))
        text = _replaced(text, view, _merged(found + echoes) if echoes else found, book)
    return Redaction(text, tuple(book.secrets), book.live)


class _Book:
    """The stand-ins given out so far."""

    def __init__(self, text: str) -> None:
        self.secrets: list[Secret] = []
        self.live = False
        self._by_value: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._taken = frozenset(STAND_IN.findall(text.replace("&lt;", "<").replace("&gt;", ">")))

    def stand_in(self, kind: Kind, value: str) -> str:
        """The stand-in for *value*: the one it has, else the next free one of its kind."""
        key = value if kind.live else f"{kind.label} {value}"
        known = self._by_value.get(key)
        return known if known is not None else self._add(kind, key)

    def _add(self, kind: Kind, key: str) -> str:
        number = self._counts.get(kind.label, 0) + 1
        while f"<{kind.label}_{number}>" in self._taken:
            number += 1
        self._counts[kind.label] = number
        stand_in = self._by_value[key] = f"<{kind.label}_{number}>"
        self.secrets.append(Secret(kind.name, stand_in))
        self.live = self.live or kind.live
        return stand_in


def _view(text: str) -> _View:
    if text.isascii():
        return _View(text, text.lower(), ())
    gaps = tuple(match.start() - index for index, match in enumerate(_INVISIBLE.finditer(text)))
    seen = _INVISIBLE.sub("", text) if gaps else text
    if _FORM.search(seen):
        for form in set(_FORM.findall(seen)):
            seen = seen.replace(form, chr(_TO_ASCII[ord(form)]))
    # İ is the one character whose lower case is longer than itself.
    return _View(seen, seen.replace("İ", "I").lower(), gaps)


def _find(view: _View, start: int = 0) -> Iterator[_Found]:
    """The secrets from *start* on, one after the other as they stand in *view*; those of several shapes may overlap."""
    holds = _sieve(view.folded)
    return merge(*(_of_shape(view, rank, start) for rank, shape in enumerate(SHAPES) if holds(shape.needle)))


def _of_shape(view: _View, rank: int, start: int) -> Iterator[_Found]:
    shape = SHAPES[rank]
    text, done = view.text, start
    for match in shape.pattern.finditer(view.folded if shape.folded else text, start):
        span = shape.judge(match, text) if match.start() >= done else None
        if span is not None and span[0] < span[1]:
            done = span[1]
            yield (*span, rank)


def _thinned(text: str, view: _View, middle: int) -> str:
    """Return *text* up to *middle* of *view* and no more than as much of its end, without too many secrets in it."""
    reach = min(middle, len(view.text) - middle)
    while reach and sum(1 for _ in islice(_find(view, len(view.text) - reach), _MOST // 2)) == _MOST // 2:
        reach //= 2
    head, tail = view.original(middle, middle + 1)[0], view.original(len(view.text) - reach, len(view.text))[0]
    edge = _EDGE.search(text, tail) if reach else None
    tail = edge.end() if edge else len(text)
    return text[:head] + "".join(_LINE_BREAKS.findall(text, head, tail)) + text[tail:]


def _sieve(folded: str) -> Callable[[str], bool]:
    """Return a quick test of what *folded* may hold: never wrong when it says no.

    One pass over a long text marks every group of three neighbouring characters in a table; a needle one of whose
    groups is not marked cannot be there. Looking for each needle by itself would cost a pass per needle.
    """
    if len(folded) < _SIEVE_FROM:
        return folded.__contains__
    codes = np.frombuffer(folded.encode("ascii", "replace"), np.uint8)
    table = np.zeros(1 << 16, np.bool_)
    for start in range(0, len(codes), _BLOCK):
        table[_groups(codes[start : start + _BLOCK + 2])] = True

    def holds(needle: str) -> bool:
        if not needle.isascii() or len(needle) < 3:
            return needle in folded
        return bool(table[_groups(np.frombuffer(needle.encode(), np.uint8))].all()) and needle in folded

    return holds


def _groups(codes: NDArray[np.uint8]) -> NDArray[np.intp]:
    """A number below 65,536 for every three neighbours in *codes*."""
    wide = codes.astype(np.uint16)
    groups = wide[:-2] * np.uint16(1031)
    groups += wide[1:-1] * np.uint16(31)
    groups += wide[2:]
    return groups.astype(np.intp)


def _echoes(view: _View, found: list[_Found]) -> Iterator[_Found]:
    """The other places where a credential that was found stands by itself."""
    live = [(view.text[start:end], rank) for start, end, rank in found if SHAPES[rank].kind.live]
    known = Counter(value for value, _ in live)
    for value, rank in list(dict(live).items())[:_MAX_ECHOES]:
        if len(value) < _ECHO_LENGTH or value.isalpha() or view.text.count(value) <= known[value]:
            continue
        for match in re.finditer(re.escape(value), view.text):
            yield (*match.span(), rank)


def _merged(found: Iterator[_Found] | list[_Found]) -> list[_Found]:
    """Return *found* in order of place, overlaps made one under the surest kind."""
    merged: list[_Found] = []
    reach = 0
    for start, end, rank in sorted(found):
        if start < reach:
            first, _, surer = merged[-1]
            reach = max(end, reach)
            merged[-1] = (first, reach, min(rank, surer))
        else:
            reach = end
            merged.append((start, end, rank))
    return merged


def _replaced(text: str, view: _View, found: list[_Found], book: _Book) -> str:
    parts: list[str] = []
    done = 0
    for start, end, rank in found:
        kind = SHAPES[rank].kind
        first, last = view.original(start, end)
        parts += text[done:first], book.stand_in(kind, _value(view.text[start:end], kind))
        raw = text[first:last]
        if not raw.isprintable():
            parts += _LINE_BREAKS.findall(raw)
        done = last
    parts.append(text[done:])
    return "".join(parts)


def _value(seen: str, kind: Kind) -> str:
    """What makes two finds the same secret: its characters without breaks and quotes, an address blind to case."""
    plain = _DRESSING.sub("", seen) if kind.live else seen
    return plain.replace("%40", "@").lower() if kind.name == "email" else plain
