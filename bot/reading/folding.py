"""Two plain views of a text for the search of evidence: folded (same length) and squashed (with the way back)."""

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, pairwise

_CHUNK = 512

_QUOTES = dict.fromkeys("“”„‟«»″＂", '"') | dict.fromkeys("‘’‚‛′＇", "'")
_SPACES = dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000", " ") | {chr(code): " " for code in range(0x2000, 0x200B)}
_NOTHING = dict.fromkeys("\u00ad\u180e\ufeff", "\0")
_NOTHING |= {chr(code): "\0" for code in (*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2065))}
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "＂＇，！？"}
_DASHES = dict.fromkeys("‐‑‒–—−", "-")
_BORDERS = dict.fromkeys("│┃║▏▕", "|")
_PLAIN = _WIDE | _QUOTES | _SPACES | _NOTHING | _DASHES | _BORDERS
_FANCY = re.compile(f"[{re.escape(''.join(_PLAIN))}]")

_BARE_ANSI = re.compile(r"\[(?:\d{1,3};){0,4}\d{1,3}m")
_ANSI = re.compile(rf"\x1b\[[0-9;?]{{0,16}}[A-Za-z]|{_BARE_ANSI.pattern}")
_ENTITY = re.compile(r"&(?:amp;){0,3}(lt|gt|quot|apos|amp|nbsp|#39|#34|#x27);")
_ENTITIES = {
    "lt": "<",
    "gt": ">",
    "quot": '"',
    "apos": "'",
    "amp": "&",
    "nbsp": " ",
    "#39": "'",
    "#34": '"',
    "#x27": "'",
}
_ESCAPED = re.compile(r"\\{1,16}u([0-9a-fA-F]{4})")
_NEWLINE = re.compile(r"\\n(?=[A-Z\s{}\[\]\"'<\\0-9])|\\r(?=\\{1,16}n)")
_STAMP = r"""
    \[?\d{4}[-/]\d\d[-/]\d\d,?[T \t]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?
      (?:[ ](?:stdout|stderr)[ ][FP])?
    | \[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?(?=[ \t])
    | [A-Z][a-z]{2}[ \t]{1,2}\d{1,2}[ \t]\d\d:\d\d:\d\d
      [ \t]{1,12}[\w.-]{1,60}[ \t][\w./-]{1,60}(?:\[\d{1,7}\])?:(?=[ \t]|$)
    | \[pod/[\w./-]{1,150}\](?=[ \t]|$)
"""
_CONTAINER = r"[\w./-]{1,60}[ \t]{1,20}\|(?=[ \t]|$)"


def _prefix(shapes: str, opening: str) -> re.Pattern[str]:
    """One after the other of *shapes*, which begin with an *opening*, behind a line break.

    A pattern that begins with a letter is found fast, and most lines that have no prefix begin with no opening.
    """
    return re.compile(rf"(?x)\n[ \t>|]{{0,12}}+(?={opening})(?:{shapes})(?:[ \t]{{0,12}}(?:{shapes})){{0,3}}")


_PREFIX, _PREFIX_OR_CONTAINER = _prefix(_STAMP, r"[\[\dA-Z]"), _prefix(f"{_STAMP} | {_CONTAINER}", r"[\[\w./-]")
"""What collectors put before each line: a time, a host with a process, a pod, a container; one before another."""

_WIDTHS = range(50, 201)
_FEWEST, _ALIKE, _MARGIN, _LONGEST_WRAPPED = 2, 6, 3, 100_000

_DROPPED = b"\0 \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\"'`\\*|<>"
_DROPPED_LETTERS = frozenset(_DROPPED.decode())


def fold(text: str) -> str:
    """Return *text* with the same length and lines, free of colours, entities, wide forms and log prefixes.

    What is longer in the original than in plain form is padded with spaces, and a character without width becomes NUL,
    so every position stays true.
    """
    if not text.isascii():
        text = _FANCY.sub(lambda match: _PLAIN[match[0]], text)
    if "\x1b" in text:
        text = _ANSI.sub(_blank, text)
    elif "0m" in text:
        text = _BARE_ANSI.sub(_blank, text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: _ENTITIES[match[1]].ljust(len(match[0])), text)
    if "\\" in text:
        text = _ESCAPED.sub(_unescape, text)
        text = _NEWLINE.sub(_blank, text)
    return (_PREFIX_OR_CONTAINER if " |" in text else _PREFIX).sub(_blank_line_start, "\n" + text)[1:]


def unwrap(folded: str) -> str:
    """Return a folded text of the same length in which the lines that a terminal broke at its width are whole again.

    A terminal's width is told by two lines or more that are as long as any; a line that begins like the one before it
    is another of its kind, and one behind a prefix or an indent begins anew. The break becomes NUL, which has no width.
    """
    if len(folded) > _LONGEST_WRAPPED or folded.count("\n") < _FEWEST:
        return folded
    lines = folded.split("\n")
    bare = [line.rstrip(" |\r") for line in lines]
    width = max(map(len, bare))
    if width not in _WIDTHS or sum(len(line) == width for line in bare) < _FEWEST:
        return folded
    breaks = [_goes_on(line, after, width) for line, after in pairwise(bare)]
    return lines[0] + "".join(("\0" if on else "\n") + line for on, line in zip(breaks, lines[1:], strict=True))


def _goes_on(line: str, after: str, width: int) -> bool:
    begins, goes_on = line.lstrip(" |")[:_ALIKE], after.lstrip(" |")[:_ALIKE]
    indented = len(after) - len(after.lstrip(" |")) > _MARGIN
    return len(line) == width and bool(goes_on) and begins != goes_on and not indented


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _blank_line_start(match: re.Match[str]) -> str:
    return "\n".ljust(len(match[0]))


def _unescape(match: re.Match[str]) -> str:
    plain = chr(int(match[1], 16))
    return _PLAIN.get(plain, max(plain, " ")).ljust(len(match[0]), " " if plain.isascii() else "\0")


def squash(text: str) -> str:
    """Return folded *text* in lower case without white space, quotes, backslashes and the marks that chats lose."""
    return text.encode("utf-8", "surrogatepass").translate(None, _DROPPED).decode("utf-8", "surrogatepass").lower()


class Squashed:
    """A folded text squashed, which knows where each of its characters stood."""

    def __init__(self, folded: str) -> None:
        self.folded = folded
        self.text = squash(folded)
        self._maps: dict[int, list[int]] = {}

    @cached_property
    def _starts(self) -> list[int]:
        chunks = (self.folded[at : at + _CHUNK] for at in range(0, len(self.folded), _CHUNK))
        return list(accumulate((len(squash(chunk)) for chunk in chunks), initial=0))

    def origin(self, index: int) -> int:
        """The position in the folded text of the character at *index* of the squashed text."""
        chunk = max(0, bisect_right(self._starts, index) - 1)
        if chunk not in self._maps:
            self._maps[chunk] = self._positions(chunk)
        positions = self._maps[chunk]
        within = index - self._starts[chunk]
        return positions[within] if within < len(positions) else len(self.folded) - 1

    def _positions(self, chunk: int) -> list[int]:
        begin = chunk * _CHUNK
        part = self.folded[begin : begin + _CHUNK]
        if part.isascii():
            return [at for at, letter in enumerate(part, begin) if letter not in _DROPPED_LETTERS]
        return [begin + at for at, letter in enumerate(part) for _ in squash(letter)]
