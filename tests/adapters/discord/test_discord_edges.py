"""What seldom happens while the bot runs: events out of order, rights half given, people who do odd things."""

from collections import OrderedDict
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import discord
import pytest

from adapters.discord.app import _written, refusal
from adapters.discord.catching_up import CatchingUp
from adapters.discord.files import LARGEST, Files
from adapters.discord.guilds import Guilds
from adapters.discord.outlet import Gate, _bound
from adapters.discord.reception import Reception
from adapters.discord.rules import Rules
from bot.desk import Desk
from bot.ledger.port import EventKey, Stage, event_key
from bot.model import Message
from bot.settings import SettingsError
from tests.adapters.discord.away import AwayLedger, out_of_reach
from tests.adapters.discord.kit import Running, bot_on
from tests.fakes.discord import FakeDiscord, Permission
from tests.fakes.discord.faults import Faults, RestFault
from tests.fakes.human import Upload

pytestmark = pytest.mark.usefixtures("without_long_waits")

QUESTION = "does file upload incur charges?"
ANSWER = "Does file upload incur charges?"
WRITE = "POST /channels/{channel}/messages"
FULFIL = "PATCH /webhooks/{application}/{token}/messages/{message}"
FOLLOW_UP = "POST /webhooks/{application}/{token}"
KEY = "sk-" + "EXAMPLEq7Zt2LmB9xWvKc4RyHn8DfPsJ1uGaEo6TiQl0Vb"

NOTHING: Any = SimpleNamespace(http=None)  # the library's state, of which an attachment asks nothing here


# ---- events out of order and places unknown


async def test_a_post_whose_message_comes_before_its_thread_is_answered_once(desk: Desk) -> None:
    async with FakeDiscord(limits=False, message_content=True) as fake, bot_on(fake, desk) as bot:
        await Guilds(desk.ledger).save(str(fake.guild.id), Rules(auto=frozenset({str(fake.forum.id)})))
        fake.faults.late("THREAD_CREATE")

        post = await bot.person.post("Trouble", "HTTP 403 on every call")

        (reply,) = await bot.person.quiet()
        assert reply.reply_to == post.key


async def test_a_place_that_cannot_be_looked_up_is_answered_in_all_the_same(bot: Running) -> None:
    said = await bot.person.say("hello all", mention=False)
    bot.fake.faults.lose("THREAD_CREATE")
    bot.fake.faults.answer(403, on="GET /channels/{channel}", code=50001)
    thread = await bot.person.start_thread(said, "a thread")

    question = await bot.person.speak_in(thread, f"<@{bot.fake.me.id}> {QUESTION}")

    (reply,) = await bot.person.quiet()
    assert reply.reply_to == question.key


async def test_an_edit_that_comes_too_late_changes_nothing(bot: Running) -> None:
    said = await bot.person.say(QUESTION)
    (before,) = await bot.person.quiet()
    bot.fake.clock.advance(3_601)

    await bot.person.edit(said, "is on-premises deployment supported?")

    assert await bot.person.quiet() == (before,)


async def test_an_old_message_that_is_edited_to_call_the_bot_is_left_alone(bot: Running) -> None:
    said = await bot.person.say(QUESTION, mention=False)
    bot.fake.clock.advance(3_601)

    await bot.person.edit(said, f"<@{bot.fake.me.id}> {QUESTION}")

    assert await bot.person.quiet() == ()


# ---- replies that change under the bot's hands


async def test_an_edit_makes_an_answer_longer_and_shorter_again(bot: Running) -> None:
    said = await bot.person.say(f"{QUESTION}")
    (short,) = await bot.person.quiet()
    outlet_limit = pytest.MonkeyPatch()
    outlet_limit.setattr("adapters.discord.translate.split", _in_lines)

    await bot.person.edit(said, "is on-premises deployment supported?")
    longer = await bot.person.quiet()
    outlet_limit.undo()
    await bot.person.edit(said, QUESTION)
    shorter = await bot.person.quiet()

    assert [one.key for one in (longer[0], shorter[0])] == [short.key] * 2
    assert (len(longer), len(shorter)) == (2, 1)
    assert longer[1].reply_to == said.key


def _in_lines(text: str, limit: int = 0) -> tuple[str, ...]:
    del limit
    return tuple(text.split("\n\n"))


async def test_an_answer_that_a_moderator_took_away_stays_away(bot: Running) -> None:
    said = await bot.person.say(QUESTION)
    (answer,) = await bot.person.quiet()
    await bot.person.delete(answer)

    await bot.person.edit(said, "is on-premises deployment supported?")
    assert await bot.person.quiet() == ()
    await bot.person.delete(said)

    assert await bot.person.quiet() == ()


@pytest.mark.parametrize("code", [50005, 50035])
async def test_an_answer_that_may_not_change_stays_as_it_is(bot: Running, code: int) -> None:
    said = await bot.person.say(QUESTION)
    before = await bot.person.quiet()
    status = 403 if code == 50005 else 400
    bot.fake.faults.answer(status, on="PATCH /channels/{channel}/messages/{message}", code=code)

    await bot.person.edit(said, "is on-premises deployment supported?")

    assert await bot.person.quiet() == before


@pytest.mark.parametrize(("on", "ask"), [(WRITE, "say"), (FULFIL, "use")])
async def test_what_discord_does_not_take_for_good_is_refused(bot: Running, on: str, ask: str) -> None:
    bot.fake.faults.answer(400, on=on, code=50035)
    if ask == "say":
        await bot.person.say(QUESTION)
    else:
        await bot.person.use("ask", question=QUESTION)
    await bot.person.quiet()

    (refused,) = await bot.desk.ledger.unanswered("discord", 0.0)

    assert refused.stage is Stage.REFUSED


@pytest.mark.parametrize(("on", "ask"), [(WRITE, "say"), (FULFIL, "use")])
async def test_what_discord_does_not_take_for_a_while_is_tried_again(bot: Running, on: str, ask: str) -> None:
    bot.fake.faults.answer(503, on=on, times=2)
    if ask == "say":
        await bot.person.say(QUESTION)
    else:
        await bot.person.use("ask", question=QUESTION)

    (reply,) = await bot.person.settle(1, seconds=10)

    assert ANSWER in reply.text


# ---- people


async def test_a_private_call_for_a_person_is_heard_in_the_place(bot: Running) -> None:
    role = bot.fake.world.add_role(bot.fake.guild, "helpers", mentionable=True)
    await Guilds(bot.desk.ledger).save(str(bot.fake.guild.id), Rules(hand_off_role=str(role.id)))

    await bot.person.use("ask", question="can I talk to a human please", private=True)

    called, answer = sorted(await bot.person.quiet(), key=lambda shown: shown.private)
    assert called.text.startswith(f"<@&{role.id}>")
    assert "help.example" in answer.text


async def test_people_who_cannot_be_called_are_told_to_the_owner(fake: FakeDiscord, desk: Desk) -> None:
    helpers = fake.world.add_channel(fake.guild, "helpers")
    fake.deny(helpers, Permission.SEND_MESSAGES)
    async with bot_on(fake, desk) as bot:
        await Guilds(desk.ledger).save(str(fake.guild.id), Rules(hand_off_channel=str(helpers.id)))
        await bot.person.say("can I talk to a human please")
        shown = await bot.person.quiet()

    assert sum("I was asked for a person and may not write there" in one.text for one in shown) == 1


@pytest.mark.usefixtures("hardly_patient")
async def test_who_presses_too_much_is_told_alone(bot: Running) -> None:
    for _ in range(20):
        await bot.person.say("hello")
    shown = await bot.person.quiet()
    await bot.person.use("ask", question=QUESTION)

    *_, notice = await bot.person.quiet()

    assert len(shown) == 20
    assert (notice.private, "Please ask again in a minute" in notice.text) == (True, True)


@pytest.mark.usefixtures("hardly_patient")
async def test_a_notice_that_may_not_be_written_breaks_nothing(bot: Running) -> None:
    for _ in range(20):
        await bot.person.say("hello")
    before = await bot.person.quiet()
    bot.fake.faults.answer(403, on=WRITE, code=50013)

    await bot.person.say("hello")

    assert await bot.person.quiet() == before


async def test_a_private_question_with_a_key_is_warned_of_by_its_answer(bot: Running) -> None:
    await bot.person.use("ask", question=f"401 with {KEY}, why?", private=True)

    (answer,) = await bot.person.quiet()

    assert "revoke it" in answer.text


async def test_the_admins_channel_is_told_before_the_owner(fake: FakeDiscord, desk: Desk) -> None:
    admins = fake.world.add_channel(fake.guild, "admins")
    fake.deny(fake.channel, Permission.SEND_MESSAGES)
    async with bot_on(fake, desk) as bot:
        guild = _guild_of(fake)
        guild._public_updates_channel_id = admins.id
        await bot.person.say(QUESTION)
        shown = await bot.person.quiet()

    assert [one.channel for one in shown if "Send Messages" in one.text] == [str(admins.id)]


async def test_admins_who_cannot_be_told_stop_nothing(bot: Running) -> None:
    bot.fake.owner.reachable = False
    bot.fake.deny(bot.fake.channel, Permission.READ_MESSAGE_HISTORY)

    await bot.person.say(QUESTION)

    assert len(await bot.person.quiet()) == 1


async def test_a_tag_that_the_forum_does_not_have_is_no_solution(fake: FakeDiscord, desk: Desk) -> None:
    async with bot_on(fake, desk) as bot:
        rules = Rules(auto=frozenset({str(fake.forum.id)}), solved_tag="done")
        await Guilds(desk.ledger).save(str(fake.guild.id), rules)
        await bot.person.post(QUESTION, "see the title")
        (reply,) = await bot.person.quiet()
        await bot.person.press(reply, "Solved")
        *_, notice = await bot.person.quiet()

    assert notice.text == "That did not work. Please ask again."


async def test_an_admin_s_command_is_refused_to_others_whatever_discord_offers(bot: Running) -> None:
    for commands in bot.fake.commands.values():
        for command in commands.values():
            command["default_member_permissions"] = None

    await bot.person.use("frontdesk", "settings", quiet=True)

    (notice,) = await bot.person.quiet()
    assert notice.text == "Only those who may manage this server can do that."


async def test_a_command_that_this_version_does_not_know_breaks_nothing(bot: Running) -> None:
    for commands in bot.fake.commands.values():
        for command in commands.values():
            command["name"] = f"{command['name']}-of-old"
    bot.person._command = "ask-of-old"

    await bot.person.slash(QUESTION)
    await bot.person.say(QUESTION)

    assert len(await bot.person.quiet()) == 1


# ---- files


@pytest.mark.parametrize(
    ("name", "size", "url"),
    [
        ("too big", LARGEST + 1, "{origin}/attachments"),
        ("elsewhere", 3, "http://127.0.0.2:1/attachments"),
        ("gone", 3, "{origin}/attachments/1/2/a.log"),
        ("down", 3, "http://127.0.0.1:9/attachments/1/2/a.log"),
    ],
)
async def test_a_file_that_is_not_to_be_had_is_done_without(fake: FakeDiscord, name: str, size: int, url: str) -> None:
    address = url.format(origin=fake.origin)
    data: Any = {"id": "1", "filename": name, "size": size, "url": address, "proxy_url": address}
    attachment = discord.Attachment(data=data, state=NOTHING)
    api = "http://127.0.0.1:9/api" if name == "down" else fake.api_url
    async with aiohttp.ClientSession() as session:
        assert await Files(session, api).read([attachment]) == ()


async def test_a_file_that_is_longer_than_it_was_said_to_be_is_not_read(bot: Running) -> None:
    await bot.person.trace(Upload("a.log", b"HTTP 403 " * 10))
    (attachment,) = bot.fake.world.attachments.values()
    attachment.content = b"x" * (LARGEST + 1)
    data: Any = {"id": str(attachment.id), "filename": "a.log", "size": 3, "url": attachment.url, "proxy_url": ""}
    async with aiohttp.ClientSession() as session:
        found = await Files(session, bot.fake.api_url).read([discord.Attachment(data=data, state=NOTHING)])

    assert found == ()


async def test_a_refusal_in_a_direct_conversation_has_no_admins_to_be_told(bot: Running) -> None:
    bot.fake.faults.answer(403, on=WRITE, code=50013, times=2)

    await bot.person.say(QUESTION, direct=True)
    await bot.person.quiet()

    (refused,) = await bot.desk.ledger.unanswered("discord", 0.0)
    assert refused.stage is Stage.REFUSED


async def test_a_button_for_solving_outside_of_a_forum_does_nothing(bot: Running) -> None:
    await bot.person.say(QUESTION)
    (answer,) = await bot.person.quiet()
    standing = bot.fake.channel.messages[int(answer.key)]
    standing.components[0]["components"][0]["custom_id"] = "fd:solved:"

    await bot.person.press(answer, "Helpful")

    assert await bot.person.quiet() == (answer,)


@pytest.mark.parametrize(("status", "code"), [(404, 10015), (404, 10008)])
async def test_a_command_whose_message_is_gone_is_answered_in_the_channel(bot: Running, status: int, code: int) -> None:
    bot.fake.faults.answer(status, on=FULFIL, code=code)

    await bot.person.use("ask", question=QUESTION)

    shown = [one for one in await bot.person.quiet() if one.text]
    assert [one.channel for one in shown] == [str(bot.fake.channel.id)]


@pytest.mark.parametrize("tries", [1, 2])
async def test_what_can_never_be_taken_away_is_given_up(
    bot: Running, ledger: AwayLedger, monkeypatch: pytest.MonkeyPatch, tries: int
) -> None:
    monkeypatch.setattr("adapters.discord.reception.TRIES", tries)
    said = await bot.person.say(QUESTION)
    before = await bot.person.quiet()
    ledger.away = {"standing": 2}

    await bot.person.delete(said)

    assert await bot.person.quiet() == before
    assert ledger.away == {"standing": 2 - tries}


async def test_an_edit_of_what_is_not_for_the_bot_is_left_alone(bot: Running) -> None:
    said = await bot.person.say("hello all", mention=False)

    await bot.person.edit(said, "hello again")

    assert await bot.person.quiet() == ()


# ---- small things


async def test_the_first_word_on_a_gate_counts() -> None:
    gate = Gate()
    gate.settle(acknowledged=True)
    gate.settle(acknowledged=False)

    assert await gate.acknowledged()


def test_an_unknown_refusal_says_its_code() -> None:
    socket: Any = type("Socket", (), {"close_code": 4013})()

    assert "(4013)" in str(refusal(discord.ConnectionClosed(socket, shard_id=0)))


async def test_the_bot_asks_for_no_privileged_intent(bot: Running) -> None:
    assert [session.intents for session in bot.fake.gateway.sessions.values()] == [4609]


def _guild_of(fake: FakeDiscord) -> discord.Guild:
    """The library's own idea of the fake's server, wherever in this process it is."""
    import gc  # noqa: PLC0415

    found: Iterable[discord.Guild] = (one for one in gc.get_objects() if isinstance(one, discord.Guild))
    return next(guild for guild in found if guild.id == fake.guild.id and guild.text_channels)


# ---- the boundary of everything


async def test_what_fails_unforeseen_is_logged_without_a_word_of_the_asker(
    bot: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.person.say(QUESTION)
    (answer,) = await bot.person.quiet()
    monkeypatch.setattr("adapters.discord.reception.to_message", _broken)
    monkeypatch.setattr("adapters.discord.reception.to_question", _broken)

    await bot.person.say("my words")
    await bot.person.use("ask", question="my words")
    await bot.person.press(answer, "Talk to a person")
    await bot.person.quiet()

    told = [record.getMessage() for record in caplog.records if record.name == "adapters.discord.app"]
    assert sorted(line.split()[0] for line in told) == ["a", "on_message", "person"]
    assert not any("my words" in line for line in told)


def _broken(*_: object, **__: object) -> None:
    raise ValueError("my words")


async def test_a_server_that_does_not_say_whether_it_was_away_is_read_back_too(bot: Running) -> None:
    guild = bot.fake.world.add_guild("quiet about it", bot.fake.owner, int(Permission.VIEW_CHANNEL))
    told = bot.fake._guild_create(guild)
    told.whole.pop("unavailable")

    bot.fake.gateway.dispatch(told)
    await bot.person.quiet()

    await bot.person.say(QUESTION)
    assert len(await bot.person.quiet()) == 1


async def test_a_shard_that_never_began_has_missed_nothing(desk: Desk) -> None:
    client: Any = SimpleNamespace(shards={})
    catching_up = CatchingUp(client, desk.ledger, desk.now, 600.0, out_of_reach, taken_until=desk.now)

    await catching_up.read_guild(cast("discord.Guild", SimpleNamespace(shard_id=5)))
    await catching_up.read_direct()


async def test_what_is_not_finished_in_time_is_left_for_the_next_start(
    fake: FakeDiscord, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("adapters.discord.app.DRAINED_WITHIN", 0.05)
    async with bot_on(fake, desk) as bot:
        fake.faults.slow(2.0, on=WRITE)
        await bot.person.say(QUESTION)
        await fake.pulse.until(lambda: any(one.method == "POST" for one in fake.received))
        await bot.end()

    assert "1 answers are left for the next start" in caplog.messages


async def test_a_start_without_a_token_is_one_clear_line(fake: FakeDiscord, desk: Desk) -> None:
    with pytest.raises(SettingsError, match="DISCORD_TOKEN is not set"):
        async with bot_on(fake, desk, discord_token=""):
            pass


def test_a_form_without_words_is_no_words() -> None:
    assert _written({}) == ""
    assert _written({"components": [{"type": 18, "component": {"type": 4, "value": None}}]}) == ""


def test_only_so_much_is_kept_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.outlet.KEPT", 2)
    kept = OrderedDict.fromkeys(("one", "two", "three"))

    _bound(kept)

    assert list(kept) == ["two", "three"]


async def test_a_notice_after_the_end_is_none() -> None:
    class Over:
        id = 1
        locale = "en-US"
        response = SimpleNamespace(is_done=lambda: True)
        followup = SimpleNamespace(send=_closed)

    reception: Any = object.__new__(Reception)

    await reception.notify(Over(), "failed")


async def _closed(*_: object, **__: object) -> None:
    raise RuntimeError("Session is closed")


async def test_a_secret_in_a_direct_message_is_warned_of_without_a_link(bot: Running) -> None:
    await bot.person.say(f"401 with {KEY}, why?", direct=True)

    warning, answer = await bot.person.quiet()

    assert "https://discord.com" not in warning.text
    assert "`<KEY_1>`" in answer.text


async def test_a_reason_is_asked_for_by_a_log_that_is_slow_to_come(
    bot: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.reception.CLAIMED_WITHIN", 0.0)

    await bot.person.trace(Upload("a.log", b"HTTP 403"))

    (reply,) = await bot.person.settle(1)
    assert "How to handle 403" in reply.text


async def test_an_edit_that_fails_for_a_while_is_made_in_the_end(bot: Running) -> None:
    said = await bot.person.say(QUESTION)
    await bot.person.quiet()
    bot.fake.faults.answer(503, on="PATCH /channels/{channel}/messages/{message}")

    await bot.person.edit(said, "is on-premises deployment supported?")

    shown = await bot.person.until(lambda: any(one.edited for one in bot.person.shown()))
    assert "on-premises" in shown[0].text


async def test_a_follow_up_in_a_known_thread_is_edited_without_a_mention(desk: Desk) -> None:
    async with FakeDiscord(limits=False, message_content=True) as fake, bot_on(fake, desk) as bot:
        said = await bot.person.say("hello all", mention=False)
        thread = await bot.person.start_thread(said, "a thread")
        await bot.person.speak_in(thread, f"<@{fake.me.id}> {QUESTION}")
        await bot.person.quiet()
        more = await bot.person.speak_in(thread, "is on-premises deployment supported?")
        await bot.person.quiet()

        await bot.person.edit(more, "how do I get around a rate limit")

        *_, last = await bot.person.quiet()
        assert (last.reply_to, last.edited) == (more.key, True)


async def test_a_hint_is_given_once(fake: FakeDiscord, desk: Desk) -> None:
    fake.faults.duplicate("MESSAGE_CREATE")
    async with bot_on(fake, desk) as bot:
        rules = Rules(auto=frozenset({str(fake.forum.id)}), unread_posts="hint")
        await Guilds(desk.ledger).save(str(fake.guild.id), rules)
        await bot.person.post("Hello", "everybody")

        assert len(await bot.person.quiet()) == 1


class LaterFault(Faults):
    """One refusal on *route*, after so many requests that pass."""

    def __init__(self, route: str, passing: int) -> None:
        super().__init__()
        self.route = route
        self.passing = passing

    def on_request(self, route: str, *, after: bool) -> RestFault | None:
        if route != self.route or after:
            return None
        self.passing -= 1
        if self.passing != -1:
            return None
        self.fired["status"] += 1
        return RestFault("status", route, 1, status=503)


@pytest.mark.parametrize(
    ("ask", "on", "passing"),
    [("say", WRITE, 1), ("say", WRITE, 2), ("use", FOLLOW_UP, 0), ("use", FOLLOW_UP, 1)],
)
async def test_a_long_answer_that_breaks_off_is_completed(
    bot: Running, monkeypatch: pytest.MonkeyPatch, ask: str, on: str, passing: int
) -> None:
    monkeypatch.setattr("adapters.discord.translate.split", lambda text: (text, "second", "third"))
    bot.fake.faults = LaterFault(on, passing)
    if ask == "say":
        await bot.person.say(QUESTION)
    else:
        await bot.person.use("ask", question=QUESTION)

    await bot.person.settle(3)
    shown = await bot.person.quiet()

    assert [one.text for one in shown[1:]] == ["second", "third"]
    assert bot.fake.faults.fired["status"] == 1


async def test_an_event_is_named_as_the_ledger_knows_it(bot: Running) -> None:
    said = await bot.person.say(QUESTION)
    await bot.person.quiet()

    standing = await bot.desk.ledger.standing(EventKey("discord", str(bot.fake.guild.id), said.key))

    assert standing is not None
    assert standing.event == event_key(Message(said.key, standing.place, "", ""))
