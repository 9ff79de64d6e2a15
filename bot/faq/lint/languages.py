"""Languages that are missing, or that say different things."""

from collections.abc import Iterator
from typing import TypeAlias

from bot.faq.content import Entry, Wording
from bot.faq.faults import quote
from bot.faq.lint.facts import lacking
from bot.faq.lint.subject import Finding, Subject
from bot.faq.positions import NodePath

_Place: TypeAlias = tuple[str, NodePath]
_SHOWN = 5


def languages_missing(subject: Subject) -> Iterator[Finding]:
    """Entries that lack one of the file's languages."""
    for index, entry in enumerate(subject.faq.entries):
        for language in subject.faq.languages:
            if language not in entry.wordings:
                message = f"{quote(entry.id)} has no `{language}`: who asks in it is answered in another language"
                yield subject.found(("entries", index), "language-missing", message)


def hand_off_missing(subject: Subject) -> Iterator[Finding]:
    """Languages in which nobody is told where to ask a person, where another language says it."""
    for language in subject.faq.languages:
        if subject.faq.hand_off and language not in subject.faq.hand_off:
            message = f"`hand_off` has nothing in `{language}`: add the sentence"
            yield subject.found(("hand_off",), "hand-off-missing", message)


def facts_differ(subject: Subject) -> Iterator[Finding]:
    """Facts that stand in an entry's first language or in another one, and not in both."""
    first = subject.faq.languages[0]
    for index, entry in enumerate(subject.faq.entries):
        path = ("entries", index)
        for language in entry.wordings:
            if language != first:
                yield from _compare(subject, entry, (first, path), (language, (*path, language)))
                yield from _compare(subject, entry, (language, (*path, language)), (first, path))


def _compare(subject: Subject, entry: Entry, here: _Place, there: _Place) -> Iterator[Finding]:
    """What the wording *here* states and the one *there* lacks, found there."""
    language, other = here[0], there[0]
    for kind, values in lacking(_all(entry.wordings[language]), _all(entry.wordings[other])).items():
        shown = ", ".join(quote(value) for value in values[:_SHOWN]) + (", …" if len(values) > _SHOWN else "")
        message = f"`{language}` has {kind} that `{other}` has not: {shown}"
        yield subject.found((*there[1], "answer"), f"{kind.replace(' ', '-').lower()}-differ", message)


def _all(wording: Wording) -> str:
    return f"{wording.question}\n\n{wording.answer}"
