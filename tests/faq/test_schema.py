"""Editors check what the loader checks."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import bot.faq
from bot.faq.schema import File, Head, Item, Pattern, Rules, Words, editor_schema

SCHEMA = Path(bot.faq.__file__).with_name("schema.json")


def test_the_schema_in_the_project_is_the_one_that_the_models_give() -> None:
    kept = json.loads(SCHEMA.read_text(encoding="utf-8"))

    assert kept == editor_schema(), "write it anew: frontdesk schema > bot/faq/schema.json"


@pytest.mark.parametrize("model", [Head, File, Item, Words, Pattern, Rules])
def test_every_field_is_described(model: Any) -> None:
    assert all(field.description for field in model.model_fields.values())


@pytest.mark.parametrize(
    ("key", "block"),
    [("zh", True), ("fil", True), ("pt-BR", True), ("id", False), ("answer", False), ("Chinese", False), ("z", False)],
)
def test_an_entry_may_hold_a_block_for_each_language(key: str, block: bool) -> None:  # a table's column
    (pattern,) = editor_schema()["$defs"]["Item"]["patternProperties"]

    assert (re.search(pattern, key) is not None) is block


def test_nothing_in_the_schema_may_be_null() -> None:
    assert "null" not in json.dumps(editor_schema())
