"""Puts answers together: which entries answer a message, and what is said around their curated words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.conversation import leaning
from bot.conversation.naming import opening
from bot.conversation.trouble import reports_trouble
from bot.conversation.turn import Turn
from bot.conversation.wording import answer, question, say
from bot.conversation.words import asks, aspects, content, coverage, is_cjk, signs
from bot.model import Match

MOST_ANSWERS = 3  # more than three full answers in one message are not read

RIVAL = 0.5  # a new topic that is likelier than not, and the answer before it would be a guess

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
    by_parts = {match.entry for match in found}
    return _distinct([*(match for match in led if match.entry not in by_parts), *found] or whole)[:MOST_ANSWERS]


def left_over(turn: Turn, answered: Sequence[Match]) -> tuple[Match | None, ...]:
    """Return the best matches of those questions in the message that none of the *answered* is for."""
    pairs = zip(turn.reading.parts, turn.parts, strict=False)
    open_ = [match for part, match in pairs if _has_topic(turn, part) and not (match and turn.confident(match))]
    by_parts = {match.entry for match in turn.parts if match is not None}
    led = sum(match.entry not in by_parts for match in answered)
    return tuple(open_[led:])


def _has_topic(turn: Turn, part: str) -> bool:
    """True when *part* asks about something, and not only what is wrong."""
    return asks(part) and bool(content(part)) and not reports_trouble(part, turn.faq.names)


def by_context(turn: Turn) -> tuple[Match, tuple[Match, ...]] | None:
    """Return the match that the message and the answer before it lead to, with all candidates.

    A topic that the message brings along goes before that of the answer, and keeps it from being given where it is
    plausible without being sure.
    """
    said = leaning.own_words(turn.reading)
    before = turn.last or (turn.state.offered if len(turn.state.offered) == 1 else ())
    if not before or turn.state.misses or not leaning.leans(said) or not (content(said) or aspects(said)):
        return None
    alone = leaning.merged(turn.ranked, turn.ranker.rank(leaning.distilled(turn.reading)))
    brought = tuple(leaning.likelier(match) for match in alone if match.entry not in before)
    entries = [turn.faq.by_id[entry] for entry in before if leaning.covered(turn.reading, turn.faq.by_id[entry])]
    joined = (turn.ranker.rank(leaning.join(turn.reading, entry, turn.language, turn.faq)) for entry in entries)
    kept = tuple(match for match in leaning.merged(*joined) if match.entry in {entry.id for entry in entries})
    rival = any(match.confidence >= RIVAL for match in brought)
    best = next((match for match in (*brought, *(() if rival else kept)) if turn.confident(match)), None)
    best = best or _related(turn, before)
    return (best, leaning.merged(brought, kept, turn.ranked)) if best is not None else None


def _related(turn: Turn, before: Sequence[str]) -> Match | None:
    """The only entry related to those *before* that speaks of the product's names in the message, as they do not."""
    names = tuple(word for word in content(leaning.own_words(turn.reading)) if word in turn.faq.names)
    last = [turn.faq.by_id[entry] for entry in before]
    if not names or any(leaning.mentions(entry, names) for entry in last):
        return None
    related = {other: turn.faq.by_id[other] for entry in last for other in entry.see_also if other in turn.faq.by_id}
    speaking = [name for name, entry in related.items() if leaning.mentions(entry, names)]
    return Match(speaking[0], turn.ranker.threshold) if len(speaking) == 1 else None


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
    wanted, asked = content(message), aspects(message)

    def fit(line: str) -> tuple[float, int]:
        return coverage(wanted, line) if wanted else 0.0, sum(signs(name, line) for name in asked)

    return max(_lines(text), key=fit, default="")


def _lines(text: str) -> list[str]:
    """The sentences and list items of *text* that may stand alone: no code, no heading, no lead-in to a list."""
    sentences = (part.strip() for block in _blocks(text) for part in _SENTENCE.split(block))
    found = [sentence for sentence in sentences if sentence and len(sentence) <= _LONGEST_EXCERPT]
    return [sentence for sentence in found if not sentence.endswith((":", "："))] or found


def _blocks(text: str) -> Iterator[str]:
    """Yield the paragraphs and list items of *text*, each on one line."""
    block = ""
    fenced = False
    for line in text.splitlines():
        fence = bool(_FENCE.match(line))
        fenced ^= fence
        begins = fence or not line.strip() or bool(_BULLET.match(line)) or line.startswith(("#", "|", ">"))
        if begins and block:
            yield block
        if fence or fenced or line.startswith(("#", "|", ">")):
            block = ""
        elif begins:
            block = _BULLET.sub("", line).strip()
        else:
            block = f"{block}{'' if is_cjk(block[-1:]) else ' '}{line.strip()}".strip()
    if block:
        yield block


def _distinct(matches: Sequence[Match]) -> tuple[Match, ...]:
    first: dict[str, Match] = {}
    for match in matches:
        first.setdefault(match.entry, match)
    return tuple(first.values())
