"""The facts in an answer that no translation changes: code, URLs, error names, prices and numbers."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)[^\n]*\n(.*?)^ {0,3}\1 *$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"(?:^|(?<=\s))(?:#|//).*")
_STRING = re.compile(r"\"[^\"\n]*[^!-~\n][^\"\n]*\"|'[^'\n]*[^!-~\n][^'\n]*'")
_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_URL = re.compile(r"https?://[^\s<>()\[\]\"'`，。；：！？、）】」》]+")
_ERROR = re.compile(r"(?<![A-Za-z0-9_])[a-z][a-z0-9_]*_error(?![A-Za-z0-9_])")
_LIST_NUMBER = re.compile(r"^\s*\d{1,3}[.)]\s", re.MULTILINE)
_AMOUNT = r"\d[\d,]*(?:\.\d+)?"
_FACTORS = {"k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "billion": 10**9}
_FACTORS |= {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_FACTOR = r"(?:\s?(k|m|thousand|million|billion)(?![a-z])|\s?([百千万亿]))?"
_NUMBER = re.compile(rf"(?<![a-z0-9_.])({_AMOUNT}){_FACTOR}(?![a-z_]*\d)", re.IGNORECASE)
_CURRENCIES = {
    "USD": r"US\$|\$|USD|dollars?|美元|美金",
    "CNY": r"CN¥|RMB|CNY|¥|yuan|人民币|元|块钱?",
    "EUR": r"€|EUR|euros?|欧元",
}
_PRICES = [
    (currency, re.compile(pattern, re.IGNORECASE))
    for currency, signs in _CURRENCIES.items()
    for pattern in (
        rf"(?<![A-Za-z])(?:{signs})\s?({_AMOUNT}){_FACTOR}",
        rf"(?<![A-Za-z0-9_.])({_AMOUNT}){_FACTOR}\s?(?:{signs})(?![A-Za-z])",
    )
]
_SPELLED = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
}
_SPELLED |= {"ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "hundred": 100, "thousand": 1000}
_SPELLED |= {"a": 1, "an": 1, "once": 1, "twice": 2, "both": 2}
_SPELLED |= {"January": 1, "February": 2, "March": 3, "April": 4, "May": 5, "June": 6, "July": 7, "August": 8}
_SPELLED |= {"September": 9, "October": 10, "November": 11, "December": 12}
_SPELLED |= {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "百": 100,
}
_SPELLING = re.compile(r"[A-Za-z]+|[零一二两三四五六七八九十百]")


class Facts(NamedTuple):
    """The facts of a text, each kind as a set; a price is like ``USD 10``, a number like ``1.5``."""

    code: frozenset[str]
    urls: frozenset[str]
    errors: frozenset[str]
    prices: frozenset[str]
    numbers: frozenset[str]


def facts(text: str) -> Facts:
    """The facts of *text*; what is one of the first kinds is none of the later."""
    rest = unicodedata.normalize("NFKC", text)
    rest, fences = _take(_FENCE, rest, lambda found: _without_comments(found[2]))
    rest, spans = _take(_SPAN, rest, lambda found: found[2].strip())
    rest, urls = _take(_URL, rest, lambda found: found[0].rstrip(".,;:!?*_/"))
    rest, errors = _take(_ERROR, rest, lambda found: found[0])
    rest = _LIST_NUMBER.sub(" ", rest)
    prices: set[str] = set()
    for currency, pattern in _PRICES:
        rest, amounts = _take(pattern, rest, _value)
        prices |= {f"{currency} {amount}" for amount in amounts}
    _, numbers = _take(_NUMBER, rest, _value)
    return Facts(frozenset(fences | spans), frozenset(urls), frozenset(errors), frozenset(prices), frozenset(numbers))


def lacking(text: str, other: str) -> dict[str, list[str]]:
    """What *text* states and *other* does not, by kind of fact; kinds without a difference are left out.

    A number may be spelled out in *other*, and code or an error's name may stand there unmarked.
    """
    stated, there, plain = facts(text), facts(other), unicodedata.normalize("NFKC", other)
    squashed = _squash(plain)
    missing = {
        "code": [code for code in stated.code - there.code if _squash(code) not in squashed],
        "URLs": list(stated.urls - there.urls),
        "error names": [name for name in stated.errors - there.errors if name not in plain],
        "prices": list(stated.prices - there.prices),
        "numbers": list(stated.numbers - _numbers(plain)),
    }
    return {kind: sorted(values) for kind, values in missing.items() if values}


def _take(pattern: re.Pattern[str], text: str, value: Callable[[re.Match[str]], str]) -> tuple[str, set[str]]:
    """*text* without what *pattern* finds, and the values of that."""
    values = {value(found) for found in pattern.finditer(text)}
    return pattern.sub(" ", text), values


def _value(found: re.Match[str]) -> str:
    """The number that *found* holds in its first three groups, in one notation."""
    factor = _FACTORS[(found[2] or found[3]).lower()] if found[2] or found[3] else 1
    return f"{(Decimal(found[1].replace(',', '')) * factor).normalize():f}"


def _numbers(text: str) -> frozenset[str]:
    """Every number in *text*, wherever it stands, also those spelled out."""
    spelled = (_SPELLED.get(word, _SPELLED.get(word.lower())) for word in _SPELLING.findall(text))
    return frozenset({_value(found) for found in _NUMBER.finditer(text)} | {str(n) for n in spelled if n is not None})


def _without_comments(code: str) -> str:
    """*code* without comments, and without texts between quotes that a translation may change."""
    kept = _STRING.sub('""', code)
    return "\n".join(line.rstrip() for line in _COMMENT.sub("", kept).splitlines() if line.strip())


def _squash(text: str) -> str:
    return "".join(text.split())
