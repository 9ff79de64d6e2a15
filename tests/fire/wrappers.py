"""What clients, languages, services, logs and chats wrap an error in, by layers from the innermost out.

In a template ``$E`` stands for the error as it is, ``$J`` for it as the inside of a JSON string, ``$L`` for it on one
line, ``$I`` for it indented, ``$X`` for the class that the client raises, ``$S`` and ``$R`` for status and reason. One
that begins with ``%`` is put on every line. One with a status is used only where the bare error shows a status: a
wrapper adds nothing to what is known.
"""

import json
import re
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.fire.bases import Base
from tests.fire.data import table

LAYERS = ("client", "language", "transport", "log", "prefix", "chat")
OWN = "RuntimeError"
"""What a program raises by itself, where no service took part."""

_SIGN = re.compile(r"\$[EJLIXSR]")


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A way to wrap a text; ``outer`` brings a status of its own, ``service`` says itself that a service failed."""

    name: str
    layer: int
    templates: tuple[str, ...]
    outer: bool = False
    service: bool = False

    def fits(self, base: Base | None) -> bool:
        """True where *base*, None for a text without an error, may stand in this wrapper."""
        if base is None:
            return not self.outer and not self.service and bool(self.usable(base))
        return bool(self.usable(base)) and (not self.outer or base.status is not None or base.answered)

    def usable(self, base: Base | None) -> list[str]:
        shown = base is not None and base.status is not None
        return [one for one in self.templates if shown or ("$S" not in one and "$R" not in one)]

    def wrap(self, text: str, base: Base | None, random: Random) -> str:
        template = random.choice(self.usable(base))
        if template.startswith("%"):
            return "\n".join(template[1:].replace("$E", line) for line in text.split("\n"))
        values = {
            "$E": text,
            "$J": json.dumps(text)[1:-1],
            "$L": " ".join(text.split("\n")),
            "$I": text.replace("\n", "\n    "),
            "$X": base.exception if base else OWN,
            "$S": str(base.status) if base else "",
            "$R": base.reason if base else "",
        }
        return _SIGN.sub(lambda sign: values[sign[0]], template)


def _wrapper(row: dict[str, Any]) -> Wrapper:
    flags = {name: row.get(name, False) for name in ("outer", "service")}
    return Wrapper(row["name"], LAYERS.index(row["layer"]), tuple(row["templates"]), **flags)


WRAPPERS = tuple(map(_wrapper, table("wrappers")))
