"""The reader: a message's raw text becomes a `Reading`, in which nothing is secret."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from bot.faq.content import Entry, Faq
from bot.model import Attachment, Kind, Reading
from bot.reading.evidence import Finding, collect
from bot.reading.folding import fold, unwrap
from bot.reading.incidents import BLANK, Group, group, says_all, to_incident
from bot.reading.language import language
from bot.reading.parts import separate
from bot.reading.phrases import PhraseBook
from bot.reading.question import Words, own_words
from bot.reading.redact import redact
from bot.reading.settled import over, settle, turns
from bot.reading.vendors import COMMON_TYPES, Vendors

_HEAD, _TAIL = 300_000, 700_000
_AROUND = 400
_SUBJECT = 4_000
_LONE_RETURN = re.compile(r"\r(?!\n)")


class Reader:
    """Reads messages with the eyes of one product's faq.yaml."""

    def __init__(self, faq: Faq) -> None:
        self._book = PhraseBook(faq)
        names = (*faq.names, faq.product) if faq.product else faq.names
        self._vendors = Vendors(
            names, [text for entry in faq.entries for text in _questions(entry, headings=bool(names))]
        )

    def read(self, text: str, attachments: tuple[Attachment, ...] = ()) -> Reading:
        """Return what *text* and its *attachments* say; lines and columns count in each by itself.

        Of a text that is too long the head and the tail are read; the lines between them are left empty, so that the
        numbers of the later ones stay true. Never raises.
        """
        pieces = [_broken_as_usual(piece) for piece in (text, *(attachment.text for attachment in attachments))]
        redaction = redact(shorten("\n".join(pieces)))
        folded = unwrap(fold(redaction.text))
        findings = collect(folded, self._book)
        begins = _begins(pieces)
        typed = _first_lines(redaction.text, begins[1]) if attachments else redaction.text
        words = own_words(typed, [(finding.start, finding.end) for finding in findings])
        ended = {
            one.start
            for one, limit in _with_limits(folded, findings)
            if words.cover(one.start) and over(folded, one, limit)
        }
        groups = group(
            folded,
            findings,
            lambda finding: finding.start in ended,
            self._foreign,
            lambda end, start: words.cover(end) and words.cover(start) and turns(folded, end, start),
        )
        settle(folded, groups, words.spans)
        limits = _limits(folded, groups)
        for one, begin, end in zip(groups, *limits, strict=False):
            one.vendor = self._vendor(folded, one, begin, end, words)
        deciding = _deciding(groups, words)
        place = _places(redaction.text, begins)
        return Reading(
            text=redaction.text,
            question=words.question,
            parts=separate(words.question, _open_codes(groups)),
            language=language(words.question or words.said or redaction.text[:2000]),
            incidents=tuple(to_incident(one, place) for one in groups),
            evidence=to_incident(deciding, place).evidence if deciding else (),
            vendor=None if deciding else self._subject(folded, groups, words),
            secrets=redaction.secrets,
            live_secret=redaction.live,
        )

    def _foreign(self, text: str) -> str | None:
        """The other vendor that a piece of a paste names, None where it names the product too."""
        vendor = self._vendors.of_error(text)
        return None if vendor is None or self._vendors.has_own_host(text) else vendor

    def _vendor(self, folded: str, one: Group, begin: int, end: int, words: Words) -> str | None:
        """The other product that raised an error, None where it may be ours; *begin* and *end* part it from others."""
        around = _paragraph(folded, max(begin, one.start - _AROUND), one, min(end, one.end + _AROUND))
        told = {
            finding.value for finding in one.findings if finding.known and finding.kind in {Kind.TYPE, Kind.MESSAGE}
        }
        vendor = None if self._vendors.has_own_host(around) else one.clue or self._near(around, _lines(folded, one))
        if vendor is None:
            talk = words.cover(one.start) and not told - COMMON_TYPES
            return self._vendors.of_talk(f"{around}\n{words.question}") if talk else None
        return None if (told & self._book.types) - COMMON_TYPES else vendor

    def _near(self, around: str, own: str) -> str | None:
        """The other vendor that is named around an error, but not by a line that is an error of its own."""
        vendor = self._vendors.of_error(around)
        if vendor is None or self._vendors.of_error(own):
            return vendor
        return self._vendors.of_error(
            "\n".join(line for line in around.split("\n") if line in own or not says_all(line))
        )

    def _subject(self, folded: str, groups: list[Group], words: Words) -> str | None:
        """The other product that a message without an open error of ours is about."""
        foreign = [one.vendor for one in groups if one.vendor and not one.settled]
        if foreign:
            return foreign[-1]
        talk = self._vendors.of_talk(words.question)
        return talk if talk or groups else self._vendors.of_error(folded[:_SUBJECT])


def shorten(text: str) -> str:
    """Return *text* with its middle emptied of all but line breaks where it is longer than is read."""
    if len(text) <= _HEAD + _TAIL:
        return text
    head = text.rfind("\n", 0, _HEAD) + 1 or _HEAD
    tail = text.find("\n", len(text) - _TAIL)
    tail = tail if tail >= 0 else len(text) - _TAIL
    return text[:head] + "\n" * text.count("\n", head, tail) + text[tail:]


def _questions(entry: Entry, *, headings: bool) -> list[str]:
    """The entry's questions; with its phrasings where no *headings* alone are asked for."""
    wordings = entry.wordings.values()
    return [text for wording in wordings for text in (wording.question, *(() if headings else wording.phrasings))]


def _broken_as_usual(text: str) -> str:
    """Return *text* with the line breaks of old systems and of progress bars as those of today."""
    return _LONE_RETURN.sub("\n", text) if "\r" in text else text


def _begins(pieces: Iterable[str]) -> list[int]:
    """How many lines stand before each of the *pieces*, and before what would come after the last."""
    return list(accumulate((piece.count("\n") + 1 for piece in pieces), initial=0))


def _first_lines(text: str, count: int) -> str:
    return "\n".join(text.split("\n", count)[:count])


def _deciding(groups: list[Group], words: Words) -> Group | None:
    """The last open error that may be ours; consequences and weak ones only where there is nothing better."""
    open_ones = [one for one in groups if not one.settled and one.vendor is None]
    strong = [
        one for one in open_ones if not one.weak and not (one.follows and not words.cover(one.start))
    ] or open_ones
    return strong[-1] if strong else None


def _open_codes(groups: list[Group]) -> list[str]:
    """The statuses of the open errors that may be ours."""
    return [code for one in groups if not one.settled and one.vendor is None for code in one.values(Kind.STATUS)]


def _with_limits(folded: str, findings: list[Finding]) -> Iterator[tuple[Finding, int]]:
    """Each finding with the start of the next one, where what is said about it ends."""
    starts = [*(finding.start for finding in findings[1:]), len(folded)]
    return zip(findings, starts, strict=False)


def _limits(folded: str, groups: list[Group]) -> tuple[list[int], list[int]]:
    """Where the text around each error begins and ends: behind the lines of the one before, at that of the next."""
    begins, ends = [0], []
    for before, after in pairwise(groups):
        line_start = folded.rfind("\n", before.end, after.start)
        begins.append(before.past if before.end <= before.past <= after.start else before.end)
        ends.append(line_start + 1 if line_start >= 0 else after.start)
    return begins, [*ends, len(folded)]


def _lines(folded: str, one: Group) -> str:
    """The lines that an error stands on, within reach."""
    first, last = max(0, one.start - _SUBJECT), one.end + _SUBJECT
    begin, end = folded.rfind("\n", first, one.start), folded.find("\n", one.end, last)
    return folded[begin + 1 if begin >= 0 else first : end if end >= 0 else last]


def _paragraph(folded: str, begin: int, one: Group, end: int) -> str:
    """The text around an error up to the blank lines before and after, not beyond *begin* and *end*."""
    before = [match.end() for match in BLANK.finditer(folded, begin, one.start)]
    after = BLANK.search(folded, one.end, end)
    return folded[before[-1] if before else begin : after.start() if after else end]


def _places(text: str, begins: Sequence[int]) -> Callable[[int], tuple[int, int]]:
    """A function from positions to lines and columns, quick for positions that are near the one before.

    A line counts from the last of *begins* before it: from the first one of its file.
    """
    at, line = 0, 1

    def place(position: int) -> tuple[int, int]:
        nonlocal at, line
        line += text.count("\n", at, position) - text.count("\n", position, at)
        at = position
        return line - begins[bisect_left(begins, line) - 1], position - text.rfind("\n", 0, position)

    return place
