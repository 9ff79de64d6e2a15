"""What the FAQ's errors are called: which entries claim a piece of evidence, looked up and not searched for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.faq.content import Entry, ErrorPattern, Faq
from bot.model import Kind


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Entries in file order, by the evidence that they claim.

    ``claimed`` is by kind and value; ``bare`` by a status that speaks for the entry with nothing else being known.
    """

    claimed: Mapping[Kind, Mapping[str, Sequence[Entry]]]
    bare: Mapping[str, Sequence[Entry]]


def vocabulary(faq: Faq) -> Vocabulary:
    """Return the vocabulary of *faq*; built once for each faq."""
    return _built(_Same(faq))


def claims(patterns: Iterable[ErrorPattern], kind: Kind) -> frozenset[str]:
    """Return the values of *kind* that the *patterns* name, as evidence spells them in lower case."""
    values = (getattr(pattern, kind.value) for pattern in patterns)
    return frozenset(str(value).lower() for value in values if value is not None)


class _Same:
    """A faq as a key: the same object and no equal one, since comparing would read all of it."""

    __slots__ = ("faq",)

    def __init__(self, faq: Faq) -> None:
        self.faq = faq

    def __hash__(self) -> int:
        return id(self.faq)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.faq is other.faq


@lru_cache(maxsize=4)
def _built(key: _Same) -> Vocabulary:
    claimed: dict[Kind, dict[str, list[Entry]]] = {kind: {} for kind in Kind}
    bare: dict[str, list[Entry]] = {}
    for entry in key.faq.entries:
        for kind in Kind:
            for value in claims(entry.errors, kind):
                claimed[kind].setdefault(value, []).append(entry)
        alone = (pattern for pattern in entry.errors if pattern.type is pattern.message is pattern.exception is None)
        for status in claims(alone, Kind.STATUS):
            bare.setdefault(status, []).append(entry)
    return Vocabulary(claimed, bare)
