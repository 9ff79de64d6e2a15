from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings

TOKEN = "EXAMPLE-token-of-no-use"  # noqa: S105 - visibly fake


def read(environ: dict[str, str], folder: Path) -> Settings:
    return read_settings({"HOME": "/home/someone", **environ}, folder, "linux")


def test_nothing_set_gives_the_defaults(tmp_path: Path) -> None:
    settings = read({}, tmp_path)

    assert settings.faq is None
    assert settings.semantic
    assert settings.slack_bot_token == settings.slack_app_token == settings.discord_token == ""
    assert (settings.database_url, settings.keys, settings.http_addr) == ("", (), "127.0.0.1:8080")
    assert (settings.late, settings.retention, settings.keep_questions) == (600.0, 30, 0)


def test_a_dotenv_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('# mine\nexport FRONTDESK_FAQ="a b.yaml"\nDISCORD_TOKEN=from-file\nCOST=$5\n')

    settings = read({"DISCORD_TOKEN": TOKEN}, tmp_path)

    assert settings.faq == Path("a b.yaml")
    assert settings.discord_token == TOKEN


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_APP_TOKEN=\n")

    settings = read({"FRONTDESK_FAQ": "", "FRONTDESK_SEMANTIC": "", "DISCORD_TOKEN": "  "}, tmp_path)

    assert (settings.faq, settings.semantic, settings.discord_token) == (None, True, "")


def test_a_token_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")

    settings = read({"SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")}, tmp_path)

    assert settings.slack_bot_token == TOKEN


def test_tokens_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    names = (
        *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET"),
        *("DISCORD_TOKEN", "DATABASE_URL", "FRONTDESK_KEYS"),
    )
    settings = read(dict.fromkeys(names, TOKEN), tmp_path)

    assert TOKEN not in repr(settings)


def test_all_that_is_secret_is_known_as_such(tmp_path: Path) -> None:
    names = (
        *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET"),
        *("DISCORD_TOKEN", "DATABASE_URL", "FRONTDESK_KEYS", "SENTRY_DSN"),
    )

    settings = read({name: f"{TOKEN}-{name}" for name in names}, tmp_path)

    assert set(settings.secrets) == {f"{TOKEN}-{name}" for name in names}
    assert read({}, tmp_path).secrets == ()


@pytest.mark.parametrize(("word", "level"), [("", "info"), ("debug", "debug"), (" WARNING ", "warning")])
def test_the_level_of_the_log_is_one_of_three(word: str, level: str, tmp_path: Path) -> None:
    assert read({"FRONTDESK_LOG": word}, tmp_path).log == level


def test_another_level_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="FRONTDESK_LOG is 'loud': write debug, info or warning"):
        read({"FRONTDESK_LOG": "loud"}, tmp_path)


def test_lists_are_separated_by_commas(tmp_path: Path) -> None:
    environ = {"FRONTDESK_SLACK_AUTO_ANSWER": "C1, C2,", "DISCORD_SHARD_IDS": "0,2", "FRONTDESK_KEYS": "new,old"}

    settings = read(environ, tmp_path)

    assert settings.slack_auto_answer == ("C1", "C2")
    assert settings.discord_shard_ids == (0, 2)
    assert settings.keys == ("new", "old")


@pytest.mark.parametrize(
    ("word", "semantic"), [("no", False), ("OFF", False), ("0", False), ("yes", True), ("1", True)]
)
def test_the_encoder_can_be_switched_off(word: str, semantic: bool, tmp_path: Path) -> None:
    assert read({"FRONTDESK_SEMANTIC": word}, tmp_path).semantic is semantic


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        ({"FRONTDESK_SEMANTIC": "perhaps"}, "FRONTDESK_SEMANTIC is 'perhaps': write yes or no"),
        ({"FRONTDESK_LATE": "0"}, "FRONTDESK_LATE is '0': write a whole number from 1 up"),
        ({"FRONTDESK_RETENTION": "a month"}, "FRONTDESK_RETENTION is 'a month': write a whole number from 1 up"),
        ({"DISCORD_SHARD_IDS": "0,one"}, "DISCORD_SHARD_IDS has 'one': write whole numbers, separated by commas"),
        ({"FRONTDESK_HTTP_ADDR": "8080"}, "FRONTDESK_HTTP_ADDR is '8080': write HOST:PORT, such as 127.0.0.1:8080"),
        ({"FRONTDESK_HTTP_ADDR": "h:70000"}, "FRONTDESK_HTTP_ADDR is 'h:70000': write HOST:PORT"),
        ({"SLACK_API_URL": "slack.com/api"}, "SLACK_API_URL must begin with http:// or https://"),
        ({"DISCORD_GATEWAY_URL": "https://gateway"}, "DISCORD_GATEWAY_URL must begin with ws:// or wss://"),
        ({"DISCORD_TOKEN_FILE": "missing"}, "DISCORD_TOKEN_FILE names missing, which cannot be read: No such file"),
    ],
)
def test_a_fault_names_the_variable(environ: dict[str, str], complaint: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(environ, tmp_path)

    assert str(caught.value).startswith(complaint)


def test_an_empty_token_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("\n")

    with pytest.raises(SettingsError, match="which is empty"):
        read({"DISCORD_TOKEN_FILE": str(tmp_path / "token")}, tmp_path)


def test_a_dotenv_file_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe\n")

    with pytest.raises(SettingsError, match="it is not UTF-8"):
        read({}, tmp_path)


@pytest.mark.parametrize(
    ("platform", "environ", "state", "cache"),
    [
        ("linux", {"HOME": "/h"}, "/h/.local/state/frontdesk", "/h/.cache/frontdesk"),
        ("linux", {"HOME": "/h", "XDG_STATE_HOME": "/s", "XDG_CACHE_HOME": "/c"}, "/s/frontdesk", "/c/frontdesk"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support/frontdesk", "/h/Library/Caches/frontdesk"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/frontdesk", "/l/frontdesk"),
    ],
)
def test_files_go_where_the_platform_keeps_them(
    platform: str, environ: dict[str, str], state: str, cache: str, tmp_path: Path
) -> None:
    settings = read_settings(environ, tmp_path, platform)

    assert (settings.state, settings.cache) == (Path(state), Path(cache))
