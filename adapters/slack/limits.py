"""What Slack takes at most, as a table; characters where nothing else is said.

From the reference of Block Kit and the types of Slack's own SDKs, but for what a message holds in all and what an
update takes: no document tells, both were found by others' trials, and the figures here keep well below them.
"""

SECTION_TEXT = 3_000
HEADER_TEXT = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
OPTION_TEXT = 75
OPTION_VALUE = 150
PLACEHOLDER_TEXT = 150
ACTION_ID = 255
ACTIONS_ELEMENTS = 25
CONTEXT_ELEMENTS = 10
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_TITLE = 24
PRIVATE_METADATA = 3_000
SUGGESTED_PROMPTS = 4

MESSAGE_CHARACTERS = 10_000
FENCE_CHARACTERS = 9_000
FALLBACK_BYTES = 3_900


def shorten(text: str, most: int) -> str:
    """Return *text* with at most *most* characters, an ellipsis where some were left out."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
