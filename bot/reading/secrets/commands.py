"""Passwords that commands and calls take without a name of their own."""

import re
from collections.abc import Callable

from bot.reading.secrets.likeness import is_placeholder
from bot.reading.secrets.shape import COOKIE, PASSWORD, STAND_IN, Judge, Shape, Span

_LINE = 300
"""So much of the line before an option is looked at for its command."""

_WORD = r"""(?:[ \t]{1,4}|=)?(?P<quote>\\{0,8}["'])?(?P<value>(?(quote)[^"'\r\n\\]{3,256}|[^\s"'`<>|;\\]{3,256}))"""
_LOGINS = re.compile(
    r"(?:\b|\\[nrt])(?:mysql\w*|mariadb\w*|sshpass|mongo\w*|ldap\w+|7z\w?|zip|unzip|rar|"
    r"(?:docker|podman|nerdctl|helm registry|oc|az|acr|cf|vault|npm)\b[^\n|;]{0,80}\blogin)\b[^\n|;]*\Z",
    re.IGNORECASE,
)
_REDIS = re.compile(r"(?:\b|\\[nrt])(?:redis|valkey|keydb)-\w+\b[^\n|;]*\Z")
_HTTPIE = re.compile(r"(?:\b|\\[nrt])(?:https?|xh|curl)(?:[ \t][^\n|;]*)?\Z")
_CURL = re.compile(r"(?:\b|\\[nrt])(?:curl|wget|http|xh)\b[^\n|;]*\Z")
_ECHOED = re.compile(
    r"""(?:\b|\\[nrt])(?:echo|printf)[ \t]{1,4}(?:-n[ \t])?["']?(?P<value>[^\s"'|]{4,256})["']?[ \t]{0,4}\|[^\n|]*\Z"""
)


def _after(command: re.Pattern[str], *, digits: bool = False) -> Judge:
    """A judge for the value of an option of *command*; *digits* alone are a password only where that is said."""

    def judge(match: re.Match[str], text: str) -> Span | None:
        start, end = match.span("value")
        value = text[start:end].rstrip(").,*")
        line = text[max(0, match.start() - _LINE) : match.start()].rpartition("\n")[2]
        if is_placeholder(value) or STAND_IN.search(value) or not command.search(line):
            return None
        return None if value.isdigit() and not digits else (start, start + len(value))

    return judge


def _echoed(match: re.Match[str], text: str) -> Span | None:
    """What is piped into a command that reads a password."""
    window = max(0, match.start() - _LINE)
    piped = _ECHOED.search(text, window, match.start())
    return None if piped is None or is_placeholder(piped["value"]) else piped.span("value")


def _given(match: re.Match[str], text: str) -> Span | None:
    start, end = match.span("value")
    value = text[start:end]
    return None if is_placeholder(value) or STAND_IN.search(value) or " " in value else (start, end)


def _typed(match: re.Match[str], text: str) -> Span | None:
    """The word before "... as the password"."""
    word = re.search(r"[!-~]{6,128}\Z", text[max(0, match.start() - 130) : match.start()])
    value = word[0].strip("\"'`*()") if word else ""
    if not value or is_placeholder(value) or not any(map(str.isdigit, value)) or STAND_IN.search(value):
        return None
    start = text.rfind(value, 0, match.start())
    return start, start + len(value)


def _call(name: str) -> Shape:
    """A call with a user and a password: ``login("bob", "...")``."""
    source = (
        rf"""{re.escape(name)}[ \t]?=?[ \t]?\((?:[ \t]?\\{{0,8}}["'][^"'\\\r\n]{{1,80}}\\{{0,8}}["'],[ \t]?){{1,2}}"""
    )
    return Shape(
        PASSWORD, name, re.compile(rf"""{source}\\{{0,8}}["'](?P<value>[^"'\\\r\n]{{3,256}})"""), _given, folded=True
    )


def _option(sign: str, pattern: str, judge: Callable[[re.Match[str], str], Span | None]) -> Shape:
    return Shape(PASSWORD, sign, re.compile(sign + pattern), judge)


COMMANDS = (
    _option(" -p", _WORD, _after(_LOGINS)),
    _option(" -a", rf"[ ]['\"]?[\w.@+-]{{1,64}}:{_WORD}", _after(_HTTPIE)),
    _option(" -a", rf"(?=[ ]){_WORD}", _after(_REDIS, digits=True)),
    _option(" --pass", rf"(?=[ ]){_WORD}", _after(_REDIS, digits=True)),
    Shape(
        COOKIE,
        " -b",
        re.compile(
            r"(?x) [ ]-b (?=[ ='\"]) [ =]? \\{0,8} [\"']? (?P<value> [\w.-]{1,80} = [^\s\"'\\]{6,4096}"
            r"(?: ;[ ]? [\w.-]{1,80} = [^\s\"';\\]{1,4096} )* )"
        ),
        _after(_CURL),
    ),
    *(_call(name) for name in ("login", "credential", "basicauth", "auth", "authenticate", "credentials")),
    Shape(
        PASSWORD,
        "identified by",
        re.compile(r"identified by[ ]{1,4}(?:password[ ]{1,4})?\\{0,8}[\"'](?P<value>[^\"'\\\r\n]{3,256})"),
        _given,
        folded=True,
    ),
    Shape(
        PASSWORD,
        "/user:",
        re.compile(r"/user:[\w\\.@-]{1,80}[ ]\"?(?P<value>[^\s\"/]{4,128})"),
        _after(re.compile(r"(?:\b|\\[nrt])net use\b[^\n]*\Z", re.IGNORECASE)),
        folded=True,
    ),
    *(
        Shape(PASSWORD, word, re.compile(rf"{word}[ ]{{1,4}}\"?(?P<value>[^\s\"]{{4,256}})"), _given)
        for word in ("requirepass", "masterauth")
    ),
    Shape(PASSWORD, ":5432:", re.compile(r":5432:[\w*-]{1,64}:[\w*-]{1,64}:(?P<value>[^\s\"'`]{4,128})"), _given),
    Shape(PASSWORD, "password-stdin", re.compile("password-stdin"), _echoed),
    Shape(PASSWORD, "sudo -s", re.compile("sudo -S"), _echoed),
    Shape(
        PASSWORD,
        " as ",
        re.compile(
            r"[ ]as (?:the|my|a|our|its|his|her|your) (?:[a-z]{1,12} )?"
            r"(?:password|passwd|passphrase|api key|token|secret)\b"
        ),
        _typed,
        folded=True,
    ),
)
