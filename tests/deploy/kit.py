"""What the checks of the deploy files share: where they are, and which variables the program reads."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SYSTEM = frozenset({"HOME", "USERPROFILE", "LOCALAPPDATA"})  # the operating system's own


def yaml_of(file: Path) -> Any:
    """The one document in *file*."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))


@cache
def secrets() -> frozenset[str]:
    """The variables that may stand in a file of their own."""
    return frozenset(
        ast.literal_eval(call.args[1])
        for call in ast.walk(_settings())
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_secret"
    )


@cache
def variables() -> frozenset[str]:
    """Every variable that bot/settings.py reads, with those that name a secret's file."""
    words = {
        node.value
        for node in ast.walk(_settings())
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isupper()
    }
    named = {word for word in words if word.replace("_", "").isalnum() and word[0].isalpha()}
    return frozenset(named - SYSTEM) | {f"{name}_FILE" for name in secrets()}


@cache
def _settings() -> ast.Module:
    return ast.parse((ROOT / "bot" / "settings.py").read_text(encoding="utf-8"))
