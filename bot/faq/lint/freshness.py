"""Entries that nobody has checked for long, and entries that say too little to be found."""

from collections.abc import Iterator
from datetime import timedelta

from bot.faq.faults import quote
from bot.faq.lint.subject import Finding, Subject

_FRESH = timedelta(days=180)


def verification(subject: Subject) -> Iterator[Finding]:
    """Answers whose date of verification is missing, old, or still to come."""
    for index, entry in enumerate(subject.faq.entries):
        path = ("entries", index, "verified_on")
        day = entry.verified_on
        if day is None:
            message = f"{quote(entry.id)} has no `verified_on`: check the answer, and write the day"
            yield subject.found(path[:2], "unverified", message)
        elif day > subject.today:
            yield subject.found(path, "verified-in-future", f"{day} is still to come: write the day of the last check")
        elif subject.today - day > _FRESH:
            message = f"the answer was last checked {(subject.today - day).days} days ago: check it again"
            yield subject.found(path, "verified-long-ago", message)


def phrasings_missing(subject: Subject) -> Iterator[Finding]:
    """Wordings without phrasings: only their question can be recognised."""
    for entry, language, wording, path in subject.worded():
        if not wording.phrasings:
            message = f"{quote(entry)} has no `phrasings` in `{language}`: add some, as people really ask"
            yield subject.found(path, "no-phrasings", message)
