"""Keys and ids that begin with the mark of their vendor."""

import re

from bot.reading.secrets.breaks import continued, whole
from bot.reading.secrets.likeness import RUN, is_mixed, is_placeholder, looks_random
from bot.reading.secrets.shape import ACCESS_ID, KEY, ORG, PROJECT, TOKEN, WEBHOOK, Judge, Kind, Shape, Span

# A prefix starts a word; an escape, a colour code or a percent code before it is no part of a word.
_LEFT = (
    r"(?:(?<![A-Za-z0-9]{p})|(?<=%[0-9A-Fa-f][0-9A-Fa-f]{p})|(?<=\\[nrtbf]{p})|(?<=\\u[0-9A-Fa-f]{{4}}{p})"
    r"|(?<=\x1b\[\dm{p})|(?<=\x1b\[\d\dm{p}))"
)


def _prefixed(kind: Kind, prefix: str, body: str, judge: Judge = whole) -> Shape:
    literal = re.escape(prefix)
    return Shape(kind, prefix.lower(), re.compile(literal + _LEFT.format(p=literal) + body), judge)


def _broken_prefix(literal: str) -> Shape:
    """``sk-`` itself broken over a line end."""
    return Shape(KEY, literal, re.compile(rf"{literal}(?<![A-Za-z0-9]{literal})[A-Za-z0-9_-]{{16,}}"), whole)


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
    longest = max((len(run) for run in RUN.findall(body)), default=0)
    letters = sum(map(str.isupper, body))
    good = (letters >= 2 and len(body) >= 7) or longest >= 16 or (is_mixed(body) and longest >= 6) or looks_random(body)
    return (start, end) if good else None


_ID_BODY = r"[A-Za-z0-9]{3,}(?:[-_][A-Za-z0-9]+)*"
_BESIDE_ACCESS_ID = re.compile(r"\s{0,2}(?:<|&lt;|\\u003c)\s?ak-")


def account_id(match: re.Match[str], text: str) -> Span | None:
    """An id, known by digits or mixed case in it or by the words before it; ``org-mode`` and ``ak-47`` are none."""
    body = match[0].partition("-")[2]
    first = RUN.match(body)
    head = first[0] if first else ""
    named = (
        text[max(0, match.start() - 12) : match.start()].lower().rstrip("<;&lt ").endswith(("account", "organization"))
    )
    odd = is_mixed(head) or looks_random(body) or (head.isdigit() and len(head) >= 6) or len(head) >= 20
    good = odd or named or _BESIDE_ACCESS_ID.match(text, match.end()) is not None
    return match.span() if good and not is_placeholder(head) else None


_WORD_CHARS = "[A-Za-z0-9_-]"

# (kind, prefix, what follows it)
_VENDORS: tuple[tuple[Kind, str, str], ...] = (
    *((TOKEN, f"gh{letter}_", r"[A-Za-z0-9]{16,}") for letter in "pousr"),
    (TOKEN, "github_pat_", r"\w{20,}"),
    *(
        (TOKEN, f"gl{word}-", _WORD_CHARS + "{16,}")
        for word in ("pat", "dt", "rt", "ptt", "cbt", "soat", "ft", "imt", "agent")
    ),
    *((TOKEN, f"xox{letter}", r"(?:\.xox[a-z])?-[A-Za-z0-9-]{8,}") for letter in "abceoprs"),
    (TOKEN, "xapp-", r"[A-Za-z0-9-]{8,}"),
    (KEY, "AKIA", r"[A-Z0-9]{12,}(?![a-z])"),
    (KEY, "ASIA", r"[A-Z0-9]{16,}(?![a-z])"),
    (KEY, "AIza", _WORD_CHARS + "{24,}"),
    (TOKEN, "ya29.", r"[\w.-]{20,}"),
    (KEY, "GOCSPX-", _WORD_CHARS + "{16,}"),
    (TOKEN, "npm_", r"[A-Za-z0-9]{24,}"),
    (TOKEN, "dckr_pat_", _WORD_CHARS + "{20,}"),
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
    *(
        (TOKEN, f"{word}_", r"[A-Za-z0-9_]{20,}")
        for word in ("sntrys", "sntryu", "rubygems", "pnu", "pcsk", "sbp", "bkua")
    ),
    *((TOKEN, f"{word}_", _WORD_CHARS + "{20,}") for word in ("glsa", "figd", "ntn", "jina", "fm2", "nvapi", "lsv2")),
    *((KEY, f"shp{word}_", r"[a-fA-F0-9]{24,}") for word in ("ss", "ca", "pa")),
    *(
        (KEY, f"{word}-", _WORD_CHARS + "{20,}")
        for word in ("NRAK", "PMAK", "tvly", "csk", "CFPAT", "tskey", "sq0atp", "sq0csp")
    ),
    *((TOKEN, f"hv{letter}.", _WORD_CHARS + "{20,}") for letter in "sbr"),
    *((TOKEN, f"dp.{word}.", r"[A-Za-z0-9]{20,}") for word in ("pt", "st", "ct", "scim", "audit")),
    *((TOKEN, f"do{letter}_v1_", r"[a-f0-9]{32,}") for letter in "or"),
    (TOKEN, "ATATT3", _WORD_CHARS + "{20,}"),
    (TOKEN, "ATCTT3", _WORD_CHARS + "{20,}"),
    (KEY, "tgp_v1_", _WORD_CHARS + "{20,}"),
    (KEY, "fw_", r"[A-Za-z0-9]{22,}(?![A-Za-z0-9])"),
    (KEY, "fc-", r"[a-f0-9]{32}(?![A-Za-z0-9])"),
    (KEY, "key-", r"[a-f0-9]{32}(?![A-Za-z0-9])"),
    (KEY, "sk_", r"[a-f0-9]{40,}(?![A-Za-z0-9])"),
    (TOKEN, "sl.", _WORD_CHARS + "{60,}"),
    (KEY, "AGE-SECRET-KEY-", r"[A-Z0-9]{20,}"),
    (TOKEN, "ops_eyJ", _WORD_CHARS + "{20,}"),
    (TOKEN, "eyJ", r"[\w-]{5,}\.[\w-]{4,}(?:\.[\w-]*)*"),
)


# Prefixes that run into what follows: they may well come up within a picture.
_MERGED: tuple[tuple[Kind, str, str], ...] = (
    *((KEY, f"EZ{letter}K", r"[A-Za-z0-9]{40,}") for letter in "AT"),
    (KEY, "dapi", r"[a-f0-9]{32}(?:-\d)?(?![A-Za-z0-9])"),
    (KEY, "LTAI", r"[A-Za-z0-9]{12,}"),
    (KEY, "AKID", r"[A-Za-z0-9]{28,}"),
    (KEY, "oy2", r"[a-z0-9]{43}(?![A-Za-z0-9])"),
    (TOKEN, "EAA", r"[A-Z][A-Za-z0-9]{60,}"),
)


def _apart(match: re.Match[str], text: str) -> Span | None:
    """The match where it is no part of a picture."""
    return None if text[match.start() - 1 : match.start()] in {"+", "/"} else whole(match, text)


def _telegram(match: re.Match[str], text: str) -> Span:
    """The bot's number is a part of its token."""
    digits = re.search(r"[0-9]{8,12}\Z", text[max(0, match.start() - 12) : match.start()])
    start = match.start() - len(digits[0]) if digits else match.start()
    return start, continued(text, start, match.end())


def _marked(match: re.Match[str], text: str) -> Span | None:
    """A token whose mark says what it is, with the vendor's name before: ``lin_api_...``."""
    vendor = re.search(
        r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2}))[a-z][a-z0-9]{1,12}\Z",
        text[max(0, match.start() - 14) : match.start()],
    )
    body = match[0].lstrip("_").partition("_")[2]
    return (
        (match.start() - len(vendor[0]), continued(text, match.start(), match.end()))
        if vendor and looks_random(body)
        else None
    )


def _mailchimp(match: re.Match[str], text: str) -> Span | None:
    """A key that ends in the name of its data centre."""
    digits = re.search(r"(?<![A-Za-z0-9])[a-f0-9]{32}\Z", text[max(0, match.start() - 33) : match.start()])
    return (match.start() - 32, match.end()) if digits else None


def _discord_token(match: re.Match[str], text: str) -> Span | None:
    head = re.search(r"(?<![A-Za-z0-9])[MNO][A-Za-z0-9_-]{22,29}\Z", text[max(0, match.start() - 31) : match.start()])
    if head is None or not looks_random(head[0]):
        return None
    start = match.start() - len(head[0])
    return start, continued(text, start, match.end())


PREFIXED = (
    Shape(WEBHOOK, "hooks.slack", re.compile(r"hooks\.slack(?:-gov)?\.com/[\w/-]{12,}"), whole),
    Shape(
        WEBHOOK,
        "api/webhooks",
        re.compile(r"api/webhooks/\d{5,25}/[\w-]{12,}"),
        whole,
    ),
    Shape(
        WEBHOOK,
        "api/v",
        re.compile(r"api/v\d{1,2}/(?:webhooks|interactions)/\d{15,25}/(?=[A-Za-z_-]*\d)[\w-]{20,}"),
        whole,
    ),
    Shape(WEBHOOK, "api/interactions", re.compile(r"api/interactions/\d{15,25}/(?=[A-Za-z_-]*\d)[\w-]{20,}"), whole),
    _prefixed(KEY, "sk-", r"[A-Za-z0-9_-]*", _sk_key),
    *(_broken_prefix(literal) for literal in ("s\nk-", "s\r\nk-", "sk\n-", "sk\r\n-")),
    *(_prefixed(kind, prefix, body) for kind, prefix, body in _VENDORS),
    *(_prefixed(kind, prefix, body, _apart) for kind, prefix, body in _MERGED),
    Shape(TOKEN, ":aa", re.compile(r":AA(?<=[0-9]{8}:AA)[\w-]{28,}"), _telegram),
    *(
        Shape(TOKEN, mark, re.compile(mark + r"[\w-]{20,}"), _marked)
        for mark in ("_api_", "_pat_", "_tkn_", "_key_", "_token_")
    ),
    Shape(KEY, "-us", re.compile(r"-us\d{1,2}(?![A-Za-z0-9_-])"), _mailchimp),
    Shape(TOKEN, ".", re.compile(r"\.[\w-]{6,7}\.[\w-]{24,}"), _discord_token),
)

IDS = (
    _prefixed(ACCESS_ID, "ak-", _ID_BODY, account_id),
    _prefixed(ORG, "org-", _ID_BODY, account_id),
    _prefixed(PROJECT, "proj-", _ID_BODY, account_id),
)
