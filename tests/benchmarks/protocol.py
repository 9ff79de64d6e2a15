"""Questions with their right answers, over a file's entries: from a protocol file, from labelled lines, or made up.

A protocol is JSON of ``name, entries: [{id, question, alternates}], queries: [{text, gold, split}]``, where ``gold``
lists the right ids (none: out of scope) and ``split`` is ``valid`` or ``test``. Labelled lines (``.jsonl``, as for
``frontdesk eval``) are asked of the project's own faq.yaml; half of them are ``valid``.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.evaluation import STANDS_FOR, read_cases
from bot.faq.content import Entry, Faq, Wording
from bot.faq.load import load
from tests.benchmarks.generate import misspell

ROOT = Path(__file__).parents[2]
OWN = ROOT / "faq.yaml"
LABELLED = ROOT / "tests" / "data" / "kimi-held-out.jsonl"


@dataclass(frozen=True, slots=True)
class Query:
    """A question, the ids that answer it (none: out of scope), and what it is for: ``valid`` or ``test``."""

    text: str
    gold: tuple[str, ...]
    split: str


@dataclass(frozen=True, slots=True)
class Protocol:
    """Entries and the questions asked of them."""

    name: str
    faq: Faq
    queries: tuple[Query, ...]

    def sample(self, most: int, seed: int) -> "Protocol":
        """Return this protocol with at most so many questions of each split, in their order."""
        chosen: set[int] = set()
        for split in ("valid", "test"):
            numbers = [number for number, query in enumerate(self.queries) if query.split == split]
            order = np.random.default_rng(seed).permutation(len(numbers))[:most]
            chosen.update(numbers[position] for position in order)
        return replace(self, queries=tuple(query for number, query in enumerate(self.queries) if number in chosen))

    def with_typos(self, seed: int) -> "Protocol":
        """Return this protocol with slips of the keyboard in a fifth of the words asked."""
        chance = np.random.default_rng(seed)
        queries = tuple(replace(query, text=misspell(query.text, chance)) for query in self.queries)
        return replace(self, name=f"{self.name}, with typos", queries=queries)


def read(path: Path) -> Protocol:
    """Return the protocol in *path*, or that of the labelled lines in it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return _labelled(path.stem, text.splitlines())
    fields = json.loads(text)
    entries = [(item["id"], item["question"], item.get("alternates", ())) for item in fields["entries"]]
    queries = [Query(item["text"], tuple(item["gold"]), item["split"]) for item in fields["queries"]]
    return Protocol(fields["name"], to_faq(entries, fields.get("lang", "en")), tuple(queries))


def both(source: str | None, typos: str | None, sample: int | None, seed: int) -> dict[str, Protocol]:
    """Return the protocol in the file *source* (else the project's own) as it is and with typos.

    The typos come from the file *typos*, else from the one beside *source* named ``…_typo``, else they are made.
    """
    path = Path(source) if source else LABELLED
    beside = Path(typos) if typos else path.with_name(f"{path.stem}_typo{path.suffix}")
    clean = read(path)
    found = {"clean": clean, "typos": read(beside) if beside.is_file() else clean.with_typos(seed)}
    return found if sample is None else {name: each.sample(sample, seed) for name, each in found.items()}


def to_faq(entries: Iterable[tuple[str, str, Sequence[str]]], language: str = "en") -> Faq:
    """Return a file's content of (id, question, phrasings), with an answer that says nothing."""
    made = tuple(
        Entry(id_, {language: Wording(question, f"The answer to {id_}.", tuple(phrasings))})
        for id_, question, phrasings in entries
    )
    return Faq(product="", languages=(language,), entries=made)


def _labelled(name: str, lines: Sequence[str]) -> Protocol:
    turns = [case.turns[0] for case in read_cases(lines, name)]
    halves = np.random.default_rng(0).permutation(len(turns)) % 2
    queries = [
        Query(turn.text, _accepted(turn.accepted), "valid" if half else "test")
        for turn, half in zip(turns, halves, strict=True)
    ]
    return Protocol(name, load(OWN), tuple(queries))


def _accepted(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The ids that a label accepts, with those that stand for one of them."""
    return (*labels, *(entry for entry, label in STANDS_FOR.items() if label in labels and entry not in labels))
