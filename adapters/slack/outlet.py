"""Where replies go on Slack: into the thread, to the asker alone, or into a window.

Each message of a reply carries in its metadata which event it answers and which part of the reply it is. After a crash
that tells what stands already, so that the rest of a long answer is posted and nothing twice. A reference is the time
stamps of the parts, separated by commas, an empty one for a part that is missing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import files, render
from adapters.slack.clients import PASSING, Clients, Identity, code_of, refusing, web_client
from adapters.slack.origin import FileLink, Origin, Way
from adapters.slack.pacing import Pace
from adapters.slack.translate import PLATFORM
from adapters.wording import say
from bot.desk import Desk
from bot.ledger.port import EventKey, event_key
from bot.model import Choice, Delivery, Message, Outcome, Place
from bot.relay import Refused

METADATA = "frontdesk_reply"
PATIENCE = 1.0  # seconds after which a sign is given that the question was seen
EYES = "eyes"
MOST_LINKS = 1_000  # files whose addresses are remembered
MOST_SIGNS = 1_000  # questions that are waited with at a time
SECONDS = 10.0
PAGE = 15  # what apps outside of Slack's directory may read at once
SHOWN = "shown"  # the reference of what Slack gives no name

log = logging.getLogger(__name__)

Json = dict[str, Any]


class SlackOutlet:
    """Writes to Slack with the token of each tenant."""

    platform = PLATFORM

    def __init__(
        self,
        desk: Desk,
        clients: Clients,
        session: aiohttp.ClientSession,
        *,
        api_url: str = "",
        hand_off: str = "",
        pace: Pace | None = None,
    ) -> None:
        """Post at *pace*; *hand_off* is the channel where people are called."""
        self._desk = desk
        self._clients = clients
        self._session = session
        self._api_url = api_url
        self._hand_off = hand_off
        self._pace = pace or Pace()
        self._hosts = {files.HOST, files.origin_of(api_url)} if api_url else {files.HOST}
        self._signs: dict[EventKey, asyncio.Task[bool]] = {}
        self._begun: dict[EventKey, list[str]] = {}
        self._links: dict[str, str] = {}
        self.once: Callable[[Message, str], Awaitable[bool]] | None = None

    async def client(self, tenant: str) -> AsyncWebClient:
        """Return the Web API as the bot of *tenant* may call it.

        Raises:
            Refused: the bot is not installed there.
        """
        bot = await self._bot(tenant)
        return web_client(self._session, self._api_url, bot.token, self._desk.observer)

    def without_links(self, message: Message) -> Message:
        """Return *message* fit to be kept: the addresses of its files, which hold their names, stay here."""
        origin = Origin.from_json(message.origin)
        if not origin.files:
            return message
        self._links.update((link.id, link.url) for link in origin.files)
        while len(self._links) > MOST_LINKS:
            del self._links[next(iter(self._links))]
        return replace(message, origin=origin.without_links().to_json())

    async def _located(self, tenant: str, link: FileLink) -> FileLink:
        """The *link* with its address, which Slack is asked for after a crash; without one where it does not tell."""
        if link.url or (url := self._links.pop(link.id, "")):
            return link if link.url else replace(link, url=url)
        client = await self.client(tenant)
        try:
            told: Json = (await client.files_info(file=link.id)).get("file") or {}
        except SlackApiError as error:
            log.warning("a file could not be found again: %s", code_of(error))
            return link
        return replace(link, url=str(told.get("url_private_download") or told.get("url_private") or ""))

    async def fetch(self, message: Message) -> Message:
        """Return *message* with its files read; from here on, slowness is shown by a sign."""
        if message.addressed:
            self._begin_sign(message)
        origin = Origin.from_json(message.origin)
        if not origin.files:
            return message
        if origin.way is Way.MODAL and origin.trigger:
            origin = await self._open_early(message, origin)
        bot = await self._bot(message.place.tenant)
        links = [await self._located(message.place.tenant, link) for link in origin.files]
        read = [await files.fetch(self._session, link, bot.token, self._hosts) for link in links]
        texts = tuple(text for text in read if text is not None)
        origin = replace(origin, files=(), unreadable=len(texts) < len(read))
        return replace(message, attachments=(*message.attachments, *texts), origin=origin.to_json())

    async def warn(self, delivery: Delivery) -> None:
        """Show the author alone that a secret was pasted, and what to do."""
        message, origin = delivery.message, Origin.from_json(delivery.message.origin)
        post = render.notice(say("secret", delivery.reply.language))
        if origin.way is Way.PRIVATE:
            await self._respond(origin.reply_url, post)
            return
        thread = {"thread_ts": message.place.thread} if origin.way is Way.THREAD else {}
        await self._call(
            message.place.tenant,
            "chat.postEphemeral",
            {"channel": message.place.channel, "user": message.author, **thread, **_content(post)},
        )

    async def post(self, delivery: Delivery) -> str:
        """Show the reply."""
        if delivery.reply.outcome is Outcome.HAND_OFF:
            await self._call_people(delivery)
        origin = Origin.from_json(delivery.message.origin)
        if origin.way is Way.MODAL:
            reference = await self._show_window(delivery, origin)
        elif origin.way is Way.PRIVATE:
            for post in self._posts(delivery):
                await self._respond(origin.reply_url, post)
            reference = SHOWN
        else:
            reference = await self._complete(delivery, origin, ())
        await self._end_sign(delivery.message)
        return reference

    async def find(self, delivery: Delivery) -> str | None:
        """Return the reference of the reply where it stands; what is missing of it is posted then.

        The thread is read after a crash only, and that thread alone.
        """
        message, origin = delivery.message, Origin.from_json(delivery.message.origin)
        if origin.way is not Way.THREAD:
            return None
        try:
            reference = await self._standing(message)
        except SlackApiError as error:
            if (code := code_of(error)) in PASSING:
                raise
            if code != "missing_scope":
                raise Refused(code) from None
            log.warning("without the scope to read history, %s may be answered twice", message.event)
            reference = ",".join(self._begun.get(event_key(message), ()))
        return await self._complete(delivery, origin, reference.split(",")) if reference else None

    async def revise(self, delivery: Delivery, reference: str) -> str:
        """Put the reply in the place of the one that stands."""
        origin = Origin.from_json(delivery.message.origin)
        if origin.way is not Way.THREAD:
            return await self.post(delivery)
        stamps = await self._update(delivery, self._posts(delivery), reference.split(","))
        reference = await self._complete(delivery, origin, stamps)
        await self._end_sign(delivery.message)
        return reference

    async def remove(self, place: Place, reference: str) -> None:
        """Delete every part of the reply."""
        for stamp in filter(None, reference.split(",")):
            if stamp[:1].isdigit():
                await self._delete(place, stamp)

    async def show_alone(self, place: Place, user: str, origin: Origin, post: render.Post) -> None:
        """Show a notice of the bot's own to *user* alone, where a button was pressed."""
        if origin.reply_url:
            await self._respond(origin.reply_url, post)
            return
        thread = {"thread_ts": place.thread} if origin.way is Way.THREAD else {}
        arguments = {"channel": place.channel, "user": user, **thread, **_content(post)}
        await self._call(place.tenant, "chat.postEphemeral", arguments)

    async def is_shared_outside(self, tenant: str, channel: str) -> bool:
        """Return whether people from outside read *channel*, True where Slack does not tell."""
        client = await self.client(tenant)
        try:
            told: Json = (await client.conversations_info(channel=channel)).get("channel") or {}
        except SlackApiError:
            return True
        return bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared"))

    # What it takes

    async def _bot(self, tenant: str) -> Identity:
        bot = await self._clients.identity(tenant)
        if bot is None:
            raise Refused("the app is not installed there")
        return bot

    async def _call(self, tenant: str, method: str, arguments: Json) -> Json:
        client = await self.client(tenant)
        with refusing():
            answer = await client.api_call(method, json=arguments)
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    def _posts(self, delivery: Delivery) -> tuple[render.Post, ...]:
        return render.to_posts(delivery, self._related(delivery))

    def _related(self, delivery: Delivery) -> tuple[Choice, ...]:
        if delivery.reply.outcome is not Outcome.ANSWER:
            return ()
        faq = self._desk.library().faq
        return render.related_to(delivery.reply, faq.public if delivery.message.outsiders else faq)

    async def _complete(self, delivery: Delivery, origin: Origin, stamps: Sequence[str]) -> str:
        """Post the parts that do not stand yet, and return the reference of all."""
        message, posts = delivery.message, self._posts(delivery)
        done = [*stamps, *("" for _ in posts)][: max(len(posts), len(stamps))]
        self._begun[event_key(message)] = done
        for number, post in enumerate(posts):
            if not done[number]:
                done[number] = await self._post_part(message, origin, post, number)
        del self._begun[event_key(message)]
        return ",".join(done)

    async def _post_part(self, message: Message, origin: Origin, post: render.Post, number: int) -> str:
        place = message.place
        payload = {"event": message.event, "part": number}
        arguments: Json = {
            "channel": place.channel,
            **({"thread_ts": place.thread} if place.thread else {}),
            **_content(post),
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": METADATA, "event_payload": payload},
        }
        await self._pace.wait(place.tenant, place.channel)
        try:
            answer = await self._call(place.tenant, "chat.postMessage", arguments)
        except Refused:
            if origin.way is not Way.CHANNEL or not origin.reply_url:
                raise
            # The bot need not be a member of a channel in which somebody shares an answer.
            await self._respond(origin.reply_url, post, response_type="in_channel")
            return SHOWN
        return str(answer["ts"])

    async def _update(self, delivery: Delivery, posts: Sequence[render.Post], stamps: Sequence[str]) -> tuple[str, ...]:
        """Put *posts* in the place of what stands at *stamps*, and take away what is too much."""
        place, kept = delivery.message.place, list[str]()
        for number, stamp in enumerate(stamps):
            if number >= len(posts):
                await self._delete(place, stamp)
                continue
            arguments = {"channel": place.channel, "ts": stamp, **_content(posts[number])}
            await self._pace.wait(place.tenant, place.channel)
            try:
                if stamp:
                    await self._call(place.tenant, "chat.update", arguments)
                kept.append(stamp)
            except Refused as error:
                if str(error) != "message_not_found":
                    raise
                kept.append("")
        return tuple(kept)

    async def _delete(self, place: Place, stamp: str) -> None:
        if not stamp:
            return
        try:
            await self._call(place.tenant, "chat.delete", {"channel": place.channel, "ts": stamp})
        except Refused as error:
            if str(error) not in ("message_not_found", "cant_delete_message"):
                raise

    async def _standing(self, message: Message) -> str:
        """Return the reference of what stands of the reply to *message* in its thread, empty where nothing does."""
        client, cursor, parts = await self.client(message.place.tenant), "", dict[int, str]()
        while True:
            answer = await client.conversations_replies(
                channel=message.place.channel,
                ts=message.place.thread,
                include_all_metadata=True,
                limit=PAGE,
                cursor=cursor or None,
            )
            for shown in answer.get("messages") or ():
                told: Json = shown.get("metadata") or {}
                payload: Json = told.get("event_payload") or {}
                if told.get("event_type") == METADATA and payload.get("event") == message.event:
                    parts.setdefault(int(payload.get("part") or 0), str(shown["ts"]))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return ",".join(parts.get(number, "") for number in range(max(parts, default=-1) + 1))

    async def _respond(self, url: str, post: render.Post, *, response_type: str = "ephemeral") -> None:
        """Answer by a ``response_url``.

        Raises:
            Refused: it is used up.
        """
        body = {"response_type": response_type, "replace_original": False, **_content(post)}
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with self._session.post(url, json=body, timeout=timeout, allow_redirects=False) as answer:
            if 400 <= answer.status < 500 and answer.status != 429:
                raise Refused("the time to reply is over")
            answer.raise_for_status()

    async def _show_window(self, delivery: Delivery, origin: Origin) -> str:
        """Show the reply in a window: in the one that stands, in a new one, or, too late for that, without one."""
        tenant, view = delivery.message.place.tenant, render.to_window(delivery, self._related(delivery))
        try:
            if origin.view:
                await self._call(tenant, "views.update", {"view_id": origin.view, "view": view})
            else:
                await self._call(tenant, "views.open", {"trigger_id": origin.trigger, "view": view})
        except Refused:
            if not origin.reply_url:
                raise
            for post in self._posts(delivery):
                await self._respond(origin.reply_url, post)
        return SHOWN

    async def _open_early(self, message: Message, origin: Origin) -> Origin:
        """Open the window before the files are read: a trigger is good for three seconds."""
        language = message.locale or "en"
        wait = render.window(language, render.notice(say("reading", language)).blocks)
        try:
            opened = await self._call(message.place.tenant, "views.open", {"trigger_id": origin.trigger, "view": wait})
        except Refused:
            return origin
        return replace(origin, view=str(opened["view"]["id"]), trigger="")

    async def _call_people(self, delivery: Delivery) -> None:
        """Post to the channel where people are, once; that it fails must not keep the asker from the reply."""
        message, tenant = delivery.message, delivery.message.place.tenant
        saved = await self._desk.ledger.settings(Place(PLATFORM, tenant))
        channel = str(saved.get("hand_off") or self._hand_off)
        if not channel or self.once is None or not await self.once(message, "called"):
            return
        try:
            post = render.to_call(delivery.reply.language, await self._link(message), message.author)
            await self._pace.wait(tenant, channel)
            quiet = {"unfurl_links": False, "unfurl_media": False}
            await self._call(tenant, "chat.postMessage", {"channel": channel, **quiet, **_content(post)})
        except Exception as error:  # noqa: BLE001 - see above
            log.error("nobody could be called about %s (%s)", message.event, error)  # noqa: TRY400 - no text of others

    async def _link(self, message: Message) -> str:
        """An address that opens the conversation."""
        origin = Origin.from_json(message.origin)
        place = message.place
        stamp = place.thread if origin.way is Way.THREAD else origin.ts
        if stamp:
            client = await self.client(place.tenant)
            try:
                told = await client.chat_getPermalink(channel=place.channel, message_ts=stamp)
                return str(told["permalink"])
            except SlackApiError as error:
                log.warning("no link to %s (%s)", message.event, code_of(error))
        return f"https://app.slack.com/client/{origin.team or place.tenant}/{place.channel}"

    # A sign that a question was seen

    def _begin_sign(self, message: Message) -> None:
        origin = Origin.from_json(message.origin)
        if origin.way is Way.THREAD and origin.ts:
            while len(self._signs) >= MOST_SIGNS:
                self._signs.pop(next(iter(self._signs))).cancel()
            if event_key(message) not in self._signs:
                self._signs[event_key(message)] = asyncio.create_task(self._sign(message.place, origin.ts))

    async def close(self) -> None:
        """Give no more signs."""
        signs = tuple(self._signs.values())
        self._signs.clear()
        for task in signs:
            task.cancel()
        await asyncio.gather(*signs, return_exceptions=True)

    async def _sign(self, place: Place, stamp: str) -> bool:
        """Show that the question was seen once that has taken long; return whether that was shown."""
        await asyncio.sleep(PATIENCE)
        return await self._react("reactions.add", place, stamp)

    async def _end_sign(self, message: Message) -> None:
        """Take the sign away once the reply stands."""
        task = self._signs.pop(event_key(message), None)
        if task is None:
            return
        if not task.done():
            task.cancel()
        elif not task.cancelled() and task.result():
            await self._react("reactions.remove", message.place, Origin.from_json(message.origin).ts)

    async def _react(self, method: str, place: Place, stamp: str) -> bool:
        try:
            await self._call(place.tenant, method, {"channel": place.channel, "timestamp": stamp, "name": EYES})
        except Exception as error:  # noqa: BLE001 - a sign is a courtesy
            log.debug("no sign in %s (%s)", place.channel, type(error).__name__)
            return False
        return True


def _content(post: render.Post) -> Json:
    return {"text": post.text, **({"blocks": list(post.blocks)} if post.blocks else {})}
