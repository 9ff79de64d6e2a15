"""What is learnt from a file when it is loaded, in fractions of a second and without a number for its author to tune.

The cases come from the file itself: each phrasing left out (answerable), the phrasings of each entry with the whole
entry left out (a near miss: not answerable), and what the file says it does not answer with everyday chatter. On
them the confidence is scaled, and the threshold found that keeps the wrong answers among those given within the
file's budget.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from bot.faq.content import Faq
from bot.matching.calibration import PRIOR, Scale, fit_scale, shared, standings
from bot.matching.classifier import fit
from bot.matching.lexical import ALL, STEMS, Floats, Ints, InvertedIndex, Lexicon
from bot.matching.likeness import Likeness, Signal
from bot.matching.meaning import Encoder
from bot.matching.phrasings import Phrasings, collect, prepare_all
from bot.matching.scorers import Learned, Nearest, Scorer, blend, combine, leads

# Up to this many texts every one is compared with every other; beyond, that would take minutes and gigabytes.
_LEARNABLE = 4000
# And up to so many coefficients, a text and a class each: 1,000 entries that are only questions, or 20 at their widest.
_COEFFICIENTS = 3_000_000
# How many texts of a larger file the confidence is fitted on.
_SAMPLE = 400
_TRUST_SIZE = 4  # the three weights of a scale, and the threshold
# How many of them are compared at a time.
_AT_ONCE = 20
# Shares of what comes in that have no entry: near misses and plain chatter.
_NEAR_MISSES = 0.05
_CHATTER = 0.15
# Chatter less like a phrasing than this never intrudes.
_NEAR = 0.35
# A file of few phrasings cannot vouch for a threshold below this.
_BOLDEST = 0.75

Arrays = Mapping[str, npt.NDArray[np.generic]]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that is learnt from a file: how questions are compared, scored and trusted."""

    phrasings: Phrasings
    likeness: Likeness
    scorer: Scorer
    scale: Scale
    threshold: float

    def probabilities(self, question: str) -> Floats:
        """Return, for every entry, the calibrated probability that it answers the prepared *question*."""
        count = len(self.phrasings.entries)
        rows = self.likeness.to([question])
        standing = standings(self.scorer.scores(rows), count)
        found = shared(self.scale.probabilities(standing, leads(blend(rows), self.phrasings.groups, count)))
        return np.asarray(found[0], np.float32)

    def to_arrays(self) -> Arrays:
        """Return what took time to learn, to be kept."""
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "entries": _joined(self.phrasings.entries),
            "phrasings": _joined(self.phrasings.texts),
            "labels": self.phrasings.labels,
            "own": np.array(self.phrasings.own),
            "names": _joined(self.phrasings.names),
            "features": _joined(self.likeness.lexicon.features),
            "rarity": self.likeness.lexicon.rarity,
            "starts": self.likeness.index.starts,
            "texts": self.likeness.index.texts,
            "weights": self.likeness.index.weights,
            "trust": np.array([*astuple(self.scale), self.threshold]),
        }
        if self.likeness.meanings is not None:
            arrays["meanings"] = self.likeness.meanings
        if isinstance(self.scorer, Learned):
            arrays |= {f"coefficients-{signal}": value for signal, value in self.scorer.coefficients.items()}
        return arrays


def learn(faq: Faq, background: Sequence[str], encoder: Encoder | None) -> Lesson:
    """Return what *faq* teaches, with *background* as chatter that no entry answers."""
    phrasings = collect(faq)
    chatter = prepare_all(background, phrasings.names)
    texts = len(phrasings.texts) + len(chatter)
    small = texts <= _LEARNABLE and texts * len(phrasings.entries) <= _COEFFICIENTS
    likeness = Likeness.of(phrasings.texts, encoder, ALL if small else STEMS)
    if not phrasings.texts:
        return Lesson(phrasings, likeness, Nearest(phrasings.groups, 0), PRIOR, 1.0)
    taught = _small(phrasings, likeness, chatter) if small else _large(phrasings, likeness, chatter)
    return _trusted(taught, faq.policy.budget)


def recall(faq: Faq, arrays: Arrays, encoder: Encoder | None) -> Lesson:
    """Return the lesson in *arrays*, made of the same file with the same encoder.

    Raises:
        KeyError, ValueError: they are of something else.
    """
    entries = tuple(entry.id for entry in faq.entries)
    if _lines(arrays["entries"]) != entries or arrays["own"].size != 1 or arrays["trust"].size != _TRUST_SIZE:
        raise ValueError("these arrays hold the lesson of another file, or of another version")
    labels = np.asarray(arrays["labels"], np.int32)
    texts, names = _lines(arrays["phrasings"]), _lines(arrays["names"])
    phrasings = Phrasings(texts, labels, entries, names, int(arrays["own"]))
    lexicon = Lexicon(_lines(arrays["features"]), np.asarray(arrays["rarity"], np.float32))
    index = InvertedIndex(
        len(phrasings.texts),
        np.asarray(arrays["starts"], np.int32),
        np.asarray(arrays["texts"], np.int32),
        np.asarray(arrays["weights"], np.float32),
    )
    meanings = np.asarray(arrays["meanings"], np.float32) if encoder else None
    kept = {signal: f"coefficients-{signal}" for signal in Signal}
    coefficients = {s: np.asarray(arrays[name], np.float32) for s, name in kept.items() if name in arrays}
    scorer = Learned(coefficients) if coefficients else Nearest(phrasings.groups, phrasings.classes)
    *weights, threshold = (float(number) for number in arrays["trust"])
    return Lesson(phrasings, Likeness(lexicon, index, meanings, encoder), scorer, Scale(*weights), threshold)


def _joined(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _lines(array: npt.NDArray[np.generic]) -> tuple[str, ...]:
    text = array.tobytes().decode()
    return tuple(text.split("\n")) if text else ()


@dataclass(frozen=True, slots=True)
class _Cases:
    """Texts of one sort by their best entry: its standing, its lead, and whether it is the right one."""

    standings: Floats
    leads: Floats
    right: Flags


@dataclass(frozen=True, slots=True)
class _Taught:
    """A lesson before its confidence is fitted, with the cases to fit it on."""

    phrasings: Phrasings
    likeness: Likeness
    scorer: Scorer
    alone: _Cases
    orphaned: _Cases
    chatter: _Cases


def _small(phrasings: Phrasings, likeness: Likeness, chatter: Sequence[str]) -> _Taught:
    """Learn a classifier from every text, the chatter that does not intrude being one more class."""
    every = phrasings.with_unanswered(_foreign(phrasings, likeness, chatter))
    likeness = Likeness.of(every.texts, likeness.encoder)
    kernels = likeness.to(every.texts)
    count, labels = len(every.entries), every.labels
    answerable = labels < count
    coefficients, alone, orphaned = {}, {}, {}
    for signal, kernel in kernels.items():
        fitted = fit(kernel, labels, every.classes)
        coefficients[signal] = fitted.coefficients
        alone[signal] = fitted.without_each_text()
        orphaned[signal] = fitted.without_each_class(labels)[answerable]
    blended = blend(kernels)
    np.fill_diagonal(blended, 0)
    ahead = leads(blended, every.groups, count)
    blended[(labels[:, None] == labels) & answerable[:, None]] = 0
    scores = combine(alone)
    return _Taught(
        every,
        likeness,
        Learned(coefficients),
        _cases(scores[answerable], ahead[answerable], labels[answerable]),
        _cases(combine(orphaned), leads(blended[answerable], every.groups, count)),
        _cases(scores[~answerable], ahead[~answerable]),
    )


def _large(phrasings: Phrasings, likeness: Likeness, chatter: Sequence[str]) -> _Taught:
    """Compare with the nearest text; fit the confidence on a sample spread evenly over the file."""
    scorer = Nearest(phrasings.groups, phrasings.classes)
    count = len(phrasings.entries)
    sample = np.unique(np.linspace(0, len(phrasings.texts) - 1, _SAMPLE).astype(np.int32))
    family = phrasings.labels[sample][:, None] == phrasings.labels
    sample = sample[(family.sum(axis=1) > 1) & (phrasings.labels[sample] < count)]
    labels = phrasings.labels[sample]
    every = np.arange(len(phrasings.texts))

    def cases(numbers: Ints, hidden: Callable[[Ints], Flags], right: Ints | None = None) -> _Cases:
        """Score the texts of these *numbers* a few at a time, each blind to what is *hidden* from it."""
        found = []
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            rows = likeness.to([phrasings.texts[number] for number in some])
            seen = {signal: np.where(hidden(some), np.float32(0), row) for signal, row in rows.items()}
            known = None if right is None else right[start : start + _AT_ONCE]
            found.append(_cases(scorer.scores(seen), leads(blend(seen), phrasings.groups, count), known))
        return _together(found)

    far = [
        _cases(scorer.scores(rows), leads(blend(rows), phrasings.groups, count))
        for rows in map(likeness.to, _split(chatter))
    ]
    return _Taught(
        phrasings,
        likeness,
        scorer,
        cases(sample, lambda some: some[:, None] == every, labels),
        cases(sample, lambda some: phrasings.labels[some][:, None] == phrasings.labels),
        _together(far),
    )


def _cases(scores: Floats, ahead: Floats, right: Ints | None = None) -> _Cases:
    """Return the cases of these *scores* of all classes; none is right where *right* names no entries."""
    standing = standings(scores, ahead.shape[1])
    best = standing.argmax(axis=1)
    each = np.arange(len(best))
    hits = np.zeros(len(best), np.bool_) if right is None else np.equal(best, right)
    return _Cases(standing[each, best], ahead[each, best], np.asarray(hits, np.bool_))


def _together(several: Sequence[_Cases]) -> _Cases:
    nothing = _Cases(np.empty(0, np.float32), np.empty(0, np.float32), np.empty(0, np.bool_))
    every = (nothing, *several)
    return _Cases(
        np.concatenate([cases.standings for cases in every]),
        np.concatenate([cases.leads for cases in every]),
        np.concatenate([cases.right for cases in every]),
    )


def _split(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + _AT_ONCE] for start in range(0, min(len(texts), _SAMPLE), _AT_ONCE)]


def _foreign(phrasings: Phrasings, likeness: Likeness, chatter: Sequence[str]) -> list[str]:
    """The lines of *chatter* that are no nearer to any phrasing than that phrasing's own siblings are.

    Chatter for one community is another's subject (the weather, to a voice assistant): such lines would teach the bot
    silence, so the file itself says which ones are foreign to it.
    """
    answerable = phrasings.labels < len(phrasings.entries)
    if not chatter or not answerable.any():
        return list(chatter)
    own = blend(likeness.to([text for text, own in zip(phrasings.texts, answerable, strict=True) if own]))
    labels = phrasings.labels[answerable]
    others = labels[:, None] == phrasings.labels
    np.fill_diagonal(others, val=False)
    siblings = np.where(others, own, 0).max(axis=1)
    border = np.maximum(siblings, _NEAR)
    nearness = blend(likeness.to(chatter))[:, answerable]
    intrudes: list[bool] = (nearness > border).any(axis=1).tolist()
    return [line for line, too_near in zip(chatter, intrudes, strict=True) if not too_near]


def _trusted(taught: _Taught, budget: float) -> Lesson:
    """Fit the scale and the threshold on the cases."""
    sorts = (taught.alone, taught.orphaned, taught.chatter)
    shares = (1 - _NEAR_MISSES - _CHATTER, _NEAR_MISSES, _CHATTER)
    sizes = [len(cases.standings) for cases in sorts]
    weight = np.repeat([sizes[0] * share / max(size, 1) for size, share in zip(sizes, shares, strict=True)], sizes)
    cases = _together(sorts)
    scale = fit_scale(cases.standings, cases.leads, cases.right, weight)
    threshold = _threshold(scale.probabilities(cases.standings, cases.leads), weight, budget)
    return Lesson(taught.phrasings, taught.likeness, taught.scorer, scale, threshold)


def _threshold(confidences: Floats, weight: npt.NDArray[np.float64], budget: float) -> float:
    """Return the lowest confidence from which on the answers given are wrong no more often than *budget* on average.

    The confidences themselves say how often: they are probabilities, and smoother than a count of the few wrong cases.
    """
    order = np.argsort(-confidences, kind="stable")
    ranked = np.append(confidences[order], 0)
    given = np.cumsum(np.insert(weight[order], 0, 0))
    wrong = np.cumsum(np.insert(weight[order] * (1 - ranked[:-1]), 0, 0))
    spare = budget * given - wrong
    last = int(np.flatnonzero(spare >= 0)[-1])
    # Few cases lie far apart; between the last that is within the budget and the next, one more answer may be given
    # as long as it takes no more than what is to spare.
    further = 1 - budget - spare[last] / max(float(weight.mean()), 1e-9) if len(weight) else 1 - budget
    highest = ranked[last - 1] if last else 1.0
    return max(min(float(highest), max(float(further), float(ranked[last]))), _BOLDEST)
