"""The names of people in the paths of their home directories."""

import re

from bot.reading.secrets.accounts import MACHINE_ACCOUNTS
from bot.reading.secrets.likeness import is_placeholder
from bot.reading.secrets.shape import USER, Shape, Span

_SLASH = r"(?:\\{0,8}/|%2f)"
_NAME_IN_PATH = r"""(?P<name>[^\s/\\:"'<>|*?$`,;)(\[\]{}&%@=#]{1,64})"""
_HOME = re.compile(
    rf"home{_SLASH}(?:(?<![\w.+-]home/)(?<![\w.-]/home/)|(?<=(?:usr|var)/home/)|(?<=export/home/)|(?<=%2fhome%2f)|(?<=\\/home\\/)){_NAME_IN_PATH}"
)
_MAC_HOME = re.compile(
    rf"Users(?:/|\\/|%2[fF])(?:(?<![\w.-]/Users/)|(?<=/[a-zA-Z]/Users/)|(?<=%2[fF]Users%2[fF])|(?<=\\/Users\\/)){_NAME_IN_PATH}"
)
_WINDOWS_HOME = re.compile(
    r"""(?x) users (?: \\{1,16} | %5c ) (?P<name>
      [^\s/\\:"'<>|*?%]{1,64} (?: [ ] [^\s/\\:"'<>|*?%]{1,32} ){0,3} (?= \\ | %5c )
    | [^\s/\\:"'<>|*?$`,;)(\[\]{}&%]{1,64} )"""
)


def _home(match: re.Match[str], text: str) -> Span | None:
    """The name of a person in a home directory; the accounts that machines make are none."""
    start, end = match.span("name")
    end = start + len(text[start:end].rstrip(".!…"))
    name = text[start:end].lower()
    generic = name in MACHINE_ACCOUNTS or name.startswith(("all users", "default")) or is_placeholder(name)
    return None if generic or not name else (start, end)


HOMES = (
    Shape(USER, "home", _HOME, _home, folded=True),
    Shape(USER, "users", _MAC_HOME, _home),
    Shape(USER, "users", _WINDOWS_HOME, _home, folded=True),
)
