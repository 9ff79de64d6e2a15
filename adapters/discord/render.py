"""CommonMark as Discord shows it, in parts that Discord takes.

Discord breaks a line where the source does, so paragraphs are unwrapped; it knows no tables and no pictures, and three
sizes of headings. Inline markup is CommonMark's own there and is left as it is written. What Discord would make a
mention, an emoji, a timestamp or a spoiler of is made plain, wherever it stands.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from markdown_it import MarkdownIt
from markdown_it.token import Token

LIMIT = 2_000  # UTF-16 code units, the strictest way to count
LAID_OUT = 4_000  # the same for all texts of one layout together
FENCE = "```"
JOINER = "\u2060"  # no width, no break: stands where a sign must lose its meaning

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_CJK = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_SOFT_BREAK = re.compile(r"(?<![ \\]) ?\n[ \t]*")
_BETWEEN_CJK = re.compile(rf"(?<={_CJK}) ?\n[ \t]*(?={_CJK})")
_HARD_BREAK = re.compile(r"(?:  +|\\)\n[ \t]*")
_IMAGE = re.compile(r"!(?=\[[^\]]*\]\()")
_REFERENCE = re.compile(r"\[([^\[\]]+)\](?:\[([^\[\]]*)\])?(?!\()")
_MENTION = re.compile(r"<(?=@[!&]?\d|#\d|a?:\w+:\d|t:-?\d|id:\w|/[^<>\n]*:\d)|@(?=everyone|here)", re.IGNORECASE)
_MASK_OR_CODE = re.compile(r"\|\||(?P<ticks>(?<!`)`+(?!`)).*?(?<!`)(?P=ticks)(?!`)", re.DOTALL)
_SMALL = re.compile(r"^-(?=# )")
_PARAGRAPHS = re.compile(r"\n{2,}")
_OPENING = re.compile(r"^(?P<indent> *)```(?P<language>[^\s`]*)$")


def to_discord(text: str) -> str:
    """Return the CommonMark *text* as Discord's Markdown, of any length."""
    references: dict[str, dict[str, dict[str, str]]] = {}
    tokens = _PARSER.parse(text, references)
    targets = {name.casefold(): found["href"] for name, found in references.get("references", {}).items()}
    return "\n\n".join(filter(None, _Blocks(tokens, targets).blocks(0, len(tokens))))


def plain(text: str) -> str:
    """Return *text* with nothing left that Discord would take for a mention, an emoji or a time."""
    return _MENTION.sub(lambda found: found[0] + JOINER, text)


def code(text: str) -> str:
    """Return *text*, by whomever, as code within a line: it can neither end the code nor call anybody."""
    words = " ".join(text.replace("`", "'").split())
    return f"`{plain(words)}`" if words else ""


def fenced(text: str, language: str = "") -> str:
    """Return *text*, by whomever, as a block of code that nothing in it can end."""
    return f"{FENCE}{language}\n{_inert(text)}\n{FENCE}"


def size(text: str) -> int:
    """How long *text* is to Discord."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """Return *text*, or as much of it as goes into *limit* with an ellipsis."""
    if size(text) <= limit:
        return text
    while size(text) >= limit:
        text = text[: max(1, limit - 1) if len(text) > limit else len(text) - 1]
    return text + "…"


def split(text: str, limit: int = LIMIT) -> tuple[str, ...]:
    """Return Discord's Markdown *text* in parts of at most *limit*, cut between paragraphs where that goes.

    A block of code that does not go into one part is closed at its end and opened again in the next.
    """
    parts: list[str] = []
    for piece in _pieces(text, limit):
        joined = f"{parts[-1]}\n\n{piece}" if parts else piece
        if parts and size(joined) <= limit:
            parts[-1] = joined
        else:
            parts.append(piece)
    return tuple(parts)


def _pieces(text: str, limit: int) -> Iterator[str]:
    """The paragraphs and blocks of *text*, those that are too long in pieces of at most *limit*."""
    for block in _sections(text):
        if size(block) <= limit:
            yield block
        elif opening := _OPENING.match(block.partition("\n")[0]):
            yield from _split_fence(block, opening, limit)
        else:
            yield from _packed(block.split("\n"), limit)


def _sections(text: str) -> Iterator[str]:
    """The paragraphs of *text*, blocks of code whole."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        opening = _OPENING.match(line)
        if fence:
            lines.append(line)
            if line == fence:
                yield "\n".join(lines)
                lines, fence = [], ""
            continue
        if (opening or not line.strip()) and lines:
            yield "\n".join(lines)
            lines = []
        if opening:
            fence = f"{opening['indent']}{FENCE}"
        if opening or line.strip():
            lines.append(line)
    if lines:
        yield "\n".join(lines)


def _split_fence(block: str, opening: "re.Match[str]", limit: int) -> Iterator[str]:
    first, *body = block.split("\n")
    last = f"{opening['indent']}{FENCE}"
    if body[-1] == last:
        body.pop()
    room = limit - size(first) - size(last) - 2
    yield from (f"{first}\n{piece}\n{last}" for piece in _packed(body, room))


def _packed(lines: Sequence[str], limit: int) -> Iterator[str]:
    """The *lines* in as few pieces of at most *limit* as their order allows."""
    held: str | None = None
    for line in chain.from_iterable(_short(line, limit) for line in lines):
        joined = line if held is None else f"{held}\n{line}"
        if held is not None and size(joined) > limit:
            yield held
            joined = line
        held = joined
    yield held or ""


def _short(line: str, limit: int) -> Iterator[str]:
    """The *line* in pieces of at most *limit*, cut at a space where there is one in the later half."""
    while size(line) > limit:
        end = limit
        while size(line[:end]) > limit:
            end -= 1
        space = line.rfind(" ", end // 2, end)
        end = space if space > 0 else end
        yield line[:end]
        line = line[end:].lstrip(" ") if space > 0 else line[end:]
    yield line


def _inert(text: str) -> str:
    """The *text* of a block of code with every run of back ticks broken."""
    return re.sub(r"`(?=`)", "`" + JOINER, text)


class _Blocks:
    """Writes the blocks of one text."""

    def __init__(self, tokens: Sequence[Token], targets: dict[str, str]) -> None:
        self._tokens = tokens
        self._targets = targets

    def blocks(self, start: int, end: int) -> list[str]:
        """Return the blocks between the tokens *start* and *end*."""
        found: list[str] = []
        while start < end:
            last = self._last(start)
            found.append(self._block(start, last))
            start = last + 1
        return found

    def _last(self, start: int) -> int:
        """The token that closes what the one at *start* opens; itself where it opens nothing."""
        place, depth = start, int(self._tokens[start].nesting)
        while depth:
            place += 1
            depth += self._tokens[place].nesting
        return place

    def _block(self, start: int, last: int) -> str:  # noqa: PLR0911 - one kind of block after the other
        token = self._tokens[start]
        match token.type:
            case "paragraph_open":
                return _SMALL.sub(r"\\-", self._inline(start + 1))
            case "heading_open":
                level, words = int(token.tag[1]), self._inline(start + 1)
                return f"{'#' * level} {words}" if level <= 3 else f"**{words}**"
            case "fence" | "code_block":
                language = re.sub(r"[^\w+#.-].*", "", token.info.strip())
                return fenced(token.content.rstrip("\n"), language)
            case "blockquote_open":
                quoted = "\n\n".join(self.blocks(start + 1, last))
                return "\n".join(f"> {line}" for line in quoted.split("\n"))
            case "bullet_list_open" | "ordered_list_open":
                return self._list(start, last)
            case "table_open":
                return fenced(_table(self._rows(start, last)))
            case _:
                return "———"

    def _list(self, start: int, last: int) -> str:
        opening = self._tokens[start]
        number = int(opening.attrGet("start") or 1) if opening.type == "ordered_list_open" else None
        lines: list[str] = []
        place = start + 1
        while place < last:
            end = self._last(place)
            mark = "- " if number is None else f"{number}. "
            body = "\n".join(self.blocks(place + 1, end)).split("\n")
            lines.append(mark + body[0])
            lines += [" " * len(mark) + line if line else "" for line in body[1:]]
            number = None if number is None else number + 1
            place = end + 1
        return "\n".join(lines)

    def _rows(self, start: int, last: int) -> list[list[str]]:
        rows: list[list[str]] = []
        for place in range(start, last):
            if self._tokens[place].type == "tr_open":
                rows.append([])
            elif self._tokens[place].type == "inline":
                rows[-1].append(self._tokens[place].content)
        return rows

    def _inline(self, place: int) -> str:
        """The words of the inline token at *place*, as they are written, on one line but for hard breaks."""
        text = _HARD_BREAK.sub("\0", self._tokens[place].content)
        text = _SOFT_BREAK.sub(" ", _BETWEEN_CJK.sub("", text)).replace("\0", "\n")
        if self._targets:
            text = _REFERENCE.sub(self._resolved, text)
        shown = _MASK_OR_CODE.sub(lambda found: found[0] if found["ticks"] else r"\|\|", _IMAGE.sub("", text))
        return plain(shown)

    def _resolved(self, found: "re.Match[str]") -> str:
        target = self._targets.get((found[2] or found[1]).casefold())
        return f"[{found[1]}]({target})" if target else found[0]


def _table(rows: Sequence[Sequence[str]]) -> str:
    """The *rows* in columns; the first is underlined."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=False)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
    return "\n".join((lines[0], "  ".join("-" * width for width in widths), *lines[1:])) if lines else ""
