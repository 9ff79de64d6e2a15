"""Utterances that do not find their own entry, and entries that are hard to tell apart."""

from collections import Counter
from collections.abc import Iterator

from bot.faq.faults import quote
from bot.faq.lint.subject import Finding, Subject, Utterance
from bot.model import Match

_NEAR = 0.75  # a runner-up with this share of the winner's confidence might as well have won
_OFTEN = 0.2
_FEWEST = 2


def texts_lost(subject: Subject) -> Iterator[Finding]:
    """Questions and phrasings that another entry wins, or none."""
    for said, best in subject.rankings:
        if not best:
            message = f"{quote(said.text)} finds no entry, not even its own: add words that tell what it is about"
            yield subject.found(said.path, _lost(said), message)
        elif best[0].entry != said.entry:
            winner = f"{quote(best[0].entry)} ({best[0].confidence:.2f}{_own(said, best)})"
            message = f"{quote(said.text)} is won by {winner}: reword it, or move it there"
            yield subject.found(said.path, _lost(said), message)


def entries_confused(subject: Subject) -> Iterator[Finding]:
    """Pairs of entries whose utterances often fit both nearly as well."""
    confused: dict[frozenset[str], list[Utterance]] = {}
    for said, best in subject.rankings:
        if rival := _rival(said, best):
            confused.setdefault(frozenset({said.entry, rival}), []).append(said)
    sizes = Counter(said.entry for said in subject.utterances)
    places = {entry.id: index for index, entry in enumerate(subject.faq.entries)}
    for pair, texts in confused.items():
        first, second = sorted(pair, key=places.__getitem__)
        total = sizes[first] + sizes[second]
        if len(texts) >= max(_FEWEST, _OFTEN * total):
            other = f"{quote(first)} (line {subject.line(('entries', places[first]))})"
            message = (
                f"{quote(second)} is hard to tell apart from {other}: {len(texts)} of their {total} "
                f"questions and phrasings fit both, like {quote(texts[0].text)}; word them further apart, or merge them"
            )
            yield subject.found(("entries", places[second]), "hard-to-tell-apart", message)


def _lost(said: Utterance) -> str:
    return "question-lost" if said.path[-1] == "question" else "phrasing-lost"


def _own(said: Utterance, best: tuple[Match, ...]) -> str:
    own = [match.confidence for match in best if match.entry == said.entry]
    return f", its own entry {own[0]:.2f}" if own else ""


def _rival(said: Utterance, best: tuple[Match, ...]) -> str | None:
    """The entry that *said* could be taken for, or None."""
    if not best:
        return None
    if best[0].entry != said.entry:
        return best[0].entry
    near = len(best) > 1 and best[1].confidence >= _NEAR * best[0].confidence > 0
    return best[1].entry if near else None
