"""Error patterns that claim too much, or what another entry claims."""

import re
from collections.abc import Iterator

from bot.faq.content import ErrorPattern
from bot.faq.faults import quote
from bot.faq.lint.subject import Finding, Subject
from bot.faq.positions import NodePath

_FEWEST_LETTERS = 6
_UNSEEN = re.compile(r"[\s\"'`“”‘’]+")  # what is not looked at when a message is searched
_LETTERS_IN_AN_IDEOGRAPH = 3


def general_messages(subject: Subject) -> Iterator[Finding]:
    """Messages of so few letters that they stand in texts of every kind."""
    for index, entry in enumerate(subject.faq.entries):
        for field, patterns in (("errors", entry.errors), ("not_errors", entry.not_errors)):
            for place, pattern in enumerate(patterns):
                if pattern.message is not None and _letters(pattern.message) < _FEWEST_LETTERS:
                    message = (
                        f"{quote(pattern.message)} stands in texts of every kind: give more of the error's message"
                    )
                    yield subject.found(("entries", index, field, place, "message"), "error-too-general", message)


def errors_twice(subject: Subject) -> Iterator[Finding]:
    """Errors that an earlier entry claims already."""
    first: dict[ErrorPattern, tuple[str, NodePath]] = {}
    for index, entry in enumerate(subject.faq.entries):
        for place, pattern in enumerate(entry.errors):
            path = ("entries", index, "errors", place)
            other, where = first.setdefault(_same(pattern), (entry.id, path))
            if where != path:
                claim = f"{quote(other)} (line {subject.line(where)})" if other != entry.id else "this entry already"
                message = f"this error is claimed by {claim}: say in one of them what tells them apart"
                yield subject.found(path, "error-twice", message)


def errors_contradicted(subject: Subject) -> Iterator[Finding]:
    """Errors that an entry claims and disclaims."""
    for index, entry in enumerate(subject.faq.entries):
        claimed = {_same(pattern) for pattern in entry.errors}
        for place, pattern in enumerate(entry.not_errors):
            if _same(pattern) in claimed:
                message = "this error stands under `errors` of the same entry: remove it there or here"
                yield subject.found(("entries", index, "not_errors", place), "error-contradicted", message)


def _letters(message: str) -> int:
    return sum(_LETTERS_IN_AN_IDEOGRAPH if letter >= "\u2e80" else 1 for letter in message if letter.isalpha())


def _same(pattern: ErrorPattern) -> ErrorPattern:
    """*pattern* as it is compared."""
    return ErrorPattern(
        type=pattern.type and pattern.type.casefold(),
        message=pattern.message and _UNSEEN.sub("", pattern.message.casefold()),
        status=pattern.status,
        exception=pattern.exception and pattern.exception.casefold(),
    )
