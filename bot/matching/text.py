"""Text cut into the pieces that are compared: stemmed words, word pairs and character n-grams.

Scripts written without spaces (Han, kana, Hangul) have no words to cut, so there single characters and pairs of them
stand in for words (as in Lucene's CJKAnalyzer).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import snowballstemmer

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_RUN = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+(?:'[^\W_{CJK}]+)*")
_LATIN = re.compile("[a-z]")
_CJK = re.compile(rf"[{CJK}]")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
_ENGLISH = snowballstemmer.stemmer("english")

# Words before a request that say nothing of what is asked for.
_PREAMBLE = re.compile(
    r"^(?:(?:(?:please|pls|plz|hey|hi|hello|ok|okay|so|um|well|can (?:you|i|we)|could (?:you|i|we)|would you|will you"
    r"|i (?:want|need|wish) (?:you )?to|we (?:want|need) to|(?:i'd|i would|we'd|we would) like (?:you )?to"
    r"|tell me|let me know|do you know|help me|find out|if you can|know)(?![\w'])"
    r"|请问一下|请问|麻烦问下|麻烦|我想问一下|我想问|想问一下|想问|问一下|求问|大佬们?|各位)[\s,.!，。！:：]*)+",
)


def normalise(text: str) -> str:
    """Return *text* in compatibility form, lower case, with plain apostrophes and single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    return " ".join(folded.split())


def core(text: str) -> str:
    """Return normalised *text* without the words of politeness before it; whole where little else would be left."""
    rest = _PREAMBLE.sub("", text)
    return rest if len(rest.split()) > 1 or _CJK.search(rest) else text


def runs(text: str) -> list[str]:
    """Return the words of normalised *text*, a whole run of unspaced script being one."""
    return _RUN.findall(text)


def is_unspaced(run: str) -> bool:
    """True where *run* is of a script written without spaces."""
    return bool(_CJK.match(run))


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """Return the English Snowball stem; words of other languages pass through it to no harm."""
    return str(_ENGLISH.stemWord(word)) if _LATIN.search(word) else word


def words(text: str) -> list[str]:
    """Return the stems and CJK characters of normalised *text* in order."""
    found: list[str] = []
    for run in runs(text):
        found.extend(run if is_unspaced(run) else (stem(run),))
    return found


def word_features(text: str) -> list[str]:
    """Return the words of normalised *text* and its pairs of neighbours."""
    single = words(text)
    return single + [f"{left} {right}" for left, right in pairwise(single)]


def character_features(text: str) -> list[str]:
    """Return the character n-grams (2 to 5, within padded stems; 1 to 3 within unspaced runs) of normalised *text*."""
    found: list[str] = []
    for run in runs(text):
        if is_unspaced(run):
            found.extend(_grams(run, 1, 3))
        else:
            found.extend(_stem_grams(stem(run)))
    return found


@lru_cache(maxsize=65536)
def _stem_grams(word: str) -> tuple[str, ...]:
    return tuple(_grams(f" {word} ", 2, 5))


def _grams(run: str, shortest: int, longest: int) -> Iterator[str]:
    for size in range(shortest, min(longest, len(run)) + 1):
        for start in range(len(run) - size + 1):
            yield run[start : start + size]
