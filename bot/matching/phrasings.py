"""Every example utterance of a file with its entry, in the form in which a question is compared with it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from bot.faq.content import Entry, Faq
from bot.matching.groups import Groups
from bot.matching.lexical import Ints
from bot.matching.text import core, normalise

_SEPARATORS = str.maketrans("-_.", "   ")
# A name that stands in the phrasings of this share of all entries tells none of them from another.
_COMMON = 1 / 3
_STATUS = re.compile(r"(?<![\w.])[45]\d\d(?!\w|\.\w)")
_STAND_IN = re.compile(r"<[A-Z_]+_\d+>")  # what stands in the place of a secret
_TELLING = 8  # characters; a shorter piece of an error's text may stand for anything
_SPACES = re.compile(r"\s{2,}")


@dataclass(frozen=True)
class Phrasings:
    """Example utterances, prepared for comparison.

    Attributes:
        texts: The utterances: each entry's id in words, its questions and phrasings in every language, then what has no
            answer.
        labels: For each text the position of its entry; those without an answer carry the number of entries.
        entries: Ids by position.
        names: The product's own names that are left out of every text and question.
        own: How many of the texts come from the file itself.
    """

    texts: tuple[str, ...]
    labels: Ints
    entries: tuple[str, ...]
    names: tuple[str, ...]
    own: int

    @property
    def classes(self) -> int:
        """How many classes the labels tell apart: the entries and, where there are any, the unanswered."""
        return max(len(self.entries), int(self.labels.max(initial=-1)) + 1)

    @cached_property
    def groups(self) -> Groups:
        """The texts by their label."""
        return Groups.of(self.labels)

    def question(self, text: str, statuses: Iterable[str], beside: Iterable[str] = ()) -> str:
        """Return the question *text* as it is compared.

        Of the numbers that look like a status only *statuses* stay; what is told of the errors *beside* the deciding
        one, which are over or lead to it, does not speak for its entry.
        """
        told = frozenset(statuses)
        plain = normalise(_STAND_IN.sub(" ", text))
        for piece in (piece for value in beside for piece in normalise(value).split("*")):
            plain = plain.replace(piece, " ") if len(piece) >= _TELLING else plain
        numbered = _STATUS.sub(lambda found: found.group() if found.group() in told else " ", plain)
        return _prepare(numbered, self.names)

    def verbatim(self) -> Mapping[str, int]:
        """Return the position of the entry for each text that stands under one entry and nowhere else."""
        found: dict[str, int] = {}
        shared: set[str] = set()
        for text, label in zip(self.texts, self.labels.tolist(), strict=True):
            if found.setdefault(text, label) != label:
                shared.add(text)
        return {text: label for text, label in found.items() if label < len(self.entries) and text not in shared}

    def with_unanswered(self, texts: Sequence[str]) -> "Phrasings":
        """Return these phrasings and *texts*, prepared, as more that has no answer."""
        labels = np.full(len(texts), len(self.entries), np.int32)
        return replace(self, texts=(*self.texts, *texts), labels=np.concatenate([self.labels, labels]))


def collect(faq: Faq) -> Phrasings:
    """Return the phrasings of *faq*, each text once an entry."""
    utterances = [[normalise(text) for text in _utterances(entry)] for entry in faq.entries]
    names = _neutral(faq.names, utterances)
    texts: list[str] = []
    labels: list[int] = []
    for position, group in enumerate([*utterances, [normalise(text) for text in faq.unanswered]]):
        prepared = dict.fromkeys(_prepare(text, names) for text in group)
        prepared.pop("", None)
        texts.extend(prepared)
        labels.extend([position] * len(prepared))
    return Phrasings(
        tuple(texts), np.array(labels, np.int32), tuple(entry.id for entry in faq.entries), names, len(texts)
    )


def prepare_all(texts: Iterable[str], names: tuple[str, ...]) -> list[str]:
    """Return *texts* prepared as phrasings are."""
    return [_prepare(normalise(text), names) for text in texts]


def _prepare(text: str, names: tuple[str, ...]) -> str:
    if names:
        text = _by_themselves(names).sub(" ", text)
    return core(_SPACES.sub(" ", text).strip())


@lru_cache(maxsize=256)
def _by_themselves(names: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern of any of *names* that is no part of a longer word: "k2" does not stand in "sk2"."""
    return re.compile("|".join(map(_by_itself, names)))


def _by_itself(name: str) -> str:
    before = "(?<![a-z0-9])" if name[0].isascii() else ""
    return before + re.escape(name) + ("(?![a-z0-9])" if name[-1].isascii() else "")


def _neutral(names: Iterable[str], utterances: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The *names* found throughout the entries, longest first so that none is cut by another."""
    joined = ["\n".join(group) for group in utterances]
    folded = {normalise(name) for name in names}
    common = [name for name in folded if name and _found_in(name, joined) >= _COMMON * len(joined) > 1]
    return tuple(sorted(common, key=lambda name: (-len(name), name)))


def _found_in(name: str, texts: Sequence[str]) -> int:
    """In how many of *texts* the *name* stands by itself."""
    pattern = _by_themselves((name,))
    return sum(name in text and pattern.search(text) is not None for text in texts)


def _utterances(entry: Entry) -> list[str]:
    found = [entry.id.translate(_SEPARATORS)]
    for wording in entry.wordings.values():
        found.append(wording.question)
        found.extend(wording.phrasings)
    return found
