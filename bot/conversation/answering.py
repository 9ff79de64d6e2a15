"""Puts answers together: which entries answer a message, and what is said around their curated words."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import leaning
from bot.conversation.naming import opening
from bot.conversation.remarks import reports_trouble
from bot.conversation.turn import Turn
from bot.conversation.wording import answer, question, say
from bot.conversation.words import asks, aspects, content, coverage
from bot.model import Match

MOST_ANSWERS = 3  # more than three full answers in one message are not read

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])")
_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_LONGEST_EXCERPT = 400  # characters


def confident(turn: Turn) -> tuple[Match, ...]:
    """Return the matches that answer the message, in the order of its questions, each entry once; empty if unsure."""
    whole = [match for match in turn.ranked[:1] if turn.confident(match)]
    if not whole and turn.evidence != turn.reading.evidence:
        completed = turn.ranker.rank(replace(turn.reading, evidence=turn.evidence))
        whole = [match for match in completed[:1] if turn.confident(match)]
    found = [match for match in turn.parts if match is not None and turn.confident(match)]
    led = [match for match in whole if match.evidence]
    if len({match.entry for match in found}) < 2 and not led:
        found = [max(found + whole, key=lambda match: match.confidence)] if found or whole else []
    return _distinct([*led, *found] or whole)[:MOST_ANSWERS]


def has_rest(turn: Turn, answered: Sequence[Match]) -> bool:
    """True when the message has a question that none of the *answered* is for."""
    found = [match is not None and turn.confident(match) for match in turn.parts]
    unanswered = sum(_has_topic(turn, part) and not sure for part, sure in zip(turn.reading.parts, found, strict=False))
    by_parts = {match.entry for match in turn.parts if match is not None}
    return unanswered > sum(match.entry not in by_parts for match in answered)


def _has_topic(turn: Turn, part: str) -> bool:
    """True when *part* asks about something, and not only what is wrong."""
    return asks(part) and bool(content(part)) and not reports_trouble(part, turn.faq.names)


def by_context(turn: Turn) -> tuple[Match, tuple[Match, ...]] | None:
    """Return the match that the message and the answer before it lead to, with all candidates."""
    said = leaning.own_words(turn.reading)
    if not turn.last or turn.state.misses or not leaning.leans(said) or not (content(said) or aspects(said)):
        return None
    before = [turn.faq.by_id[entry] for entry in turn.last]
    joined = [turn.ranker.rank(leaning.join(turn.reading, entry, turn.language, turn.faq)) for entry in before]
    candidates = tuple(
        leaning.likelier(match)
        for match in leaning.merged(turn.ranked, *joined)
        if leaning.covered(turn.reading, turn.faq.by_id[match.entry])
    )
    new_topic_first = sorted(candidates, key=lambda match: match.entry in turn.last)
    best = next((match for match in new_topic_first if turn.confident(match)), None)
    return (best, tuple(leaning.merged(candidates, turn.ranked))) if best is not None else None


def compose(turn: Turn, matches: Sequence[Match], *, in_full: bool = False) -> str:
    """Return the text that answers with *matches*: what was just said is only pointed to, except *in_full*."""
    return "\n\n".join(_one(turn, match, in_full=in_full) for match in matches)


def _one(turn: Turn, match: Match, *, in_full: bool) -> str:
    entry = turn.faq.by_id[match.entry]
    title, words = question(entry, turn.language, turn.faq), answer(entry, turn.language, turn.faq)
    if not in_full and repeats(turn, (match,)):
        excerpt = fitting_line(words, leaning.own_words(turn.reading))
        return say("as_above", turn.language, question=title, excerpt=excerpt)
    line = opening(match, turn.reading, turn.faq, turn.language)
    return f"{line} **{title}**".strip() + f"\n\n{words}"


def repeats(turn: Turn, matches: Sequence[Match]) -> bool:
    """True when each of the *matches* was in the last answer to this author or in this thread."""
    said = {*turn.state.answered, *turn.state.shared.answered}
    return all(match.entry in said for match in matches)


def fitting_line(text: str, message: str) -> str:
    """Return the sentence or list item of *text* that has most of the *message*'s words, or the first."""
    lines = _lines(text)
    wanted = content(message)
    asked = aspects(message)
    return max(lines, key=lambda line: coverage(wanted, line) * bool(wanted) + len(aspects(line, asked)), default="")


def _lines(text: str) -> list[str]:
    """The sentences and list items of *text*, without its code blocks and headings, those that are not too long."""
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        fenced ^= bool(_FENCE.match(line))
        if not fenced and not _FENCE.match(line) and not line.startswith(("#", "|", ">")):
            lines += [part.strip() for part in _SENTENCE.split(_BULLET.sub("", line)) if part.strip()]
    return [line for line in lines if len(line) <= _LONGEST_EXCERPT]


def _distinct(matches: Sequence[Match]) -> tuple[Match, ...]:
    first: dict[str, Match] = {}
    for match in matches:
        first.setdefault(match.entry, match)
    return tuple(first.values())
