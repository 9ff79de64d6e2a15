"""A Slack in the terminal: start the bot with the variables that are printed, then write to it here."""

import asyncio
import sys
from pathlib import Path

from tests.fakes.human import Shown, Upload
from tests.fakes.slack import FakeSlack, SlackPerson

HELP = """\
WORDS             ask the bot by name in #support
:dm WORDS         ask it in a direct message
:thread WORDS     write below its last answer, without its name
/faq WORDS        ask by the command
:press LABEL      press a button of the last answer that has it
:submit WORDS     fill in and send the form that is open
:file PATH        send it a file in a direct message
:home             open the app's home
:quit"""


async def read_line() -> str:
    """Return a line from the terminal without its end; ``:quit`` where there are no more."""
    line = await asyncio.to_thread(sys.stdin.readline)
    return line.rstrip("\n") if line else ":quit"


def draw(shown: Shown) -> str:
    place = "only you see this" if shown.private else shown.channel
    labels = "  ".join(f"[{label}]" for label in shown.labels)
    return "\n".join(filter(None, (f"── {place}{' (edited)' if shown.edited else ''}", shown.text, labels)))


async def show_replies(person: SlackPerson) -> None:
    """Print each message of the bot's when it comes or changes."""
    drawn: dict[str, Shown] = {}
    while True:
        for shown in person.shown():
            if drawn.get(shown.key) != shown:
                drawn[shown.key] = shown
                print(draw(shown), flush=True)  # noqa: T201  # this is a terminal program
        await person.slack.pulse.next()


async def obey(person: SlackPerson, line: str) -> None:
    """Do what *line* says."""
    word, _, rest = line.partition(" ")
    shown = person.shown()
    if word == "/faq":
        await person.slash(rest)
    elif word == ":dm":
        await person.say(rest, direct=True)
    elif word == ":thread" and shown:
        await person.say(rest, mention=False, thread=shown[-1])
    elif word == ":press" and shown:
        await person.press(next((one for one in reversed(shown) if rest in one.labels), shown[-1]), rest)
    elif word == ":submit":
        await person.submit(rest)
    elif word == ":file":
        path = Path(rest)
        await person.say("", direct=True, files=(Upload(path.name, path.read_bytes()),))  # noqa: ASYNC240
    elif word == ":home":
        person.slack.open_home(person.user("asker"))
        await person.quiet()
        print(draw(home) if (home := person.home()) else "(nothing there)")  # noqa: T201
    elif line:
        await person.say(line)


async def main(port: int) -> None:
    async with FakeSlack(port=port, strict=False) as slack:
        person = SlackPerson(slack)
        for name, value in slack.environment.items():
            print(f"export {name}={value}")  # noqa: T201
        print(HELP, flush=True)  # noqa: T201
        replies = asyncio.create_task(show_replies(person))
        while (line := await read_line()) != ":quit":
            try:
                await obey(person, line)
            except (LookupError, OSError) as problem:
                print(f"not possible: {problem}")  # noqa: T201
        replies.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
