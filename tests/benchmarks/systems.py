"""The product and its peers, each as a function from a file's content to a ranking, all over the same utterances.

The peers come with the extra ``bench``; each is imported when it is built, so that one costs nothing to the others.
Each has the features, the settings and the pooling that served it best on the validation questions of CLINC150.
"""

import importlib
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from bot.assembly import _background
from bot.encoder import SentenceEncoder, installed
from bot.faq.content import Faq
from bot.matching.matcher import CANDIDATES, Matcher
from bot.model import Reading
from bot.reading.reader import Reader

Ranking: TypeAlias = list[tuple[str, float]]
Rank: TypeAlias = Callable[[str], Ranking]
Scores: TypeAlias = npt.NDArray[np.floating[Any]]

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_FRONT = 50
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")


@dataclass(frozen=True, slots=True)
class System:
    """Something that ranks entries: *build* makes its ranking; its scores may be *probable*, that is probabilities."""

    name: str
    build: Callable[[Faq], Rank]
    probable: bool = False
    ours: bool = False


class Texts:
    """Every question and phrasing of a file in every language, entry by entry, and how their scores make a ranking."""

    def __init__(self, faq: Faq) -> None:
        groups = [
            [text for wording in entry.wordings.values() for text in (wording.question, *wording.phrasings)]
            for entry in faq.entries
        ]
        self.ids = [entry.id for entry in faq.entries]
        self.texts = [text for group in groups for text in group]
        self.labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        self._starts = np.flatnonzero(np.diff(self.labels, prepend=-1))
        self._places = np.arange(len(self.texts)) - self._starts[self.labels]
        self._shape = (len(groups), max(map(len, groups)))

    def by_best(self, scores: Scores) -> Ranking:
        """Rank the entries of the best few texts, without a look at the others."""
        front = np.argpartition(-scores, min(_FRONT, len(scores) - 1))[:_FRONT]
        best: dict[str, float] = {}
        for number in front[np.argsort(-scores[front], kind="stable")]:
            best.setdefault(self.ids[self.labels[number]], float(scores[number]))
        return list(best.items())[:CANDIDATES]

    def by_best_three(self, scores: Scores) -> Ranking:
        """Rank each entry by the mean of its best three texts, or of fewer where it has fewer."""
        table = np.full(self._shape, np.nan)
        table[self.labels, self._places] = scores
        return ranking(self.ids, np.nanmean(-np.sort(-table, axis=1)[:, :3], axis=1))


def ranking(ids: Sequence[str], scores: Scores) -> Ranking:
    """Return the best few of *ids* with their *scores*, ties in their order."""
    return [(ids[number], float(scores[number])) for number in np.argsort(-scores, kind="stable")[:CANDIDATES]]


def frontdesk(faq: Faq, *, semantic: bool, reads: bool = False) -> Rank:
    """The product's matcher; where it *reads*, every question passes its reader too."""
    encoder = load_encoder() if semantic else None
    matcher = Matcher(faq, _background(), encoder)
    reader = Reader(faq) if reads else None

    def rank(text: str) -> Ranking:
        reading = reader.read(text) if reader else Reading(text, text, (text,), faq.languages[0])
        return [(match.entry, match.confidence) for match in matcher.rank(reading)]

    return rank


def token_set_ratio(faq: Faq) -> Rank:
    """rapidfuzz's `token_set_ratio`, the mean of an entry's best three texts."""
    process, fuzz, utils = (importlib.import_module(f"rapidfuzz.{name}") for name in ("process", "fuzz", "utils"))
    texts = Texts(faq)
    choices = [utils.default_process(text) for text in texts.texts]

    def rank(text: str) -> Ranking:
        scores = process.cdist([utils.default_process(text)], choices, scorer=fuzz.token_set_ratio, workers=1)
        return texts.by_best_three(scores[0])

    return rank


def bm25(faq: Faq, *, pooled: bool = True) -> Rank:
    """bm25s over stemmed words, the mean of an entry's best three texts; where not *pooled*, its best text: quicker."""
    texts = Texts(faq)
    stem = stemmer()
    index = importlib.import_module("bm25s").BM25()
    index.index([stem(text) for text in texts.texts], show_progress=False)

    def rank(text: str) -> Ranking:
        known = [word for word in stem(text) if word in index.vocab_dict]
        scores = index.get_scores(known) if known else np.zeros(len(texts.texts))
        return texts.by_best_three(scores) if pooled else texts.by_best(scores)

    return rank


def tfidf(faq: Faq) -> Rank:
    """scikit-learn's TF-IDF over character n-grams, cosine, the mean of an entry's best three texts."""
    texts = Texts(faq)
    vectorizer = _vectorizer()
    table = vectorizer.fit_transform(texts.texts)

    def rank(text: str) -> Ranking:
        return texts.by_best_three((table @ vectorizer.transform([text]).T).toarray()[:, 0])

    return rank


def regression(faq: Faq) -> Rank:
    """scikit-learn's TF-IDF with a logistic regression over the entries."""
    texts = Texts(faq)
    vectorizer = _vectorizer()
    model = importlib.import_module("sklearn.linear_model").LogisticRegression(C=10, max_iter=1000)
    model.fit(vectorizer.fit_transform(texts.texts), texts.labels)
    ids = [texts.ids[label] for label in model.classes_]

    def rank(text: str) -> Ranking:
        return ranking(ids, model.predict_proba(vectorizer.transform([text]))[0])

    return rank


def wordllama(faq: Faq) -> Rank:
    """wordllama's static embeddings, the mean of an entry's best three texts."""
    package = importlib.import_module("wordllama")
    folder = Path(str(package.__file__)).parent
    model = package.WordLlama.load(cache_dir=folder, disable_download=True)
    texts = Texts(faq)
    vectors = model.embed(texts.texts, norm=True)
    return lambda text: texts.by_best_three(vectors @ model.embed([text], norm=True)[0])


def sentence_encoder(faq: Faq) -> Rank:
    """The product's encoder and nothing else, the mean of an entry's best three texts."""
    encoder = load_encoder()
    texts = Texts(faq)
    vectors = encoder.encode(texts.texts)
    return lambda text: texts.by_best_three(vectors @ encoder.encode([text])[0])


def load_encoder() -> SentenceEncoder:
    """Return the encoder, loaded; its vocabulary is parsed anew, as at a first start.

    Raises:
        ModuleNotFoundError: its wheel is not installed.
    """
    with tempfile.TemporaryDirectory() as folder:
        encoder = installed(Path(folder))
        if encoder is None:
            raise ModuleNotFoundError("the extra `semantic` is not installed")
        encoder.load()
    return encoder


def stemmer() -> Callable[[str], list[str]]:
    """A function that cuts a text into stemmed words; of scripts without spaces, every character is one."""
    stems = importlib.import_module("snowballstemmer").stemmer("english")
    return lambda text: [str(stem) for stem in stems.stemWords(_WORD.findall(text.lower()))]


def _vectorizer() -> Any:
    text = importlib.import_module("sklearn.feature_extraction.text")
    return text.TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)


SYSTEMS: Mapping[str, System] = {
    system.name: system
    for system in (
        System("token_set_ratio", token_set_ratio),
        System("bm25s", bm25),
        System("tfidf", tfidf),
        System("tfidf+logistic", regression, probable=True),
        System("wordllama", wordllama),
        System("encoder", sentence_encoder),
        System("frontdesk words", partial(frontdesk, semantic=False), probable=True, ours=True),
        System("frontdesk", partial(frontdesk, semantic=True), probable=True, ours=True),
        System("frontdesk+reader", partial(frontdesk, semantic=True, reads=True), probable=True, ours=True),
    )
}
