"""The commands of ``frontdesk``: each reads its arguments, asks, prints, and returns its exit code.

What a command needs is imported when it runs: a terminal's libraries, the file watcher and the encoder cost more time
and memory than most commands have.
"""

import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.operating import operating
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from rich.console import Console

    from bot.assembly import Service
    from bot.evaluation import Case, Score
    from bot.serving import Serve

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(operating)

FaqOption = Annotated[Path | None, typer.Option("--faq", metavar="FILE", help="The content file to answer from.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
TextArgument = Annotated[list[str], typer.Argument(metavar="TEXT", help="What to ask; - reads it from the input.")]

NOTHING_TO_DO = (
    "frontdesk: there is no platform to serve and no question to answer. Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or"
    " DISCORD_TOKEN; without them run it in a terminal, or pipe a question in."
)


class CommandError(Exception):
    """A command that cannot be carried out; the message says why and what to do."""


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - the command line calls it so
    if wanted:
        from importlib.metadata import version

        typer.echo(f"frontdesk {version('frontdesk')}")
        raise typer.Exit


@app.callback()
def _frontdesk(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """A support bot that answers from one reviewed file and does not guess."""


@app.command()
def run(faq: FaqOption = None) -> int:
    """Start the bot: on its platforms, else here.

    Without tokens this is a chat in the terminal; what is piped in is answered as one question.
    """
    settings = _settings(faq)
    if platforms := _platforms(settings):
        return _serve(settings, platforms)
    if sys.stdin.isatty():
        return _chat(settings)
    if not (asked := _read_input()).strip():
        typer.echo(NOTHING_TO_DO, err=True)
        return 0
    return _print_answer(settings, asked, as_json=False)


@app.command()
def chat(faq: FaqOption = None) -> int:
    """Talk with the bot in this terminal."""
    return _chat(_settings(faq))


@app.command()
def ask(text: TextArgument, faq: FaqOption = None, as_json: JsonOption = False) -> int:
    """Answer one question."""
    return _print_answer(_settings(faq), _text(text), as_json=as_json)


@app.command()
def why(text: TextArgument, faq: FaqOption = None) -> int:
    """Show why a question gets the answer it gets.

    What speaks for each entry, the runner-up, and the smallest change that would turn the result.
    """
    from adapters.console import to_message
    from bot.assembly import open_service
    from bot.cli.why import smallest_change, to_text

    service, asked = open_service(_settings(faq)), _text(text)
    reply = asyncio.run(service.desk.consider(to_message(asked, 1, "why")))
    library = service.library
    reading = library.reader.read(asked, ())
    turn = smallest_change(reading, library.faq, library.ranker.rank, library.ranker.threshold)
    typer.echo(to_text(reading, reply, library.ranker.explain(reading), turn))
    return 0


@app.command()
def batch(faq: FaqOption = None) -> int:
    """Answer JSON Lines, one JSON line for each."""
    from bot.assembly import open_service
    from bot.cli.batch import answer_lines

    service = open_service(_settings(faq))
    for line in answer_lines(sys.stdin.buffer, service.desk.consider):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    return 0


@app.command()
def check(faq: FaqOption = None, as_json: JsonOption = False) -> int:
    """Name the faults of a content file, and what could be better."""
    from bot.assembly import builder, faq_path
    from bot.cli.check import examine

    settings = _settings(faq)
    found = examine(faq_path(settings), builder(settings), datetime.now(UTC).date())
    typer.echo(_dump(found.to_json()) if as_json else found.to_text())
    return found.code


@app.command(name="eval")
def evaluate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Labelled questions, as JSON Lines.")],
    faq: FaqOption = None,
    budget: Annotated[
        str | None,
        typer.Option(metavar="SHARE", help="Find the lowest threshold within a share of wrong answers, such as 2%."),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw how often each confidence is right, such as out.png.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Measure how often the bot is right, wrong and silent.

    With --budget the single questions alone are put, and the exit code is 1 where they are too few to promise it.
    """
    from bot.assembly import open_service
    from bot.cli.evaluate import put_all, to_text
    from bot.evaluation import summarise

    if plot:
        _require_plotting()
    share = None if budget is None else _share(budget)
    cases = tuple(case for file in files for case in _cases(file) if share is None or len(case.turns) == 1)
    service = open_service(_settings(faq))
    turns = sum(len(case.turns) for case in cases)
    with typer.progressbar(length=turns, label="asking", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        scores = asyncio.run(put_all(cases, service.desk.consider, bar.update))
    threshold, code = service.library.ranker.threshold, 0
    if share is None:
        report = summarise(scores)
        typer.echo(_dump(report.to_json()) if as_json else to_text(report))
    else:
        code = _print_plan(scores, share, threshold, as_json=as_json)
    if plot:
        told = _draw(scores, threshold, plot)
        typer.echo(told, err=as_json)
    return code


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The content file as it was.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The content file as it will be.")],
    questions: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Labelled questions to put too; may be repeated.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Show which answers an edit changes, silences or starts.

    Both files are asked their own phrasings and the labelled questions. The exit code is 1 where something right before
    is not right any more, or where silence becomes a wrong answer.
    """
    from bot.assembly import builder
    from bot.cli.diff import code, put_to_both, to_text
    from bot.faq.load import load
    from bot.whatif import own_cases

    cases = tuple(case for file in questions or () for case in _cases(file))
    contents = load(old), load(new)
    before, after = map(builder(_settings(None)), contents)
    turns = 2 * sum(len(case.turns) for case in (*cases, *own_cases(*contents)))
    with typer.progressbar(length=turns, label="asking", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        comparison = asyncio.run(put_to_both(before, after, cases, bar.update))
    typer.echo(_dump(comparison.to_json()) if as_json else to_text(comparison))
    return code(comparison)


@app.command()
def schema() -> int:
    """Print the JSON Schema of faq.yaml, for editors."""
    from bot.faq.schema import editor_schema

    typer.echo(_dump(editor_schema()))
    return 0


def _settings(faq: Path | None) -> Settings:
    settings = read_settings(os.environ, Path.cwd())
    return replace(settings, faq=faq) if faq else settings


def _platforms(settings: Settings) -> list[str]:
    """The names of the platforms of which something is set; their adapters say what is missing."""
    slack = (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    return [name for name, is_set in (("slack", any(slack)), ("discord", bool(settings.discord_token))) if is_set]


def _serve(settings: Settings, platforms: Sequence[str]) -> int:
    from bot.serving import run

    run(settings, [_adapter(name) for name in platforms])
    return 0


def _adapter(name: str) -> "Serve":
    try:
        adapter: Serve = import_module(f"adapters.{name}.app").serve
    except ModuleNotFoundError as error:
        raise CommandError(
            f"{error.name} is missing, which {name.capitalize()} needs: pip install 'frontdesk[{name}]'"
        ) from error
    return adapter


def _text(words: list[str]) -> str:
    return _read_input() if words == ["-"] else _decoded(os.fsencode(" ".join(words)))


def _read_input() -> str:
    return _decoded(sys.stdin.buffer.read())


def _decoded(text: bytes) -> str:
    """*text* as UTF-8, with a mark in place of what is none."""
    return text.decode("utf-8", "replace")


def _print_answer(settings: Settings, text: str, *, as_json: bool) -> int:
    """Answer *text* once: as the object of the batch contract, as a rendered page in a terminal, or as plain text."""
    from adapters.console import render, to_message, to_text
    from bot.assembly import open_service
    from bot.cli.batch import to_line, to_object

    service = open_service(settings)
    start = time.perf_counter()
    reply = asyncio.run(service.desk.consider(to_message(text, 1, "ask")))
    milliseconds = (time.perf_counter() - start) * 1000
    if as_json:
        sys.stdout.buffer.write(to_line(to_object(None, reply, milliseconds)))
        sys.stdout.buffer.flush()
    elif reply and sys.stdout.isatty():
        render(reply, _page())
    elif reply:
        typer.echo(to_text(reply))
    return 0


def _chat(settings: Settings) -> int:
    from adapters.console import chat, to_text
    from bot.assembly import open_service

    service = open_service(settings)
    thread = uuid.uuid4().hex
    if sys.stdin.isatty():
        asyncio.run(_converse(service, settings, thread))
    else:
        asyncio.run(chat(service.desk.answer, _read_line, lambda reply: typer.echo(f"{to_text(reply)}\n"), thread))
    return 0


def _page() -> "Console":
    from rich.console import Console

    return Console(highlight=False)


async def _converse(service: "Service", settings: Settings, thread: str) -> None:
    """Chat with the person at this terminal, following the file meanwhile."""
    from prompt_toolkit.patch_stdout import patch_stdout

    from adapters.console import HELP, chat, render
    from adapters.prompt import open_prompt
    from bot.reading.redact import redact

    prompt = open_prompt(settings.state / "chat-history", lambda text: redact(text).text)
    console = _page()
    console.print(HELP, style="dim")
    following = asyncio.create_task(service.follow(console.print))
    try:
        with patch_stdout(raw=True):
            await chat(service.desk.answer, prompt.prompt_async, lambda reply: render(reply, console), thread)
    finally:
        following.cancel()


async def _read_line() -> str:
    """The next line of the input; waits without giving way, since nobody else is being served.

    Raises:
        EOFError: there is none.
    """
    if not (line := sys.stdin.buffer.readline()):
        raise EOFError
    return _decoded(line)


def _cases(file: Path) -> "tuple[Case, ...]":
    from bot.evaluation import read_cases

    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise CommandError(f"{file} is not UTF-8: save it as UTF-8") from None
    return read_cases(lines, file.name)


def _share(text: str) -> float:
    """The share that *text* names, as a percentage or as a number between 0 and 1."""
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise CommandError(f"--budget {text}: a share of the answers is needed, more than none and less than all: 2%")
    return share


def _print_plan(scores: Sequence["Score"], budget: float, own: float, *, as_json: bool) -> int:
    """Print what *budget* allows; *own* is the file's threshold."""
    from bot.budget import guesses, plan
    from bot.cli.budget import code, to_text
    from bot.evaluation import labels

    planned = plan(guesses(scores, labels(score.case for score in scores)), budget, own)
    typer.echo(_dump(planned.to_json()) if as_json else to_text(planned))
    return code(planned)


def _require_plotting() -> None:
    """See to it that nobody waits for answers that cannot be drawn."""
    try:
        import_module("matplotlib")
    except ModuleNotFoundError:
        raise CommandError("--plot needs matplotlib: pip install 'frontdesk[plot]'") from None


def _draw(scores: Sequence["Score"], threshold: float, file: Path) -> str:
    """Draw the reliability of the single questions among *scores* to *file*; what the picture says, in one line."""
    from bot.budget import guesses
    from bot.cli.plot import draw, title
    from bot.evaluation import labels
    from bot.reliability import bins

    known = labels(score.case for score in scores)
    found = bins(guesses([score for score in scores if len(score.case.turns) == 1], known))
    try:
        draw(found, threshold, file)
    except ValueError as error:
        raise CommandError(f"--plot {file}: {error}") from error
    return f"{file}: {title(found)}"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
