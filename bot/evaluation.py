"""Labelled questions and what became of them -> how often the bot is right, wrong and silent.

Two shapes of a JSON line are known by their keys. A single question has ``text`` and ``expected`` (an entry's id, a
list of acceptable ids, or null where no answer may be given) and perhaps ``all_of`` (every one of these must be
answered) and ``abstain_ok`` (not answering is right too). A conversation has ``turns`` of ``user`` and ``expect`` (as
above, or ``abstain``, or ``clarify``), perhaps with ``also_ok`` and ``user_id``. Both may have ``id``, ``kind`` and
``lang``.

Labels may be older than the file they are used on. An entry that no label names is therefore taken as right where a
line is labelled null but holds evidence that the entry claims; such answers are counted apart, since nobody has judged
them.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.model import Outcome, Reply

ABSTAIN = "abstain"
CLARIFY = "clarify"
NOTHING = "nothing"

# The advice for a throttled caller is right for an overloaded server too, so labels that know only the first mean both.
STANDS_FOR = {"engine-overloaded-429": "rate-limit-429"}


class EvaluationError(Exception):
    """A labelled file that cannot be used; the message names the line."""


class Verdict(StrEnum):
    """What a reply is worth against its label."""

    RIGHT = "right"
    FURTHER = "further"  # right as far as anyone can tell: an entry that the labels do not know claims the evidence
    WRONG = "wrong"  # an answer that is not accepted
    INCOMPLETE = "incomplete"  # nothing wrong in it, but one of several questions was left out
    OFFERED = "offered"  # no answer, but the right entry was among the choices
    MISSED = "missed"  # no answer where there is one


@dataclass(frozen=True, slots=True)
class Turn:
    """One labelled message; ``abstaining`` and ``asking`` say which ways of not answering are right."""

    text: str
    author: str
    accepted: tuple[str, ...]
    all_of: frozenset[str] = frozenset()
    abstaining: bool = False
    asking: bool = False

    @property
    def label(self) -> str:
        """The label in one word, for the table of confusions."""
        return self.accepted[0] if self.accepted else NOTHING


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation with its labels; a single question is one of one turn."""

    id: str
    kind: str
    language: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """One turn, judged."""

    case: Case
    number: int
    verdict: Verdict
    reply: Reply

    @property
    def turn(self) -> Turn:
        """The turn that was judged."""
        return self.case.turns[self.number - 1]

    @property
    def got(self) -> str:
        """What came back, in one word: the first entry answered, else the outcome."""
        return self.reply.entries[0] if self.reply.entries else self.reply.outcome.value


@dataclass(slots=True)
class Tally:
    """Counts over some turns; ``answerable`` have a label that names an entry, ``covered`` of them were answered."""

    turns: int = 0
    answered: int = 0
    answerable: int = 0
    covered: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    def add(self, score: Score) -> None:
        """Count *score*."""
        answered = score.reply.outcome is Outcome.ANSWER
        answerable = bool(score.turn.accepted)
        self.turns += 1
        self.answered += answered
        self.answerable += answerable
        self.covered += answered and answerable
        self.verdicts[score.verdict] += 1

    @property
    def accuracy(self) -> float:
        """Share of the turns that were met rightly, with an answer or without one."""
        return _share(self.verdicts[Verdict.RIGHT] + self.verdicts[Verdict.FURTHER], self.turns)

    @property
    def wrong_answers(self) -> float:
        """Share of the answers given that are wrong."""
        return _share(self.verdicts[Verdict.WRONG], self.answered)

    @property
    def coverage(self) -> float:
        """Share of the turns with an answer that got one, right or wrong."""
        return _share(self.covered, self.answerable)

    def to_json(self) -> dict[str, Any]:
        """The counts and the shares made of them, the shares rounded to four places."""
        return {
            "turns": self.turns,
            "accuracy": round(self.accuracy, 4),
            "wrong_answers": round(self.wrong_answers, 4),
            "coverage": round(self.coverage, 4),
            "answered": self.answered,
            "answerable": self.answerable,
            **{verdict.value: self.verdicts[verdict] for verdict in Verdict},
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Every figure over a set of scores; ``confusions`` counts (expected, got) over all that was not right."""

    overall: Tally
    kinds: Mapping[str, Tally]
    languages: Mapping[str, Tally]
    confusions: Counter[tuple[str, str]]
    not_right: tuple[Score, ...]

    def to_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "overall": self.overall.to_json(),
            "kinds": {name: tally.to_json() for name, tally in self.kinds.items()},
            "languages": {name: tally.to_json() for name, tally in self.languages.items()},
            "confusions": [
                {"expected": expected, "got": got, "count": count}
                for (expected, got), count in self.confusions.most_common()
            ],
            "not_right": [
                {
                    "id": score.case.id,
                    "turn": score.number,
                    "verdict": score.verdict.value,
                    "expected": list(score.turn.accepted),
                    "outcome": score.reply.outcome.value,
                    "entries": list(score.reply.entries),
                    "confidence": score.reply.confidence,
                }
                for score in self.not_right
            ],
        }


def read_cases(lines: Iterable[str], name: str) -> tuple[Case, ...]:
    """Return the labelled cases of the JSON *lines* of the file *name*.

    Raises:
        EvaluationError: a line is no JSON object or has neither shape.
    """
    return tuple(_case(line, f"{name}:{number}") for number, line in enumerate(lines, 1) if line.strip())


def labels(cases: Iterable[Case]) -> frozenset[str]:
    """Every entry that some label of *cases* names."""
    return frozenset(entry for case in cases for turn in case.turns for entry in (*turn.accepted, *turn.all_of))


def judge(turn: Turn, reply: Reply, known: Collection[str]) -> Verdict:
    """Say what *reply* is worth as the reply to *turn*; *known* are the entries that the labels name."""
    if reply.outcome is not Outcome.ANSWER:
        return _judge_abstaining(turn, reply)
    further = [entry for entry in reply.entries if not _accepts(turn, entry)]
    if not all(_is_further(turn, entry, reply, known) for entry in further):
        return Verdict.WRONG
    if not turn.all_of <= set(reply.entries):
        return Verdict.INCOMPLETE
    return Verdict.FURTHER if further else Verdict.RIGHT


def summarise(scores: Sequence[Score]) -> Report:
    """Return every figure over *scores*."""
    overall, kinds, languages = Tally(), dict[str, Tally](), dict[str, Tally]()
    not_right = tuple(score for score in scores if score.verdict not in {Verdict.RIGHT, Verdict.FURTHER})
    for score in scores:
        overall.add(score)
        kinds.setdefault(score.case.kind, Tally()).add(score)
        languages.setdefault(score.case.language, Tally()).add(score)
    confusions = Counter((score.turn.label, score.got) for score in not_right)
    return Report(overall, dict(sorted(kinds.items())), dict(sorted(languages.items())), confusions, not_right)


def _judge_abstaining(turn: Turn, reply: Reply) -> Verdict:
    asks = reply.outcome in {Outcome.CLARIFY, Outcome.ASK}
    if turn.abstaining or (turn.asking and asks):
        return Verdict.RIGHT
    if any(choice.entry in turn.accepted for choice in reply.choices if choice.entry):
        return Verdict.OFFERED
    return Verdict.MISSED


def _accepts(turn: Turn, entry: str) -> bool:
    return entry in turn.accepted or STANDS_FOR.get(entry) in turn.accepted


def _is_further(turn: Turn, entry: str, reply: Reply, known: Collection[str]) -> bool:
    claims = any(match.entry == entry and match.evidence for match in reply.candidates)
    return not turn.accepted and entry not in known and claims


def _case(line: str, where: str) -> Case:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{where}: this line is no JSON ({error})") from error
    if not isinstance(fields, dict):
        raise EvaluationError(f"{where}: an object is needed, one a line")
    try:
        turns = tuple(map(_turn, fields["turns"])) if "turns" in fields else (_single(fields),)
    except (KeyError, TypeError, AttributeError) as error:
        raise EvaluationError(
            f"{where}: a line needs text and expected, or turns of user and expect ({error} does not fit)"
        ) from error
    kind = fields.get("kind", "conversation" if "turns" in fields else "question")
    return Case(str(fields.get("id", where)), str(kind), str(fields.get("lang", "?")), turns)


def _single(fields: Mapping[str, Any]) -> Turn:
    accepted = _ids(fields["expected"])
    return Turn(
        text=_text(fields["text"]),
        author="",
        accepted=accepted,
        all_of=frozenset(_ids(fields.get("all_of"))),
        abstaining=not accepted or bool(fields.get("abstain_ok")),
    )


def _turn(fields: Mapping[str, Any]) -> Turn:
    ways = (*_ids(fields["expect"]), *_ids(fields.get("also_ok")))
    return Turn(
        text=_text(fields["user"]),
        author=str(fields.get("user_id", "")),
        accepted=tuple(way for way in ways if way not in {ABSTAIN, CLARIFY}),
        abstaining=ABSTAIN in ways or not ways,
        asking=CLARIFY in ways,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _ids(value: object) -> tuple[str, ...]:
    """The ids in a label, which is one, a list of them, or null."""
    if value is None:
        return ()
    return tuple(map(_text, value)) if isinstance(value, list) else (_text(value),)


def _share(part: int, whole: int) -> float:
    """*part* of *whole*; 0 where there is nothing."""
    return part / whole if whole else 0.0
