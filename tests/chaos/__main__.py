"""``python -m tests.chaos``: campaigns, outages, planted faults and the hunt for leaks, each with its figures.

Everything runs on the loopback and ends by itself. The tables go to the terminal, the same as JSON into a folder.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from tests.chaos.campaign import Plan, Report, conduct, told
from tests.chaos.fleet import forkserver
from tests.chaos.leaks import Hunt, hunt
from tests.chaos.outages import clock_jumps, disk_full, postgres_restarts
from tests.chaos.series import PLANTED, campaigns, planted
from tests.ledger.server import Server

PARTS = ("campaign", "outages", "planted", "leaks")


def main() -> int:
    """Run what is asked for; 0 where all of it kept the promises."""
    asked = _arguments()
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # the fakes' connections are cut all the time
    folder: Path = asked.folder or Path(tempfile.mkdtemp(prefix="frontdesk-chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    parts = asked.parts or list(PARTS)
    with ExitStack() as stack:
        stack.enter_context(forkserver())
        server = stack.enter_context(Server.start()) if {"campaign", "outages"} & set(parts) else None
        fine = [_conduct(plan, folder) for plan in _plans(parts, server, folder, asked)]
        if "planted" in parts:
            fine += [_find(name, folder, asked.seed) for name in PLANTED]
        fine += [_hunt(platform, folder, asked) for platform in ("slack", "discord") if "leaks" in parts]
    _show(f"\n{'All promises were kept' if all(fine) else 'NOT all promises were kept'}; {folder} has the details.")
    return 0 if all(fine) else 1


def _show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; by default all")
    parser.add_argument("--events", type=int, default=10_000, help="of the campaigns together")
    parser.add_argument("--kills", type=int, default=200, help="of the campaigns together, at least")
    parser.add_argument("--secrets", type=int, default=5_000, help="said in the hunt for leaks, on both platforms")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="for ledgers, logs and figures; by default a new one")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    return asked


def _plans(parts: list[str], server: Server | None, folder: Path, asked: argparse.Namespace) -> Iterator[Plan]:
    seed = asked.seed
    if "campaign" in parts and server is not None:
        yield from campaigns(folder, server, events=asked.events, kills=asked.kills, seed=seed)
    if "outages" in parts and server is not None:
        yield postgres_restarts(folder / "postgres-restarts", server, events=300, seed=seed, times=6)
        yield disk_full(folder / "disk-full", events=300, seed=seed, times=4)
        yield clock_jumps(folder / "clock-slack", "slack", events=300, seed=seed)
        yield clock_jumps(folder / "clock-discord", "discord", events=300, seed=seed)


def _conduct(plan: Plan, folder: Path) -> bool:
    """Hold one campaign and show its figures; True where it came out as it should."""
    report = asyncio.run(conduct(plan))
    fine = is_fine(report)
    name = plan.planted or plan.folder.name
    _show(f"\n== {name}: {'as it should be' if fine else 'NOT AS IT SHOULD BE'}\n{told(report)}")
    (folder / f"{name}.json").write_text(report.to_json(), encoding="utf-8")
    return fine


def _find(name: str, folder: Path, seed: int) -> bool:
    """Plant the fault *name*; a run is short and its kills fall anywhere, so that three without a find are a miss."""
    plans = (planted(name, folder / f"{name}-{n}", seed=seed + n, cache=folder / "cache") for n in range(3))
    return any(_conduct(plan, folder) for plan in plans)


def is_fine(report: Report) -> bool:
    """True where nothing is lost and nothing doubled; with a planted fault, where that was found."""
    return report.verdict.clean != bool(report.plan.planted)


def _hunt(platform: str, folder: Path, asked: argparse.Namespace) -> bool:
    kills = max(2, asked.kills // 20)
    found = asyncio.run(
        hunt(platform, folder / f"leaks-{platform}", count=asked.secrets // 2, seed=asked.seed, kills=kills)
    )
    _show(f"\n== leaks on {platform}: {len(found.leaks)}\n{_told(found)}")
    (folder / f"leaks-{platform}.json").write_text(json.dumps(asdict(found), indent=2), encoding="utf-8")
    return not found.leaks


def _told(found: Hunt) -> str:
    rows = [*sorted(found.said.items()), ("bytes searched", sum(found.searched.values()))]
    rows += [(f"LEAK of {leak.shape} said as {leak.way} in {leak.where}", 1) for leak in found.leaks[:20]]
    return "\n".join(f"{name:40}  {value:>12}" for name, value in rows)


if __name__ == "__main__":
    raise SystemExit(main())
