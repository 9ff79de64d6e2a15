"""What the work of the present task is about, for its log lines."""

from collections.abc import Mapping
from contextvars import ContextVar, Token

_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("about", default={})  # noqa: B039 - a Mapping is only read


class About:
    """A context in which *names* say what the work is about; it is entered for each event, and so has no generator."""

    __slots__ = ("_names", "_token")

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def __enter__(self) -> None:
        self._token: Token[Mapping[str, str]] = _ABOUT.set(self._names)

    def __exit__(self, *_: object) -> None:
        _ABOUT.reset(self._token)


def about() -> Mapping[str, str]:
    """Return the names of what the work is about, empty for work that is about nothing in particular."""
    return _ABOUT.get()
