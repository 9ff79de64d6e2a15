"""What Slack needs to reply to a message, as the note that the core keeps beside it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from pydantic import TypeAdapter


class Way(StrEnum):
    """Where a reply is shown."""

    THREAD = "thread"  # below the message, to everybody
    CHANNEL = "channel"  # in the channel, to everybody, as a message of its own
    PRIVATE = "private"  # in the channel, to the asker alone
    MODAL = "modal"  # in a window before the asker


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file as Slack knows it, without its name, which may be a password; the address, which has it, is not kept."""

    url: str
    media_type: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """How to reply.

    Attributes:
        way: See `Way`.
        ts: The message that was written or that the menu was opened on, where there is one.
        thread: The thread that a private answer may be shared in.
        reply_url: Slack's ``response_url``: five messages in half an hour, in a channel the bot need not be in.
        trigger: Slack's ``trigger_id``: opens one window within three seconds.
        view: The window that stands already.
        team: The workspace that the asker is in, for links.
        files: What came with the message.
        unreadable: One of the files could not be read.
    """

    way: Way = Way.THREAD
    ts: str = ""
    thread: str = ""
    reply_url: str = ""
    trigger: str = ""
    view: str = ""
    team: str = ""
    files: tuple[FileLink, ...] = ()
    unreadable: bool = False

    def without_links(self) -> Self:
        """This value without the addresses of the files."""
        return replace(self, files=tuple(replace(link, url="") for link in self.files))

    def to_json(self) -> str:
        """This value as JSON text, read back by `from_json`."""
        return _ORIGIN.dump_json(self, exclude_defaults=True).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the value kept as *text*; one of nothing where that is empty."""
        return _ORIGIN.validate_json(text or "{}")  # type: ignore[return-value]


_ORIGIN: TypeAdapter[Origin] = TypeAdapter(Origin)
