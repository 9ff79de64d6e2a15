"""The commands: what Discord shows in its menus, in every language that the bot speaks, and what each of them asks."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import discord
from discord import app_commands

from adapters.discord.files import LARGEST
from adapters.discord.panel import Keeps, add_panel
from adapters.discord.render import cut
from adapters.discord.translate import is_outside, language_of
from adapters.discord.views import Gesture
from adapters.wording import WORDS, say
from bot.faq.content import Entry, Faq
from bot.model import Attachment, Choice

SUGGESTIONS = 25
LONGEST_SUGGESTION = 100
LONGEST_QUESTION = 6_000
LOCALES = {"zh": (discord.Locale.chinese, discord.Locale.taiwan_chinese)}


class Answers(Keeps, Protocol):
    """What the commands ask of the bot."""

    async def ask(
        self,
        gesture: Gesture,
        text: str,
        *,
        attachments: Sequence[Attachment] = (),
        pick: Choice | None = None,
        private: bool = False,
        diagnosis: bool = False,
        about: int = 0,
    ) -> None:
        """Answer *gesture*, which asks *text*."""
        ...

    async def read(
        self,
        gesture: Gesture,
        files: Sequence[discord.Attachment],
        *,
        text: str = "",
        private: bool = False,
        about: int = 0,
    ) -> None:
        """Answer *gesture*, which shows *files*."""
        ...

    async def forget_person(self, gesture: Gesture) -> None:
        """Delete what is kept about the person who asks for it."""
        ...


class Translations(app_commands.Translator):
    """Gives Discord the names and descriptions in the languages of the wording."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the words under the string's key in the language of *locale*, None where that is not spoken."""
        del context
        language = next((language for language, locales in LOCALES.items() if locale in locales), None)
        key = string.extras.get("key")
        return WORDS[language].get(key) if language and key else None


def words(key: str) -> app_commands.locale_str:
    """Return the words under *key* so that Discord shows each person their own language's."""
    return app_commands.locale_str(say(key, "en"), key=key)


def suggestions(faq: Faq, typed: str, language: str) -> list[str]:
    """Return the questions that *typed* may become, at most 25, those with its beginning first.

    Each is as it may be sent back: 100 characters at most. With nothing typed, the first of the file.
    """
    wanted = typed.casefold().split()
    titles = [suggestion(entry, language, faq) for entry in faq.entries]

    def fit(title: str) -> tuple[int, bool]:
        low = title.casefold()
        return sum(word in low for word in wanted), low.startswith(typed.casefold().strip())

    ranked = sorted(titles, key=fit, reverse=True) if wanted else titles
    fitting = [title for title in ranked if not wanted or fit(title)[0]]
    return list(dict.fromkeys(fitting))[:SUGGESTIONS]


def suggestion(entry: Entry, language: str, faq: Faq) -> str:
    """Return the question of *entry* as it is suggested in *language*."""
    wording = entry.wordings.get(language, entry.wordings[faq.languages[0]])
    return cut(" ".join(wording.question.split()), LONGEST_SUGGESTION)


def suggested(faq: Faq, text: str) -> Choice | None:
    """Return the choice that *text* is where it was suggested and cut short; what is whole is asked as it is."""
    if not text.endswith("…"):
        return None
    for entry in faq.entries:
        if any(text == suggestion(entry, language, faq) for language in entry.wordings):
            return Choice(text, entry.id)
    return None


def add_commands(tree: "app_commands.CommandTree[Any]", answers: Answers, faq: Callable[[], Faq]) -> None:
    """Put all commands into *tree*."""

    def seen(gesture: Gesture) -> Faq:
        return faq().public if is_outside(gesture) else faq()

    async def is_private(gesture: Gesture, chosen: bool | None) -> bool:  # noqa: FBT001 - None: the server's rule
        return (await answers.rules_of(gesture)).quiet if chosen is None else chosen

    @tree.command(name="ask", description=words("ask_about"))
    @app_commands.rename(question=words("ask_question_name"), private=words("private_name"))
    @app_commands.describe(question=words("ask_question"), private=words("private_about"))
    async def ask(
        gesture: Gesture,
        question: app_commands.Range[str, 1, LONGEST_QUESTION],
        private: bool | None = None,  # noqa: FBT001 - an option of the command
    ) -> None:
        alone = await is_private(gesture, private)
        await answers.ask(gesture, question, pick=suggested(seen(gesture), question), private=alone)

    @ask.autocomplete("question")
    async def suggest(gesture: Gesture, typed: str) -> list[app_commands.Choice[str]]:
        found = suggestions(seen(gesture), typed, language_of(gesture.locale))
        return [app_commands.Choice(name=title, value=title) for title in found]

    @tree.command(name="trace", description=words("trace_about"))
    @app_commands.rename(file=words("trace_file_name"), private=words("private_name"))
    @app_commands.describe(file=words("trace_file"), private=words("private_about"))
    async def trace(
        gesture: Gesture,
        file: discord.Attachment,
        private: bool | None = None,  # noqa: FBT001 - an option of the command
    ) -> None:
        if file.size > LARGEST:
            await answers.notify(gesture, "too_big")
            return
        alone = await is_private(gesture, private)
        await answers.read(gesture, [file], private=alone)

    @tree.context_menu(name=words("explain"))
    async def explain(gesture: Gesture, message: discord.Message) -> None:
        alone = await is_private(gesture, None)
        if message.attachments:
            await answers.read(gesture, message.attachments, text=message.content, private=alone, about=message.id)
        else:
            await answers.ask(gesture, message.content, private=alone, diagnosis=True, about=message.id)

    @tree.command(name="forget-me", description=words("forget"))
    async def forget_me(gesture: Gesture) -> None:
        await answers.forget_person(gesture)

    add_panel(tree, answers)


async def digest_of(tree: "app_commands.CommandTree[Any]") -> str:
    """Return a digest of all that Discord is told of the commands in *tree*."""
    translator = tree.translator
    payload = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    return hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
