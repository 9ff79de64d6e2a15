"""What the tests of whole commands share: a small content, what a run gives, and a folder apart from everybody's."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

FAQ = """\
entries:
  - id: opening-hours
    question: When are you open?
    answer: From **nine** to five.
    phrasings: [what are your opening hours, are you open now, when do you close]
  - id: parking
    question: Where can I park my car?
    answer: Behind the house.
    phrasings: [is there a parking lot, where do I leave the car, parking place nearby]
"""


SETTINGS = ("DATABASE_URL", "DISCORD_", "FRONTDESK_", "OTEL_", "SENTRY_", "SLACK_", "XDG_")
"""How the names of all variables begin that the program reads."""


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Outcome]


def move_apart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run what follows in *folder*, with no settings but the encoder left out."""
    for name in tuple(os.environ):
        if name.startswith(SETTINGS):
            monkeypatch.delenv(name)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("FRONTDESK_SEMANTIC", "no")
