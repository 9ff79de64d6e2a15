r"""The shapes that secrets have in pasted text, each with the literal that gives it away.

Every pattern begins with a literal, so that the regex engine leaps from one occurrence to the next; what must stand to
its left is asserted after it. Patterns look at a *view* of the text (see ``redact.py``): without invisible characters,
full-width forms made ASCII, and in lower case where ``folded``. No pattern holds a nested open-ended repetition: all
are linear.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

Span = tuple[int, int]
Judge = Callable[[re.Match[str], str], Span | None]

STAND_IN = re.compile(r"<[A-Z_]{2,20}_\d+>")


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of secret: the word in its stand-in, and whether it opens a door (an id or a name does not)."""

    name: str
    label: str
    live: bool = True


PRIVATE_KEY = Kind("private_key", "PRIVATE_KEY")
WEBHOOK = Kind("webhook", "WEBHOOK")
KEY = Kind("api_key", "KEY")
TOKEN = Kind("token", "TOKEN")
COOKIE = Kind("cookie", "COOKIE")
SIGNATURE = Kind("signature", "SIGNATURE")
PASSWORD = Kind("password", "PASSWORD")
ACCESS_ID = Kind("access_id", "ACCESS_ID", live=False)
ORG = Kind("organization", "ORG", live=False)
PROJECT = Kind("project", "PROJECT", live=False)
EMAIL = Kind("email", "EMAIL", live=False)
USER = Kind("user", "USER", live=False)


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: ``needle`` must occur in the folded view for the pattern to be tried; ``judge`` finds the secret."""

    kind: Kind
    needle: str
    pattern: re.Pattern[str]
    judge: Judge
    folded: bool = False


# --- is it random, is it a placeholder -------------------------------------------------------------------------------

_PLACEHOLDER = re.compile(
    r"""(?ix) (?: [<\[{(]+ [$\s]* [A-Za-z_] [\w\s.:|/-]* [>\]})]+ .{0,3}            # <your-key>, {api_key}, [REDACTED]
    | [<\[{(]+ [A-Za-z_.\s]*
    | \$ (?: [{(] .* | env: .* | [A-Z_][A-Z0-9_]* )                       # $KEY, ${KEY}, $(pass show kimi)
    | % (?: \w+ % | (?: \( \w+ \) )? [sdr] )                              # %KEY%, %s, %(key)s
    | (?: [a-z]{2,5} [-_] )* (?: [*x•●·.…_?#-]{2,} | x+ )                 # ****, sk-xxxx, ...
    | (?: [a-z0-9]{2,6} [-_] ){0,3} (?: your | (?: insert | paste | replace | enter | put | add ) [-_\ ] ) [-_\ a-z]*
    | (?: os | process | import\.meta | config | settings | self | this | args | env | secrets | cfg | opts | options
        | conf | params | req | request | response | ctx | context | data | event | user ) [.\[] .*
    | (?: data | https? | file | vault | ref ) : .*
    | (?: get | load | read | fetch ) [_a-z]* \( .*
    | optional .* | 你的 .* | 您的 .* )""",
)
_MASKED = re.compile(r"\*{3}|…|•{3}|\.{3}|[xX]{5}")
_PROSE_WORDS = (
    "true false null none nil undefined unset empty void yes no on off redacted hidden masked removed omitted filtered"
    " secret password passwd pass pwd token key apikey api-key api_key str string bytes int integer number bool boolean"
    " any object secretstr text required incorrect missing invalid wrong expired revoked not is was are must cannot can"
    " has have field the a an for and or to it in of with from unauthorized failed error unknown unexpected denied"
    " rejected ok valid correct changed reset here there what which still does only bearer basic header authentication"
    " authorization auth auto default disabled enabled username name value prompt"
)
_PROSE = frozenset(_PROSE_WORDS.split())

_RUN = re.compile(r"[A-Za-z0-9]+")
_SWITCH = re.compile(r"[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])|[A-Z](?=[A-Z][a-z])")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\Z")
_REFERENCE = re.compile(r"key|token|secret|passw|pwd|cred|auth|env|config|setting", re.IGNORECASE)


def is_placeholder(value: str) -> bool:
    """Whether *value* stands for a secret that is not there (``$KEY``, ``****``, ``None``), or is a word of prose."""
    head = value[:200]
    return head.lower() in _PROSE or _PLACEHOLDER.fullmatch(head) is not None or _MASKED.search(head) is not None


def looks_random(value: str) -> bool:
    """Whether a run of letters and digits in *value* changes its class too often to be a word, a date or a version."""
    return any(_is_random_run(run) for run in _RUN.findall(value[:400]) if len(run) >= 8)


def _is_random_run(run: str) -> bool:
    switches = len(_SWITCH.findall(run))
    if any(map(str.isdigit, run)) and not run.isdigit():
        return switches >= 2 or len(run) >= 16
    return len(run) >= 12 and switches >= 0.2 * len(run)


def _is_mixed(value: str) -> bool:
    """Whether *value* holds letters and digits."""
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))


# --- keys with a prefix of their vendor ------------------------------------------------------------------------------

# A prefix starts a word; an escape, a colour code or a percent code before it is no part of a word.
_LEFT = (
    r"(?:(?<![A-Za-z0-9]{p})|(?<=%[0-9A-Fa-f][0-9A-Fa-f]{p})|(?<=\\[nrtbf]{p})|(?<=\\u[0-9A-Fa-f]{{4}}{p})"
    r"|(?<=\x1b\[\dm{p})|(?<=\x1b\[\d\dm{p}))"
)
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


def continued(text: str, start: int, end: int) -> int:
    """Return where the secret at ``text[start:end]`` ends when it was broken over line ends or string literals."""
    for _ in range(_MAX_BREAKS):
        joint = _BREAK.match(text, end)
        if joint is None or not _continues(text, start, joint):
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
    return looks_random(rest) and not _DIGEST.fullmatch(rest)


def _whole(match: re.Match[str], text: str) -> Span:
    """The match, and what a line break parted from it."""
    return match.start(), continued(text, match.start(), match.end())


def _prefixed(kind: Kind, prefix: str, body: str, judge: Judge = _whole) -> Shape:
    literal = re.escape(prefix)
    return Shape(kind, prefix.lower(), re.compile(literal + _LEFT.format(p=literal) + body), judge)


def _broken_prefix(literal: str) -> Shape:
    """``sk-`` itself broken over a line end."""
    return Shape(KEY, literal, re.compile(rf"{literal}(?<![A-Za-z0-9]{literal})[A-Za-z0-9_-]{{16,}}"), _whole)


_CUT_OFF = re.compile(r"\.\.\.|…|\*\*\*|<|\{")
_OPENAI_FAMILY = re.compile(r"(?:kimi|proj|ant|or|svcacct|admin|lf|None)[-_].")


def _sk_key(match: re.Match[str], text: str) -> Span | None:
    """A key after ``sk-``; class names (``sk-fading-circle``) and locales (``sk-SK``) are none."""
    start, end = match.start(), continued(text, match.start(), match.end())
    body = re.sub(r"\W*\n\W*|\\+[rn]|[\"'`+. \\]", "", text[start + 3 : min(end, start + 400)])
    if is_placeholder(body) or len(body) < 6:
        return None
    if _CUT_OFF.match(text, end) and len(body) < 16:
        return None
    if _OPENAI_FAMILY.match(body):
        return (start, end) if len(body) >= 9 else None
    longest = max((len(run) for run in _RUN.findall(body)), default=0)
    letters = sum(map(str.isupper, body))
    good = (
        (letters >= 2 and len(body) >= 7) or longest >= 16 or (_is_mixed(body) and longest >= 6) or looks_random(body)
    )
    return (start, end) if good else None


_ID_BODY = r"[A-Za-z0-9]{3,}(?:[-_][A-Za-z0-9]+)*"
_BESIDE_ACCESS_ID = re.compile(r"\s{0,2}(?:<|&lt;|\\u003c)\s?ak-")


def _account_id(match: re.Match[str], text: str) -> Span | None:
    """An id, known by digits or mixed case in it or by the words before it; ``org-mode`` and ``ak-47`` are none."""
    body = match[0].partition("-")[2]
    first = _RUN.match(body)
    head = first[0] if first else ""
    named = (
        text[max(0, match.start() - 12) : match.start()].lower().rstrip("<;&lt ").endswith(("account", "organization"))
    )
    odd = _is_mixed(head) or looks_random(body) or (head.isdigit() and len(head) >= 6) or len(head) >= 20
    good = odd or named or _BESIDE_ACCESS_ID.match(text, match.end()) is not None
    return match.span() if good and not is_placeholder(head) else None


_WORD_CHARS = "[A-Za-z0-9_-]"

# (kind, prefix, what follows it)
_VENDORS: tuple[tuple[Kind, str, str], ...] = (
    *((TOKEN, f"gh{letter}_", r"[A-Za-z0-9]{16,}") for letter in "pousr"),
    (TOKEN, "github_pat_", r"\w{20,}"),
    *((TOKEN, f"gl{word}-", _WORD_CHARS + "{16,}") for word in ("pat", "dt", "rt", "ptt", "cbt")),
    *((TOKEN, f"xox{letter}", r"(?:\.xox[a-z])?-[A-Za-z0-9-]{8,}") for letter in "abceoprs"),
    (TOKEN, "xapp-", r"[A-Za-z0-9-]{8,}"),
    (KEY, "AKIA", r"[A-Z0-9]{12,}(?![a-z])"),
    (KEY, "ASIA", r"[A-Z0-9]{16,}(?![a-z])"),
    (KEY, "AIza", _WORD_CHARS + "{24,}"),
    (TOKEN, "ya29.", r"[\w.-]{20,}"),
    (KEY, "GOCSPX-", _WORD_CHARS + "{16,}"),
    (TOKEN, "npm_", r"[A-Za-z0-9]{24,}"),
    (TOKEN, "pypi-", _WORD_CHARS + "{32,}"),
    *((KEY, f"{word}_{mode}_", r"[A-Za-z0-9]{8,}") for word in ("sk", "rk") for mode in ("live", "test")),
    (KEY, "whsec_", r"[A-Za-z0-9+/=]{16,}"),
    (TOKEN, "hf_", r"[A-Za-z0-9]{20,}"),
    (KEY, "SG.", _WORD_CHARS + r"{12,}\." + _WORD_CHARS + "{12,}"),
    (KEY, "gsk_", r"[A-Za-z0-9]{20,}"),
    (KEY, "xai-", r"[A-Za-z0-9]{20,}"),
    (KEY, "nvapi-", _WORD_CHARS + "{20,}"),
    (KEY, "pplx-", r"[A-Za-z0-9]{20,}"),
    (KEY, "r8_", r"[A-Za-z0-9]{24,}"),
    (TOKEN, "dop_v1_", r"[a-f0-9]{32,}"),
    (TOKEN, "shpat_", r"[a-fA-F0-9]{24,}"),
    (PROJECT, "proj_", r"[A-Za-z0-9]{16,}"),
    (TOKEN, "eyJ", r"[\w-]{5,}\.[\w-]{4,}(?:\.[\w-]*)*"),
)


def _telegram(match: re.Match[str], text: str) -> Span:
    """The bot's number is a part of its token."""
    digits = re.search(r"[0-9]{8,12}\Z", text[max(0, match.start() - 12) : match.start()])
    start = match.start() - len(digits[0]) if digits else match.start()
    return start, continued(text, start, match.end())


# --- values after a name ---------------------------------------------------------------------------------------------

_OPEN = r"""(?: [bfru]{0,2} | (?: secretstr | secret | str | string | quote | new\ string ) \( )
    (?P<quote> \\{0,16}["'`] | &quot; | &\#0?3[49]; | %22 | %27 )"""
_BARE = r"""(?: [^\s"'`&,;<>()\[\]{}|\\“”‘’「」]++ | \\(?![nrtu"'`\\]) | [({\[]
    | [,;] (?= [!-~] ) (?! ["'`,;] ) (?! [\w.-]{1,40} [ \t]? [=:] ) | < (?! [A-Za-z/_!] ) )"""
_VALUE = rf"""(?: {_OPEN} [ \t]* (?P<quoted> (?: (?!(?P=quote)) [^\r\n] ){{1,1024}} ) (?P=quote)
    | \\{{0,16}}["'`]? (?= \S{{least}} ) (?P<bare> {_BARE}{{1,512}}+ ) )"""
_SUFFIX = r"(?:[-_]?(?:\d{1,2}|value|prod|dev|test|live|staging|old|new|env))?"
_SEPARATOR = r"""(?P<close> \\{0,16}["'`]\]? | &quot; | &\#0?3[49]; | %22 | %27 )? (?P<separator>
      [ \t]{0,8} (?: : [ \t]{0,4} (?: &'? (?:static[ ])? )? [a-z]{2,12} (?: \[[a-z]{2,8}\] )? (?: [ ]\|[ ]none )?
        [ \t]{0,4} )?
        (?: ={1,3}+ (?:>|&gt;)? | := | :: ) [ \t]{0,8}
    | [ \t]{0,8} : [ \t]{0,8} | %3[ad] (?:%20)? | [ \t]{0,8} - (?:>|&gt;) [ \t]{0,8} | > | &gt;
    | , [ \t]{0,4} (?= \\{0,16}["'`] )
    | [ \t]{0,4} (?: \b is \b | \b was \b | 是 | 为 ) [ \t]{0,4} :? [ \t]{0,4} | [ \t]{1,4} )"""

_WORD_OR_JOINT = frozenset("abcdefghijklmnopqrstuvwxyz-_. ")
_NAMERS = (
    "api access secret private account auth encrypt encryption sign signing license master service subscription shared"
    " storage app application consumer client admin user deploy bot host moonshot kimi openai anthropic claude azure"
    " google gemini groq mistral deepseek openrouter cohere llm model provider x"
)
_BEFORE_KEY = tuple(_NAMERS.split())
_FLAG = re.compile(r"(?:^|[\s\"'`\[])--?(?:[a-z0-9]+[-_])*[a-z0-9]*\Z")
_TRAILING = re.compile(r"(?:[.,;:)\]}>。，、]|\\[nrt])+\Z")
_SHORTEST = 5
"""The fewest characters of a key or a token."""

_BASE62 = re.compile(r"[A-Za-z0-9_-]{16,512}")
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
    start, end = match.span("quoted") if match["quoted"] is not None else match.span("bare")
    if end - start < _least(match):
        return None
    stand_in = STAND_IN.search(text, start, end)
    end = stand_in.start() if stand_in else end
    quoted = match["quoted"] is not None
    if not quoted:
        tail = _TRAILING.search(text, max(start, end - 8), end)
        end = tail.start() if tail else end
    end = start + len(text[start:end].rstrip())
    value = text[start:end]
    if not value or is_placeholder(value) or (not quoted and _CALL.match(text, start)):
        return None
    separator = match["separator"].strip()
    if not separator and not _is_plain_pair(match, value):
        return None
    if separator == "," and match["close"] is None:
        return None
    tight = quoted or separator not in {":", "is", "was", "是", "为"}
    assignment = _Assignment(match["name"], value, quoted, tight, separator)
    if not _is_named_secret(assignment, match):
        return None
    end = continued(text, start, end) if not quoted and looks_random(value) else end
    return start, end


def _least(match: re.Match[str]) -> int:
    """The fewest characters of a secret behind such a name."""
    name = match["name"]
    if name[0] == "p":
        return 1
    return 16 if name == "key" and not _names_a_key(match) else _SHORTEST


def _names_a_key(match: re.Match[str]) -> bool:
    """True where the word before ``key`` makes it the name of a secret: ``api_key``, ``MOONSHOT_KEY``."""
    text, start = match.string, match.start()
    if not start or text[start - 1] not in _WORD_OR_JOINT:
        return False
    before = text[max(0, start - 20) : start]
    word = before.rstrip("-_. ")
    return len(before) - len(word) <= 2 and word.endswith(_BEFORE_KEY)


def _is_plain_pair(match: re.Match[str], value: str) -> bool:
    """Whether a name and a value with nothing but space between are a flag and its argument, or as good as that."""
    if _FLAG.search(match.string, max(0, match.start() - 40), match.start()):
        return True
    if match["name"].startswith("passw"):
        return len(value) >= 6 and _is_mixed(value) and not value.lower().startswith(("sha", "md5", "bcrypt", "argon"))
    return _is_base62(value)


def _is_named_secret(given: _Assignment, match: re.Match[str]) -> bool:
    if given.name == "key":
        if not _names_a_key(match):
            before = match.string[max(0, match.start() - 2) : match.start()]
            return _WORD_START.search(before) is not None and _is_base62(given.value.rstrip("*_!?"))
        return _is_key_like(given)
    if given.name.startswith(("pass", "pwd")):
        return _is_password_like(given)
    if given.name.startswith("token"):
        return _is_token_like(given)
    return _is_key_like(given)


def _is_base62(value: str) -> bool:
    """Whether *value* has what a generated key has and no hash: digits, capitals and small letters, at length."""
    return _BASE62.fullmatch(value) is not None and value.lower() != value != value.upper() and looks_random(value)


def _is_password_like(given: _Assignment) -> bool:
    value, name = given.value, given.name
    if name == "pwd" and value.startswith(("/", "~", ".", "C:")):
        return False
    if name == "pass" and (value.isdigit() or not given.tight):
        return False
    if value.isdigit() and not given.quoted:
        return len(value) >= 4
    if not given.quoted and _NAME.match(value) and _REFERENCE.search(value[:200]):
        return given.tight and _is_mixed(value)
    if given.separator in {"is", "was"}:
        return len(value) >= 5 and not value.isalpha() and " " not in value
    return " " not in value or (given.quoted and given.separator != "," and len(value) <= 64)


def _is_token_like(given: _Assignment) -> bool:
    value = given.value
    if (
        " " in value
        or value.isdigit()
        or (_NAME.match(value) and _REFERENCE.search(value[:200]) and not looks_random(value))
    ):
        return False
    if given.tight:
        return (len(value) >= 8 and _is_mixed(value)) or len(value) >= 16
    return len(value) >= 8 and _is_mixed(value)


def _is_key_like(given: _Assignment) -> bool:
    value = given.value
    if " " in value or (_NAME.match(value) and _REFERENCE.search(value[:200]) and not looks_random(value)):
        return False
    if given.tight:
        return len(value) >= 8 or (len(value) >= 5 and any(map(str.isdigit, value)))
    if given.separator in {"is", "was"}:
        return len(value) >= 8 and any(map(str.isdigit, value))
    return (len(value) >= 6 and _is_mixed(value)) or len(value) >= 20


def _named(kind: Kind, needle: str, name: str, least: int = _SHORTEST) -> Shape:
    value = _VALUE.replace("{least}", f"{{{least}}}")
    source = rf"(?x)(?P<name>{name})(?!_\d+>){_SUFFIX}{_SEPARATOR}{value}"
    return Shape(kind, needle, re.compile(source), _assigned, folded=True)


_CHINESE_VALUE = r"(?P<value>[!#-&(-;=?-_a-~]{4,512})"


def _chinese(match: re.Match[str], text: str) -> Span | None:
    start, end = match.span("value")
    tail = _TRAILING.search(text, max(start, end - 8), end)
    end = tail.start() if tail else end
    return None if is_placeholder(text[start:end]) or STAND_IN.search(text, start, end) else (start, end)


def _in_chinese(kind: Kind, name: str) -> Shape:
    source = rf"{name}[ \t]{{0,4}}(?:是|为|就是|叫|[:=])[ \t]{{0,4}}[:=]?[ \t]{{0,4}}[\"'`「『]?{_CHINESE_VALUE}"
    return Shape(kind, name, re.compile(source), _chinese)


# --- headers ---------------------------------------------------------------------------------------------------------

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
    r"""(?x) cookie (?: \\{0,16}["'] )? [ \t]{0,4} (?: [:=,] [ \t]{0,4} | (?=["']) | [ \t] (?=["'\w]) )
    (?: \\{0,16}["'] )? (?P<value> [\w.-]{1,80} = [^\s"'`;\\<>]{4,4096}
      (?: ;[ ]? [\w.-]{1,80} = [^\s"'`;\\<>]{1,4096} )* )"""
)
_COOKIE_ITEM = re.compile(
    r"""(?x) cookies? [ \t]{0,4} [:=] [ \t]{0,4} \{ \s{0,8} ["'] [\w.-]{1,80} ["'] [ \t]{0,4} : [ \t]{0,4}
    ["'] (?P<value> [^\s"']{6,4096} )"""
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
    if is_placeholder(value) or not (looks_random(value) or (len(value) >= 8 and _is_mixed(value)) or len(value) >= 32):
        return None
    return start, continued(text, start, start + len(value))


def _basic(match: re.Match[str], text: str) -> Span | None:
    start, end = match.span("value")
    value = text[start:end]
    odd = value.endswith("=") or (len(value) % 4 == 0 and (looks_random(value) or _is_mixed(value)))
    return (start, continued(text, start, end)) if odd and "/" not in value[:1] else None


def _value(match: re.Match[str], text: str) -> Span | None:
    start, end = match.span("value")
    return None if is_placeholder(text[start:end]) or STAND_IN.search(text, start, end) else (start, end)


# --- addresses, URLs and paths ---------------------------------------------------------------------------------------

_CREDENTIALS = re.compile(
    r"""://(?P<user>[^\s/?#@:"'<>`\\]{0,200})(?::(?P<password>[^\s/"'<>`\\]{0,400}))?@(?=[\w\[$%{-])"""
)
_MACHINE_ACCOUNTS = (
    "root runner app ubuntu user public default node admin administrator ec2-user vsts vsts_azpcontainer circleci"
    " git hg jenkins www-data me you youruser username user-name vscode codespace jovyan deploy docker debian centos"
    " fedora opc azureuser pi appuser nonroot coder worker build builder shared all linuxbrew myuser yourname"
    " your-name your_name dev developer gitpod sandbox name oauth2 x-access-token postgres mysql redis guest"
    " anonymous nobody service daemon defaultuser test example site users home"
)
_GENERIC_USERS = frozenset(_MACHINE_ACCOUNTS.split())


def _credentials(match: re.Match[str], text: str) -> Span | None:
    """The password of ``scheme://user:password@host``, or a token in the user's place."""
    del text
    if match["password"] and not is_placeholder(match["password"]):
        user = match["user"]
        return (match.start("user") if looks_random(user) else match.start("password"), match.end("password"))
    user = match["user"]
    if match["password"] is None and not (looks_random(user) or len(user) >= 20):
        return None
    return None if is_placeholder(user) or user.lower() in _GENERIC_USERS else match.span("user")


def _url_user(match: re.Match[str], text: str) -> Span | None:
    """The plain name in ``https://name@host``: a person, not a credential."""
    del text
    user = match["user"]
    if match["password"] or looks_random(user) or user.lower() in _GENERIC_USERS or is_placeholder(user):
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


_SLASH = r"(?:\\{0,8}/|%2f)"
_NAME_IN_PATH = r"""(?P<name>[^\s/\\:"'<>|*?$`,;)(\[\]{}&%@=#]{1,64})"""
_HOME = re.compile(
    rf"home{_SLASH}(?:(?<![\w.-]/home/)|(?<=(?:usr|var)/home/)|(?<=export/home/)|(?<=%2fhome%2f)|(?<=\\/home\\/)){_NAME_IN_PATH}"
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
    generic = name in _GENERIC_USERS or name.startswith(("all users", "default")) or is_placeholder(name)
    return None if generic or not name else (start, end)


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


def _discord_token(match: re.Match[str], text: str) -> Span | None:
    head = re.search(r"(?<![\w-])[\w-]{23,30}\Z", text[max(0, match.start() - 31) : match.start()])
    return (match.start() - len(head[0]), match.end()) if head and looks_random(head[0]) else None


# In order of strength: where two shapes overlap, the first one names the secret.
SHAPES: tuple[Shape, ...] = (
    Shape(
        PRIVATE_KEY,
        "private key",
        re.compile(r"-----begin[ ](?:[a-z0-9]{1,12}[ ]){0,3}private[ ]key(?:[ ]block)?-----"),
        _private_key,
        folded=True,
    ),
    Shape(WEBHOOK, "hooks.slack", re.compile(r"hooks\.slack(?:-gov)?\.com/[\w/-]{12,}"), _whole),
    Shape(
        WEBHOOK,
        "api/webhooks",
        re.compile(r"api/webhooks/\d{5,25}/[\w-]{12,}"),
        _whole,
    ),
    _prefixed(KEY, "sk-", r"[A-Za-z0-9_-]*", _sk_key),
    *(_broken_prefix(literal) for literal in ("s\nk-", "s\r\nk-", "sk\n-", "sk\r\n-")),
    *(_prefixed(kind, prefix, body) for kind, prefix, body in _VENDORS),
    Shape(TOKEN, ":aa", re.compile(r":AA(?<=[0-9]{8}:AA)[\w-]{28,}"), _telegram),
    Shape(TOKEN, ".", re.compile(r"\.[\w-]{6,7}\.[\w-]{24,}"), _discord_token),
    Shape(TOKEN, "authorization", _AUTHORIZATION, _authorization, folded=True),
    Shape(TOKEN, "bearer", _BEARER, _bearer, folded=True),
    Shape(TOKEN, "basic", _BASIC, _basic, folded=True),
    Shape(SIGNATURE, "sig=", re.compile(r"sig=(?<=[?&;]sig=)" + _SIGNATURE_VALUE), _value, folded=True),
    Shape(SIGNATURE, "signature=", re.compile("signature=" + _SIGNATURE_VALUE), _value, folded=True),
    _named(KEY, "key", "key"),
    _named(KEY, "secret", r"secret(?:[-_ ]?id)?"),
    _named(TOKEN, "token", "token"),
    _named(TOKEN, "credential", "credentials?"),
    _named(PASSWORD, "pass", r"pass(?:word|wd|wort|(?<![a-z]pass)(?:phrase|code)?)", 1),
    _named(PASSWORD, "pwd", r"pwd", 1),
    *(_in_chinese(PASSWORD, name) for name in ("密码", "口令")),
    *(_in_chinese(KEY, name) for name in ("密钥", "秘钥", "令牌", "凭证")),
    Shape(COOKIE, "cookie", _COOKIE, _value, folded=True),
    Shape(COOKIE, "cookie", _COOKIE_ITEM, _value, folded=True),
    Shape(PASSWORD, "-u", _CURL_USER, _value),
    Shape(TOKEN, "_auth", _NPM_AUTH, _value),
    Shape(PASSWORD, "@", _CREDENTIALS, _credentials),
    _prefixed(ACCESS_ID, "ak-", _ID_BODY, _account_id),
    _prefixed(ORG, "org-", _ID_BODY, _account_id),
    _prefixed(PROJECT, "proj-", _ID_BODY, _account_id),
    Shape(EMAIL, "@", _DOMAIN, _email),
    Shape(EMAIL, "%40", _DOMAIN, _email),
    Shape(USER, "@", _CREDENTIALS, _url_user),
    Shape(USER, "home", _HOME, _home, folded=True),
    Shape(USER, "users", _MAC_HOME, _home),
    Shape(USER, "users", _WINDOWS_HOME, _home, folded=True),
)
