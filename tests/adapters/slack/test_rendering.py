"""Answers as Slack shows them: nothing alive in them that nobody meant, and never more than Slack takes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import limits, mrkdwn, render
from adapters.slack.blocks import to_pages, to_pieces
from adapters.slack.origin import Origin, Way
from bot.model import Choice, Delivery, Message, Outcome, Place, Reply
from tests.fakes.slack.rendering import live_mentions, read_blocks, read_mrkdwn
from tests.fakes.slack.validation import MESSAGE_CHARACTERS, characters, message_problems, view_problems

Json = dict[str, Any]


def leaves(markdown: str) -> list[Json]:
    return [leaf for piece in to_pieces(markdown) for leaf in _leaves(piece.block)]


def _leaves(node: Any) -> Iterator[Json]:
    if isinstance(node, list):
        for item in node:
            yield from _leaves(item)
    elif isinstance(node, dict):
        if node.get("type") in ("text", "link"):
            yield node
        else:
            yield from _leaves(node.get("elements", []))


@pytest.mark.parametrize(
    ("markdown", "leaf"),
    [
        ("plain", {"type": "text", "text": "plain"}),
        ("**bold**", {"type": "text", "text": "bold", "style": {"bold": True}}),
        ("*slanted*", {"type": "text", "text": "slanted", "style": {"italic": True}}),
        ("~~gone~~", {"type": "text", "text": "gone", "style": {"strike": True}}),
        ("***both***", {"type": "text", "text": "both", "style": {"bold": True, "italic": True}}),
        ("`a * b`", {"type": "text", "text": "a * b", "style": {"code": True}}),
        ("[docs](https://example.com/a?b=1)", {"type": "link", "url": "https://example.com/a?b=1", "text": "docs"}),
        ("<https://example.com>", {"type": "link", "url": "https://example.com", "text": "https://example.com"}),
        (
            "![a chart](https://example.com/c.png)",
            {"type": "link", "url": "https://example.com/c.png", "text": "a chart"},
        ),
        ("[bad](javascript:x)", {"type": "text", "text": "[bad](javascript:x)"}),
        ("[local](/docs)", {"type": "text", "text": "local"}),
        ("<b>raw</b>", {"type": "text", "text": "<b>raw</b>"}),
        ("<!channel> <@U1> <#C1>", {"type": "text", "text": "<!channel> <@U1> <#C1>"}),
        ("one\ntwo", {"type": "text", "text": "one two"}),
        ("一行\n二行", {"type": "text", "text": "一行二行"}),
        ("one\\\ntwo", {"type": "text", "text": "one\ntwo"}),
    ],
)
def test_a_run_of_text_in_one_style(markdown: str, leaf: Json) -> None:
    assert leaves(markdown) == [leaf]


@pytest.mark.parametrize(
    ("markdown", "kinds"),
    [
        ("# Title\n\ntext", ["header", "rich_text"]),
        (f"# {'long ' * 40}", ["rich_text"]),
        ("one\n\ntwo", ["rich_text", "rich_text"]),
        ("one\n\n---\n\ntwo", ["rich_text", "divider", "rich_text"]),
        ("", []),
    ],
)
def test_each_paragraph_is_a_block(markdown: str, kinds: list[str]) -> None:
    assert [piece.block["type"] for piece in to_pieces(markdown)] == kinds


def test_lists_keep_their_depth_their_numbers_and_their_fences() -> None:
    markdown = "3. three\n4. four\n   - deep\n\n   ```\n   code\n   ```\n5. five"

    (piece,) = to_pieces(markdown)

    shapes = [
        (element["type"], element.get("style"), element.get("indent", 0), element.get("offset", 0))
        for element in piece.block["elements"]
    ]
    assert shapes == [
        ("rich_text_list", "ordered", 0, 2),
        ("rich_text_list", "bullet", 1, 0),
        ("rich_text_preformatted", None, 0, 0),
        ("rich_text_list", "ordered", 0, 4),
    ]
    assert piece.text.splitlines() == ["3. three", "4. four", "  • deep", "```", "code", "```", "5. five"]


def test_a_quote_is_a_quote_with_its_paragraphs() -> None:
    (piece,) = to_pieces("> one\n>\n> two")

    (element,) = piece.block["elements"]
    assert element["type"] == "rich_text_quote"
    assert piece.text == "one\ntwo"


def test_a_fence_is_kept_whole_and_goes_to_the_next_message_rather_than_in_two() -> None:
    fence = "```\n" + "x = 1\n" * 1_000 + "```"

    first, second = to_pages(f"{'word ' * 1_000}\n\n{fence}")

    assert "x = 1" not in first.text
    assert second.text.count("x = 1") == 1_000
    assert len(second.blocks) == 1


def test_a_fence_that_no_message_holds_is_cut_between_its_lines() -> None:
    lines = [f"line {number}" for number in range(3_000)]

    pages = to_pages("```\n" + "\n".join(lines) + "\n```")

    shown = [line for page in pages for line in page.text.splitlines() if line != "```"]
    assert len(pages) > 1
    assert shown == lines


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_is_rendered_without_a_live_mention_and_within_the_limits(text: str) -> None:
    for page in to_pages(text):
        assert not live_mentions(list(page.blocks))
        assert not message_problems(list(page.blocks))
        assert not live_mentions({"text": mrkdwn.fallback(page.text)})


MARKUP = st.lists(
    st.sampled_from(
        [
            "<!channel>",
            "<@U1>",
            "<#C1>",
            "*",
            "**",
            "`",
            "```\n",
            "\n\n",
            "- ",
            "1. ",
            "> ",
            "# ",
            "[a](",
            ")",
            "&",
            "x",
            " ",
        ]
    ),
    max_size=40,
).map("".join)


@given(MARKUP)
def test_no_markup_whatever_wakes_a_mention(text: str) -> None:
    for page in to_pages(text):
        assert not live_mentions([*page.blocks, {"text": mrkdwn.fallback(page.text)}])
        assert not message_problems(list(page.blocks))


@settings(deadline=None)
@given(st.text(alphabet="ab \n-*`>#", max_size=2_000).map(lambda part: part * 12))
def test_no_answer_is_larger_than_a_message(text: str) -> None:
    for page in to_pages(text):
        assert len(page.blocks) <= limits.MESSAGE_BLOCKS
        assert characters(list(page.blocks)) <= MESSAGE_CHARACTERS
        assert not message_problems(list(page.blocks))


FEW_WORDS = st.lists(st.text(alphabet="abc<&", min_size=1, max_size=9), min_size=1, max_size=20)


@settings(deadline=None, max_examples=30)
@given(FEW_WORDS, st.sampled_from([" ", "\n", "\n\n"]))
def test_no_word_of_a_long_answer_is_lost(few: list[str], between: str) -> None:
    words = few * 50

    shown = " ".join(page.text for page in to_pages(between.join(words)))

    assert shown.split() == words


@given(st.text())
def test_escaped_text_reads_as_it_was(text: str) -> None:
    assert read_mrkdwn(mrkdwn.escape(text)) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])).map(lambda part: part * 100))
def test_the_words_for_where_no_blocks_are_shown_are_short_enough_and_hold_no_half_entity(text: str) -> None:
    kept = mrkdwn.fallback(text)

    assert len(kept.encode()) <= limits.FALLBACK_BYTES
    assert read_mrkdwn(kept.removesuffix("…")) in text or kept.endswith("…")
    assert not live_mentions({"text": kept})


def delivery(way: Way = Way.THREAD, **changes: Any) -> Delivery:
    reply = Reply(Outcome.ANSWER, "an answer", entries=("a",), **{"language": "en", **changes})
    message = Message("C1:5.1", Place("slack", "T1", "C1", "5.1"), "U1", "", origin=Origin(way).to_json())
    return Delivery(message, reply)


def labels(blocks: tuple[Json, ...]) -> list[str]:
    texts = []
    for block in blocks:
        for element in block.get("elements", []):
            buttons = [element] if element.get("type") == "button" else []
            if element.get("type") == "feedback_buttons":
                buttons = [element["positive_button"], element["negative_button"]]
            texts += [button["text"]["text"] for button in buttons]
    return texts


CHOICES = (Choice("First?", "b"), Choice("None of these", None))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (delivery(), ["Helpful", "Not helpful", "Talk to a person"]),
        (delivery(Way.PRIVATE), ["Helpful", "Not helpful", "Share in channel", "Talk to a person"]),
        (delivery(Way.MODAL), ["Helpful", "Not helpful", "Share in channel", "Talk to a person"]),
        (delivery(language="zh"), ["有帮助", "没帮助", "转人工"]),
        (delivery(choices=CHOICES), ["First?", "None of these", "Helpful", "Not helpful", "Talk to a person"]),
    ],
)
def test_the_buttons_below_an_answer(made: Delivery, expected: list[str]) -> None:
    (post,) = render.to_posts(made)

    assert labels(post.blocks) == expected


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.CLARIFY, ["Talk to a person"]),
        (Outcome.FALLBACK, ["Talk to a person"]),
        (Outcome.ASK, ["Talk to a person"]),
        (Outcome.SMALL_TALK, []),
        (Outcome.HAND_OFF, []),
    ],
)
def test_the_buttons_below_what_is_no_answer(outcome: Outcome, expected: list[str]) -> None:
    made = delivery()

    (post,) = render.to_posts(Delivery(made.message, Reply(outcome, "words")))

    assert labels(post.blocks) == expected


def test_related_entries_stand_below_an_answer() -> None:
    (post,) = render.to_posts(delivery(), (Choice("Another?", "b"),))

    assert "Another?" in labels(post.blocks)
    assert "See also" in read_blocks(list(post.blocks))


@settings(deadline=None)
@given(st.text(max_size=300), st.lists(st.text(min_size=1, max_size=400), max_size=30), st.sampled_from(list(Way)))
def test_messages_and_windows_are_such_as_slack_takes(text: str, names: list[str], way: Way) -> None:
    choices = tuple(Choice(name or "?", f"entry-{number}") for number, name in enumerate(names))
    made = delivery(way, choices=choices)
    made = Delivery(made.message, Reply(Outcome.ANSWER, text * 9, choices=choices, entries=("a",)))

    posts = render.to_posts(made, choices[:3])

    assert not [problem for post in posts for problem in message_problems(list(post.blocks))]
    assert all(post.text for post in posts)
    assert not view_problems(render.to_window(made, choices[:3]))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_form_that_asks_for_a_reason_is_such_as_slack_takes(language: str) -> None:
    form = render.reason_form(json.dumps({"v": "x"}), language)

    assert not view_problems(form)
