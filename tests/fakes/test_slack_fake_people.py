from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.human import Human
from tests.fakes.slack import FakeSlack, ManualClock, SlackPerson
from tests.fakes.slack import __main__ as terminal
from tests.fakes.slack_kit import TRANSPORTS, Ear, app_of, client_of, refusal

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str) -> Json:
    return {"text": plain(text), "value": text.lower()}


BLOCKS: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Which *one*?"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": plain("This one"), "action_id": "go", "value": "on"},
            {"type": "static_select", "action_id": "pick", "options": [option("Red"), option("Blue")]},
        ],
    },
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": {"text": plain("Good"), "value": "up"},
                "negative_button": {"text": plain("Bad"), "value": "down"},
            }
        ],
    },
]
MODAL: Json = {
    "type": "modal",
    "callback_id": "reason",
    "title": plain("Why?"),
    "submit": plain("Send"),
    "close": plain("Cancel"),
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": plain("What was wrong?"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(ack_timeout=0.5) as slack:
        yield slack


@pytest.fixture
def person(slack: FakeSlack) -> SlackPerson:
    return SlackPerson(slack, still=0.1)


def test_a_person_in_slack_is_a_human() -> None:
    def takes(human: type[Human]) -> None:
        assert human

    takes(SlackPerson)


@TRANSPORTS
async def test_a_command_is_answered_in_private(slack: FakeSlack, person: SlackPerson, over: Any) -> None:
    app = app_of(slack)

    @app.command("/faq")
    async def faq(ack: Any, command: Json) -> None:
        await ack(f"about {command['text']} &amp; more")

    async with over(slack, app):
        await person.slash("429")
        (shown,) = await person.settle(1)

    assert (shown.text, shown.private) == ("about 429 & more", True)


@TRANSPORTS
async def test_a_response_url_shares_replaces_and_deletes(slack: FakeSlack, person: SlackPerson, over: Any) -> None:
    app = app_of(slack)

    @app.command("/faq")
    async def faq(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="private", blocks=BLOCKS)

    @app.action("go")
    async def share(ack: Any, respond: Any, body: Json) -> None:
        await ack()
        assert "message" not in body
        await respond(text="public", response_type="in_channel", replace_original=False)
        await respond(delete_original=True)

    async with over(slack, app):
        await person.slash("429")
        (asked,) = await person.settle(1)
        await person.press(asked, "This one")
        shown = await person.until(lambda shown: not any(one.private for one in shown))

    assert asked.labels == ("This one", "Red", "Blue", "Good", "Bad")
    assert [(one.text, one.private) for one in shown] == [("public", False)]


async def test_a_response_url_is_good_for_five_answers(slack: FakeSlack, person: SlackPerson) -> None:
    ear = Ear(slack)
    await person.slash("429")
    await ear.heard_any()
    async with aiohttp.ClientSession() as session:
        statuses = []
        for _ in range(6):
            async with session.post(ear.payloads[0]["response_url"], json={"text": "a"}) as answer:
                statuses.append(answer.status)

    assert statuses == [200] * 5 + [404]


async def test_a_response_url_is_good_for_half_an_hour() -> None:
    clock = ManualClock()
    async with FakeSlack(clock=clock) as slack, aiohttp.ClientSession() as session:
        ear = Ear(slack)
        await SlackPerson(slack).slash("429")
        await ear.heard_any()
        await clock.advance(1801)

        async with session.post(ear.payloads[0]["response_url"], json={"text": "a"}) as answer:
            assert answer.status == 404


@TRANSPORTS
@pytest.mark.parametrize(
    ("label", "action"),
    [
        ("This one", {"type": "button", "action_id": "go", "value": "on"}),
        ("Blue", {"type": "static_select", "action_id": "pick", "selected_option": option("Blue")}),
        ("Bad", {"type": "feedback_buttons", "action_id": "feedback", "value": "down"}),
    ],
)
async def test_what_is_pressed_reaches_the_app(
    slack: FakeSlack, person: SlackPerson, over: Any, label: str, action: Json
) -> None:
    app = app_of(slack)

    @app.action(action["action_id"])
    async def pressed(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        got = body["actions"][0]
        assert action.items() <= got.items()
        assert body["container"]["message_ts"] == body["message"]["ts"]
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="thank you")

    async with over(slack, app):
        await client_of(slack).chat_postMessage(channel=slack.channel().id, text="Which one?", blocks=BLOCKS)
        (asked,) = await person.settle(1)
        await person.press(asked, label)
        shown = await person.until(lambda shown: shown[0].edited)

    assert shown[0].text == "thank you"
    assert shown[0].labels == ()


async def test_there_is_only_to_press_what_is_there(
    slack: FakeSlack, person: SlackPerson, client: AsyncWebClient
) -> None:
    Ear(slack)
    await client.chat_postMessage(channel=slack.channel().id, text="Which one?", blocks=BLOCKS)
    (asked,) = await person.settle(1)

    with pytest.raises(LookupError, match="no 'That one' to press"):
        await person.press(asked, "That one")
    with pytest.raises(LookupError, match="no form"):
        await person.submit("words")


@TRANSPORTS
async def test_a_shortcut_opens_a_form_that_can_be_corrected_and_sent(
    slack: FakeSlack, person: SlackPerson, over: Any
) -> None:
    app = app_of(slack)

    @app.event("message")
    async def overhear() -> None: ...

    @app.shortcut("explain_error")
    async def explain(ack: Any, shortcut: Json, client: AsyncWebClient) -> None:
        await ack()
        assert shortcut["message"]["text"] == "it broke"
        await client.views_open(trigger_id=shortcut["trigger_id"], view=MODAL)

    @app.view("reason")
    async def reason(ack: Any, view: Json) -> None:
        words = view["state"]["values"]["words"]["text"]["value"]
        if words == "no":
            await ack(response_action="errors", errors={"words": "say more"})
        else:
            done = {"type": "section", "text": plain(f"thank you for {words}")}
            await ack(response_action="update", view={"type": "modal", "title": plain("Done"), "blocks": [done]})

    async with over(slack, app):
        said = await person.say("it broke", mention=False)
        await person.explain(said)
        (form,) = await person.settle(1)
        await person.submit("no")
        await person.until(lambda shown: "say more" in shown[0].text)
        await person.submit("a wrong link")
        done = await person.until(lambda shown: shown[0].edited)

    assert (form.private, form.labels) == (True, ("Send", "Cancel"))
    assert form.text == "Why?\nWhat was wrong?"
    assert done[0].text == "Done\nthank you for a wrong link"


@TRANSPORTS
async def test_a_form_that_is_closed_is_told_of(slack: FakeSlack, person: SlackPerson, over: Any) -> None:
    app, closed = app_of(slack), []

    @app.command("/faq")
    async def faq(ack: Any, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=MODAL)

    @app.view_closed("reason")
    async def gone(ack: Any, view: Json) -> None:
        await ack()
        closed.append(view["callback_id"])

    async with over(slack, app):
        await person.slash("")
        (form,) = await person.settle(1)
        await person.press(form, "Cancel")
        await person.quiet()

    assert closed == ["reason"]


async def test_a_trigger_is_good_once_and_for_three_seconds() -> None:
    clock = ManualClock()
    async with FakeSlack(clock=clock) as slack:
        client = client_of(slack)
        user = slack.user("asker").id
        once, late = slack.world.issue_trigger(user), slack.world.issue_trigger(user)

        await client.views_open(trigger_id=once, view=MODAL)
        twice = await refusal(client.views_open(trigger_id=once, view=MODAL))
        await clock.advance(3.1)
        expired = await refusal(client.views_open(trigger_id=late, view=MODAL))
        invented = await refusal(client.views_open(trigger_id="1.2.3", view=MODAL))

    assert [one["error"] for one in (twice, expired, invented)] == [
        "exchanged_trigger_id",
        "expired_trigger_id",
        "invalid_trigger_id",
    ]


async def test_a_view_is_changed_only_as_it_was_last_seen(slack: FakeSlack, client: AsyncWebClient) -> None:
    trigger = slack.world.issue_trigger(slack.user("asker").id)
    view = (await client.views_open(trigger_id=trigger, view=MODAL))["view"]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)

    stale = await refusal(client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL))
    wrong = await refusal(client.views_update(view_id=view["id"], view={"type": "home", "blocks": []}))
    nowhere = await refusal(client.views_update(view_id="V0NOWHERE", view=MODAL))

    assert (stale["error"], wrong["error"], nowhere["error"]) == ("hash_conflict", "invalid_arguments", "not_found")


async def test_views_lie_on_each_other_three_deep(slack: FakeSlack, client: AsyncWebClient) -> None:
    user = slack.user("asker").id
    lowest = (await client.views_open(trigger_id=slack.world.issue_trigger(user), view=MODAL))["view"]
    middle = (await client.views_push(trigger_id=slack.world.issue_trigger(user, lowest["id"]), view=MODAL))["view"]
    await client.views_push(trigger_id=slack.world.issue_trigger(user, middle["id"]), view=MODAL)

    fourth = await refusal(client.views_push(trigger_id=slack.world.issue_trigger(user, middle["id"]), view=MODAL))

    assert (middle["root_view_id"], middle["previous_view_id"]) == (lowest["id"], lowest["id"])
    assert fourth["error"] == "push_limit_reached"


@pytest.mark.parametrize(
    ("answer", "still_open"),
    [
        ({}, [False]),
        ({"response_action": "clear"}, [False]),
        ({"response_action": "push", "view": MODAL}, [True, True]),
        ({"response_action": "errors", "errors": {"words": "more"}}, [True]),
    ],
)
@TRANSPORTS
async def test_a_form_goes_where_its_answer_sends_it(
    slack: FakeSlack, person: SlackPerson, over: Any, answer: Json, still_open: list[bool]
) -> None:
    app = app_of(slack)

    @app.view("reason")
    async def reason(ack: Any) -> None:
        await ack(**answer)

    async with over(slack, app):
        trigger = slack.world.issue_trigger(person.user("asker").id)
        await client_of(slack).views_open(trigger_id=trigger, view=MODAL)
        (form,) = await person.settle(1)
        await person.press(form, "Send")
        await person.quiet()

    assert [view.open for view in slack.world.views.values()] == still_open


async def test_a_button_in_a_form_says_where_it_stands(slack: FakeSlack, person: SlackPerson) -> None:
    ear = Ear(slack)
    view = MODAL | {"blocks": [*MODAL["blocks"], *BLOCKS]}
    trigger = slack.world.issue_trigger(person.user("asker").id)
    await client_of(slack).views_open(trigger_id=trigger, view=view)
    (form,) = await person.settle(1)

    await person.press(form, "This one")
    await ear.heard_any()

    (pressed,) = ear.payloads
    assert pressed["container"] == {"type": "view", "view_id": form.key}
    assert "response_url" not in pressed


async def test_a_stranger_presses_for_the_workspace_of_the_app(slack: FakeSlack) -> None:
    ear, partner = Ear(slack), slack.world.add_workspace("Partner")
    stranger = slack.user("stranger", workspace=partner)
    person = SlackPerson(slack, slack.channel("joint", shared_with=partner))
    await client_of(slack).chat_postMessage(channel=person.channel.id, text="Which one?", blocks=BLOCKS)
    (asked,) = await person.settle(1)
    await ear.heard_any()
    ear.payloads.clear()

    await person.press(asked, "This one", by="stranger")
    await ear.heard_any()

    (pressed,) = ear.payloads
    assert pressed["team"]["id"] == slack.workspace.id
    assert (pressed["user"]["id"], pressed["user"]["team_id"]) == (stranger.id, partner.id)


async def test_a_ping_is_remembered_when_its_message_is_gone(slack: FakeSlack, client: AsyncWebClient) -> None:
    Ear(slack)
    channel = slack.channel().id
    posted = await client.chat_postMessage(channel=channel, text="hello <!here>")
    await client.chat_delete(channel=channel, ts=posted["ts"])

    assert slack.pings() == ["<!here>"]


async def test_a_response_url_replaces_what_it_came_from(
    slack: FakeSlack, person: SlackPerson, client: AsyncWebClient
) -> None:
    ear = Ear(slack)
    await client.chat_postMessage(channel=slack.channel().id, text="Which one?", blocks=BLOCKS)
    (asked,) = await person.settle(1)
    await person.press(asked, "This one")
    await ear.heard_any()
    where = next(payload["response_url"] for payload in ear.payloads if "actions" in payload)

    async with aiohttp.ClientSession() as session:
        statuses = []
        for said in ({"text": "that one", "replace_original": True}, {}, {"text": "a", "blocks": [{"type": "no"}]}):
            async with session.post(where, json=said) as answer:
                statuses.append(answer.status)
        async with session.post(where, data="oops") as answer:
            statuses.append(answer.status)

    assert [one.text for one in person.shown()] == ["that one"]
    assert statuses == [200, 400, 400, 400]


async def test_the_home_tab_is_shown_again_as_it_was(slack: FakeSlack, person: SlackPerson) -> None:
    ear, client, user = Ear(slack), client_of(slack), person.user("asker")
    view = {"type": "home", "blocks": BLOCKS}
    first = (await client.views_publish(user_id=user.id, view=view))["view"]
    await client.views_publish(user_id=user.id, view=view, hash=first["hash"])
    stale = await refusal(client.views_publish(user_id=user.id, view=view, hash=first["hash"]))

    slack.open_home(user)

    (opened,) = await ear.heard()
    assert stale["error"] == "hash_conflict"
    assert (opened["tab"], opened["view"]["id"]) == ("home", first["id"])


@TRANSPORTS
async def test_the_home_tab_is_published_when_it_is_opened(slack: FakeSlack, person: SlackPerson, over: Any) -> None:
    app = app_of(slack)

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        blocks = [{"type": "header", "text": plain(f"The {event['tab']} tab")}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    async with over(slack, app):
        slack.open_home(person.user("asker"))
        await person.quiet()

    home_tab = person.home()
    assert home_tab is not None
    assert home_tab.text == "The home tab"
    assert person.shown() == ()


async def test_the_terminal_does_what_it_is_told(slack: FakeSlack, person: SlackPerson, tmp_path: Path) -> None:
    ear = Ear(slack)
    (tmp_path / "app.log").write_text("boom")
    await client_of(slack).chat_postMessage(channel=slack.channel().id, text="Which one?", blocks=BLOCKS)

    for line in ("hello", ":dm psst", ":thread more", "/faq 429", ":press Good", f":file {tmp_path}/app.log", ""):
        await terminal.obey(person, line)
    with pytest.raises(LookupError):
        await terminal.obey(person, ":press Nothing")
    await ear.heard_any()

    said = [payload["event"].get("text") for payload in ear.payloads if "event" in payload]
    assert {"psst", "more", f"<@{slack.bot_user_id}> hello"} <= set(said)
    assert {payload.get("text") for payload in ear.payloads if "command" in payload} == {"429"}
    assert "[Good]" in terminal.draw(person.shown()[0])


async def test_waiting_for_what_does_not_come_ends(person: SlackPerson) -> None:
    with pytest.raises(TimeoutError):
        await person.settle(1, seconds=0.01)


async def test_what_is_deleted_is_gone_and_what_is_edited_is_new(
    slack: FakeSlack, person: SlackPerson, client: AsyncWebClient
) -> None:
    Ear(slack)
    channel = slack.channel().id
    first = await client.chat_postMessage(channel=channel, text="one")
    second = await client.chat_postMessage(channel=channel, text="two")
    await client.chat_delete(channel=channel, ts=first["ts"])
    await client.chat_update(channel=channel, ts=second["ts"], text="three")

    assert [(one.text, one.edited) for one in await person.quiet()] == [("three", True)]
