"""A function of the benchmark in a process of its own, so that its memory and its start are its own.

Run as a module it takes ``module:function`` and its arguments as JSON, and prints what comes back as JSON.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks import machine

_ROOT = Path(__file__).parents[2]


class ApartError(Exception):
    """A function that failed in its process; the message is the last line that it left."""


def call(function: Callable[..., Any], *, timeout: float | None = None, **arguments: Any) -> Any:
    """Return what *function* returns, called in a fresh process on one thread.

    Raises:
        ApartError: it raised, or was not done after *timeout* seconds.
    """
    target = f"{function.__module__}:{function.__qualname__}"
    command = [sys.executable, "-m", "tests.benchmarks.apart", target, json.dumps(arguments)]
    if sys.stderr.isatty():
        sys.stderr.write(f"measuring: {function.__name__} {json.dumps(arguments)}\n")
    try:
        run = subprocess.run(
            command, cwd=_ROOT, env=environ(), capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ApartError(f"not done after {timeout:.0f} s") from error
    if run.returncode:
        raise ApartError((run.stderr.strip() or f"ended with {run.returncode}").splitlines()[-1])
    return json.loads(run.stdout.splitlines()[-1])


def environ(**more: str) -> Mapping[str, str]:
    """The environment of a measured process: this one's, with one thread for the arithmetic."""
    return {**os.environ, **machine.ONE_THREAD, **more}


def _main() -> None:
    target, arguments = sys.argv[1:]
    module, _, name = target.partition(":")
    answer = getattr(importlib.import_module(module), name)(**json.loads(arguments))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")


if __name__ == "__main__":
    _main()
