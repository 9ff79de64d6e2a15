"""What a person sees of blocks: the words, the things to press, and whom they would ping."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_MARKED = re.compile(r"<([^<>|\n]+)(?:\|([^<>\n]*))?>")
_LIVE = re.compile(r"<(?:!(?!date\^)|@|#)[^<>\n]*>")


@dataclass(frozen=True, slots=True)
class Pressable:
    """Something to press or to choose: what it is called, and the action that it sends."""

    label: str
    action: Json
    url: str = ""
    chosen: Json = field(default_factory=dict)


def read_mrkdwn(text: str) -> str:
    """Return the words of *text*: links as their labels, mentions by their ids, nothing escaped."""
    return _unescape(_MARKED.sub(_read_marked, text))


def _read_marked(marked: re.Match[str]) -> str:
    target, label = marked[1], marked[2]
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    return label or target


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_blocks(blocks: list[Json]) -> str:
    """Return all the words of *blocks* but those on buttons."""
    return "\n".join(words for block in blocks for words in _words(block) if words)


def _words(block: Json) -> Iterator[str]:
    kind = block.get("type")
    if kind == "rich_text":
        yield from (_rich(element) for element in block["elements"])
    elif kind == "markdown":
        yield str(block["text"])
    elif kind == "table":
        for row in block["rows"]:
            yield " | ".join(_cell(cell) for cell in row)
    elif kind in ("section", "header", "context", "input", "alert", "card"):
        for part in ("title", "subtitle", "label", "text", "body", "hint"):
            yield _text(block.get(part))
        yield from (_text(one) for one in (*block.get("fields", ()), *block.get("elements", ())))
    elif kind == "image":
        yield str(block.get("alt_text", ""))


def _text(node: Any) -> str:
    if not isinstance(node, dict):
        return ""
    text = str(node.get("text", ""))
    return read_mrkdwn(text) if node.get("type") == "mrkdwn" else text


def _cell(cell: Json) -> str:
    if cell.get("type") == "rich_text":
        return " ".join(_rich(element) for element in cell["elements"])
    return str(cell.get("text", ""))


def _rich(element: Json) -> str:
    if element["type"] == "rich_text_list":
        ordered = element.get("style") == "ordered"
        lines = (_rich(item) for item in element["elements"])
        return "\n".join(f"{number}. {line}" if ordered else f"• {line}" for number, line in enumerate(lines, 1))
    text = "".join(_leaf(leaf) for leaf in element["elements"])
    return f"```\n{text}\n```" if element["type"] == "rich_text_preformatted" else text


def _leaf(leaf: Json) -> str:
    kind = leaf["type"]
    if kind == "text":
        return str(leaf["text"])
    if kind == "link":
        return str(leaf.get("text") or leaf["url"])
    if kind == "emoji":
        return f":{leaf['name']}:"
    named = {"user": "user_id", "channel": "channel_id", "usergroup": "usergroup_id", "broadcast": "range"}
    return "@" + str(leaf.get(named.get(kind, ""), kind))


def pressables(blocks: list[Json]) -> list[Pressable]:
    """Return what there is to press in *blocks*, in reading order."""
    found: list[Pressable] = []
    for block in blocks:
        elements = list(block.get("elements", ())) if block.get("type") in ("actions", "context_actions") else []
        elements += [block[part] for part in ("accessory", "element") if part in block]
        for element in elements:
            found += _pressables(element, str(block.get("block_id", "")))
    return found


def _pressables(element: Json, block_id: str) -> list[Pressable]:
    kind = element.get("type")
    base = {"type": kind, "action_id": element.get("action_id", ""), "block_id": block_id}
    if kind in ("button", "icon_button"):
        value = {"value": element["value"]} if "value" in element else {}
        action = base | {"text": element["text"]} | value
        return [Pressable(element["text"]["text"], action, element.get("url", ""))]
    if kind == "feedback_buttons":
        buttons = (element["positive_button"], element["negative_button"])
        return [Pressable(b["text"]["text"], base | {"text": b["text"], "value": b["value"]}) for b in buttons]
    return [_option(option, base) for option in element.get("options", ())]


def _option(option: Json, base: Json) -> Pressable:
    many = base["type"] in ("checkboxes", "multi_static_select")
    chosen = {"selected_options": [option]} if many else {"selected_option": option}
    state = {} if base["type"] == "overflow" else {"type": base["type"], **chosen}
    return Pressable(option["text"]["text"], base | chosen, chosen=state)


def live_mentions(node: Any) -> list[str]:
    """Return each mention in a message (or any part of one) that would be live when it is shown."""
    if isinstance(node, list):
        return [mention for item in node for mention in live_mentions(item)]
    if not isinstance(node, dict):
        return []
    kind = node.get("type")
    if kind in ("user", "usergroup", "broadcast", "channel") and "text" not in node:
        return [f"{kind} {node.get('user_id') or node.get('range') or node.get('usergroup_id') or ''}".strip()]
    found = []
    if isinstance(node.get("text"), str) and kind in ("mrkdwn", "message", "markdown", None):
        found += _LIVE.findall(node["text"])
    return found + [mention for value in node.values() for mention in live_mentions(value)]
