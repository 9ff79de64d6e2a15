"""A text as it is searched for secrets: its dressing off, with the way back to where each character stood.

Invisible characters are removed, full-width forms and typographic quotes, hyphens and spaces made ASCII.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from bot.reading.secrets.shape import Span

_INVISIBLE = re.compile(
    "\x1b\\[[0-9;?]{0,16}[A-Za-z]|[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
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
_JOINT = re.compile(
    r"""(?x) (?<=[\w.~+/=:-])
    (?: \\? \r? \n [ \t]{0,12} (?: [>|│] [ \t]{0,2} )? | (?: \\{1,8}r )? \\{1,8}n
      | \\{0,8}["'`] [ \t]{0,4} (?: [+.&] [ \t]{0,4} \\? \r? \n? | \\? \r? \n ) [ \t]{0,40} [+.&]? [ \t]{0,4}
        \\{0,8}["'`] )
    (?=[\w.~+/=-])"""
)
"""Where a terminal, a mail or a program may have broken one word in two."""

_CODE = re.compile(
    r"""(?x) &(?:amp;){0,3}(?P<entity>quot|lt|gt|amp|apos|\#39|\#0?34|\#x27); | %(?P<number>[2-7][0-9A-Fa-f])
    | \\{1,16}(?: u001b(?P<colour>\[[0-9;]{0,16}m) | (?P<break>[nrt]) | / )"""
)
_JOINT_SIGNS = frozenset('\n\\"`')
_CODE_SIGNS = frozenset("&%\\")
_ENTITIES = {
    "quot": '"',
    "lt": "<",
    "gt": ">",
    "amp": "&",
    "apos": "'",
    "#39": "'",
    "#34": '"',
    "#034": '"',
    "#x27": "'",
}


@dataclass(frozen=True, slots=True)
class View:
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

    def breaks(self, start: int, end: int) -> list[int]:
        """The places within ``text[start:end]`` at which characters are missing."""
        within = self.gaps[bisect_right(self.gaps, start) : bisect_left(self.gaps, end)]
        return sorted(set(within))


def view_of(text: str) -> View:
    """Return *text* as it is searched."""
    seen, gaps = _replaced(_INVISIBLE, text, lambda _: "") if not text.isascii() or "\x1b" in text else (text, ())
    for form in set(_FORM.findall(seen)) if not seen.isascii() else ():
        seen = seen.replace(form, chr(_TO_ASCII[ord(form)]))
    return _folded(seen, gaps)


def joined(view: View) -> View | None:
    """*view* without the breaks within words, None where it has none; its way back leads to *view*."""
    if _JOINT_SIGNS.isdisjoint(view.text) and view.text.count("'") < 2:
        return None
    text, gaps = _replaced(_JOINT, view.text, lambda _: "")
    return _folded(text, gaps) if gaps else None


def decoded(view: View) -> View | None:
    """*view* with the characters that codes stand for, None where it has no codes; its way back leads to *view*."""
    if _CODE_SIGNS.isdisjoint(view.text):
        return None
    text, gaps = _replaced(_CODE, view.text, _character)
    return _folded(text, gaps) if gaps else None


def _character(code: re.Match[str]) -> str:
    if code["entity"]:
        return _ENTITIES[code["entity"]]
    if code["number"]:
        return chr(int(code["number"], 16))
    return "" if code["colour"] else "\n" if code["break"] else "/"


def _replaced(
    pattern: re.Pattern[str], text: str, character: Callable[[re.Match[str]], str]
) -> tuple[str, tuple[int, ...]]:
    """*text* with at most one character for each match of *pattern*, and the gaps that this makes."""
    parts: list[str] = []
    gaps: list[int] = []
    done = 0
    for match in pattern.finditer(text):
        letter = character(match)
        gaps += [match.start() - len(gaps) + len(letter)] * (len(match[0]) - len(letter))
        parts += text[done : match.start()], letter
        done = match.end()
    return "".join((*parts, text[done:])), tuple(gaps)


def _folded(text: str, gaps: tuple[int, ...]) -> View:
    # İ is the one character whose lower case is longer than itself.
    return View(text, text.replace("İ", "I").lower(), gaps)
