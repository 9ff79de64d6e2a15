"""What Discord accepts in a message: lengths, counts and flags, refused with the tree of what is wrong where."""

from collections.abc import Sequence
from typing import Any

from tests.fakes.discord import components
from tests.fakes.discord.errors import DiscordError, Payload, empty_message, invalid_form
from tests.fakes.discord.state import MessageFlag

Problems = dict[str, tuple[str, str]]

EMBED_LENGTHS = {"title": 256, "description": 4096}
MENTION_KINDS = frozenset({"roles", "users", "everyone"})


def too_long(limit: int) -> tuple[str, str]:
    return "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length."


def bad_length(low: int, high: int) -> tuple[str, str]:
    return "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length."


def required() -> tuple[str, str]:
    return "BASE_TYPE_REQUIRED", "This field is required"


def bad_choice(choices: Sequence[object]) -> tuple[str, str]:
    return "BASE_TYPE_CHOICES", f"Value must be one of {{{', '.join(map(str, choices))}}}."


def check_message(body: Payload, *, files: int = 0, kept: bool = False) -> None:
    """Refuse a message that Discord would refuse; *files* come along, *kept* says that it has something in it already.

    Raises:
        DiscordError: 50035 with its tree, or 50006 for a message with nothing in it.
    """
    problems: Problems = {}
    content = body.get("content") or ""
    if not isinstance(content, str):
        raise invalid_form({"content": ("STRING_TYPE_CONVERT", "Could not interpret value as string.")})
    if len(content) > 2000:
        problems["content"] = too_long(2000)
    problems |= _embeds(body.get("embeds") or [])
    problems |= _mentions(body.get("allowed_mentions"))
    parts = body.get("components") or []
    modern = bool((body.get("flags") or 0) & MessageFlag.IS_COMPONENTS_V2)
    if modern:
        problems |= _modern(body)
    problems |= components.check(parts, modern=modern)
    if problems:
        raise invalid_form(problems)
    if modern and not parts and not kept:
        raise empty_message()
    if not (modern or kept or content.strip() or body.get("embeds") or parts or files or body.get("sticker_ids")):
        raise empty_message()


def _modern(body: Payload) -> Problems:
    words = "The {} field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
    return {
        name: ("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", words.format(f"'{name}'"))
        for name in ("content", "embeds", "sticker_ids", "poll")
        if body.get(name)
    }


def _embeds(embeds: list[Any]) -> Problems:
    problems: Problems = {}
    if len(embeds) > 10:
        problems["embeds"] = "BASE_TYPE_BAD_LENGTH", "Must be 10 or fewer in length."
    for index, embed in enumerate(embeds):
        problems |= _embed(f"embeds.{index}", embed)
    if sum(map(_embed_size, embeds)) > 6000:
        problems["embeds"] = "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000"
    return problems


def _embed(path: str, embed: Payload) -> Problems:
    fields = embed.get("fields") or []
    texts = [(f"{path}.{name}", embed.get(name) or "", limit) for name, limit in EMBED_LENGTHS.items()]
    texts.append((f"{path}.footer.text", (embed.get("footer") or {}).get("text") or "", 2048))
    named = [
        (f"{path}.fields.{index}.{name}", part.get(name) or "", limit)
        for index, part in enumerate(fields)
        for name, limit in (("name", 256), ("value", 1024))
    ]
    problems: Problems = {here: too_long(limit) for here, text, limit in texts + named if len(text) > limit}
    problems |= {here: required() for here, text, _ in named if not text}
    if len(fields) > 25:
        problems[f"{path}.fields"] = "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length."
    return problems


def _embed_size(embed: Payload) -> int:
    parts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    parts += [(embed.get("author") or {}).get("name")]
    parts += [part.get(name) for part in embed.get("fields") or [] for name in ("name", "value")]
    return sum(len(part or "") for part in parts)


def _mentions(allowed: Payload | None) -> Problems:
    if not allowed:
        return {}
    parse = allowed.get("parse") or []
    problems: Problems = {
        f"allowed_mentions.parse.{index}": bad_choice(("users", "roles", "everyone"))
        for index, kind in enumerate(parse)
        if kind not in MENTION_KINDS
    }
    for kind in ("users", "roles"):
        if kind in parse and allowed.get(kind):
            problems["allowed_mentions"] = (
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )
        if len(allowed.get(kind) or []) > 100:
            problems[f"allowed_mentions.{kind}"] = "BASE_TYPE_BAD_LENGTH", "Must be 100 or fewer in length."
    return problems


def check_thread_name(body: Payload) -> None:
    """Refuse a thread whose name or pause before archiving Discord does not take."""
    problems: Problems = {}
    name = body.get("name")
    if name is None:
        problems["name"] = required()
    elif not 1 <= len(str(name)) <= 100:
        problems["name"] = bad_length(1, 100)
    pause = body.get("auto_archive_duration")
    if pause not in (None, 60, 1440, 4320, 10080):
        problems["auto_archive_duration"] = bad_choice((60, 1440, 4320, 10080))
    if problems:
        raise invalid_form(problems)


def snowflake(value: object, path: str = "") -> int:
    """Return *value* as an id.

    Raises:
        DiscordError: 50035, it is none.
    """
    text = str(value)
    if not (text.isascii() and text.isdigit()):
        raise _no_snowflake(text, path)
    return int(text)


def _no_snowflake(text: str, path: str) -> DiscordError:
    return invalid_form({path: ("NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')})
