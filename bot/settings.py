"""What an operator sets, read once by a composition root from the environment, a ``.env`` file and secret files.

A plain mapping is merged here by hand: pydantic-settings would do the same for a fifth of a second and 17 MB at every
start, which is more than all the rest of the start takes.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
LOG_LEVELS = ("debug", "info", "warning")


class SettingsError(Exception):
    """A variable that cannot be used; the message names it and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its default; empty means not set.

    Attributes:
        cache: Folder for what can be computed again.
        state: Folder for what a person's terminal remembers.
        data: Folder for what must outlive a restart: the ledger, where no database is named.
        faq: The content file (``FRONTDESK_FAQ``), or None for the one that the program brings along.
        semantic: Whether the sentence encoder is used where it is installed (``FRONTDESK_SEMANTIC``).
        database_url: ``DATABASE_URL``: where the ledger is, ``postgresql://...`` or ``sqlite:///FILE``.
        keys: ``FRONTDESK_KEYS``: keys for what is encrypted at rest, separated by commas, the newest first.
        late: ``FRONTDESK_LATE``: how many seconds after it was asked a question is still answered.
        retention: ``FRONTDESK_RETENTION``: for how many days the ledger keeps what is done.
        keep_questions: ``FRONTDESK_KEEP_QUESTIONS``: for how many days redacted questions are kept; 0 keeps none.
        http_addr: ``FRONTDESK_HTTP_ADDR``: where HTTP is served, ``HOST:PORT``.
        log: ``FRONTDESK_LOG``: from which level on log lines are written: ``debug``, ``info`` or ``warning``.
        otel_endpoint: ``OTEL_EXPORTER_OTLP_ENDPOINT``: where spans are sent by OTLP over HTTP.
        sentry_dsn: ``SENTRY_DSN``: where errors are reported.
        slack_bot_token: ``SLACK_BOT_TOKEN``.
        slack_app_token: ``SLACK_APP_TOKEN``; with it Slack is reached by Socket Mode.
        slack_signing_secret: ``SLACK_SIGNING_SECRET``; with it, and no app token, Slack is served over HTTP.
        slack_client_id: ``SLACK_CLIENT_ID``, for many workspaces.
        slack_client_secret: ``SLACK_CLIENT_SECRET``, likewise.
        slack_api_url: ``SLACK_API_URL``: another base of Slack's Web API.
        slack_hand_off: ``FRONTDESK_SLACK_HAND_OFF``: the channel where people are called.
        slack_auto_answer: ``FRONTDESK_SLACK_AUTO_ANSWER``: channels in which overheard questions are answered.
        discord_token: ``DISCORD_TOKEN``.
        discord_api_url: ``DISCORD_API_URL``: another base of Discord's API, up to its version.
        discord_gateway_url: ``DISCORD_GATEWAY_URL``: another gateway.
        discord_message_content: ``DISCORD_MESSAGE_CONTENT``: whether the privileged intent of that name is used.
        discord_shard_ids: ``DISCORD_SHARD_IDS``: the shards of this process, separated by commas; where there is none
            and the ledger is in PostgreSQL, the processes share all shards out among themselves.
        discord_shard_count: ``DISCORD_SHARD_COUNT``: how many there are in all, the same for every process; 0 leaves
            it to Discord.
    """

    cache: Path
    state: Path
    data: Path
    faq: Path | None = None
    semantic: bool = True
    database_url: str = field(default="", repr=False)
    keys: tuple[str, ...] = field(default=(), repr=False)
    late: float = 600.0
    retention: int = 30
    keep_questions: int = 0
    http_addr: str = "127.0.0.1:8080"
    log: str = "info"
    otel_endpoint: str = ""
    sentry_dsn: str = field(default="", repr=False)
    slack_bot_token: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_client_id: str = ""
    slack_client_secret: str = field(default="", repr=False)
    slack_api_url: str = ""
    slack_hand_off: str = ""
    slack_auto_answer: tuple[str, ...] = ()
    discord_token: str = field(default="", repr=False)
    discord_api_url: str = ""
    discord_gateway_url: str = ""
    discord_message_content: bool = False
    discord_shard_ids: tuple[int, ...] = ()
    discord_shard_count: int = 0

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be seen, wherever it turns up."""
        hidden = (self.database_url, self.sentry_dsn, *self.keys, self.slack_bot_token, self.slack_app_token)
        more = (self.slack_signing_secret, self.slack_client_secret, self.discord_token)
        return tuple(value for value in (*hidden, *more) if value)


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
        cache=_user_folder(values, platform, "XDG_CACHE_HOME", ".cache", "Library/Caches"),
        state=_user_folder(values, platform, "XDG_STATE_HOME", ".local/state", "Library/Application Support"),
        data=_user_folder(values, platform, "XDG_DATA_HOME", ".local/share", "Library/Application Support"),
        faq=Path(faq).expanduser() if faq else None,
        semantic=_truth(values, "FRONTDESK_SEMANTIC", default=True),
        database_url=_secret(values, "DATABASE_URL"),
        keys=_listed(_secret(values, "FRONTDESK_KEYS")),
        late=float(_count(values, "FRONTDESK_LATE", default=600, least=1)),
        retention=_count(values, "FRONTDESK_RETENTION", default=30, least=1),
        keep_questions=_count(values, "FRONTDESK_KEEP_QUESTIONS", default=0),
        http_addr=_address(values, "FRONTDESK_HTTP_ADDR", default="127.0.0.1:8080"),
        log=_one_of(values, "FRONTDESK_LOG", LOG_LEVELS, default="info"),
        otel_endpoint=_url(values, "OTEL_EXPORTER_OTLP_ENDPOINT", "http", "https"),
        sentry_dsn=_secret(values, "SENTRY_DSN"),
        slack_bot_token=_secret(values, "SLACK_BOT_TOKEN"),
        slack_app_token=_secret(values, "SLACK_APP_TOKEN"),
        slack_signing_secret=_secret(values, "SLACK_SIGNING_SECRET"),
        slack_client_id=values.get("SLACK_CLIENT_ID", "").strip(),
        slack_client_secret=_secret(values, "SLACK_CLIENT_SECRET"),
        slack_api_url=_url(values, "SLACK_API_URL", "http", "https"),
        slack_hand_off=values.get("FRONTDESK_SLACK_HAND_OFF", "").strip(),
        slack_auto_answer=_listed(values.get("FRONTDESK_SLACK_AUTO_ANSWER", "")),
        discord_token=_secret(values, "DISCORD_TOKEN"),
        discord_api_url=_url(values, "DISCORD_API_URL", "http", "https"),
        discord_gateway_url=_url(values, "DISCORD_GATEWAY_URL", "ws", "wss"),
        discord_message_content=_truth(values, "DISCORD_MESSAGE_CONTENT", default=False),
        discord_shard_ids=_numbers(values, "DISCORD_SHARD_IDS"),
        discord_shard_count=_count(values, "DISCORD_SHARD_COUNT", default=0),
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


def _one_of(values: Mapping[str, str], name: str, words: Sequence[str], *, default: str) -> str:
    word = values.get(name, "").strip().lower() or default
    if word not in words:
        raise SettingsError(f"{name} is {word!r}: write {', '.join(words[:-1])} or {words[-1]}")
    return word


def _count(values: Mapping[str, str], name: str, *, default: int, least: int = 0) -> int:
    word = values.get(name, "").strip()
    if not word:
        return default
    if not word.isdecimal() or int(word) < least:
        raise SettingsError(f"{name} is {word!r}: write a whole number from {least} up")
    return int(word)


def _numbers(values: Mapping[str, str], name: str) -> tuple[int, ...]:
    words = _listed(values.get(name, ""))
    if wrong := next((word for word in words if not word.isdecimal()), None):
        raise SettingsError(f"{name} has {wrong!r}: write whole numbers, separated by commas")
    return tuple(map(int, words))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split(",") if (word := part.strip()))


def _address(values: Mapping[str, str], name: str, *, default: str) -> str:
    word = values.get(name, "").strip() or default
    host, colon, port = word.rpartition(":")
    if not host or not colon or not port.isdecimal() or int(port) > 65_535:
        raise SettingsError(f"{name} is {word!r}: write HOST:PORT, such as {default}")
    return word


def _url(values: Mapping[str, str], name: str, *schemes: str) -> str:
    word = values.get(name, "").strip()
    if word and not word.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        raise SettingsError(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    return word


def _secret(values: Mapping[str, str], name: str) -> str:
    """The value of *name*, or what stands in the file that ``<name>_FILE`` names; empty where there is neither."""
    if value := values.get(name, "").strip():
        return value
    if not (file := values.get(f"{name}_FILE")):
        return ""
    try:
        text = Path(file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}_FILE names {file}, which cannot be read: {_reason(error)}") from error
    if not text:
        raise SettingsError(f"{name}_FILE names {file}, which is empty: put the value there")
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
