"""The verdict on a text: what the shipped reader and matcher, without the encoder, say that it is about."""

from dataclasses import dataclass, replace
from pathlib import Path

from bot.faq.content import Faq, Wording
from bot.faq.load import load
from bot.matching.evidence import Claims
from bot.matching.matcher import Matcher
from bot.model import Reading
from bot.reading import Reader

SHIPPED = Path(__file__).parents[2] / "faq.yaml"
NOTHING = "-"
WAIT = frozenset({"rate-limit-429", "engine-overloaded-429"})
"""The entries that say: wait and try again."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A reading, all that its evidence speaks for, and the verdict."""

    reading: Reading
    claimed: str
    verdict: str


class Judge:
    """The product's eyes and judgement for one file."""

    def __init__(self, faq: Faq) -> None:
        self.reader = Reader(faq)
        self._claims = Claims(faq)
        self._matcher = Matcher(faq)

    def __call__(self, text: str) -> Judged:
        """Return the entry of the first match where evidence speaks for one, else all that it speaks for."""
        reading = self.reader.read(text)
        claimants = {claim.entry for claim in self._claims.judge(reading.evidence).claims}
        claimed = "+".join(sorted(claimants)) or NOTHING
        return Judged(reading, claimed, self._matcher.rank(reading)[0].entry if len(claimants) == 1 else claimed)


def shipped() -> Faq:
    return load(SHIPPED)


def without_phrasings(faq: Faq) -> Faq:
    """Return *faq* with its errors but few words, so that it is learnt at once."""
    entries = tuple(
        replace(entry, wordings={code: Wording(one.question, one.answer) for code, one in entry.wordings.items()})
        for entry in faq.entries
    )
    return replace(faq, entries=entries, unanswered=())
