"""Time and memory against the number of entries: learnt, recalled, asked, and loaded from a file.

The entries' words are made up, so that what the encoder makes of their meaning says nothing: its rows are for time and
memory.
"""

import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bot.assembly import _background
from bot.cache import load_arrays, save_arrays
from bot.faq.content import Faq
from bot.faq.load import load
from bot.matching.learning import recall
from bot.matching.matcher import Matcher
from bot.model import Reading
from bot.reading.reader import Reader
from tests.benchmarks import apart, machine
from tests.benchmarks.generate import Collection, collection
from tests.benchmarks.metrics import exponent, milliseconds
from tests.benchmarks.protocol import to_faq
from tests.benchmarks.systems import Rank, bm25, load_encoder
from tests.benchmarks.table import Cell, table

SIZES = (100, 1_000, 10_000, 100_000)
MOST_WITH_ENCODER = 10_000
QUESTIONS = 300
_PATIENCE = 900.0


def run(sizes: Sequence[int], seed: int, *, semantic: bool = True) -> list[dict[str, Any]]:
    """Return the figures at each of *sizes*: of the product without and with its encoder, and of bm25s."""
    return [figures for size in sizes for figures in _at(size, seed, semantic=semantic and size <= MOST_WITH_ENCODER)]


def _at(size: int, seed: int, *, semantic: bool) -> list[dict[str, Any]]:
    ways = (False, True) if semantic else (False,)
    with tempfile.TemporaryDirectory() as folder:
        rows = [_product(size, seed, Path(folder, f"lesson-{way}.npz"), semantic=way) for way in ways]
        rows[0] |= _try(file_costs, entries=size, seed=seed, file=str(Path(folder, "faq.yaml")))
    beside = {"system": "bm25s", "entries": size, **_try(yardstick, entries=size, seed=seed)}
    return [*rows, beside]


def _product(size: int, seed: int, file: Path, *, semantic: bool) -> dict[str, Any]:
    arguments = {"entries": size, "seed": seed, "file": str(file), "semantic": semantic}
    learnt = _try(cold, **arguments)
    recalled = _try(warm, **arguments) if "error" not in learnt else {}
    return {"system": "frontdesk" if semantic else "frontdesk words", "entries": size, **learnt, **recalled}


def _try(function: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    try:
        return dict(apart.call(function, timeout=_PATIENCE, **arguments))
    except apart.ApartError as error:
        return {"error": f"{function.__name__}: {error}"}


def cold(entries: int, seed: int, file: str, *, semantic: bool) -> dict[str, Any]:
    """Learn so many *entries*, ask, and keep the lesson in *file*."""
    made, faq = _made(entries, seed)
    encoder = load_encoder() if semantic else None
    matcher, seconds = _timed(lambda: Matcher(faq, _background(), encoder))
    figures = {"cold_s": seconds, **_asked(_rank(matcher), made), **machine.memory()}
    save_arrays(Path(file), matcher.lesson.to_arrays())
    return {**figures, "kept_mb": round(Path(file).stat().st_size / 2**20, 1)}


def warm(entries: int, seed: int, file: str, *, semantic: bool) -> dict[str, Any]:
    """Recall what `cold` kept in *file*, and ask one question."""
    made, faq = _made(entries, seed)
    encoder = load_encoder() if semantic else None

    def recalled() -> Matcher:
        arrays = load_arrays(Path(file))
        if arrays is None:
            raise FileNotFoundError(file)
        return Matcher(faq, encoder=encoder, lesson=recall(faq, arrays, encoder))

    matcher, seconds = _timed(recalled)
    _, first = _timed(lambda: _rank(matcher)(made.questions[0][0]))
    held = machine.memory()
    return {"warm_s": seconds, "first_ms": first * 1000, "warm_rss_mb": held["rss_mb"], "warm_peak_mb": held["peak_mb"]}


def file_costs(entries: int, seed: int, file: str) -> dict[str, Any]:
    """Load so many *entries* from a faq.yaml, and make a reader of them."""
    made = collection(entries, 1, seed)
    path = Path(file)
    path.write_text(to_yaml(made), encoding="utf-8")
    del made
    faq, loading = _timed(lambda: load(path))
    _, reading = _timed(lambda: Reader(faq))
    return {"yaml_s": loading, "reader_s": reading}


def yardstick(entries: int, seed: int) -> dict[str, Any]:
    """Build bm25s and ask it over so many *entries*."""
    made, faq = _made(entries, seed)
    rank, seconds = _timed(lambda: bm25(faq, pooled=False))
    return {"cold_s": seconds, **_asked(rank, made), **machine.memory()}


def to_yaml(made: Collection) -> str:
    """Return the entries of *made* as a faq.yaml."""
    lines = ["version: 1", "languages: [en]", "entries:"]
    for id_, question, phrasings in made.entries:
        lines += [
            f"  - id: {id_}",
            f"    question: {json.dumps(question)}",
            f"    answer: {json.dumps(f'The answer to {id_}.')}",
            f"    phrasings: {json.dumps(phrasings)}",
        ]
    return "\n".join([*lines, ""])


def exponents(figures: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return, by system, with which power of the entries p50 and the cold build grow, from 1,000 entries on."""
    found = {}
    for system in dict.fromkeys(row["system"] for row in figures):
        rows = [row for row in figures if row["system"] == system and row["entries"] >= 1000 and "p50_ms" in row]
        if len(rows) > 1:
            sizes = [row["entries"] for row in rows]
            found[system] = {name: exponent(sizes, [row[name] for row in rows]) for name in ("p50_ms", "cold_s")}
    return found


def show(figures: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of *figures*."""
    names = {
        "cold_s": "cold s",
        "warm_s": "recalled s",
        "yaml_s": "faq.yaml s",
        "reader_s": "reader s",
        "p50_ms": "p50 ms",
        "p99_ms": "p99 ms",
        "cpu_ms": "CPU ms",
        "top1": "top-1",
        "rss_mb": "resident MB",
        "peak_mb": "at most MB",
        "warm_peak_mb": "recalled MB",
        "kept_mb": "kept MB",
    }
    ordered = sorted(figures, key=lambda row: row["system"])
    rows: list[list[Cell]] = [
        [row["system"], f"{row['entries']:,}", *(row.get(name) for name in names)] for row in ordered
    ]
    growth = [
        f"{system}: p50 grows as entries^{powers['p50_ms']:.2f}, the cold build as entries^{powers['cold_s']:.2f}."
        for system, powers in exponents(figures).items()
    ]
    failed = [f"{row['system']} at {row['entries']:,}: {row['error']}" for row in figures if "error" in row]
    return "\n".join([table("Entries", ["system", "entries", *names.values()], rows), *growth, *failed, ""])


def _made(entries: int, seed: int) -> tuple[Collection, Faq]:
    made = collection(entries, QUESTIONS, seed)
    return made, to_faq(made.entries)


def _rank(matcher: Matcher) -> Rank:
    return lambda text: [(match.entry, match.confidence) for match in matcher.rank(Reading(text, text, (text,), "en"))]


def _asked(rank: Rank, made: Collection) -> dict[str, float]:
    rank(made.questions[0][0])
    seconds, right, used = [], 0, time.process_time()
    for text, entry in made.questions:
        ranked, took = _timed(partial(rank, text))
        seconds.append(took)
        right += bool(ranked) and ranked[0][0] == entry
    used = time.process_time() - used
    return {
        "cpu_ms": 1000 * used / len(made.questions),
        "p50_ms": milliseconds(seconds, 50),
        "p99_ms": milliseconds(seconds, 99),
        "top1": right / len(made.questions),
    }


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    done = work()
    return done, time.perf_counter() - started
