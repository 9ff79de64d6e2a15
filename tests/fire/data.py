"""The tables under `data/`: a new error, wrapper, neighbour, sentence or trap is a line there, never code."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def table(name: str) -> Any:
    """Return what stands in the table *name*; not to be changed."""
    return yaml.safe_load(Path(__file__).parent.joinpath("data", f"{name}.yaml").read_text(encoding="utf-8"))
