"""The reader: a message's raw text becomes a `Reading`, in which nothing is secret."""

from bisect import bisect_right
from collections.abc import Callable

from bot.faq.content import Entry, Faq
from bot.model import Attachment, Reading
from bot.reading.evidence import collect
from bot.reading.folding import fold
from bot.reading.incidents import Group, group, to_incident
from bot.reading.language import language
from bot.reading.phrases import PhraseBook
from bot.reading.question import Words, own_words, separate
from bot.reading.redact import redact
from bot.reading.settled import settle
from bot.reading.vendors import COMMON_TYPES, Vendors

_HEAD, _TAIL = 500_000, 1_000_000
_AROUND = 400


class Reader:
    """Reads messages with the eyes of one product's faq.yaml."""

    def __init__(self, faq: Faq) -> None:
        self._book = PhraseBook(faq)
        names = (*faq.names, faq.product) if faq.product else faq.names
        self._vendors = Vendors(names, [text for entry in faq.entries for text in _questions(entry)])

    def read(self, text: str, attachments: tuple[Attachment, ...] = ()) -> Reading:
        """Return what *text* and its *attachments* say; lines and columns count in both, joined by line breaks.

        Of a text that is too long the head and the tail are read; the lines between them are left empty, so that the
        numbers of the later ones stay true. Never raises.
        """
        redaction = redact(shorten("\n".join((text, *(attachment.text for attachment in attachments)))))
        folded = fold(redaction.text)
        findings = collect(folded, self._book)
        typed = _first_lines(redaction.text, text.count("\n") + 1) if attachments else redaction.text
        words = own_words(typed, [(finding.start, finding.end) for finding in findings])
        groups = group(folded, findings)
        settle(folded, groups, words.spans)
        limits = [0, *(one.end for one in groups[:-1])], [*(one.start for one in groups[1:]), len(folded)]
        for one, begin, end in zip(groups, *limits, strict=False):
            one.vendor = self._vendor(folded, one, begin, end, words)
        deciding = _deciding(groups)
        place = _places(redaction.text)
        return Reading(
            text=redaction.text,
            question=words.question,
            parts=separate(words.question),
            language=language(words.question or words.said or redaction.text[:2000]),
            incidents=tuple(to_incident(one, place) for one in groups),
            evidence=to_incident(deciding, place).evidence if deciding else (),
            vendor=None if deciding else self._subject(groups, words),
            secrets=redaction.secrets,
            live_secret=redaction.live,
        )

    def _vendor(self, folded: str, one: Group, begin: int, end: int, words: Words) -> str | None:
        """The other product that raised an error, None where it may be ours; other errors end at *begin*, start at *end*."""
        around = folded[max(begin, one.start - _AROUND) : min(end, one.end + _AROUND)]
        vendor = self._vendors.of_error(around)
        ours = self._vendors.is_ours(around)
        if vendor is None or ours:
            spoken = any(begin <= one.start < past for begin, past in words.spans)
            return self._vendors.of_talk(words.question) if spoken and not ours else None
        types = {finding.value for finding in one.findings if finding.kind == "type" and finding.known}
        return None if types - COMMON_TYPES else vendor

    def _subject(self, groups: list[Group], words: Words) -> str | None:
        foreign = [one.vendor for one in groups if one.vendor and not one.settled]
        return foreign[-1] if foreign else self._vendors.of_talk(words.question)


def shorten(text: str) -> str:
    """Return *text* with its middle emptied of all but line breaks where it is longer than is read."""
    if len(text) <= _HEAD + _TAIL:
        return text
    head = text.rfind("\n", 0, _HEAD) + 1 or _HEAD
    tail = text.find("\n", len(text) - _TAIL)
    tail = tail if tail >= 0 else len(text) - _TAIL
    return text[:head] + "\n" * text.count("\n", head, tail) + text[tail:]


def _questions(entry: Entry) -> list[str]:
    return [text for wording in entry.wordings.values() for text in (wording.question, *wording.phrasings)]


def _first_lines(text: str, count: int) -> str:
    return "\n".join(text.split("\n", count)[:count])


def _deciding(groups: list[Group]) -> Group | None:
    open_ones = [one for one in groups if not one.settled and one.vendor is None]
    strong = [one for one in open_ones if not one.weak]
    return (strong or open_ones or [None])[-1]


def _places(text: str) -> Callable[[int], tuple[int, int]]:
    starts: list[int] = []

    def place(position: int) -> tuple[int, int]:
        if not starts:
            starts.append(0)
            at = text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = text.find("\n", at + 1)
        line = bisect_right(starts, position)
        return line, position - starts[line - 1] + 1

    return place
