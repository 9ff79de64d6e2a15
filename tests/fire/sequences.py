"""Texts with two or three errors of which some are solved or denied, in words and in logs: the last open one wins."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.fire.data import table
from tests.fire.traces import generator

_URL = "https://api.moonshot.ai/v1"


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as it is named in words and as it stands in a log, with its call's path."""

    entry: str
    spoken: tuple[str, ...]
    logged: str
    path: str


PROBLEMS = tuple(
    Problem(row["entry"], tuple(row["spoken"]), row["logged"], row["path"]) for row in table("sequences")["problems"]
)
_KINDS = ("two in words", "three in words", "all over")


@dataclass(frozen=True, slots=True)
class Sequence:
    """A text, the kind it is of, and the entry that it is about: None where everything is over."""

    text: str
    kind: str
    entry: str | None


def sequences(count: int, seed: int) -> Iterator[Sequence]:
    """Yield *count* texts, a third of them logs."""
    for number in range(count):
        random = generator("sequence", seed, number)
        yield random.choice((_in_words, _in_words, _in_logs, _mixed))(random)


def _in_words(random: Random) -> Sequence:
    one, other, last = random.sample(PROBLEMS, 3)
    kind = random.choice(_KINDS)
    spoken = {name: random.choice(problem.spoken) for name, problem in zip("acb", (one, other, last), strict=True)}
    text: str = random.choice(table("sequences")[kind]).format(**spoken)
    return Sequence(text, kind, None if kind == "all over" else last.entry)


def _in_logs(random: Random) -> Sequence:
    """A log in which each call fails; of those that succeed later none is the last that stays open."""
    problems = random.sample(PROBLEMS, random.choice((2, 3)))
    is_open = [random.random() < 0.5 for _ in problems]
    lines: list[str] = []
    for number, (problem, stays) in enumerate(zip(problems, is_open, strict=True)):
        stamp = f"2026-08-19 03:5{number}:05,429"
        lines.append(f"{stamp} ERROR POST {_URL}/{problem.path} -> {problem.logged}")
        if not stays:
            lines.append(f"{stamp} INFO POST {_URL}/{problem.path} -> 200 OK")
    entry = next((p.entry for p, stays in zip(problems[::-1], is_open[::-1], strict=True) if stays), None)
    return Sequence("\n".join(lines), "logs", entry)


def _mixed(random: Random) -> Sequence:
    """A paste, and words before or after it that tell of another error that is over."""
    one, last = random.sample(PROBLEMS, 2)
    said, paste = random.choice(one.spoken), f"Error code: {last.logged.replace(' {', ' - {', 1)}"
    text = random.choice(
        (
            f"The {said} is fixed. Now:\n{paste}",
            f"I solved the {said}, what is this one?\n```\n{paste}\n```",
            f"{paste}\n\nThe {said} from yesterday is gone.",
            f"It is not the {said} any more\n{paste}",
            f"Error code: {one.logged.replace(' {', ' - {', 1)}\nI fixed that one. Now:\n{paste}",
            f"{paste}\nhow do I fix it? it is not a {said}",
        )
    )
    return Sequence(text, "paste and words", last.entry)
