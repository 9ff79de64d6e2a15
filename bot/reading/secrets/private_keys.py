"""Private keys between their BEGIN and END."""

import re

from bot.reading.secrets.shape import PRIVATE_KEY, Shape, Span

_PEM_END = re.compile(r"-----end[a-z0-9 ]{0,40}-----")
_PEM_BODY = re.compile(
    r"(?:(?:\s|\\+[nr]|[\"'+,>|])*+[A-Za-z0-9+/=]{16,}+)*+(?:(?:\s|\\+[nr])*[A-Za-z0-9+/]{1,15}={1,2})?"
)


def _private_key(match: re.Match[str], text: str) -> Span:
    """From BEGIN to END; where END was cut off, as far as lines of base64 follow."""
    following = match.string.find("-----", match.end())
    closing = _PEM_END.match(match.string, following) if following >= 0 else None
    if closing is not None:
        return match.start(), closing.end()
    body = _PEM_BODY.match(text, match.end())
    return match.start(), body.end() if body else match.end()


PRIVATE_KEYS = (
    Shape(
        PRIVATE_KEY,
        "private key",
        re.compile(r"-----begin[ ](?:[a-z0-9]{1,12}[ ]){0,3}private[ ]key(?:[ ]block)?-----"),
        _private_key,
        folded=True,
    ),
)
