"""Databases for the ledger's tests: files of SQLite, and those in the one PostgreSQL of all tests."""

import itertools
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from psycopg import sql

from bot.ledger.open import FILE, open_ledger
from bot.ledger.schema import upgrade
from bot.ledger.sql import SqlLedger
from bot.ledger.tables import metadata
from tests.ledger.kit import Clock
from tests.ledger.server import Server

NUMBERS = itertools.count()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def empty_database(server: Server) -> str:
    """The URL of a database of PostgreSQL in which there is nothing."""
    return server.create(f"test_{next(NUMBERS)}")


@pytest.fixture(scope="session")
def shared_database(server: Server) -> str:
    """The URL of the one database that tests have in turn: to empty it is quicker than to make another."""
    url = server.create("shared")
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return url


@pytest.fixture
def database(server: Server, shared_database: str) -> str:
    """The URL of a database of PostgreSQL with an empty ledger."""
    tables = sql.SQL(", ").join(map(sql.Identifier, metadata.tables))
    server.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(tables), "shared")
    return shared_database


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an empty ledger: to copy it is quicker than to make another."""
    file = tmp_path_factory.mktemp("made") / FILE
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return file


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A folder with a ledger in it."""
    folder = tmp_path / "data"
    folder.mkdir(0o700)
    shutil.copy(made, folder)
    return folder


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """What DATABASE_URL would be, for each kind of database."""
    return str(request.getfixturevalue("database")) if request.param == "postgres" else ""


@pytest.fixture
async def stored(url: str, folder: Path, clock: Clock) -> AsyncIterator[SqlLedger]:
    """An open ledger in each kind of database."""
    ledger = await open_ledger(url, folder, clock)
    yield ledger
    await ledger.close_down()
