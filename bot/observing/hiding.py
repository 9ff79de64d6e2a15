"""What leaves the process beside answers (log lines, spans, reports of errors), without secrets."""

import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.reading.redact import redact

HIDDEN = "<HIDDEN>"
DEEPEST = 8  # levels of a value within a value
SHORTEST = 8  # characters; a shorter value of a setting would be found in words
_TELLING = ("authorization", "cookie", "password", "secret", "token", "api_key", "apikey", "dsn")
# What a platform's own addresses hold: whoever knows it can answer in the bot's name, or hear in its place.
_IN_ADDRESSES = re.compile(r"(/(?:webhooks|interactions)/\d+/|[?&]ticket=)[\w%.~-]+")

Hide = Callable[[Any], Any]
_Clean = Callable[[str], str]


def hider(own: Iterable[str] = ()) -> Hide:
    """Return a function that gives a value in plain types, with each text in it redacted.

    The process's *own* secrets are hidden wherever they stand, and so is what a telling name says to be a secret.
    """
    known = [re.escape(secret) for secret in sorted(own, key=len, reverse=True) if len(secret) >= SHORTEST]
    mine = re.compile("|".join(known)) if known else None

    def clean(text: str) -> str:
        text = mine.sub(HIDDEN, text) if mine else text
        return redact(_IN_ADDRESSES.sub(rf"\1{HIDDEN}", text)).text

    return lambda value: _hidden(value, clean, DEEPEST)


def _hidden(value: Any, clean: _Clean, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return clean(value)
    if depth and isinstance(value, Mapping):
        return {clean(str(name)): _named(str(name), each, clean, depth) for name, each in value.items()}
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [_hidden(each, clean, depth - 1) for each in value]
    return clean(_shown(value))


def _named(name: str, value: Any, clean: _Clean, depth: int) -> Any:
    if isinstance(value, str) and value and any(word in name.lower() for word in _TELLING):
        return HIDDEN
    return _hidden(value, clean, depth - 1)


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception as error:  # noqa: BLE001 - whatever a foreign value does when it is shown
        return f"<{type(value).__name__}, which cannot be shown: {type(error).__name__}>"


def trace_of(error: BaseException, *, messages: bool) -> str:
    """Return where *error* came from, its causes first, without source lines.

    The message of an error may quote what a person wrote; only its class is shown, unless *messages* are wanted.
    """
    chain, seen = list[str](), set[int]()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        said = f"{type(current).__name__}: {_said(current)}" if messages else type(current).__name__
        frames = traceback.extract_tb(current.__traceback__)
        chain.append("\n".join([said, *(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)]))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(reversed(chain))


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as fault:  # noqa: BLE001 - see above
        return f"cannot be shown: {type(fault).__name__}"
