"""Private keys between their BEGIN and END."""

import re

from bot.reading.secrets.shape import PRIVATE_KEY, Shape, Span

_PEM_END = re.compile(r"-----end[a-z0-9 ]{0,40}-----")
_PEM_BODY = re.compile(
    r"""(?x) (?: (?: \s | \\+[nr] | ["'+,>|] )*+ [A-Za-z0-9+/=]{16,}+ )*+
    (?: (?: \s | \\+[nr] | [>|] )* (?: [A-Za-z0-9+/]{1,15} ={1,2}
      | (?= [A-Za-z]* [0-9+/] | [A-Z]* [a-z]+ [A-Z] ) [A-Za-z0-9+/]{6,15} (?![\w.:]) ) )?"""
)


def _private_key(match: re.Match[str], text: str) -> Span:
    """From BEGIN to END; where END was cut off, as far as lines of base64 follow."""
    following = match.string.find("-----", match.end())
    closing = _PEM_END.match(match.string, following) if following >= 0 else None
    if closing is not None:
        return match.start(), closing.end()
    body = _PEM_BODY.match(text, match.end())
    return match.start(), body.end() if body else match.end()


_BODY_BACKWARDS = re.compile(
    r"""(?x) (?: (?: \s | [nr]?\\+ | ["'+,>|] )*+ ={0,2}
    (?: [A-Za-z0-9+/]{16,}+ | [A-Za-z0-9+/]{0,15} (?= \s | [nr]?\\ ) ) )*+"""
)
_LONGEST = 16_000
"""The most characters of a private key."""


def _cut_key(match: re.Match[str], text: str) -> Span:
    """The lines of base64 that lead up to an END whose BEGIN was cut off."""
    reach = max(0, match.start() - _LONGEST)
    body = _BODY_BACKWARDS.match(text[reach : match.start()][::-1])
    return match.start() - (body.end() if body else 0), match.end()


PRIVATE_KEYS = (
    Shape(
        PRIVATE_KEY,
        "private key",
        re.compile(r"-----begin[ ](?:[a-z0-9]{1,12}[ ]){0,3}private[ ]key(?:[ ]block)?-----"),
        _private_key,
        folded=True,
    ),
    Shape(
        PRIVATE_KEY,
        "private key",
        re.compile(r"-----end[ ](?:[a-z0-9]{1,12}[ ]){0,3}private[ ]key(?:[ ]block)?-----"),
        _cut_key,
        folded=True,
    ),
)
