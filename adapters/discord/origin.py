"""How to reply to a message: the note that travels with it through the core and the ledger."""

import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message came from.

    Attributes:
        channel: The channel, thread or direct conversation that it was written in.
        message: The message to reply to, 0 where there is none to reply to.
        token: What an interaction is followed up with for a quarter of an hour, empty for a message.
        private: Only the asker sees the reply.
        outside: The bot is not a member of the place, so that nothing but the interaction reaches it.
        diagnosis: A trace was shown by a command: the reply is laid out with what was read from it.
        forum: The message opened a post of a forum.
        files: The ids of the attachments that are still to be read.
    """

    channel: int
    message: int = 0
    token: str = ""
    private: bool = False
    outside: bool = False
    diagnosis: bool = False
    forum: bool = False
    files: tuple[int, ...] = ()

    def to_json(self) -> str:
        """This value as JSON text, read back by `from_json`."""
        values = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the value kept as *text*."""
        values = json.loads(text)
        return cls(**(values | {"files": tuple(values.get("files", ()))}))
