"""Slack's events and interactions brought to the relay, over Socket Mode or over HTTP.

Bolt runs with ``process_before_response``: an event is claimed before Slack hears that it arrived, and all the rest
happens after that. Where the claim fails, Slack gets no acknowledgement, and delivers the event again.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack import render, translate
from adapters.slack.clients import Clients, OneWorkspace, identify, quiet, web_client
from adapters.slack.http import serve_http, web_app
from adapters.slack.oauth import Installer, is_for_many, open_installations, unusable
from adapters.slack.outlet import SlackOutlet
from adapters.slack.sockets import serve_sockets
from adapters.slack.taking import Taking
from adapters.slack.translate import PLATFORM, Heard, Malformed, Press, Reach, Session
from adapters.wording import say
from bot.conversation import Shared, State
from bot.desk import Desk
from bot.ledger.port import EventKey, Feedback, LedgerError, Subject, event_key
from bot.model import Message, Place
from bot.reading.redact import redact
from bot.relay import Refused, Relay
from bot.settings import Settings, SettingsError

DRAIN = 20.0  # seconds that answers under way have at the end
SECONDS = 15.0  # what a call of the Web API may take
HELP = ("", "help")

log = logging.getLogger(__name__)

Json = dict[str, Any]
T = TypeVar("T")


class Slack:
    """What the bot does on Slack, whatever the transport."""

    def __init__(self, desk: Desk, settings: Settings, clients: Clients, outlet: SlackOutlet) -> None:
        """Answer for *clients* by *outlet*."""
        self.desk = desk
        self.outlet = outlet
        self.relay = Relay(desk, outlet, late=settings.late)
        outlet.once = self.relay.once
        self._clients = clients
        self._auto_answer = frozenset(settings.slack_auto_answer)
        self._taking = Taking()
        self._tasks: set[asyncio.Task[None]] = set()

    # Events

    async def on_event(self, body: Json, *, late: bool) -> None:
        """Take an event; what is unknown or not as documented is let go.

        Raises:
            LedgerError: it could not be claimed, and must come again.
        """
        event, tenant = translate.event_of(body), translate.tenant_of(body)
        kind = event["type"]
        if kind in ("app_uninstalled", "tokens_revoked"):
            await self._leave(tenant, event)
        elif kind in ("message", "app_mention"):
            await self._on_message(body, tenant, late=late)
        elif kind == "app_home_opened":
            self.start(self._on_home(translate.to_session(body), event))

    async def _on_message(self, body: Json, tenant: str, *, late: bool) -> None:
        if (gone := translate.to_deleted(body)) is not None:
            await self._retract(gone)
            return
        bot = await self._clients.identity(tenant)
        heard = translate.to_heard(body, bot.bot_user if bot else "", late=late)
        if heard is None:
            return
        async with self.relay.arriving(heard.message.place):  # what is looked up here must not change the order
            if (message := await self._ours(heard)) is not None:
                await self._taking.take(message, self._accept)

    async def _accept(self, message: Message) -> None:
        await self.relay.accept(self.outlet.without_links(await self._in_language(message)))

    async def _retract(self, gone: Message) -> None:
        """Take the answer away before Slack hears that the deletion arrived: it comes again where that fails."""
        async with self.relay.arriving(gone.place):
            pass  # what was said before is claimed by now
        try:
            await self.relay.retract(gone)
        except Refused as error:
            log.warning("the answer to %s could not be deleted: %s", gone.event, error)

    async def _ours(self, heard: Heard) -> Message | None:
        """Return the message that was *heard*, with whether it is meant for the bot; None where it is not ours."""
        message, reach = heard.message, heard.reach
        if reach is Reach.CALLED:
            return message
        (shared,) = await self.desk.ledger.recall(message.place, None)
        if reach is Reach.DIRECT:
            return replace(message, addressed=not Shared.from_json(shared).handed_off)
        if message.revises and await self.desk.ledger.standing(event_key(replace(message, event=message.revises))):
            return replace(message, addressed=await self._follows_up(message, shared) and not heard.others)
        if reach is Reach.THREAD and shared is not None:
            return replace(message, addressed=await self._follows_up(message, shared) and not heard.others)
        if reach is Reach.OVERHEARD and await self._answers_unasked(message.place):
            return replace(message, addressed=False)
        return None

    async def _follows_up(self, message: Message, shared: str | None) -> bool:
        """True where the author goes on talking with the bot: no person has the thread, or spoke in it since."""
        thread = Shared.from_json(shared)
        if thread.handed_off or thread.between_people or thread.speaker:
            return False
        return bool(State.from_json(*await self.desk.ledger.recall(message.place, message.author)).language)

    async def _answers_unasked(self, place: Place) -> bool:
        if place.channel in self._auto_answer:
            return True
        saved = await self.desk.ledger.settings(replace(place, thread=""))
        return bool(saved.get("auto_answer"))

    async def _in_language(self, message: Message) -> Message:
        """The *message* with the language that its author chose, for where the words do not tell it."""
        language = await self._chosen_language(message.place.tenant, message.author)
        return replace(message, locale=language) if language else message

    # Questions that are put in private

    async def on_command(self, body: Json) -> str:
        """Take the slash command; return what to show at once, empty where an answer follows."""
        message = translate.to_command(body)
        language = await self._chosen_language(message.place.tenant, message.author) or "en"
        if message.text.lower() in HELP:
            return say("command_help", language).format(command=str(body.get("command") or "/faq"))
        try:
            await self.relay.accept(replace(message, locale=language))
        except LedgerError:
            return say("failed", language)
        return ""

    async def on_shortcut(self, body: Json) -> None:
        """Take the choice of "Explain this error"."""
        if (message := translate.to_shortcut(body)) is not None:
            await self._accept(message)

    # Buttons and forms

    async def on_action(self, body: Json) -> None:
        """Take the press of a button, or a choice on the home tab."""
        name, action = translate.action_of(body)
        if name in ("language", "forget"):
            self.start(self._on_home_action(translate.to_session(body), name, action))
            return
        note = translate.note_of(action.get("value"))
        press = translate.to_press(body, note)
        if name in ("pick", "also"):
            await self.relay.accept(translate.to_pick(press))
        elif name == "person":
            await self.relay.accept(translate.to_call(press))
        elif name == "ask":
            self.start(self._on_ask(press))
        elif name == "share":
            self.start(self._on_share(press))
        elif name in ("feedback", "helpful", "unhelpful"):
            helpful = bool(note.get("h")) if name == "feedback" else name == "helpful"
            await self._rate(press, helpful=helpful)

    async def on_view(self, body: Json) -> None:
        """Take a form: why a reply did not help."""
        if (reason := translate.to_reason(body)) is None:
            return
        (note, words), session = reason, translate.to_session(body)
        await self._keep(session.tenant, str(note.get("v") or ""), session.user, helpful=False, reason=words)

    async def _rate(self, press: Press, *, helpful: bool) -> None:
        await self._keep(press.place.tenant, press.event, press.author, helpful=helpful)
        if helpful:
            thanks = render.notice(say("thanks", press.language))
            self.start(self.outlet.show_alone(press.place, press.author, press.origin, thanks))
        else:
            self.start(self._ask_why(press))

    async def _keep(self, tenant: str, event: str, author: str, *, helpful: bool, reason: str = "") -> None:
        key = EventKey(PLATFORM, tenant, event)
        await self.desk.ledger.add_feedback(Feedback(key, author, helpful, self.desk.now(), redact(reason).text))

    async def _ask_why(self, press: Press) -> None:
        note = json.dumps({"v": press.event, "l": press.language})
        client = await self.outlet.client(press.place.tenant)
        form = render.reason_form(note, press.language)
        if press.origin.view:
            await client.views_push(trigger_id=press.trigger, view=form)
        else:
            await client.views_open(trigger_id=press.trigger, view=form)

    async def _on_share(self, press: Press) -> None:
        """Show a private answer to everybody; where outsiders read along, only if it is for them too."""
        outside = await self.outlet.is_shared_outside(press.place.tenant, press.place.channel)
        public = self.desk.library().faq.public.by_id
        if outside and not all(entry in public for entry in press.entries):
            post = render.notice(say("not_shared", press.language))
            await self.outlet.show_alone(press.place, press.author, press.origin, post)
            return
        for message in translate.to_shared(press, outsiders=outside):
            await self.relay.accept(message)

    async def _on_ask(self, press: Press) -> None:
        """Answer a question of the home tab in a window."""
        origin = replace(press.origin, view="", trigger=press.trigger)
        message = translate.to_pick(replace(press, origin=origin, message_ts=press.trigger))
        await self.relay.accept(message)

    # The app's own places

    async def _on_home(self, session: Session, event: Mapping[str, Any]) -> None:
        language = await self._language(session)
        if event.get("tab") == "messages":
            client = await self.outlet.client(session.tenant)
            prompts = render.to_prompts(self.desk.library().faq, language)
            channel = str(event["channel"])
            await client.api_call(
                "assistant.threads.setSuggestedPrompts", json={"channel_id": channel, "prompts": prompts}
            )
        else:
            await self._show_home(session, language)

    async def _on_home_action(self, session: Session, name: str, action: Mapping[str, Any]) -> None:
        place = _home_of(session.tenant, session.user)
        if name == "language":
            language = str((action.get("selected_option") or {}).get("value") or "en")
            await self.desk.ledger.save_settings(place, {"language": language})
            await self._show_home(session, language)
            return
        language = await self._language(session)
        await self.desk.ledger.forget(Subject(PLATFORM, session.tenant, session.user))
        await self.desk.ledger.save_settings(place, {})
        await self._show_home(session, language, say("forgotten", language))

    async def _show_home(self, session: Session, language: str, notice: str = "") -> None:
        client = await self.outlet.client(session.tenant)
        await client.views_publish(user_id=session.user, view=render.to_home(self.desk.library().faq, language, notice))

    async def _language(self, session: Session) -> str:
        return await self._chosen_language(session.tenant, session.user) or self.desk.library().faq.languages[0]

    async def _chosen_language(self, tenant: str, user: str) -> str:
        saved = await self.desk.ledger.settings(_home_of(tenant, user))
        return str(saved.get("language") or "")

    async def _leave(self, tenant: str, event: Mapping[str, Any]) -> None:
        """Forget a tenant that took the app away; a person's own revoked token is none of ours."""
        if event.get("type") == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
            return
        await self._clients.leave(tenant)
        await self.desk.ledger.forget(Subject(PLATFORM, tenant))

    # What goes on behind an acknowledgement

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work* in the background; what goes wrong is logged without a word of anybody."""
        task = asyncio.create_task(_guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> int:
        """Wait for what is under way; return how many answers are left for the next start."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=seconds)
        return await self.relay.drain(seconds)


def bolt_app(slack: Slack, clients: Clients, client: Any, signing_secret: str = "") -> AsyncApp:
    """Return Bolt's app, in which every kind of payload has one listener."""
    app = _App(
        slack,
        name="frontdesk",
        logger=quiet,
        client=client,
        authorize=_Authorize(clients),
        signing_secret=signing_secret,
        process_before_response=True,
        ignoring_self_events_enabled=False,  # `translate` ignores every bot, this one too
        attaching_conversation_kwargs_enabled=False,
    )
    anything = re.compile(".*", re.DOTALL)

    @app.event(anything)
    async def _event(body: Json, request: AsyncBoltRequest) -> None:
        await _taken(slack.on_event(body, late=_is_retry(request)))

    @app.command(anything)
    async def _command(body: Json, ack: Callable[..., Awaitable[Any]]) -> None:
        text = await _taken(slack.on_command(body))
        await (ack(text) if text else ack())

    @app.shortcut(anything)
    async def _shortcut(body: Json, ack: Callable[..., Awaitable[Any]]) -> None:
        await _taken(slack.on_shortcut(body))
        await ack()

    @app.action(anything)
    async def _action(body: Json, ack: Callable[..., Awaitable[Any]]) -> None:
        await _taken(slack.on_action(body))
        await ack()

    @app.view(anything)
    async def _view(body: Json, ack: Callable[..., Awaitable[Any]]) -> None:
        await _taken(slack.on_view(body))
        await ack()

    @app.error
    async def _error(error: Exception) -> None:
        log.warning("a delivery was not taken (%s)", type(error).__name__)

    return app


class _App(AsyncApp):
    """Bolt, spared what no listener has any use for: a third of what a busy bot is told is its own posts."""

    def __init__(self, slack: Slack, **options: Any) -> None:
        super().__init__(**options)
        self._slack = slack

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Take a delivery; the transport has seen to it that it is Slack's."""
        if req.body.get("type") == "app_rate_limited":
            log.warning("Slack keeps events back: there were more than it delivers in an hour")
            self._slack.desk.observer.rate_limited(PLATFORM)
            return BoltResponse(status=200)
        if translate.is_of_a_bot(req.body):
            return BoltResponse(status=200)
        return await super().async_dispatch(req)


async def _taken(work: Coroutine[Any, Any, T]) -> T | None:
    """Take a payload; one that is not as documented is let go, since it would be no better when it comes again."""
    try:
        return await work
    except Malformed as error:
        log.warning("a payload could not be read (%s)", error)
        return None


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - the boundary of what goes on behind an acknowledgement
        log.warning("something was left undone (%s)", type(error).__name__)


class _Authorize(AsyncAuthorize):
    """Lets in who the app is installed for, without asking Slack about each event."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        del user_id, actor_enterprise_id, actor_team_id, actor_user_id
        tenant = enterprise_id if context.is_enterprise_install and enterprise_id else team_id
        bot = await self._clients.identity(tenant or "")
        if bot is None:
            log.warning("something came from %s, where the app is not installed", tenant)
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=bot.bot_user,
            bot_id=bot.bot_id,
            bot_token=bot.token,
        )


async def serve(desk: Desk, settings: Settings, stop: asyncio.Event) -> None:
    """Answer on Slack until *stop* is set; what is under way then has some seconds to end.

    Raises:
        SettingsError: the tokens cannot be used.
    """
    desk.observer.connected(PLATFORM, up=False)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
        clients, installer = await _clients(desk, settings, session)
        outlet = SlackOutlet(desk, clients, session, api_url=settings.slack_api_url, hand_off=settings.slack_hand_off)
        slack = Slack(desk, settings, clients, outlet)
        app = bolt_app(slack, clients, web_client(session, settings.slack_api_url), settings.slack_signing_secret)
        tending = asyncio.create_task(slack.relay.tend())

        connected = partial(desk.observer.connected, PLATFORM)

        try:
            if settings.slack_app_token:
                await serve_sockets(app, settings.slack_app_token, stop, connected)
            else:
                flow = installer.flow if installer else None
                web = web_app(app, settings.slack_signing_secret, desk, flow)
                connected(up=True)
                await serve_http(web, settings.http_addr, stop)
        finally:
            tending.cancel()
            left = await slack.drain(DRAIN)
            await outlet.close()
            log.info("Slack: stopped; answers left for the next start: %d", left)


async def _clients(desk: Desk, settings: Settings, session: aiohttp.ClientSession) -> tuple[Clients, Installer | None]:
    """Where the app is installed: in one workspace by the operator's own token, else where its pages were visited."""
    if problem := unusable(settings):
        raise SettingsError(problem)
    if not is_for_many(settings):
        client = web_client(session, settings.slack_api_url, settings.slack_bot_token)
        return OneWorkspace(await identify(client, settings.slack_bot_token)), None
    return await open_installations(desk.ledger, settings, session, desk.now)


def _is_retry(request: AsyncBoltRequest) -> bool:
    """True for a second delivery; the first one may say 0."""
    told = (request.headers.get("x-slack-retry-num") or ["0"])[0]
    return str(told).isdecimal() and int(str(told)) > 0


def _home_of(tenant: str, user: str) -> Place:
    """Where a person's own settings are kept."""
    return Place(PLATFORM, tenant, f"home:{user}")
