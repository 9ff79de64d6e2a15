"""Where each value of a YAML file stands, kept in four integers a node so that large files stay cheap."""

import re
from array import array
from bisect import bisect_right
from typing import NamedTuple, TypeAlias

NodePath: TypeAlias = tuple[str | int, ...]  # the keys and indices that lead to a value

_BREAK = re.compile(r"\r\n|\n|\r")
_ITEM = -1


class Position(NamedTuple):
    """A place in a file; line and column count from 1, the column in characters."""

    line: int
    column: int


class Lines:
    """Turns an offset into a text into a line and a column."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        """Remember where the lines of *text* begin."""
        self._starts = array("L", [0])
        self._starts.extend(found.end() for found in _BREAK.finditer(text))

    def at(self, offset: int) -> Position:
        """The position of the character at *offset*."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)


class Positions:
    """The nodes of a file in the order in which they begin, found again by their path of keys and indices.

    A path that leads nowhere stands where its last existing part stands: a missing key is at its mapping.
    """

    def __init__(self, lines: Lines) -> None:
        """Start with no node."""
        self.lines = lines
        self.comments = array("L")  # where comments begin that may have been meant as text
        self._names: dict[str, int] = {}
        self._name = array("l")
        self._key = array("L")
        self._value = array("L")
        self._end = array("L")
        self._children: dict[int, dict[int, int]] = {}

    def open(self, value: int, key: str | None, key_offset: int) -> int:
        """Note that a node begins at offset *value* under *key* (None for a list's item), and return its number."""
        self._name.append(_ITEM if key is None else self._names.setdefault(key, len(self._names)))
        self._key.append(key_offset)
        self._value.append(value)
        self._end.append(len(self._value))
        return len(self._value) - 1

    def close(self, node: int) -> None:
        """Note that *node* is complete: all nodes since are inside it."""
        self._end[node] = len(self._value)

    def forget(self, node: int) -> None:
        """Take back *node* and all nodes since."""
        for column in (self._name, self._key, self._value, self._end):
            del column[node:]

    def value(self, *path: str | int) -> Position:
        """Where the value at *path* begins."""
        return self.lines.at(self.offset(*path))

    def key(self, *path: str | int) -> Position:
        """Where the key of the value at *path* stands; for a list's item, where the item begins."""
        node = self._find(path)
        return self.lines.at(self._key[node] if self._key else 0)

    def has(self, *path: str | int) -> bool:
        """Whether there is a value at *path*."""
        node = 0
        return all((node := self._child(node, part) or 0) for part in path)

    def offset(self, *path: str | int) -> int:
        """Where the value at *path* begins, in characters from the start of the file."""
        return self._value[self._find(path)] if self._value else 0

    def _find(self, path: NodePath) -> int:
        node = 0
        for part in path:
            child = self._child(node, part)
            if child is None:
                return node
            node = child
        return node

    def _child(self, node: int, part: str | int) -> int | None:
        if node >= len(self._end):
            return None
        if node not in self._children:
            self._children[node] = self._list_children(node)
        wanted = part if isinstance(part, int) else -1 - self._names.get(part, len(self._names))
        return self._children[node].get(wanted)

    def _list_children(self, node: int) -> dict[int, int]:
        """The children of *node*: items by their index, keys by the negative of their name's number, less one."""
        children: dict[int, int] = {}
        child = node + 1
        while child < self._end[node]:
            name = self._name[child]
            children[len(children) if name == _ITEM else -1 - name] = child
            child = self._end[child]
        return children
