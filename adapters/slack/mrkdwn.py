"""Slack's own text format: what a person wrote in it as plain words, and plain words as it takes them."""

import re

from adapters.slack.limits import FALLBACK_BYTES

_MARKED = re.compile(r"<([^<>\n]+)>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # the last one last: "&amp;lt;" says "&lt;"


def escape(text: str) -> str:
    """Return *text* with the three characters escaped that begin and end what is live: mentions, links, commands."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str, bot: str = "") -> str:
    """Return what a person typed that Slack delivers as *text*: links as written, and no mention of *bot*."""
    words = _MARKED.sub(lambda found: _unmark(found[1], bot), text)
    for entity, character in _ENTITIES:
        words = words.replace(entity, character)
    return words.strip()


def mentions(text: str) -> tuple[str, ...]:
    """Return the ids of the users that *text*, as Slack delivers it, calls by name."""
    return tuple(found[1][1:].partition("|")[0] for found in _MARKED.finditer(text) if found[1].startswith("@"))


def fallback(text: str) -> str:
    """Return plain *text* for where no blocks are shown (notifications, screen readers), escaped and short enough."""
    kept = escape(text)
    if len(kept.encode()) <= FALLBACK_BYTES:
        return kept
    cut = kept.encode()[: FALLBACK_BYTES - 3].decode(errors="ignore")
    # An entity that the cut went through goes as a whole.
    return f"{re.sub(r'&[a-z]{0,3}$', '', cut)}…"


def _unmark(marked: str, bot: str) -> str:
    """What stood where Slack put ``<marked>``."""
    target, _, label = marked.partition("|")
    if target.startswith("@"):
        return "" if target[1:] == bot else f"@{(label or target[1:]).removeprefix('@')}"
    if target.startswith("#"):
        return f"#{(label or target[1:]).removeprefix('#')}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    address = target.removeprefix("mailto:")
    if not label:
        return address
    return label if label in address else f"{label} ({address})"
