"""What happens to a trace on its way from a terminal into a chat."""

import re
from collections.abc import Callable
from random import Random

from tests.fire.bases import Base
from tests.fire.company import FOREIGN, NOISE, QUESTIONS, SOLVED

Damage = Callable[[str, Base, Random], str]

_SHINGLE = 6
_MARKS = re.compile(r"[\s\"'`\\<>|*&;]+")
_LETTERS = "".join(map(chr, range(0x21, 0x7F)))
_DIGITS = str.maketrans({digit: chr(ord(digit) + 0xFEE0) for digit in "0123456789"})
_WIDE = str.maketrans({letter: chr(ord(letter) + 0xFEE0) for letter in _LETTERS if letter.isalnum()})


def _bare(text: str) -> str:
    return _MARKS.sub("", text).lower()


def missing_lines(text: str, base: Base, random: Random) -> str:
    """Take away lines that hold no part of the bare error."""
    whole = _bare(base.text)
    pieces = {whole[at : at + _SHINGLE] for at in range(max(1, len(whole) - _SHINGLE + 1))}
    lines = text.split("\n")
    told = [_bare(one) for one in base.told]
    holding = [any(piece in _bare(line) for piece in (*pieces, *told)) or len(_bare(line)) < _SHINGLE for line in lines]
    return "\n".join(line for line, held in zip(lines, holding, strict=True) if held or random.random() < 0.6)


def cut_end(text: str, base: Base, random: Random) -> str:
    """Cut behind the last field that decides."""
    ends = [text.rfind(told) + len(told) for told in base.told if told in text]
    if len(ends) < len(base.told) or max(ends) >= len(text):
        return text
    return text[: random.randrange(max(ends), len(text))] + random.choice(("", "", "...", "…", "\n[truncated]"))


def foreign_before(text: str, base: Base, random: Random) -> str:
    del base
    return f"{random.choice(FOREIGN)}{random.choice((chr(10), chr(10) * 2))}{text}"


def foreign_after(text: str, base: Base, random: Random) -> str:
    del base
    return f"{text}{random.choice((chr(10), chr(10) * 2))}{random.choice(FOREIGN)}"


def solved_before(text: str, base: Base, random: Random) -> str:
    del base
    return f"{random.choice(SOLVED)}\n{random.choice(('', 'Now this:', 'now I see', '现在：'))}\n{text}"


def lines_around(text: str, base: Base, random: Random) -> str:
    """Put thousands of log lines before and after."""
    del base
    before = random.randrange(9_000)
    return "\n".join((*noise(before, random), text, *noise(10_000 - before, random)))


def some_lines_around(text: str, base: Base, random: Random) -> str:
    del base
    return "\n".join((*noise(random.randrange(12), random), text, *noise(random.randrange(12), random)))


def noise(count: int, random: Random) -> list[str]:
    """Return *count* lines of logs that tell of no error."""
    kinds = random.choices(NOISE, k=count)
    return [line.format(digit=number % 10, pair=number % 90 + 10) for number, line in enumerate(kinds)]


def timestamps(text: str, base: Base, random: Random) -> str:
    del base
    stamp = random.choice(
        (
            "2026-08-19T03:58:05.429Z ",
            "2026-08-19 03:58:05,401 ",
            "[2026-08-19 03:58:05] ",
            "03:58:05 ",
            "[03:58:05.403] ",
        )
    )
    return "\n".join(stamp + line for line in text.split("\n"))


def width(text: str, base: Base, random: Random) -> str:
    """Break lines hard at a terminal's width, as is, with an indent, or in a frame."""
    del base
    columns, margin = random.randrange(60, 121), random.choice(("", "", "  ", "│ "))
    pieces = [
        line[at : at + columns] for line in text.split("\n") for at in range(0, max(1, min(len(line), 20_000)), columns)
    ]
    return "\n".join(f"{margin}{piece.ljust(columns)} │" if margin == "│ " else margin + piece for piece in pieces)


def colours(text: str, base: Base, random: Random) -> str:
    """Colour each line, and some words within it."""
    del base
    start, end = random.choice((("\x1b[31m", "\x1b[0m"), ("\x1b[1;38;5;196m", "\x1b[0m"), ("[31m", "[0m")))
    words = re.compile(r"(?<=[ :])(?:\w{5,})(?=[ :,])")
    return "\n".join(start + words.sub(rf"{end}\g<0>{start}", line, count=1) + end for line in text.split("\n"))


def questions(text: str, base: Base, random: Random) -> str:
    del base
    question, gap = random.choice(QUESTIONS), random.choice(("\n", "\n\n"))
    return f"{question}{gap}{text}" if random.random() < 0.5 else f"{text}{gap}{question}"


def stripped_quotes(text: str, base: Base, random: Random) -> str:
    del base
    return re.sub(random.choice((r"[\"']", r"[\"'\\]", r"\"")), "", text)


def smart_quotes(text: str, base: Base, random: Random) -> str:
    del base, random
    paired = re.sub(r'(^|[\s({\[:,])"', r"\1“", text).replace('"', "”")
    return re.sub(r"(^|[\s({\[:,])'", r"\1‘", paired).replace("'", "’")


def full_width(text: str, base: Base, random: Random) -> str:
    del base
    return text.translate(random.choice((_DIGITS, _WIDE)))


def slack_escaping(text: str, base: Base, random: Random) -> str:
    del base, random
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def white_space(text: str, base: Base, random: Random) -> str:
    """Tabs or no-break spaces instead of spaces."""
    del base
    return text.replace(" ", random.choice(("\u00a0", "\t", "\u3000")), random.choice((3, 50, -1)))


def carriage_returns(text: str, base: Base, random: Random) -> str:
    del base
    return text.replace("\n", random.choice(("\r\n", "\r\n", "\r\n", "\r")))


DAMAGE: dict[str, Damage] = {
    "missing lines": missing_lines,
    "cut at the end": cut_end,
    "foreign error before": foreign_before,
    "foreign error after": foreign_after,
    "solved error before": solved_before,
    "a few lines around": some_lines_around,
    "10,000 lines around": lines_around,
    "timestamps": timestamps,
    "terminal width": width,
    "a question": questions,
    "stripped quotes": stripped_quotes,
    "smart quotes": smart_quotes,
    "full-width forms": full_width,
    "colours": colours,
    "Slack escaping": slack_escaping,
    "tabs and no-break spaces": white_space,
    "carriage returns": carriage_returns,
}
"""Every damage, in the order in which they happen."""

RARE = {"10,000 lines around": 0.1}
"""How often a slow one is chosen, against 1."""
