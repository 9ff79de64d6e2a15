"""Discord's refusals: an HTTP status, Discord's own code and, for a bad form, the tree of what is wrong where."""

from collections.abc import Mapping
from typing import Any

Payload = dict[str, Any]

UNKNOWN = {
    "account": 10001,
    "application": 10002,
    "channel": 10003,
    "guild": 10004,
    "member": 10007,
    "message": 10008,
    "role": 10011,
    "user": 10013,
    "emoji": 10014,
    "webhook": 10015,
    "interaction": 10062,
    "application command": 10063,
}


class DiscordError(Exception):
    """A request that Discord refuses."""

    def __init__(self, status: int, code: int, message: str, errors: Payload | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def to_payload(self) -> Payload:
        """Return the body of the reply."""
        body: Payload = {"message": self.message, "code": self.code}
        return body if self.errors is None else body | {"errors": self.errors}


def unknown(what: str) -> DiscordError:
    """Return the refusal for something that is not there, or not to be seen."""
    return DiscordError(404, UNKNOWN[what], f"Unknown {what.title()}")


def no_such_route() -> DiscordError:
    return DiscordError(404, 0, "404: Not Found")


def unauthorized() -> DiscordError:
    return DiscordError(401, 0, "401: Unauthorized")


def missing_access() -> DiscordError:
    return DiscordError(403, 50001, "Missing Access")


def missing_permissions() -> DiscordError:
    return DiscordError(403, 50013, "Missing Permissions")


def empty_message() -> DiscordError:
    return DiscordError(400, 50006, "Cannot send an empty message")


def not_the_author() -> DiscordError:
    return DiscordError(403, 50005, "Cannot edit a message authored by another user")


def closed_direct_messages() -> DiscordError:
    return DiscordError(403, 50007, "Cannot send messages to this user")


def no_mutual_guild() -> DiscordError:
    return DiscordError(403, 50278, "Cannot send messages to this user due to having no mutual guilds")


def already_acknowledged() -> DiscordError:
    return DiscordError(400, 40060, "Interaction has already been acknowledged.")


def dead_token() -> DiscordError:
    return DiscordError(401, 50027, "Invalid Webhook Token")


def archived() -> DiscordError:
    return DiscordError(400, 50083, "Thread is archived")


def locked() -> DiscordError:
    return DiscordError(400, 160005, "Thread is locked")


def thread_exists() -> DiscordError:
    return DiscordError(400, 160004, "A thread has already been created for this message")


def invalid_form(problems: Mapping[str, tuple[str, str]]) -> DiscordError:
    """Return the 50035 for *problems*: a dotted path to each bad field, with the problem's code and words.

    The empty path stands for the body as a whole.
    """
    tree: Payload = {}
    for path, (code, words) in problems.items():
        node = tree
        for key in filter(None, path.split(".")):
            node = node.setdefault(key, {})
        node.setdefault("_errors", []).append({"code": code, "message": words})
    return DiscordError(400, 50035, "Invalid Form Body", tree)
