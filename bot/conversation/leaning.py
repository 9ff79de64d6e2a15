"""Understands a message that leans on the answer before it ("and 403?", "how much is that?").

Such a message brings a topic along, or keeps to that of the answer. Within a thread an entry of the FAQ is a likelier
topic than in a stranger's message: the odds of what the message brings along are raised by that much, and by nothing
else. The answer before it is meant only where the message's own content words stand in that entry, so "and the
invoice?" after an answer about balance leads nowhere.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.conversation.words import QUESTION, asks, aspects, content, coverage, is_cjk, plain, word_set, words
from bot.faq.content import Entry, Faq
from bot.model import Match, Reading

LIKELIER_IN_THREAD = (
    3.0  # odds: about two thirds of the turns after an answer stay with the FAQ, one third of all others do
)
_MOST_TEXT = 1_000  # characters
_LONGEST = 14  # words; a longer message says what it is about
_COVERED = 0.6  # of the content words: "would allegretto do that" has one, "key is from platform.moonshot.cn" two

_MARKER = re.compile(
    r"(?:and|so|but|or|also|then|plus|what about|how about|what if|same (?:for|with)|ok(?:ay)? (?:and|but|then))\b"
    r"|那|还有|另外|如果|要是|同样|以及|而且|但是|可是|所以"
)
_OPENING = word_set(
    "which what whats where wheres who when how per in with without for on via from as by at to through during after"
)
_POINTING = word_set("that it this those these them there one ones same its thats instead then else too either")
_POINTING_IN_CHINESE = re.compile(r"这个|那个|它|这样|那样|这种|那种|也|呢$")


def leans(text: str) -> bool:
    """True when *text* is short, and either points back, or asks or adds without naming a topic of its own."""
    said = words(text)
    if not said or len(said) > _LONGEST:
        return False
    low = plain(text)
    if _MARKER.match(low) or any(word in _POINTING for word in said) or _POINTING_IN_CHINESE.search(low):
        return True
    if aspects(text) and not content(text):
        return True
    if 2 <= len(said) <= 3 and said[0] in _OPENING:
        return True
    return _adds(said, text)


def _adds(said: list[str], text: str) -> bool:
    """True for a statement that adds to what was said: no question, no request, more than a bare noun."""
    enough = len(said) >= 3 or (is_cjk(text) and len(plain(text)) >= 5)
    return enough and not asks(text) and said[0] not in QUESTION


def covered(reading: Reading, entry: Entry) -> bool:
    """True when *entry* has the content words of *reading*, and something on every aspect that it asks about."""
    text = _all_words(entry)
    said = own_words(reading)
    asked = aspects(said)
    if aspects(text, asked) != asked:
        return False
    return coverage(content(said), text) >= _COVERED


def mentions(entry: Entry, wanted: tuple[str, ...]) -> bool:
    """True when most of the *wanted* words stand in *entry*."""
    return coverage(wanted, _all_words(entry)) >= _COVERED


def _all_words(entry: Entry) -> str:
    return "\n".join("\n".join((said.question, said.answer, *said.phrasings)) for said in entry.wordings.values())


def join(reading: Reading, entry: Entry, language: str, faq: Faq) -> Reading:
    """Return *reading* as if the question of *entry* stood before it."""
    before = entry.wordings.get(language, entry.wordings[faq.languages[0]]).question
    said = f"{before} {own_words(reading)}"
    return replace(reading, text=said, question=said, parts=(said,))


def distilled(reading: Reading) -> Reading:
    """Return *reading* with nothing but its content words: what "would ... do that" is said round tells nothing."""
    said = own_words(reading)
    kept = said if is_cjk(said) else " ".join(content(said))
    return replace(reading, text=kept, question=kept, parts=(kept,))


def likelier(match: Match) -> Match:
    """Return *match* with the odds that a thread gives it."""
    p = match.confidence
    return replace(match, confidence=p * LIKELIER_IN_THREAD / (p * LIKELIER_IN_THREAD + 1 - p))


def own_words(reading: Reading) -> str:
    """The person's own words, or a text that has none, no more of it than can matter here."""
    return (reading.question or reading.text)[:_MOST_TEXT]


def merged(*rankings: Iterable[Match]) -> tuple[Match, ...]:
    """Return each entry of the *rankings* once, with its best match, the most confident first; ties keep order."""
    best: dict[str, Match] = {}
    for match in (match for ranking in rankings for match in ranking):
        if match.entry not in best or match.confidence > best[match.entry].confidence:
            best[match.entry] = match
    return tuple(sorted(best.values(), key=lambda match: -match.confidence))
