"""The reader under fire: ``python -m tests.fire [--count 20000] [--seed 1] [--secrets-only] [--json FILE]``."""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before anything here imports numpy

from tests.fire import figures
from tests.fire.figures import Score
from tests.fire.judge import Judge, shipped


def main() -> None:
    arguments = _arguments()
    secrets = _secrets(arguments.count, arguments.seed)
    errors, times = ({}, {}) if arguments.secrets_only else _errors(arguments.count, arguments.seed)
    scores = {**errors, **secrets}
    for name in ("same verdict as the bare error", "the last open error is the evidence", "no canary secret is left"):
        if name in scores:
            _say(_by_name(scores[name]))
    for name, score in scores.items():
        _say(f"{name}: {score.right:.2%} of {score.count}, {score.wrong} wrong")
    _say("".join(f"{size} read in {took:.0f} ms\n" for size, took in times.items()))
    if arguments.json:
        result = {"arguments": vars(arguments), "times": times, **{name: one.summary() for name, one in scores.items()}}
        Path(arguments.json).write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _errors(count: int, seed: int) -> tuple[dict[str, Score], dict[str, float]]:
    judge = Judge(shipped())
    same, wait = figures.under_fire(judge, count, seed)
    part = max(1, count // 4)
    read, ranked = figures.last_open(judge, part, seed)
    scores = {
        "same verdict as the bare error": same,
        "an empty balance is not told to wait": wait,
        "the same, of empty balances alone": figures.empty_balances(judge, part, seed),
        "the last open error is the evidence": read,
        "the last open error is ranked first": ranked,
        "no evidence out of traps": figures.trapped(judge, part, seed),
    }
    return scores, figures.paste_times(judge.reader, seed)


def _secrets(count: int, seed: int) -> dict[str, Score]:
    return {
        "no canary secret is left": figures.canaries_kept(count, seed),
        "no innocent is taken for a secret": figures.innocents_taken(count, seed),
    }


def _by_name(score: Score) -> str:
    rows = [
        f"{name:<36}{score.counts[name]:>8}{1 - score.wrongs[name] / score.counts[name]:>10.2%}"
        for name in sorted(score.counts)
    ]
    return "\n".join((f"{'':<36}{'count':>8}{'right':>10}", *rows, ""))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fire")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--secrets-only", action="store_true")
    parser.add_argument("--json")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
