"""Slack's payloads as the core's messages; None stands for what is not ours to answer.

A message is known by its channel and its time stamp: that makes one of a mention and its twin ``message`` event. Who a
payload belongs to is told by its first authorization, since in a shared channel every other field may name the other
side.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from adapters.slack import mrkdwn
from adapters.slack.origin import FileLink, Origin, Way
from adapters.wording import say
from bot.model import Attachment, Choice, Message, Place

PLATFORM = "slack"
EXPLAIN = "explain_error"
REASON = "reason"
MOST_FILES = 5

Json = Mapping[str, Any]
P = ParamSpec("P")
T = TypeVar("T")

_WRITTEN = (None, "file_share", "thread_broadcast", "me_message")


class Malformed(Exception):  # noqa: N818 - Slack's fault, not the program's
    """A payload that is not as Slack documents it; there is nothing to do about it when it comes again."""


def _strict(read: Callable[P, T]) -> Callable[P, T]:
    """Make *read* raise Malformed where a payload lacks what it must have."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise Malformed(f"{read.__name__}: {type(error).__name__}") from None

    return reading


class Reach(StrEnum):
    """Whom a message is meant for, as far as its form tells."""

    CALLED = "called"  # it names the bot
    DIRECT = "direct"  # nobody else reads it
    THREAD = "thread"  # it stands in a thread
    OVERHEARD = "overheard"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that a person wrote, and for whom; ``others`` are named in it, the bot is not."""

    message: Message
    reach: Reach
    others: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed.

    ``event`` is that of the reply it stood below, ``entries`` what it is about; ``place`` is where a reply to it goes.
    """

    action: str
    event: str
    entries: tuple[str, ...]
    label: str
    language: str
    author: str
    place: Place
    origin: Origin
    message_ts: str
    trigger: str
    outsiders: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """Who an interaction or a home tab belongs to."""

    tenant: str
    team: str
    user: str
    trigger: str = ""


@_strict
def tenant_of(body: Json) -> str:
    """Return whose installation *body* is for: an organisation's id where it is the organisation's, else a team's."""
    told: Json = (body.get("authorizations") or [body])[0]
    enterprise = told.get("enterprise_id") or _id(told.get("enterprise"))
    team = told.get("team_id") or _id(told.get("team")) or body.get("team_id") or ""
    org_wide = told.get("is_enterprise_install") in (True, "true")
    return str(enterprise if org_wide and enterprise else team)


@_strict
def team_of(body: Json) -> str:
    """Return the workspace that *body* comes from."""
    return str(body.get("team_id") or _id(body.get("team")) or (body.get("user") or {}).get("team_id") or "")


@_strict
def event_of(body: Json) -> Json:
    """Return the event in an envelope."""
    event: Json = body["event"]
    str(event["type"])
    return event


@_strict
def action_of(body: Json) -> tuple[str, Json]:
    """Return what kind of button or menu was used, and what Slack tells of it."""
    action: Json = body["actions"][0]
    return str(action.get("action_id") or "").partition(":")[0], action


@_strict
def to_reason(body: Json) -> tuple[Json, str] | None:
    """Return the note and the words of the form that asks for a reason; None for another form."""
    view: Json = body["view"]
    if view.get("callback_id") != REASON:
        return None
    field: Json = (((view.get("state") or {}).get("values") or {}).get(REASON) or {}).get(REASON) or {}
    return note_of(view.get("private_metadata")), str(field.get("value") or "")


def note_of(value: Any) -> Json:
    """Return what a button or a form carries; empty where it is not ours."""
    try:
        note = json.loads(value) if isinstance(value, str) else {}
    except ValueError:
        return {}
    return note if isinstance(note, dict) else {}


@_strict
def to_heard(body: Json, bot: str, *, late: bool = False) -> Heard | None:
    """Return the message that an event tells of, new or with its new wording; *bot* is the bot's own id there.

    *late* says that this is not the first delivery, so that the message may be an old one.
    """
    event: Json = body["event"]
    if event.get("subtype") == "message_changed":
        return _edited(body, event, bot)
    return _written(body, event, event, bot, late=late)


def is_of_a_bot(body: Json) -> bool:
    """True for what a bot posted, this one included; nobody waits for an answer to that."""
    event = body.get("event")
    return isinstance(event, Mapping) and event.get("type") == "message" and bool(event.get("bot_id"))


@_strict
def to_deleted(body: Json) -> Message | None:
    """Return the message that was deleted, without its words."""
    event: Json = body["event"]
    before: Json = event.get("previous_message") or {}
    gone = event.get("subtype") == "message_deleted"
    if event.get("subtype") == "message_changed" and event["message"].get("subtype") == "tombstone":
        gone = True
    if not gone or before.get("bot_id"):
        return None
    ts = str(event.get("deleted_ts") or before.get("ts") or event["message"]["ts"])
    channel = str(event["channel"])
    place = Place(PLATFORM, tenant_of(body), channel, str(before.get("thread_ts") or ts))
    return Message(f"{channel}:{ts}", place, str(before.get("user") or ""), "", sent=_seconds(ts))


@_strict
def to_command(body: Json) -> Message:
    """Return the question that was put by the slash command."""
    channel, user = str(body["channel_id"]), str(body["user_id"])
    origin = Origin(Way.PRIVATE, reply_url=str(body["response_url"]), team=str(body.get("team_id") or ""))
    place = Place(PLATFORM, tenant_of(body), channel, _private(user))
    text = mrkdwn.plain(str(body.get("text") or ""))
    return Message(f"command:{body['trigger_id']}", place, user, text, origin=origin.to_json())


@_strict
def to_shortcut(body: Json) -> Message | None:
    """Return the message on which "Explain this error" was chosen, as a question of who chose it."""
    if body.get("type") != "message_action":
        return None
    message, channel = body["message"], str(body["channel"]["id"])
    origin = Origin(
        Way.MODAL,
        ts=str(message["ts"]),
        thread=str(message.get("thread_ts") or message["ts"]),
        reply_url=str(body.get("response_url") or ""),
        trigger=str(body["trigger_id"]),
        team=team_of(body),
        files=_files(message),
    )
    return Message(
        event=f"explain:{body['trigger_id']}",
        place=Place(PLATFORM, tenant_of(body), channel, _private(str(body["user"]["id"]))),
        author=str(body["user"]["id"]),
        text=_words(message, ""),
        attachments=_quoted(message),
        origin=origin.to_json(),
    )


@_strict
def to_session(body: Json) -> Session:
    """Return who pressed, chose or opened something."""
    user = body["event"]["user"] if "event" in body else body["user"]["id"]
    return Session(tenant_of(body), team_of(body), str(user), str(body.get("trigger_id") or ""))


@_strict
def to_press(body: Json, note: Json) -> Press:
    """Return the button that was pressed in a message or a window; *note* is the value that it carried."""
    action: Json = body["actions"][0]
    container: Json = body.get("container") or {}
    in_view = "view" in body and not body.get("message")
    channel = str(note.get("c") or _id(body.get("channel")) or container.get("channel_id") or "")
    ts = str(container.get("message_ts") or "")
    private = in_view or bool(container.get("is_ephemeral"))
    shown: Json = body.get("message") or {}
    user = str(body["user"]["id"])
    thread = _private(user) if private else str(shown.get("thread_ts") or container.get("thread_ts") or ts)
    origin = Origin(
        Way.MODAL if in_view else Way.PRIVATE if private else Way.THREAD,
        ts="" if private else ts,
        thread=str(note.get("t") or ""),
        reply_url=str(body.get("response_url") or ""),
        view=str(body["view"]["id"]) if in_view else "",
        team=team_of(body),
    )
    return Press(
        action=str(action.get("action_id") or "").partition(":")[0],
        event=str(note.get("v") or ""),
        entries=tuple(map(str, note.get("e") or ())),
        label=str(((action.get("text") or {}).get("text")) or ""),
        language=str(note.get("l") or "en"),
        author=user,
        place=Place(PLATFORM, tenant_of(body), channel, thread),
        origin=origin,
        message_ts=ts or str(action.get("action_ts") or ""),
        trigger=str(body.get("trigger_id") or ""),
        outsiders=bool(note.get("o")),
    )


def to_pick(press: Press) -> Message:
    """Return the choice that *press* makes; "none of these" where it names no entry."""
    entry = press.entries[0] if press.entries else None
    event = f"{press.place.channel}:{press.message_ts}:pick:{entry or '-'}"
    return Message(
        event=event,
        place=press.place,
        author=press.author,
        text="",
        pick=Choice(press.label, entry),
        outsiders=press.outsiders,
        locale=press.language,
        origin=press.origin.to_json(),
    )


def to_call(press: Press) -> Message:
    """Return the wish for a person."""
    event = f"{press.place.channel}:{press.message_ts}:person"
    text = say("person", press.language)
    return Message(event, press.place, press.author, text, locale=press.language, origin=press.origin.to_json())


def to_shared(press: Press, *, outsiders: bool) -> tuple[Message, ...]:
    """Return what it takes to show a private answer to everybody: one message for each entry of it."""
    way = Way.THREAD if press.origin.thread else Way.CHANNEL
    place = Place(PLATFORM, press.place.tenant, press.place.channel, press.origin.thread)
    origin = Origin(way, reply_url="" if press.origin.thread else press.origin.reply_url, team=press.origin.team)
    return tuple(
        Message(
            event=f"{press.event}:shared:{entry}",
            place=place,
            author=press.author,
            text="",
            pick=Choice("", entry),
            outsiders=outsiders,
            locale=press.language,
            origin=origin.to_json(),
        )
        for entry in press.entries
    )


def _written(body: Json, event: Json, message: Json, bot: str, *, late: bool = False) -> Heard | None:
    """A *message*, new or edited, that stands in the channel of its *event*."""
    if message.get("bot_id") or message.get("subtype") not in _WRITTEN or not message.get("user"):
        return None
    if message["user"] in (bot, "USLACKBOT"):
        return None
    channel, ts = str(event["channel"]), str(message["ts"])
    thread = str(message.get("thread_ts") or ts)
    text = str(message.get("text") or "")
    origin = Origin(ts=ts, team=str(body.get("team_id") or ""), files=_files(message))
    named = mrkdwn.mentions(text)
    called = event.get("type") == "app_mention" or bot in named
    heard = Message(
        event=f"{channel}:{ts}",
        place=Place(PLATFORM, tenant_of(body), channel, thread),
        author=str(message["user"]),
        text=_words(message, bot),
        attachments=_quoted(message),
        outsiders=_with_outsiders(body, event, message),
        sent=_seconds(ts) if late else None,
        written=_seconds(ts) if thread != ts else None,
        origin=origin.to_json(),
    )
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    reach = Reach.DIRECT if direct else Reach.THREAD if thread != ts else Reach.OVERHEARD
    return Heard(heard, Reach.CALLED if called else reach, others=bool(named) and not called)


def _edited(body: Json, event: Json, bot: str) -> Heard | None:
    """The new wording of a message; None where nobody changed a word (a preview was added, a reply counted)."""
    message, before = event["message"], event.get("previous_message") or {}
    stamp = (message.get("edited") or {}).get("ts")
    if not stamp or message.get("text") == before.get("text"):
        return None
    heard = _written(body, event, message, bot)
    if heard is None:
        return None
    first = heard.message
    edited = replace(first, event=f"{first.event}:edited:{stamp}", revises=first.event)
    return replace(heard, message=edited)


def _words(message: Json, bot: str) -> str:
    """What a message says; another app's message may say it in blocks alone."""
    text = str(message.get("text") or "")
    if not text.strip():
        text = "\n".join(_texts(message.get("blocks") or ()))
    return mrkdwn.plain(text, bot)


def _quoted(message: Json) -> tuple[Attachment, ...]:
    """What a message carries along without being its author's words: a forwarded message, an alert's details."""
    quotes = []
    for attachment in message.get("attachments") or ():
        if attachment.get("from_url") and not attachment.get("is_share"):
            continue  # the preview of a link
        lines = [attachment.get(name) for name in ("pretext", "title", "text")]
        lines += [f"{field.get('title', '')}: {field.get('value', '')}" for field in attachment.get("fields") or ()]
        said = [str(line) for line in lines if line] or _texts(attachment.get("blocks") or ())
        text = "\n".join(said) or str(attachment.get("fallback") or "")
        if text:
            quotes.append(Attachment("quote", mrkdwn.plain(text)))
    return tuple(quotes)


def _texts(node: Any) -> list[str]:
    """Every text within blocks, in reading order."""
    if isinstance(node, Mapping):
        own = node.get("text")
        found = [own] if isinstance(own, str) else []
        return found + [text for value in node.values() if not isinstance(value, str) for text in _texts(value)]
    if isinstance(node, list | tuple):
        return [text for item in node for text in _texts(item)]
    return []


def _files(message: Json) -> tuple[FileLink, ...]:
    files = [file for file in message.get("files") or () if isinstance(file, Mapping)]
    return tuple(
        FileLink(
            str(file.get("url_private_download") or file.get("url_private") or ""),
            str(file.get("mimetype") or ""),
            str(file.get("id") or ""),
        )
        for file in files[:MOST_FILES]
    )


def _with_outsiders(body: Json, event: Json, message: Json) -> bool:
    """True where people from outside read along, or one of them asks."""
    if body.get("is_ext_shared_channel"):
        return True
    told: Json = (body.get("authorizations") or [{}])[0]
    ours = {told.get("team_id"), told.get("enterprise_id")} - {None, ""}
    from_team = message.get("user_team") or event.get("user_team") or message.get("source_team")
    return bool(from_team and ours) and told.get("is_enterprise_install") is not True and from_team not in ours


def _seconds(ts: str) -> float | None:
    try:
        return float(ts)
    except ValueError:
        return None


def _private(user: str) -> str:
    """The conversation that *user* has with the bot alone in a channel."""
    return f"private:{user}"


def _id(value: Any) -> str:
    """The id of what is named by an id or by an object that has one."""
    return str(value.get("id") or "") if isinstance(value, Mapping) else str(value or "")
