"""What becomes of a person's words on the way in: escaped text with its links marked, and the blocks beside it."""

import re
from typing import Any

Json = dict[str, Any]

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_SPECIAL = re.compile(
    r"(?P<user><@[UW][A-Z0-9]+>)|(?P<url>https?://[^\s<>|\"']*[^\s<>|\"'.,;:!?)\]}])"
    r"|(?P<mail>\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?P<host>\b(?:[\w-]+\.)+(?:com|org|net|io|ai|cn|dev)\b(?![\w.@/-]))"
)


def escape(text: str) -> str:
    """Return *text* as it stands in a message: the three characters that Slack escapes are escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def compose(text: str) -> tuple[str, list[Json]]:
    """Return the ``text`` and the ``blocks`` of a message in which a person typed *text*.

    Links and addresses are marked outside of fences; ``<@U…>`` in *text* is a mention, for it was chosen from a menu.
    """
    flat, elements, end = "", list[Json](), 0
    for fence in _FENCE.finditer(text):
        flat += _section(text[end : fence.start()], elements)
        flat += f"```{escape(fence[0][3:-3])}```"
        if fence[1]:
            elements.append({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": fence[1]}]})
        end = fence.end()
    flat += _section(text[end:], elements)
    blocks = [{"type": "rich_text", "block_id": "typed", "elements": elements}] if elements else []
    return flat, blocks


def _section(text: str, elements: list[Json]) -> str:
    flat, leaves, end = "", list[Json](), 0
    for special in _SPECIAL.finditer(text):
        flat += _plain(text[end : special.start()], leaves)
        flat += _marked(special, leaves)
        end = special.end()
    flat += _plain(text[end:], leaves)
    if leaves:
        elements.append({"type": "rich_text_section", "elements": leaves})
    return flat


def _plain(text: str, leaves: list[Json]) -> str:
    if text:
        leaves.append({"type": "text", "text": text})
    return escape(text)


def _marked(special: re.Match[str], leaves: list[Json]) -> str:
    found = special[0]
    if special["user"]:
        leaves.append({"type": "user", "user_id": found[2:-1]})
        return found
    if special["url"]:
        leaves.append({"type": "link", "url": found})
        return f"<{escape(found)}>"
    target = f"mailto:{found}" if special["mail"] else f"http://{found}"
    leaves.append({"type": "link", "url": target, "text": found})
    return f"<{target}|{found}>"
