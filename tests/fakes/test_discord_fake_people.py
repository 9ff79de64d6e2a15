"""What people see and do on the fake Discord, and what its rules make of that."""

import json
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import DiscordPerson, FakeDiscord, Permission
from tests.fakes.discord.echo import EchoBot
from tests.fakes.discord.raw import Rest, wire
from tests.fakes.discord_kit import PUBLIC, QUESTION, ROW, TEXT, V2, WRITE, gesture
from tests.fakes.human import Human


def test_a_person_here_is_a_person_on_any_platform(person: DiscordPerson) -> None:
    human: Human = person

    assert human is person


async def test_modern_components_are_read_and_pressed(rest: Rest, person: DiscordPerson) -> None:
    options = [{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}]
    section = {
        "type": 9,
        "components": [TEXT],
        "accessory": {"type": 2, "style": 5, "label": "Docs", "url": "https://x.test"},
    }
    select = {"type": 1, "components": [{"type": 3, "custom_id": "pick", "options": options}]}
    await rest(
        "POST /channels/{c}/messages", {"flags": V2, "components": [{"type": 17, "components": [section, select]}]}
    )
    (shown,) = person.shown()

    await person.press(shown, "Two")

    assert (shown.text, shown.labels) == ("words", ("Docs", "One", "Two"))
    (interaction,) = person.discord.interactions.by_token.values()
    assert interaction.source == int(shown.key)
    with pytest.raises(LookupError, match="'Docs' to press"):
        await person.press(shown, "Docs")


async def test_an_ephemeral_message_is_for_one_only(person: DiscordPerson, rest: Rest) -> None:
    path = await gesture(person, rest)
    await rest(f"POST {path}", {"type": 4, "data": {"content": "a", "flags": 64, "components": [ROW]}})
    (shown,) = person.shown()

    with pytest.raises(LookupError, match="does not see"):
        await person.press(shown, "a", by="another")

    assert shown.private
    assert person.discord.channel.messages == {}


async def test_people_go_on_in_a_thread(person: DiscordPerson, bot: EchoBot) -> None:
    said = await person.say("hello")
    await person.reply_to(said)
    thread = await person.start_thread(said, "about hello")

    inside = await person.say("and then?", thread=said)
    reply = await person.reply_to(inside)

    assert (inside.thread, reply.thread, reply.channel) == (str(thread.id), str(thread.id), str(thread.id))
    assert "thread about hello" in bot.told


@pytest.mark.usefixtures("bot")
async def test_what_was_said_can_be_awaited(person: DiscordPerson) -> None:
    said = [await person.say(text, direct=True) for text in "ab"]

    replies = [await person.reply_to(one) for one in said]

    assert [reply.text for reply in replies] == ["you said: a", "you said: b"]


async def test_waiting_ends(person: DiscordPerson) -> None:
    with pytest.raises(TimeoutError, match="has shown"):
        await person.settle(1, seconds=0.01)


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Explain this error", "type": 3},
        {
            "name": "settings",
            "type": 1,
            "description": "a",
            "options": [{"type": 7, "name": "forum", "description": "a"}],
        },
    ],
)
async def test_only_what_is_registered_can_be_used(command: dict[str, Any], person: DiscordPerson, rest: Rest) -> None:
    said = await person.say("hello")

    with pytest.raises(LookupError, match="has registered no command"):
        await person.explain(said)
    with pytest.raises(LookupError, match="has registered no command"):
        await person.use("settings")

    await rest("POST /applications/{a}/guilds/{g}/commands", command)
    if command["type"] == 3:
        await person.explain(said)
    else:
        await person.use("settings", forum=person.discord.forum)
        with pytest.raises(LookupError, match="takes"):
            await person.use("settings", language="zh")
    assert len(person.discord.interactions.by_token) == 1


async def test_five_messages_may_follow_where_only_the_person_has_the_bot(rest: Rest, fake: FakeDiscord) -> None:
    await rest("POST /applications/{a}/commands", {"name": "ask", "description": "a", "options": [QUESTION]})
    channel = fake.add_channel(fake.add_guild("elsewhere", joined=False), "general")
    fake.person("asker", installed=True)
    interaction = await DiscordPerson(fake).use("ask", question="why?", channel=channel)
    await rest(f"POST /interactions/{interaction.id}/{interaction.token}/callback", PUBLIC)

    replies = [await rest(f"POST /webhooks/{{a}}/{interaction.token}", {"content": "more"}) for _ in range(6)]

    assert [status for status, _ in replies] == [200] * 5 + [400]
    assert replies[-1][1]["code"] == 40094


async def test_one_without_a_server_in_common_cannot_be_written_to(rest: Rest, fake: FakeDiscord) -> None:
    asker = fake.person("asker")
    _, channel = await rest("POST /users/@me/channels", {"recipient_id": str(asker.id)})
    await rest("DELETE /users/@me/guilds/{g}")

    _, reply = await rest(f"POST /channels/{channel['id']}/messages", {"content": "hello"})

    assert reply["code"] == 50278
    assert (await rest("GET /guilds/{g}"))[1]["code"] == 50001
    assert (await rest("GET /users/@me/guilds"))[1] == []


@pytest.mark.usefixtures("bot")
async def test_all_that_was_sent_can_be_searched(person: DiscordPerson, fake: FakeDiscord) -> None:
    await person.say("a word to find", direct=True)
    await person.settle(1)

    assert [one.path.rpartition("/")[2] for one in fake.heard("a word to find")] == ["messages"]
    assert fake.heard(fake.token) == []


async def test_a_moderator_may_do_more(rest: Rest, fake: FakeDiscord, person: DiscordPerson) -> None:
    said = [await person.say(text) for text in "abcd"]
    keys = [one.key for one in said]
    refused = [
        await rest(f"DELETE /channels/{{c}}/messages/{keys[0]}"),
        await rest("POST /channels/{c}/messages/bulk-delete", {"messages": keys[:2]}),
        await rest(f"PATCH /channels/{{c}}/messages/{keys[0]}", {"flags": 4}),
        await rest(f"PATCH /channels/{{c}}/messages/{keys[0]}", {"content": "mine"}),
    ]

    for role in fake.guild.roles.values():
        role.permissions |= Permission.MANAGE_MESSAGES
    statuses = [
        (await rest(f"PATCH /channels/{{c}}/messages/{keys[0]}", {"flags": 4}))[0],
        (await rest(f"DELETE /channels/{{c}}/messages/{keys[0]}"))[0],
        (await rest("POST /channels/{c}/messages/bulk-delete", {"messages": keys[1:3]}))[0],
        (await rest("POST /channels/{c}/messages/bulk-delete", {"messages": keys[3:]}))[0],
    ]

    assert [reply["code"] for _, reply in refused] == [50013, 50013, 50013, 50005]
    assert statuses == [200, 204, 204, 400]
    assert [str(key) for key in fake.channel.messages] == keys[3:]


async def test_reactions_come_and_go(rest: Rest, fake: FakeDiscord, person: DiscordPerson) -> None:
    said = await person.say("hello")
    path = f"/channels/{{c}}/messages/{said.key}/reactions/%E2%9C%85"
    await rest(f"PUT {path}/@me")
    await person.react(said, "✅")

    _, people = await rest(f"GET {path}")
    await rest(f"DELETE {path}/@me")
    unknown = await rest(f"PUT /channels/{{c}}/messages/{said.key}/reactions/word/@me")
    others = await rest(f"DELETE {path}/{fake.person('asker').id}")

    assert {one["username"] for one in people} == {"frontdesk", "asker"}
    assert fake.channel.messages[int(said.key)].reactions == {"✅": {fake.person("asker").id}}
    assert unknown[1]["code"] == 10014
    assert others[1]["code"] == 50013


async def test_a_message_of_its_own_is_changed_and_keeps_what_is_not_named(rest: Rest, person: DiscordPerson) -> None:
    _, posted = await rest("POST /channels/{c}/messages", {"content": "a", "components": [ROW]})
    path = f"/channels/{{c}}/messages/{posted['id']}"

    _, changed = await rest(f"PATCH {path}", {"content": "b"})
    empty = await rest(f"PATCH {path}", {"content": "", "components": []})
    _, modern = await rest(f"PATCH {path}", {"content": None, "flags": V2, "components": [TEXT]})
    _, still = await rest(f"PATCH {path}", {"flags": 0})

    assert (changed["content"], len(changed["components"])) == ("b", 1)
    assert changed["edited_timestamp"]
    assert empty[1]["code"] == 50006
    assert modern["flags"] == still["flags"] == V2
    assert person.shown()[0].text == "words"


async def test_a_forum_has_its_rules(rest: Rest, fake: FakeDiscord) -> None:
    post = {"name": "post", "message": {"content": "a"}}
    fake.forum.flags |= 1 << 4
    untagged = await rest("POST /channels/{f}/threads", post)
    _, thread = await rest("POST /channels/{f}/threads", post | {"applied_tags": [str(fake.solved.id)]})

    path = f"/channels/{thread['id']}"
    _, renamed = await rest(f"PATCH {path}", {"name": "other", "applied_tags": []})
    locked = await rest(f"PATCH {path}", {"locked": True})
    bare = await rest(f"DELETE {path}")

    assert untagged[1]["code"] == 40067
    assert thread["id"] == thread["message"]["id"]
    assert (renamed["name"], renamed["applied_tags"]) == ("other", [])
    assert [locked[1]["code"], bare[1]["code"]] == [50013, 50013]


async def test_a_locked_thread_that_sleeps_stays_asleep(rest: Rest, fake: FakeDiscord) -> None:
    _, thread = await rest("POST /channels/{c}/threads", {"name": "open", "type": 11})
    state = fake.world.channels[int(thread["id"])].thread
    assert state is not None
    state.archived = state.locked = True

    _, reply = await rest(f"POST /channels/{thread['id']}/messages", {"content": "a"})

    assert reply["code"] == 160005


async def test_members_of_threads(rest: Rest, fake: FakeDiscord) -> None:
    asker = fake.person("asker")
    _, thread = await rest("POST /channels/{c}/threads", {"name": "open", "type": 11})
    path = f"/channels/{thread['id']}/thread-members"

    added = await rest(f"PUT {path}/{asker.id}")
    _, members = await rest(f"GET {path}")
    left = await rest(f"DELETE {path}/@me")
    gone = await rest(f"GET {path}/@me")
    no_thread = await rest("PUT /channels/{c}/thread-members/@me")

    assert (added[0], left[0]) == (204, 204)
    assert {one["user_id"] for one in members} == {str(asker.id), str(fake.me.id)}
    assert (gone[1]["code"], no_thread[1]["code"]) == (10007, 50024)


async def test_commands_keep_their_ids(rest: Rest) -> None:
    ask = {"name": "ask", "description": "a"}
    _, first = await rest("PUT /applications/{a}/commands", [ask])
    _, second = await rest("PUT /applications/{a}/commands", [ask | {"description": "b"}, ask | {"name": "trace"}])
    path = f"/applications/{{a}}/commands/{first[0]['id']}"

    again = await rest("POST /applications/{a}/commands", ask)
    _, changed = await rest(f"PATCH {path}", {"description": "c"})
    deleted = await rest(f"DELETE {path}")
    _, left = await rest("GET /applications/{a}/commands")

    assert first[0]["id"] == second[0]["id"] != second[1]["id"]
    assert again[0] == 200
    assert (changed["id"], changed["description"]) == (first[0]["id"], "c")
    assert deleted[0] == 204
    assert [one["name"] for one in left] == ["trace"]


async def test_two_hundred_commands_a_day(rest: Rest, fake: FakeDiscord) -> None:
    fake.commands_created[None] = 200

    status, reply = await rest("POST /applications/{a}/commands", {"name": "ask", "description": "a"})

    assert (status, reply["code"]) == (429, 30034)


async def test_what_is_allowed_again_can_be_done(rest: Rest, fake: FakeDiscord) -> None:
    fake.deny(fake.channel, Permission.SEND_MESSAGES)
    refused = await rest("POST /channels/{c}/messages", {"content": "a"})
    fake.allow(fake.channel, Permission.SEND_MESSAGES)

    assert refused[0] == 403
    assert (await rest("POST /channels/{c}/messages", {"content": "a"}))[0] == 200


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [
        (None, ("asker", "helpers")),
        ({"parse": []}, ()),
        ({"parse": ["users"]}, ("asker",)),
        ({"parse": [], "users": ["{asker}"]}, ("asker",)),
        ({"parse": ["roles", "everyone"]}, ("helpers",)),
    ],
)
async def test_whom_a_message_pings(
    allowed: dict[str, Any] | None, pinged: tuple[str, ...], rest: Rest, person: DiscordPerson
) -> None:
    asker = person.user("asker")
    helpers = person.discord.add_role(person.discord.guild, "helpers")
    text = json.dumps(allowed).replace("{asker}", str(asker.id))

    await rest(
        "POST /channels/{c}/messages",
        {"content": f"<@{asker.id}> <@&{helpers.id}> @everyone", "allowed_mentions": json.loads(text)},
    )

    assert person.pinged(person.shown()[0]) == pinged


@pytest.mark.parametrize("from_message", [True, False])
async def test_a_new_thread_is_announced_by_discord_itself(
    from_message: bool, rest: Rest, person: DiscordPerson
) -> None:
    said = await person.say("hello")
    start = f"/messages/{said.key}" if from_message else ""
    _, thread = await rest(f"POST /channels/{{c}}{start}/threads", {"name": "about", "type": 11})

    _, inside = await rest(f"GET /channels/{thread['id']}/messages")
    _, above = await rest("GET /channels/{c}/messages")

    assert [one["type"] for one in inside] == ([21] if from_message else [])
    assert [one["type"] for one in above] == ([0] if from_message else [18, 0])
    assert person.shown() == ()


@pytest.mark.parametrize(
    ("path", "key", "expected"),
    [
        ("/users/@me", "username", "frontdesk"),
        ("/oauth2/applications/@me", "flags", 0),
        ("/applications/@me", "name", "frontdesk"),
        ("/gateway/bot", "shards", 1),
        ("/guilds/{g}", "name", "support"),
        ("/channels/{c}", "name", "help"),
        ("/channels/{f}", "type", 15),
    ],
)
async def test_what_there_is_to_read(path: str, key: str, expected: object, rest: Rest) -> None:
    status, reply = await rest(f"GET {path}")

    assert (status, reply[key]) == (200, expected)


@pytest.mark.parametrize(("path", "count"), [("/guilds/{g}/channels", 2), ("/guilds/{g}/roles", 2)])
async def test_what_there_is_to_list(path: str, count: int, rest: Rest) -> None:
    _, reply = await rest(f"GET {path}")

    assert len(reply) == count


async def test_people_roles_and_channels_come_along_with_a_command(rest: Rest, fake: FakeDiscord) -> None:
    kinds = {"who": 6, "where": 7, "which": 8}
    options = [{"type": kind, "name": name, "description": "a"} for name, kind in kinds.items()]
    await rest("POST /applications/{a}/commands", {"name": "set", "description": "a", "options": options})
    told: list[Any] = []

    async with wire(fake) as gateway:
        await gateway.identify(fake.token)
        role = fake.add_role(fake.guild, "helpers")
        await fake.gateway.wait_ready()
        await DiscordPerson(fake).use("set", who=fake.owner, where=fake.forum, which=role)
        while not told or told[-1]["t"] != "INTERACTION_CREATE":
            told.append(await gateway.next())

    resolved = told[-1]["d"]["data"]["resolved"]
    assert {kind: list(found) for kind, found in resolved.items()} == {
        "users": [str(fake.owner.id)],
        "members": [str(fake.owner.id)],
        "channels": [str(fake.forum.id)],
        "roles": [str(role.id)],
    }


async def test_a_private_thread_is_for_its_members(rest: Rest, fake: FakeDiscord, person: DiscordPerson) -> None:
    thread = fake.chat.open_thread(fake.channel, "secret", person.user("asker").id, private=True)
    before = await rest(f"GET /channels/{thread.id}")

    fake.chat.join(thread, fake.me.id)

    assert before[1]["code"] == 50001
    assert (await rest(f"GET /channels/{thread.id}"))[0] == 200


@pytest.mark.usefixtures("bot")
async def test_a_refusal_on_demand_is_not_tried_again(person: DiscordPerson, fake: FakeDiscord) -> None:
    fake.faults.answer(403, code=50013, on=WRITE)

    await person.say("hello", direct=True)

    assert await person.quiet() == ()
    assert len(fake.heard("you said")) == 1


async def test_a_file_is_kept_or_dropped_by_an_edit(rest: Rest, fake: FakeDiscord) -> None:
    fake.guild.roles[fake.guild.id].permissions |= Permission.ATTACH_FILES
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", "{}")
    form.add_field("files[0]", b"lines", filename="log.txt")
    headers = {"Authorization": f"Bot {fake.token}"}
    url = f"{fake.api_url}/channels/{fake.channel.id}/messages"
    async with rest.session.post(url, data=form, headers=headers) as reply:
        posted = await reply.json()
    path = f"/channels/{{c}}/messages/{posted['id']}"

    _, kept = await rest(f"PATCH {path}", {"content": "a"})
    _, dropped = await rest(f"PATCH {path}", {"attachments": []})

    assert [len(one["attachments"]) for one in (posted, kept, dropped)] == [1, 1, 0]


@pytest.mark.parametrize(
    "embed",
    [
        {"title": "x" * 257},
        {"fields": [{"name": "a", "value": ""}]},
        {"fields": [{"name": "a", "value": "a"}] * 26},
        {"footer": {"text": "x" * 2049}},
        {"description": "x" * 4000, "fields": [{"name": "a", "value": "x" * 1000}] * 3},
    ],
)
async def test_embeds_have_their_lengths(embed: dict[str, Any], rest: Rest) -> None:
    _, reply = await rest("POST /channels/{c}/messages", {"embeds": [embed]})

    assert reply["code"] == 50035
    assert "embeds" in reply["errors"]
