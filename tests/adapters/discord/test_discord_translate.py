"""Discord's values on their way in, and the core's replies on their way out."""

from collections.abc import Iterator
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.origin import Origin
from adapters.discord.rules import USUAL, Rules
from adapters.discord.translate import (
    Action,
    Control,
    Hint,
    language_of,
    place_of,
    retracted,
    to_edit,
    to_message,
    to_outgoing,
    without_call,
)
from bot.model import Choice, Delivery, Evidence, Kind, Message, Outcome, Place, Reply

ME, GUILD, CHANNEL, FORUM, THREAD, POST, DIRECT, ASKER = 7, 100, 200, 300, 201, 301, 400, 500
WHEN = "2026-11-24T12:00:00.000000+00:00"
EDITED = "2026-11-24T12:00:05.250000+00:00"
AUTO = Rules(auto=frozenset({str(CHANNEL), str(FORUM)}))


@pytest.fixture(scope="module")
def state() -> Iterator[Any]:
    """The library's own state of things, told of one server with a channel, a thread, a forum and a post."""
    client = discord.Client(intents=discord.Intents.none(), max_messages=None)
    state = client._connection
    role = {"id": str(GUILD), "name": "@everyone", "permissions": "0", "position": 0, "color": 0, "colors": {}}
    role |= {"hoist": False, "managed": False, "mentionable": False, "flags": 0}
    own = role | {"id": "900", "name": "frontdesk", "managed": True, "tags": {"bot_id": str(ME)}}
    archive = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": WHEN, "locked": False}
    thread = {"type": 11, "owner_id": "1", "message_count": 1, "member_count": 1, "thread_metadata": archive}
    guild: Any = {
        "id": str(GUILD),
        "name": "support",
        "roles": [role, own],
        "emojis": [],
        "channels": [
            {"id": str(CHANNEL), "type": 0, "name": "help", "position": 0, "permission_overwrites": []},
            {"id": str(FORUM), "type": 15, "name": "posts", "position": 1, "permission_overwrites": []},
        ],
        "threads": [
            thread | {"id": str(THREAD), "parent_id": str(CHANNEL), "name": "a thread"},
            thread | {"id": str(POST), "parent_id": str(FORUM), "name": "Upload costs?"},
        ],
    }
    state._add_guild_from_data(guild)
    yield state
    state.clear()


def written(state: Any, **more: Any) -> discord.Message:
    """A message as the library makes it of what Discord sends."""
    user = {"id": str(ASKER), "username": "asker", "discriminator": "0", "avatar": None}
    payload: dict[str, Any] = {
        "id": "999",
        "channel_id": str(CHANNEL),
        "guild_id": str(GUILD),
        "author": user,
        "content": "is upload free?",
        "timestamp": WHEN,
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
        "flags": 0,
    }
    payload |= more
    if payload["guild_id"] is None:
        del payload["guild_id"]
    channel, _ = state._get_guild_channel(payload)
    return discord.Message(state=state, channel=channel, data=payload)  # type: ignore[arg-type]


BOT = {"id": str(ME), "username": "frontdesk", "discriminator": "0", "avatar": None, "bot": True}
OURS = {"id": "998", "channel_id": str(CHANNEL), "content": "", "author": BOT, "timestamp": WHEN, "type": 0}
OURS |= {"edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [], "mention_roles": []}
OURS |= {"attachments": [], "embeds": [], "pinned": False, "flags": 0}
TO_US = {"message_id": "998", "channel_id": str(CHANNEL), "guild_id": str(GUILD)}
FILE = {"id": "77", "filename": "a.log", "size": 3, "url": "https://cdn.discordapp.com/a.log", "proxy_url": ""}


@pytest.mark.parametrize(
    ("more", "rules", "expected"),
    [
        ({}, Rules(), None),
        ({"mentions": [BOT]}, Rules(), "addressed"),
        ({"mention_roles": ["900"], "content": ""}, Rules(), "addressed"),
        ({"mention_everyone": True}, Rules(), None),
        ({"type": 19, "message_reference": TO_US, "referenced_message": OURS}, Rules(), "addressed"),
        ({"type": 19, "message_reference": TO_US, "referenced_message": None}, Rules(), None),
        ({"guild_id": None, "channel_id": str(DIRECT)}, Rules(), "addressed"),
        ({"mentions": [BOT], "author": BOT}, Rules(), None),
        ({"mentions": [BOT], "webhook_id": "3"}, Rules(), None),
        ({"mentions": [BOT], "type": 7}, Rules(), None),
        ({}, AUTO, "overheard"),
        ({"content": ""}, AUTO, None),
        ({"content": "", "attachments": [FILE]}, AUTO, "overheard"),
        ({"channel_id": str(THREAD)}, AUTO, "overheard"),
        ({"channel_id": str(POST), "id": str(POST)}, AUTO, "overheard"),
        ({"channel_id": str(POST), "id": str(POST), "content": ""}, AUTO, "overheard"),
        ({"channel_id": str(POST)}, AUTO, None),
        ({}, Rules(auto=AUTO.auto, quiet=True), None),
        ({"mentions": [BOT]}, Rules(quiet=True), "addressed"),
    ],
)
def test_what_is_for_the_bot_and_what_is_not(state: Any, more: Any, rules: Rules, expected: str | None) -> None:
    found = to_message(written(state, **more), ME, rules)

    assert not isinstance(found, Hint)
    assert (found and ("addressed" if found.addressed else "overheard")) == expected


def test_a_message_carries_what_the_core_needs(state: Any) -> None:
    found = to_message(
        written(state, mentions=[BOT], content=f"<@{ME}> why?", attachments=[FILE]), ME, Rules(language="zh")
    )

    assert found == Message(
        "999",
        Place("discord", str(GUILD), str(CHANNEL)),
        str(ASKER),
        "why?",
        locale="zh",
        origin=Origin(CHANNEL, 999, files=(77,)).to_json(),
    )


def test_no_name_of_a_file_is_noted(state: Any) -> None:
    found = to_message(written(state, mentions=[BOT], attachments=[FILE]), ME)

    assert "a.log" not in repr(found)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({}, Place("discord", str(GUILD), str(CHANNEL))),
        ({"channel_id": str(THREAD)}, Place("discord", str(GUILD), str(CHANNEL), str(THREAD))),
        ({"channel_id": str(POST)}, Place("discord", str(GUILD), str(FORUM), str(POST))),
        ({"guild_id": None, "channel_id": str(DIRECT)}, Place("discord", "dm", str(DIRECT), str(DIRECT))),
        ({"guild_id": "55", "channel_id": "66"}, Place("discord", "55", "66")),
    ],
)
def test_each_kind_of_place_has_its_key(state: Any, more: Any, place: Place) -> None:
    found = to_message(written(state, mentions=[BOT], **more), ME)

    assert isinstance(found, Message)
    assert found.place == place


def test_a_post_is_its_title_and_its_words(state: Any) -> None:
    found = to_message(written(state, channel_id=str(POST), id=str(POST)), ME, AUTO)

    assert isinstance(found, Message)
    assert found.text == "Upload costs?\n\nis upload free?"
    assert Origin.from_json(found.origin).forum


def test_a_post_that_may_not_be_read_gets_a_hint_where_that_is_set(state: Any) -> None:
    rules = Rules(auto=AUTO.auto, unread_posts="hint")
    found = to_message(written(state, channel_id=str(POST), id=str(POST), content=""), ME, rules)

    assert isinstance(found, Hint)


def test_a_thread_that_the_bot_knows_is_listened_to(state: Any) -> None:
    message = written(state, channel_id=str(THREAD))

    assert to_message(message, ME) is None
    assert isinstance(to_message(message, ME, knows_thread=True), Message)
    assert to_message(message, ME, Rules(quiet=True), knows_thread=True) is None


def test_an_edit_is_an_event_of_its_own_that_names_the_first(state: Any) -> None:
    edited = to_edit(written(state, mentions=[BOT], edited_timestamp=EDITED), ME)

    assert edited is not None
    assert edited.revises == "999"
    assert edited.event == "999:edited:1795521605.250000"


@pytest.mark.parametrize("more", [{"mentions": [BOT]}, {"edited_timestamp": EDITED}])
def test_what_is_no_edit_or_not_for_us_is_none(state: Any, more: Any) -> None:
    assert to_edit(written(state, **more), ME) is None


def test_a_deletion_names_the_message_and_its_place(state: Any) -> None:
    thread = state._get_guild(GUILD).get_thread(THREAD)

    assert retracted(999, thread, THREAD, GUILD).place == place_of(thread, GUILD)
    assert retracted(999, None, DIRECT, None).place == Place("discord", "dm", str(DIRECT), str(DIRECT))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"<@{ME}> why?", "why?"),
        (f"<@!{ME}>: why?", "why?"),
        (f"  <@{ME}> <@{ME}>why?", "why?"),
        (f"<@{ME}>\nwhy?", "\nwhy?"),
        (f"why? <@{ME}>", "why?"),
        (f"ask <@{ME}> why", f"ask <@{ME}> why"),
        (f"<@{ME}> :thinking:", ":thinking:"),
        ("<@8> why?", "<@8> why?"),
        (f"<@{ME}>", ""),
    ],
)
def test_the_call_is_taken_off_and_nothing_else(text: str, left: str) -> None:
    assert without_call(text, ME) == left


@given(st.text())
def test_lines_stay_where_they_are_without_the_call(text: str) -> None:
    assert without_call(f"<@{ME}> {text}", ME).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("locale", "language"),
    [(discord.Locale.chinese, "zh"), (discord.Locale.american_english, "en"), ("pt-BR", "pt"), ("xx", "xx")],
)
def test_a_locale_is_the_language_before_its_country(locale: object, language: str) -> None:
    assert language_of(locale) == language


# ---- out


def delivery(reply: Reply, **origin: Any) -> Delivery:
    place = Place("discord", str(GUILD), str(CHANNEL), origin.pop("thread", ""))
    return Delivery(Message("999", place, str(ASKER), "", origin=Origin(CHANNEL, 998, **origin).to_json()), reply)


def labels(reply: Reply, rules: Rules = USUAL, *, solvable: bool = False, **origin: Any) -> list[list[str]]:
    rows = to_outgoing(delivery(reply, **origin), rules, solvable=solvable).rows
    return [[control.label for control in row] for row in rows]


@pytest.mark.parametrize(
    ("outcome", "origin", "rules", "expected"),
    [
        (Outcome.ANSWER, {}, Rules(), [["Helpful", "Not helpful", "Talk to a person"]]),
        (Outcome.ANSWER, {}, Rules(quiet=True), [["Talk to a person"]]),
        (Outcome.ANSWER, {"private": True}, Rules(quiet=True), [["Talk to a person", "Share in channel"]]),
        (
            Outcome.ANSWER,
            {"private": True, "thread": "5"},
            Rules(quiet=True),
            [["Talk to a person", "Share in thread"]],
        ),
        (Outcome.FALLBACK, {}, Rules(), [["Talk to a person"]]),
        (Outcome.ASK, {}, Rules(), []),
        (Outcome.HAND_OFF, {}, Rules(), []),
        (Outcome.SMALL_TALK, {}, Rules(), []),
    ],
)
def test_each_outcome_has_its_controls(outcome: Outcome, origin: Any, rules: Rules, expected: list[list[str]]) -> None:
    assert labels(Reply(outcome, "Words."), rules, **origin) == expected


def test_a_solvable_post_has_a_button_for_that() -> None:
    assert labels(Reply(Outcome.ANSWER, "Words."), solvable=True)[-1][-1] == "Solved"


def test_choices_are_buttons_where_they_fit() -> None:
    reply = Reply(Outcome.CLARIFY, "Which?", choices=(Choice("One", "one"), Choice("None of these", None)))

    row = to_outgoing(delivery(reply)).rows[0]

    assert row == (Control(Action.PICK, "One", "one"), Control(Action.PICK, "None of these", "-"))


@pytest.mark.parametrize("choices", [tuple(Choice(str(n), f"e{n}") for n in range(9)), (Choice("long " * 40, "e"),)])
def test_choices_are_a_select_where_they_do_not(choices: tuple[Choice, ...]) -> None:
    (control,) = to_outgoing(delivery(Reply(Outcome.CLARIFY, "Which?", choices=choices))).rows[0]

    assert control.action is Action.CHOOSE
    assert [option.entry for option in control.options] == [choice.entry for choice in choices]
    assert all(len(option.label) <= 100 for option in control.options)


@given(st.from_regex(r"\A[a-z0-9][a-z0-9.-]{0,79}\Z"), st.sampled_from(Action))
def test_what_a_control_is_called_is_short_enough_for_discord(about: str, action: Action) -> None:
    assert len(Control(action, "label", about).custom_id) <= 100


def test_a_diagnosis_says_what_was_read_and_cannot_be_broken_by_it() -> None:
    evidence = (Evidence(Kind.TYPE, "a`b\n@everyone", 3, 1), Evidence(Kind.STATUS, "429", 1, 1))

    outgoing = to_outgoing(delivery(Reply(Outcome.ANSWER, "Words.", evidence=evidence), diagnosis=True))

    assert outgoing.reading == "-# `a'b @\u2060everyone` (3) · `429` (1)"
    assert outgoing.parts == ("Words.",)


def test_a_diagnosis_that_is_too_long_for_a_layout_is_split_like_any_answer() -> None:
    reply = Reply(Outcome.ANSWER, "word " * 1_500, evidence=(Evidence(Kind.STATUS, "429", 1, 1),))

    outgoing = to_outgoing(delivery(reply, diagnosis=True))

    assert outgoing.reading == ""
    assert len(outgoing.parts) > 1
