"""Answers that the platforms do not take in one piece."""

import re
from collections.abc import Iterator

from bot.faq.lint.subject import Finding, Subject

DISCORD_MESSAGE = 2_000
SLACK_SECTION = 3_000
SLACK_MESSAGE = 10_000
_FENCE = re.compile(r"^ {0,3}(```+|~~~+).*?^ {0,3}\1", re.MULTILINE | re.DOTALL)


def answers_long(subject: Subject) -> Iterator[Finding]:
    """Answers that are split, and code blocks that are torn apart by it."""
    for _, _, wording, path in subject.worded():
        length = len(wording.answer)
        if length > DISCORD_MESSAGE:
            message = f"the answer has {length:,} characters: {_consequence(length)}"
            yield subject.found((*path, "answer"), "answer-long", message)
        longest = max((len(fence[0]) for fence in _FENCE.finditer(wording.answer)), default=0)
        if longest > DISCORD_MESSAGE:
            message = (
                f"a code block of {longest:,} characters fits into no message of Discord (2,000): it will be torn apart"
            )
            yield subject.found((*path, "answer"), "code-long", message)


def _consequence(length: int) -> str:
    split = [f"into at least {-(-length // DISCORD_MESSAGE)} messages on Discord (2,000 each)"]
    if length > SLACK_MESSAGE:
        split.append(f"into at least {-(-length // SLACK_MESSAGE)} messages on Slack (10,000 each)")
    elif length > SLACK_SECTION:
        split.append("into several sections on Slack (3,000 each)")
    return f"it will be split {' and '.join(split)}"
