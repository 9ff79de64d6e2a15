"""What an operator sets, read once by a composition root from the environment, a ``.env`` file and secret files.

A plain mapping is merged here by hand: pydantic-settings would do the same for a fifth of a second and 17 MB at every
start, which is more than all the rest of the start takes.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


class SettingsError(Exception):
    """A variable that cannot be used; the message names it and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its default.

    Attributes:
        cache: Folder for what can be computed again.
        state: Folder for what should outlive a restart.
        faq: The content file (``FRONTDESK_FAQ``), or None for the one that the program brings along.
        semantic: Whether the sentence encoder is used where it is installed (``FRONTDESK_SEMANTIC``).
        slack_bot_token: ``SLACK_BOT_TOKEN``, or None.
        slack_app_token: ``SLACK_APP_TOKEN``, or None.
        discord_token: ``DISCORD_TOKEN``, or None.
    """

    cache: Path
    state: Path
    faq: Path | None = None
    semantic: bool = True
    slack_bot_token: str | None = field(default=None, repr=False)
    slack_app_token: str | None = field(default=None, repr=False)
    discord_token: str | None = field(default=None, repr=False)


def read_settings(environ: Mapping[str, str], folder: Path, platform: str = sys.platform) -> Settings:
    """Return the settings that *environ* and the file ``.env`` in *folder* make, the environment winning.

    A token may stand in a file of its own: ``SLACK_BOT_TOKEN_FILE`` names it, as container platforms mount it. An empty
    variable counts as not set.

    Raises:
        SettingsError: a variable cannot be used, or a file that one names cannot be read.
    """
    values = {**_dotenv(folder / ".env"), **{name: value for name, value in environ.items() if value}}
    faq = values.get("FRONTDESK_FAQ")
    return Settings(
        faq=Path(faq).expanduser() if faq else None,
        semantic=_truth(values, "FRONTDESK_SEMANTIC", default=True),
        slack_bot_token=_secret(values, "SLACK_BOT_TOKEN"),
        slack_app_token=_secret(values, "SLACK_APP_TOKEN"),
        discord_token=_secret(values, "DISCORD_TOKEN"),
        cache=_user_folder(values, platform, "XDG_CACHE_HOME", ".cache", "Library/Caches"),
        state=_user_folder(values, platform, "XDG_STATE_HOME", ".local/state", "Library/Application Support"),
    )


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values  # noqa: PLC0415 - most starts have no .env and need not load its reader

    try:
        values = dotenv_values(path, encoding="utf-8-sig", interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {_reason(error)}") from error
    return {name: value for name, value in values.items() if value}


def _truth(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    word = values.get(name, "").strip().lower()
    if not word:
        return default
    if word not in TRUE | FALSE:
        raise SettingsError(f"{name} is {word!r}: write yes or no")
    return word in TRUE


def _secret(values: Mapping[str, str], name: str) -> str | None:
    """The value of *name*, or what stands in the file that ``<name>_FILE`` names; None where there is neither."""
    if value := values.get(name, "").strip():
        return value
    if not (file := values.get(f"{name}_FILE")):
        return None
    try:
        text = Path(file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}_FILE names {file}, which cannot be read: {_reason(error)}") from error
    if not text:
        raise SettingsError(f"{name}_FILE names {file}, which is empty: put the token there")
    return text


def _user_folder(values: Mapping[str, str], platform: str, variable: str, unix: str, mac: str) -> Path:
    """The folder of this program below the one where *platform* keeps such files for a user."""
    home = Path(values.get("HOME") or values.get("USERPROFILE") or ".")
    if platform == "win32":
        return Path(values.get("LOCALAPPDATA") or home) / "frontdesk"
    if platform == "darwin":
        return home / mac / "frontdesk"
    return Path(values.get(variable) or home / unix) / "frontdesk"


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return error.strerror or type(error).__name__
