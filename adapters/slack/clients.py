"""Slack's Web API as each tenant's bot may call it, and what becomes of its refusals."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.translate import PLATFORM
from bot.observing.port import SILENT, Observer
from bot.relay import Refused
from bot.settings import SettingsError

API = "https://slack.com/api/"
RETRIES = 3

PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
     "team_added_to_org", "token_expired", "unknown_error"}
)  # fmt: skip
DEAD = frozenset({"invalid_auth", "not_authed", "token_revoked", "account_inactive", "token_expired"})

# The libraries print payloads, requests with a wrong signature, codes of an installation, and the addresses of sockets,
# which open them: what an operator has to know is said by this package itself.
quiet = logging.getLogger("adapters.slack.library")
quiet.setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot as one tenant knows it."""

    tenant: str
    team: str
    bot_user: str
    bot_id: str
    token: str


class Clients(Protocol):
    """Knows where the bot is installed."""

    async def identity(self, tenant: str) -> Identity | None:
        """Return the bot as *tenant* knows it; None where it is not installed there."""
        ...

    async def leave(self, tenant: str) -> None:
        """Let go of the tokens of *tenant*, which took the app away."""
        ...


class OneWorkspace:
    """The installation whose token the operator set."""

    def __init__(self, identity: Identity) -> None:
        """Serve *identity* alone."""
        self._identity = identity

    async def identity(self, tenant: str) -> Identity | None:
        """Return the bot; None for any other tenant."""
        return self._identity if tenant == self._identity.tenant else None

    async def leave(self, tenant: str) -> None:
        """Nothing: the token is the operator's to take away."""


def web_client(
    session: aiohttp.ClientSession, api_url: str, token: str | None = None, observer: Observer = SILENT
) -> AsyncWebClient:
    """Return a client that waits where Slack says so, and sends nothing twice that may have arrived."""
    return _Client(
        token=token,
        base_url=api_url or API,
        session=session,
        logger=quiet,
        retry_handlers=[_Patient(observer)],
    )


class _Patient(AsyncRateLimitErrorRetryHandler):
    """Waits as long as Slack says, and tells of it."""

    def __init__(self, observer: Observer) -> None:
        super().__init__(max_retry_count=RETRIES)
        self._observer = observer

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        self._observer.rate_limited(PLATFORM)
        await super().prepare_for_next_attempt_async(state=state, request=request, response=response, error=error)


class _Client(AsyncWebClient):
    """slack_sdk's client, but for the app's own credentials: aiohttp is about to drop the way it sends them."""

    async def oauth_v2_access(
        self,
        *,
        client_id: str,
        client_secret: str,
        code: str | None = None,
        redirect_uri: str | None = None,
        grant_type: str | None = None,
        refresh_token: str | None = None,
        **kwargs: Any,
    ) -> AsyncSlackResponse:
        """Exchange a code or a refresh token for a token."""
        told = {
            "client_id": client_id,
            "client_secret": client_secret,
            "code": code,
            "redirect_uri": redirect_uri,
            "grant_type": grant_type,
            "refresh_token": refresh_token,
            **kwargs,
        }
        given = {name: value for name, value in told.items() if value is not None}
        return await self.api_call("oauth.v2.access", data=given)


async def identify(client: AsyncWebClient, token: str) -> Identity:
    """Return whom *token* stands for.

    Raises:
        SettingsError: Slack does not know it, or cannot be reached.
    """
    try:
        told = await client.auth_test()
    except SlackApiError as error:
        raise SettingsError(f"SLACK_BOT_TOKEN is refused by Slack ({code_of(error)}): install the app again") from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SettingsError(f"Slack cannot be reached at {client.base_url} ({type(error).__name__})") from None
    team, enterprise = str(told.get("team_id") or ""), str(told.get("enterprise_id") or "")
    tenant = enterprise if told.get("is_enterprise_install") and enterprise else team
    return Identity(tenant, team, str(told.get("user_id") or ""), str(told.get("bot_id") or ""), token)


def code_of(error: SlackApiError) -> str:
    """Return Slack's word for what went wrong."""
    told = error.response.get("error") if error.response is not None and hasattr(error.response, "get") else None
    return str(told or "unknown_error")


@contextmanager
def refusing() -> Iterator[None]:
    """Tell what Slack will never take from what it may take later.

    Raises:
        Refused: Slack does not take it.
    """
    try:
        yield
    except SlackApiError as error:
        if (code := code_of(error)) not in PASSING:
            raise Refused(code) from None
        raise
