"""Time of reading a paste, secrets taken out, against its size, for pastes that make readers slow."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

from bot.faq.load import load
from bot.reading.reader import Reader
from tests.benchmarks import apart
from tests.benchmarks.metrics import exponent
from tests.benchmarks.protocol import OWN
from tests.benchmarks.table import Cell, table

SIZES = (1_000, 4_000, 10_000, 100_000, 1_000_000, 10_000_000)
_WHOLE = 1_000_000  # beyond 1.5 MB only head and tail are read, so that growth ends
_SEED = 1
_RUNS = 5
_ENOUGH = 3.0  # seconds; so long a run is not repeated


def run(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Return the figures of every kind of paste at *sizes*, measured in a process of their own."""
    return list(apart.call(measure, sizes=list(sizes)))


def measure(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Return, for every kind of paste, the best time of reading it at each of *sizes* characters."""
    reader = Reader(load(OWN))
    return [
        {"paste": name, "seconds": {str(size): _best(reader, make(size)) for size in sizes}}
        for name, make in PASTES.items()
    ]


def show(figures: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of *figures*, in milliseconds."""
    sizes = list(figures[0]["seconds"]) if figures else []
    rows: list[list[Cell]] = [
        [row["paste"], *(f"{1000 * row['seconds'][size]:,.1f}" for size in sizes), f"{growth(row['seconds']):.2f}"]
        for row in figures
    ]
    columns = ["paste", *(f"{_short(int(size))} ms" for size in sizes), "exponent"]
    return "\n".join([table("Pastes", columns, rows), "The exponent is fitted from 10 KB to 1 MB.", ""])


def growth(seconds: Mapping[str, float]) -> float:
    """Return the power of the size with which *seconds* grow, over what is read whole."""
    sizes = [size for size in map(int, seconds) if size <= _WHOLE]
    used = [size for size in sizes if size >= 10_000] or sizes
    return exponent(used, [seconds[str(size)] for size in used]) if len(used) > 1 else float("nan")


def log_lines(size: int) -> str:
    """Return *size* characters of a service's log, an error among the lines."""
    chance = np.random.default_rng(_SEED)
    levels = ("INFO", "INFO", "INFO", "DEBUG", "WARNING")
    paths = ("/v1/chat/completions", "/v1/files", "/v1/models", "/healthz")

    def lines() -> Iterable[str]:
        number = 0
        while True:
            number += 1
            level, path = levels[chance.integers(len(levels))], paths[chance.integers(len(paths))]
            took, request = chance.integers(5, 4000), chance.integers(2**48)
            yield (
                f"2026-03-{1 + number // 86400 % 28:02d}T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:"
                f"{number % 60:02d}Z {level} worker-{number % 7} POST {path} 200 {took}ms request={request:012x}"
            )
            if number % 500 == 0:
                yield "openai.RateLimitError: Error code: 429 - {'error': {'type': 'rate_limit_reached_error'}}"

    return _filled(lines(), size)


def single_line(size: int) -> str:
    """Return one line of *size* characters of words."""
    return log_lines(size).replace("\n", " ")


def one_word(size: int) -> str:
    """Return one word of *size* letters."""
    return "a" * size


def deep_json(size: int) -> str:
    """Return JSON of *size* characters, nested as deep as that takes."""
    around = '{"error":{"detail":'
    depth = max(1, size // (len(around) + 2))
    return around * depth + json.dumps({"type": "rate_limit_reached_error", "code": 429}) + "}}" * depth


def brackets(size: int) -> str:
    """Return *size* opening brackets of all sorts."""
    return "([{<" * (size // 4)


def digits(size: int) -> str:
    """Return *size* digits without a break."""
    return "4290123456" * (size // 10)


def numbers(size: int) -> str:
    """Return *size* characters of three-digit numbers."""
    return "429 403 401 500 " * (size // 16)


def tracebacks(size: int) -> str:
    """Return *size* characters of Python tracebacks, each one the cause of the next."""

    def lines() -> Iterable[str]:
        number = 0
        while True:
            number += 1
            yield "Traceback (most recent call last):"
            for depth in range(6):
                yield f'  File "/srv/app/module_{depth}.py", line {number % 900 + depth}, in call_{depth}'
                yield f"    return call_{depth + 1}(payload, retries={depth})"
            yield "openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Invalid Authentication'}}"
            yield "During handling of the above exception, another exception occurred:"

    return _filled(lines(), size)


def secrets(size: int) -> str:
    """Return *size* characters of lines with a secret in each."""
    return _filled((f"request {n}: api_key=sk-EXAMPLE{n:040d} sent by user{n}@example.com" for n in count()), size)


def named_fields(size: int) -> str:
    """Return *size* characters of log lines with fields whose names and values might be those of secrets."""
    return _filled(
        (f"level=info cache_key=user:{n} token_count={n} key=v{n % 97} took={n % 900}ms" for n in count()), size
    )


def addresses(size: int) -> str:
    """Return *size* characters of lines with two mail addresses in each."""
    return _filled((f"from user{n}@example.com to user{n}@example.org" for n in count()), size)


def passwords(size: int) -> str:
    """Return *size* characters of lines with hardly anything but a password."""
    return _filled((f"password=EXAMPLE{n}x{n % 7}" for n in count()), size)


def two_vendors(size: int) -> str:
    """Return *size* characters of errors of two vendors, with brackets that close on the wrong lines."""
    lines = ("api.openai.com 429", "{", "}", "api.anthropic.com 401 {")
    return _filled((lines[n % len(lines)] for n in count()), size)


PASTES: Mapping[str, Callable[[int], str]] = {
    make.__name__: make
    for make in (
        *(log_lines, single_line, one_word, deep_json, brackets, digits, numbers, tracebacks, two_vendors),
        *(named_fields, secrets, addresses, passwords),
    )
}


def _filled(lines: Iterable[str], size: int) -> str:
    found: list[str] = []
    length = 0
    for line in lines:
        found.append(line)
        length += len(line) + 1
        if length >= size:
            break
    return "\n".join(found)[:size]


def _best(reader: Reader, text: str) -> float:
    best = float("inf")
    for _ in range(_RUNS):
        started = time.perf_counter()
        reader.read(text)
        took = time.perf_counter() - started
        best = min(best, took)
        if took > _ENOUGH:
            break
    return best


def _short(size: int) -> str:
    return f"{size // 1_000_000} MB" if size >= 1_000_000 else f"{size // 1000} KB"
