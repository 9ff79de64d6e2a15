"""Replies as Slack takes them: messages, windows, the home tab, and the buttons below."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack import mrkdwn
from adapters.slack.blocks import Page, to_pages
from adapters.slack.limits import (
    ACTIONS_ELEMENTS,
    BUTTON_TEXT,
    OPTION_TEXT,
    SUGGESTED_PROMPTS,
    VIEW_BLOCKS,
    VIEW_TITLE,
    shorten,
)
from adapters.slack.origin import Origin, Way
from adapters.slack.translate import REASON
from adapters.wording import say
from bot.faq.content import Faq
from bot.model import Choice, Delivery, Outcome, Reply

Json = dict[str, Any]

MOST_RELATED = 3
TOP_QUESTIONS = 10
LANGUAGES = {"en": "English", "zh": "中文"}

_OPEN_TO_PEOPLE = (Outcome.ANSWER, Outcome.CLARIFY, Outcome.ASK, Outcome.FALLBACK)


@dataclass(frozen=True, slots=True)
class Post:
    """One message: blocks, and the words for where no blocks are shown."""

    blocks: tuple[Json, ...]
    text: str


def to_posts(delivery: Delivery, related: Sequence[Choice] = ()) -> tuple[Post, ...]:
    """Return the messages that show the reply, in order; the buttons stand below the last one.

    Args:
        delivery: The reply, and what it answers.
        related: Entries to point to, below an answer.
    """
    *pages, last = to_pages(delivery.reply.text)
    below = tuple(_below(delivery, related))
    whole = (*pages, replace(last, blocks=(*last.blocks, *below)))
    return tuple(_post(page) for page in whole)


def to_window(delivery: Delivery, related: Sequence[Choice] = ()) -> Json:
    """Return the window that shows the reply to its asker alone."""
    language = delivery.reply.language
    blocks = [block for page in to_pages(delivery.reply.text) for block in page.blocks]
    below = list(_below(delivery, related))
    return window(language, (*blocks[: VIEW_BLOCKS - len(below)], *below))


def window(language: str, blocks: Sequence[Json]) -> Json:
    """Return a window that holds *blocks*."""
    return {
        "type": "modal",
        "title": _plain(say("explain", language), VIEW_TITLE),
        "close": _plain(say("close", language), VIEW_TITLE),
        "blocks": list(blocks),
    }


def reason_form(note: str, language: str) -> Json:
    """Return the form that asks why a reply did not help; *note* comes back with what was written."""
    field = {"type": "plain_text_input", "action_id": REASON, "multiline": True, "max_length": 1000}
    label = _plain(say("reason_label", language), OPTION_TEXT)
    return {
        "type": "modal",
        "callback_id": REASON,
        "private_metadata": note,
        "title": _plain(say("reason_title", language), VIEW_TITLE),
        "submit": _plain(say("send", language), VIEW_TITLE),
        "close": _plain(say("cancel", language), VIEW_TITLE),
        "blocks": [{"type": "input", "block_id": REASON, "optional": True, "label": label, "element": field}],
    }


def to_home(faq: Faq, language: str, notice: str = "") -> Json:
    """Return the home tab: what is most asked, the language, and the way to have one's data deleted."""
    product = faq.product or "FAQ"
    questions = [_choice_button("ask", choice, {"l": language}) for choice in top_questions(faq, language)]
    spoken = [_option(LANGUAGES.get(code, code), code) for code in faq.languages]
    chosen = next((option for option in spoken if option["value"] == language), spoken[0])
    delete = _button("forget", say("forget", language), "-")
    delete |= {"style": "danger", "confirm": _confirmation(language)}
    select = {"type": "static_select", "action_id": "language", "options": spoken, "initial_option": chosen}
    blocks: list[Json] = [
        *([_notice(notice)] if notice else []),
        {"type": "header", "text": _plain(product, BUTTON_TEXT)},
        _notice(say("home", language)),
        *({"type": "actions", "elements": [button]} for button in questions),
        {"type": "divider"},
        {"type": "actions", "elements": [select, delete]},
    ]
    return {"type": "home", "blocks": blocks}


def to_prompts(faq: Faq, language: str) -> list[dict[str, str]]:
    """Return the questions that the messages tab suggests."""
    labels = [choice.label for choice in top_questions(faq, language)][:SUGGESTED_PROMPTS]
    return [{"title": shorten(label, BUTTON_TEXT), "message": label} for label in labels]


def top_questions(faq: Faq, language: str) -> tuple[Choice, ...]:
    """Return the entries that the content file has first."""
    return tuple(_named(faq, entry.id, language) for entry in faq.entries[:TOP_QUESTIONS])


def related_to(reply: Reply, faq: Faq) -> tuple[Choice, ...]:
    """Return the entries that those answered point to, each once and none that was answered."""
    pointed = (other for entry in reply.entries if entry in faq.by_id for other in faq.by_id[entry].see_also)
    fresh = dict.fromkeys(other for other in pointed if other in faq.by_id and other not in reply.entries)
    return tuple(_named(faq, entry, reply.language) for entry in tuple(fresh)[:MOST_RELATED])


def to_call(language: str, link: str, asker: str) -> Post:
    """Return the message that calls people to where *asker* asked for one."""
    words = say("called", language)
    leaves = [
        {"type": "text", "text": f"{words}: "},
        {"type": "user", "user_id": asker},
        {"type": "text", "text": " "},
        {"type": "link", "url": link},
    ]
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": leaves}]}
    return Post((block,), mrkdwn.fallback(f"{words}: {link}"))


def notice(text: str) -> Post:
    """Return a short message of the bot's own."""
    return _post(to_pages(text)[0])


def _post(page: Page) -> Post:
    return Post(page.blocks, mrkdwn.fallback(page.text or "…"))


def _below(delivery: Delivery, related: Sequence[Choice]) -> list[Json]:
    """What stands below the words of a reply."""
    reply, origin = delivery.reply, Origin.from_json(delivery.message.origin)
    note = _note(delivery, origin)
    blocks: list[Json] = []
    if origin.unreadable:
        blocks.append(_notice(say("unreadable", reply.language)))
    if reply.choices:
        blocks.append(_actions(_choice_button("pick", choice, note) for choice in reply.choices))
    if related:
        blocks.append(_notice(say("see_also", reply.language)))
        blocks.append(_actions(_choice_button("also", choice, note) for choice in related))
    if reply.outcome is Outcome.ANSWER and origin.way is not Way.MODAL:
        blocks.append({"type": "context_actions", "elements": [_feedback(note, reply.language)]})
    if buttons := list(_buttons(reply, origin, note)):
        blocks.append(_actions(buttons))
    return blocks


def _note(delivery: Delivery, origin: Origin) -> Json:
    """What every button tells when it is pressed; see `adapters.slack.translate.Press`."""
    note: Json = {"v": delivery.message.event, "l": delivery.reply.language}
    if delivery.message.outsiders:
        note["o"] = 1
    if origin.way in (Way.PRIVATE, Way.MODAL):
        note |= {"c": delivery.message.place.channel, "t": origin.thread}
    return note


def _buttons(reply: Reply, origin: Origin, note: Json) -> list[Json]:
    buttons: list[Json] = []
    if reply.outcome is Outcome.ANSWER and origin.way is Way.MODAL:
        buttons += [_button(name, say(name, reply.language), _dump(note)) for name in ("helpful", "unhelpful")]
    if reply.entries and origin.way in (Way.PRIVATE, Way.MODAL) and note["c"]:
        words = say("share_thread" if origin.thread else "share_channel", reply.language)
        buttons.append(_button("share", words, _dump({**note, "e": reply.entries})))
    if reply.outcome in _OPEN_TO_PEOPLE:
        buttons.append(_button("person", say("person", reply.language), _dump(note)))
    return buttons


def _feedback(note: Json, language: str) -> Json:
    def button(name: str) -> Json:
        value = _dump({**note, "h": int(name == "helpful")})
        return {"text": _plain(say(name, language), BUTTON_TEXT), "value": value}

    return {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": button("helpful"),
        "negative_button": button("unhelpful"),
    }


def _choice_button(action: str, choice: Choice, note: Json) -> Json:
    entries = [choice.entry] if choice.entry else []
    return _button(f"{action}:{choice.entry or '-'}", choice.label, _dump({**note, "e": entries}))


def _button(action: str, label: str, value: str) -> Json:
    return {"type": "button", "action_id": action, "text": _plain(label, BUTTON_TEXT), "value": value}


def _actions(buttons: Any) -> Json:
    return {"type": "actions", "elements": list(buttons)[:ACTIONS_ELEMENTS]}


def _option(label: str, value: str) -> Json:
    return {"text": _plain(label, OPTION_TEXT), "value": value}


def _confirmation(language: str) -> Json:
    return {
        "title": _plain(say("forget", language), BUTTON_TEXT),
        "text": _plain(say("forget_sure", language), 300),
        "confirm": _plain(say("forget", language), 30),
        "deny": _plain(say("cancel", language), 30),
    }


def _notice(text: str) -> Json:
    return {"type": "context", "elements": [_plain(text, 2000)]}


def _plain(text: str, most: int) -> Json:
    return {"type": "plain_text", "text": shorten(text, most), "emoji": False}


def _named(faq: Faq, entry: str, language: str) -> Choice:
    wordings = faq.by_id[entry].wordings
    wording = wordings.get(language) or wordings[faq.languages[0]]
    return Choice(wording.question, entry)


def _dump(note: Json) -> str:
    return json.dumps(note, ensure_ascii=False, separators=(",", ":"))
