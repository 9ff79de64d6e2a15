import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.__main__ import FAULT, INTERRUPTED, UNFORESEEN, run
from tests.cli.kit import FAQ, Outcome, Run, move_apart

ROOT = Path(__file__).parents[2]


class Pipe(io.TextIOWrapper):
    """An input that is no terminal and holds given bytes."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")


@pytest.fixture
def frontdesk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs a command in an empty folder with a small faq.yaml, without the encoder; ``stdin`` is piped in."""
    move_apart(tmp_path, monkeypatch)
    (tmp_path / "small.yaml").write_text(FAQ, encoding="utf-8")
    monkeypatch.setenv("FRONTDESK_FAQ", "small.yaml")

    def call(*arguments: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", Pipe(stdin))
        code = run(arguments)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Outcome(code, out.decode(), err.decode())

    return call


def test_a_question_is_answered_as_plain_text(frontdesk: Run) -> None:
    assert frontdesk("ask", "when", "are", "you", "open?") == (
        0,
        "**When are you open?**\n\nFrom **nine** to five.\n",
        "",
    )


def test_a_question_may_come_from_the_input(frontdesk: Run) -> None:
    asked = frontdesk("ask", "-", stdin=b"Where can I park\nmy car?\n")

    assert "Behind the house." in asked.out


def test_bytes_that_are_no_text_are_read_as_well_as_can_be(frontdesk: Run) -> None:
    assert frontdesk("ask", "where can I park my car? \udcff").code == 0
    assert frontdesk("ask", "-", stdin=b"where can I park my car? \xff").code == 0


def test_a_question_may_be_answered_for_programs(frontdesk: Run) -> None:
    asked = frontdesk("ask", "--json", "when are you open?")

    fields = json.loads(asked.out)
    assert (fields["id"], fields["outcome"], fields["entry"]) == (None, "answer", "opening-hours")
    assert fields["text"].endswith("From **nine** to five.")


def test_lines_are_answered_in_order_and_share_the_conversation_of_their_thread(frontdesk: Run) -> None:
    lines = [
        {"id": 1, "text": "when are you open?", "thread": "t"},
        {"id": 2, "text": "when are you open?", "thread": "t"},
        {"id": 3, "text": "when are you open?"},
    ]

    asked = frontdesk("batch", stdin="\n".join(map(json.dumps, lines)).encode())

    first, second, third = map(json.loads, asked.out.splitlines())
    assert [first["id"], second["id"], third["id"]] == [1, 2, 3]
    assert first["text"] == third["text"] != second["text"]


def test_run_answers_what_is_piped_in_as_one_question(frontdesk: Run) -> None:
    asked = frontdesk("run", stdin=b"Hello,\n\nwhere can I park\nmy car?\n")

    assert asked.code == 0
    assert asked.out.count("Behind the house.") == 1


def test_run_says_what_it_could_do_where_there_is_nothing_to_do(frontdesk: Run) -> None:
    ran = frontdesk("run", stdin=b"\n")

    assert (ran.code, ran.out) == (0, "")
    assert "DISCORD_TOKEN" in ran.err


@pytest.mark.parametrize(
    ("token", "missing"),
    [("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"), ("SLACK_APP_TOKEN", "SLACK_BOT_TOKEN")],
)
def test_run_says_what_a_platform_still_needs(
    frontdesk: Run, monkeypatch: pytest.MonkeyPatch, token: str, missing: str
) -> None:
    monkeypatch.setenv(token, "EXAMPLE-of-no-use")

    started = frontdesk("run")

    assert started.code == FAULT
    assert started.out == ""
    assert started.err.splitlines()[-1].startswith("frontdesk: ")
    assert missing in started.err
    assert "EXAMPLE" not in started.err


def test_a_chat_without_a_terminal_answers_line_by_line_in_one_conversation(frontdesk: Run) -> None:
    talked = frontdesk("chat", stdin=b"when are you open?\n\nwhere can I park my car?\n/quit\nwhen do you close\n")

    assert talked.code == 0
    assert talked.out.count("nine") == 1
    assert talked.out.count("Behind the house.") == 1


def test_why_shows_the_signals_and_the_runner_up(frontdesk: Run) -> None:
    shown = frontdesk("why", "where can I park my car?")

    assert shown.code == 0
    assert "compared   where can i park my car" in shown.out
    assert "runner-up  opening-hours" in shown.out
    assert "change     " in shown.out


def test_a_file_is_checked_and_the_code_says_what_was_found(frontdesk: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("entries: []\n")

    advice, faults = frontdesk("check"), frontdesk("check", "--json", "--faq", "broken.yaml")

    assert (advice.code, faults.code) == (1, 2)
    assert advice.out.startswith("small.yaml:2:")
    assert json.loads(faults.out)["faults"]


def test_the_schema_is_printed(frontdesk: Run) -> None:
    assert "entries" in json.loads(frontdesk("schema").out)["properties"]


def test_labelled_questions_are_measured(frontdesk: Run, tmp_path: Path) -> None:
    labelled = [
        {"id": 1, "text": "when are you open?", "expected": "opening-hours", "lang": "en", "kind": "question"},
        {"id": 2, "text": "where can I park my car?", "expected": "opening-hours", "lang": "en", "kind": "question"},
    ]
    (tmp_path / "labelled.jsonl").write_text("\n".join(map(json.dumps, labelled)), encoding="utf-8")

    text, fields = frontdesk("eval", "labelled.jsonl"), frontdesk("eval", "--json", "labelled.jsonl")

    assert "all                         2          50.0%" in text.out
    assert json.loads(fields.out)["confusions"] == [{"expected": "opening-hours", "got": "parking", "count": 1}]
    assert text.code == fields.code == 0


def test_no_command_shows_the_commands(frontdesk: Run) -> None:
    shown = frontdesk()

    assert shown.code == 0
    assert all(
        f"  {command} " in shown.out for command in ("run", "chat", "ask", "why", "batch", "check", "eval", "schema")
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nonsense"], "frontdesk: No such command 'nonsense'."),
        (["ask"], "frontdesk: Missing argument 'TEXT'."),
        (["ask", "--faq", "missing.yaml", "hi"], "missing.yaml:1:1: there is no file missing.yaml"),
        (["batch", "--faq", "broken.yaml"], "broken.yaml:1:1: "),
        (["eval", "missing.jsonl"], "frontdesk: missing.jsonl: No such file or directory"),
        (["eval", "faulty.jsonl"], "frontdesk: faulty.jsonl:2: this line is no JSON"),
        (["eval", "latin.jsonl"], "frontdesk: latin.jsonl is not UTF-8"),
    ],
)
def test_a_fault_is_one_clear_line_and_a_code(
    frontdesk: Run, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    (tmp_path / "broken.yaml").write_text("[]")
    (tmp_path / "faulty.jsonl").write_text('{"text": "x", "expected": null}\n{')
    (tmp_path / "latin.jsonl").write_bytes(b"\xe9")

    failed = frontdesk(*arguments)

    assert failed.code == FAULT
    assert failed.out == ""
    assert failed.err.startswith(complaint)
    assert failed.err.count("\n") == 1


def test_every_fault_of_a_file_has_its_line(frontdesk: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("entries:\n  - {id: a, question: q}\n  - {id: a, answer: b}\n")

    failed = frontdesk("ask", "--faq", "broken.yaml", "hi")

    assert failed.code == FAULT
    assert len(failed.err.splitlines()) > 1
    assert all(line.startswith("broken.yaml:") for line in failed.err.splitlines())


def test_a_faulty_setting_is_named(frontdesk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_SEMANTIC", "perhaps")

    assert frontdesk("ask", "hi").err == "frontdesk: FRONTDESK_SEMANTIC is 'perhaps': write yes or no\n"


def _raise(error: BaseException) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_an_interrupt_is_quiet(frontdesk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.app.read_settings", _raise(KeyboardInterrupt()))

    assert frontdesk("ask", "hi") == (INTERRUPTED, "", "")


def test_an_unforeseen_fault_is_one_line_that_quotes_nobody(frontdesk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.app.read_settings", _raise(ZeroDivisionError("what a person wrote")))

    failed = frontdesk("ask", "hi")

    assert failed.code == UNFORESEEN
    assert failed.err.startswith("frontdesk: a fault of the program, ZeroDivisionError at test_app.py:")
    assert "person" not in failed.err
    assert failed.err.count("\n") == 1


def test_an_unforeseen_fault_can_be_seen_in_full(frontdesk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.app.read_settings", _raise(ZeroDivisionError("all of it")))
    monkeypatch.setenv("FRONTDESK_DEBUG", "1")

    with pytest.raises(ZeroDivisionError, match="all of it"):
        frontdesk("ask", "hi")


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A batch in a process of its own, with pipes to talk to it."""
    (tmp_path / "small.yaml").write_text(FAQ, encoding="utf-8")
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))),
        "FRONTDESK_SEMANTIC": "no",
        "FRONTDESK_FAQ": "small.yaml",
    }
    command = [sys.executable, "-m", "bot", "batch"]
    pipe = subprocess.PIPE
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background inherits deafness to it
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdin=pipe, stdout=pipe, stderr=pipe) as running:
        signal.signal(signal.SIGINT, before)
        yield running
        running.kill()


def test_a_pipe_gets_each_answer_before_it_asks_again(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    assert process.stdout
    for number in (1, 2):
        process.stdin.write(json.dumps({"id": number, "text": "are you open now"}).encode() + b"\n")
        process.stdin.flush()

        assert json.loads(process.stdout.readline())["id"] == number


def test_a_reader_that_goes_away_is_met_with_quiet(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    process.stdin.write(b'{"id": 1, "text": "hi"}\n' * 3)
    process.stdin.close()

    assert process.wait(timeout=30) == 1
    assert process.stderr.read() == b""


def test_a_batch_that_is_interrupted_leaves_quietly(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(b'{"id": 1, "text": "hi"}\n')
    process.stdin.flush()
    process.stdout.readline()

    process.send_signal(signal.SIGINT)

    assert process.wait(timeout=30) == INTERRUPTED
    assert process.stderr.read() == b""


def test_an_answer_in_chinese_does_not_fail_where_the_output_cannot_show_it(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(FAQ.replace("Behind the house.", "房子后面"), encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "HOME": str(tmp_path)}
    environ["FRONTDESK_SEMANTIC"] = "no"
    command = [sys.executable, "-m", "bot", "ask", "--faq", "small.yaml", "where can I park my car?"]

    asked = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, check=True)

    assert asked.stderr == b""


class Terminal:
    """A terminal in which a person chats: types, and waits until something shows."""

    def __init__(self, folder: Path) -> None:
        own, theirs = pty.openpty()
        environ = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))),
            "FRONTDESK_SEMANTIC": "no",
            "HOME": str(folder),
        }
        environ.update(FRONTDESK_FAQ=str(folder / "small.yaml"), TERM="xterm", PROMPT_TOOLKIT_NO_CPR="1")
        command = [sys.executable, "-m", "bot", "run"]
        self.process = subprocess.Popen(command, cwd=folder, env=environ, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self._screen = own
        self._unread = b""

    def wait_for(self, shown: str) -> None:
        """Read on until *shown* has appeared; fails where the program ends or stays mute for long."""
        while shown.encode() not in self._unread:
            ready, _, _ = select.select([self._screen], [], [], 20)
            assert ready, self._unread
            self._unread += os.read(self._screen, 65_536)
        self._unread = self._unread.partition(shown.encode())[2]

    def type(self, keys: str) -> None:
        os.write(self._screen, keys.encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._screen)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    (tmp_path / "small.yaml").write_text(FAQ, encoding="utf-8")
    opened = Terminal(tmp_path)
    yield opened
    opened.close()


def test_a_person_at_a_terminal_chats_sees_edits_served_and_leaves(terminal: Terminal, tmp_path: Path) -> None:
    terminal.wait_for("you>")

    terminal.type("where can I park my car?\r")
    terminal.wait_for("Behind the house.")
    terminal.wait_for("you>")
    (tmp_path / "small.yaml").write_text(FAQ.replace("Behind the house.", "In the street."), encoding="utf-8")
    terminal.wait_for("small.yaml was read again: 2 entries")
    terminal.type("/new\r")
    terminal.wait_for("A new conversation begins.")
    terminal.wait_for("you>")
    terminal.type("where can I park my car?\r")
    terminal.wait_for("In the street.")
    terminal.wait_for("you>")
    terminal.type("\x04")

    assert terminal.process.wait(timeout=60) == 0
    assert "where can I park my car?" in (tmp_path / ".local/state/frontdesk/chat-history").read_text(encoding="utf-8")


def test_ctrl_c_leaves_a_chat_quietly(terminal: Terminal) -> None:
    terminal.wait_for("you>")

    terminal.type("\x03")

    assert terminal.process.wait(timeout=30) == INTERRUPTED
