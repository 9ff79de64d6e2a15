"""A database of PostgreSQL for each test of what many processes do together."""

import itertools

import pytest

from tests.fakes.discord import library  # before the adapter: it hides a warning
from tests.ledger.server import Server

NUMBERS = itertools.count()
__all__ = ["library"]


@pytest.fixture
def database(server: Server) -> str:
    """The URL of a database of PostgreSQL in which there is nothing."""
    return server.create(f"scale_{next(NUMBERS)}")
