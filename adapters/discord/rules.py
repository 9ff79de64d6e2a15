"""What the admins of a server have set for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

TITLE, HINT = "title", "hint"


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of one server; ids are Discord's, as text.

    Attributes:
        auto: The channels and forums in which the bot answers without being called, where it is sure.
        language: The language for where words do not tell, empty for English.
        hand_off_role: The role that is called when somebody asks for a person, or empty.
        hand_off_channel: The channel in which that is told, or empty.
        quiet: Nothing is answered without being called, commands are answered privately, no opinion is asked for.
        solved_tag: The name of the tag with which the author of a forum's post marks it as solved, or empty.
        unread_posts: What becomes of a forum's post that the bot may not read: judged by its ``title``, or a ``hint``.
    """

    auto: frozenset[str] = frozenset()
    language: str = ""
    hand_off_role: str = ""
    hand_off_channel: str = ""
    quiet: bool = False
    solved_tag: str = ""
    unread_posts: str = TITLE

    def to_mapping(self) -> dict[str, Any]:
        """What differs from the default, as JSON takes it."""
        values = asdict(self) | {"auto": sorted(self.auto)}
        usual = asdict(type(self)()) | {"auto": []}
        return {name: value for name, value in values.items() if value != usual[name]}

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Return the rules that were saved as *values*; what another version saved besides is passed over."""
        known = {name: value for name, value in values.items() if name in cls.__slots__}
        return cls(**(known | {"auto": frozenset(known.get("auto", ()))}))


USUAL = Rules()
