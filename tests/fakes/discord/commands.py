"""What Discord accepts as an application's commands, and how it keeps them."""

import re
from collections import Counter
from typing import Any

from tests.fakes.discord.errors import DiscordError, Payload, invalid_form

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUB_COMMAND, GROUP, STRING, ATTACHMENT = 1, 2, 3, 11
MOST = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
NAME = re.compile(r"[-_'\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")
LARGEST = 8000

Problems = dict[str, tuple[str, str]]


def same(one: Payload, other: Payload) -> bool:
    """Return whether both stand for the same command: its name and type decide."""
    return (one["name"], one.get("type", CHAT_INPUT)) == (other["name"], other.get("type", CHAT_INPUT))


def complete(asked: Payload) -> Payload:
    """Return *asked* with what Discord fills in."""
    defaults: Payload = {
        "type": CHAT_INPUT,
        "description": "",
        "name_localizations": None,
        "description_localizations": None,
        "default_member_permissions": None,
        "nsfw": False,
        "dm_permission": True,
        "contexts": None,
        "integration_types": None,
    }
    kept = defaults | asked
    if kept["default_member_permissions"] is not None:
        kept["default_member_permissions"] = str(kept["default_member_permissions"])
    return kept


def check_commands(asked: list[Payload], others: list[Payload] | None = None) -> None:
    """Refuse commands that Discord would refuse; *others* are there already.

    Raises:
        DiscordError: 50035 with its tree, or 30032 for too many.
    """
    problems: Problems = {}
    single = others is not None
    for index, command in enumerate(asked):
        path = "" if single else f"{index}."
        problems |= _command(path, command)
    keys = Counter((command.get("name"), command.get("type", CHAT_INPUT)) for command in asked)
    if any(count > 1 for count in keys.values()):
        problems[""] = "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
    if problems:
        raise invalid_form(problems)
    everything = asked + [other for other in others or [] if not any(same(other, command) for command in asked)]
    kinds = Counter(command.get("type", CHAT_INPUT) for command in everything)
    if any(count > MOST[kind] for kind, count in kinds.items()):
        raise DiscordError(400, 30032, "Maximum number of application commands reached (100).")


def _command(path: str, command: Payload) -> Problems:
    kind = command.get("type", CHAT_INPUT)
    if kind not in MOST:
        return {f"{path}type": ("BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3}.")}
    problems: Problems = {}
    for name in (command.get("name"), *(command.get("name_localizations") or {}).values()):
        problems |= _name(f"{path}name", name, plain=kind == CHAT_INPUT)
    if kind != CHAT_INPUT:
        if command.get("description"):
            problems[f"{path}description"] = "APPLICATION_COMMAND_INVALID_DESCRIPTION", "Must be empty"
        return problems
    problems |= _description(path, command) | _options(f"{path}options", command.get("options") or [])
    if _size(command) > LARGEST:
        problems[path.rstrip(".")] = "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({LARGEST})"
    return problems


def _name(path: str, name: Any, *, plain: bool) -> Problems:
    if not isinstance(name, str) or not 1 <= len(name) <= 32:
        return {path: ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")}
    if plain and (not NAME.fullmatch(name) or name != name.lower()):
        return {path: ("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")}
    return {}


def _description(path: str, part: Payload) -> Problems:
    texts = (part.get("description"), *(part.get("description_localizations") or {}).values())
    if all(isinstance(text, str) and 1 <= len(text) <= 100 for text in texts):
        return {}
    return {f"{path}description": ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")}


def _options(path: str, options: list[Payload]) -> Problems:
    problems: Problems = {}
    if len(options) > 25:
        problems[path] = "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."
    optional = False
    for index, option in enumerate(options):
        here = f"{path}.{index}"
        problems |= _name(f"{here}.name", option.get("name"), plain=True) | _description(f"{here}.", option)
        if option.get("type") not in range(1, 12):
            problems[f"{here}.type"] = "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}."
        if option.get("required") and optional:
            problems[f"{here}"] = (
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional = optional or not option.get("required")
        problems |= _choices(here, option) | _options(f"{here}.options", option.get("options") or [])
    return problems


def _choices(path: str, option: Payload) -> Problems:
    choices = option.get("choices") or []
    problems: Problems = {}
    if len(choices) > 25:
        problems[f"{path}.choices"] = "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."
    if choices and option.get("autocomplete"):
        problems[f"{path}.autocomplete"] = "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", "Cannot be used with choices"
    for index, choice in enumerate(choices):
        for name in ("name", "value"):
            if not 1 <= len(str(choice.get(name, ""))) <= 100:
                problems[f"{path}.choices.{index}.{name}"] = (
                    "BASE_TYPE_BAD_LENGTH",
                    "Must be between 1 and 100 in length.",
                )
    if not 1 <= option.get("max_length", 1) <= 6000:
        problems[f"{path}.max_length"] = "NUMBER_TYPE_MAX", "int value should be less than or equal to 6000."
    return problems


def _size(part: Payload) -> int:
    """Return the characters of names, descriptions and values, by the longest localisation of each."""
    total = 0
    for name in ("name", "description"):
        texts = [part.get(name) or "", *(part.get(f"{name}_localizations") or {}).values()]
        total += max(map(len, texts))
    for choice in part.get("choices") or []:
        total += len(str(choice.get("name", ""))) + len(str(choice.get("value", "")))
    return total + sum(map(_size, part.get("options") or []))


def leaf(command: Payload, path: tuple[str, ...]) -> Payload:
    """Return the command's own part that holds the options: itself, or the sub-command that *path* leads to.

    Raises:
        LookupError: there is none.
    """
    here = command
    for name in path:
        here = next(
            (option for option in here.get("options") or [] if option["name"] == name and option["type"] < STRING), {}
        )
        if not here:
            raise LookupError(f"/{command['name']} has no sub-command {name!r}")
    return here


def takes(command: Payload, kind: int) -> Payload | None:
    """Return the first option of *command* that takes a value of *kind*, or None."""
    return next((option for option in command.get("options") or [] if option["type"] == kind), None)
