"""Where the secrets of a view stand."""

from collections.abc import Callable, Iterator
from functools import cache
from heapq import merge
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.reading.secrets.breaks import goes_on
from bot.reading.secrets.catalogue import SHAPES
from bot.reading.secrets.likeness import is_jumbled, is_mixed, looks_random
from bot.reading.secrets.view import View, decoded, joined


def _by_sign() -> tuple[tuple[str, list[tuple[int, str]]], ...]:
    """The ranks of shapes and their needles, by a sign in the needle: most texts lack most of the signs."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for rank, shape in enumerate(SHAPES):
        sign = next((letter for letter in shape.needle if not letter.isascii() or not letter.isalnum()), "")
        groups.setdefault(sign, []).append((rank, shape.needle))
    return tuple(groups.items())


_NEEDLES = _by_sign()
_SIEVE_FROM = 8_192
_BLOCK = 1 << 15
_LONGEST_BROKEN = 100_000
"""The longest text in which secrets are looked for that were broken before they could be known."""

# Where a secret starts and ends in a view, and the rank of its shape: the lower, the surer.
Found = tuple[int, int, int]


def find(view: View, start: int = 0) -> Iterator[Found]:
    """The secrets from *start* on, one after the other as they stand in *view*; those of several shapes may overlap."""
    holds = _sieve(view.folded)
    ranks = [rank for sign, group in _NEEDLES if sign in view.folded for rank, needle in group if holds(needle)]
    return merge(*[_of_shape(view, rank, start) for rank in ranks]) if ranks else iter(())


def _of_shape(view: View, rank: int, start: int) -> Iterator[Found]:
    shape = SHAPES[rank]
    text, done = view.text, start
    for match in shape.pattern.finditer(view.folded if shape.folded else text, start):
        span = shape.judge(match, text) if match.start() >= done else None
        if span is not None and span[0] < span[1]:
            done = span[1]
            yield (*span, rank)


def hidden(view: View) -> list[Found]:
    """The secrets that are none in *view* because codes or breaks are in their way."""
    if len(view.text) > _LONGEST_BROKEN:
        return []
    plain, whole = decoded(view), joined(view)
    return [*(_coded(plain) if plain else ()), *(_across(whole) if whole else ())]


def _coded(plain: View) -> Iterator[Found]:
    for start, end, rank in find(plain):
        if SHAPES[rank].kind.live:
            yield (*plain.original(start, end), rank)


def _across(whole: View) -> Iterator[Found]:
    for start, end, rank in find(whole):
        breaks = whole.breaks(start, end)
        if not breaks or not SHAPES[rank].kind.live:
            continue
        first, *others = breaks
        ends = [*others, end]
        rest = whole.text[first : ends[0]]
        if is_mixed(rest) or looks_random(rest) or is_jumbled(rest) or rest.isupper():
            last = next((at for at, after in pairwise(ends) if not goes_on(whole.text[at:after])), end)
            yield (*whole.original(start, last), rank)


def _sieve(folded: str) -> Callable[[str], bool]:
    """Return a quick test of what *folded* may hold: never wrong when it says no.

    One pass over a long text marks every group of three neighbouring characters in a table; a needle one of whose
    groups is not marked cannot be there. Looking for each needle by itself would cost a pass per needle.
    """
    if len(folded) < _SIEVE_FROM:
        return folded.__contains__
    codes = np.frombuffer(folded.encode("ascii", "replace"), np.uint8)
    table = np.zeros(1 << 16, np.bool_)
    for start in range(0, len(codes), _BLOCK):
        table[_groups(codes[start : start + _BLOCK + 2])] = True

    def holds(needle: str) -> bool:
        groups = _groups_of(needle)
        return (groups is None or bool(table[groups].all())) and needle in folded

    return holds


@cache
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
