"""The campaigns that belong together: what the bot promises, and faults that must be noticed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.chaos.campaign import Plan
from tests.ledger.server import Server

SHARES = {"slack": 0.60, "slack-http": 0.15, "discord": 0.25}
"""How the events and kills are shared out."""

QUICK: dict[str, Any] = {
    "kinds": ("mention", "dm"),
    "calm": 0.0,
    "at_once": 10,
    "patience": 2.0,
    "settling": 2.0,
    "pause": 0.2,
    "only_at_steps": True,
    "seconds": 8.0,
}
PLANTED: dict[str, dict[str, Any]] = {
    "claim_always_true": {"kills": 2, "steps": ("after mark_posted",)},
    "no_claim": {"kills": 2, "steps": ("after mark_posted",)},
    "claim_after_acknowledgement": {"kills": 1, "steps": ("before claim",)},
    "record_after_post": {"kills": 1, "steps": ("after post",)},
    "no_mark": {},
    "blind": {"kills": 1, "steps": ("after post",)},
    "no_recovery": {"kills": 1, "steps": ("after claim",)},
    "no_busy_check": {},
    "no_turns": {"kinds": ("dialogue",), "calm": 1.0, "patience": 4.0},
}
"""Each planted fault, and what it takes to bring it to light."""


def campaigns(folder: Path, server: Server, *, events: int, kills: int, seed: int) -> Iterator[Plan]:
    """Yield campaigns on both platforms that have so many *events* and *kills* together."""
    for name, share in SHARES.items():
        platform, _, http = name.partition("-")
        on_slack = platform == "slack"
        yield Plan(
            platform,
            round(events * share),
            seed,
            folder / name,
            database=server.create(f"{name.replace('-', '_')}_{seed}") if on_slack else "",
            workers=2 if on_slack else 1,
            http=bool(http),
            kills=round(kills * share),
            trouble=0.15,
            commands=events > 1_000,
        )


def planted(name: str, folder: Path, *, seed: int, cache: Path | None = None) -> Plan:
    """Return a short campaign that has to find the planted fault *name*."""
    return Plan("slack", 16, seed, folder / name, planted=name, cache=cache, **(QUICK | PLANTED[name]))
