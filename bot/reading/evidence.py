"""Everything that tells which error a text is about: types, messages, statuses, exceptions, with their places."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bot.model import Kind
from bot.reading.folding import Squashed
from bot.reading.phrases import PhraseBook
from bot.reading.statuses import LONG, statuses


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of evidence and where it stands in the folded text.

    ``known`` means that faq.yaml names it, ``answered`` that it does so among the errors an entry answers; ``weak``
    that it decides only where nothing better stands in the text.
    """

    kind: Kind
    value: str
    start: int
    end: int
    known: bool = True
    weak: bool = False
    answered: bool = True


_TYPE_FIELD = re.compile(r"type\)?[:=]\s{0,2}([a-z][a-z0-9_]{0,60}?_error)")
_BROKEN_STATUS = re.compile(
    r"(?:statuscode|status_code|status|errorcode|code|http/[12](?:\.[01])?)[:=(\[]{0,3}([45][0-9]{2})(?![0-9])"
)
_BROKEN = re.compile(r"[\n\0]")
_ELLIPSIS = re.compile(r"\.\.\.|…")
_SURE = 12
"""A type that was cut short is told by this many characters."""

_EXCEPTION = re.compile(r"(?:Error|Exception)(?![A-Za-z0-9_])")
_NAME_LENGTH = 80
_ONLY_NAMED = re.compile(
    r"\b(?:except|catch|import|instanceof|class|rescue|raise|throw|new|isinstance\([\w.]+,|retry_if_exception_type)"
    r"[\s(]{1,3}(?:[\w.]+[\s,|.]{1,3}){0,6}$"
)
_OWN_PROGRAM = frozenset(
    """
    AggregateException ArgumentError ArgumentException ArgumentNullException ArithmeticError
    ArrayIndexOutOfBoundsException AssertionError AttributeError BrokenPipeError BuildError CalledProcessError
    ClassCastException ClassNotFoundException CompileError CompletionException DatabaseError DataError EOFError
    EvalError ExecutionException FileNotFoundError FileNotFoundException FormatException
    IllegalArgumentException IllegalStateException ImportError IndentationError IndexError
    IndexOutOfBoundsException IntegrityError InterfaceError InterruptedException InvalidOperationException
    IOError IOException JSONDecodeError JsonParseException KeyError LintError LoadError LookupError MemoryError
    ModuleNotFoundError NameError NoMethodError NotImplementedError NotImplementedException NullPointerException
    NullReferenceException NumberFormatException OperationalError OSError OverflowError ParseError
    PermissionError ProcessLookupError ProgrammingError RangeError RecursionError ReferenceError RuntimeError
    RuntimeException SQLException StandardError SyntaxError TemplateSyntaxError TypeError UnboundLocalError
    UnicodeDecodeError UnicodeEncodeError UnsupportedOperationException URIError ValueError ZeroDivisionError
    """.split()  # noqa: SIM905 - a table of words is easier to read and to extend
)
"""Exceptions of the asker's own program: they name no error of a service."""

_ERROR_OBJECT = re.compile(r"error[\"'`\\\s]{0,12}[:=][\"'`\\\s]{0,8}\{")
_MESSAGE_FIELD = re.compile(r"message[\"'`\\\s]{0,12}[:=][\"'`\\\s]{0,12}")
_MESSAGE_END = re.compile(
    r"[\"'`\\]{1,16}\s{0,4}[,}\])]|[,;]\s{0,4}[\"'`\\]{0,8}(?:type|code|param|status)[\"'`\\]{0,8}\s{0,2}[:=]|[{}]"
    r"|\n\s{0,80}\n|\n\s{0,80}(?:at|in|from|#\d|File|Stack)\b|\(truncated"
)
_CUT = "(truncated"
_QUOTES = re.compile(r"[\\\"'`]")
_MESSAGE_READ = 400
_MESSAGE_LENGTH = 200

_FIRST, _LAST = 40, 160
"""Of what stands in a text very often, how much of its start and of its end is looked at."""


def collect(folded: str, book: PhraseBook) -> list[Finding]:
    """Return the findings of a folded text by their places; of those that overlap the longest of each kind.

    Of the messages that faq.yaml knows every one is kept: entries are told apart by them.
    """
    squashed = Squashed(folded)
    findings = [
        Finding(hit.phrase.kind, hit.phrase.value, hit.start, hit.end, answered=hit.phrase.value in book.answered)
        for hit in book.find(squashed)
        if hit.phrase.kind is not Kind.EXCEPTION or _was_raised(folded, hit.start)
    ]
    findings += _types(squashed, book)
    findings += _cut_types(folded, book)
    findings += _exceptions(folded, book)
    findings += _unknown_messages(folded, findings)
    anchors = sorted(finding.start for finding in findings if not finding.weak)
    found = statuses(folded, anchors, book.named)
    findings += [Finding(Kind.STATUS, status.value, status.start, status.end, weak=status.weak) for status in found]
    findings += _broken_statuses(squashed)
    return _distinct(findings)


def _types(squashed: Squashed, book: PhraseBook) -> Iterator[Finding]:
    """The types in type fields that faq.yaml does not know."""
    for match in _first_and_last(_TYPE_FIELD, squashed.text):
        if match[1] not in book.types:
            start, end = squashed.origin(match.start(1)), squashed.origin(match.end(1) - 1) + 1
            yield Finding(Kind.TYPE, match[1], start, end, known=False)


def _cut_types(folded: str, book: PhraseBook) -> Iterator[Finding]:
    """The types that were cut short, where one known type alone begins so."""
    cut = book.types and ("..." in folded or "…" in folded)
    for match in _first_and_last(_ELLIPSIS, folded) if cut else ():
        start = _word_start(folded, match.start())
        head = folded[start : match.start()].lower()
        whole = [known for known in book.types if known.startswith(head)] if len(head) >= _SURE else []
        if len(whole) == 1:
            yield Finding(Kind.TYPE, whole[0], start, match.end())


def _broken_statuses(squashed: Squashed) -> Iterator[Finding]:
    """The statuses whose digits stand on two lines."""
    if len(squashed.text) > LONG:
        return
    for match in _first_and_last(_BROKEN_STATUS, squashed.text):
        start, end = squashed.origin(match.start(1)), squashed.origin(match.end(1) - 1) + 1
        if _BROKEN.search(squashed.folded, start, end) and not squashed.folded[end : end + 1].isalnum():
            yield Finding(Kind.STATUS, match[1], start, end)


def _exceptions(folded: str, book: PhraseBook) -> Iterator[Finding]:
    for match in _first_and_last(_EXCEPTION, folded):
        start = _word_start(folded, match.end())
        name = folded[start : match.end()]
        if not name[0].isupper() or len(name) < len(match[0]) + 3:
            continue
        known = name.lower() in book.exceptions
        foreign = name in _OWN_PROGRAM and not known
        if not foreign and _was_raised(folded, start):
            yield Finding(Kind.EXCEPTION, name, start, match.end(), known=known, weak=not known)


def _was_raised(folded: str, start: int) -> bool:
    """True where the exception at *start* is not only caught, imported or made by code."""
    return not _ONLY_NAMED.search(folded, max(0, start - 120), start)


def _word_start(folded: str, end: int) -> int:
    """Where the word that ends at *end* begins, at most so far before as a name is long."""
    start = end
    while start > max(0, end - _NAME_LENGTH) and (folded[start - 1] == "_" or folded[start - 1].isalnum()):
        start -= 1
    return start


def _unknown_messages(folded: str, findings: list[Finding]) -> Iterator[Finding]:
    """The messages of error objects that no phrase knows."""
    known = [(finding.start, finding.end) for finding in findings if finding.kind is Kind.MESSAGE]
    for match in _first_and_last(_ERROR_OBJECT, folded):
        field = _MESSAGE_FIELD.search(folded, match.end(), match.end() + _MESSAGE_READ)
        if field is None:
            continue
        end = _MESSAGE_END.search(folded, field.end(), field.end() + _MESSAGE_READ)
        if end and end[0] == _CUT:
            continue
        stop = end.start() if end else min(len(folded), field.end() + _MESSAGE_READ)
        message = " ".join(_QUOTES.sub("", folded[field.end() : stop]).split())[:_MESSAGE_LENGTH].strip()
        if len(message) > 3 and not any(start < stop and field.end() < past for start, past in known):
            yield Finding(Kind.MESSAGE, message, field.end(), stop, known=False)


def _first_and_last(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    matches = pattern.finditer(text)
    return [*islice(matches, _FIRST), *deque(matches, maxlen=_LAST)]


def _distinct(findings: list[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    last: dict[Kind, Finding] = {}
    for finding in sorted(findings, key=lambda one: (one.start, -one.end, not one.known, one.value)):
        before = last.get(finding.kind)
        if before is None or finding.start >= before.end or (finding.kind is Kind.MESSAGE and finding.known):
            last[finding.kind] = finding
            kept.append(finding)
    return kept if len(kept) <= 4 * (_FIRST + _LAST) else kept[: 4 * _FIRST] + kept[-4 * _LAST :]
