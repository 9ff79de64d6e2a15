"""What Slack finds wrong with blocks and views; each problem is named with the JSON pointer to where it stands."""

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Problems = Iterator[str]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# The sum of a message's blocks is limited, though no document says so (bolt-js#2509 found about this many).
MESSAGE_CHARACTERS = 13_200
MARKDOWN_CHARACTERS = 12_000


def message_problems(blocks: Any) -> list[str]:
    """Return what is wrong with a message's blocks."""
    return list(_blocks(blocks, "/blocks", MESSAGE_BLOCKS))


def view_problems(view: Any) -> list[str]:
    """Return what is wrong with a modal or a home tab."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["failed to match all allowed schemas [json-pointer:/view]"]
    return list(_view(view))


def characters(blocks: list[Json]) -> int:
    """Return how many characters of text *blocks* hold."""
    return sum(len(text) for block in blocks for text in _strings(block))


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _strings(item)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in ("text", "value", "url", "alt_text") and isinstance(value, str):
                yield value
            else:
                yield from _strings(value)


def _view(view: Json) -> Problems:
    if view["type"] == "modal":
        yield from _plain(view.get("title"), "/view/title", 24)
        for part in ("submit", "close"):
            if part in view and view[part] is not None:
                yield from _plain(view[part], f"/view/{part}", 24)
    yield from _length(view, "callback_id", "/view", 255)
    yield from _length(view, "private_metadata", "/view", 3000)
    yield from _blocks(view.get("blocks"), "/view/blocks", VIEW_BLOCKS)
    inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in _list(view, "blocks"))
    if view["type"] == "modal" and inputs and not view.get("submit"):
        yield "missing required field: submit [json-pointer:/view]"


def _blocks(blocks: Any, at: str, most: int) -> Problems:
    if not isinstance(blocks, list):
        yield f"must provide an array [json-pointer:{at}]"
        return
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:{at}]"
    for index, block in enumerate(blocks):
        yield from _block(block, f"{at}/{index}")
    yield from _whole(blocks, at)


def _whole(blocks: list[Any], at: str) -> Problems:
    """What only shows in all blocks together."""
    known = [block for block in blocks if isinstance(block, dict)]
    names = [str(block["block_id"]) for block in known if block.get("block_id")]
    if len(names) != len(set(names)):
        yield f"block_id is not unique [json-pointer:{at}]"
    if sum(block.get("type") == "table" for block in known) > 1:
        yield f"only one table is allowed [json-pointer:{at}]"
    markdown = sum(len(str(block.get("text", ""))) for block in known if block.get("type") == "markdown")
    if markdown > MARKDOWN_CHARACTERS:
        yield f"markdown must be less than {MARKDOWN_CHARACTERS + 1} characters in all [json-pointer:{at}]"


def _block(block: Any, at: str) -> Problems:
    if not isinstance(block, dict):
        yield f"must be an object [json-pointer:{at}]"
        return
    check = BLOCKS.get(str(block.get("type")))
    if check is None:
        yield f"unsupported type: {block.get('type')} [json-pointer:{at}/type]"
        return
    yield from _length(block, "block_id", at, 255)
    yield from check(block, at)


def _length(node: Json, name: str, at: str, most: int, least: int = 0) -> Problems:
    value = node.get(name)
    if value is None:
        if least:
            yield f"missing required field: {name} [json-pointer:{at}]"
    elif not isinstance(value, str):
        yield f"must be a string [json-pointer:{at}/{name}]"
    elif len(value) > most:
        yield f"must be less than {most + 1} characters [json-pointer:{at}/{name}]"
    elif len(value) < least:
        yield f"must be more than {least - 1} characters [json-pointer:{at}/{name}]"


def _items(node: Json, name: str, at: str, most: int) -> Problems:
    items = node.get(name)
    if not isinstance(items, list) or not items:
        yield f"must provide at least 1 item [json-pointer:{at}/{name}]"
    elif len(items) > most:
        yield f"no more than {most} items allowed [json-pointer:{at}/{name}]"


def _list(node: Json, name: str) -> list[Any]:
    """Return the list *name* of *node*, or none where something else stands there."""
    found = node.get(name)
    return found if isinstance(found, list) else []


def _text(node: Any, at: str, most: int, types: tuple[str, ...] = ("plain_text", "mrkdwn")) -> Problems:
    if not isinstance(node, dict) or node.get("type") not in types:
        yield f"must be a text object of type {' or '.join(types)} [json-pointer:{at}]"
        return
    yield from _length(node, "text", at, most, 1)
    if "emoji" in node and node["type"] == "mrkdwn":
        yield f"emoji is not allowed in mrkdwn [json-pointer:{at}/emoji]"


def _plain(node: Any, at: str, most: int) -> Problems:
    yield from _text(node, at, most, ("plain_text",))


def _section(block: Json, at: str) -> Problems:
    if "text" not in block and "fields" not in block:
        yield f"missing required field: text or fields [json-pointer:{at}]"
    if "text" in block:
        yield from _text(block["text"], f"{at}/text", 3000)
    if "fields" in block:
        yield from _items(block, "fields", at, 10)
        for index, one in enumerate(_list(block, "fields")):
            yield from _text(one, f"{at}/fields/{index}", 2000)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{at}/accessory", ACCESSORIES)


def _header(block: Json, at: str) -> Problems:
    yield from _plain(block.get("text"), f"{at}/text", 150)


def _nothing(block: Json, at: str) -> Problems:
    """Nothing to find: a divider, or a block whose limits no document gives."""
    del block, at
    return iter(())


def _context(block: Json, at: str) -> Problems:
    yield from _items(block, "elements", at, 10)
    for index, element in enumerate(_list(block, "elements")):
        if isinstance(element, dict) and element.get("type") == "image":
            yield from _image(element, f"{at}/elements/{index}")
        else:
            yield from _text(element, f"{at}/elements/{index}", 3000)


def _image(block: Json, at: str) -> Problems:
    if "slack_file" not in block:
        yield from _length(block, "image_url", at, 3000, 1)
    yield from _length(block, "alt_text", at, 2000, 1)


def _actions(block: Json, at: str) -> Problems:
    yield from _items(block, "elements", at, 25)
    yield from _elements(block, at, ACTIONABLE)


def _context_actions(block: Json, at: str) -> Problems:
    yield from _items(block, "elements", at, 5)
    yield from _elements(block, at, ("feedback_buttons", "icon_button"))


def _elements(block: Json, at: str, allowed: tuple[str, ...]) -> Problems:
    elements = [element for element in _list(block, "elements") if isinstance(element, dict)]
    for index, element in enumerate(_list(block, "elements")):
        yield from _element(element, f"{at}/elements/{index}", allowed)
    names = [str(element["action_id"]) for element in elements if element.get("action_id")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"`action_id` {name} already exists for another element in the block [json-pointer:{at}/elements]"


def _input(block: Json, at: str) -> Problems:
    yield from _plain(block.get("label"), f"{at}/label", 2000)
    if block.get("hint"):
        yield from _plain(block["hint"], f"{at}/hint", 2000)
    yield from _element(block.get("element"), f"{at}/element", INPUTS)


def _markdown(block: Json, at: str) -> Problems:
    yield from _length(block, "text", at, MARKDOWN_CHARACTERS, 1)


def _rich_text(block: Json, at: str) -> Problems:
    if not isinstance(block.get("elements"), list):
        yield f"must provide an array [json-pointer:{at}/elements]"
        return
    for index, element in enumerate(block["elements"]):
        yield from _rich_element(element, f"{at}/elements/{index}")


def _rich_element(element: Any, at: str) -> Problems:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in ("rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list"):
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        return
    if not isinstance(element.get("elements"), list):
        yield f"must provide an array [json-pointer:{at}/elements]"
        return
    if kind == "rich_text_list" and element.get("style") not in ("bullet", "ordered"):
        yield f"must be bullet or ordered [json-pointer:{at}/style]"
    for index, inner in enumerate(element["elements"]):
        below = f"{at}/elements/{index}"
        if kind == "rich_text_list":
            yield from _rich_element(inner, below)
        else:
            yield from _rich_leaf(inner, below)


def _rich_leaf(leaf: Any, at: str) -> Problems:
    kind = leaf.get("type") if isinstance(leaf, dict) else None
    required = RICH_LEAVES.get(str(kind))
    if required is None:
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
    elif required and not isinstance(leaf.get(required), str):
        yield f"missing required field: {required} [json-pointer:{at}]"
    elif kind == "text" and not leaf["text"]:
        yield f"must be more than 0 characters [json-pointer:{at}/text]"


def _table(block: Json, at: str) -> Problems:
    yield from _items(block, "rows", at, 100)
    for index, row in enumerate(_list(block, "rows")):
        if not isinstance(row, list) or len(row) > 20:
            yield f"no more than 20 items allowed [json-pointer:{at}/rows/{index}]"


def _card(block: Json, at: str) -> Problems:
    for name, most in (("title", 150), ("subtitle", 150), ("body", 200)):
        if block.get(name) is not None:
            yield from _text(block[name], f"{at}/{name}", most)


def _carousel(block: Json, at: str) -> Problems:
    yield from _items(block, "elements", at, 10)


def _alert(block: Json, at: str) -> Problems:
    yield from _text(block.get("text"), f"{at}/text", 200)


def _element(element: Any, at: str, allowed: tuple[str, ...]) -> Problems:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        return
    yield from _length(element, "action_id", at, 255)
    if element.get("placeholder"):
        yield from _plain(element["placeholder"], f"{at}/placeholder", 150)
    check = ELEMENTS.get(str(kind))
    if check is not None:
        yield from check(element, at)


def _button(element: Json, at: str) -> Problems:
    yield from _plain(element.get("text"), f"{at}/text", 75)
    yield from _length(element, "value", at, 2000)
    yield from _length(element, "url", at, 3000)
    yield from _length(element, "accessibility_label", at, 75)
    if str(element.get("style", "primary")) not in ("primary", "danger"):
        yield f"must be primary or danger [json-pointer:{at}/style]"


def _icon_button(element: Json, at: str) -> Problems:
    yield from _plain(element.get("text"), f"{at}/text", 75)
    yield from _length(element, "icon", at, 75, 1)


def _feedback_buttons(element: Json, at: str) -> Problems:
    for name in ("positive_button", "negative_button"):
        button = element.get(name)
        if not isinstance(button, dict):
            yield f"missing required field: {name} [json-pointer:{at}]"
            continue
        yield from _plain(button.get("text"), f"{at}/{name}/text", 75)
        yield from _length(button, "value", f"{at}/{name}", 2000, 1)
        yield from _length(button, "accessibility_label", f"{at}/{name}", 75)


def _option(option: Any, at: str) -> Problems:
    if not isinstance(option, dict):
        yield f"must be an object [json-pointer:{at}]"
        return
    yield from _text(option.get("text"), f"{at}/text", 75)
    yield from _length(option, "value", at, 150, 1)
    if option.get("description"):
        yield from _text(option["description"], f"{at}/description", 75)


def _options(most: int) -> Callable[[Json, str], Problems]:
    def check(element: Json, at: str) -> Problems:
        if "option_groups" in element:
            return
        yield from _items(element, "options", at, most)
        for index, option in enumerate(_list(element, "options")):
            yield from _option(option, f"{at}/options/{index}")

    return check


RICH_LEAVES = {
    "text": "text",
    "link": "url",
    "user": "user_id",
    "usergroup": "usergroup_id",
    "channel": "channel_id",
    "broadcast": "range",
    "emoji": "name",
    "date": "",
    "color": "value",
    "team": "team_id",
}

ELEMENTS: dict[str, Callable[[Json, str], Problems]] = {
    "button": _button,
    "icon_button": _icon_button,
    "feedback_buttons": _feedback_buttons,
    "image": _image,
    "static_select": _options(100),
    "multi_static_select": _options(100),
    "overflow": _options(5),
    "radio_buttons": _options(10),
    "checkboxes": _options(10),
}

SELECTS = tuple(
    f"{many}{what}_select"
    for many in ("", "multi_")
    for what in ("static", "external", "users", "conversations", "channels")
)
CHOICES = (*SELECTS, "overflow", "radio_buttons", "checkboxes", "datepicker", "timepicker", "datetimepicker")
ACTIONABLE = ("button", "workflow_button", *CHOICES)
ACCESSORIES = ("image", *ACTIONABLE)
INPUTS = (
    "plain_text_input",
    "rich_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "file_input",
    *CHOICES,
)

BLOCKS: dict[str, Callable[[Json, str], Problems]] = {
    "section": _section,
    "header": _header,
    "divider": _nothing,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "table": _table,
    "card": _card,
    "carousel": _carousel,
    "alert": _alert,
    "video": _nothing,
    "file": _nothing,
    "plan": _nothing,
    "task_card": _nothing,
}
