"""Everything in a text that tells which error it is about: types, messages, statuses and exceptions, with their places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.model import Kind
from bot.reading.folding import Squashed
from bot.reading.phrases import PhraseBook
from bot.reading.statuses import statuses


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of evidence and where it stands in the folded text.

    ``known`` means that faq.yaml names it; ``weak`` that it decides only where nothing better stands in the text.
    """

    kind: Kind
    value: str
    start: int
    end: int
    known: bool = True
    weak: bool = False


_TYPE_FIELD = re.compile(r"type\)?[:=]\s{0,2}([a-z][a-z0-9_]{0,60}?_error)")
_BROKEN_STATUS = re.compile(
    r"(?:statuscode|status_code|status|errorcode|code|http/[12](?:\.[01])?)[:=(\[]{0,3}([45][0-9]{2})(?![0-9])"
)

_EXCEPTION = re.compile(r"(?:Error|Exception)(?![A-Za-z0-9_])")
_NAME_BEFORE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{1,80}$")
_ONLY_NAMED = re.compile(
    r"(?:except|catch|import|instanceof|class|rescue|raise|throw|throw new|new|isinstance\([\w.]+,|"
    r"retry_if_exception_type\()[\s(]{1,3}(?:[\w.]+[\s,|.]{1,3}){0,6}$"
)
_OWN_PROGRAM = frozenset(
    "KeyError ValueError TypeError IndexError AttributeError NameError SyntaxError IndentationError ImportError OSError IOError "
    "ModuleNotFoundError RuntimeError AssertionError ZeroDivisionError FileNotFoundError NotImplementedError StopIteration "
    "UnicodeDecodeError UnicodeEncodeError RecursionError MemoryError LookupError ArithmeticError OverflowError EOFError "
    "NullPointerException IllegalArgumentException IllegalStateException ClassNotFoundException IOException RuntimeException "
    "NumberFormatException IndexOutOfBoundsException ArrayIndexOutOfBoundsException ClassCastException FileNotFoundException "
    "ReferenceError RangeError EvalError URIError NoMethodError ArgumentError StandardError LoadError InvalidOperationException "
    "ArgumentException ArgumentNullException NullReferenceException FormatException AggregateException JSONDecodeError "
    "NotImplementedException UnsupportedOperationException InterruptedException ExecutionException CompletionException "
    "OperationalError IntegrityError ProgrammingError DatabaseError DataError InterfaceError SQLException JsonParseException "
    "TemplateSyntaxError UnboundLocalError BrokenPipeError PermissionError ProcessLookupError CalledProcessError "
    "ThisError ParseError CompileError BuildError LintError".split()
)
_FIRST, _LAST = 50, 400

_ERROR_OBJECT = re.compile(r"\berror[\"'`\\\s]{0,12}[:=][\"'`\\\s]{0,8}\{")
_MESSAGE_FIELD = re.compile(r"message[\"'`\\\s]{0,12}[:=][\"'`\\\s]{0,12}")
_MESSAGE_END = re.compile(
    r"[\"'`\\]{1,16}\s{0,4}[,}\])]|[,;]\s{0,4}[\"'`\\]{0,8}(?:type|code|param|status)[\"'`\\]{0,8}\s{0,2}[:=]|[{}]|\n\s*\n|\n\s*(?:at|in|from|#\d|File|Stack)\b|\(truncated"
)
_MESSAGE_READ = 400
_MESSAGE_LENGTH = 200


def collect(folded: str, book: PhraseBook) -> list[Finding]:
    """Return the findings of a folded text by their places; of those that overlap the longest of each kind.

    Of the messages that faq.yaml knows every one is kept: entries are told apart by them.
    """
    squashed = Squashed(folded)
    findings = [
        *(Finding(hit.phrase.kind, hit.phrase.value, hit.start, hit.end) for hit in book.find(squashed)),
        *_types(squashed, book),
        *_cut_types(folded, book),
        *(
            Finding(Kind.STATUS, status.value, status.start, status.end, weak=status.weak)
            for status in statuses(folded)
        ),
        *_broken_statuses(squashed),
        *_exceptions(folded, book),
    ]
    findings += _unknown_messages(folded, findings)
    return _distinct(findings)


def _types(squashed: Squashed, book: PhraseBook) -> Iterator[Finding]:
    for match in _first_and_last(_TYPE_FIELD, squashed.text):
        if match[1] not in book.types:
            start, end = squashed.origin(match.start(1)), squashed.origin(match.end(1) - 1) + 1
            yield Finding(Kind.TYPE, match[1], start, end, known=False)


def _cut_types(folded: str, book: PhraseBook) -> Iterator[Finding]:
    if not book.types or ("..." not in folded and "…" not in folded):
        return
    for match in re.finditer(r"\.\.\.|…", folded):
        head = _NAME_BEFORE.search(folded, max(0, match.start() - 80), match.start())
        if head is None or len(head[0]) < 12:
            continue
        whole = [known for known in book.types if known.startswith(head[0].lower())]
        if len(whole) == 1:
            yield Finding(Kind.TYPE, whole[0], head.start(), match.end())


def _broken_statuses(squashed: Squashed) -> Iterator[Finding]:
    """The statuses whose digits stand on two lines."""
    for match in _first_and_last(_BROKEN_STATUS, squashed.text):
        start, end = squashed.origin(match.start(1)), squashed.origin(match.end(1) - 1) + 1
        between = squashed.folded[start:end]
        if "\n" in between and between[0] != "\n" and not squashed.folded[end : end + 1].isalnum():
            yield Finding(Kind.STATUS, match[1], start, end)


def _exceptions(folded: str, book: PhraseBook) -> Iterator[Finding]:
    for match in _first_and_last(_EXCEPTION, folded):
        name = _NAME_BEFORE.search(folded, max(0, match.end() - 80), match.end())
        if name is None or not name[0][0].isupper() or len(name[0]) < len(match[0]) + 3:
            continue
        known = name[0].lower() in book.exceptions
        if (name[0] in _OWN_PROGRAM and not known) or _ONLY_NAMED.search(
            folded, max(0, name.start() - 120), name.start()
        ):
            continue
        yield Finding(Kind.EXCEPTION, name[0], name.start(), name.end(), known=known, weak=not known)


def _unknown_messages(folded: str, findings: list[Finding]) -> Iterator[Finding]:
    """The messages of error objects that no phrase knows."""
    known = [(finding.start, finding.end) for finding in findings if finding.kind is Kind.MESSAGE]
    for match in _first_and_last(_ERROR_OBJECT, folded):
        field = _MESSAGE_FIELD.search(folded, match.end(), match.end() + _MESSAGE_READ)
        if field is None:
            continue
        end = _MESSAGE_END.search(folded, field.end(), field.end() + _MESSAGE_READ)
        stop = end.start() if end else min(len(folded), field.end() + _MESSAGE_READ)
        message = " ".join(re.sub(r"[\\\"'`]", "", folded[field.end() : stop]).split())[:_MESSAGE_LENGTH].strip()
        if len(message) > 3 and not any(start < stop and field.end() < past for start, past in known):
            yield Finding(Kind.MESSAGE, message, field.end(), max(stop, field.end() + 1), known=False)


def _first_and_last(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    matches = list(pattern.finditer(text))
    return matches if len(matches) <= _FIRST + _LAST else matches[:_FIRST] + matches[-_LAST:]


def _distinct(findings: list[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    last: dict[Kind, Finding] = {}
    for finding in sorted(
        findings, key=lambda finding: (finding.start, -finding.end, not finding.known, finding.value)
    ):
        before = last.get(finding.kind)
        if before is None or finding.start >= before.end or (finding.kind is Kind.MESSAGE and finding.known):
            last[finding.kind] = finding
            kept.append(finding)
    return kept
