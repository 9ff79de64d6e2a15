import logging
import os
from collections.abc import Iterator

import pytest

# More threads wait for each other where others compute as well. OpenBLAS reads this when numpy loads it: that is before
# the tests are gathered in this process (a plugin of pytest imports numpy), but in time for processes that it starts.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Take away the handlers that a command under test has set: they write where nobody reads any more."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = [handler for handler in root.handlers if handler in handlers] or handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
