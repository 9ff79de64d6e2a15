"""Slack's payloads as the core's messages."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import translate
from adapters.slack.origin import FileLink, Origin, Way
from adapters.slack.translate import Malformed, Reach, to_deleted, to_heard, to_press, to_shortcut
from bot.model import Attachment, Choice, Message, Place

Json = dict[str, Any]

BOT = "UBOT"


def envelope(event: Json, **changes: Any) -> Json:
    told = {"team_id": "T1", "enterprise_id": None, "is_enterprise_install": False, "user_id": BOT}
    return {"team_id": "T1", "event": event, "authorizations": [told], **changes}


def written(text: str = "hello", **changes: Any) -> Json:
    event = {
        "type": "message",
        "channel": "C1",
        "channel_type": "channel",
        "user": "U1",
        "ts": "5.000001",
        "text": text,
    }
    return {**event, **changes}


def heard(event: Json, **changes: Any) -> Message | None:
    found = to_heard(envelope(event, **changes), BOT)
    return found.message if found else None


@pytest.mark.parametrize(
    ("changes", "reach"),
    [
        ({"text": "<@UBOT> hello"}, Reach.CALLED),
        ({"type": "app_mention", "text": "hello"}, Reach.CALLED),
        ({"channel": "D1", "channel_type": "im"}, Reach.DIRECT),
        ({"channel": "D1", "channel_type": None}, Reach.DIRECT),
        ({"thread_ts": "4.000001"}, Reach.THREAD),
        ({"thread_ts": "5.000001"}, Reach.OVERHEARD),
        ({}, Reach.OVERHEARD),
        ({"subtype": "thread_broadcast", "thread_ts": "4.000001"}, Reach.THREAD),
    ],
)
def test_whom_a_message_is_meant_for(changes: Json, reach: Reach) -> None:
    found = to_heard(envelope(written(**changes)), BOT)

    assert found is not None
    assert found.reach is reach


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"user": BOT},
        {"user": "USLACKBOT"},
        {"user": None},
    ],
)
def test_what_no_person_wrote_is_not_ours(changes: Json) -> None:
    assert heard(written(**changes)) is None


def test_a_mention_and_its_twin_are_one_event() -> None:
    text = "<@UBOT> hello"
    mention = heard(written(text, type="app_mention", channel_type=None))
    twin = heard(written(text))

    assert mention == twin


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("<@UBOT> hello", "hello"),
        ("hello <@UBOT|frontdesk>", "hello"),
        ("<@U2> and <@U3|kim>", "@U2 and @kim"),
        ("<#C2|general> <#C3>", "#general #C3"),
        ("<!here> <!channel> <!subteam^S1|@team> <!date^1^{date}|May>", "@here @channel @team May"),
        ("<https://api.moonshot.ai/v1>", "https://api.moonshot.ai/v1"),
        ("<http://kimi.com|kimi.com>", "kimi.com"),
        ("<https://kimi.com/docs|the docs>", "the docs (https://kimi.com/docs)"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("```\n{&lt;x&gt;}\n```", "```\n{<x>}\n```"),
        ("1 &lt; 2", "1 < 2"),
    ],
)
def test_what_was_typed_is_read_as_it_was_typed(typed: str, said: str) -> None:
    message = heard(written(typed))

    assert message is not None
    assert message.text == said


def test_where_and_how_a_message_is_answered() -> None:
    file = {"name": "a.log", "url_private": "https://files.slack.com/a", "mimetype": "text/plain"}

    message = heard(written("<@UBOT> hi", thread_ts="4.000001", subtype="file_share", files=[file]))

    assert message is not None
    assert (message.event, message.author) == ("C1:5.000001", "U1")
    assert message.place == Place("slack", "T1", "C1", "4.000001")
    assert Origin.from_json(message.origin) == Origin(
        ts="5.000001", team="T1", files=(FileLink("https://files.slack.com/a", "text/plain"),)
    )


@pytest.mark.parametrize(
    ("told", "tenant"),
    [
        ({"team_id": "T1", "enterprise_id": None, "is_enterprise_install": False}, "T1"),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": False}, "T1"),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": True}, "E1"),
        ({"team_id": None, "enterprise_id": "E1", "is_enterprise_install": True}, "E1"),
        ({"team_id": None}, "T9"),
    ],
)
def test_whose_an_event_is_stands_in_its_first_authorization(told: Json, tenant: str) -> None:
    body = {"team_id": "T9", "authorizations": [told]}

    assert translate.tenant_of(body) == tenant


@pytest.mark.parametrize(
    ("body", "tenant"),
    [
        ({"team": {"id": "T1"}, "enterprise": None, "is_enterprise_install": False}, "T1"),
        ({"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "is_enterprise_install": True}, "E1"),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "true"}, "E1"),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "false"}, "T1"),
    ],
)
def test_whose_an_interaction_is(body: Json, tenant: str) -> None:
    assert translate.tenant_of(body) == tenant


@pytest.mark.parametrize(
    ("event", "changes", "outsiders"),
    [
        ({}, {}, False),
        ({}, {"is_ext_shared_channel": True}, True),
        ({"user_team": "T1"}, {}, False),
        ({"user_team": "T2"}, {}, True),
        ({"source_team": "T2"}, {}, True),
    ],
)
def test_people_from_outside_are_noticed(event: Json, changes: Json, outsiders: bool) -> None:
    message = heard(written(**event), **changes)

    assert message is not None
    assert message.outsiders is outsiders


def edited(text: str = "new", before: str = "old", **changes: Any) -> Json:
    message = {"user": "U1", "ts": "5.000001", "text": text, "edited": {"user": "U1", "ts": "6.000001"}, **changes}
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C1",
        "channel_type": "channel",
        "ts": "6.000002",
        "message": message,
        "previous_message": {"user": "U1", "ts": "5.000001", "text": before},
    }


def test_an_edit_is_an_event_of_its_own_that_revises_the_first() -> None:
    message = heard(edited())

    assert message is not None
    assert (message.event, message.revises) == ("C1:5.000001:edited:6.000001", "C1:5.000001")
    assert (message.text, message.place.thread) == ("new", "5.000001")


@pytest.mark.parametrize(
    "event",
    [edited(before="new"), edited(edited=None), edited(bot_id="B1"), edited(subtype="tombstone")],
)
def test_a_change_in_which_nobody_changed_a_word_is_not_ours(event: Json) -> None:
    assert heard(event) is None


@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "message_deleted", "deleted_ts": "5.000001"},
        {"subtype": "message_changed", "message": {"subtype": "tombstone", "ts": "5.000001"}},
    ],
)
def test_a_deleted_message_is_known_by_the_event_that_it_was(event: Json) -> None:
    before = {"user": "U1", "ts": "5.000001", "text": "old", "thread_ts": "4.000001"}

    gone = to_deleted(envelope({"type": "message", "channel": "C1", "previous_message": before, **event}))

    assert gone is not None
    assert (gone.event, gone.place.thread, gone.text) == ("C1:5.000001", "4.000001", "")


def test_a_deleted_message_of_a_bot_is_not_ours() -> None:
    event = {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "5.1"}

    assert to_deleted(envelope({**event, "previous_message": {"bot_id": "B1", "ts": "5.1"}})) is None


def action(value: str = "", **changes: Any) -> Json:
    shown = {"ts": "7.000001", "thread_ts": "5.000001"}
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "trigger_id": "9.9",
        "response_url": "https://hooks.slack.com/actions/EXAMPLE",
        "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": "7.000001", "channel_id": "C1"},
        "message": shown,
        "actions": [{"action_id": "pick:a", "text": {"text": "A?"}, "value": value, "action_ts": "8.1"}],
        **changes,
    }


def test_a_pick_is_answered_in_the_thread_and_known_by_what_it_picks() -> None:
    press = to_press(action(), {"v": "C1:5.000001", "e": ["a"], "l": "zh"})

    pick = translate.to_pick(press)

    assert pick.pick == Choice("A?", "a")
    assert pick.place == Place("slack", "T1", "C1", "5.000001")
    assert (pick.event, pick.locale) == ("C1:7.000001:pick:a", "zh")


def test_none_of_these_picks_no_entry() -> None:
    assert translate.to_pick(to_press(action(), {"e": []})).pick == Choice("A?", None)


@pytest.mark.parametrize(
    ("changes", "way"),
    [
        ({"container": {"message_ts": "7.1", "is_ephemeral": True}, "message": None}, Way.PRIVATE),
        ({"container": {"type": "view"}, "view": {"id": "V1"}, "message": None}, Way.MODAL),
    ],
)
def test_a_press_in_private_is_answered_in_private(changes: Json, way: Way) -> None:
    press = to_press(action(**changes), {"c": "C5", "t": "4.1"})

    assert (press.origin.way, press.place.channel, press.place.thread) == (way, "C5", "private:U1")
    assert press.origin.thread == "4.1"


def test_a_shared_answer_is_one_message_for_each_entry() -> None:
    press = to_press(action(container={"is_ephemeral": True}, message=None), {"v": "x", "e": ["a", "b"]})

    shared = translate.to_shared(press, outsiders=True)

    assert [message.event for message in shared] == ["x:shared:a", "x:shared:b"]
    assert all(message.outsiders and not message.place.thread for message in shared)


def test_what_an_alert_says_is_read_where_it_says_it() -> None:
    alert = {
        "ts": "5.1",
        "bot_id": "B1",
        "text": "",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Error &lt;1&gt;"}}],
        "attachments": [
            {"title": "Trace", "text": "429", "fields": [{"title": "host", "value": "a"}]},
            {"from_url": "https://example.com", "text": "a preview"},
            {"fallback": "only this"},
        ],
    }
    body = {"type": "message_action", "team": {"id": "T1"}, "user": {"id": "U1"}, "channel": {"id": "C1"}}

    message = to_shortcut({**body, "trigger_id": "1.1", "response_url": "", "message": alert})

    assert message is not None
    assert message.text == "Error <1>"
    assert message.attachments == (Attachment("quote", "Trace\n429\nhost: a"), Attachment("quote", "only this"))


def test_a_global_shortcut_is_not_ours() -> None:
    assert to_shortcut({"type": "shortcut", "trigger_id": "1.1"}) is None


NAMES = (
    "event type subtype channel user ts text message previous_message thread_ts files attachments blocks edited "
    "authorizations team_id enterprise_id actions container view value state values message_ts trigger_id"
)
KEYS = tuple(NAMES.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=10))
def test_no_payload_whatever_raises_anything_but_that_it_is_malformed(body: Json) -> None:
    readers = (
        translate.tenant_of,
        translate.event_of,
        translate.action_of,
        translate.to_reason,
        translate.to_deleted,
        translate.to_command,
        translate.to_shortcut,
        translate.to_session,
        lambda it: to_heard(it, BOT),
        lambda it: to_press(it, {}),
    )
    for read in readers:
        try:
            read(body)
        except Malformed as error:
            assert "\n" not in str(error)  # noqa: PT017 - whichever it is, it is this one


@pytest.mark.parametrize("value", [None, 3, "", "{", "[]", "null", '{"a": 1}'])
def test_a_note_that_is_not_ours_is_empty(value: Any) -> None:
    assert translate.note_of(value) == ({"a": 1} if value == '{"a": 1}' else {})


@pytest.mark.parametrize(("late", "ts", "sent"), [(False, "5.5", None), (True, "5.5", 5.5), (True, "soon", None)])
def test_only_what_comes_again_may_have_been_written_long_ago(late: bool, ts: str, sent: float | None) -> None:
    found = to_heard(envelope(written(ts=ts)), BOT, late=late)

    assert found is not None
    assert found.message.sent == sent
