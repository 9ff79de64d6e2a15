"""Validated models to the content that everything else reads."""

from collections.abc import Mapping

from bot.faq.content import Entry, ErrorPattern, Faq, Policy, Wording
from bot.faq.schema import Head, Item, Pattern, Words


def to_faq(head: Head, entries: list[Entry], digest: str) -> Faq:
    """All of the file, whose bytes have the *digest*."""
    languages = tuple(head.languages)
    return Faq(
        product=(head.product or "").strip(),
        languages=languages,
        entries=tuple(entries),
        names=tuple(name.strip().lower() for name in head.names),
        unanswered=tuple(phrasing.strip() for phrasing in head.unanswered),
        hand_off={code or languages[0]: sentence.strip() for code, sentence in head.hand_off.items()},
        policy=Policy(budget=head.policy.budget),
        digest=digest,
    )


def to_entry(item: Item, wordings: Mapping[str, Wording]) -> Entry:
    """The entry *item* in the languages of *wordings*, the first one's first."""
    return Entry(
        id=item.id,
        wordings=wordings,
        errors=tuple(_pattern(pattern) for pattern in item.errors),
        not_errors=tuple(_pattern(pattern) for pattern in item.not_errors),
        see_also=tuple(item.see_also),
        source=item.source.strip() if item.source else None,
        verified_on=item.verified_on,
        audience=item.audience,
    )


def to_wording(words: Words) -> Wording:
    """*words* without white space at their ends; an answer's first line keeps its indentation."""
    answer = words.answer.lstrip("\r\n").rstrip()
    return Wording(words.question.strip(), answer, tuple(phrasing.strip() for phrasing in words.phrasings))


def _pattern(pattern: Pattern) -> ErrorPattern:
    def text(value: str | None) -> str | None:
        return value.strip() if value else None

    return ErrorPattern(text(pattern.type), text(pattern.message), pattern.status, text(pattern.exception))
