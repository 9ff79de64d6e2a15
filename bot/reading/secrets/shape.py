"""What a shape of a secret is: a pattern, the literal that gives it away, and a judge.

Every pattern begins with a literal, so that the regex engine leaps from one occurrence to the next; what must stand to
its left is asserted after it. Patterns look at a *view* of the text (see ``redact.py``): without invisible characters,
full-width forms made ASCII, and in lower case where ``folded``. No pattern holds a nested open-ended repetition: all
are linear.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

Span = tuple[int, int]
Judge = Callable[[re.Match[str], str], Span | None]

STAND_IN = re.compile(r"<[A-Z_]{2,20}_\d+>")


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of secret: the word in its stand-in, and whether it opens a door (an id or a name does not)."""

    name: str
    label: str
    live: bool = True


PRIVATE_KEY = Kind("private_key", "PRIVATE_KEY")
WEBHOOK = Kind("webhook", "WEBHOOK")
KEY = Kind("api_key", "KEY")
TOKEN = Kind("token", "TOKEN")
COOKIE = Kind("cookie", "COOKIE")
SIGNATURE = Kind("signature", "SIGNATURE")
PASSWORD = Kind("password", "PASSWORD")
ACCESS_ID = Kind("access_id", "ACCESS_ID", live=False)
ORG = Kind("organization", "ORG", live=False)
PROJECT = Kind("project", "PROJECT", live=False)
EMAIL = Kind("email", "EMAIL", live=False)
USER = Kind("user", "USER", live=False)


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: ``needle`` must occur in the folded view for the pattern to be tried; ``judge`` finds the secret."""

    kind: Kind
    needle: str
    pattern: re.Pattern[str]
    judge: Judge
    folded: bool = False
