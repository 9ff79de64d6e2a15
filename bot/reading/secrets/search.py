"""Where the secrets of a view stand."""

from collections.abc import Iterator
from heapq import merge
from itertools import pairwise

from bot.reading.secrets.breaks import goes_on
from bot.reading.secrets.catalogue import SHAPES
from bot.reading.secrets.likeness import is_jumbled, is_mixed, looks_random
from bot.reading.secrets.view import View, decoded, joined
from bot.reading.sieve import sieve

_COMMON = "zqxjkvbpygfwmucldrhsnioate"
"""The letters of English, rare ones first; digits are rarer still."""


def _by_sign() -> tuple[tuple[str, list[tuple[int, str]]], ...]:
    """The ranks of shapes and their needles, by the rarest sign in the needle: most texts lack most of the signs."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for rank, shape in enumerate(SHAPES):
        sign = min(shape.needle, key=lambda letter: (letter.isascii() and letter.isalnum(), _COMMON.find(letter)))
        groups.setdefault(sign, []).append((rank, shape.needle))
    return tuple(groups.items())


_NEEDLES = _by_sign()
_LONGEST_BROKEN = 100_000
"""The longest text in which secrets are looked for that were broken before they could be known."""

# Where a secret starts and ends in a view, and the rank of its shape: the lower, the surer.
Found = tuple[int, int, int]


def find(view: View, start: int = 0) -> Iterator[Found]:
    """The secrets from *start* on, one after the other as they stand in *view*; those of several shapes may overlap."""
    holds = sieve(view.folded)
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
