"""The errors of the API as they stand bare: each row of its error table in every form in which people paste it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.fire.data import table

REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
    499: "Client Closed Request",
    500: "Internal Server Error",
    503: "Service Unavailable",
    504: "Gateway Time-out",
}
EXCEPTIONS = {
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "APIStatusError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    429: "RateLimitError",
    499: "APIStatusError",
    500: "InternalServerError",
    503: "InternalServerError",
    504: "InternalServerError",
}
UNTOLD = "APIError"
"""What a client raises where the class says nothing."""


@dataclass(frozen=True, slots=True)
class Base:
    """A bare error.

    ``told`` are the texts that must survive a cut; ``status`` and ``exception`` are what wrappers may repeat: None and
    a class that says nothing where the bare error does not show them. ``answered`` is False where no entry claims it.
    """

    text: str
    form: str
    told: tuple[str, ...]
    status: int | None = None
    exception: str = UNTOLD
    balance: bool = False
    answered: bool = True

    @property
    def reason(self) -> str:
        return REASONS.get(self.status or 0, "")


@dataclass(frozen=True, slots=True)
class _Row:
    status: int
    type: str
    message: str
    key: str
    """The part of the message that tells it from others."""
    answered: bool = True
    known_by_type: bool = True


ROWS = tuple(_Row(**row) for row in table("errors")["answers"])
_OTHERS = tuple(
    Base(
        other["text"],
        other["form"],
        tuple(other["told"]),
        other.get("status"),
        EXCEPTIONS.get(other.get("status"), UNTOLD),
    )
    for other in table("errors")["others"]
)


def bases() -> tuple[Base, ...]:
    """Return every error in every form, in a fixed order."""
    return (
        *(
            replace(base, answered=row.answered and (row.known_by_type or base.form != "type"))
            for row in ROWS
            for base in _forms(row)
        ),
        *_OTHERS,
    )


def _forms(row: _Row) -> Iterator[Base]:
    balance = row.type == "exceeded_current_quota_error"
    typed = {"message": row.message, **({"type": row.type} if row.type else {})}
    told = tuple(filter(None, (row.key, row.type)))
    coded = {"error": {**typed, "param": None, "code": None}}
    inner = {"type": "error", "error": dict(reversed(typed.items())), "request_id": "req_0429"}
    bodies = {
        "body": json.dumps({"error": typed}, separators=(",", ":")),
        "spaced body": json.dumps({"error": typed}),
        "indented body": json.dumps(coded, indent=2),
        "Anthropic-style body": json.dumps(inner),
        "Python body": repr({"error": typed}),
    }
    for form, text in bodies.items():
        yield Base(text, form, told, balance=balance)
    name, status = EXCEPTIONS[row.status], row.status
    error = f"Error code: {status} - {bodies['Python body']}"
    reason = REASONS[status]
    named = f"error, status code: {status}, status: {status} {reason}, message: {row.message}"
    whole = {
        "sdk": (f"openai.{name}: {error}", told),
        "status and body": (f"HTTP {status}: {bodies['body']}", told),
        "reason and body": (f"{status} {reason}\n{bodies['spaced body']}", told),
        "status and message": (f"{status} {row.message}", (row.key,)),
        "named status and message": (named, (row.key,)),
    }
    for form, (text, tokens) in whole.items():
        yield Base(text, form, (str(status), *tokens), status, name, balance)
    class_told = (name, row.key)
    yield Base(f"{name}: {row.message}", "class and message", class_told, exception=name, balance=balance)
    yield Base(row.message, "message", (row.key,), balance=balance)
    if row.type:
        yield Base(f"{row.type}: {row.message}", "type and message", told, balance=balance)
        yield Base(f"{status} {row.type}", "status and type", (str(status), row.type), status, name, balance)
        yield Base(row.type, "type", (row.type,), balance=balance)
