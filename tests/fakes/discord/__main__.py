"""The fake Discord by hand: serve it, say how to point a bot at it, and write to the bot in a terminal."""

import argparse
import asyncio
import sys
from functools import partial
from pathlib import Path

from tests.fakes.discord.human import DiscordPerson
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.human import Shown, Upload

HELP = """\
words                to the bot by name            !words               to everybody in the channel
@words               in a direct message           >words               go on where the bot wrote last
/ask words           by the command                /trace path          hand in a file
#title | body        open a post in the forum      +label               press a button below the last message
=words               fill and send the form        ?                    this help
"""


async def act(person: DiscordPerson, line: str) -> None:
    """Do what *line* says.

    Raises:
        LookupError: what it needs is not there.
        OSError: the file cannot be read.
    """
    kind, rest = line[:1], line[1:].strip()
    latest = person.shown()[-1:]
    if kind == "!":
        await person.say(rest, mention=False)
    elif kind == "@":
        await person.say(rest, direct=True)
    elif kind == ">":
        await person.say(rest, thread=latest[0] if latest else None)
    elif kind == "#":
        title, _, body = rest.partition("|")
        await person.post(title.strip(), body.strip())
    elif kind == "+":
        await press(person, rest)
    elif kind == "=":
        await person.submit(rest)
    elif kind == "/":
        await command(person, rest)
    elif kind == "?":
        say(HELP)
    elif line:
        await person.say(line)


async def press(person: DiscordPerson, label: str) -> None:
    for shown in reversed(person.shown()):
        if label in shown.labels:
            await person.press(shown, label)
            return
    raise LookupError(f"there is no {label!r} to press")


async def command(person: DiscordPerson, line: str) -> None:
    name, _, rest = line.partition(" ")
    if name == "trace":
        await person.trace(read(Path(rest.strip())))
    else:
        await person.slash(rest)


def read(path: Path) -> Upload:
    return Upload(path.name, path.read_bytes())


def told(shown: Shown) -> str:
    """Return one message of the bot as lines for the terminal."""
    where = "only you see" if shown.private else f"in {shown.thread or shown.channel}"
    changed = ", edited" if shown.edited else ""
    labels = "".join(f" [{label}]" for label in shown.labels)
    return f"--- {where}{changed}\n{shown.text}\n{labels}".rstrip()


async def watch(discord: FakeDiscord, person: DiscordPerson) -> None:
    """Tell what the bot shows, and tell again what it changes."""
    seen: tuple[Shown, ...] = ()
    while True:
        await discord.pulse.until(partial(differs, person, seen))
        now = person.shown()
        for shown in now:
            if shown not in seen:
                say(told(shown))
        seen = now


def differs(person: DiscordPerson, seen: tuple[Shown, ...]) -> bool:
    return person.shown() != seen


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def talk(person: DiscordPerson) -> None:
    """Read lines until there are no more."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        try:
            await act(person, line.strip())
        except (LookupError, OSError) as error:
            say(f"({error})")


async def serve(port: int, *, message_content: bool, limits: bool) -> None:
    discord = FakeDiscord(message_content=message_content, limits=limits, strict=False)
    await discord.start(port)
    person = DiscordPerson(discord)
    say(f"export DISCORD_TOKEN={discord.token}")
    say(f"export DISCORD_API_URL={discord.api_url}")
    say(f"export DISCORD_GATEWAY_URL={discord.gateway_url}")
    say(HELP)
    watching = asyncio.create_task(watch(discord, person))
    try:
        await talk(person)
    finally:
        watching.cancel()
        await discord.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.discord", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--message-content", action="store_true", help="switch the intent to read all content on")
    parser.add_argument("--no-limits", action="store_true", help="let through whatever comes, as for a load run")
    asked = parser.parse_args()
    asyncio.run(serve(asked.port, message_content=asked.message_content, limits=not asked.no_limits))


if __name__ == "__main__":
    main()
