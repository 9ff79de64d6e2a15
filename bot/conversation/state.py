"""What a conversation remembers between two messages: ids, kinds and curated values, never a person's words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from bot.faq.content import Faq
from bot.model import Kind

VERSION = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """A piece of evidence as it is kept between messages; ``value`` is FAQ vocabulary or a status."""

    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What everybody in a thread shares.

    Attributes:
        answered: The entries of the last answer given here, in order.
        handed_off: A person has the thread; the bot is quiet until it is addressed again.
        speaker: An opaque mark of who was last overheard without an answer, "" where nobody was.
        between_people: Two people talk to each other here; overheard questions are theirs to answer.
    """

    answered: tuple[str, ...] = ()
    handed_off: bool = False
    speaker: str = ""
    between_people: bool = False

    def to_json(self) -> str:
        """This value as JSON text, read back by `from_json`."""
        return _text(self)

    @classmethod
    def from_json(cls, text: str | None) -> "Shared":
        """Return the value kept as *text*; a fresh one where that is None or of another version."""
        kept = _kept(text)
        return _shared(kept) if kept is not None else Shared()


@dataclass(frozen=True, slots=True)
class State:
    """What one author's conversation in one thread remembers.

    Attributes:
        shared: What the whole thread shares.
        answered: The entries of the last answer given to this author, in order.
        offered: The entries put to the author as choices by the last reply, in order, without "none of these".
        asked: The fields asked for so far in this thread, in order.
        waiting: The last reply asked for ``asked[-1]`` and the next message may hold it.
        known: What the author's error is known to carry so far.
        language: The language of the author's last words, "" before any.
        misses: Fallbacks in a row.
    """

    shared: Shared = Shared()
    answered: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    waiting: bool = False
    known: tuple[Fact, ...] = ()
    language: str = ""
    misses: int = 0

    def within(self, faq: Faq) -> Self:
        """Return this state without entries that *faq* no longer has."""
        return replace(
            self,
            shared=replace(self.shared, answered=_present(self.shared.answered, faq)),
            answered=_present(self.answered, faq),
            offered=_present(self.offered, faq),
        )

    def to_json(self) -> str:
        """This value as JSON text, read back by `from_json`."""
        return _text(self)

    @classmethod
    def from_json(cls, text: str | None) -> Self:
        """Return the value kept as *text*; a fresh one where that is None or of another version."""
        kept = _kept(text)
        if kept is None:
            return cls()
        return cls(
            shared=_shared(kept["shared"]),
            answered=tuple(kept["answered"]),
            offered=tuple(kept["offered"]),
            asked=tuple(kept["asked"]),
            waiting=kept["waiting"],
            known=tuple(Fact(Kind(fact["kind"]), fact["value"]) for fact in kept["known"]),
            language=kept["language"],
            misses=kept["misses"],
        )


def overheard(shared: Shared, speaker: str) -> Shared:
    """Return *shared* after *speaker* said something past the bot that got no answer."""
    two = shared.between_people or shared.speaker not in ("", speaker)
    return replace(shared, speaker=speaker, between_people=two)


def _text(value: Shared | State) -> str:
    return json.dumps({"version": VERSION, **_fields(value)}, ensure_ascii=False, default=_fields)


def _fields(value: Any) -> dict[str, Any]:
    """The fields of a dataclass by name; `dataclasses.asdict` copies all that is below them, at ten times the cost."""
    return {name: getattr(value, name) for name in value.__slots__}


def _shared(kept: Mapping[str, Any]) -> Shared:
    return Shared(
        answered=tuple(kept["answered"]),
        handed_off=kept["handed_off"],
        speaker=kept["speaker"],
        between_people=kept["between_people"],
    )


def _present(entries: tuple[str, ...], faq: Faq) -> tuple[str, ...]:
    return tuple(entry for entry in entries if entry in faq.by_id)


def _kept(text: str | None) -> Mapping[str, Any] | None:
    kept: Mapping[str, Any] | None = json.loads(text) if text else None
    return kept if kept and kept["version"] == VERSION else None
