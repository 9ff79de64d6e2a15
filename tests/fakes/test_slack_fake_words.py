from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.slack.composing import compose, escape
from tests.fakes.slack.rendering import live_mentions, pressables, read_blocks, read_mrkdwn
from tests.fakes.slack.validation import BLOCKS, ELEMENTS, RICH_LEAVES, message_problems, view_problems

Json = dict[str, Any]

TYPES = [
    *BLOCKS,
    *ELEMENTS,
    *RICH_LEAVES,
    "plain_text",
    "mrkdwn",
    "rich_text_section",
    "rich_text_list",
    "modal",
    "home",
]
FIELDS = ["text", "fields", "elements", "rows", "options", "accessory", "element", "label", "title", "submit", "blocks"]


def nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    fields = st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)
    typed = st.tuples(st.sampled_from(TYPES), fields).map(lambda pair: {**pair[1], "type": pair[0]})
    return st.lists(inner, max_size=3) | fields | typed


anything = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), nodes, max_leaves=20)


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def section(length: int) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def button(text: int = 1, value: int = 1, url: int = 1, action: int = 1) -> Json:
    parts = {"value": "v" * value, "url": "u" * url, "action_id": "a" * action}
    return {"type": "actions", "elements": [{"type": "button", "text": plain(text), **parts}]}


def select(options: int) -> Json:
    each = [{"text": plain(75), "value": str(number)} for number in range(options)]
    return {"type": "actions", "elements": [{"type": "static_select", "options": each}]}


def feedback(text: int) -> Json:
    one = {"text": plain(text), "value": "v"}
    buttons = {"type": "feedback_buttons", "positive_button": one, "negative_button": one}
    return {"type": "context_actions", "elements": [buttons]}


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ([section(3000)], [section(3001)]),
        ([section(1)], [section(0)]),
        ([{"type": "section", "fields": [plain(2000)] * 10}], [{"type": "section", "fields": [plain(2000)] * 11}]),
        ([{"type": "section", "fields": [plain(2000)]}], [{"type": "section", "fields": [plain(2001)]}]),
        ([{"type": "header", "text": plain(150)}], [{"type": "header", "text": plain(151)}]),
        ([{"type": "context", "elements": [plain(9)] * 10}], [{"type": "context", "elements": [plain(9)] * 11}]),
        ([button(text=75)], [button(text=76)]),
        ([button(value=2000)], [button(value=2001)]),
        ([button(url=3000)], [button(url=3001)]),
        ([button(action=255)], [button(action=256)]),
        ([select(100)], [select(101)]),
        ([feedback(75)], [feedback(76)]),
        ([{"type": "markdown", "text": "x" * 12_000}], [{"type": "markdown", "text": "x" * 12_001}]),
        ([{"type": "markdown", "text": "x" * 6_000}] * 2, [{"type": "markdown", "text": "x" * 6_001}] * 2),
        ([{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
        ([{"type": "divider", "block_id": "a"}], [{"type": "divider", "block_id": "a"}] * 2),
        ([{"type": "table", "rows": [[plain(1)] * 20] * 100}], [{"type": "table", "rows": [[plain(1)] * 20] * 101}]),
        ([{"type": "table", "rows": [[plain(1)] * 20]}], [{"type": "table", "rows": [[plain(1)] * 21]}]),
        ([{"type": "table", "rows": [[plain(1)]]}], [{"type": "table", "rows": [[plain(1)]]}] * 2),
    ],
)
def test_blocks_are_taken_up_to_their_limits(good: list[Json], bad: list[Json]) -> None:
    assert message_problems(good) == []
    assert message_problems(bad)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "section"},
        {"type": "header", "text": {"type": "mrkdwn", "text": "a"}},
        {"type": "actions", "elements": []},
        {"type": "actions", "elements": [{"type": "plain_text_input"}]},
        {"type": "actions", "elements": [{"type": "button", "text": plain(1), "action_id": "a"}] * 2},
        {"type": "actions", "elements": [{"type": "button", "text": plain(1), "style": "loud"}]},
        {"type": "context_actions", "elements": [{"type": "button", "text": plain(1)}]},
        {"type": "image", "image_url": "https://example.com/a.png"},
        {"type": "rich_text", "elements": [{"type": "text", "text": "loose"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": []}]},
        "no block at all",
    ],
)
def test_a_block_that_slack_refuses(wrong: Any) -> None:
    assert message_problems([wrong])


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, False),
        ({"title": plain(24)}, False),
        ({"title": plain(25)}, True),
        ({"title": None}, True),
        ({"private_metadata": "x" * 3001}, True),
        ({"callback_id": "x" * 256}, True),
        ({"blocks": [{"type": "divider"}] * 100}, False),
        ({"blocks": [{"type": "divider"}] * 101}, True),
        ({"submit": None}, True),
        ({"type": "window"}, True),
    ],
)
def test_a_view_is_taken_up_to_its_limits(change: Json, wrong: bool) -> None:
    field = {"type": "input", "label": plain(1), "element": {"type": "plain_text_input"}}
    view = {"type": "modal", "title": plain(1), "submit": plain(1), "blocks": [field]}

    assert bool(view_problems(view | change)) == wrong


@given(anything)
def test_nonsense_is_refused_without_a_crash(nonsense: Any) -> None:
    assert isinstance(message_problems(nonsense) + message_problems([nonsense]) + view_problems(nonsense), list)


@given(st.text())
def test_what_is_escaped_reads_as_it_was(text: str) -> None:
    assert read_mrkdwn(escape(text)) == text


@given(st.text(alphabet="ab <>&`\n@/:.", max_size=30))
def test_what_is_typed_holds_no_live_mention(text: str) -> None:
    flat, blocks = compose(text)

    assert live_mentions({"type": "message", "text": flat, "blocks": blocks}) == []
    assert read_mrkdwn(flat) == text


@pytest.mark.parametrize(
    ("typed", "text", "leaves"),
    [
        ("a < b", "a &lt; b", ["text"]),
        ("see https://example.com/x.", "see <https://example.com/x>.", ["text", "link", "text"]),
        ("ask me@example.com", "ask <mailto:me@example.com|me@example.com>", ["text", "link"]),
        ("at api.example.ai now", "at <http://api.example.ai|api.example.ai> now", ["text", "link", "text"]),
        ("<@U0BOT> why", "<@U0BOT> why", ["user", "text"]),
        ("import os.path", "import os.path", ["text"]),
    ],
)
def test_links_and_mentions_are_marked(typed: str, text: str, leaves: list[str]) -> None:
    flat, blocks = compose(typed)

    assert flat == text
    assert [leaf["type"] for leaf in blocks[0]["elements"][0]["elements"]] == leaves


def test_a_fence_is_kept_as_it_was_typed() -> None:
    flat, blocks = compose("look\n```\nhttps://example.com <&>\n```")

    assert flat == "look\n```\nhttps://example.com &lt;&amp;&gt;\n```"
    assert blocks[0]["elements"][1]["elements"] == [{"type": "text", "text": "https://example.com <&>"}]
    assert "https://example.com <&>" in read_blocks(blocks)


@pytest.mark.parametrize(
    ("shown", "live"),
    [
        ({"type": "mrkdwn", "text": "hello <!channel>"}, True),
        ({"type": "mrkdwn", "text": "hello <@U0ASKER>"}, True),
        ({"type": "mrkdwn", "text": "hello <#C0PLACE|x>"}, True),
        ({"type": "mrkdwn", "text": "hello &lt;!channel&gt;"}, False),
        ({"type": "mrkdwn", "text": "on <!date^1|then>"}, False),
        ({"type": "plain_text", "text": "hello <!channel>"}, False),
        ({"type": "user", "user_id": "U0ASKER"}, True),
        ({"type": "broadcast", "range": "here"}, True),
        ({"type": "text", "text": "<!here>"}, False),
        ({"type": "markdown", "text": "hello <!here>"}, True),
    ],
)
def test_live_mentions_are_found(shown: Json, live: bool) -> None:
    message = {"type": "message", "text": "", "blocks": [{"type": "section", "elements": [shown]}]}

    assert bool(live_mentions(message)) == live


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"type": "section", "text": {"type": "mrkdwn", "text": "see <https://example.com|here> &amp; there"}},
         "see here & there"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "<!subteam^S1|@team> <!here> <@U1>"}},
         "@team @here @U1"),
        ({"type": "section", "fields": [plain(1), plain(2)]}, "x\nxx"),
        ({"type": "header", "text": {"type": "plain_text", "text": "a &amp; b"}}, "a &amp; b"),
        ({"type": "markdown", "text": "**bold**"}, "**bold**"),
        ({"type": "image", "image_url": "u", "alt_text": "a chart"}, "a chart"),
        ({"type": "divider"}, ""),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]}, "a | b"),
        ({"type": "rich_text", "elements": [
            {"type": "rich_text_section", "elements": [
                {"type": "link", "url": "https://example.com"}, {"type": "emoji", "name": "eyes"}]},
            {"type": "rich_text_list", "style": "ordered", "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]},
                {"type": "rich_text_section", "elements": [{"type": "channel", "channel_id": "C1"}]}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
        ]}, "https://example.com:eyes:\n1. one\n2. @C1\n```\nx = 1\n```"),
    ],
)  # fmt: skip
def test_a_reader_sees_the_words_of_a_block(block: Json, words: str) -> None:
    assert read_blocks([block]) == words


@pytest.mark.parametrize(
    ("element", "labels"),
    [
        ({"type": "button", "text": plain(2)}, ["xx"]),
        ({"type": "overflow", "options": [{"text": plain(1), "value": "a"}, {"text": plain(3), "value": "b"}]},
         ["x", "xxx"]),
        ({"type": "checkboxes", "options": [{"text": plain(1), "value": "a"}]}, ["x"]),
        ({"type": "plain_text_input"}, []),
    ],
)  # fmt: skip
def test_a_person_sees_what_there_is_to_press(element: Json, labels: list[str]) -> None:
    section = {"type": "section", "text": plain(1), "accessory": element}

    assert [one.label for one in pressables([section])] == labels
