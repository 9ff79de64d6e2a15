"""CommonMark as Slack shows it: ``rich_text`` blocks, in which a text is only a text, cut into messages.

In a ``rich_text`` block nothing is parsed: no ``<!channel>`` in it is alive and no asterisk is markup. That is why
answers are not sent as mrkdwn, whose ``*_~`` cannot be escaped. Each paragraph, list, quote and fence is a block of its
own, which is also where a long answer is cut.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from adapters.slack.limits import FENCE_CHARACTERS, HEADER_TEXT, MESSAGE_BLOCKS, MESSAGE_CHARACTERS, SECTION_TEXT

Json = dict[str, Any]

RESERVED = 8  # blocks of a message that are left for buttons and notices
DEEPEST = 8  # how far Slack indents a list
REMEMBERED = 512  # texts whose blocks are kept: the same few answers are given again and again

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}
_LISTS = ("bullet_list", "ordered_list")
_FENCES = ("fence", "code_block")
_LINKS = ("http://", "https://", "mailto:")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of an answer, with its words as plain text."""

    block: Json
    text: str

    @property
    def size(self) -> int:
        """How many characters the block counts for."""
        return len(self.text)


@dataclass(frozen=True, slots=True)
class Page:
    """As much of an answer as one message holds."""

    blocks: tuple[Json, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A run of characters in one style."""

    text: str
    styles: frozenset[str] = field(default_factory=frozenset)
    url: str = ""

    def to_json(self) -> Json:
        style = {"style": dict.fromkeys(sorted(self.styles), True)} if self.styles else {}
        if self.url:
            return {"type": "link", "url": self.url, "text": self.text, **style}
        return {"type": "text", "text": self.text, **style}


@lru_cache(maxsize=REMEMBERED)
def to_pages(markdown: str) -> tuple[Page, ...]:
    """Return *markdown* as the messages that it takes, cut between blocks; one empty page where there is nothing."""
    pages, page = [], Page()
    for piece in to_pieces(markdown):
        full = len(page.blocks) >= MESSAGE_BLOCKS - RESERVED
        if page.blocks and (full or len(page.text) + piece.size > MESSAGE_CHARACTERS):
            pages.append(page)
            page = Page()
        page = Page((*page.blocks, piece.block), f"{page.text}\n\n{piece.text}".strip())
    return (*pages, page)


def to_pieces(markdown: str) -> list[Piece]:
    """Return the blocks of *markdown*, in order, none larger than a message."""
    root = SyntaxTreeNode(_PARSER.parse(markdown))
    return [piece for node in root.children for piece in _pieces(node)]


def _pieces(node: SyntaxTreeNode) -> Iterator[Piece]:
    if node.type == "heading":
        yield from _heading(node)
    elif node.type in _FENCES:
        yield from _fence(node.content)
    elif node.type in _LISTS:
        yield from _lists(node)
    elif node.type == "blockquote":
        yield from _sections(_flat(node), "rich_text_quote")
    elif node.type == "hr":
        yield Piece({"type": "divider"}, "")
    else:
        yield from _sections(_flat(node), "rich_text_section")


def _heading(node: SyntaxTreeNode) -> Iterator[Piece]:
    leaves = _flat(node)
    words = _words(leaves)
    if 0 < len(words) <= HEADER_TEXT and not any(leaf.url for leaf in leaves):
        yield Piece({"type": "header", "text": {"type": "plain_text", "text": words, "emoji": False}}, words)
    else:
        yield from _sections([replace(leaf, styles=leaf.styles | {"bold"}) for leaf in leaves], "rich_text_section")


def _fence(content: str) -> Iterator[Piece]:
    """A fence whole; one that no message holds in several, cut between lines, each a fence of its own."""
    for part in _cut(content.removesuffix("\n"), FENCE_CHARACTERS, "\n"):
        element = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": part}]}
        yield Piece({"type": "rich_text", "elements": [element]}, f"```\n{part}\n```")


def _sections(leaves: Sequence[_Leaf], kind: str) -> Iterator[Piece]:
    for group in _grouped(leaves, SECTION_TEXT):
        element = {"type": kind, "elements": [leaf.to_json() for leaf in group]}
        yield Piece({"type": "rich_text", "elements": [element]}, _words(group))


def _lists(node: SyntaxTreeNode) -> Iterator[Piece]:
    """A list with those inside of it; as many items in a block as a section holds characters."""
    elements: list[Json] = []
    lines: list[str] = []
    for element, line in _items(node, 0):
        if elements and sum(map(len, lines)) + len(line) > SECTION_TEXT:
            yield Piece({"type": "rich_text", "elements": _joined(elements)}, "\n".join(lines))
            elements, lines = [], []
        elements.append(element)
        lines.append(line)
    if elements:
        yield Piece({"type": "rich_text", "elements": _joined(elements)}, "\n".join(lines))


def _items(node: SyntaxTreeNode, indent: int) -> Iterator[tuple[Json, str]]:
    """Each item as an element of its own, with its line of plain text."""
    ordered = node.type == "ordered_list"
    first = int(node.attrs.get("start", 1)) if ordered else 1
    for number, item in enumerate(node.children, first):
        mark = f"{number}." if ordered else "•"
        for group in _grouped(_told(item) or [_Leaf(" ")], SECTION_TEXT):
            yield _item(group, indent, number if ordered else 0), f"{'  ' * indent}{mark} {_words(group)}"
        for child in item.children:
            if child.type in _LISTS:
                yield from _items(child, min(indent + 1, DEEPEST))
            elif child.type in _FENCES:
                yield from ((piece.block["elements"][0], piece.text) for piece in _fence(child.content))


def _told(item: SyntaxTreeNode) -> list[_Leaf]:
    """What an item says itself, without the lists and fences inside of it."""
    leaves: list[_Leaf] = []
    for child in item.children:
        if child.type not in (*_LISTS, *_FENCES):
            leaves += [*([_Leaf("\n")] if leaves else []), *_flat(child)]
    return leaves


def _item(leaves: Sequence[_Leaf], indent: int, number: int) -> Json:
    section = {"type": "rich_text_section", "elements": [leaf.to_json() for leaf in leaves]}
    element: Json = {"type": "rich_text_list", "style": "ordered" if number else "bullet", "elements": [section]}
    if indent:
        element["indent"] = indent
    if number > 1:
        element["offset"] = number - 1
    return element


def _joined(elements: Sequence[Json]) -> list[Json]:
    """The *elements* with neighbouring items of one list in one element."""
    joined: list[Json] = []
    for element in elements:
        last = joined[-1] if joined else {}
        alike = all(element.get(name) == last.get(name) for name in ("type", "style", "indent"))
        if alike and element["type"] == "rich_text_list":
            joined[-1] = {**last, "elements": [*last["elements"], *element["elements"]]}
        else:
            joined.append(element)
    return joined


def _flat(node: SyntaxTreeNode, styles: frozenset[str] = frozenset(), url: str = "") -> list[_Leaf]:
    """All that is written in *node*, in reading order; paragraphs within it are parted by an empty line."""
    if node.type in ("text", "code_inline", "html_inline", "html_block", "fence", "code_block"):
        code = {"code"} if "code" in node.type or node.type == "fence" else set()
        return [_Leaf(node.content, styles | code, url)] if node.content else []
    if node.type == "image":
        return [_Leaf(node.content or str(node.attrs.get("src", "")), styles, _address(node, "src") or url)]
    inner = styles | {_STYLES[node.type]} if node.type in _STYLES else styles
    address = _address(node, "href") if node.type == "link" else url
    leaves: list[_Leaf] = []
    children = node.children
    for place, child in enumerate(children):
        if child.type in ("softbreak", "hardbreak"):
            leaves.append(_Leaf(_break(child, children[place - 1 : place + 2]), inner, address))
            continue
        if place and child.block:
            leaves.append(_Leaf("\n"))
        if child.type == "list_item":
            leaves.append(_Leaf("• "))
        leaves += _flat(child, inner, address)
    return _merged(leaves)


def _break(node: SyntaxTreeNode, around: Sequence[SyntaxTreeNode]) -> str:
    """What a line's end is shown as, with what stands *around* it: where Chinese goes on in Chinese, nothing."""
    if node.type == "hardbreak":
        return "\n"
    joined = f"{around[0].content[-1:]}{around[-1].content[:1]}" if len(around) == 3 else ""
    return "" if len(joined) == 2 and all(map(_is_wide, joined)) else " "


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _merged(leaves: Sequence[_Leaf]) -> list[_Leaf]:
    """The *leaves* with neighbours of one style in one."""
    merged: list[_Leaf] = []
    for leaf in leaves:
        if merged and replace(merged[-1], text="") == replace(leaf, text=""):
            merged[-1] = replace(leaf, text=merged[-1].text + leaf.text)
        elif leaf.text:
            merged.append(leaf)
    return merged


def _address(node: SyntaxTreeNode, name: str) -> str:
    """The address of a link, empty for a kind that Slack would refuse."""
    address = str(node.attrs.get(name, ""))
    return address if address.startswith(_LINKS) else ""


def _words(leaves: Sequence[_Leaf]) -> str:
    """The *leaves* as plain text; an address stands behind what links to it."""
    return "".join(f"{leaf.text} ({leaf.url})" if leaf.url not in ("", leaf.text) else leaf.text for leaf in leaves)


def _grouped(leaves: Sequence[_Leaf], most: int) -> Iterator[list[_Leaf]]:
    """The *leaves* in groups of at most *most* characters; a long one is cut at a space."""
    group: list[_Leaf] = []
    size = 0
    for leaf in leaves:
        for part in _cut(leaf.text, most, " "):
            if group and size + len(part) > most:
                yield group
                group, size = [], 0
            group.append(replace(leaf, text=part))
            size += len(part)
    if group:
        yield group


def _cut(text: str, most: int, at: str) -> Iterator[str]:
    """*text* in parts of at most *most* characters, each but the last ending before an *at* where it has one."""
    while len(text) > most:
        place = text.rfind(at, 1, most + 1)
        yield text[: place if place > 0 else most]
        text = text[place + len(at) if place > 0 else most :]
    if text:
        yield text
