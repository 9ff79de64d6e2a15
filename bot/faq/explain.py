"""What pydantic finds wrong with a value, in words for the person who wrote it."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic_core import ErrorDetails

from bot.faq.faults import did_you_mean, quote
from bot.faq.schema import ID, LANGUAGE, PLAIN

_WORD = re.compile(r"[^\s,\]}]+")
_DUE = {
    "list_type": "a list (`- …` on lines of their own, or `[…, …]`)",
    "dict_type": "a mapping (`key: …`)",
    "model_type": "a mapping (`key: …`)",
    "int_type": "a whole number without quotes",
    "date_type": "a date like `2026-11-23`",
}
_MISMATCH = {
    ID: "{value} is no id: it begins with a letter or a digit, and has only letters, digits, `-`, `_` and `.`",
    LANGUAGE: "{value} is no language code: write one like `en`, `zh` or `pt-BR`",
}
_SAID = {
    PLAIN: "{said}",
    "missing": "{name} is missing: add it",
    "literal_error": "{value} stands where {expected} is due",
    "greater_than_equal": "{value} is no HTTP status of an error: those are 400 to 599",
    "less_than_equal": "{value} is no HTTP status of an error: those are 400 to 599",
    "string_too_long": "{value} is too long: keep it to {max_length} characters",
    "too_short": "{name} is empty: at least one is needed",
}


def explain(error: ErrorDetails, source: str) -> str:
    """What *error* means, and the mend; *source* is the file's text from the offending value on."""
    kind, value, last = error["type"], error["input"], error["loc"][-1] if error["loc"] else "this"
    name = f"item {last + 1}" if isinstance(last, int) else quote(last)
    context = error.get("ctx", {})
    if kind in _SAID:
        return _SAID[kind].format(name=name, value=quote(value), **context)
    if kind == "string_pattern_mismatch":
        told = "{name} is empty: write something, or remove it" if not value.strip() else ""
        return (told or _MISMATCH.get(context["pattern"], "{value} is not allowed here")).format(
            name=name, value=quote(value)
        )
    if kind == "string_type":
        return _no_text(value, source)
    return _no(_DUE.get(kind, "something else"), value, source)


def unknown_key(key: str, known: Sequence[str]) -> str:
    """That *key* is none of *known*, and which it may have been meant to be."""
    return f"{quote(key)} is no key that can stand here." + (did_you_mean(key, known) or f" Known: {', '.join(known)}.")


def _no_text(value: Any, source: str) -> str:
    if isinstance(value, dict):
        return "a mapping stands where text is due: put text that holds `: ` or begins with `{` in quotes"
    if isinstance(value, list):
        return "a list stands where text is due: put text that begins with `[` or `- ` in quotes"
    return f"{quote(_word(source))} is read as {_sort(value)}: put it in quotes"


def _no(due: str, value: Any, source: str) -> str:
    if isinstance(value, dict):
        return f"a mapping stands where {due} is due"
    if isinstance(value, list):
        return f"a list stands where {due} is due"
    return f"{quote(value if isinstance(value, str) else _word(source))} stands where {due} is due"


def _word(source: str) -> str:
    found = _WORD.match(source)
    return found[0] if found else ""


def _sort(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "a date" if isinstance(value, date) else "a number"
