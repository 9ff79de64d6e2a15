"""TF-IDF vectors of words and of character n-grams, compared through an inverted index.

A text's vector is two unit vectors side by side, one of words and word pairs and one of character n-grams, so the
product of two vectors is the sum of both cosines (0..2). Term weights are ``1 + log tf`` times ``1 +
log((1+n)/(1+df))`` (Salton and Buckley, "Term-weighting approaches in automatic text retrieval", 1988).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.matching.text import character_features, word_features

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

# The blocks of a vector by the letter that marks their features.
_BLOCKS: dict[str, Callable[[str], list[str]]] = {"w": word_features, "c": character_features}
MOST = float(len(_BLOCKS))


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
        self.rarity = rarity
        self._numbers = {feature: number for number, feature in enumerate(self.features)}

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Lexicon":
        """Return the lexicon of normalised *texts*."""
        counts: Counter[str] = Counter()
        for text in texts:
            for mark, cut in _BLOCKS.items():
                counts.update({mark + feature for feature in cut(text)})
        held = np.fromiter(counts.values(), np.float32, len(counts))
        return cls(tuple(counts), np.asarray(1 + np.log((1 + len(texts)) / (1 + held)), np.float32))

    def vector(self, text: str) -> Vector:
        """Return the vector of normalised *text*; empty where it shares no feature with the texts."""
        find = self._numbers.get
        features: list[int] = []
        weights: list[Floats] = []
        for mark, cut in _BLOCKS.items():
            counted = Counter(cut(text)).items()
            known = {number: n for feature, n in counted if (number := find(mark + feature)) is not None}
            if known:
                index = np.fromiter(known, np.int32, len(known))
                counts = np.fromiter(known.values(), np.float32, len(known))
                weight = (1 + np.log(counts)) * self.rarity[index]
                features.extend(known)
                weights.append(weight / np.sqrt(weight @ weight))
        if not features:
            return Vector(np.empty(0, np.int32), np.empty(0, np.float32))
        return Vector(np.array(features, np.int32), np.concatenate(weights))


@dataclass(frozen=True, slots=True)
class InvertedIndex:
    """For each feature, the texts that hold it and with which weight.

    Feature f stands in ``texts[starts[f]:starts[f + 1]]``; ``size`` is the number of texts.
    """

    size: int
    starts: Ints
    texts: Ints
    weights: Floats

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
        """Return the product of *vector* with every text's, in order of the texts."""
        if not len(vector.features):
            return np.zeros(self.size, np.float32)
        starts, ends = self.starts[vector.features], self.starts[vector.features + 1]
        lengths = ends - starts
        # The positions of all the texts of all the features, without a loop: a ramp within each feature's span.
        positions = np.arange(lengths.sum()) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        products = self.weights[positions] * np.repeat(vector.weights, lengths)
        return np.bincount(self.texts[positions], products, self.size).astype(np.float32)
