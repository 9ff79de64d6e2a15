"""What Discord shows of an answer: tables for each kind of markup, laws for any text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.render import JOINER, LIMIT, code, cut, fenced, plain, size, split, to_discord

TEXT = st.text(st.sampled_from("ab `*_|~<>@#&!:/\\-\n1.[]()中" + JOINER) | st.characters(), max_size=400)
BLOCKS = st.lists(
    st.sampled_from(["word " * 30, "```py\n" + "x = 1\n" * 60 + "```", "- a\n- b", "line\n" * 80, "中" * 300])
    | st.text("ab \n", max_size=500),
    max_size=12,
)
CALLS = re.compile(r"@everyone|@here|<@[!&]?\d+>|<#\d+>|<a?:\w+:\d+>|<t:\d+|</\w+:\d+>|<id:\w+>")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("one\ntwo", "one two"),
        ("一\n二", "一二"),
        ("one  \ntwo\\\nthree", "one\ntwo\nthree"),
        ("**bold** *it* ~~gone~~ `code`", "**bold** *it* ~~gone~~ `code`"),
        ("# One\n\n### Three\n\n#### Four", "# One\n\n### Three\n\n**Four**"),
        ("Two\n===", "# Two"),
        ("* a\n* b\n  more", "- a\n- b more"),
        ("- a\n\n  - deep\n\n    text", "- a\n  - deep\n    text"),
        ("3. c\n4. d", "3. c\n4. d"),
        ("> said\n>\n> again", "> said\n> \n> again"),
        ("~~~python\nx = 1\n~~~", "```python\nx = 1\n```"),
        ("    indented", "```\nindented\n```"),
        ("````\n```\n````", f"```\n`{JOINER}`{JOINER}`\n```"),
        ("``` a b\nx\n```", "```a\nx\n```"),
        ("| a | bb |\n|---|---|\n| 1 | 2 |", "```\na  bb\n-  --\n1  2\n```"),
        ("---", "———"),
        ("<div>\nhtml\n</div>", "<div> html </div>"),
        ("![logo](https://example.com/a.png)", "[logo](https://example.com/a.png)"),
        ("[docs](https://example.com)", "[docs](https://example.com)"),
        (
            "see [docs][1] and [1]\n\n[1]: https://example.com",
            "see [docs](https://example.com) and [1](https://example.com)",
        ),
        ("<b>html</b>", "<b>html</b>"),
        ("a || b || c", r"a \|\| b \|\| c"),
        ("`a || b`", "`a || b`"),
        ("-# small", r"\-# small"),
        ("", ""),
    ],
)
def test_each_kind_of_markup_is_shown_as_discord_writes_it(source: str, shown: str) -> None:
    assert to_discord(source) == shown


@pytest.mark.parametrize(
    "call",
    [
        "@everyone",
        "@Here",
        "<@1>",
        "<@!1>",
        "<@&1>",
        "<#1>",
        "<:smile:1>",
        "<a:smile:1>",
        "<t:1:R>",
        "</ask:1>",
        "<id:home>",
    ],
)
def test_what_discord_would_act_on_is_made_plain(call: str) -> None:
    assert CALLS.search(plain(call)) is None
    assert plain(call).replace(JOINER, "") == call


@given(TEXT)
def test_no_answer_calls_anybody(text: str) -> None:
    assert CALLS.search(outside_code(to_discord(text))) is None


@given(TEXT)
def test_what_a_person_wrote_stays_in_its_block_of_code(text: str) -> None:
    shown = fenced(text)

    assert shown.count("```") == 2
    assert (shown.startswith("```\n"), shown.endswith("\n```")) == (True, True)


@given(TEXT)
def test_what_a_person_wrote_stays_in_its_code_and_on_its_line(text: str) -> None:
    shown = code(text)

    assert shown == "" or (shown.count("`") == 2 and "\n" not in shown)
    assert CALLS.search(shown) is None


@settings(deadline=None)
@given(BLOCKS, st.integers(60, LIMIT))
def test_parts_fit_and_each_closes_its_code(blocks: list[str], limit: int) -> None:
    parts = split(to_discord("\n\n".join(blocks)), limit)

    assert all(0 < size(part) <= limit for part in parts)
    assert all(part.count("```") % 2 == 0 for part in parts)


@settings(deadline=None)
@given(BLOCKS, st.integers(60, LIMIT))
def test_nothing_is_lost_or_added_but_fences_and_space(blocks: list[str], limit: int) -> None:
    text = to_discord("\n\n".join(blocks))

    assert words("".join(split(text, limit))) == words(text)


@given(st.text(max_size=300), st.integers(2, 100))
def test_what_is_cut_fits_and_says_so(text: str, limit: int) -> None:
    shown = cut(text, limit)

    assert size(shown) <= limit
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


def test_a_short_text_is_one_part_and_an_empty_one_none() -> None:
    assert split("short") == ("short",)
    assert split("") == ()


def test_paragraphs_stay_whole_where_they_can() -> None:
    first, second = "a" * 1_500, "b" * 1_500

    assert split(f"{first}\n\n{second}") == (first, second)


def test_code_that_is_cut_is_opened_again_in_its_language() -> None:
    parts = split(fenced("x = 1\n" * 500, "python"))

    assert all(part.startswith("```python\n") and part.endswith("\n```") for part in parts)


def outside_code(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def words(text: str) -> str:
    return "".join(text.replace("```py\n", "").replace("```", "").split())


def test_signs_outside_the_basic_plane_are_counted_as_discord_counts_them() -> None:
    parts = split("😀" * 1_500)

    assert [size(part) for part in parts] == [2_000, 1_000]


def test_a_block_of_code_that_is_left_open_is_closed_in_every_part() -> None:
    parts = split("```\n" + "word\n" * 600)

    assert all(part.count("```") == 2 for part in parts)
