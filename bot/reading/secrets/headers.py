"""Credentials in headers and in the options that become headers."""

import re

from bot.reading.secrets.breaks import as_it_stands, continued
from bot.reading.secrets.likeness import is_mixed, is_placeholder, looks_random
from bot.reading.secrets.shape import COOKIE, PASSWORD, STAND_IN, TOKEN, Shape, Span

_AUTHORIZATION = re.compile(
    r"""(?x) authorization (?: \\{0,16}["'`] )? \]? (?: [ \t]{0,4} (?: :=? | =(?:>|&gt;)? | , ) [ \t]{0,4} | %3[ad] )
    (?: [bfru]{1,2} (?= ["'`\\] ) )? (?: \\{0,16}["'`] )? [ \t]{0,4}
    (?: (?: bearer | basic | token | bot | apikey | api-key | key | negotiate | ntlm ) (?: [ \t]{1,4} | %20 | \+ ) )?+
    (?: \\{0,16}["'`] [ \t]{0,2} [+.]? [ \t]{0,2} )? (?: \\{0,16}["'`] )? (?P<value> [^\s"'`,;<>&\\(){}]{3,4096} )"""
)
_BEARER = re.compile(
    r"""(?x) bearer (?: [ \t]{1,4} | %20 | \+ | [ \t]{0,2} : [ \t]{0,2} ) (?: \\{0,16}["'`] | &lt; )?
    (?P<value> [A-Za-z0-9_.~+/=:-]{6,4096} )"""
)
_BASIC = re.compile(r"basic(?:[ \t]{1,4}|%20)(?P<value>[A-Za-z0-9+/_-]{8,4096}={0,2})")
_COOKIE = re.compile(
    r"""(?x) cookie (?: \\{0,16}["'] )? [ \t]{0,4} (?: [:=,] [ \t]{0,4} | (?=["']) | [ \t] (?=["'\w\\]) )
    (?: \\{0,16}["'] )? (?P<value> [\w.-]{1,80} = [^\s"'`;\\<>]{4,4096}
      (?: ;[ ]? [\w.-]{1,80} = [^\s"'`;\\<>]{1,4096} )* )"""
)
_COOKIE_ITEM = re.compile(
    r"""(?x) cookies? [ \t]{0,4} [:=] [ \t]{0,4} \{ \s{0,8} \\{0,8} ["'] [\w.-]{1,80}
    \\{0,8} ["'] [ \t]{0,4} : [ \t]{0,4} \\{0,8} ["'] (?P<value> [^\s"'\\]{6,4096} )"""
)
_CURL_USER = re.compile(r"""-u(?:ser)?[ =]["']?[\w.@+-]{1,64}:(?P<value>[^\s"'`<>@/]{3,256})(?<!\d\d)""")
_NPM_AUTH = re.compile(r"_auth[ ]?=[ ]?\"?(?P<value>[A-Za-z0-9+/]{8,1024}={0,2})")
_SCHEMES = frozenset({"bearer", "basic", "token", "header", "digest", "failed", "required"})


def _authorization(match: re.Match[str], text: str) -> Span | None:
    start, end = match.span("value")
    stand_in = STAND_IN.search(text, start, end)
    value = text[start:end].rstrip(".,:!?")
    if stand_in or is_placeholder(value) or value.lower() in _SCHEMES or (value.isalpha() and not looks_random(value)):
        return None
    return start, continued(text, start, start + len(value))


def _bearer(match: re.Match[str], text: str) -> Span | None:
    start, end = match.span("value")
    value = text[start:end].rstrip(".,:")
    if is_placeholder(value) or not (looks_random(value) or (len(value) >= 8 and is_mixed(value)) or len(value) >= 32):
        return None
    return start, continued(text, start, start + len(value))


def _basic(match: re.Match[str], text: str) -> Span | None:
    start, end = match.span("value")
    value = text[start:end]
    odd = value.endswith("=") or (len(value) % 4 == 0 and (looks_random(value) or is_mixed(value)))
    return (start, continued(text, start, end)) if odd and "/" not in value[:1] else None


AUTHORIZATIONS = (
    Shape(TOKEN, "authorization", _AUTHORIZATION, _authorization, folded=True),
    Shape(TOKEN, "bearer", _BEARER, _bearer, folded=True),
    Shape(TOKEN, "basic", _BASIC, _basic, folded=True),
)

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _session(match: re.Match[str], text: str) -> Span | None:
    """The value of a session's cookie; an id that is no secret is a number or a UUID."""
    start, end = match.span("value")
    value = text[start:end]
    return (start, end) if looks_random(value) and not _UUID.fullmatch(value) else None


COOKIES = (
    Shape(COOKIE, "sess", re.compile(r"sess(?:ion)?[-_.]?id=(?P<value>[\w%.+/-]{12,512})"), _session, folded=True),
    Shape(COOKIE, "connect.sid", re.compile(r"connect\.sid=(?P<value>[\w%.+/-]{12,512})"), _session, folded=True),
    Shape(COOKIE, "cookie", _COOKIE, as_it_stands, folded=True),
    Shape(COOKIE, "cookie", _COOKIE_ITEM, as_it_stands, folded=True),
    Shape(PASSWORD, "-u", _CURL_USER, as_it_stands),
    Shape(TOKEN, "_auth", _NPM_AUTH, as_it_stands),
)
