"""Made-up entries, questions and slips of the keyboard, the same for the same seed.

Words follow Zipf's law, and there are more of them the more entries there are (Heaps' law), as in a real collection:
what an index costs hangs on how many entries share a word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

_ONSETS = (*"bcdfghjklmnprstvwz", "bl", "br", "ch", "dr", "fl", "gr", "pl", "pr", "qu", "sh", "sl", "st", "th", "tr")
_VOWELS = (*"aeiou", "ai", "ea", "ee", "io", "ou")
_CODAS = ("", "", *"bdlmnprstx", "ck", "nd", "ng", "rk")
_FRAMES = (
    "how do i {}",
    "what does {} mean",
    "why is {} not working",
    "where can i find {}",
    "can i change {}",
    "i need help with {}",
    "is there a way to get {}",
    "{}",
    "my {} is gone, what now",
    "when will {} be ready",
)
_LINKS = ("for", "of the", "with my", "in", "and")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {letter: beside for row in _ROWS for letter, beside in zip(row, row[1:] + row[-2], strict=True)}


@dataclass(frozen=True, slots=True)
class Collection:
    """Entries of (id, question, phrasings), and questions with the id of the entry each one is about."""

    entries: tuple[tuple[str, str, tuple[str, ...]], ...]
    questions: tuple[tuple[str, str], ...]


def collection(entries: int, questions: int, seed: int) -> Collection:
    """Return so many *entries* of a question and one or two phrasings, and *questions* that none of them holds."""
    chance = np.random.default_rng(seed)
    words = vocabulary(max(200, int(40 * entries**0.6)), chance)
    weights = 1 / np.arange(3, len(words) + 3)
    weights /= weights.sum()
    subjects = [[words[number] for number in row] for row in chance.choice(len(words), (entries, 4), p=weights)]
    made = tuple(_entry(number, subject, chance) for number, subject in enumerate(subjects))
    asked = chance.integers(entries, size=questions)
    return Collection(made, tuple((_ask(subjects[number], chance), made[number][0]) for number in asked))


def vocabulary(size: int, chance: np.random.Generator) -> tuple[str, ...]:
    """Return *size* different words that can be pronounced, shorter ones first."""
    found: dict[str, None] = {}
    for word in _words(chance):
        found[word] = None
        if len(found) >= size:
            break
    return tuple(sorted(found, key=len))


def misspell(text: str, chance: np.random.Generator, share: float = 0.2) -> str:
    """Return *text* with a slip in a *share* of its longer words: a key beside, a letter lost, doubled or swapped."""
    return " ".join(
        _slip(word, chance) if len(word) > 2 and chance.random() < share else word for word in text.split(" ")
    )


def _slip(word: str, chance: np.random.Generator) -> str:
    at = int(chance.integers(len(word) - 1))
    kind = int(chance.integers(4))
    beside = _BESIDE.get(word[at], word[at + 1])
    return word[:at] + (beside + word[at + 1 :], word[at + 1 :], word[at] + word[at:], _swapped(word[at:]))[kind]


def _swapped(rest: str) -> str:
    return rest[1] + rest[0] + rest[2:]


def _words(chance: np.random.Generator) -> Iterator[str]:
    while True:
        onsets, vowels, codas = (chance.integers(len(part), size=(512, 3)) for part in (_ONSETS, _VOWELS, _CODAS))
        lengths = chance.integers(1, 4, size=512)
        for onset, vowel, coda, length in zip(onsets, vowels, codas, lengths, strict=True):
            parts = zip(onset[:length], vowel[:length], coda[:length], strict=True)
            yield "".join(_ONSETS[a] + _VOWELS[b] + _CODAS[c] for a, b, c in parts)


def _entry(number: int, subject: Sequence[str], chance: np.random.Generator) -> tuple[str, str, tuple[str, ...]]:
    phrasings = tuple(_ask(subject, chance) for _ in range(int(chance.integers(1, 3))))
    return f"entry-{number}", _ask(subject, chance), phrasings


def _ask(subject: Sequence[str], chance: np.random.Generator) -> str:
    """A question about *subject* that leaves one of its words out, as people do."""
    left = int(chance.integers(len(subject)))
    link = _LINKS[int(chance.integers(len(_LINKS)))]
    first, *rest = [word for number, word in enumerate(subject) if number != left]
    return _FRAMES[int(chance.integers(len(_FRAMES)))].format(f"{first} {link} {' '.join(rest)}")
