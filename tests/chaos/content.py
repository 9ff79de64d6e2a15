"""A faq.yaml whose answers can be told apart at a glance, made from the product's own."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).parents[2] / "faq.yaml"
_MARK = re.compile(r"ANSWER-\d\d")


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to ask, and the mark that the answer to it bears."""

    question: str
    mark: str


def write_content(file: Path) -> Path:
    """Write a content file in which each answer is its mark and no more; return *file*."""
    content = _source()
    for number, entry in enumerate(content["entries"]):
        entry["answer"] = f"{_mark(number)} is the answer."
        if "zh" in entry:
            entry["zh"]["answer"] = f"{_mark(number)} is the answer."
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


@cache
def topics() -> tuple[Topic, ...]:
    """Return one topic for each entry: its own question, which it is known to win on."""
    return tuple(Topic(entry["question"], _mark(number)) for number, entry in enumerate(_source()["entries"]))


def marks_in(text: str) -> tuple[str, ...]:
    """Return the marks that stand in *text*, in order."""
    return tuple(_MARK.findall(text))


def _mark(number: int) -> str:
    return f"ANSWER-{number:02}"


def _source() -> Any:
    return yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
