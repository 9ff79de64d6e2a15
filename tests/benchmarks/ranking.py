"""The product beside its peers on one protocol: right answers, trust in them, typos, time and memory."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from tests.benchmarks import apart, machine
from tests.benchmarks.metrics import (
    SURE,
    Answer,
    auroc,
    calibration_error,
    milliseconds,
    pick,
    reach,
    reciprocal_rank,
    within,
)
from tests.benchmarks.protocol import Query, both
from tests.benchmarks.systems import SYSTEMS, Rank, Ranking
from tests.benchmarks.table import percent, table

TARGETS = (0.95, 0.98)
_WARM_UP = 20
_COSTS = ("build_s", "rss_mb", "peak_mb")


def run(
    source: str | None, typos: str | None, sample: int | None, seed: int, names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return the figures of every system in *names* on the protocol in *source*, each from its own process."""
    figures = {}
    for name in names:
        try:
            figures[name] = apart.call(measure, name=name, source=source, typos=typos, sample=sample, seed=seed)
        except apart.ApartError as error:
            figures[name] = {"error": str(error)}
    return figures


def measure(name: str, source: str | None, typos: str | None, sample: int | None, seed: int) -> dict[str, Any]:
    """Return the figures of the system *name*, built and asked here."""
    protocols = both(source, typos, sample, seed)
    system = SYSTEMS[name]
    started = time.perf_counter()
    rank = system.build(protocols["clean"].faq)
    built = time.perf_counter() - started
    figures: dict[str, Any] = {"ours": system.ours, "build_s": round(built, 3)}
    for condition, protocol in protocols.items():
        figures[condition] = judge(rank, protocol.queries, probable=system.probable)
    return {**figures, **machine.memory()}


def judge(rank: Rank, queries: Sequence[Query], *, probable: bool) -> dict[str, Any]:
    """Return how *rank* fares on the test questions of *queries*, its thresholds picked on the others."""
    for query in queries[:_WARM_UP]:
        rank(query.text)
    answers: dict[str, list[Answer]] = {"valid": [], "test": []}
    seconds: list[float] = []
    used = time.process_time()
    for query in queries:
        started = time.perf_counter()
        ranked = rank(query.text)
        seconds.append(time.perf_counter() - started)
        answers[query.split].append(to_answer(ranked, query.gold))
    used = time.process_time() - used
    valid, test = answers["valid"], answers["test"]
    return {
        "questions": len(test),
        "top1": within(test, 1),
        "top3": within(test, 3),
        "mrr": reciprocal_rank(test),
        "auroc": auroc(test),
        **{f"at{100 * target:.0f}": _reached(valid, test, target) for target in TARGETS},
        "ece": calibration_error(test) if probable else None,
        "p50_ms": milliseconds(seconds, 50),
        "p99_ms": milliseconds(seconds, 99),
        "cpu_ms": 1000 * used / max(len(queries), 1),
    }


def to_answer(ranked: Ranking, gold: Sequence[str]) -> Answer:
    """Return *ranked* against the right ids."""
    places = [place for place, (entry, _) in enumerate(ranked, 1) if entry in gold]
    return Answer(ranked[0][1] if ranked else 0.0, places[0] if places else 0, bool(gold))


def show(figures: Mapping[str, Mapping[str, Any]], name: str) -> str:
    """Return the tables of *figures*, with where the product is not ahead."""
    done = {system: row for system, row in figures.items() if "error" not in row}
    failed = [f"{system}: {row['error']}" for system, row in figures.items() if "error" in row]
    parts = [_quality(done, condition, f"{name}: {condition}") for condition in ("clean", "typos")]
    costs = [
        (system, *(row["clean"][name] for name in ("p50_ms", "p99_ms", "cpu_ms")), *(row[name] for name in _COSTS))
        for system, row in done.items()
    ]
    columns = ("system", "p50 ms", "p99 ms", "CPU ms", "build s", "resident MB", "at most MB")
    return "\n".join([*parts, table(f"{name}: cost", columns, costs), *behind(done), *failed, ""])


def behind(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a line for everything in which the product, at the fullest it was measured, is not ahead of every peer."""
    fullest = [name for name in SYSTEMS if name in figures and figures[name]["ours"]][-1:]
    peers = {name: row for name, row in figures.items() if not row["ours"]}
    if not fullest or not peers:
        return []
    ours = figures[fullest[0]]
    lines = []
    for condition in ("clean", "typos"):
        for measure_ in ("top1", "auroc", *(f"at{100 * target:.0f}" for target in TARGETS)):
            own = _figure(ours[condition], measure_)
            best = max(peers, key=lambda peer: _figure(peers[peer][condition], measure_))
            theirs = _figure(peers[best][condition], measure_)
            if theirs >= own:
                lines.append(f"Not ahead, {condition}, {measure_}: {own:.3f} against {best}'s {theirs:.3f}.")
    return lines or [f"{fullest[0]} is ahead of every peer in top-1, AUROC and coverage, clean and with typos."]


def _figure(row: Mapping[str, Any], name: str) -> float:
    figure = row[name]
    return float(figure["coverage"] if isinstance(figure, Mapping) else figure)


def _reached(valid: Sequence[Answer], test: Sequence[Answer], target: float) -> dict[str, float]:
    plain, sure = (pick(valid, target), pick(valid, target, SURE))
    found, certain = reach(test, plain), reach(test, sure)
    return {
        "threshold": plain,
        "coverage": found.coverage,
        "precision": found.precision,
        "sure_threshold": sure,
        "sure_coverage": certain.coverage,
        "sure_precision": certain.precision,
    }


def _quality(figures: Mapping[str, Mapping[str, Any]], condition: str, title: str) -> str:
    columns = ["system", "top-1", "top-3", "MRR", "AUROC", "ECE"]
    columns += [f"{100 * target:.0f} %{how}" for target in TARGETS for how in ("", " sure")]
    rows = [(system, *_cells(row[condition])) for system, row in figures.items()]
    return table(title, columns, rows)


def _cells(row: Mapping[str, Any]) -> list[str]:
    ece = "-" if row["ece"] is None else f"{row['ece']:.3f}"
    cells = [percent(row["top1"]), percent(row["top3"]), f"{row['mrr']:.3f}", f"{row['auroc']:.3f}", ece]
    for target in TARGETS:
        at = row[f"at{100 * target:.0f}"]
        cells += [f"{percent(at[f'{how}coverage'])} ({percent(at[f'{how}precision'])})" for how in ("", "sure_")]
    return cells
