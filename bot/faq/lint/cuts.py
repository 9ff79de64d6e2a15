"""Text that YAML ends before its author does."""

from collections.abc import Iterator

from bot.faq.lint.subject import Finding, Subject


def texts_cut(subject: Subject) -> Iterator[Finding]:
    """Unquoted text before a `#` that has no space after it: more likely a part of the text than a comment."""
    for offset in subject.positions.comments:
        message = "a comment begins here, and the text ends before it: put the text in quotes, or a space after the `#`"
        yield Finding(*subject.positions.lines.at(offset), "text-cut", message)
