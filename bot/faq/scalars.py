"""What YAML makes of an unquoted word: text, a number, true or false, a date, or nothing."""

from typing import Any

from yaml import CSafeLoader, ScalarNode
from yaml.constructor import SafeConstructor

_LONGEST = 40  # a longer word is text: very long numbers take very long to read
_NAMES = ("null", "bool", "int", "float", "timestamp")
_CONSTRUCTOR = SafeConstructor()
_CONSTRUCT = {f"tag:yaml.org,2002:{name}": getattr(_CONSTRUCTOR, f"construct_yaml_{name}") for name in _NAMES}
_RULES = {
    first: [(tag, pattern.match) for tag, pattern in rules if tag in _CONSTRUCT]
    for first, rules in CSafeLoader.yaml_implicit_resolvers.items()
}


def resolve(word: str) -> Any:
    """The value of an unquoted *word* by the rules of YAML 1.1; the word itself where it is text."""
    if len(word) > _LONGEST:
        return word
    for tag, matches in _RULES.get(word[:1], ()):
        if matches(word):
            return _construct(tag, word)
    return word


def _construct(tag: str, word: str) -> Any:
    try:
        return _CONSTRUCT[tag](ScalarNode(tag, word))
    except (ValueError, OverflowError):  # the 45th of May
        return word
