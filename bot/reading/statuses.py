"""HTTP statuses of a text: numbers that are one by their surroundings, never those that only look like one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.reading import surroundings as beside

_CANDIDATE = re.compile(
    r"[45][0-9]{2}(?![0-9A-Za-rt-z_%$€£¥#]|[.,:][0-9]|-[0-9]|s[0-9A-Za-z]|\(|\)[0-9])"
    r"(?<![0-9_.$#£€¥&+A-DF-OQ-Za-oq-z][0-9]{3})"
)
_MARKED = tuple(
    re.compile(rf"{mark}(?P<status>[45][0-9]{{2}})(?![0-9A-Za-z_.:%-])")
    for mark in (
        r"HTTP/[12](?:\.[01])?[\"']? {1,2}",
        r"tatus[ _-]?(?:[Cc]ode)?[\"'`\\]{0,8}[\s:=]{1,3}[\"'`\\]{0,8}",
        r"ode[\"'`\\]{0,8}[\s:=]{1,3}[\"'`\\]{0,8}",
        r"rror[\"'`\\]{0,4}[\s:=]{1,3}[\"'`\\]{0,4}",
        r"-> ",
    )
)
"""How a status stands in logs: what is looked for in all of a long text, each by its first letters."""

LONG = 100_000
"""In a text longer than this, numbers are looked at near its start, its end and other evidence, else where marked."""

_HEAD, _TAIL, _NEAR = 10_000, 30_000, 600
_FIRST, _LAST = 40, 160
"""Of very many candidates, how many at the start and at the end of a text are looked at."""

_LEFT, _RIGHT = 48, 40
"""How much of the text before and after a number is looked at."""

_KNOWN = frozenset(
    str(status)
    for span in (
        (400, 418),
        (421, 426),
        (428, 429),
        (431, 431),
        (440, 440),
        (444, 444),
        (449, 451),
        (494, 511),
        (520, 530),
    )
    for status in range(span[0], span[1] + 1)
)
"""The statuses that are in use: any other number needs a word that names it a status."""

_SPELLED_READ = 4_000
_ONES = {
    word: digit
    for digit, word in enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))
}
_ZERO = {"oh": 0, "o": 0, "aught": 0}
_TEENS = {
    word: number
    for number, word in enumerate(
        ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"), 10
    )
}
_SPELLED = re.compile(
    rf"\b(?P<hundreds>four|five)[ -](?:(?P<tens>oh|zero|o|aught|two|one)[ -](?P<ones>oh|{'|'.join(_ONES)})"
    rf"|twenty[ -](?P<twenty>{'|'.join(_ONES)})|(?P<teens>{'|'.join(_TEENS)}))\b"
    r"(?! (?:dollars|people|times|tokens|files|users|minutes|seconds|hours|days|o'?clock|pm|am)\b)",
    re.IGNORECASE,
)
_HAN = {letter: str(digit) for digit, letter in enumerate("零一二三四五六七八九")} | {"〇": "0"}
_HAN_SPELLED = re.compile(
    r"(?<![零〇一二三四五六七八九十百])[四五][零〇一二][零〇一二三四五六七八九](?![零〇一二三四五六七八九十百千万个块元次条页张年月号楼室])"
)


@dataclass(frozen=True, slots=True)
class Status:
    """A status with where it stands; ``weak`` where only an access log has it."""

    value: str
    start: int
    end: int
    weak: bool = False


@dataclass(frozen=True)
class _Number:
    """A number with the text before it (all, and that of its line alone), the text behind it and the product's names.

    What takes long to tell is told only once, and only where it matters.
    """

    value: str
    before: str
    line: str
    after: str
    names: re.Pattern[str] | None = None

    @cached_property
    def ours(self) -> bool:
        """True where a name of the product stands right before the number: "kimi 401"."""
        return self.names is not None and self.names.search(self.line) is not None

    @property
    def refused(self) -> bool:
        """True where the number counts, measures, prices or names something else."""
        if beside.REFUSED_LEFT.search(self.line) or beside.CODE_LEFT.search(self.line):
            return True
        if beside.SIZE_LEFT.search(self.line) or (beside.INDEX_LEFT.search(self.line) and not self.named):
            return True
        process = self.line.endswith(" (") and beside.PROCESS_LEFT.fullmatch(self.line)
        if process and not beside.STRONG_RIGHT.match(self.after):
            return True
        if (beside.SETTING_LEFT.search(self.line) or beside.KEYED_LEFT.search(self.line)) and not (
            self.named or self.ours
        ):
            return True
        counted = beside.UNIT_RIGHT.match(self.after) or beside.NAME_RIGHT.match(self.after)
        return bool(counted) and not beside.STRONG_RIGHT.match(self.after)

    @cached_property
    def named(self) -> bool:
        """True where a word that names a status stands before the number."""
        left = (beside.STRONG_LEFT, beside.RAISED_LEFT, beside.PRINTED_LEFT)
        return any(pattern.search(self.line) for pattern in left)

    @property
    def marked(self) -> bool:
        """True where the number is named a status, pointed at as one, or followed by a reason phrase or a body."""
        if self.named or beside.ARROW_LEFT.search(self.line) or beside.CRAWLED_LEFT.search(self.line):
            return True
        if beside.STRONG_RIGHT.match(self.after) or beside.BODY_RIGHT.match(self.after):
            return True
        return not self.line.strip() and beside.STRONG_LEFT.search(self.before) is not None

    @property
    def safe(self) -> bool:
        """True where what follows does not make the number a count."""
        return beside.SAFE_RIGHT.match(self.after) is not None

    @property
    def talked_of(self) -> bool:
        """True where it stands as a status does in talk: "429?", "got a 401", "400 function name ...", "收到429"."""
        if self.value not in _KNOWN or beside.PLURAL_RIGHT.match(self.after):
            return False
        if (
            beside.LINE_LEFT.search(self.before)
            or beside.VALUE_LEFT.search(self.line)
            or not self.line.strip(" \t*>-\"'`")
        ):
            return True
        if beside.ASKED_RIGHT.match(self.after):
            return True
        near = self.line.rstrip()[-1:] + self.after.lstrip()[:1]
        spoken = beside.WEAK_LEFT.search(self.line) or beside.CLAUSE_LEFT.search(self.line) or not near.isascii()
        return self.safe and bool(spoken or self.ours)


def statuses(folded: str, anchors: Sequence[int] = (), names: re.Pattern[str] | None = None) -> list[Status]:
    """Return the 4xx and 5xx statuses of a folded text, in order.

    *anchors* are the places of other evidence; *names* finds the product's name at the end of a text.
    """
    found: list[Status] = []
    for start in _candidates(folded, anchors):
        before, after = _beside(folded, start)
        line = before.rpartition("\n")[2]
        number = _Number(folded[start : start + 3], before, line, after, names)
        listed = bool(found) and start - found[-1].end < _LEFT // 2 and beside.LIST_LEFT.search(before) is not None
        weak = beside.ACCESS_LEFT.search(number.line) is not None
        if weak or _is_status(number, listed=listed):
            found.append(Status(number.value, start, start + 3, weak))
    found += (Status(value, start, end) for value, start, end in spelled(folded))
    return sorted(found, key=lambda status: status.start)


def _beside(folded: str, start: int) -> tuple[str, str]:
    """The text before and after a number, without what has no width."""
    before, after = folded[max(0, start - _LEFT) : start], folded[start + 3 : start + 3 + _RIGHT]
    if "\0" in before or "\0" in after:
        before = folded[max(0, start - 4 * _LEFT) : start].replace("\0", "")[-_LEFT:]
        after = folded[start + 3 : start + 3 + 4 * _RIGHT].replace("\0", "")[:_RIGHT]
    return before, after


def _candidates(folded: str, anchors: Sequence[int]) -> list[int]:
    if len(folded) <= LONG:
        return list(_some([match.start() for match in _CANDIDATE.finditer(folded)]))
    marked = {match.start("status") for mark in _MARKED for match in mark.finditer(folded)}
    spans = [(0, _HEAD), (len(folded) - _TAIL, len(folded)), *((at - _NEAR, at + _NEAR) for at in _some(anchors))]
    near = {match.start() for begin, end in spans for match in _CANDIDATE.finditer(folded, max(0, begin), end)}
    return sorted({*_some(sorted(marked)), *_some(sorted(near))})


def _some(places: Sequence[int]) -> Sequence[int]:
    return places if len(places) <= _FIRST + _LAST else [*places[:_FIRST], *places[-_LAST:]]


def _is_status(number: _Number, *, listed: bool) -> bool:
    """Tell whether a number is a status; *listed* means that it follows one as in "401 or 403"."""
    if number.refused:
        return False
    touching = number.line[-1:] or " "
    if touching.isalpha() and touching.isascii():
        return beside.CODED_LEFT.search(number.line) is not None
    if touching in "/,":
        return listed
    if touching in ":-" and not (number.ours or beside.STRONG_LEFT.search(number.line)):
        return False
    return number.marked or (listed and number.safe) or number.talked_of


def spelled(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the codes that are spelled out ("four oh three", "四零三"): digits, start, end."""
    text = text[:_SPELLED_READ]
    lowered = text.lower()
    matches = _SPELLED.finditer(text) if "four" in lowered or "five" in lowered else ()
    codes = [(_code(match), match) for match in matches]
    if "四" in text or "五" in text:
        codes += [("".join(_HAN[letter] for letter in match[0]), match) for match in _HAN_SPELLED.finditer(text)]
    for code, match in codes:
        if code in _KNOWN:
            yield code, match.start(), match.end()


def _code(match: re.Match[str]) -> str:
    words = {name: word.lower() for name, word in match.groupdict().items() if word}
    first = "4" if words["hundreds"] == "four" else "5"
    digits = _ONES | _ZERO
    if "twenty" in words:
        return f"{first}2{digits[words['twenty']]}"
    return (
        f"{first}{_TEENS[words['teens']]}"
        if "teens" in words
        else f"{first}{digits[words['tens']]}{digits[words['ones']]}"
    )
