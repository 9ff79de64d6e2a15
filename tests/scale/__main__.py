"""``python -m tests.scale``: what one process does, what several do together, and what they stand."""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded, here and in every process of the bot

from tests.benchmarks.table import Cell, table
from tests.chaos.fleet import forkserver
from tests.fakes.discord import library  # noqa: F401 - before the adapter: it hides a warning
from tests.ledger.server import Server
from tests.scale.alone import Pace, memory, one_process, pace
from tests.scale.edition import Turned, turn_over
from tests.scale.replicas import Served, serve_together
from tests.scale.stage import widen
from tests.scale.storm import Outcome, Weather, storm

PARTS = ("alone", "replicas", "edition", "storm")
RATES = (25.0, 50.0, 100.0, 200.0)


def main() -> int:
    """Measure the parts that are named; return 1 where something was not as promised."""
    arguments = _arguments()
    sys.stdout.write(f"{os.cpu_count()} processors; load before: {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory(prefix="fd-scale-") as folder:
        good = asyncio.run(_measure(arguments, Path(folder)))
    sys.stdout.write(f"load after: {os.getloadavg()[0]:.1f}\n")
    return 0 if good else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.scale", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; by default all")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the storm rages")
    parser.add_argument("--questions", type=int, default=100_000, help="for the memory of one process, at most")
    parser.add_argument("--patience", type=float, default=600.0, help="seconds for these questions, at most")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if wrong := set(arguments.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(wrong))}")
    return arguments


async def _measure(arguments: argparse.Namespace, folder: Path) -> bool:
    parts, good = arguments.parts or PARTS, True
    if "alone" in parts:
        await _alone(folder / "alone", arguments)
    if set(parts) == {"alone"}:
        return True
    with Server.start() as server, forkserver():
        await asyncio.to_thread(widen, server)
        if "replicas" in parts:
            _say(show_replicas([await serve_together(folder / "many", server, each, 500) for each in (1, 2, 3)]))
        if "edition" in parts:
            turned = await turn_over(folder / "many", server, seed=arguments.seed)
            _say(show_edition(turned))
            good &= turned.answered == turned.asked and not turned.mixed
        if "storm" in parts:
            outcome = await storm(folder / "many", server, Weather(arguments.seconds, seed=arguments.seed))
            _say(show_storm(outcome))
            good &= outcome.good
    return good


async def _alone(folder: Path, arguments: argparse.Namespace) -> None:
    async with one_process(folder) as (askers, pid):
        _say(show_paces([await pace(askers, pid, rate, int(rate * 10)) for rate in RATES]))
        askers.forget()
        _say(show_memory(await memory(askers, pid, arguments.questions, arguments.patience)))


def _say(text: str) -> None:
    sys.stdout.write(f"\n{text}\n")
    sys.stdout.flush()


def show_paces(paces: Sequence[Pace]) -> str:
    """Return what one process did at each rate as a table."""
    rows: list[list[Cell]] = [
        [
            f"{each.rate:g}",
            f"{each.figures.answered}/{each.figures.asked}",
            each.figures.doubled + each.figures.wrong,
            f"{each.figures.per_second:.0f}",
            *(f"{1000 * each.figures.wait(share):.0f}" for share in (0.5, 0.99)),
            f"{1000 * each.cpu * each.figures.seconds / max(1, each.figures.answered):.1f}",
        ]
        for each in paces
    ]
    columns = ("asked a second", "answered", "amiss", "a second", "p50 ms", "p99 ms", "CPU ms each")
    return table("One process, SQLite, Socket Mode", columns, rows)


def show_memory(seen: Sequence[tuple[int, float]]) -> str:
    """Return the memory of a process after so many questions as a table of some ten rows."""
    step = max(1, len(seen) // 10)
    rows: list[list[Cell]] = [[count, f"{megabytes:.1f}"] for count, megabytes in (*seen[::step], seen[-1])]
    return table("Its memory", ("questions", "MB"), rows)


def show_replicas(served: Sequence[Served]) -> str:
    """Return what replicas did together as a table."""
    rows: list[list[Cell]] = [
        [
            each.replicas,
            f"{each.figures.answered}/{each.figures.asked}",
            each.figures.doubled + each.figures.wrong,
            f"{each.figures.per_second:.0f}",
            *(f"{1000 * each.figures.wait(share):.0f}" for share in (0.5, 0.99)),
            f"{1000 * each.cpu:.1f}",
        ]
        for each in served
    ]
    columns = ("replicas", "answered", "amiss", "a second", "p50 ms", "p99 ms", "CPU ms each")
    return table("Slack over HTTP on one PostgreSQL, 12 questions under way for each replica", columns, rows)


def show_edition(turned: Turned) -> str:
    """Return how threads went while an edit went round as a table."""
    rows: list[list[Cell]] = [[f"{turned.answered}/{turned.asked}", turned.threads, turned.mixed]]
    return table("An edit goes round", ("answered", "threads that changed", "and went back"), rows)


def show_storm(outcome: Outcome) -> str:
    """Return what the storm left as tables."""
    rows: list[list[Cell]] = [
        [
            platform,
            sum(verdict.counts.values()),
            verdict.counts["answered"],
            sum(verdict.faults.values()),
            verdict.counts["undelivered"],
            ", ".join(f"{count} {end}" for end, count in sorted(outcome.ends[platform].items())),
        ]
        for platform, verdict in outcome.verdicts.items()
    ]
    columns = ("", "asked", "answered once", "faults", "undelivered", "processes")
    gaps = ", ".join(f"{gap:.1f}" for gap in outcome.gaps)
    cases = [case for verdict in outcome.verdicts.values() for cases in verdict.cases.values() for case in cases]
    return "\n".join(
        (
            table("Everything dies in turn, PostgreSQL too", columns, rows),
            f"seconds until a dead owner's shards were taken over: {gaps}",
            f"events that came again: {outcome.disorder['redelivered']}; settled: {outcome.settled}",
            *cases,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
