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
    "literal_error": "{value} stands where only {expected} may stand",
    "greater_than_equal": "{value} is no HTTP status of an error: those are 400 to 599",
    "less_than_equal": "{value} is no HTTP status of an error: those are 400 to 599",
    "string_too_long": "{value} is too long: keep it to {max_length} characters",
    "too_short": "{name} is empty: at least one is needed",
}


def explain(error: ErrorDetails, source: str) -> str:
    """What *error* means, and the mend; *source* is the file's text from the offending value on."""
    kind, value, last = error["type"], error["input"], error["loc"][-1] if error["loc"] else "this"
    name = f"item {last + 1}" if isinstance(last, int) else quote(last)
    shown = _show(value, source)
    context = error.get("ctx", {})
    if kind == "string_pattern_mismatch":
        empty = "{name} is empty: write something, or remove it"
        said = _MISMATCH[context["pattern"]] if value.strip() and context["pattern"] in _MISMATCH else empty
    elif kind == "string_type":
        said = _no_text(value)
    else:
        said = _SAID.get(kind) or f"{{value}} stands where {_DUE.get(kind, 'something else')} is due"
    return said.format(name=name, value=shown, **context)


def unknown_key(key: str, known: Sequence[str]) -> str:
    """That *key* is none of *known*, and which it may have been meant to be."""
    return f"{quote(key)} is no key that can stand here." + (did_you_mean(key, known) or f" Known: {', '.join(known)}.")


def _no_text(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping stands where text is due: put text that holds `: ` or begins with a brace in quotes"
    if isinstance(value, list):
        return "a list stands where text is due: put text that begins with `[` or `- ` in quotes"
    return f"{{value}} is read as {_sort(value)}: put it in quotes"


def _show(value: Any, source: str) -> str:
    """*value* as it is written in the file."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if isinstance(value, str):
        return quote(value)
    word = _WORD.match(source)
    return quote(word[0] if word else value)


def _sort(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "a date" if isinstance(value, date) else "a number"
