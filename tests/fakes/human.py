"""The human side of a chat platform: what a person can do there, and what they then see, whichever platform it is."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a person sends along."""

    name: str
    content: bytes
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as a person sees it.

    Attributes:
        key: The platform's id of the message within its channel (Slack's ``ts``, Discord's message id).
        channel: The platform's id of the channel or thread that it stands in.
        thread: The key of the conversation it belongs to (Slack's ``thread_ts``, Discord's thread id), else empty.
        by_bot: Whether the bot under test wrote it.
        text: All the words that a reader sees, fences included, buttons not.
        labels: The labels of the buttons and options below it, in order.
        private: Whether only one person sees it (an ephemeral message, a modal).
        reply_to: The key of the message that it answers in place, else empty.
        edited: Whether it was changed after it was first shown.
    """

    key: str
    channel: str
    thread: str
    by_bot: bool
    text: str
    labels: tuple[str, ...] = ()
    private: bool = False
    reply_to: str = ""
    edited: bool = False


class Human(Protocol):
    """A person on the platform; several may share one channel.

    Every verb returns as soon as the platform has taken what the person did. ``settle`` waits for what the bot makes of
    it; nothing waits for a fixed time.
    """

    async def say(
        self,
        text: str,
        *,
        mention: bool = True,
        direct: bool = False,
        thread: Shown | None = None,
        files: tuple[Upload, ...] = (),
        by: str = "asker",
    ) -> Shown:
        """Write *text*: to the bot by name, to everybody (``mention=False``), or in a direct message.

        With *thread*, the words go into the conversation that this message belongs to.
        """
        ...

    async def edit(self, said: Shown, text: str) -> None:
        """Change what *said* says."""
        ...

    async def delete(self, said: Shown) -> None:
        """Take *said* away."""
        ...

    async def slash(self, text: str, *, by: str = "asker") -> None:
        """Ask *text* by the platform's command (``/faq``, ``/ask``)."""
        ...

    async def explain(self, said: Shown, *, by: str = "asker") -> None:
        """Choose "Explain this error" from the menu of *said*."""
        ...

    async def press(self, shown: Shown, label: str, *, by: str = "asker") -> None:
        """Press the button, or choose the option, that is called *label* below *shown*.

        Raises:
            LookupError: nothing of that name is there to press.
        """
        ...

    async def submit(self, words: str, *, by: str = "asker") -> None:
        """Fill the one text field of the form that lies open before *by* with *words*, and send it.

        Raises:
            LookupError: no form is open.
        """
        ...

    async def settle(self, count: int, *, seconds: float = 5.0) -> tuple[Shown, ...]:
        """Return what the bot has shown since the start, oldest first, once that is at least *count* messages.

        Private ones count too; one that was edited stands with its last words; one that was deleted is gone.

        Raises:
            TimeoutError: so many did not come within *seconds*.
        """
        ...

    async def quiet(self) -> tuple[Shown, ...]:
        """Return the same once the bot has dealt with everything that was delivered to it."""
        ...
