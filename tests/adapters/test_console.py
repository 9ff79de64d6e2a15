import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from adapters.console import chat, render, to_message, to_text
from adapters.prompt import LONGEST, RedactedHistory, open_prompt
from bot.model import Choice, Message, Outcome, Place, Reply

CHOICES = (Choice("Am I throttled?", "rate-limit-429"), Choice("None of these", None))


def redact(text: str) -> str:
    return text.replace("secret", "<KEY_1>")


async def converse(*typed: str) -> tuple[list[Message], list[Reply]]:
    """What reached the desk, and what was shown, when someone types *typed* and then leaves with Ctrl-D."""
    rest = list(typed)
    asked: list[Message] = []
    shown: list[Reply] = []

    async def ask() -> str:
        if not rest:
            raise EOFError
        return rest.pop(0)

    async def answer(message: Message) -> AsyncIterator[Reply]:
        asked.append(message)
        yield Reply(Outcome.ANSWER, f"You said: {message.text}")

    await chat(answer, ask, shown.append, "t")
    return asked, shown


async def test_what_is_typed_is_answered_in_one_thread() -> None:
    asked, shown = await converse("429?", "and 403?")

    assert [message.text for message in asked] == ["429?", "and 403?"]
    assert {message.place for message in asked} == {Place("console", thread="t")}
    assert len({message.event for message in asked}) == 2
    assert [reply.text for reply in shown] == ["You said: 429?", "You said: and 403?"]


async def test_empty_lines_are_not_asked() -> None:
    asked, _ = await converse("", "  \n ", "429?")

    assert [message.text for message in asked] == ["429?"]


async def test_a_word_of_leave_taking_ends_the_chat() -> None:
    asked, _ = await converse("429?", "/quit", "403?")

    assert [message.text for message in asked] == ["429?"]


async def test_a_new_conversation_is_another_thread() -> None:
    asked, shown = await converse("429?", "/new", "and 403?", "/new", "401")

    assert [reply.text for reply in shown].count("A new conversation begins.") == 2
    assert len({message.place.thread for message in asked}) == 3


def test_a_reply_as_text_has_its_choices_numbered() -> None:
    assert to_text(Reply(Outcome.CLARIFY, "Which?", choices=CHOICES)) == (
        "Which?\n\n1. Am I throttled?\n2. None of these"
    )


def test_a_reply_without_choices_is_its_text() -> None:
    assert to_text(Reply(Outcome.ANSWER, "Wait a *second*.")) == "Wait a *second*."
    assert to_text(Reply(Outcome.SILENCE)) == ""


def test_a_terminal_shows_the_markdown_rendered_and_how_sure_the_bot_is() -> None:
    page = io.StringIO()
    reply = Reply(Outcome.ANSWER, "Wait **now** [bold]x[/bold].", entries=("rate-limit-429",), confidence=0.974)

    render(reply, Console(file=page, width=60, highlight=False))

    assert page.getvalue().split("\n")[0].rstrip() == "Wait now [bold]x[/bold]."
    assert "rate-limit-429 · 97% sure" in page.getvalue()


def test_a_terminal_shows_nothing_for_silence() -> None:
    page = io.StringIO()

    render(Reply(Outcome.SILENCE), Console(file=page))

    assert page.getvalue().strip() == ""


def test_a_message_names_its_thread_and_its_number() -> None:
    assert to_message("hi", 3, "t") == Message("t:3", Place("console", thread="t"), "you", "hi")


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("429?\r", "429?"),
        ("one\x1b\rtwo\r", "one\ntwo"),
        ("\x1b[200~Traceback:\n  line 1\r\n  line 2\n\x1b[201~\r", "Traceback:\n  line 1\n  line 2\n"),
    ],
)
async def test_a_paste_of_many_lines_is_one_message(keys: str, text: str, tmp_path: Path) -> None:
    with create_pipe_input() as source:
        source.send_text(keys)

        typed = await open_prompt(tmp_path / "history", redact, source, DummyOutput()).prompt_async()

    assert typed == text


async def test_the_history_holds_redacted_text_only(tmp_path: Path) -> None:
    file = tmp_path / "state" / "history"
    with create_pipe_input() as source:
        source.send_text("my secret fails\r")
        prompt = open_prompt(file, redact, source, DummyOutput())

        await prompt.prompt_async()

    assert prompt.history.get_strings() == ["my <KEY_1> fails"]
    assert "secret" not in file.read_text()
    assert "<KEY_1>" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_a_later_chat_finds_the_history_of_the_earlier(tmp_path: Path) -> None:
    RedactedHistory(tmp_path / "history", redact).append_string("one\ntwo")

    later = RedactedHistory(tmp_path / "history", redact)

    assert list(later.load_history_strings()) == ["one\ntwo"]


def test_a_very_long_paste_is_not_kept(tmp_path: Path) -> None:
    history = RedactedHistory(tmp_path / "history", redact)

    history.append_string("x" * (LONGEST + 1))

    assert history.get_strings() == []


def test_a_chat_works_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    history = RedactedHistory(tmp_path / "file" / "history", redact)

    history.append_string("429?")

    assert history.get_strings() == ["429?"]
    assert list(history.load_history_strings()) == []


async def test_ctrl_d_leaves_the_prompt(tmp_path: Path) -> None:
    with create_pipe_input() as source:
        source.send_text("\x04")

        with pytest.raises(EOFError):
            await asyncio.wait_for(open_prompt(tmp_path / "h", redact, source, DummyOutput()).prompt_async(), 5)
