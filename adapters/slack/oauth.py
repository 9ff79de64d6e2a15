"""Many workspaces: installing the app, keeping the tokens sealed and fresh, and letting go of them.

The tables are slack_sdk's own, in the ledger's database; what is secret in them is sealed. Slack gives a refresh token
for one use, so a token is refreshed by one process at a time.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import aiohttp
import sqlalchemy as sa
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore, SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack.clients import Identity, code_of, quiet, web_client
from adapters.slack.http import INSTALL, REDIRECT
from adapters.slack.scopes import OPTIONAL, REQUIRED
from adapters.slack.translate import PLATFORM
from bot.ledger.port import Ledger
from bot.model import Place
from bot.settings import Settings, SettingsError

SEALED = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token", "incoming_webhook_url")
MARK = "sealed:"
FRESH = 60.0  # seconds for which what the database says is not asked again
ROTATE_BEFORE = 120  # minutes before a token expires
STATE_SECONDS = 600

log = logging.getLogger(__name__)

T = TypeVar("T", Bot, Installation)


class Sealer(Protocol):
    """Encrypts what is kept."""

    def seal(self, text: str) -> str:
        """Return *text* so that only the keys open it."""
        ...

    def open(self, sealed: str) -> str:
        """Return what was sealed."""
        ...


class SealedInstallationStore(AsyncSQLAlchemyInstallationStore):
    """slack_sdk's store, in whose rows no token can be read."""

    def __init__(self, client_id: str, engine: AsyncEngine, seal: Sealer) -> None:
        """Keep the installations of the app *client_id* in the database of *engine*."""
        super().__init__(client_id, engine, logger=quiet)
        self._seal = seal
        for table in (self.bots, self.installations):
            for name in SEALED:
                if name in table.c:
                    table.c[name].type = sa.Text()  # sealed, a token is longer than the column that it was made for

    async def async_save(self, installation: Installation) -> None:
        """Save *installation*, and its bot."""
        await super().async_save(self._closed(installation))

    async def async_save_bot(self, bot: Bot) -> None:
        """Save *bot*."""
        await super().async_save_bot(self._closed(bot))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return the newest bot there, its tokens opened."""
        found = await super().async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found and self._opened(found)

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Return the newest installation there, its tokens opened."""
        found = await super().async_find_installation(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            is_enterprise_install=is_enterprise_install,
        )
        return found and self._opened(found)

    async def find_tenant(self, tenant: str) -> Bot | None:
        """Return the bot of a workspace or, where the app is installed for all of it, of an organisation."""
        c = self.bots.c
        of_tenant = sa.or_(
            sa.and_(c.is_enterprise_install.is_(False), c.team_id == tenant),
            sa.and_(c.is_enterprise_install.is_(True), c.enterprise_id == tenant),
        )
        query = self.bots.select().where(c.client_id == self.client_id, c.bot_token.is_not(None), of_tenant)
        async with self.engine.connect() as connection:
            row = (
                (await connection.execute(query.order_by(c.installed_at.desc(), c.id.desc()).limit(1)))
                .mappings()
                .first()
            )
        return self._opened(SQLAlchemyInstallationStore.build_bot_entity(row)) if row else None

    async def reseal(self) -> int:
        """Seal every row under the newest key; return how many rows there are."""
        count = 0
        async with self.engine.begin() as connection:
            for table in (self.bots, self.installations):
                names = [name for name in SEALED if name in table.c]
                for row in (await connection.execute(table.select())).mappings().all():
                    values = {name: self._sealed(self._unsealed(row[name])) for name in names}
                    await connection.execute(table.update().where(table.c.id == row["id"]).values(**values))
                    count += 1
        return count

    def _closed(self, kept: T) -> T:
        return self._changed(kept, self._sealed)

    def _opened(self, kept: T) -> T:
        return self._changed(kept, self._unsealed)

    def _changed(self, kept: T, change: Callable[[str | None], str | None]) -> T:
        copied: dict[str, Any] = kept.to_dict_for_copying()
        copied |= {name: change(copied[name]) for name in SEALED if name in copied}
        return type(kept)(**copied)

    def _sealed(self, value: str | None) -> str | None:
        if not value or value.startswith(MARK):
            return value
        return MARK + self._seal.seal(value)

    def _unsealed(self, value: str | None) -> str | None:
        if not value or not value.startswith(MARK):
            return value
        return self._seal.open(value.removeprefix(MARK))


@dataclass(slots=True)
class _Known:
    """A bot as the database had it, and when."""

    bot: Bot | None
    asked: float


class ManyWorkspaces:
    """The installations of the app, wherever it was installed by its own pages."""

    def __init__(
        self,
        store: SealedInstallationStore,
        ledger: Ledger,
        rotator: AsyncTokenRotator,
        now: Callable[[], float],
    ) -> None:
        """Find tokens in *store*, and refresh them by *rotator* under the locks of *ledger*."""
        self.store = store
        self._ledger = ledger
        self._rotator = rotator
        self._now = now
        self._known: dict[str, _Known] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def identity(self, tenant: str) -> Identity | None:
        """Return the bot as *tenant* knows it, with a token that is good for a while."""
        known = self._known.get(tenant)
        if known is None or known.bot is None or self._now() - known.asked > FRESH:
            known = self._known[tenant] = _Known(await self.store.find_tenant(tenant), self._now())
        bot = known.bot
        if bot is None:
            del self._known[tenant]
            return None
        if self._expires(bot):
            bot = await self._refresh(tenant)
            if bot is None:
                return None
        return Identity(tenant, bot.team_id or "", bot.bot_user_id, bot.bot_id, bot.bot_token)

    async def leave(self, tenant: str) -> None:
        """Delete every token of *tenant*."""
        self._known.pop(tenant, None)
        bot = await self.store.find_tenant(tenant)
        if bot is not None:
            team = None if bot.is_enterprise_install else bot.team_id
            await self.store.async_delete_all(enterprise_id=bot.enterprise_id, team_id=team)

    def _expires(self, bot: Bot) -> bool:
        return bot.bot_token_expires_at is not None and bot.bot_token_expires_at <= self._now() + ROTATE_BEFORE * 60

    async def _refresh(self, tenant: str) -> Bot | None:
        """Return the bot with a fresh token, that another process or task may have had before."""
        async with self._locks.setdefault(tenant, asyncio.Lock()), self._ledger.turn(Place(PLATFORM, tenant, "token")):
            bot = await self.store.find_tenant(tenant)
            if bot is not None and self._expires(bot):
                bot = await self._rotated(bot)
            self._known[tenant] = _Known(bot, self._now())
        return bot

    async def _rotated(self, bot: Bot) -> Bot | None:
        """The *bot* with a fresh token; with the old one while that lasts, where Slack gives no other."""
        try:
            fresh = await self._rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=ROTATE_BEFORE)
        except (SlackTokenRotationError, aiohttp.ClientError, TimeoutError) as error:
            why = code_of(error.api_error) if isinstance(error, SlackTokenRotationError) else type(error).__name__
            log.warning("the token of %s could not be refreshed (%s)", bot.team_id or bot.enterprise_id, why)
            return bot if (bot.bot_token_expires_at or 0) > self._now() else None
        if fresh is None:
            return bot
        await self.store.async_save_bot(fresh)
        return fresh


@dataclass(frozen=True, slots=True)
class Installer:
    """Makes the flow of an installation for each who visits its pages."""

    client: AsyncWebClient
    client_id: str
    client_secret: str
    store: SealedInstallationStore
    states: AsyncSQLAlchemyOAuthStateStore
    authorization_url: str

    def flow(self, host: str) -> AsyncOAuthFlow:
        """Return the flow for a visitor of *host*.

        Slack sends the visitor back to the one address that the app is configured with; to a developer's own machine
        only where it is told so.
        """
        redirect = f"http://{host}{REDIRECT}" if _is_loopback(host) else None
        settings = AsyncOAuthSettings(
            client_id=self.client_id,
            client_secret=self.client_secret,
            scopes=(*REQUIRED, *OPTIONAL),
            user_scopes=(),
            redirect_uri=redirect,
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            authorization_url=self.authorization_url,
            installation_store=self.store,
            installation_store_bot_only=True,
            state_store=self.states,
            logger=quiet,
        )
        return AsyncOAuthFlow(client=self.client, logger=quiet, settings=settings)


def is_for_many(settings: Settings) -> bool:
    """Return whether the app is installed by its own pages, in as many workspaces as like."""
    return bool(settings.slack_client_id and settings.slack_client_secret and not settings.slack_app_token)


def unusable(settings: Settings) -> str:
    """Return what is wrong with Slack's settings, empty where nothing is."""
    if not settings.slack_app_token and not settings.slack_signing_secret:
        return "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
    if settings.slack_client_id and not settings.slack_client_secret:
        return "SLACK_CLIENT_ID is set without SLACK_CLIENT_SECRET"
    if is_for_many(settings):
        return "" if settings.keys else "set FRONTDESK_KEYS: the tokens of many workspaces are kept encrypted only"
    return "" if settings.slack_bot_token else "set SLACK_BOT_TOKEN, the Bot User OAuth Token of the app"


async def open_installations(
    ledger: Ledger, settings: Settings, session: aiohttp.ClientSession, now: Callable[[], float]
) -> tuple[ManyWorkspaces, Installer]:
    """Return what is installed, and what installs more.

    Raises:
        SettingsError: the ledger is in no database.
    """
    from bot.ledger.sealing import Seal  # noqa: PLC0415 - cryptography is loaded only where something is sealed

    engine = getattr(ledger, "engine", None)
    if not isinstance(engine, AsyncEngine):
        raise SettingsError("many workspaces need a ledger in a database: set DATABASE_URL")
    store = SealedInstallationStore(settings.slack_client_id, engine, Seal(settings.keys))
    states = AsyncSQLAlchemyOAuthStateStore(STATE_SECONDS, engine, logger=quiet)
    await store.create_tables()  # type: ignore[no-untyped-call]
    await states.create_tables()  # type: ignore[no-untyped-call]
    await store.reseal()
    client = web_client(session, settings.slack_api_url)
    client_id, secret = settings.slack_client_id, settings.slack_client_secret
    rotator = AsyncTokenRotator(client_id=client_id, client_secret=secret, client=client)
    page = authorization_url(settings.slack_api_url)
    return ManyWorkspaces(store, ledger, rotator, now), Installer(client, client_id, secret, store, states, page)


def authorization_url(api_url: str) -> str:
    """Return the page of consent that belongs to the Web API at *api_url*."""
    if not api_url:
        return "https://slack.com/oauth/v2/authorize"
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"


def _is_loopback(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
