"""Interactions on the fake Discord, answered without a library in between."""

import pytest

from tests.fakes.discord import DiscordPerson, FakeDiscord
from tests.fakes.discord.raw import Rest
from tests.fakes.discord_kit import PUBLIC, gesture


async def test_an_interaction_is_answered_once(person: DiscordPerson, rest: Rest) -> None:
    path = await gesture(person, rest)

    first = await rest(f"POST {path}", PUBLIC)
    second = await rest(f"POST {path}", PUBLIC)

    assert first == (204, None)
    assert second[1]["code"] == 40060


async def test_with_response_tells_what_became_of_it(person: DiscordPerson, rest: Rest) -> None:
    path = await gesture(person, rest)

    status, reply = await rest(f"POST {path}?with_response=1", PUBLIC | {"data": {"content": "a", "flags": 64}})

    assert status == 200
    assert reply["interaction"]["response_message_ephemeral"]
    assert reply["resource"]["message"]["content"] == "a"


@pytest.mark.parametrize(("after", "code"), [(2.9, None), (3.1, 10062)])
async def test_three_seconds_are_three_seconds(
    after: float, code: int | None, person: DiscordPerson, rest: Rest, fake: FakeDiscord
) -> None:
    path = await gesture(person, rest)
    fake.clock.advance(after)

    _, reply = await rest(f"POST {path}", PUBLIC)

    assert (reply or {}).get("code") == code


@pytest.mark.parametrize("kind", [6, 7, 8, 1, None])
async def test_a_command_is_not_answered_like_a_button(kind: int | None, person: DiscordPerson, rest: Rest) -> None:
    path = await gesture(person, rest)

    _, reply = await rest(f"POST {path}", {"type": kind, "data": {"content": "a"}})

    assert reply["code"] == 50035


async def test_what_follows_under_a_token(person: DiscordPerson, rest: Rest, fake: FakeDiscord) -> None:
    path = await gesture(person, rest)
    token = path.split("/")[3]
    early = await rest(f"POST /webhooks/{{a}}/{token}", {"content": "too early"})
    await rest(f"POST {path}", {"type": 5, "data": {"flags": 64}})

    thinking = person.shown()
    _, first = await rest(f"POST /webhooks/{{a}}/{token}", {"content": "first"})
    _, second = await rest(f"POST /webhooks/{{a}}/{token}", {"content": "second"})
    _, edited = await rest(f"PATCH /webhooks/{{a}}/{token}/messages/@original", {"content": "edited"})
    await rest(f"DELETE /webhooks/{{a}}/{token}/messages/{second['id']}")
    fake.clock.advance(15 * 60)
    dead = await rest(f"GET /webhooks/{{a}}/{token}/messages/@original")

    assert early[1]["code"] == 10015
    assert thinking == ()
    assert first["id"] == edited["id"]
    assert first["flags"] & 64
    assert [(one.text, one.private) for one in person.shown()] == [("edited", True)]
    assert dead[1]["code"] == 50027
