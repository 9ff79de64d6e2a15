"""Readings in, entries with calibrated confidence out.

Two things speak for an entry: the text of the question, by what was learnt from the file (`learning.py`), and the
evidence of a pasted error, by what the entries claim (`evidence.py`). Nothing here reads or writes the world: the
encoder, the built-in chatter and what was learnt before are arguments.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.faq.content import Faq
from bot.matching.evidence import Claims, Verdict
from bot.matching.learning import Lesson, learn
from bot.matching.lexical import MOST, Floats
from bot.matching.likeness import Signal
from bot.matching.meaning import Encoder
from bot.matching.spelling import Speller
from bot.model import Kind, Match, Reading

CANDIDATES = 5
# How probable an entry is when the evidence claims it and no other.
_TRUST = {Kind.TYPE: 0.985, Kind.MESSAGE: 0.975, Kind.STATUS: 0.95, Kind.EXCEPTION: 0.8}
# By how much weak evidence raises the log-odds that the words give, and the least that they can give.
_LIFT = {Kind.STATUS: 4.0, Kind.EXCEPTION: 2.0}
_LEAST = 0.15
# How probable an entry is when the question is one of its phrasings, word for word.
_VERBATIM = 0.99
# What is left of a confidence where evidence denies the entry, a status speaks for another, an error is strange to all,
# or the vendor is another.
_DENIED = 0.02
_BESIDE = 0.95
_STRANGE = 0.3
_FOREIGN = 0.05


@dataclass(frozen=True, slots=True)
class Signals:
    """How one entry fared: its confidence, what the words alone gave, its likest phrasing, and how alike that is."""

    entry: str
    confidence: float
    by_words: float
    phrasing: str
    meaning: float | None
    lexical: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a ranking came out as it did: the question as compared, the evidence's verdict, the best entries' signals."""

    question: str
    verdict: Verdict
    threshold: float
    signals: tuple[Signals, ...]


class Matcher:
    """Ranks the entries of one file for a reading."""

    def __init__(
        self,
        faq: Faq,
        background: Sequence[str] = (),
        encoder: Encoder | None = None,
        lesson: Lesson | None = None,
    ) -> None:
        """Serve *faq* by a *lesson* learnt of it before, else learn it now."""
        self.lesson = learn(faq, background, encoder) if lesson is None else lesson
        self._claims = Claims(faq)
        own = self.lesson.phrasings.texts[: self.lesson.phrasings.own]
        holds = self.lesson.likeness.lexicon.holds
        self._speller = Speller(own, lambda word: holds(word) or (encoder is not None and encoder.knows(word)))
        self._verbatim = self.lesson.phrasings.verbatim()
        self._positions = {id_: position for position, id_ in enumerate(self.lesson.phrasings.entries)}

    @property
    def threshold(self) -> float:
        """The confidence at or above which an answer keeps within the file's budget of wrong answers."""
        return self.lesson.threshold

    def rank(self, reading: Reading) -> tuple[Match, ...]:
        """Return the entries that could answer *reading*, best first.

        At most `CANDIDATES`; ties keep file order. Empty when *reading* holds neither evidence nor a word. Never
        raises.
        """
        question = self._question(reading)
        verdict = self._claims.judge(reading.evidence)
        if not question and not verdict.claims:
            return ()
        return self._ranked(reading, verdict, self._by_words(question), spoken=bool(question))

    def explain(self, reading: Reading) -> Explanation:
        """Return why *reading* is ranked as it is."""
        question = self._question(reading)
        verdict = self._claims.judge(reading.evidence)
        words = self._by_words(question)
        matches = self._ranked(reading, verdict, words, spoken=bool(question)) if question or verdict.claims else ()
        rows = {signal: row[0] for signal, row in self.lesson.likeness.to([question]).items()}
        signals = tuple(self._signals(match, float(words[self._positions[match.entry]]), rows) for match in matches)
        return Explanation(question, verdict, self.threshold, signals)

    def _question(self, reading: Reading) -> str:
        statuses = (item.value for item in reading.evidence if item.kind is Kind.STATUS)
        deciding = {(item.kind, item.value) for item in reading.evidence}
        told = (item for incident in reading.incidents if deciding for item in incident.evidence)
        beside = (item.value for item in told if (item.kind, item.value) not in deciding)
        return self._speller.mend(self.lesson.phrasings.question(reading.question, statuses, beside))

    def _by_words(self, question: str) -> Floats:
        if not question or not self.lesson.phrasings.texts:
            return np.zeros(len(self._positions), np.float32)
        confidences = self.lesson.probabilities(question)
        if (position := self._verbatim.get(question)) is not None:
            confidences[position] = max(confidences[position], _VERBATIM)
        return confidences

    def _ranked(self, reading: Reading, verdict: Verdict, words: Floats, *, spoken: bool) -> tuple[Match, ...]:
        confidences = self._weighed(words, verdict, spoken=spoken)
        if reading.vendor is not None:
            confidences = confidences * np.float32(_FOREIGN)
        evidence = {claim.entry: claim.evidence for claim in verdict.claims}
        entries = self.lesson.phrasings.entries
        leading = np.flatnonzero(confidences > confidences.min(initial=1))  # of very many entries most are at the end
        if len(leading) < CANDIDATES:
            leading = np.arange(len(confidences))
        if len(leading) > CANDIDATES:
            leading = leading[confidences[leading] >= np.partition(confidences[leading], -CANDIDATES)[-CANDIDATES]]
        best = leading[np.argsort(-confidences[leading], kind="stable")][:CANDIDATES]
        return tuple(Match(entries[i], float(confidences[i]), evidence.get(entries[i], ())) for i in best)

    def _weighed(self, words: Floats, verdict: Verdict, *, spoken: bool) -> Floats:
        """Move the confidences that the *words* give by what the evidence says."""
        confidences = words.copy()
        if verdict.claims:
            claimants = [self._positions[claim.entry] for claim in verdict.claims]
            kind = verdict.claims[0].kind
            trust = _TRUST[kind] * (_STRANGE if verdict.strange else 1.0)
            shares = words[claimants] + np.float32(0.05)
            shares /= shares.sum()
            if kind in _LIFT and spoken:
                chances = np.maximum(words[claimants], _LEAST * shares)
                lifted = chances * np.exp(_LIFT[kind]) / (1 - chances + chances * np.exp(_LIFT[kind]))
                confidences *= np.where(words < _VERBATIM, np.float32(_BESIDE), np.float32(1))
                confidences[claimants] = np.maximum(words[claimants], np.minimum(lifted, trust))
            else:
                confidences *= np.float32(1 - trust)
                confidences[claimants] = np.float32(trust) * shares
        elif verdict.strange:
            confidences *= np.float32(_STRANGE)
        for entry in verdict.denied:
            confidences[self._positions[entry]] *= np.float32(_DENIED)
        return confidences

    def _signals(self, match: Match, by_words: float, rows: dict[Signal, Floats]) -> Signals:
        own = np.flatnonzero(self.lesson.phrasings.labels == self._positions[match.entry])
        if not len(own):
            return Signals(match.entry, match.confidence, by_words, "", None, 0.0)
        likest = int(own[np.argmax(sum(row[own] for row in rows.values()))])
        meaning = float(rows[Signal.MEANING][likest]) if Signal.MEANING in rows else None
        lexical = float(rows[Signal.LEXICAL][likest]) / MOST
        return Signals(match.entry, match.confidence, by_words, self.lesson.phrasings.texts[likest], meaning, lexical)
