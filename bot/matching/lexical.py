"""TF-IDF vectors of words and of character n-grams, compared through an inverted index.

A text's vector is two unit vectors side by side, one of words and word pairs and one of character n-grams, so the
product of two vectors is the sum of both cosines (0..2). Term weights are ``1 + log tf`` times ``1 +
log((1+n)/(1+df))`` (Salton and Buckley, "Term-weighting approaches in automatic text retrieval", 1988).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.matching.text import character_features, runs, stem, word_features, words

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

# The blocks of a vector by the letter that marks their features.
_CHARACTERS = "c"
_BLOCKS: Mapping[str, Callable[[str], list[str]]] = {"w": word_features, _CHARACTERS: character_features, "s": words}
ALL = ("w", _CHARACTERS)
# Single words find the nearest text better than with their pairs, and sooner: 67 against 63 % right on CLINC150.
STEMS = ("s",)
MOST = float(len(ALL))
# A feature that stands in more texts than this, and in more than one in fifty, says too little to be worth the walk.
_COMMON = 2000
_SHARE = 50
# A feature is widespread that stands in more than one text in so many.
_WIDE = 12
# How many words are kept with the numbers of their characters.
_CUT = 4_000
# How many texts are compared by all features where the common ones are passed over.
_FRONT = 200


@dataclass(frozen=True, slots=True)
class Vector:
    """A sparse vector: feature numbers and their weights."""

    features: Ints
    weights: Floats


class Lexicon:
    """The features of a set of texts, each with its rarity."""

    def __init__(self, features: Sequence[str], rarity: Floats) -> None:
        """Number *features* in their order; *rarity* is the weight of each."""
        self.features = tuple(features)
        marks = {feature[0] for feature in self.features}
        self._blocks = {mark: cut for mark, cut in _BLOCKS.items() if mark in marks}
        self.rarity = rarity
        self._rarest = rarity.max(initial=0)
        self._numbers = {feature: number for number, feature in enumerate(self.features)}
        self._cut: dict[tuple[str, str], tuple[Sequence[int], Sequence[str]]] = {}

    @classmethod
    def of(cls, texts: Sequence[str], blocks: Iterable[str] = ALL) -> "Lexicon":
        """Return the lexicon of normalised *texts*, with the features of *blocks* alone."""
        counts: Counter[str] = Counter()
        for mark in blocks:
            for text in texts:
                counts.update({mark + feature for feature in _BLOCKS[mark](text)})
        held = np.fromiter(counts.values(), np.float32, len(counts))
        return cls(tuple(counts), np.asarray(1 + np.log((1 + len(texts)) / (1 + held)), np.float32))

    def holds(self, word: str) -> bool:
        """True where *word*, or another form of it, stands in the texts."""
        return any(mark + stem(word) in self._numbers for mark in self._blocks if mark != _CHARACTERS)

    def vector(self, text: str) -> Vector:
        """Return the vector of normalised *text*; empty where it shares no feature with the texts.

        What the texts do not have counts for the length as the rarest that they have: a question of many strange words
        is not much like anything.
        """
        features: list[int] = []
        weights: list[Floats] = []
        for mark, cut in self._blocks.items():
            known: Counter[int] = Counter()
            unknown: set[str] = set()
            for piece in runs(text) if mark == _CHARACTERS else (text,):
                numbers, others = self._numbered(mark, piece, cut)
                known.update(numbers)
                unknown.update(others)
            if known:
                index = np.fromiter(known, np.int32, len(known))
                counts = np.fromiter(known.values(), np.float32, len(known))
                weight = (1 + np.log(counts)) * self.rarity[index]
                weights.append(weight / np.sqrt(weight @ weight + len(unknown) * self._rarest**2))
                features.extend(known)
        if not features:
            return Vector(np.empty(0, np.int32), np.empty(0, np.float32))
        return Vector(np.array(features, np.int32), np.concatenate(weights))

    def _numbered(self, mark: str, piece: str, cut: Callable[[str], list[str]]) -> tuple[Sequence[int], Sequence[str]]:
        """The numbers of the features of *piece*, and those features that have none; short pieces come again."""
        if (found := self._cut.get((mark, piece))) is None:
            numbers, unknown = [], []
            for feature in cut(piece):
                if (number := self._numbers.get(mark + feature)) is None:
                    unknown.append(feature)
                else:
                    numbers.append(number)
            found = numbers, unknown
            if mark == _CHARACTERS and len(self._cut) < _CUT:
                self._cut[mark, piece] = found
        return found


@dataclass(frozen=True)
class InvertedIndex:
    """For each feature, the texts that hold it and with which weight.

    Feature f stands in ``texts[starts[f]:starts[f + 1]]``; ``size`` is the number of texts.
    """

    size: int
    starts: Ints
    texts: Ints
    weights: Floats

    @cached_property
    def _lengths(self) -> Ints:
        """In how many texts each feature stands."""
        return np.diff(self.starts)

    @cached_property
    def _widespread(self) -> tuple[Ints, Floats]:
        """The row of each feature that stands in many texts, -1 for the others, and the rows: a weight for every text.

        Of the postings that a question meets two thirds belong to a few dozen features; a row is added in a twentieth
        of the time that it takes to gather them one by one.
        """
        many = np.flatnonzero(self._lengths * _WIDE > self.size) if self.size <= _COMMON * _WIDE else np.empty(0, int)
        rows = np.zeros((len(many), self.size), np.float32)
        for row, feature in zip(rows, many, strict=True):
            span = slice(self.starts[feature], self.starts[feature + 1])
            row[self.texts[span]] = self.weights[span]
        numbers = np.full(len(self._lengths), -1, np.int32)
        numbers[many] = np.arange(len(many), dtype=np.int32)
        return numbers, rows

    @classmethod
    def of(cls, vectors: Sequence[Vector], features: int) -> "InvertedIndex":
        """Return the index of the texts' *vectors* over a lexicon of so many *features*."""
        found = np.concatenate([np.empty(0, np.int32), *(vector.features for vector in vectors)])
        weights = np.concatenate([np.empty(0, np.float32), *(vector.weights for vector in vectors)])
        texts = np.repeat(np.arange(len(vectors), dtype=np.int32), [len(vector.features) for vector in vectors])
        order = np.argsort(found, kind="stable")
        starts = np.searchsorted(found[order], np.arange(features + 1)).astype(np.int32)
        return cls(len(vectors), starts, texts[order], weights[order])

    def similarities(self, vector: Vector) -> Floats:
        """Return the product of *vector* with every text's, in order of the texts.

        Where there are very many texts, features found in most of them count only for the texts that the rarer ones
        bring to the front; the others' products come out a little low.
        """
        telling = self._lengths[vector.features] <= max(_COMMON, self.size // _SHARE)
        if telling.all() or not telling.any():
            return self._products(vector.features, vector.weights)
        products = self._products(vector.features[telling], vector.weights[telling])
        front = np.flatnonzero(products != 0)
        if len(front) > _FRONT:
            front = np.sort(front[np.argpartition(products[front], -_FRONT)[-_FRONT:]])
        for feature, weight in zip(vector.features[~telling], vector.weights[~telling], strict=True):
            span = slice(self.starts[feature], self.starts[feature + 1])
            places = np.searchsorted(self.texts[span], front)
            places[places == span.stop - span.start] = 0
            holds = self.texts[span][places] == front
            products[front[holds]] += weight * self.weights[span][places[holds]]
        return products

    def _products(self, features: Ints, weights: Floats) -> Floats:
        numbers, rows = self._widespread
        wide = numbers[features]
        spread = wide >= 0
        products = self._gathered(features[~spread], weights[~spread])
        return products + weights[spread] @ rows[wide[spread]] if spread.any() else products

    def _gathered(self, features: Ints, weights: Floats) -> Floats:
        if not len(features):
            return np.zeros(self.size, np.float32)
        lengths = self._lengths[features]
        # The positions of all the texts of all the features, without a loop: a ramp within each feature's span.
        shift = np.repeat(self.starts[features] - (np.cumsum(lengths) - lengths), lengths)
        positions = np.arange(len(shift)) + shift
        products = self.weights[positions] * np.repeat(weights, lengths)
        return np.bincount(self.texts[positions], products, self.size).astype(np.float32)
