"""The immutable content that a valid faq.yaml becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Self


@dataclass(frozen=True, slots=True)
class ErrorPattern:
    """Evidence that an entry answers; the fields that are set must all hold.

    ``type`` and ``exception`` are compared whole and without regard to case; ``message`` is a phrase that must stand in
    the text, blind to case, white space and quotes, in which ``*`` stands for any short run of characters; ``status``
    is an HTTP status.
    """

    type: str | None = None
    message: str | None = None
    status: int | None = None
    exception: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """An entry in one language; ``answer`` is CommonMark."""

    question: str
    answer: str
    phrasings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of faq.yaml.

    ``wordings`` maps a language code to its wording, the first language's always there; ``audience`` is "public" where
    the answer may be read by people from outside, else "internal".
    """

    id: str
    wordings: Mapping[str, Wording]
    errors: tuple[ErrorPattern, ...] = ()
    not_errors: tuple[ErrorPattern, ...] = ()
    see_also: tuple[str, ...] = ()
    source: str | None = None
    verified_on: date | None = None
    audience: str = "internal"


@dataclass(frozen=True, slots=True)
class Policy:
    """How bold and how patient the bot is; ``budget`` is the share of answers that may be wrong."""

    budget: float = 0.02


@dataclass(frozen=True)
class Faq:
    """All of faq.yaml.

    Attributes:
        product: What the answers are about, or "" where the file does not say.
        languages: Codes, the first being the one every entry is complete in.
        names: Words that mean the product itself (its names, hosts, models, plans), lower case.
        entries: In file order.
        unanswered: Phrasings of questions that are known to have no entry: they are never answered with a near one.
        hand_off: By language, the sentence that says where a person can be asked.
        policy: See `Policy`.
        digest: SHA-256 of the file's bytes, as hex.
    """

    product: str
    languages: tuple[str, ...]
    entries: tuple[Entry, ...]
    names: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    hand_off: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = Policy()
    digest: str = ""

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        """The entries by their ids."""
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def public(self) -> Self:
        """The same content with the public entries alone, for where people from outside read along."""
        shown = {entry.id for entry in self.entries if entry.audience == "public"}
        entries = (
            replace(entry, see_also=tuple(other for other in entry.see_also if other in shown))
            for entry in self.entries
            if entry.id in shown
        )
        return replace(self, entries=tuple(entries))
