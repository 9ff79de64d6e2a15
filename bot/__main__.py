"""Runs the command line: a fault is one clear line on the error output and a non-zero exit code, never a traceback."""

import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

FAULT = 2
UNFORESEEN = 70
INTERRUPTED = 130


def main() -> None:
    """Carry out the command that this process was started with, and leave with its exit code."""
    # Threads that wait for each other took a question from 6 to 22 ms on two busy cores, and learning gains nothing.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an answer in Chinese must not fail on a terminal that lacks it
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Carry out the command in *arguments* and return its exit code."""
    try:
        return _carry_out(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as leaving:  # typer leaves so where nobody reads the output any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(leaving.code or 0)
    except Exception as error:
        if os.environ.get("FRONTDESK_DEBUG"):
            raise
        complaint = _foreseen(error)
        sys.stderr.write(f"{complaint or _unforeseen(error)}\n")
        return FAULT if complaint else UNFORESEEN


def _carry_out(arguments: Sequence[str]) -> int:
    import typer  # noqa: PLC0415 - all is imported here, so that an interrupt or a fault while importing is quiet too

    from bot.cli.app import app  # noqa: PLC0415

    try:
        command = typer.main.get_command(app)
        return int(command.main(args=list(arguments) or ["--help"], prog_name="frontdesk", standalone_mode=False) or 0)
    except typer.Abort:
        return INTERRUPTED


def _foreseen(error: Exception) -> str | None:
    """What to say to the person about *error*, or None where it is a fault of the program."""
    from typer import TyperException  # noqa: PLC0415

    from bot.cli.app import CommandError  # noqa: PLC0415
    from bot.evaluation import EvaluationError  # noqa: PLC0415
    from bot.faq.faults import FaqError  # noqa: PLC0415
    from bot.ledger.port import LedgerError  # noqa: PLC0415
    from bot.settings import SettingsError  # noqa: PLC0415

    if isinstance(error, FaqError):
        return str(error)
    if isinstance(error, TyperException):
        return f"frontdesk: {error.format_message() if hasattr(error, 'format_message') else error}"
    if isinstance(error, OSError):
        return f"frontdesk: {error.filename or 'the system'}: {error.strerror or error}"
    if isinstance(error, CommandError | EvaluationError | LedgerError | SettingsError):
        return f"frontdesk: {error}"
    return None


def _unforeseen(error: Exception) -> str:
    """Where *error* happened; not its message, which may quote what a person wrote."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"frontdesk: a fault of the program, {type(error).__name__} at {place}; FRONTDESK_DEBUG=1 shows all of it"


if __name__ == "__main__":
    main()
