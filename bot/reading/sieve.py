"""A quick test of which words a long text may hold."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_LONG = 8_192
_BLOCK = 1 << 15


def sieve(text: str) -> Callable[[str], bool]:
    """Return a quick test of what *text* may hold: never wrong when it says no.

    One pass over a long text marks every group of three neighbouring characters in a table; a needle one of whose
    groups is not marked cannot be there. Looking for each needle by itself would cost a pass per needle.
    """
    if len(text) < _LONG:
        return text.__contains__
    codes = np.frombuffer(text.encode("ascii", "replace"), np.uint8)
    table = np.zeros(1 << 16, np.bool_)
    for start in range(0, len(codes), _BLOCK):
        table[_groups(codes[start : start + _BLOCK + 2])] = True

    def holds(needle: str) -> bool:
        groups = _groups_of(needle)
        return (groups is None or bool(table[groups].all())) and needle in text

    return holds


@lru_cache(maxsize=10_000)
def _groups_of(needle: str) -> NDArray[np.intp] | None:
    """The groups of a needle, None where it is none of the kind that are told by them."""
    return _groups(np.frombuffer(needle.encode(), np.uint8)) if needle.isascii() and len(needle) > 2 else None


def _groups(codes: NDArray[np.uint8]) -> NDArray[np.intp]:
    """A number below 65,536 for every three neighbours in *codes*."""
    wide = codes.astype(np.uint16)
    groups = wide[:-2] * np.uint16(1031)
    groups += wide[1:-1] * np.uint16(31)
    groups += wide[2:]
    return groups.astype(np.intp)
