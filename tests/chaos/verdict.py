"""What was asked, what a person then sees, and what that comes to."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

FAULTS = ("lost", "doubled", "misplaced", "disordered", "intruding", "stale")
"""What must not be: no answer, more than one, one where nothing was asked, one before an earlier one, an unasked one,
and one that stands although its question was changed or taken away."""


@dataclass(slots=True)
class Asked:
    """One question, or a remark to which silence is the right answer.

    Attributes:
        kind: What a person did: mention, dm, follow-up, edited, deleted, overheard, slash.
        spot: Where its answer has to stand, in the platform's own keys.
        mark: What its answer bears in the end; empty where nothing may stand.
        event: The key by which the ledger knows it.
        earlier: The mark of the answer before the question was edited or deleted, else empty.
        chain: The conversation whose answers have to come in order.
        strict: Nothing but redeliveries disturbed its conversation, so that the order is owed.
        acknowledged: The platform was told that it arrived.
        revision_heard: The platform was told that its edit or deletion arrived.
        alone: Only its author sees the answer, and the platform cannot be asked whether it was shown: after a crash it
            may be shown once more, which is counted apart.
    """

    kind: str
    spot: str
    mark: str
    event: str
    earlier: str = ""
    chain: str = ""
    strict: bool = False
    acknowledged: bool = True
    revision_heard: bool = True
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """One message of the bot as it stands at the end; ``rank`` grows with the time at which it was first shown."""

    spot: str
    marks: tuple[str, ...]
    rank: float
    text: str = ""


@dataclass(slots=True)
class Verdict:
    """How often each thing was found, with a line on each case that is not as it should be."""

    counts: Counter[str] = field(default_factory=Counter)
    cases: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, what: str, asked: Asked | None = None, words: str = "") -> None:
        """Count *what* came of *asked*."""
        self.counts[what] += 1
        if asked is not None and what not in ("answered", "silent"):
            self.cases[what].append(f"{asked.kind} {asked.event} at {asked.spot} {words}".rstrip())

    @property
    def faults(self) -> dict[str, int]:
        """How often what must not be was found."""
        return {name: self.counts[name] for name in FAULTS}

    @property
    def clean(self) -> bool:
        """True where nothing was found that must not be."""
        return not any(self.faults.values())


def judge(asked: Sequence[Asked], seen: Iterable[Seen], stage_of: Callable[[Asked], str]) -> Verdict:
    """Return what has come of all that was *asked*, by what is *seen*; *stage_of* gives the ledger's word on it."""
    verdict, standing = Verdict(), defaultdict[str, list[Seen]](list)
    for shown in seen:
        standing[shown.spot].append(shown)
    shown_for: dict[int, Seen] = {}
    answers = {id(question): _taken(standing[question.spot], question) for question in asked}
    for question in asked:
        mine = answers[id(question)]
        if mine:
            shown_for[id(question)] = mine[0]
        elif question.mark and (other := _unmarked(standing[question.spot])):
            verdict.note("answered otherwise", question, other.text[:60])
            continue
        _judge_one(verdict, question, mine, stage_of)
    for spot, rest in standing.items():
        for shown in rest:
            verdict.note("misplaced", Asked("answer", spot, "", "-"), shown.text[:200])
    _judge_order(verdict, asked, shown_for)
    return verdict


def _taken(standing: list[Seen], question: Asked) -> list[Seen]:
    """Take out of *standing* the answers to *question*, the first one first."""
    accepted = {question.mark, question.earlier} - {""}
    mine = [shown for shown in standing if accepted & set(shown.marks)]
    for shown in mine:
        standing.remove(shown)
    return sorted(mine, key=lambda shown: shown.rank)


def _unmarked(standing: list[Seen]) -> Seen | None:
    """Take out of *standing* an answer that quotes no entry; the bot was not sure, which is no matter of delivery."""
    found = next((shown for shown in standing if not shown.marks), None)
    if found is not None:
        standing.remove(found)
    return found


def _judge_one(verdict: Verdict, question: Asked, mine: Sequence[Seen], stage_of: Callable[[Asked], str]) -> None:
    if len(mine) > 1 or (mine and len(mine[0].marks) > 1):
        verdict.note("doubled" if not question.alone else "repeated alone", question, f"{len(mine)} answers")
    elif mine:
        _judge_answer(verdict, question, mine[0])
    elif not question.mark:
        verdict.note("silent")
    elif (stage := stage_of(question)) in ("expired", "refused"):
        verdict.note(stage, question)
    elif not question.acknowledged:
        verdict.note("undelivered", question)
    else:
        verdict.note("lost", question, f"({stage or 'unknown'} in the ledger)")


def _judge_answer(verdict: Verdict, question: Asked, shown: Seen) -> None:
    if question.mark in shown.marks:
        verdict.note("answered")
    elif not question.earlier:
        verdict.note("intruding", question)
    elif question.revision_heard:
        verdict.note("stale", question)
    else:
        verdict.note("revision unheard", question)


def _judge_order(verdict: Verdict, asked: Sequence[Asked], shown_for: dict[int, Seen]) -> None:
    chains = defaultdict[str, list[Asked]](list)
    for question in asked:
        if question.chain and id(question) in shown_for:
            chains[question.chain].append(question)
    for chain in chains.values():
        for before, after in pairwise(chain):
            if shown_for[id(after)].rank < shown_for[id(before)].rank:
                verdict.note("disordered" if before.strict and after.strict else "overtaken", after)
