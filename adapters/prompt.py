"""The line at which a person types in a terminal, with a history that holds no secrets."""

from collections.abc import Callable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import AnyFormattedText
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output

PROMPT = "you> "
LONGEST = 10_000  # characters of a message that the history still keeps


class RedactedHistory(FileHistory):
    """Messages of earlier chats in a file, each redacted before it is kept anywhere."""

    def __init__(self, file: Path, redact: Callable[[str], str]) -> None:
        """Keep the messages in *file*, which need not exist; where it cannot be written, they last until the end."""
        super().__init__(file)
        self._redact = redact
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.touch(mode=0o600)
            self._writable = True
        except OSError:
            self._writable = False

    def append_string(self, string: str) -> None:
        """Keep *string*, redacted, unless it is very long."""
        if len(string) <= LONGEST:
            super().append_string(self._redact(string))

    def store_string(self, string: str) -> None:
        """Write *string*, which is redacted already, to the file."""
        if self._writable:
            super().store_string(string)


def open_prompt(
    history: Path, redact: Callable[[str], str], source: Input | None = None, sink: Output | None = None
) -> PromptSession[str]:
    """Return a prompt that takes a paste of many lines whole; *source* and *sink* stand in for the terminal."""
    return PromptSession(
        PROMPT,
        multiline=True,
        prompt_continuation=_continuation,
        key_bindings=_keys(),
        history=RedactedHistory(history, redact),
        input=source,
        output=sink,
    )


def _keys() -> KeyBindings:
    """Enter sends, Alt-Enter starts a new line."""
    keys = KeyBindings()

    @keys.add("enter")
    def _send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


def _continuation(width: int, _line: int, _wrapped: int) -> AnyFormattedText:
    return "… ".rjust(width)
