"""JSON Lines in, JSON Lines out: the door for programs that ask and for everyone who measures from outside.

The keys and their order are a contract. In: ``id``, ``text``, and perhaps ``thread``, ``author``, ``addressed``. Out:
the object that `to_object` makes, one line for each line that came in, in order, each flushed before the next is read.
A line that cannot be used is answered with ``{"id": null, "error": ...}`` and the rest goes on; an empty line is passed
over.
"""

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.model import Message, Outcome, Place, Reply

CANDIDATES = 5

Consider = Callable[[Message], Awaitable[Reply | None]]


class LineError(Exception):
    """A line that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One line: its ``id``, which may be any JSON value, and the message in it."""

    id: object
    message: Message


def answer_lines(lines: Iterable[bytes], consider: Consider) -> Iterator[bytes]:
    """Yield the line that answers each of *lines*, before the next is taken."""
    with asyncio.Runner() as runner:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield runner.run(_answer(line, number, consider))


def read_line(line: bytes, number: int) -> Asked:
    """Return what *line* asks; *number* keeps apart the events and the threads of lines that name none.

    Raises:
        LineError: it is no JSON object, or a field has the wrong type.
    """
    fields = _object(line)
    text, addressed = fields.get("text"), fields.get("addressed", True)
    if not isinstance(text, str):
        raise LineError("text is missing" if text is None else "text must be a string")
    if not isinstance(addressed, bool):
        raise LineError("addressed must be true or false")
    thread = _key(fields, "thread")
    place = Place("batch", thread=f"line {number}" if thread is None else f"thread {thread}")
    author = _key(fields, "author") or ""
    return Asked(fields.get("id"), Message(f"line {number}", place, author, _sound(text), addressed=addressed))


def to_object(identity: object, reply: Reply | None, milliseconds: float) -> dict[str, Any]:
    """Return the object of the contract for *reply*; None is silence."""
    reply = reply or Reply(Outcome.SILENCE)
    return {
        "id": identity,
        "outcome": reply.outcome.value,
        "entry": reply.entries[0] if reply.entries else None,
        "entries": list(reply.entries),
        "confidence": None if reply.confidence is None else round(reply.confidence, 4),
        "candidates": [
            {"entry": match.entry, "confidence": round(match.confidence, 4)} for match in reply.candidates[:CANDIDATES]
        ],
        "evidence": [{"kind": item.kind.value, "value": item.value, "line": item.line} for item in reply.evidence],
        "language": reply.language,
        "text": reply.text,
        "choices": [{"label": choice.label, "entry": choice.entry} for choice in reply.choices],
        "ms": round(milliseconds, 3),
    }


def to_line(fields: dict[str, Any]) -> bytes:
    """Return *fields* as one line of UTF-8; what UTF-8 cannot hold is escaped.

    Raises:
        ValueError: a number is not finite, which JSON cannot say.
    """
    try:
        return json.dumps(fields, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    except UnicodeEncodeError:  # half of a surrogate pair, in an id
        return json.dumps(fields, allow_nan=False).encode() + b"\n"


async def _answer(line: bytes, number: int, consider: Consider) -> bytes:
    try:
        asked = read_line(line, number)
    except LineError as error:
        return to_line({"id": None, "error": f"line {number}: {error}"})
    try:
        start = time.perf_counter()
        reply = await consider(asked.message)
        return to_line(to_object(asked.id, reply, (time.perf_counter() - start) * 1000))
    except Exception as error:  # noqa: BLE001 - one question that fails must not take the others along
        complaint = f"line {number}: this could not be answered ({type(error).__name__})"
        return to_line({"id": asked.id, "error": complaint})


def _object(line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite)
    except UnicodeDecodeError:
        raise LineError("this is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise LineError(f"this is no JSON: {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise LineError(f"this JSON cannot be read: {str(error).partition(';')[0]}") from None
    if not isinstance(fields, dict):
        raise LineError("an object is needed")
    return fields


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _key(fields: dict[str, Any], name: str) -> str | None:
    """The string or whole number under *name* as a string, or None."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise LineError(f"{name} must be a string")
    return None if value is None else _sound(str(value))


def _sound(text: str) -> str:
    """*text* with halves of surrogate pairs, which JSON can write and no encoding can hold, replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
