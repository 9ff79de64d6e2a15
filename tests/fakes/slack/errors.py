"""What the Web API says when it refuses."""

from typing import Any


class SlackError(Exception):
    """A refusal: ``{"ok": false, "error": code}`` with whatever the documents put beside it."""

    def __init__(self, code: str, *, status: int = 200, retry_after: int | None = None, **beside: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.beside = beside

    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.beside}


def invalid(code: str, problems: list[str]) -> SlackError:
    """Return the refusal of arguments that have *problems*, each named with where it stands."""
    return SlackError(
        code, errors=problems, response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]}
    )
