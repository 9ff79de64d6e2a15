"""How long a start takes, a question through the whole desk, and a large paste; and what the bot holds in memory."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.console import to_message
from bot.assembly import open_service
from bot.settings import read_settings
from tests.benchmarks import apart, machine
from tests.benchmarks.metrics import milliseconds
from tests.benchmarks.pasting import log_lines
from tests.benchmarks.protocol import LABELLED, OWN, ROOT, read
from tests.benchmarks.table import table

_QUESTION = "Does file upload incur charges?"
_WARM_STARTS = 5


def run(questions: int) -> dict[str, dict[str, Any]]:
    """Return the figures without and with the encoder, *questions* being asked of each."""
    return {name: _of(semantic, questions) for name, semantic in (("words only", "no"), ("with encoder", "yes"))}


def measure(cache: str, semantic: str, questions: int) -> dict[str, Any]:
    """Ask *questions* of a desk over the project's own file, and paste a megabyte."""
    variables = {"XDG_CACHE_HOME": cache, "HOME": cache, "FRONTDESK_SEMANTIC": semantic, "FRONTDESK_FAQ": str(OWN)}
    desk = open_service(read_settings(variables, Path(cache))).desk

    async def asked() -> tuple[list[float], float, dict[str, float]]:
        seconds = []
        for number, query in enumerate(read(LABELLED).queries[:questions]):
            started = time.perf_counter()
            await desk.consider(to_message(query.text, 1, f"question-{number}"))
            seconds.append(time.perf_counter() - started)
        held = machine.memory()
        paste = log_lines(1_000_000)
        started = time.perf_counter()
        await desk.consider(to_message(paste, 1, "paste"))
        return seconds, time.perf_counter() - started, held

    seconds, pasted, held = asyncio.run(asked())
    return {
        "p50_ms": milliseconds(seconds, 50),
        "p99_ms": milliseconds(seconds, 99),
        "paste_1mb_ms": pasted * 1000,
        **held,
    }


def show(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the table of *figures*."""
    names = {
        "cold_s": "first start s",
        "warm_s": "start s",
        "p50_ms": "p50 ms",
        "p99_ms": "p99 ms",
        "paste_1mb_ms": "1 MB paste ms",
        "rss_mb": "resident MB",
        "peak_mb": "at most MB",
    }
    rows = [[name, *(row[each] for each in names)] for name, row in figures.items()]
    title = "From start to first answer, and questions through the desk"
    return table(title, ["bot", *names.values()], rows)


def _of(semantic: str, questions: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as cache:
        cold, *warm = (start(cache, semantic) for _ in range(1 + _WARM_STARTS))
        asked = apart.call(measure, cache=cache, semantic=semantic, questions=questions)
    return {"cold_s": cold, "warm_s": _middle(warm), **asked}


def start(cache: str, semantic: str) -> float:
    """The seconds that a fresh process takes to answer one question."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--faq", str(OWN), _QUESTION],
        cwd=ROOT,
        env=apart.environ(XDG_CACHE_HOME=cache, HOME=cache, FRONTDESK_SEMANTIC=semantic),
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started


def _middle(seconds: Sequence[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]
