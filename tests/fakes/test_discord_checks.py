"""What the fake Discord accepts as commands, components and forms, and what a form sends back."""

from typing import Any

import pytest

from tests.fakes.discord import components
from tests.fakes.discord.commands import check_commands
from tests.fakes.discord.errors import DiscordError

CHOICES = [{"name": "x" * 10, "value": str(number)} for number in range(25)]
FIELD = {"type": 4, "custom_id": "field", "style": 1}
PLACEHOLDER = "data.components.0.component.placeholder"


def option(**more: Any) -> dict[str, Any]:
    return {"type": 3, "name": "question", "description": "a"} | more


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": "a" * 33}, "name"),
        ({"name": "has space"}, "name"),
        ({"description": "x" * 101}, "description"),
        ({"description_localizations": {"de": ""}}, "description"),
        ({"type": 9}, "type"),
        ({"options": [option()] * 26}, "options"),
        ({"options": [option(type=12)]}, "options.0.type"),
        ({"options": [option(), option(name="b", required=True)]}, "options.1"),
        ({"options": [option(choices=[{"name": "a", "value": "a"}] * 26)]}, "options.0.choices"),
        ({"options": [option(choices=[{"name": "a", "value": ""}])]}, "options.0.choices.0.value"),
        ({"options": [option(choices=[{"name": "a", "value": "a"}], autocomplete=True)]}, "options.0.autocomplete"),
        ({"options": [option(max_length=6001)]}, "options.0.max_length"),
        ({"options": [option(name=f"o{n}", description="x" * 100, choices=CHOICES) for n in range(25)]}, ""),
        ({"type": 3, "description": "a"}, "description"),
    ],
)
def test_commands_are_checked(change: dict[str, Any], path: str) -> None:
    with pytest.raises(DiscordError) as refusal:
        check_commands([{"name": "ask", "description": "a"} | change], others=[])

    assert refusal.value.code == 50035
    assert path in paths(refusal.value.errors or {})


def test_too_many_commands_are_refused() -> None:
    with pytest.raises(DiscordError) as refusal:
        check_commands([{"name": f"menu {n}", "type": 3} for n in range(16)])

    assert refusal.value.code == 30032


def paths(tree: dict[str, Any], above: str = "") -> set[str]:
    """Return the dotted paths at which *tree* holds errors."""
    found = {above} if "_errors" in tree else set()
    for key, below in tree.items():
        if key != "_errors":
            found |= paths(below, f"{above}.{key}".lstrip("."))
    return found


def row(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": 1, "components": list(parts)}]


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "a", "custom_id": "a"} | more


def select(**more: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "a", "options": [{"label": "a", "value": "a"}]} | more


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (row(), "components.0.components"),
        (row(*[button(custom_id=str(n)) for n in range(6)]), "components.0.components"),
        (row(select(), button(custom_id="b")), "components.0.components"),
        (row(button(label="x" * 81)), "components.0.components.0.label"),
        (row(button(label=None)), "components.0.components.0"),
        (row(button(style=9)), "components.0.components.0.style"),
        (row(button(style=5)), "components.0.components.0.url"),
        (row(button(custom_id="x" * 101)), "components.0.components.0.custom_id"),
        (row(select(options=[])), "components.0.components.0.options"),
        (row(select(options=[{"label": "a", "value": "a"}] * 2)), "components.0.components.0.options"),
        (row(select(options=[{"label": "x" * 101, "value": "a"}])), "components.0.components.0.options.0.label"),
        (row(select(placeholder="x" * 151)), "components.0.components.0.placeholder"),
        ([{"type": 9, "components": [{"type": 10, "content": "a"}]}], "components.0.accessory"),
        ([{"type": 10, "content": ""}], "components.0.content"),
        ([{"type": 10, "content": "x" * 3000}, {"type": 10, "content": "x" * 3000}], "components"),
        ([{"type": 17, "components": [button()]}], "components.0.components.0.type"),
    ],
)
def test_components_are_checked(parts: list[dict[str, Any]], path: str) -> None:
    modern = parts[0]["type"] != 1

    assert path in components.check(parts, modern=modern)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"title": "x" * 46}, "data.title"),
        ({"components": []}, "data.components"),
        ({"custom_id": ""}, "data.custom_id"),
        ({"components": [{"type": 2}]}, "data.components.0.type"),
        ({"components": [{"type": 18, "label": "x" * 46, "component": FIELD}]}, "data.components.0.label"),
        ({"components": [{"type": 18, "label": "a", "component": FIELD | {"placeholder": "x" * 101}}]}, PLACEHOLDER),
    ],
)
def test_forms_are_checked(change: dict[str, Any], path: str) -> None:
    form = {"title": "a", "custom_id": "a", "components": [{"type": 18, "label": "a", "component": FIELD}]} | change

    assert path in components.check_form(form)


def test_a_form_sends_back_all_its_fields() -> None:
    parts = [
        {"type": 10, "content": "words"},
        {"type": 1, "components": [FIELD | {"custom_id": "first"}]},
        {"type": 18, "label": "b", "component": FIELD | {"custom_id": "second", "value": "as it was"}},
        {"type": 18, "label": "c", "component": select(options=[{"label": "a", "value": "a", "default": True}])},
        {"type": 18, "label": "d", "component": {"type": 21, "custom_id": "radio"}},
    ]

    text, first, second, chosen, radio = components.filled_in(parts, "typed")

    assert text == {"type": 10, "id": 0}
    assert first["components"][0]["value"] == "typed"
    assert second["component"]["value"] == "as it was"
    assert chosen["component"]["values"] == ["a"]
    assert radio["component"]["value"] is None
