"""Composed values against the schema and against each other: content, or every fault at once."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.faq.compose import Composition
from bot.faq.content import Entry, Faq
from bot.faq.convert import to_entry, to_faq, to_wording
from bot.faq.explain import explain, unknown_key
from bot.faq.faults import Fault, did_you_mean, quote
from bot.faq.positions import NodePath
from bot.faq.schema import LANGUAGE, File, Head, Item, Pattern, Rules, Words

Model = TypeVar("Model", bound=BaseModel)
_HINTS = 50  # looking for the nearest of very many ids, very many times, would take minutes


class Check:
    """Checks composed values against the schema and against each other, and collects the faults."""

    def __init__(self, source: str, composition: Composition) -> None:
        self.source = source
        self.positions = composition.positions
        self.spoiled = composition.spoiled
        self.faults = composition.faults

    def file(self, value: Any, digest: str) -> Faq | None:
        """The content that *value* stands for, or None where it is faulty; *value* is used up."""
        if not isinstance(value, dict):
            empty = "the file is empty: begin it with `entries:`"
            self._fault((), empty if value is None else "the file must be a mapping: begin it with `entries:`")
            return None
        entries = value.pop("entries", [])
        languages = _languages(value)
        if not self.positions.has("entries"):
            self._fault((), "`entries` is missing: add it, with at least one entry")
        head = self._validate(Head, value, ())
        self._check_languages(languages or (), value.get("hand_off"))
        known = self._entries(entries, languages)
        return None if head is None or self.faults else to_faq(head, known, digest)

    def _fault(self, path: NodePath, message: str, *, at_key: bool = False) -> None:
        if self.positions.offset(*path) not in self.spoiled:
            position = self.positions.key(*path) if at_key else self.positions.value(*path)
            self.faults.append(Fault(*position, message))

    def _validate(self, model: type[Model], value: Any, path: NodePath) -> Model | None:
        """*value* as *model*, or None where it has faults."""
        try:
            return model.model_validate(value)
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False):
                place = (*path, *error["loc"])
                if error["type"] == "extra_forbidden":
                    self._fault(place, unknown_key(str(place[-1]), _keys(place[:-1])), at_key=True)
                else:
                    offset = self.positions.offset(*place)
                    self._fault(place, explain(error, self.source[offset : offset + 200]))
        return None

    def _check_languages(self, languages: tuple[str, ...], hand_off: Any) -> None:
        first: dict[str, int] = {}
        for index, code in enumerate(languages):
            if first.setdefault(code, index) != index:
                self._fault(("languages", index), f"{quote(code)} stands here a second time: remove it")
            elif code in Item.model_fields:
                message = f"{quote(code)} is the name of a field as well: add the region, like `{code}-{code.upper()}`"
                self._fault(("languages", index), message)
        for code in hand_off if languages and isinstance(hand_off, dict) else ():
            if code not in languages:
                self._fault(("hand_off", code), _foreign(code, languages), at_key=True)

    def _entries(self, entries: Any, languages: tuple[str, ...] | None) -> list[Entry]:
        """The entries that are valid; *entries* is used up, so that memory is not needed twice."""
        if not isinstance(entries, list):
            self._fault(("entries",), "`entries` must be a list: begin each entry with `- id:`")
            return []
        if not entries and self.positions.has("entries"):
            self._fault(("entries",), "`entries` is empty: at least one entry is needed")
        self._check_references(entries)
        valid = []
        for index, value in enumerate(entries):
            entries[index] = None
            entry = self._entry(value, ("entries", index), languages)
            if entry is not None:
                valid.append(entry)
        return valid

    def _entry(self, value: Any, path: NodePath, languages: tuple[str, ...] | None) -> Entry | None:
        if not isinstance(value, dict):
            self._fault(path, "an entry must be a mapping: begin it with `- id:`")
            return None
        blocks = {key: value.pop(key) for key in list(value) if _is_block(key, value[key], languages)}
        wordings = {}
        for code, block in blocks.items():
            if languages and code not in languages[1:]:
                self._fault((*path, code), _foreign(code, languages), at_key=True)
            elif words := self._validate(Words, block, (*path, code)):
                wordings[code] = to_wording(words)
        item = self._validate(Item, value, path)
        return to_entry(item, {(languages or ("",))[0]: to_wording(item), **wordings}) if item else None

    def _check_references(self, entries: list[Any]) -> None:
        first: dict[str, int] = {}
        for index, entry in enumerate(entries):
            name = entry.get("id") if isinstance(entry, dict) else None
            if not isinstance(name, str):
                continue
            if first.setdefault(name, index) != index:
                line = self.positions.value("entries", first[name], "id").line
                message = f"the id {quote(name)} is taken (by the entry in line {line}): choose another"
                self._fault(("entries", index, "id"), message)
        hints = _HINTS
        for path, name, other in _references(entries):
            if name == other:
                self._fault(path, "an entry does not refer to itself: remove this")
            elif other not in first:
                hint = did_you_mean(other, first) if hints > 0 else ""
                hints -= 1
                self._fault(path, f"there is no entry {quote(other)}: remove this, or name another.{hint}")


def _references(entries: list[Any]) -> Iterator[tuple[NodePath, Any, str]]:
    """Each reference to another entry: its path, the id of the entry it stands in, and the id it names."""
    for index, entry in enumerate(entries):
        others = entry.get("see_also") if isinstance(entry, dict) else None
        for place, other in enumerate(others if isinstance(others, list) else ()):
            if isinstance(other, str) and other.strip():
                yield ("entries", index, "see_also", place), entry.get("id"), other


def _languages(head: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The languages of the file, or None where they cannot be told."""
    codes = head.get("languages", ["en"])
    return tuple(codes) if isinstance(codes, list) and codes and all(isinstance(code, str) for code in codes) else None


def _is_block(key: str, value: Any, languages: tuple[str, ...] | None) -> bool:
    """Whether *key* with its *value* is meant to be an entry in one more language."""
    if key in Item.model_fields:
        return False
    return key in (languages or ()) or (isinstance(value, dict) and re.fullmatch(LANGUAGE, key) is not None)


def _foreign(code: str, languages: tuple[str, ...]) -> str:
    if code == languages[0]:
        return f"{quote(code)} is the first of `languages`: its question and answer stand in the entry itself"
    known = quote(", ".join(languages[:9]))
    return f"{quote(code)} is not among `languages` ({known}): add it there, or remove it here"


def _keys(path: NodePath) -> list[str]:
    """The keys that may stand in the mapping at *path*."""
    if not path:
        return list(File.model_fields)
    if path[0] == "policy":
        return list(Rules.model_fields)
    if len(path) == 2:
        return list(Item.model_fields)
    return list((Pattern if path[2] in {"errors", "not_errors"} else Words).model_fields)
