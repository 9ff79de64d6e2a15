"""What looks like a secret and is none: hashes, ids, versions, pictures, timestamps, made by chance from a table."""

import base64
import re
import string
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from tests.fire.data import table
from tests.fire.traces import generator

_FIELD = re.compile(r"\{(\w+)\}")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HEX = "0123456789abcdef"
_BASE62 = string.ascii_letters + string.digits
_UPPER = string.ascii_uppercase + string.digits


def innocents(count: int, seed: int) -> Iterator[str]:
    """Yield *count* texts without a secret, the same for the same *seed*."""
    lines = table("innocents")
    for number in range(count):
        random = generator("innocent", seed, number)
        yield _filled(lines[number % len(lines)], random)


def _filled(line: str, random: Random) -> str:
    return _FIELD.sub(lambda field: _FIELDS[field[1]](random) if field[1] in _FIELDS else field[0], line)


def _of(letters: str, length: int) -> Callable[[Random], str]:
    return lambda random: "".join(random.choices(letters, k=length))


def _bytes(length: int) -> Callable[[Random], str]:
    return lambda random: base64.b64encode(random.randbytes(length)).decode()


def _colons(count: int) -> Callable[[Random], str]:
    return lambda random: ":".join(f"{random.randrange(256):02x}" for _ in range(count))


def _picture(random: Random) -> str:
    head = random.choice(
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"RIFF\x24\x10\0\0WEBPVP8 ")
    )
    return base64.b64encode(head + random.randbytes(random.randrange(60, 3_000))).decode()


_FIELDS: Mapping[str, Callable[[Random], str]] = {
    **{f"hex{length}": _of(_HEX, length) for length in (4, 6, 8, 10, 12, 16, 24)},
    **{f"base62_{length}": _of(_BASE62, length) for length in (24, 27, 29)},
    **{f"b64of{length}": _bytes(length) for length in (16, 32, 48, 64)},
    **{f"colons{count}": _colons(count) for count in (6, 16)},
    **{f"upper{length}": _of(_UPPER, length) for length in (10, 16)},
    "md5": _of(_HEX, 32),
    "sha1": _of(_HEX, 40),
    "sha256": _of(_HEX, 64),
    "short": _of(_HEX, 7),
    "short12": _of(_HEX, 12),
    "ulid": lambda random: "01" + "".join(random.choices(_CROCKFORD, k=24)),
    "uuid": lambda random: str(UUID(int=random.getrandbits(128), version=4)),
    "version": lambda random: ".".join(str(random.randrange(40)) for _ in range(3)),
    "picture": _picture,
    "small": lambda random: str(random.randrange(100_000)),
    "micro": lambda random: f"{random.randrange(10**6):06d}",
    "epoch": lambda random: str(random.randrange(1_700_000_000, 1_800_000_000)),
    "epoch_ms": lambda random: str(random.randrange(1_700_000_000_000, 1_800_000_000_000)),
    "epoch_ns": lambda random: str(random.randrange(17 * 10**17, 18 * 10**17)),
    "iso": lambda random: datetime.fromtimestamp(random.randrange(17 * 10**8, 18 * 10**8), UTC).isoformat(),
    "snowflake": lambda random: str(random.randrange(10**17, 10**19)),
}
