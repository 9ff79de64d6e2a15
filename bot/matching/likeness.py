"""How alike a question and the phrasings are, by each signal: meaning, where there is an encoder, and words.

Every signal is a kernel: a symmetric measure of likeness between two texts, so that a classifier can learn from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np

from bot.matching.lexical import ALL, Floats, InvertedIndex, Lexicon
from bot.matching.meaning import Encoder, as_question, likeness


class Signal(StrEnum):
    """A way in which texts can be alike."""

    MEANING = "meaning"
    LEXICAL = "lexical"


Rows: TypeAlias = Mapping[Signal, Floats]


@dataclass(frozen=True, slots=True)
class Likeness:
    """The phrasings as each signal sees them; ``meanings`` is None where there is no encoder."""

    lexicon: Lexicon
    index: InvertedIndex
    meanings: Floats | None
    encoder: Encoder | None

    @classmethod
    def of(cls, texts: Sequence[str], encoder: Encoder | None, blocks: Iterable[str] = ALL) -> "Likeness":
        """Return the view of prepared *texts*, their words compared by *blocks* of features."""
        lexicon = Lexicon.of(texts, blocks)
        index = InvertedIndex.of([lexicon.vector(text) for text in texts], len(lexicon.features))
        return cls(lexicon, index, encoder.encode([as_question(text) for text in texts]) if encoder else None, encoder)

    def to(self, questions: Sequence[str]) -> Rows:
        """Return, by signal, one row a prepared question: its likeness to every text, 0..1 (lexical: 0..2)."""
        lexical = np.zeros((len(questions), self.index.size), np.float32)
        for row, question in zip(lexical, questions, strict=True):
            row[:] = self.index.similarities(self.lexicon.vector(question))
        if self.encoder is None or self.meanings is None:
            return {Signal.LEXICAL: lexical}
        asked = self.encoder.encode([as_question(question) for question in questions])
        return {Signal.MEANING: likeness(asked, self.meanings), Signal.LEXICAL: lexical}
