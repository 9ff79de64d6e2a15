"""The figures under fire: kept verdicts, empty balances told to wait, evidence out of traps, time taken."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from bot.reading.reader import Reader
from bot.reading.redact import redact
from tests.fire.bases import bases
from tests.fire.canaries import canaries, leaks
from tests.fire.damage import noise
from tests.fire.innocents import innocents
from tests.fire.judge import NOTHING, WAIT, Judged
from tests.fire.sequences import sequences
from tests.fire.traces import Trace, generator, trace, traces
from tests.fire.traps import traps

Judging = Callable[[str], Judged]
SHOWN = 20
_MEGABYTE = 1_000_000


@dataclass(slots=True)
class Score:
    """How many there were and how many went wrong, in all and by name, with the first of the wrong ones."""

    count: int = 0
    wrong: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    wrongs: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, *names: str, wrong: bool, **example: Any) -> None:
        self.count += 1
        self.counts.update(set(names))
        if wrong:
            self.wrong += 1
            self.wrongs.update(set(names))
            if len(self.examples) < SHOWN:
                self.examples.append(example)

    @property
    def right(self) -> float:
        return 1 - self.wrong / self.count if self.count else 1.0

    def summary(self) -> dict[str, Any]:
        by_name = {name: {"count": self.counts[name], "wrong": self.wrongs[name]} for name in sorted(self.counts)}
        return {"count": self.count, "wrong": self.wrong, "by_name": by_name, "examples": self.examples}


def under_fire(judge: Judging, count: int, seed: int) -> tuple[Score, Score]:
    """Return how *count* traces fared against their bare errors, and how often an empty balance was told to wait."""
    bare = {base.text: judge(base.text).verdict for base in bases()}
    same, wait = Score(), Score()
    for number, one in enumerate(traces(count, seed)):
        verdict, expected = judge(one.text).verdict, bare[one.base.text]
        wrong = verdict != expected
        same.add(*names(one), wrong=wrong, number=number, expected=expected, verdict=verdict, text=one.text[:2000])
        if one.base.balance:
            wait.add(*names(one), wrong=bool(WAIT & set(verdict.split("+"))), number=number, text=one.text[:2000])
    return same, wait


def empty_balances(judge: Judging, count: int, seed: int) -> Score:
    """Return how often traces that all are of an empty balance are told to wait."""
    broke = [base for base in bases() if base.balance]
    score = Score()
    for number in range(count):
        random = generator("balance", seed, number)
        one = trace(random.choice(broke), random)
        verdict = judge(one.text).verdict
        score.add(*names(one), wrong=bool(WAIT & set(verdict.split("+"))), number=number, text=one.text[:2000])
    return score


def names(one: Trace) -> list[str]:
    """The lines of the table that a trace counts in."""
    return [
        f"base: {one.base.form}",
        *(f"in: {name}" for name in one.wrappers),
        *(f"damage: {name}" for name in one.damage or ("none",)),
        f"wrappers: {len(one.wrappers)}",
        f"damages: {len(one.damage)}",
    ]


def last_open(judge: Judging, count: int, seed: int) -> tuple[Score, Score]:
    """Return how often the last open error of several is the evidence, and how often it comes first in the ranking."""
    read, ranked = Score(), Score()
    for one in sequences(count, seed):
        judged, expected = judge(one.text), one.entry or NOTHING
        for score, verdict in ((read, judged.claimed), (ranked, judged.verdict)):
            score.add(one.kind, wrong=verdict != expected, expected=expected, verdict=verdict, text=one.text)
    return read, ranked


def trapped(judge: Judging, count: int, seed: int) -> Score:
    """Return how many texts without an error give evidence."""
    score = Score()
    for text in traps(count, seed):
        evidence = judge(text).reading.evidence
        score.add(wrong=bool(evidence), text=text[:2000], evidence=[str(one.value) for one in evidence])
    return score


def canaries_kept(count: int, seed: int) -> Score:
    """Return of how many canary secrets enough can still be read after redaction, by shape."""
    score = Score()
    for one in canaries(count, seed):
        redacted = redact(one.text).text
        runs = leaks(one, redacted)
        score.add(one.shape.partition(":")[0].partition(",")[0], wrong=bool(runs), shape=one.shape, runs=runs[:3])
    return score


def innocents_taken(count: int, seed: int) -> Score:
    """Return how many texts without a secret are taken for one."""
    score = Score()
    for text in innocents(count, seed):
        score.add(wrong=bool(redact(text).secrets), text=text[:300])
    return score


def paste_times(reader: Reader, seed: int) -> dict[str, float]:
    """Return the milliseconds, best of five, to read pastes of 1 and 10 MB with an error near the end of each."""
    error = "openai.RateLimitError: Error code: 429 - {'error': {'type': 'rate_limit_reached_error'}}"
    lines = noise(20_000, generator("paste", seed))
    piece = "\n".join(lines) + "\n"
    times: dict[str, float] = {}
    for megabytes in (1, 10):
        text = (piece * (megabytes * _MEGABYTE // len(piece) + 1))[: megabytes * _MEGABYTE] + f"\n{error}\ndone\n"
        times[f"{megabytes} MB"] = min(_milliseconds(reader, text) for _ in range(5))
    return times


def _milliseconds(reader: Reader, text: str) -> float:
    start = perf_counter()
    reader.read(text)
    return 1000 * (perf_counter() - start)
