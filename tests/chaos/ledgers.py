"""A look into a ledger from outside, by its tables alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

_STAGES = "SELECT event, stage FROM events"


def stages(url: str) -> dict[str, str]:
    """Return the stage of every event in the ledger at *url*; nothing where it cannot be read now."""
    try:
        return dict(_rows(url, _STAGES))
    except (psycopg.Error, sqlite3.Error):
        return {}


def unfinished(url: str) -> int:
    """Return how many events are open in the ledger at *url*; one too many where it cannot be read now."""
    found = stages(url)
    return sum(stage in ("claimed", "decided") for stage in found.values()) if found else 1


def sqlite_file(url: str) -> Path:
    """Return the file that *url* names."""
    return Path("/" + url.removeprefix("sqlite:///").lstrip("/"))


def _rows(url: str, statement: str) -> list[tuple[str, str]]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(f"file:{sqlite_file(url)}?mode=ro", uri=True, timeout=5)) as connection:
            return connection.execute(statement).fetchall()
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()
