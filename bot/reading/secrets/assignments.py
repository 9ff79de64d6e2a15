"""Values that follow a name: ``password=...``, ``api_key: ...``."""

import re
from dataclasses import dataclass

from bot.reading.secrets.breaks import as_it_stands, continued
from bot.reading.secrets.likeness import is_mixed, is_placeholder, is_reference, looks_random
from bot.reading.secrets.shape import KEY, PASSWORD, STAND_IN, TOKEN, Judge, Kind, Shape, Span

_OPEN = r"""(?: [bfru]{0,2} | (?: secretstr | secret | str | string | quote | new\ string ) \( )
    (?P<quote> \\{0,16}["'`] | &quot; | &\#0?3[49]; | %22 | %27 )"""
_PLAIN = r"""[^\s"'`&,;<>()\[\]{}|\\“”‘’「」]"""
_SIGN = r"""\\(?![nrtu"'`\\]) | [({\[] | [,;] (?= [!-~] ) (?! ["'`,;] ) (?! [\w.-]{1,40} [ \t]? [=:] )
    | < (?! [A-Za-z/_!] )"""
_VALUE = rf"""(?: {_OPEN} [ \t]* (?P<quoted> (?: (?!(?P=quote)) [^\r\n] ){{1,1024}} ) (?P=quote)
    | \\{{0,16}}["'`]? (?= \S{{least}} ) (?= {_PLAIN} | {_SIGN} ) (?P<bare> ) )"""
_BARE = re.compile(rf"(?x)(?: {_PLAIN}++ | {_SIGN} ){{1,512}}+")
_JUDGED = 2_048
"""So much of a value without quotes tells whether it is a secret: reading more at every name would take too long."""

_SUFFIX = r"(?:[-_]?(?:\d{1,2}|value|data|base|prod|dev|test|live|staging|old|new|env|confirm|confirmation|repeat))?"
_JOINT = r"""(?= [\s:=>"'`\\&%,;|*→➜是为-] )"""
_SEPARATOR = r"""(?P<close> \\{0,16}["'`]\]? | \*\* | &quot; | &\#0?3[49]; | %22 | %27 )? (?P<separator>
      [ \t]{0,8} (?: : [ \t]{0,4} (?: &'? (?:static[ ])? )? [a-z]{2,12} (?: \[[a-z]{2,8}\] )? (?: [ ]\|[ ]none )?
        [ \t]{0,4} )?
        (?: ={1,3}+ (?:>|&gt;)? | := | :: ) [ \t]{0,8}
    | [ \t]{0,4} [,;]? [ \t]{0,8} (?: \r?\n | \\{1,8}n )? [ \t]{0,40}
        \\{0,8}["']? value \\{0,8}["']? [ \t]? [:=] [ \t]{0,4}
    | [ \t]{0,4} (?: [:=] | \b is \b )? [ \t]{0,4} \r? \n [ \t>]{0,12} (?= ["'`]? [A-Za-z0-9] )
    | [ \t]{0,4} : [*_~]{1,3} [ \t]{0,4} | [ ] - [ ] | [ ] for [ ] [^\s:]{1,40} [ ] is [ ]
    | [ ] (?: provided | supplied | given | used | for [ ] [^\s:]{1,64} ) : [ \t]{0,4}
    | [ \t]{0,8} : [ \t]{0,8} | %3[ad] (?:%20)? | [ \t]{0,8} (?: - (?:>|&gt;) | [→➜|] ) [ \t]{0,8} | > | &gt;
    | , [ \t]{0,4} (?= \\{0,16}["'`] ) | [ ] <<< [ ]
    | [ \t]{0,4} (?: \b is \b | \b was \b | 是 | 为 ) [ \t]{0,4} :? [ \t]{0,4} | [ \t]{1,4} )"""

_WORD_OR_JOINT = frozenset("abcdefghijklmnopqrstuvwxyz-_. ")
_JOINTS = "-_. "
_NAMERS = tuple(
    """
    api access secret private account auth encrypt encryption sign signing license master service subscription shared
    storage app application consumer client admin user deploy bot host moonshot kimi openai anthropic claude azure
    google gemini groq mistral deepseek openrouter cohere llm model provider x hmac my
    """.split()  # noqa: SIM905 - a table of words is easier to read and to extend
)
_FLAG = re.compile(r"(?:^|[\s\"'`\[])--?(?:[a-z0-9]+[-_])*[a-z0-9]*\Z")
_TRAILING = re.compile(r"(?:[.,;:)\]}>*。，、]|\\[nrt])+\Z")
_BOLD = 4_000
"""How far before a name the stars may stand that make it bold."""

_SHORTEST = 5
"""The fewest characters of a key or a token."""

_SHORTEST_PAIRED, _PAIRED, _GENERATED = 6, 8, 20
_SHORT_KEY = re.compile(r"[A-Za-z0-9_]{10,512}")
_NO_PASSWORD = re.compile(r"[/:()]|^v?\d+\.\d")
_BASE62 = re.compile(r"[A-Za-z0-9_-]{16,512}")
_KEY_START = re.compile(r"[A-Za-z0-9_-]{16}")
_WORD_START = re.compile(r"(?<![A-Za-z0-9])\Z|\\[nrt]\Z")
_CALL = re.compile(r"[A-Za-z_][\w.]*(?:[(\[]|\s?=>)")


@dataclass(frozen=True, slots=True)
class _Assignment:
    """A name and its value as they stand; ``tight`` unless they are joined the way prose joins words."""

    name: str
    value: str
    quoted: bool
    tight: bool
    separator: str


def _assigned(match: re.Match[str], text: str) -> Span | None:
    """The value that follows a name like ``password``, unless it is a placeholder, an expression or a word of prose."""
    quoted = match["quoted"] is not None
    start, reach = match.span("quoted") if quoted else _bare(match)
    if reach - start < (1 if match["name"][0] == "p" else _SHORTEST):
        return None
    end = _end(text, start, reach, quoted=quoted)
    value = text[start:end]
    separator = match["separator"].strip()
    loose = separator in {"", "-"} or "\n" in match["separator"]
    if not value or (loose and not _is_plain_pair(match, value)) or (separator == "," and match["close"] is None):
        return None
    if is_placeholder(value) or (not quoted and _CALL.match(text, start)) or _is_masked(match, text, end):
        return None
    tight = quoted or separator not in {":", "is", "was", "是", "为"}
    assignment = _Assignment(match["name"], value, quoted, tight, separator)
    if not _is_named_secret(assignment, match):
        return None
    if not quoted and reach - start == _JUDGED:
        end = _end(text, start, _bare(match, len(text))[1], quoted=False)
    end = continued(text, start, end) if not quoted and looks_random(value) else end
    return start, end


def _key_assigned(match: re.Match[str], text: str) -> Span | None:
    """The same of a ``key``, which needs a word before it that names it or a value that speaks for itself."""
    return _assigned(match, text) if _is_long(match) or _names_a_key(match) else None


def _bare(match: re.Match[str], most: int = _JUDGED) -> Span:
    """Where a value without quotes begins and ends, of which *most* characters are read."""
    start = match.start("bare")
    value = _BARE.match(match.string, start, start + most)
    return value.span() if value else (start, start)


def _end(text: str, start: int, end: int, *, quoted: bool) -> int:
    """Where the value ends without a stand-in, a full stop or a bracket behind it."""
    stand_in = STAND_IN.search(text, start, end)
    end = stand_in.start() if stand_in else end
    tail = None if quoted else _TRAILING.search(text, max(start, end - 8), end)
    return start + len(text[start : tail.start() if tail else end].rstrip())


def _is_masked(match: re.Match[str], text: str, end: int) -> bool:
    """Whether stars follow that are part of the value: those of bold type begin before its name, and not far before."""
    if text[end : end + 1] != "*":
        return False
    begin = match.start()
    first = max(0, begin - _BOLD)
    line = text.rfind("\n", first, begin) + 1 or first
    return text.find("*", line, begin) < 0 and text.count("**", first, begin) % 2 == 0


def _is_long(match: re.Match[str]) -> bool:
    """True where a value begins as only that of a ``key`` may that nothing names the key of something."""
    bare, quoted = match.span("bare")[0], match.span("quoted")[0]
    return _KEY_START.match(match.string, max(bare, quoted)) is not None


def _names_a_key(match: re.Match[str]) -> bool:
    """True where the word before ``key`` makes it the name of a secret: ``api_key``, ``MOONSHOT_KEY``."""
    text, start = match.string, match.start()
    if not start or text[start - 1] not in _WORD_OR_JOINT:
        return False
    end = start - 1 if text[start - 1] in _JOINTS else start
    end -= end < start and end > 0 and text[end - 1] in _JOINTS
    return text.endswith(_NAMERS, 0, end)


def _is_flag(match: re.Match[str]) -> bool:
    """Whether the name is that of a flag, or the last word of it: ``-p``, ``--api-key``."""
    text, start = match.string, match.start()
    before = text[start - 1 : start]
    return (before in {"-", "_"} or before.isalnum()) and _FLAG.search(text, max(0, start - 40), start) is not None


def _is_plain_pair(match: re.Match[str], value: str) -> bool:
    """Whether a name and a value with nothing but space between are a flag and its argument, or as good as that."""
    if _is_flag(match) and "\n" not in match["separator"]:
        return True
    if len(value) < _SHORTEST_PAIRED or value.isdigit():
        return False
    if match["name"].startswith(("passw", "passp", "passc")):
        return is_mixed(value) and not value.lower().startswith(("sha", "md5", "bcrypt", "argon"))
    if match["name"] in {"pass", "pwd", "pw"}:
        return len(value) >= _PAIRED and is_mixed(value) and not _NO_PASSWORD.search(value)
    bare = match["name"] == "key" and not _names_a_key(match)
    short = _SHORT_KEY.fullmatch(value) is not None and is_mixed(value) and looks_random(value)
    return _is_base62(value) or (not bare and (short or _is_generated(value)))


def _is_named_secret(given: _Assignment, match: re.Match[str]) -> bool:
    if given.name == "key":
        if not _names_a_key(match):
            before = match.string[max(0, match.start() - 2) : match.start()]
            if before[-1:] in {"", "\n", "?", "&"} and _is_generated(given.value):
                return True
            return _WORD_START.search(before) is not None and _is_base62(given.value.rstrip("*_!?"))
        return _is_key_like(given)
    if given.name.startswith(("pass", "pw")):
        return _is_password_like(given)
    if given.name.startswith(("token", "auth")):
        return _is_token_like(given)
    return _is_key_like(given)


def _is_base62(value: str) -> bool:
    """Whether *value* has what a generated key has and no hash: digits, capitals and small letters, at length."""
    return _BASE62.fullmatch(value) is not None and value.lower() != value != value.upper() and looks_random(value)


def _is_generated(value: str) -> bool:
    """Whether *value* is as long and as random as a generated key, or as a hash."""
    return len(value) >= _GENERATED and _BASE62.fullmatch(value) is not None and is_mixed(value) and looks_random(value)


def _is_password_like(given: _Assignment) -> bool:
    value, name = given.value, given.name
    if name == "pwd" and value.startswith(("/", "~", ".", "C:")):
        return False
    if name in {"pass", "pw"} and (
        value.isdigit() or not (given.tight or (is_mixed(value) and len(value) >= _SHORTEST))
    ):
        return False
    if value.isdigit() and not given.quoted:
        return len(value) >= 4
    if not given.quoted and is_reference(value) and not looks_random(value):
        return given.tight and is_mixed(value)
    if given.separator.endswith(("is", "was")):
        return len(value) >= 5 and not value.isalpha() and " " not in value
    return " " not in value or (given.quoted and given.separator != "," and len(value) <= 64)


def _is_token_like(given: _Assignment) -> bool:
    value = given.value
    if " " in value or value.isdigit() or (is_reference(value) and not looks_random(value)):
        return False
    if given.tight:
        return (len(value) >= 8 and is_mixed(value)) or len(value) >= 16
    return len(value) >= 8 and is_mixed(value)


def _is_key_like(given: _Assignment) -> bool:
    value = given.value
    if " " in value or (is_reference(value) and not looks_random(value)):
        return False
    if given.tight:
        return len(value) >= 8 or (len(value) >= 5 and any(map(str.isdigit, value)))
    if given.separator in {"is", "was"}:
        return len(value) >= 8 and any(map(str.isdigit, value))
    return (len(value) >= 6 and is_mixed(value)) or len(value) >= 20


def _named(kind: Kind, needle: str, name: str, least: int = _SHORTEST, judge: Judge = _assigned) -> Shape:
    value = _VALUE.replace("{least}", f"{{{least}}}")
    source = rf"(?x)(?P<name>{name})(?!_\d+>){_SUFFIX}{_JOINT}(?={_SEPARATOR}{value})"
    return Shape(kind, needle, re.compile(source), judge, folded=True)


ASSIGNED = (
    _named(KEY, "key", "key", judge=_key_assigned),
    _named(KEY, "secret", r"secret(?:[-_ ]?id)?"),
    _named(TOKEN, "token", "token"),
    _named(TOKEN, "credential", "credentials?"),
    _named(
        PASSWORD, "pass", r"pass(?:word|wd|wort|phrase|code|(?<![a-z]pass)|(?<=userpass)|(?<=rootpass)|(?<=dbpass))", 1
    ),
    _named(PASSWORD, "pwd", r"pwd", 1),
    _named(PASSWORD, "pw", r"pw(?<![a-z0-9]pw)(?![a-z])", 4),
    _named(TOKEN, "auth", r"auth(?<![a-z]auth)(?![a-z])"),
    Shape(
        KEY,
        "secretstr",
        re.compile(r"secretstr\(\\{0,8}[\"'](?P<value>[^\"'\\\r\n]{4,512})"),
        as_it_stands,
        folded=True,
    ),
)
