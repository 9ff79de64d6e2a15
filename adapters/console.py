"""The bot in a terminal: no token and no network, one person in one thread."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.model import Message, Outcome, Place, Reply

if TYPE_CHECKING:
    from rich.console import Console

NEW = "/new"
LEAVE = frozenset({"/quit", "/exit", "exit", "quit"})
HELP = "Paste as many lines as you like; Alt-Enter starts a new line, /new a new conversation, Ctrl-D leaves."

Answer = Callable[[Message], AsyncIterable[Reply]]


def to_message(text: str, number: int, thread: str) -> Message:
    """Return what was typed as the message *number* of *thread*."""
    return Message(f"{thread}:{number}", Place("console", thread=thread), "you", text)


def to_text(reply: Reply) -> str:
    """Return *reply* as plain text: its CommonMark as it is, then its choices with their numbers."""
    choices = (f"{number}. {choice.label}" for number, choice in enumerate(reply.choices, 1))
    return "\n".join((reply.text, *(("", *choices) if reply.choices else ()))).strip()


def render(reply: Reply, console: "Console") -> None:
    """Show *reply* with its Markdown rendered, and below it what was answered and how sure that is."""
    from rich.markdown import Markdown  # noqa: PLC0415 - only a terminal needs it
    from rich.text import Text  # noqa: PLC0415

    if text := to_text(reply):
        console.print(Markdown(text, hyperlinks=False))
    if reply.entries and reply.confidence is not None:
        console.print(Text(f"{', '.join(reply.entries)} · {reply.confidence:.0%} sure", style="dim"))
    console.print()


async def chat(answer: Answer, ask: Callable[[], Awaitable[str]], show: Callable[[Reply], None], thread: str) -> None:
    """Answer what *ask* brings, until it raises EOFError or brings a word of leave-taking.

    *thread* names this run's first conversation and must be new, since an event is answered once only.
    """
    async for number, text in _lines(ask):
        if text == NEW:
            thread = f"{thread}+{number}"
            show(Reply(Outcome.SMALL_TALK, "A new conversation begins."))
            continue
        async for reply in answer(to_message(text, number, thread)):
            show(reply)


async def _lines(ask: Callable[[], Awaitable[str]]) -> AsyncIterator[tuple[int, str]]:
    """What is typed, without empty lines, counted from 1."""
    number = 0
    with suppress(EOFError):
        while (text := (await ask()).strip()) not in LEAVE:
            if text:
                number += 1
                yield number, text
