from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.human import Upload
from tests.fakes.slack import SCOPES, FakeSlack, SlackPerson
from tests.fakes.slack_kit import Ear, refusal

Json = dict[str, Any]


@pytest.fixture
def person(slack: FakeSlack) -> SlackPerson:
    return SlackPerson(slack, still=0.1)


@pytest.fixture
def ear(slack: FakeSlack) -> Ear:
    return Ear(slack)


async def test_a_mention_in_a_joined_channel_comes_twice(slack: FakeSlack, ear: Ear, person: SlackPerson) -> None:
    said = await person.say("why <b> & 429?")

    message, mention = await ear.heard()
    assert (message["type"], mention["type"]) == ("message", "app_mention")
    assert message["ts"] == mention["ts"] == said.key
    assert len({payload["event_id"] for payload in ear.payloads}) == 2
    assert mention["text"] == f"<@{slack.bot_user_id}> why &lt;b&gt; &amp; 429?"
    assert message["channel_type"] == "channel"
    assert message["blocks"][0]["type"] == "rich_text"
    assert ear.payloads[0]["authorizations"][0]["user_id"] == slack.bot_user_id


async def test_a_channel_that_the_bot_is_not_in_is_silent(slack: FakeSlack, ear: Ear) -> None:
    person = SlackPerson(slack, slack.channel("elsewhere", joined=False))

    await person.say("hello?")

    assert await ear.heard() == []


async def test_an_invitation_brings_the_mention_that_caused_it(slack: FakeSlack, ear: Ear) -> None:
    channel = slack.channel("elsewhere", joined=False)
    asked = slack.say(slack.user("asker"), channel, f"<@{slack.bot_user_id}> hello?")

    slack.invite(asked)

    (event,) = await ear.heard()
    assert (event["type"], event["ts"]) == ("app_mention", asked.ts)


@pytest.mark.parametrize(("again", "mentions"), [(False, 1), (True, 2)])
async def test_an_edited_mention_can_come_again(
    slack: FakeSlack, ear: Ear, person: SlackPerson, again: bool, mentions: int
) -> None:
    slack.edited_mentions = again
    said = await person.say("why?")
    await person.edit(said, "why 429?")

    heard = [event for event in await ear.heard() if event["type"] == "app_mention"]
    assert len(heard) == mentions
    assert ("edited" in heard[-1]) == again


async def test_without_the_channels_history_only_the_mention_comes() -> None:
    async with FakeSlack(scopes=SCOPES - {"channels:history"}) as slack:
        ear = Ear(slack)

        await SlackPerson(slack).say("hello?")
        await SlackPerson(slack).say("you others", mention=False)

        assert [event["type"] for event in await ear.heard()] == ["app_mention"]


async def test_a_direct_message_is_no_mention(ear: Ear, person: SlackPerson) -> None:
    await person.say("why 429?", direct=True)

    (event,) = await ear.heard()
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "why 429?")


async def test_the_apps_own_posts_come_back(slack: FakeSlack, ear: Ear, client: AsyncWebClient) -> None:
    channel = slack.channel().id
    posted = await client.chat_postMessage(channel=channel, text="one")
    await client.chat_update(channel=channel, ts=posted["ts"], text="two")
    await client.chat_delete(channel=channel, ts=posted["ts"])

    new, changed, deleted = await ear.heard()
    assert (new["bot_id"], new["user"]) == (slack.installation.bot_id, slack.bot_user_id)
    assert (changed["subtype"], changed["message"]["text"], changed["previous_message"]["text"]) == (
        "message_changed",
        "two",
        "one",
    )
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", posted["ts"])


async def test_a_person_edits_and_deletes(ear: Ear, person: SlackPerson) -> None:
    said = await person.say("why 429?", direct=True)
    await person.edit(said, "why 403?")
    await person.delete(said)

    _, changed, deleted = await ear.heard()
    assert changed["message"]["text"] == "why 403?"
    assert changed["message"]["edited"]["user"] == person.user("asker").id
    assert changed["hidden"]
    assert deleted["previous_message"]["text"] == "why 403?"


async def test_a_deleted_root_leaves_a_tombstone_until_its_last_reply_goes(
    ear: Ear, client: AsyncWebClient, person: SlackPerson
) -> None:
    said = await person.say("why?", direct=True)
    reply = await client.chat_postMessage(channel=said.channel, thread_ts=said.key, text="because")
    await person.delete(said)
    await client.chat_delete(channel=said.channel, ts=reply["ts"])

    _, _, buried, reply_gone, root_gone = await ear.heard()
    assert (buried["subtype"], buried["message"]["subtype"]) == ("message_changed", "tombstone")
    assert buried["previous_message"]["text"] == "why?"
    assert (reply_gone["deleted_ts"], root_gone["deleted_ts"]) == (reply["ts"], said.key)


async def test_a_preview_is_a_change_without_an_edit(slack: FakeSlack, ear: Ear, person: SlackPerson) -> None:
    said = await person.say("see https://example.com/a?b=1&c=2 there", direct=True)
    slack.unfurl(slack.world.posts[said.channel, said.key])

    said_event, changed = await ear.heard()
    assert said_event["text"] == "see <https://example.com/a?b=1&amp;c=2> there"
    assert changed["message"]["text"] == changed["previous_message"]["text"]
    assert "edited" not in changed["message"]


async def test_files_come_with_the_message(ear: Ear, person: SlackPerson) -> None:
    await person.say("", direct=True, files=(Upload("app.log", b"boom"),))

    (event,) = await ear.heard()
    assert event["subtype"] == "file_share"
    assert [file["name"] for file in event["files"]] == ["app.log"]


async def test_chatter_of_every_kind_comes_too(slack: FakeSlack, ear: Ear) -> None:
    channel, user = slack.channel(), slack.user("asker")
    slack.join(user, channel)
    slack.other_bot_says(channel, "build failed")
    slack.react(user, slack.say(user, channel, "hm"), "eyes")

    join, bot, _, reaction = await ear.heard()
    assert (join["subtype"], bot["subtype"], reaction["type"]) == ("channel_join", "bot_message", "reaction_added")


async def test_a_shared_channel_says_so_and_tells_the_stranger(slack: FakeSlack, ear: Ear) -> None:
    partner = slack.world.add_workspace("Partner")
    stranger = slack.user("stranger", workspace=partner)
    person = SlackPerson(slack, slack.channel("joint", shared_with=partner))

    await person.say("why?", by="stranger")

    event, _ = await ear.heard()
    assert ear.payloads[0]["is_ext_shared_channel"]
    assert ear.payloads[0]["team_id"] == slack.workspace.id
    assert (event["user"], event["user_team"]) == (stranger.id, partner.id)


async def test_an_uninstalled_apps_tokens_are_dead(slack: FakeSlack, ear: Ear, client: AsyncWebClient) -> None:
    slack.uninstall()

    refused = await refusal(client.auth_test())
    assert refused["error"] == "token_revoked"
    assert {event["type"] for event in await ear.heard()} == {"tokens_revoked", "app_uninstalled"}


@pytest.mark.parametrize(("kind", "expected"), [("bot", "bot"), ("user", "oauth")])
async def test_a_revoked_token_is_told_of(slack: FakeSlack, ear: Ear, kind: str, expected: str) -> None:
    slack.revoke({"bot": slack.bot_token, "user": slack.user_token}[kind])

    (event,) = await ear.heard()
    assert [name for name, users in event["tokens"].items() if users] == [expected]


async def test_a_message_that_is_gone_can_be_dealt_with_no_more(slack: FakeSlack, person: SlackPerson) -> None:
    Ear(slack)
    said = await person.say("why?")
    await person.delete(said)

    with pytest.raises(LookupError, match="gone"):
        await person.edit(said, "what?")


async def test_any_envelope_can_be_delivered(slack: FakeSlack, ear: Ear) -> None:
    strange = slack.emit({"type": "unheard_of"}, "T0NOWHERE", slack.installation)
    slack.deliver(strange | {"team_id": None})

    assert len(await ear.heard()) == 2
    assert ear.payloads[0]["event_id"] == ear.payloads[1]["event_id"]
