"""The fake Discord's gateway, without a library in between."""

from typing import Any

import pytest

from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.raw import wire
from tests.fakes.discord.sessions import Close, Op


async def test_the_stream_is_compressed_in_one_context(fake: FakeDiscord) -> None:
    async with wire(fake) as gateway:
        hello = await gateway.next()
        await gateway.identify(fake.token)
        ready = await gateway.next()
        guild = await gateway.next()
        await gateway.send(Op.HEARTBEAT, 2)
        ack = await gateway.next()

    assert hello["d"]["heartbeat_interval"] == 41250
    assert [one["s"] for one in (ready, guild)] == [1, 2]
    assert [one["t"] for one in (ready, guild)] == ["READY", "GUILD_CREATE"]
    assert ready["d"]["guilds"] == [{"id": str(fake.guild.id), "unavailable": True}]
    assert ack["op"] == Op.HEARTBEAT_ACK


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([(99, None)], Close.UNKNOWN_OPCODE),
        ([("no json", None)], Close.DECODE_ERROR),
        ([(Op.HEARTBEAT, "x" * 5000)], Close.DECODE_ERROR),
        ([(Op.PRESENCE, {})], Close.NOT_AUTHENTICATED),
        ([(Op.IDENTIFY, {"token": "other"})], Close.AUTHENTICATION_FAILED),
        ([(Op.IDENTIFY, {}), (Op.IDENTIFY, {})], Close.ALREADY_AUTHENTICATED),
        ([(Op.RESUME, {"seq": 1, "session_id": "none", "token": "other"})], Close.AUTHENTICATION_FAILED),
        ([(Op.HEARTBEAT, None)] * 121, Close.RATE_LIMITED),
        ([(Op.IDENTIFY, {"shard": [2, 2]})], Close.INVALID_SHARD),
        ([(Op.IDENTIFY, {"intents": 1 << 40})], Close.INVALID_INTENTS),
        ([(Op.IDENTIFY, {"intents": 1 << 15})], Close.DISALLOWED_INTENTS),
    ],
)
async def test_the_gateway_closes_by_number(frames: list[tuple[Any, Any]], code: Close, fake: FakeDiscord) -> None:
    async with wire(fake) as gateway:
        for op, data in frames:
            whole = {"token": fake.token, "intents": 1} | data if op == Op.IDENTIFY else data
            await (gateway.ws.send_str(op) if isinstance(op, str) else gateway.send(op, whole))

        assert await gateway.code() == code


async def test_an_old_version_of_the_gateway_is_refused(fake: FakeDiscord) -> None:
    async with wire(fake, "v=5") as gateway:
        assert await gateway.code() == Close.INVALID_API_VERSION


async def test_more_servers_than_one_shard_holds_need_more_shards(
    fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fakes.discord.gateway.GUILDS_PER_SHARD", 0)

    async with wire(fake) as gateway:
        await gateway.identify(fake.token)

        assert await gateway.code() == Close.SHARDING_REQUIRED


async def test_a_client_without_a_heart_is_let_go(fake: FakeDiscord) -> None:
    fake.gateway.heartbeat_interval = 0.01

    async with wire(fake) as gateway:
        await gateway.identify(fake.token)

        assert await gateway.code() == Close.SESSION_TIMED_OUT


@pytest.mark.parametrize(
    ("seq", "expected"), [(1, ["GUILD_CREATE", "RESUMED"]), (2, ["RESUMED"]), (3, Close.INVALID_SEQ)]
)
async def test_a_session_goes_on_where_it_was_left(seq: int, expected: Any, fake: FakeDiscord) -> None:
    async with wire(fake) as gateway:
        await gateway.identify(fake.token)
        session = [await gateway.next() for _ in range(3)][1]["d"]["session_id"]
        await gateway.ws.close(code=4000)

    async with wire(fake) as gateway:
        await gateway.send(Op.RESUME, {"token": fake.token, "session_id": session, "seq": seq})
        if isinstance(expected, list):
            frames = [(await gateway.next())["t"] for _ in range(len(expected) + 1)]

            assert frames == [None, *expected]
        else:
            assert await gateway.code() == expected


async def test_a_session_ends_with_a_goodbye(fake: FakeDiscord) -> None:
    async with wire(fake) as gateway:
        await gateway.identify(fake.token)
        session = [await gateway.next() for _ in range(3)][1]["d"]["session_id"]
        await gateway.ws.close(code=1000)

    async with wire(fake) as gateway:
        await gateway.send(Op.RESUME, {"token": fake.token, "session_id": session, "seq": 2})
        refused = [await gateway.next() for _ in range(2)][1]

    assert (refused["op"], refused["d"]) == (Op.INVALID_SESSION, False)
