"""All shapes in order of strength: where two overlap, the first one names the secret."""

from bot.reading.secrets.addresses import CREDENTIALS, LOGINS, PEOPLE, SIGNATURES
from bot.reading.secrets.assignments import ASSIGNED
from bot.reading.secrets.commands import COMMANDS
from bot.reading.secrets.headers import AUTHORIZATIONS, COOKIES
from bot.reading.secrets.homes import HOMES
from bot.reading.secrets.labels import LABELLED
from bot.reading.secrets.private_keys import PRIVATE_KEYS
from bot.reading.secrets.shape import Shape
from bot.reading.secrets.tokens import IDS, PREFIXED

SHAPES: tuple[Shape, ...] = (
    *PRIVATE_KEYS,
    *PREFIXED,
    *AUTHORIZATIONS,
    *SIGNATURES,
    *ASSIGNED,
    *LABELLED,
    *COMMANDS,
    *COOKIES,
    CREDENTIALS,
    *IDS,
    *PEOPLE,
    *LOGINS,
    *HOMES,
)
