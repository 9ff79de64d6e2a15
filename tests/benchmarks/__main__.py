"""The benchmark's command: ``python -m tests.benchmarks PART [PROTOCOL]``; ``--help`` names the parts."""

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks import machine

os.environ.update(machine.ONE_THREAD)  # before anything below imports numpy

from tests.benchmarks import calibrating, ledger, pasting, ranking, scaling, starting
from tests.benchmarks.protocol import LABELLED
from tests.benchmarks.systems import SYSTEMS

_QUESTIONS = 300


def main(words: list[str] | None = None) -> None:
    """Run what the command line asks for: each part prints its table as soon as it has it."""
    arguments = _parser().parse_args(words)
    described = machine.describe()
    _say(
        f"Measured {described['date']} on {described['cpus']} CPUs ({described['cpu']}), {described['memory_gb']} GB,"
        f" load {described['load']}, Python {described['python']}, commit {described['commit']}.\n"
    )
    figures: dict[str, Any] = {"machine": described, "arguments": vars(arguments)}
    for name in _PARTS if arguments.part == "all" else (arguments.part,):
        figures[name], text = _PARTS[name](arguments)
        _say(text)
        if arguments.json:
            Path(arguments.json).write_text(json.dumps(_finite(figures), indent=1) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("part", choices=(*_PARTS, "all"))
    parser.add_argument("protocol", nargs="?", help="a protocol's JSON, or labelled lines; else those of the project")
    parser.add_argument("--typos", metavar="FILE", help="the same protocol with typos; else FILE_typo, else made up")
    parser.add_argument("--sample", type=int, metavar="N", help="at most so many questions of each split")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--systems", nargs="+", choices=tuple(SYSTEMS), default=list(SYSTEMS), metavar="NAME")
    parser.add_argument("--sizes", nargs="+", type=int, metavar="N", help="of the parts scale, paste and ledger")
    parser.add_argument("--json", metavar="FILE", help="write every figure there too")
    return parser


def _peers(arguments: argparse.Namespace) -> tuple[Any, str]:
    figures = ranking.run(arguments.protocol, arguments.typos, arguments.sample, arguments.seed, arguments.systems)
    return figures, ranking.show(figures, Path(arguments.protocol or LABELLED).stem)


def _calibration(arguments: argparse.Namespace) -> tuple[Any, str]:
    figures = calibrating.run(arguments.protocol, arguments.sample, arguments.seed)
    return figures, calibrating.show(figures)


def _start(arguments: argparse.Namespace) -> tuple[Any, str]:
    figures = starting.run(arguments.sample or _QUESTIONS)
    return figures, starting.show(figures)


def _paste(arguments: argparse.Namespace) -> tuple[Any, str]:
    figures = pasting.run(_sizes(arguments, pasting.SIZES))
    return figures, pasting.show(figures)


def _scale(arguments: argparse.Namespace) -> tuple[Any, str]:
    figures = scaling.run(_sizes(arguments, scaling.SIZES), arguments.seed)
    return {"rows": figures, "exponents": scaling.exponents(figures)}, scaling.show(figures)


def _ledger(arguments: argparse.Namespace) -> tuple[Any, str]:
    figures = ledger.run(_sizes(arguments, ledger.SIZES))
    return figures, ledger.show(figures)


def _sizes(arguments: argparse.Namespace, otherwise: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(arguments.sizes or otherwise) if arguments.part != "all" else otherwise


def _slack(arguments: argparse.Namespace) -> tuple[Any, str]:
    from tests.benchmarks import slack  # noqa: PLC0415 - the other parts need no chat SDK

    figures = slack.run(arguments.sample or slack.EVENTS)
    return figures, slack.show(figures)


def _discord(arguments: argparse.Namespace) -> tuple[Any, str]:
    from tests.benchmarks import discord  # noqa: PLC0415 - the other parts need no chat SDK

    figures = discord.run(arguments.sample or discord.MESSAGES)
    return figures, discord.show(figures)


_PARTS: Mapping[str, Callable[[argparse.Namespace], tuple[Any, str]]] = {
    "peers": _peers,
    "calibration": _calibration,
    "start": _start,
    "paste": _paste,
    "scale": _scale,
    "ledger": _ledger,
    "slack": _slack,
    "discord": _discord,
}


def _finite(value: Any) -> Any:
    """*value* with null for what is no finite number: JSON knows no others."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
