"""Where a secret goes on that was broken over line ends or string literals."""

import re

from bot.reading.secrets.likeness import is_jumbled, is_placeholder, looks_random
from bot.reading.secrets.shape import STAND_IN, Span

_BREAK = re.compile(
    r"""(?: (?: \\{1,8}r )? \\{1,8}n | \\? \r? \n [ \t]{0,12} (?: [>|│] [ \t]{0,2} )?
    | [*~_]{0,3} \\{0,8}["'`*~] [ \t]{0,4} [+.&]? [ \t]{0,4} \\? \r? \n? [ \t]{0,40} [+.]? [ \t]{0,4}
      (?: \\{0,8}["'`] )? )
    (?P<rest> [A-Za-z0-9_.~+/=-]{1,4096} )""",
    re.VERBOSE,
)
_OTHER_START = re.compile(
    r"(?:sk|ak|org|proj|gl\w{2,3}|xox\w|xapp|pypi)-|gh\w_|github_pat_|hf_|npm_|eyJ|AKIA|AIza|\d{4}-\d\d-\d\d|\d\d?[:.]\d\d|0x|https?\b|[A-Za-z]:[/\\]"
    r"|[A-Za-z_][\w.-]{0,60}=[^=]"
)
_DIGEST = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}")
_QUOTES = "\"'`"
_MAX_BREAKS = 64
_WIDEST = 400


def continued(text: str, start: int, end: int) -> int:
    """Return where the secret at ``text[start:end]`` ends when it was broken over line ends or string literals.

    Where two lines in a row were broken at one width, whatever follows belongs to it.
    """
    width = 0
    for _ in range(_MAX_BREAKS):
        joint = _BREAK.match(text, end)
        if joint is None:
            break
        before, width = width, end - text.rfind("\n", max(0, end - _WIDEST), end)
        after = text.find("\n", joint.start("rest"), joint.start("rest") + _WIDEST) - joint.start("rest") + 1
        wrapped = width in {before, after} and not _OTHER_START.match(joint["rest"])
        if not (wrapped or _continues(text, start, joint)):
            break
        end = joint.end()
    return end


def _continues(text: str, start: int, joint: re.Match[str]) -> bool:
    rest = joint["rest"]
    if _OTHER_START.match(rest):
        return False
    unquoted = not any(sign in _QUOTES for sign in text[joint.start() : joint.start("rest")])
    if unquoted and start and text[start - 1] in _QUOTES and text[joint.end() : joint.end() + 1] == text[start - 1]:
        return True
    return goes_on(rest)


def goes_on(rest: str) -> bool:
    """Whether *rest*, after a break, may be more of a secret: no word, no digest and no secret of its own."""
    return (looks_random(rest) or is_jumbled(rest)) and not _OTHER_START.match(rest) and not _DIGEST.fullmatch(rest)


def whole(match: re.Match[str], text: str) -> Span:
    """The match, and what a line break parted from it."""
    return match.start(), continued(text, match.start(), match.end())


def as_it_stands(match: re.Match[str], text: str) -> Span | None:
    """The value in *match*, unless it is a placeholder."""
    start, end = match.span("value")
    return None if is_placeholder(text[start:end]) or STAND_IN.search(text, start, end) else (start, end)
