"""faq.yaml to a valid `Faq`, or to all of its faults at once."""

import codecs
import hashlib
import re
from pathlib import Path

from bot.faq.check import Check
from bot.faq.compose import Composition
from bot.faq.content import Faq
from bot.faq.faults import FaqError, Fault
from bot.faq.positions import Lines, Positions

LARGEST = 64 * 1024 * 1024
_NOT_YAML = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def load(path: Path, largest: int = LARGEST) -> Faq:
    """The content of the file at *path*.

    Raises:
        FaqError: With every fault; also where the file is missing, unreadable or of more than *largest* bytes.
    """
    return load_with_positions(path, largest)[0]


def load_with_positions(path: Path, largest: int = LARGEST) -> tuple[Faq, Positions]:
    """As `load`, with where everything stands in the file."""
    return parse_with_positions(read(path, largest), path.name)


def parse(text: bytes, name: str = "faq.yaml") -> Faq:
    """The content of *text*, the bytes of a file called *name*.

    Raises:
        FaqError: With every fault.
    """
    return parse_with_positions(text, name)[0]


def parse_with_positions(text: bytes, name: str = "faq.yaml") -> tuple[Faq, Positions]:
    """As `parse`, with where everything stands in the text."""
    source = _decode(text, name)
    composition = Composition(source)
    check = Check(source, composition)
    faq = check.file(composition.value, hashlib.sha256(text).hexdigest()) if composition.whole else None
    if faq is None or check.faults:
        raise FaqError(tuple(sorted(set(check.faults))), name)
    return faq, composition.positions


def read(path: Path, largest: int = LARGEST) -> bytes:
    """The bytes at *path*, at most *largest*.

    Raises:
        FaqError: Where there is no such file, or it cannot be read, or it is larger.
    """
    try:
        with path.open("rb") as file:
            text = file.read(largest + 1)
    except FileNotFoundError:
        raise _whole(path.name, f"there is no file {path}: create it, or name another") from None
    except IsADirectoryError:
        raise _whole(path.name, f"{path} is a directory: name the file in it") from None
    except PermissionError:
        raise _whole(path.name, f"{path} may not be read by this user: change its permissions") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _whole(path.name, f"{path} cannot be read ({reason})") from None
    if len(text) > largest:
        raise _whole(path.name, f"the file is larger than {largest:,} bytes: remove what is not needed")
    return text


def _whole(name: str, message: str) -> FaqError:
    return FaqError((Fault(1, 1, message),), name)


def _decode(text: bytes, name: str) -> str:
    """*text* without its byte order mark."""
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _whole(name, "the file is in UTF-16: save it as UTF-8")
    try:
        source = text.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()
        message = f"the byte 0x{error.object[error.start]:02x} here is not UTF-8: save the file as UTF-8"
        raise FaqError((Fault(*Lines(before).at(len(before)), message),), name) from None
    if found := _NOT_YAML.search(source):
        message = f"the control character U+{ord(found[0]):04X} stands here: remove it"
        raise FaqError((Fault(*Lines(source).at(found.start()), message),), name)
    return source
