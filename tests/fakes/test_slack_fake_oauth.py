from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlparse

import aiohttp
import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore, Installation
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from tests.fakes.slack import FakeSlack
from tests.fakes.slack_kit import client_of, refusal

# slack_sdk 3.47 sends the client's secret by a class that aiohttp 3.14 is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

REDIRECT = "http://127.0.0.1/slack/oauth_redirect"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(installed=False) as slack:
        yield slack


async def visit(slack: FakeSlack, **query: str) -> dict[str, str]:
    """Return what the page of consent sends the visitor back with."""
    query = {"client_id": slack.client_id, "scope": "chat:write,commands", "redirect_uri": REDIRECT} | query
    async with (
        aiohttp.ClientSession() as session,
        session.get(slack.authorize_url, params=query, allow_redirects=False) as answer,
    ):
        sent_to = urlparse(answer.headers["Location"])
    return {name: values[0] for name, values in parse_qs(sent_to.query).items()}


async def exchange(slack: FakeSlack, code: str, **other: str) -> dict[str, Any]:
    secrets = {"client_id": slack.client_id, "client_secret": slack.client_secret} | other
    answer = await client_of(slack, "").oauth_v2_access(code=code, **secrets)
    return dict(cast("dict[str, Any]", answer.data))


async def test_bolts_own_flow_installs_the_app(slack: FakeSlack, tmp_path: Path) -> None:
    store = FileInstallationStore(base_dir=str(tmp_path))
    settings = AsyncOAuthSettings(
        client_id=slack.client_id,
        client_secret=slack.client_secret,
        scopes=["chat:write", "commands"],
        redirect_uri=REDIRECT,
        installation_store=store,
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(tmp_path)),
        authorization_url=slack.authorize_url,
    )
    flow = AsyncOAuthFlow(client=client_of(slack, ""), settings=settings)
    begun = await flow.handle_installation(AsyncBoltRequest(body="", headers={}))
    cookie = begun.headers["set-cookie"][0].partition(";")[0]
    link = next(part for part in begun.body.split('"') if part.startswith(slack.origin)).replace("&amp;", "&")
    state = parse_qs(urlparse(link).query)["state"][0]
    back = await visit(slack, state=state)

    done = await flow.handle_callback(AsyncBoltRequest(body="", query=back, headers={"cookie": [cookie]}))

    bot = await store.async_find_bot(enterprise_id=None, team_id=slack.workspace.id)
    assert done.status == 200
    assert bot is not None
    assert (await client_of(slack, bot.bot_token).auth_test())["bot_id"] == bot.bot_id


async def test_two_workspaces_are_kept_apart(slack: FakeSlack) -> None:
    other = slack.world.add_workspace("Other")
    mine, theirs = client_of(slack, slack.install()), client_of(slack, slack.install(other))
    channel = slack.channel("theirs", workspace=other)

    posted = await theirs.chat_postMessage(channel=channel.id, text="hello")
    refused = await refusal(mine.chat_postMessage(channel=channel.id, text="hello"))

    assert posted["ok"]
    assert refused["error"] == "channel_not_found"


async def test_who_cancels_is_sent_back_without_a_code(slack: FakeSlack) -> None:
    slack.oauth.deny = True

    assert await visit(slack, state="s") == {"error": "access_denied", "state": "s"}


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code": "EXAMPLE-invented"}, "invalid_code"),
        ({"client_id": "other"}, "invalid_client_id"),
        ({"client_secret": "other"}, "bad_client_secret"),
        ({"redirect_uri": "http://127.0.0.1/other"}, "bad_redirect_uri"),
    ],
)
async def test_a_code_is_exchanged_by_whom_it_was_made_for(slack: FakeSlack, wrong: dict[str, str], error: str) -> None:
    code = (await visit(slack))["code"]

    refused = await refusal(exchange(slack, **({"code": code} | wrong)))
    await exchange(slack, code)
    again = await refusal(exchange(slack, code))

    assert (refused["error"], again["error"]) == (error, "code_already_used")


async def test_an_enterprise_installs_for_all_its_workspaces(slack: FakeSlack) -> None:
    slack.oauth.workspace = slack.world.add_workspace("Head office", "E0FAKE")
    branch = slack.world.add_workspace("Branch", "E0FAKE")
    slack.oauth.org_wide = True

    given = await exchange(slack, (await visit(slack))["code"])
    channel = slack.channel("branch", workspace=branch)
    posted = await client_of(slack, given["access_token"]).chat_postMessage(channel=channel.id, text="hello")

    assert given["is_enterprise_install"]
    assert given["team"] is None
    assert given["enterprise"]["id"] == "E0FAKE"
    assert posted["ok"]


async def test_a_rotated_token_is_refreshed_once(slack: FakeSlack) -> None:
    slack.oauth.rotation = True
    given = await exchange(slack, (await visit(slack))["code"])
    rotator = AsyncTokenRotator(
        client=client_of(slack, ""), client_id=slack.client_id, client_secret=slack.client_secret
    )
    installation = Installation(
        user_id="U1",
        bot_token=given["access_token"],
        bot_refresh_token=given["refresh_token"],
        bot_token_expires_in=60,
    )

    fresh = await rotator.perform_token_rotation(installation=installation)

    assert fresh is not None
    assert fresh.bot_token != given["access_token"]
    assert (await client_of(slack, fresh.bot_token).auth_test())["ok"]
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        await exchange(slack, "", grant_type="refresh_token", refresh_token=given["refresh_token"])


async def test_who_consents_to_more_gets_a_token_of_their_own(slack: FakeSlack) -> None:
    given = await exchange(slack, (await visit(slack, user_scope="users:read"))["code"])

    assert (await client_of(slack, given["authed_user"]["access_token"]).auth_test())["user_id"] == (
        given["authed_user"]["id"]
    )


@pytest.mark.parametrize("wrong", [{"client_id": "other"}, {"redirect_uri": ""}])
async def test_a_wrong_link_leads_to_no_consent(slack: FakeSlack, wrong: dict[str, str]) -> None:
    query = {"client_id": slack.client_id, "redirect_uri": REDIRECT} | wrong
    async with aiohttp.ClientSession() as session, session.get(slack.authorize_url, params=query) as answer:
        assert answer.status == 400


async def test_a_removed_apps_refresh_token_is_dead(slack: FakeSlack) -> None:
    slack.oauth.rotation = True
    given = await exchange(slack, (await visit(slack))["code"])
    slack.installation.active = False

    refused = await refusal(exchange(slack, "", grant_type="refresh_token", refresh_token=given["refresh_token"]))
    dead = await refusal(client_of(slack, given["access_token"]).auth_test())

    assert (refused["error"], dead["error"]) == ("invalid_refresh_token", "account_inactive")
