"""Keeps discord.py's log lines free of what people wrote, of tokens and of tracebacks."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

LIBRARY = "discord"
_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s?]+")


class _Discreet(logging.Filter):
    """Hides the tokens of interactions, names an exception instead of showing all of it, and passes over voice."""

    def filter(self, record: logging.LogRecord) -> bool:
        if "voice will NOT be supported" in str(record.msg):
            return False
        text = _TOKEN.sub(r"\1…", record.getMessage())
        if record.exc_info and record.exc_info[0] is not None:
            text = f"{text} ({record.exc_info[0].__name__})"
        record.msg, record.args, record.exc_info, record.exc_text = text, None, None, None
        return True


@contextmanager
def discreet() -> Iterator[None]:
    """Keep the library's loggers discreet meanwhile: at DEBUG they print whole payloads."""
    library = logging.getLogger(LIBRARY)
    level, discretion = library.level, _Discreet()
    children = [name for name in logging.root.manager.loggerDict if name.split(".")[0] == LIBRARY]
    loggers = [library, *map(logging.getLogger, children)]
    if library.getEffectiveLevel() < logging.INFO:
        library.setLevel(logging.INFO)
    for logger in loggers:
        logger.addFilter(discretion)
    try:
        yield
    finally:
        library.setLevel(level)
        for logger in loggers:
            logger.removeFilter(discretion)
