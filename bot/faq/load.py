"""faq.yaml to a valid `Faq`, or to all of its faults at once."""

import codecs
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.faq.compose import Composition
from bot.faq.content import Entry, ErrorPattern, Faq, Policy, Wording
from bot.faq.explain import explain, unknown_key
from bot.faq.faults import FaqError, Fault, did_you_mean, quote
from bot.faq.positions import Lines, Positions
from bot.faq.schema import LANGUAGE, File, Head, Item, Pattern, Rules, Words

LARGEST = 64 * 1024 * 1024
_NOT_YAML = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
Model = TypeVar("Model", bound=BaseModel)
_HINTS = 50  # looking for the nearest of very many ids, very many times, would take minutes


def load(path: Path, largest: int = LARGEST) -> Faq:
    """The content of the file at *path*.

    Raises:
        FaqError: With every fault; also where the file is missing, unreadable or of more than *largest* bytes.
    """
    return load_with_positions(path, largest)[0]


def load_with_positions(path: Path, largest: int = LARGEST) -> tuple[Faq, Positions]:
    """As `load`, with where everything stands in the file."""
    return parse_with_positions(read(path, largest), path.name)


def parse(text: bytes, name: str = "faq.yaml") -> Faq:
    """The content of *text*, the bytes of a file called *name*.

    Raises:
        FaqError: With every fault.
    """
    return parse_with_positions(text, name)[0]


def parse_with_positions(text: bytes, name: str = "faq.yaml") -> tuple[Faq, Positions]:
    """As `parse`, with where everything stands in the text."""
    source = _decode(text, name)
    composition = Composition(source)
    check = _Check(source, composition)
    faq = check.file(composition.value, hashlib.sha256(text).hexdigest()) if composition.whole else None
    if faq is None or check.faults:
        raise FaqError(tuple(sorted(set(check.faults))), name)
    return faq, composition.positions


def read(path: Path, largest: int = LARGEST) -> bytes:
    """The bytes at *path*, at most *largest*.

    Raises:
        FaqError: Where there is no such file, or it cannot be read, or it is larger.
    """
    try:
        with path.open("rb") as file:
            text = file.read(largest + 1)
    except FileNotFoundError:
        raise _whole(path.name, f"there is no file {path}: create it, or name another") from None
    except IsADirectoryError:
        raise _whole(path.name, f"{path} is a directory: name the file in it") from None
    except PermissionError:
        raise _whole(path.name, f"{path} may not be read by this user: change its permissions") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _whole(path.name, f"{path} cannot be read ({reason})") from None
    if len(text) > largest:
        raise _whole(path.name, f"the file is larger than {largest:,} bytes: split it, or remove what is not needed")
    return text


def _whole(name: str, message: str) -> FaqError:
    return FaqError((Fault(1, 1, message),), name)


def _decode(text: bytes, name: str) -> str:
    """*text* without its byte order mark."""
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _whole(name, "the file is in UTF-16: save it as UTF-8")
    try:
        source = text.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()
        message = f"the byte 0x{error.object[error.start]:02x} here is not UTF-8: save the file as UTF-8"
        raise FaqError((Fault(*Lines(before).at(len(before)), message),), name) from None
    if found := _NOT_YAML.search(source):
        message = f"the control character U+{ord(found[0]):04X} stands here: remove it"
        raise FaqError((Fault(*Lines(source).at(found.start()), message),), name)
    return source


class _Check:
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
        return None if head is None or self.faults else _faq(head, known, digest)

    def _fault(self, path: tuple[str | int, ...], message: str, *, at_key: bool = False) -> None:
        if self.positions.offset(*path) not in self.spoiled:
            position = self.positions.key(*path) if at_key else self.positions.value(*path)
            self.faults.append(Fault(*position, message))

    def _validate(self, model: type[Model], value: Any, path: tuple[str | int, ...]) -> Model | None:
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

    def _entry(self, value: Any, path: tuple[str | int, ...], languages: tuple[str, ...] | None) -> Entry | None:
        if not isinstance(value, dict):
            self._fault(path, "an entry must be a mapping: begin it with `- id:`")
            return None
        blocks = {key: value.pop(key) for key in list(value) if _is_block(key, value[key], languages)}
        wordings = {}
        for code, block in blocks.items():
            if languages and code not in languages[1:]:
                self._fault((*path, code), _foreign(code, languages), at_key=True)
            elif words := self._validate(Words, block, (*path, code)):
                wordings[code] = _wording(words)
        item = self._validate(Item, value, path)
        return _entry(item, {(languages or ("",))[0]: _wording(item), **wordings}) if item else None

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


def _references(entries: list[Any]) -> Iterator[tuple[tuple[str | int, ...], Any, str]]:
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
    return f"{quote(code)} is not among `languages` ({', '.join(languages)}): add it there, or remove it here"


def _keys(path: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand in the mapping at *path*."""
    if not path:
        return list(File.model_fields)
    if path[0] == "policy":
        return list(Rules.model_fields)
    if len(path) == 2:
        return list(Item.model_fields)
    return list((Pattern if path[2] in {"errors", "not_errors"} else Words).model_fields)


def _faq(head: Head, entries: list[Entry], digest: str) -> Faq:
    languages = tuple(head.languages)
    return Faq(
        product=(head.product or "").strip(),
        languages=languages,
        entries=tuple(entries),
        names=tuple(name.strip().lower() for name in head.names),
        unanswered=tuple(phrasing.strip() for phrasing in head.unanswered),
        hand_off={code or languages[0]: sentence.strip() for code, sentence in head.hand_off.items()},
        policy=Policy(budget=head.policy.budget),
        digest=digest,
    )


def _entry(item: Item, wordings: Mapping[str, Wording]) -> Entry:
    return Entry(
        id=item.id,
        wordings=wordings,
        errors=tuple(_pattern(pattern) for pattern in item.errors),
        not_errors=tuple(_pattern(pattern) for pattern in item.not_errors),
        see_also=tuple(item.see_also),
        source=item.source.strip() if item.source else None,
        verified_on=item.verified_on,
        audience=item.audience,
    )


def _wording(words: Words) -> Wording:
    answer = words.answer.lstrip("\r\n").rstrip()
    return Wording(words.question.strip(), answer, tuple(phrasing.strip() for phrasing in words.phrasings))


def _pattern(pattern: Pattern) -> ErrorPattern:
    def text(value: str | None) -> str | None:
        return value.strip() if value else None

    return ErrorPattern(text(pattern.type), text(pattern.message), pattern.status, text(pattern.exception))
