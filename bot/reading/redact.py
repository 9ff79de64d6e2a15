"""Takes the secrets out of a text and puts stable stand-ins such as ``<KEY_1>`` in their place.

The text is searched in a *view* of it, where dressing is off. What is found is cut out of the text itself, so that
nothing but the secrets changes. A stand-in keeps the line breaks of what it replaces: line numbers stay true. Passes
repeat until one finds nothing, which makes redacting idempotent.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bot.model import Secret
from bot.reading.secrets.catalogue import SHAPES
from bot.reading.secrets.search import Found, find, hidden
from bot.reading.secrets.shape import STAND_IN, Kind
from bot.reading.secrets.view import View, view_of

_LINE_BREAKS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_DRESSING = re.compile(r"\\+[rn]|[\s\"'`\\│>]+")
_MAX_PASSES = 6
_MOST = 600
_EDGE = re.compile(r"[\r\n]\s*|(?=\s)")
_MAX_ECHOES = 32
_ECHO_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text without its secrets; ``live`` when at least one of them would open a door if it were real."""

    text: str
    secrets: tuple[Secret, ...]
    live: bool


def redact(text: str) -> Redaction:
    """Return *text* with every secret replaced by its stand-in.

    Stand-ins are numbered per kind, in the order in which the secrets first appear, those behind codes or breaks last;
    a number that *text* already holds is left to it. Of a text with very many secrets only the head and the tail are
    kept, and the line breaks between them. Never raises; takes time linear in the length of *text*.
    """
    book = _Book(text)
    for _ in range(_MAX_PASSES):
        view = view_of(text)
        found = list(islice(find(view), _MOST))
        while len(found) == _MOST:
            text = _thinned(text, view, found[_MOST // 2][0])
            view = view_of(text)
            found = list(islice(find(view), _MOST))
        found = _merged(found or hidden(view))
        if not found:
            break
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


def _thinned(text: str, view: View, middle: int) -> str:
    """Return *text* up to *middle* of *view* and no more than as much of its end, without too many secrets in it."""
    reach = min(middle, len(view.text) - middle)
    while reach and sum(1 for _ in islice(find(view, len(view.text) - reach), _MOST // 2)) == _MOST // 2:
        reach //= 2
    head, tail = view.original(middle, middle + 1)[0], view.original(len(view.text) - reach, len(view.text))[0]
    edge = _EDGE.search(text, tail) if reach else None
    tail = edge.end() if edge else len(text)
    return text[:head] + "".join(_LINE_BREAKS.findall(text, head, tail)) + text[tail:]


def _echoes(view: View, found: list[Found]) -> Iterator[Found]:
    """The other places where a credential that was found stands by itself."""
    live = [(view.text[start:end], rank) for start, end, rank in found if SHAPES[rank].kind.live]
    known = Counter(value for value, _ in live)
    for value, rank in list(dict(live).items())[:_MAX_ECHOES]:
        if len(value) < _ECHO_LENGTH or value.isalpha() or view.text.count(value) <= known[value]:
            continue
        for match in re.finditer(re.escape(value), view.text):
            yield (*match.span(), rank)


def _merged(found: Iterator[Found] | list[Found]) -> list[Found]:
    """Return *found* in order of place, overlaps made one under the surest kind."""
    merged: list[Found] = []
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


def _replaced(text: str, view: View, found: list[Found], book: _Book) -> str:
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
