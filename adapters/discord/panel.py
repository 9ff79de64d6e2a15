"""``/frontdesk settings``: what the admins of a server may set, and how it is shown to them."""

from dataclasses import replace
from typing import Any, Literal, Protocol

import discord
from discord import app_commands

from adapters.discord.render import code
from adapters.discord.rules import USUAL, Rules
from adapters.discord.translate import language_of
from adapters.discord.views import Gesture
from adapters.wording import WORDS, say
from bot.reading.redact import redact

Listening = discord.TextChannel | discord.ForumChannel | discord.VoiceChannel
Setting = Literal["auto", "language", "hand_off_role", "hand_off_channel", "solved_tag"]


class Keeps(Protocol):
    """Whatever keeps a server's rules."""

    async def rules_of(self, gesture: Gesture) -> Rules:
        """Return the rules of the server."""
        ...

    async def set_rules(self, gesture: Gesture, rules: Rules) -> bool:
        """Keep *rules* for the server; False where that is not possible now."""
        ...

    async def notify(self, gesture: Gesture, key: str) -> None:
        """Say to the person alone what the wording has under *key*."""
        ...


def add_panel(tree: "app_commands.CommandTree[Any]", keeps: Keeps) -> None:
    """Put ``/frontdesk settings`` into *tree*."""
    group = app_commands.Group(
        name="frontdesk",
        description=_words("settings_about"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @group.command(name="settings", description=_words("settings_about"))
    @app_commands.describe(
        auto=_words("settings_auto"),
        language=_words("settings_language"),
        hand_off_role=_words("settings_role"),
        hand_off_channel=_words("settings_channel"),
        quiet=_words("settings_quiet"),
        solved_tag=_words("settings_solved"),
        unread_posts=_words("settings_unread"),
        clear=_words("settings_clear"),
    )
    async def settings(  # noqa: PLR0917 - a command has its options in order
        gesture: Gesture,
        auto: Listening | None = None,
        language: Literal["en", "zh"] | None = None,
        hand_off_role: discord.Role | None = None,
        hand_off_channel: discord.TextChannel | None = None,
        quiet: bool | None = None,  # noqa: FBT001 - an option of the command
        solved_tag: app_commands.Range[str, 1, 20] | None = None,
        unread_posts: Literal["title", "hint"] | None = None,
        clear: Setting | None = None,
    ) -> None:
        if not gesture.permissions.manage_guild:
            await keeps.notify(gesture, "admins_only")
            return
        before = await keeps.rules_of(gesture)
        after = changed(
            cleared(before, clear),
            auto=str(auto.id) if auto else None,
            language=language,
            hand_off_role=str(hand_off_role.id) if hand_off_role else None,
            hand_off_channel=str(hand_off_channel.id) if hand_off_channel else None,
            quiet=quiet,
            solved_tag=redact(solved_tag).text if solved_tag else None,
            unread_posts=unread_posts,
        )
        if after != before and not await keeps.set_rules(gesture, after):
            await keeps.notify(gesture, "failed")
            return
        text = shown(after, language_of(gesture.locale))
        await gesture.response.send_message(text, ephemeral=True, allowed_mentions=discord.AllowedMentions.none())

    tree.add_command(group)


def changed(rules: Rules, *, auto: str | None = None, **values: object) -> Rules:
    """Return *rules* with those *values* that are given; a channel *auto* is taken in, or out where it was in."""
    given: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    return replace(rules, auto=rules.auto if auto is None else rules.auto ^ {auto}, **given)


def cleared(rules: Rules, setting: Setting | None) -> Rules:
    """Return *rules* with *setting* as it is by default."""
    if setting is None:
        return rules
    usual: dict[str, Any] = {setting: getattr(USUAL, setting)}
    return replace(rules, **usual)


def shown(rules: Rules, language: str) -> str:
    """Return *rules* as an admin reads them, a line for each."""
    nothing = "—"
    values = {
        "settings_auto": " ".join(f"<#{channel}>" for channel in sorted(rules.auto)),
        "settings_language": rules.language,
        "settings_role": f"<@&{rules.hand_off_role}>" if rules.hand_off_role else "",
        "settings_channel": f"<#{rules.hand_off_channel}>" if rules.hand_off_channel else "",
        "settings_quiet": "✓" if rules.quiet else "",
        "settings_solved": code(rules.solved_tag),
        "settings_unread": code(rules.unread_posts),
    }
    return "\n".join(f"- {say(key, language)}: {value or nothing}" for key, value in values.items())


def _words(key: str) -> app_commands.locale_str:
    return app_commands.locale_str(WORDS["en"][key], key=key)
