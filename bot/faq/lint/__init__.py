"""Advice about a faq.yaml that loads: what will be answered worse than its author thinks."""

from collections.abc import Callable, Iterator
from datetime import date

from bot.faq.content import Faq
from bot.faq.lint import cuts, duplicates, errors, freshness, languages, limits, ranking
from bot.faq.lint.subject import Finding, Rank, Subject
from bot.faq.positions import Positions

RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    cuts.texts_cut,
    duplicates.phrasings_twice,
    duplicates.phrasings_unanswered,
    errors.general_messages,
    errors.errors_twice,
    errors.errors_contradicted,
    freshness.verification,
    freshness.phrasings_missing,
    languages.languages_missing,
    languages.hand_off_missing,
    languages.facts_differ,
    limits.answers_long,
    ranking.texts_lost,
    ranking.entries_confused,
)


def lint(faq: Faq, rank: Rank | None, positions: Positions, today: date) -> tuple[Finding, ...]:
    """All findings about *faq*, in the order of the file.

    Args:
        faq: Content that has been loaded.
        rank: Gives the matches for a text in a language, best first; None leaves out what needs it.
        positions: Where everything stands in the file that *faq* was loaded from.
        today: The day that the age of a verification is counted to.
    """
    subject = Subject(faq, rank, positions, today)
    return tuple(sorted({finding for rule in RULES for finding in rule(subject)}))


__all__ = ["RULES", "Finding", "Rank", "lint"]
