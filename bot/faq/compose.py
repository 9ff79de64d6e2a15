"""YAML text to plain values and their positions, in one pass over libyaml's events.

The events are read instead of the node tree that PyYAML would build, for three reasons: the tree of a large file takes
more memory than everything else together; aliases, tags and merge keys are refused where they stand, so that no bomb
ever unfolds; and reading goes on after a fault, so that all of them are found at once.
"""

import re
from typing import Any

from yaml import (
    AliasEvent,
    CSafeLoader,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bot.faq.faults import Fault, quote
from bot.faq.positions import Lines, Positions
from bot.faq.scalars import resolve
from bot.faq.syntax import explain

_DEEPEST = 20
_COMMENT = re.compile(r"[ \t]+(#\w)")  # a comment for people begins with a space
_LOST = "\0"  # the key of a value that is dropped: no text that YAML allows


def _offset(event: Event) -> int:
    return event.start_mark.index if event.start_mark else 0


class _Frame:
    """A mapping or a list that is still being read."""

    __slots__ = ("faults", "key", "key_offset", "keys", "node", "value")

    def __init__(self, value: dict[str, Any] | list[Any], node: int = 0, faults: int = 0) -> None:
        self.value = value
        self.node = node
        self.faults = faults  # how many there were before
        self.key: str | None = None
        self.key_offset = 0
        self.keys: dict[str, int] = {}

    @property
    def awaits_key(self) -> bool:
        return self.key is None and isinstance(self.value, dict)


class Composition:
    """A composed text.

    Attributes:
        value: Mappings, lists, text, numbers, booleans and dates; None where there is nothing.
        positions: Where they stand.
        faults: Those found on the way, in no order.
        spoiled: Offsets of values that already have a fault: more about them would be noise.
        whole: False where reading had to stop, so that what seems missing may only be unread.
    """

    def __init__(self, text: str) -> None:
        """Compose *text*, which must hold no character that YAML does not allow."""
        self._text = text
        self.positions = Positions(Lines(text))
        self.faults: list[Fault] = []
        self.spoiled: set[int] = set()
        self._documents: list[Any] = []
        self._stack = [_Frame(self._documents)]
        try:
            self.whole = self._read(CSafeLoader(text))
        except MarkedYAMLError as error:
            self.whole = False
            self._fault(*explain(error, text))

    @property
    def value(self) -> Any:
        """What the text says."""
        return self._documents[0] if self._documents else None

    def _fault(self, offset: int, message: str) -> None:
        self.faults.append(Fault(*self.positions.lines.at(offset), message))

    def _read(self, loader: Any) -> bool:
        """Take all events of *loader*; False where one of them makes it stop."""
        while event := loader.get_event():
            if isinstance(event, ScalarEvent):
                self._scalar(event)
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                if len(self._stack) > _DEEPEST:
                    self._fault(_offset(event), f"nested more than {_DEEPEST} deep, which no entry needs")
                    return False
                self._start(event)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                self._end()
            elif isinstance(event, AliasEvent):
                self._alias(event)
            elif isinstance(event, DocumentStartEvent) and self._documents:
                self._fault(_offset(event), "a second document begins here: remove this line (`---`)")
                return False
        return True

    def _scalar(self, event: ScalarEvent) -> None:
        frame = self._stack[-1]
        offset = _offset(event)
        self._refuse_properties(event, offset)
        if frame.awaits_key:
            self._key(frame, event.value, offset)
            return
        value = event.value
        if event.implicit[0]:
            value = resolve(event.value)
            self._note_comment(event)
        if value is None:
            self._empty(frame, offset)
        elif "\0" in event.value:
            self._spoil(offset, "a NUL character (`\\0`) stands in this text: remove it")
        self._attach(self._open(offset), value)

    def _note_comment(self, event: ScalarEvent) -> None:
        """Remember where unquoted text is followed by a `#` that may have been meant as a part of it."""
        found = _COMMENT.match(self._text, event.end_mark.index if event.end_mark else 0)
        if found:
            self.positions.comments.append(found.start(1))

    def _key(self, frame: _Frame, key: str, offset: int) -> None:
        frame.key, frame.key_offset = key, offset
        if key in frame.keys:
            first = self.positions.lines.at(frame.keys[key]).line
            self._fault(offset, f"{quote(key)} stands here a second time (first in line {first}): keep one of them")
        elif key == "<<":
            self._fault(offset, "merge keys (`<<`) are refused: write the fields out")
        elif not key.replace(_LOST, "").strip():
            self._fault(offset, "there is no key before this `:`: write one")
        else:
            frame.keys[key] = offset
            return
        frame.key = _LOST

    def _start(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        offset = _offset(event)
        self._refuse_properties(event, offset)
        if self._stack[-1].awaits_key:
            self._fault(offset, "brackets stand where a key is due: put text that begins with `{` or `[` in quotes")
        value: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        self._stack.append(_Frame(value, self._open(offset), len(self.faults)))

    def _end(self) -> None:
        frame = self._stack.pop()
        self.positions.close(frame.node)
        if self._stack[-1].awaits_key:
            del self.faults[frame.faults :]  # it should not have been there: what is wrong within it is noise
        self._attach(frame.node, frame.value)

    def _alias(self, event: AliasEvent) -> None:
        offset = _offset(event)
        self._spoil(offset, "aliases (`*…`) are refused: write the value out, or put text in quotes")
        self._attach(self._open(offset), None)

    def _refuse_properties(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent, offset: int) -> None:
        if event.anchor is not None:
            self._spoil(offset, "anchors (`&…`) are refused: remove it, or put text in quotes")
        elif event.tag is not None:
            self._spoil(offset, "tags (`!…`) are refused: remove it, or put text in quotes")

    def _empty(self, frame: _Frame, offset: int) -> None:
        if len(self._stack) == 1 or frame.key == _LOST:
            return
        if frame.key is not None:
            mend = "write something after it, or remove it"
            self._fault(frame.key_offset, f"{quote(frame.key)} is empty: {mend}")
        else:
            self._fault(offset, "this item is empty: write something after the `-`, or remove it")
        self.spoiled.add(offset)

    def _spoil(self, offset: int, message: str) -> None:
        self._fault(offset, message)
        self.spoiled.add(offset)

    def _open(self, offset: int) -> int:
        frame = self._stack[-1]
        return self.positions.open(offset, frame.key, offset if frame.key is None else frame.key_offset)

    def _attach(self, node: int, value: Any) -> None:
        """Put *value*, whose node is complete, where it belongs; drop it where its key is lost or is itself no key."""
        frame = self._stack[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.key is None:
            frame.key = _LOST
            self.positions.forget(node)
        elif frame.key == _LOST:
            frame.key = None
            self.positions.forget(node)
        else:
            frame.value[frame.key] = value
            frame.key = None
