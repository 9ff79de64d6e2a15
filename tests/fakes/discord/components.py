"""Discord's message components and forms: what they may hold, and what a person reads and can press in them."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.fakes.discord.errors import Payload

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = frozenset({3, 5, 6, 7, 8})
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 19, 21, 22, 23
LINK, PREMIUM = 5, 6

LEGACY_TOP = frozenset({ROW})
MODERN_TOP = frozenset({ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER})
CHILDREN = {
    ROW: frozenset({BUTTON}) | SELECTS,
    SECTION: frozenset({TEXT_DISPLAY}),
    CONTAINER: frozenset({ROW, TEXT_DISPLAY, SECTION, GALLERY, SEPARATOR, FILE}),
}

Problems = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Control:
    """Something to press: a button, or (with a value) one option of a select."""

    label: str
    custom_id: str
    kind: int
    id: int
    value: str | None = None


def walk(parts: list[Payload]) -> Iterator[Payload]:
    """Yield every component, parents first, in the order in which they are read."""
    for part in parts:
        yield part
        yield from walk(part.get("components") or [])
        for name in ("component", "accessory"):
            if part.get(name):
                yield from walk([part[name]])


def numbered(parts: list[Payload]) -> list[Payload]:
    """Return *parts* with the ids that Discord gives to components that have none."""
    taken = {part["id"] for part in walk(parts) if part.get("id")}
    free = (number for number in range(1, 10_000) if number not in taken)

    def filled(part: Payload) -> Payload:
        copy = {**part, "id": part.get("id") or next(free)}
        if "components" in copy:
            copy["components"] = [filled(child) for child in copy["components"]]
        for name in ("component", "accessory"):
            if copy.get(name):
                copy[name] = filled(copy[name])
        return copy

    return [filled(part) for part in parts]


def check(parts: list[Payload], *, modern: bool) -> Problems:
    """Return what is wrong with a message's components, by dotted path."""
    problems: Problems = {}
    if modern:
        if sum(1 for _ in walk(parts)) > 40:
            problems["components"] = "BASE_TYPE_BAD_LENGTH", "Must be 40 or fewer in length."
        if sum(len(part.get("content") or "") for part in walk(parts) if part.get("type") == TEXT_DISPLAY) > 4000:
            problems["components"] = "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Must be 4000 or fewer in length."
    elif len(parts) > 5:
        problems["components"] = "BASE_TYPE_BAD_LENGTH", "Must be 5 or fewer in length."
    for path, part in _paths(parts, "components"):
        problems |= _check_one(path, part)
    top = MODERN_TOP if modern else LEGACY_TOP
    problems |= _strangers(parts, "components", top)
    ids = [part["custom_id"] for part in walk(parts) if part.get("custom_id")]
    if len(ids) != len(set(ids)):
        problems["components"] = "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
    return problems


def _paths(parts: list[Payload], path: str) -> Iterator[tuple[str, Payload]]:
    for index, part in enumerate(parts):
        here = f"{path}.{index}"
        yield here, part
        yield from _paths(part.get("components") or [], f"{here}.components")
        for name in ("component", "accessory"):
            if part.get(name):
                yield f"{here}.{name}", part[name]


def _strangers(parts: list[Payload], path: str, allowed: frozenset[int]) -> Problems:
    problems: Problems = {}
    for index, part in enumerate(parts):
        kind = part.get("type")
        if kind not in allowed:
            words = f'Value of field "type" must be one of ({", ".join(map(str, sorted(allowed)))}).'
            problems[f"{path}.{index}.type"] = "UNION_TYPE_CHOICES", words
        elif kind in CHILDREN:
            problems |= _strangers(part.get("components") or [], f"{path}.{index}.components", CHILDREN[kind])
    return problems


def _check_one(path: str, part: Payload) -> Problems:
    kind = part.get("type")
    if kind == ROW:
        return _row(path, part)
    if kind == BUTTON:
        return _button(path, part)
    if kind in SELECTS:
        return _select(path, part)
    if kind == TEXT_DISPLAY and not 1 <= len(part.get("content") or "") <= 4000:
        return {f"{path}.content": ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 4000 in length.")}
    if kind == SECTION:
        return _section(path, part)
    return {}


def _row(path: str, part: Payload) -> Problems:
    children = part.get("components") or []
    limit = 1 if any(child.get("type") in SELECTS for child in children) else 5
    if 1 <= len(children) <= limit:
        return {}
    return {f"{path}.components": ("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {limit} in length.")}


def _button(path: str, part: Payload) -> Problems:
    problems: Problems = {}
    style = part.get("style")
    if style not in range(1, 7):
        problems[f"{path}.style"] = "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}."
    if style == LINK and not part.get("url"):
        problems[f"{path}.url"] = "BASE_TYPE_REQUIRED", "A url is required"
    if style not in (LINK, PREMIUM):
        problems |= _custom_id(path, part)
    if len(part.get("label") or "") > 80:
        problems[f"{path}.label"] = "BASE_TYPE_MAX_LENGTH", "Must be 80 or fewer in length."
    if style != PREMIUM and not part.get("label") and not part.get("emoji"):
        problems[f"{path}"] = "BUTTON_COMPONENT_MISSING_LABEL_OR_EMOJI", "A label or an emoji is required"
    return problems


def _select(path: str, part: Payload) -> Problems:
    problems = _custom_id(path, part)
    if len(part.get("placeholder") or "") > 150:
        problems[f"{path}.placeholder"] = "BASE_TYPE_MAX_LENGTH", "Must be 150 or fewer in length."
    if part.get("type") != STRING_SELECT:
        return problems
    options = part.get("options") or []
    if not 1 <= len(options) <= 25:
        problems[f"{path}.options"] = "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length."
    for index, option in enumerate(options):
        for name in ("label", "value", "description"):
            text = option.get(name) or ""
            if len(text) > 100 or (name != "description" and not text):
                problems[f"{path}.options.{index}.{name}"] = (
                    "BASE_TYPE_BAD_LENGTH",
                    "Must be between 1 and 100 in length.",
                )
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        problems[f"{path}.options"] = (
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            "The specified option value is already used",
        )
    return problems


def _section(path: str, part: Payload) -> Problems:
    problems: Problems = {}
    if not 1 <= len(part.get("components") or []) <= 3:
        problems[f"{path}.components"] = "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 3 in length."
    if not part.get("accessory"):
        problems[f"{path}.accessory"] = "BASE_TYPE_REQUIRED", "This field is required"
    return problems


def _custom_id(path: str, part: Payload) -> Problems:
    key = part.get("custom_id") or ""
    if 1 <= len(key) <= 100:
        return {}
    return {f"{path}.custom_id": ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")}


def check_form(form: Payload) -> Problems:
    """Return what is wrong with a form (a modal), by dotted path below ``data``."""
    problems: Problems = {}
    if not 1 <= len(form.get("title") or "") <= 45:
        problems["data.title"] = "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length."
    parts = form.get("components") or []
    if not 1 <= len(parts) <= 5:
        problems["data.components"] = "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."
    problems |= _custom_id("data", form)
    for index, part in enumerate(parts):
        here = f"data.components.{index}"
        if part.get("type") not in (ROW, LABEL, TEXT_DISPLAY):
            problems[f"{here}.type"] = "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1, 10, 18).'
        if part.get("type") == LABEL and not 1 <= len(part.get("label") or "") <= 45:
            problems[f"{here}.label"] = "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length."
    for path, part in _paths(parts, "data.components"):
        if part.get("type") == TEXT_INPUT:
            problems |= _custom_id(path, part)
            if len(part.get("label") or "") > 45:
                problems[f"{path}.label"] = "BASE_TYPE_MAX_LENGTH", "Must be 45 or fewer in length."
            if len(part.get("placeholder") or "") > 100:
                problems[f"{path}.placeholder"] = "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length."
    return problems


def controls(parts: list[Payload]) -> tuple[Control, ...]:
    """Return what can be pressed or chosen, in the order in which it is seen; not what is switched off or a link."""
    found: list[Control] = []
    for part in walk(parts):
        if part.get("disabled") or part.get("type") not in {BUTTON} | SELECTS or not part.get("custom_id"):
            continue
        key, number = part["custom_id"], int(part.get("id") or 0)
        if part["type"] == BUTTON:
            found.append(Control(button_label(part), key, BUTTON, number))
        found += [
            Control(option["label"], key, part["type"], number, option["value"]) for option in part.get("options") or []
        ]
    return tuple(found)


def labels(parts: list[Payload]) -> tuple[str, ...]:
    """Return the labels of all buttons and options, links and the switched-off ones too."""
    found: list[str] = []
    for part in walk(parts):
        if part.get("type") == BUTTON:
            found.append(button_label(part))
        elif part.get("type") in SELECTS:
            found += [option["label"] for option in part.get("options") or []]
    return tuple(found)


def button_label(part: Payload) -> str:
    return str(part.get("label") or (part.get("emoji") or {}).get("name") or "")


def words(parts: list[Payload]) -> str:
    """Return the text that stands in *parts*: displays of text, and the labels and descriptions of a form."""
    found: list[str] = []
    for part in walk(parts):
        if part.get("type") == TEXT_DISPLAY:
            found.append(part.get("content") or "")
        elif part.get("type") in (LABEL, TEXT_INPUT):
            found += [part.get("label") or "", part.get("description") or ""]
    return "\n".join(filter(None, found))


def filled_in(parts: list[Payload], text: str) -> list[Payload]:
    """Return what a form sends back when its first field of text holds *text* and all else is left as it was."""
    answers = iter([text])

    def answer(part: Payload) -> Payload:
        base: Payload = {"type": part["type"], "id": part.get("id", 0)}
        if part["type"] == TEXT_INPUT:
            return base | {"custom_id": part["custom_id"], "value": next(answers, part.get("value") or "")}
        if part["type"] == LABEL:
            return base | {"component": answer(part["component"])}
        if part["type"] == ROW:
            return base | {"components": [answer(child) for child in part["components"]]}
        if part["type"] in SELECTS | {UPLOAD, CHECKBOXES}:
            chosen = [option["value"] for option in part.get("options") or [] if option.get("default")]
            return base | {"custom_id": part["custom_id"], "values": chosen}
        if part["type"] in (RADIO, CHECKBOX):
            return base | {"custom_id": part["custom_id"], "value": False if part["type"] == CHECKBOX else None}
        return base

    return [answer(part) for part in parts]


def has_text_field(parts: list[Payload]) -> bool:
    return any(part.get("type") == TEXT_INPUT for part in walk(parts))
