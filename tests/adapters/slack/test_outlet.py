"""The outlet by itself: what it does where Slack will not have it so."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest
from cryptography.fernet import Fernet
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from adapters.slack.clients import OneWorkspace, identify, web_client
from adapters.slack.oauth import ManyWorkspaces, SealedInstallationStore, authorization_url
from adapters.slack.origin import FileLink, Origin, Way
from adapters.slack.outlet import SlackOutlet
from bot.assembly import Service
from bot.ledger.open import open_ledger
from bot.ledger.sealing import Seal
from bot.model import Delivery, Message, Outcome, Place, Reply
from bot.relay import Refused
from tests.adapters.slack.kit import new_desk
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.human import SlackPerson


@dataclass(frozen=True, slots=True)
class Rig:
    """An outlet on a fake Slack, and a question that waits there for its reply."""

    slack: FakeSlack
    person: SlackPerson
    outlet: SlackOutlet
    session: aiohttp.ClientSession
    place: Place

    def delivery(self, origin: Origin, outcome: Outcome = Outcome.ANSWER) -> Delivery:
        event = f"{self.place.channel}:{self.place.thread}"
        message = Message(event, self.place, self.person.user("asker").id, "", origin=origin.to_json())
        return Delivery(message, Reply(outcome, "an answer"))


@pytest.fixture
async def rig(service: Service) -> AsyncIterator[Rig]:
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        bot = await identify(web_client(session, slack.api_url, slack.bot_token), slack.bot_token)
        people = slack.channel("people").id
        outlet = SlackOutlet(new_desk(service), OneWorkspace(bot), session, api_url=slack.api_url, hand_off=people)
        person = SlackPerson(slack)
        said = await person.say("hello", mention=False)
        yield Rig(slack, person, outlet, session, Place("slack", slack.workspace.id, said.channel, said.key))
        await outlet.close()


async def test_what_is_private_cannot_be_found_and_is_shown_again(rig: Rig) -> None:
    window = rig.delivery(Origin(Way.MODAL, trigger=rig.slack.world.issue_trigger(rig.person.user("asker").id)))

    assert await rig.outlet.find(window) is None
    assert await rig.outlet.revise(window, "shown") == "shown"
    assert len(rig.person.shown()) == 1


async def test_a_thread_that_cannot_be_read_now_is_asked_for_later(rig: Rig) -> None:
    rig.slack.faults.fail("conversations.replies", error="internal_error")

    with pytest.raises(SlackApiError):
        await rig.outlet.find(rig.delivery(Origin()))

    assert await rig.outlet.find(rig.delivery(Origin())) is None


async def test_a_reply_that_is_gone_already_is_taken_away_without_complaint(rig: Rig) -> None:
    reference = await rig.outlet.post(rig.delivery(Origin()))

    for _ in range(2):
        await rig.outlet.remove(rig.place, f"{reference},,shown")

    assert rig.person.shown() == ()


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
async def test_what_slack_will_not_change_is_refused(rig: Rig, method: str) -> None:
    reference = await rig.outlet.post(rig.delivery(Origin()))
    rig.slack.faults.fail(method, error="edit_window_closed")

    with pytest.raises(Refused, match="edit_window_closed"):
        await (
            rig.outlet.remove(rig.place, reference)
            if method == "chat.delete"
            else rig.outlet.revise(rig.delivery(Origin()), reference)
        )


async def test_a_reply_url_that_is_used_up_is_refused(rig: Rig) -> None:
    origin = Origin(Way.PRIVATE, reply_url=f"{rig.slack.origin}/response/EXAMPLE")

    with pytest.raises(Refused, match="time to reply is over"):
        await rig.outlet.post(rig.delivery(origin))


async def test_a_window_for_which_it_is_too_late_is_refused_where_there_is_no_other_way(rig: Rig) -> None:
    with pytest.raises(Refused, match="trigger"):
        await rig.outlet.post(rig.delivery(Origin(Way.MODAL, trigger="1.1.EXAMPLE")))


async def test_files_are_read_for_a_window_that_opens_too_late_too(rig: Rig) -> None:
    file = rig.slack.add_file(rig.person.user("asker"), "error.log", b"Error 429")
    link = FileLink(file.url_private, "text/plain")
    origin = Origin(Way.MODAL, trigger="1.1.EXAMPLE", files=(link, replace(link, url="https://example.com/x")))

    message = await rig.outlet.fetch(rig.delivery(origin).message)

    assert [attachment.text for attachment in message.attachments] == ["Error 429"]
    assert Origin.from_json(message.origin).unreadable


async def test_that_nobody_can_be_called_does_not_keep_the_reply(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    async def once(message: Message, what: str) -> bool:
        del message
        return what == "called"

    rig.outlet.once = once
    rig.slack.faults.fail("chat.getPermalink", error="message_not_found")
    rig.slack.faults.fail("chat.postMessage", error="is_archived")

    reference = await rig.outlet.post(rig.delivery(Origin(ts=rig.place.thread), Outcome.HAND_OFF))

    assert reference
    assert "nobody could be called" in caplog.text


async def test_a_channel_that_cannot_be_looked_at_may_have_outsiders_in_it(rig: Rig) -> None:
    rig.slack.faults.fail("conversations.info", error="missing_scope")

    assert await rig.outlet.is_shared_outside(rig.place.tenant, rig.place.channel)
    assert not await rig.outlet.is_shared_outside(rig.place.tenant, rig.place.channel)


async def test_a_tenant_without_the_app_is_refused(rig: Rig) -> None:
    with pytest.raises(Refused, match="not installed"):
        await rig.outlet.client("T0000000404")


# Tokens that are kept


def installation(**changes: object) -> Installation:
    told: dict[str, object] = {
        "app_id": "A1",
        "team_id": "T1",
        "enterprise_id": None,
        "user_id": "U1",
        "bot_token": "EXAMPLE-token",
        "bot_id": "B1",
        "bot_user_id": "UBOT",
        **changes,
    }
    return Installation(**told)  # type: ignore[arg-type]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SealedInstallationStore]:
    ledger = await open_ledger("", tmp_path, time.time)
    kept = SealedInstallationStore("1.2", ledger.engine, Seal([Fernet.generate_key().decode()]))
    await kept.create_tables()  # type: ignore[no-untyped-call]
    yield kept
    await ledger.close_down()


async def test_what_is_kept_sealed_is_found_opened(store: SealedInstallationStore) -> None:
    await store.async_save(installation(incoming_webhook_url="https://hooks.slack.com/EXAMPLE"))

    found = await store.async_find_installation(enterprise_id=None, team_id="T1")
    bot = await store.async_find_bot(enterprise_id=None, team_id="T1")

    assert found is not None
    assert bot is not None
    assert (found.bot_token, bot.bot_token) == ("EXAMPLE-token", "EXAMPLE-token")
    assert found.incoming_webhook_url == "https://hooks.slack.com/EXAMPLE"
    assert await store.async_find_bot(enterprise_id=None, team_id="T2") is None


@pytest.mark.parametrize(("left", "answers"), [(600, True), (-600, False)])
async def test_a_token_that_slack_does_not_refresh_is_used_while_it_lasts(
    service: Service, store: SealedInstallationStore, left: float, answers: bool
) -> None:
    until = int(time.time() + left)
    await store.async_save(installation(bot_refresh_token="EXAMPLE", bot_token_expires_at=until))  # noqa: S106
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        client = web_client(session, slack.api_url)
        rotator = AsyncTokenRotator(client_id=slack.client_id, client_secret=slack.client_secret, client=client)
        many = ManyWorkspaces(store, new_desk(service).ledger, rotator, time.time)

        bot = await many.identity("T1")

    assert (bot is not None) is answers


async def test_a_workspace_that_is_not_known_has_no_bot(service: Service, store: SealedInstallationStore) -> None:
    rotator = AsyncTokenRotator(client_id="1.2", client_secret="EXAMPLE")  # noqa: S106
    many = ManyWorkspaces(store, new_desk(service).ledger, rotator, time.time)

    assert await many.identity("T404") is None
    await many.leave("T404")


def test_the_page_of_consent_is_slacks_own_or_beside_the_api() -> None:
    assert authorization_url("") == "https://slack.com/oauth/v2/authorize"
    assert authorization_url("http://127.0.0.1:1/api/") == "http://127.0.0.1:1/oauth/v2/authorize"
