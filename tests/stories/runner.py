"""Plays transcripts: what is said by whom, and what is expected of the desk.

A story is a YAML file: ``story`` says what it shows, ``where`` is "thread" or "channel", and each of the ``turns`` has
``say``, ``expect`` (an outcome, and for an answer its entries), and perhaps ``by`` (a role, "asker" if absent),
``overheard: true``, ``in`` (another place of the same kind), ``has`` and ``lacks`` (words of the reply), ``choices``
(entries, "none" being none of these) and ``language``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.desk import Desk
from bot.model import Message, Place, Reply


@dataclass(frozen=True, slots=True)
class Story:
    name: str
    threaded: bool
    turns: tuple[dict[str, Any], ...]


def stories(folder: Path) -> Iterator[Story]:
    """Yield the stories in *folder* by name."""
    for path in sorted(folder.glob("*.yaml")):
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield Story(path.stem, told["where"] == "thread", tuple(told["turns"]))


async def play(story: Story, desk: Desk) -> None:
    """Say the lines of *story* at *desk* in order, and hold each reply against what is expected.

    Raises:
        AssertionError: a reply is another than expected; the message names the line of the story.
    """
    for number, turn in enumerate(story.turns, start=1):
        name = str(turn.get("in", "here"))
        place = Place("story", channel="help", thread=name) if story.threaded else Place("story", channel=name)
        addressed = not turn.get("overheard", False)
        author = turn.get("by", "asker")
        reply = await desk.consider(Message(f"turn {number}", place, author, turn["say"], addressed=addressed))
        assert reply is not None
        faults = list(_faults(turn, reply))
        assert not faults, f"{story.name}, turn {number}, {turn['say']!r}: {'; '.join(faults)}\n{reply}"


def _faults(turn: dict[str, Any], reply: Reply) -> Iterator[str]:
    got = " ".join((reply.outcome.value, *reply.entries))
    accepted = turn["expect"] if isinstance(turn["expect"], list) else [turn["expect"]]
    if got not in accepted:
        yield f"expected {' or '.join(accepted)}, got {got}"
    yield from (f"{words!r} is missing" for words in turn.get("has", ()) if words not in reply.text)
    yield from (f"{words!r} is there" for words in turn.get("lacks", ()) if words in reply.text)
    if "language" in turn and turn["language"] != reply.language:
        yield f"expected language {turn['language']}, got {reply.language}"
    offered = [choice.entry or "none" for choice in reply.choices]
    if "choices" in turn and turn["choices"] != offered:
        yield f"expected the choices {turn['choices']}, got {offered}"
