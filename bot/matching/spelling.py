"""Slips of the keyboard mended towards the words of the file.

A word that neither the file nor the encoder's vocabulary knows becomes the nearest word of the file, one edit away
(two from eight letters on; optimal string alignment, so that swapped neighbours count as one), if there is one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.matching.text import runs

_WORD = re.compile(r"(?<![\w'.-])[a-zà-öø-ÿ]{4,24}(?![\w'])")
_LONG = 8


class Speller:
    """Mends words towards the vocabulary of a set of texts."""

    def __init__(self, texts: Iterable[str], knows: Callable[[str], bool]) -> None:
        """Take the vocabulary of normalised *texts*; *knows* names the words that are right though not among them."""
        self._counts = Counter(run for text in texts for run in runs(text))
        self._knows = knows
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in self._counts:
            if _WORD.fullmatch(word):
                self._by_length[len(word)].append(word)

    def mend(self, text: str) -> str:
        """Return normalised *text* with its unknown words mended where a near one stands in the file."""
        return _WORD.sub(lambda found: self._mended(found.group()), text)

    def _mended(self, word: str) -> str:
        if word in self._counts or self._knows(word):
            return word
        reach = 1 if len(word) < _LONG else 2
        best: tuple[float, int, str] | None = None
        for length in range(len(word) - reach, len(word) + reach + 1):
            found = process.extract(word, self._by_length[length], scorer=OSA.distance, score_cutoff=reach, limit=None)
            for candidate, distance, _ in found:
                rank = (distance, -self._counts[candidate], candidate)
                best = rank if best is None or rank < best else best
        return best[2] if best else word
