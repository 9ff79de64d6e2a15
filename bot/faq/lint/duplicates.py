"""Phrasings that stand where they cannot help: under two entries, twice, or among the unanswered."""

import re
import unicodedata
from collections.abc import Iterator

from bot.faq.faults import quote
from bot.faq.lint.subject import Finding, Subject, Utterance

_WORD = re.compile(r"\w+")


def folded(text: str) -> str:
    """*text* without what does not tell utterances apart: case, width, punctuation, spacing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_WORD.findall(plain)) or plain


def phrasings_twice(subject: Subject) -> Iterator[Finding]:
    """Phrasings that stand under two entries, or twice under one in the same language."""
    first: dict[str, Utterance] = {}
    for said in subject.utterances:
        other = first.setdefault(folded(said.text), said)
        if other.entry != said.entry:
            place = f"{quote(other.entry)} (line {subject.line(other.path)})"
            message = f"{quote(said.text)} stands under {place} as well: keep it where it is answered best"
            yield subject.found(said.path, "phrasing-under-two-entries", message)
        elif other is not said and other.language == said.language and other.path[-1] != "question":
            message = (
                f"{quote(said.text)} stands here a second time (first in line {subject.line(other.path)}): remove it"
            )
            yield subject.found(said.path, "phrasing-twice", message)


def phrasings_unanswered(subject: Subject) -> Iterator[Finding]:
    """Phrasings that are listed under `unanswered` too, where they would never be answered."""
    unanswered = {folded(phrasing): index for index, phrasing in reversed(list(enumerate(subject.faq.unanswered)))}
    for said in subject.utterances:
        index = unanswered.get(folded(said.text))
        if index is not None:
            line = subject.line(("unanswered", index))
            message = f"{quote(said.text)} is listed under `unanswered` too (line {line}): remove it there or here"
            yield subject.found(said.path, "phrasing-unanswered", message)
