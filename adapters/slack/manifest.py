"""The app's manifest: what Slack is told about the bot when the app is made, and what Slack finds wrong with one."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.slack.http import EVENTS as EVENTS_PATH
from adapters.slack.http import REDIRECT
from adapters.slack.scopes import EVENTS, OPTIONAL, REQUIRED
from adapters.slack.translate import EXPLAIN

Json = dict[str, Any]

COMMAND = "/faq"

# What each text and list may measure: characters or items, from and to.
LIMITS: Mapping[str, tuple[int, int]] = {
    "display_information.name": (1, 35),
    "display_information.description": (0, 140),
    "display_information.long_description": (174, 4_000),
    "features.agent_view.agent_description": (1, 300),
    "features.agent_view.suggested_prompts": (0, 4),
    "features.bot_user.display_name": (1, 80),
    "features.shortcuts": (0, 10),
    "features.shortcuts.name": (1, 24),
    "features.shortcuts.callback_id": (1, 255),
    "features.shortcuts.description": (1, 150),
    "features.slash_commands": (0, 50),
    "features.slash_commands.command": (2, 32),
    "features.slash_commands.description": (1, 2_000),
    "features.slash_commands.usage_hint": (0, 1_000),
    "features.unfurl_domains": (0, 5),
    "oauth_config.redirect_urls": (0, 1_000),
    "oauth_config.scopes.bot": (1, 255),
    "oauth_config.scopes.bot_optional": (0, 255),
    "settings.event_subscriptions.bot_events": (1, 100),
    "settings.allowed_ip_address_ranges": (0, 50),
}

_LONG = (
    "Frontdesk answers support questions from one reviewed list of answers. It reads pasted errors, names the evidence"
    " that it went by, and says so where it has no reviewed answer instead of guessing. The answers are written and"
    " reviewed by people, not generated; one that is out of date may still be inaccurate, so please press “Not helpful”"
    " where it is. It keeps no copy of your messages."
)


def manifest(http: str = "") -> Json:
    """Return the manifest for Socket Mode or, where *http* is the public address of the bot, for HTTP."""
    address = http.rstrip("/")
    events = f"{address}{EVENTS_PATH}"
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Frontdesk",
            "description": "Answers support questions from reviewed answers, and does not guess.",
            "long_description": _LONG,
            "background_color": "#1d3557",
        },
        "features": {
            "agent_view": {"agent_description": "Ask a support question, or paste an error as it is."},
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Frontdesk", "always_online": True},
            "shortcuts": [
                {
                    "name": "Explain this error",
                    "type": "message",
                    "callback_id": EXPLAIN,
                    "description": "What the error in this message means, for you alone",
                }
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Ask a support question; the answer is for you alone",
                    "usage_hint": "[question or error] | help",
                    "should_escape": False,
                    **({"url": events} if address else {}),
                }
            ],
        },
        "oauth_config": {
            **({"redirect_urls": [f"{address}{REDIRECT}"]} if address else {}),
            "scopes": {"bot": [*REQUIRED, *OPTIONAL], "bot_optional": [*OPTIONAL]},
        },
        "settings": {
            "event_subscriptions": {**({"request_url": events} if address else {}), "bot_events": [*EVENTS]},
            "interactivity": {"is_enabled": True, **({"request_url": events} if address else {})},
            "org_deploy_enabled": bool(address),
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }


def faults(made: Mapping[str, Any]) -> list[str]:
    """Return what Slack would find wrong with the manifest *made*, each with its place."""
    return [*_measured(made, ""), *_missing(made)]


def _measured(node: Any, at: str) -> Iterator[str]:
    least, most = LIMITS.get(at, (0, 2**31))
    if isinstance(node, str | list) and not least <= len(node) <= most:
        yield f"{at} has {len(node)}, and must have {least} to {most}"
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield from _measured(value, f"{at}.{name}".lstrip("."))
    elif isinstance(node, list):
        for item in node:
            if isinstance(item, Mapping):
                yield from _measured(item, at)


def _missing(made: Mapping[str, Any]) -> Iterator[str]:
    settings, features = made.get("settings", {}), made.get("features", {})
    scopes = made.get("oauth_config", {}).get("scopes", {})
    if extra := sorted(set(scopes.get("bot_optional", ())) - set(scopes.get("bot", ()))):
        yield f"oauth_config.scopes.bot lacks what bot_optional has: {', '.join(extra)}"
    if settings.get("socket_mode_enabled"):
        return
    for part in ("event_subscriptions", "interactivity"):
        if not str(settings.get(part, {}).get("request_url", "")).startswith("https://"):
            yield f"settings.{part}.request_url must begin with https://"
    if any(not str(command.get("url", "")).startswith("https://") for command in features.get("slash_commands", ())):
        yield "features.slash_commands.url must begin with https://"
