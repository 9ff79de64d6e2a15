"""Credentials and people in URLs and mail addresses."""

import re

from bot.reading.secrets.accounts import MACHINE_ACCOUNTS
from bot.reading.secrets.breaks import as_it_stands
from bot.reading.secrets.likeness import is_mixed, is_placeholder, looks_random
from bot.reading.secrets.shape import EMAIL, PASSWORD, SIGNATURE, USER, Shape, Span

_CREDENTIALS = re.compile(
    r"""://(?P<user>[^\s/?#@:"'<>`\\]{0,200})(?::(?P<password>[^\s/"'<>`\\]{0,400}))?@(?=[\w\[$%{-])"""
)


def _credentials(match: re.Match[str], text: str) -> Span | None:
    """The password of ``scheme://user:password@host``, or a token in the user's place."""
    del text
    if match["password"] and not is_placeholder(match["password"]):
        user = match["user"]
        return (match.start("user") if looks_random(user) else match.start("password"), match.end("password"))
    user = match["user"]
    if match["password"] is None and not (looks_random(user) or len(user) >= 20):
        return None
    return None if is_placeholder(user) or user.lower() in MACHINE_ACCOUNTS else match.span("user")


def _url_user(match: re.Match[str], text: str) -> Span | None:
    """The plain name in ``https://name@host``: a person, not a credential."""
    del text
    user = match["user"]
    if match["password"] or looks_random(user) or user.lower() in MACHINE_ACCOUNTS or is_placeholder(user):
        return None
    return match.span("user")


_SIGNATURE_VALUE = r"(?P<value>[\w%+/=.~-]{8,2048})"
_DOMAIN = re.compile(
    r"(?:@|%40)(?=[^\W_])((?:[^\W_][\w-]{0,62}\.)+(?P<tld>[^\W\d_]{1,24}|xn--[\w-]{1,40}))(?![\w(-])", re.ASCII
)
_LOCAL = re.compile(r"[A-Za-z0-9.!#$*+^{}~_%-]*")
_LOCAL_ESCAPED = re.compile(r".*%(?:40|3[aA]|2[02fF])")
_NOT_PEOPLE = frozenset({"git", "hg", "root", "svn"})
_RETINA = re.compile(r"@\dx\.")


def _local_start(text: str, end: int) -> int:
    """Where the part of an address before its ``@`` at *end* begins."""
    before = text[max(0, end - 64) : end]
    local = _LOCAL.match(before[::-1])
    start = end - local.end() if local else end
    escaped = _LOCAL_ESCAPED.match(text, start, end) if "%" in before else None
    return escaped.end() if escaped else start


def _in_authority(before: str) -> bool:
    """True where *before* ends within the host part of a URL."""
    _, scheme, host = before.rpartition("://")
    return bool(scheme) and "/" not in host and len(host.split(None, 1)) < 2 and not host[-1:].isspace()


def _email(match: re.Match[str], text: str) -> Span | None:
    """The address around an ``@``; ``git@host``, ``icon@2x.png`` and code (``a@b.T``) are none."""
    if _in_authority(text[max(0, match.start() - 200) : match.start()]):
        return None
    start = _local_start(text, match.start())
    if start == match.start() or _RETINA.match(text, match.start()):
        return None
    while start < match.start() and text[start] in ".%*#!$^{}~":
        start += 1
    escaped = start > 0 and text[start - 1] == "\\" and text[start] in "nrt"
    start += escaped
    name = text[start : match.start()].lower()
    linked = text[start - 1 : start] in {":", "|"} or text[max(0, start - 4) : start] == "&lt;"
    if not name or name in _NOT_PEOPLE or (len(match["tld"]) == 1 and not linked):
        return None
    return start, match.end()


SIGNATURES = (
    Shape(SIGNATURE, "sig=", re.compile(r"sig=(?<=[?&; ]sig=)" + _SIGNATURE_VALUE), as_it_stands, folded=True),
    Shape(SIGNATURE, "signature=", re.compile("signature=" + _SIGNATURE_VALUE), as_it_stands, folded=True),
)

CREDENTIALS = Shape(PASSWORD, "@", _CREDENTIALS, _credentials)


def _login(match: re.Match[str], text: str) -> Span | None:
    """The password of ``user:password@host`` without a scheme, which has letters and digits."""
    del text
    word = match["word"]
    return None if not is_mixed(word) or is_placeholder(word) else match.span("word")


LOGINS = tuple(
    Shape(
        PASSWORD,
        "@",
        re.compile(
            rf"""{sign}(?<=[^\W_]{sign})(?P<word>[^\s@"'`<>:/]{{6,62}}+)@(?!sha\d|\d+\.\d+\.\d+(?!\.\d))(?=[\w-])"""
        ),
        _login,
    )
    for sign in ":/"
)

PEOPLE = (
    Shape(EMAIL, "@", _DOMAIN, _email),
    Shape(EMAIL, "%40", _DOMAIN, _email),
    Shape(USER, "@", _CREDENTIALS, _url_user),
)
