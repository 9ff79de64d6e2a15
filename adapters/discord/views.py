"""The controls below a reply as discord.py draws them, and what it does when one is used, also after a restart."""

import re
from typing import Any, Protocol, Self, TypeAlias, cast

import discord

from adapters.discord.translate import NONE, Action, Control, Outgoing
from bot.model import Choice

Gesture: TypeAlias = "discord.Interaction[Any]"

_ONE = {Action.UP: "👍", Action.DOWN: "👎", Action.SOLVED: "✅"}
_PRESSED = "|".join(action for action in Action if action is not Action.CHOOSE)


class Uses(Protocol):
    """Whatever acts on a control that is used."""

    async def use(self, gesture: Gesture, action: Action, about: str, label: str) -> None:
        """Do *action* to what it is *about*; *label* is what the person saw."""
        ...


class Pressed(discord.ui.DynamicItem["discord.ui.Button[Any]"], template=rf"fd:(?P<action>{_PRESSED}):(?P<about>.*)"):
    """A button."""

    def __init__(self, item: "discord.ui.Button[Any]", action: Action, about: str) -> None:
        super().__init__(item)
        self._action = action
        self._about = about

    @classmethod
    async def from_custom_id(cls, interaction: Gesture, item: "discord.ui.Item[Any]", match: re.Match[str], /) -> Self:
        """Return the button that was pressed, perhaps below a message of an earlier run."""
        del interaction
        return cls(cast("discord.ui.Button[Any]", item), Action(match["action"]), match["about"])

    async def callback(self, interaction: Gesture) -> None:
        """Hand on that it was pressed."""
        await _host(interaction).use(interaction, self._action, self._about, self.item.label or "")


class Chosen(discord.ui.DynamicItem["discord.ui.Select[Any]"], template=r"fd:choose:"):
    """A select."""

    @classmethod
    async def from_custom_id(cls, interaction: Gesture, item: "discord.ui.Item[Any]", match: re.Match[str], /) -> Self:
        """Return the select that was used, perhaps below a message of an earlier run."""
        del interaction, match
        return cls(cast("discord.ui.Select[Any]", item))

    async def callback(self, interaction: Gesture) -> None:
        """Hand on what was chosen."""
        value = self.item.values[0]
        label = next((option.label for option in self.item.options if option.value == value), "")
        await _host(interaction).use(interaction, Action.PICK, value, label)


def to_view(outgoing: Outgoing) -> "discord.ui.View | discord.ui.LayoutView | None":
    """Return what stands below, or for a diagnosis instead of, the last part of *outgoing*.

    It is stopped: the library need not keep it for what `ITEMS` know by themselves.
    """
    if outgoing.reading:
        return _laid_out(outgoing)
    if not outgoing.rows:
        return None
    view = discord.ui.View(timeout=None)
    for place, row in enumerate(outgoing.rows):
        for control in row:
            item = _drawn(control)
            item.row = place
            view.add_item(item)
    view.stop()
    return view


def choice(about: str, label: str) -> Choice:
    """Return the choice that a control about *about* stands for."""
    return Choice(label, None if about == NONE else about)


def _laid_out(outgoing: Outgoing) -> "discord.ui.LayoutView":
    layout = discord.ui.LayoutView(timeout=None)
    box: discord.ui.Container[Any] = discord.ui.Container(discord.ui.TextDisplay(outgoing.parts[0]))
    box.add_item(discord.ui.Separator())
    box.add_item(discord.ui.TextDisplay(outgoing.reading))
    layout.add_item(box)
    for row in outgoing.rows:
        layout.add_item(discord.ui.ActionRow(*map(_drawn, row)))
    layout.stop()
    return layout


def _drawn(control: Control) -> "discord.ui.DynamicItem[Any]":
    if control.options:
        options = [discord.SelectOption(label=option.label, value=option.entry or NONE) for option in control.options]
        return Chosen(discord.ui.Select(custom_id=control.custom_id, placeholder=control.label[:150], options=options))
    style = discord.ButtonStyle.primary if control.action is Action.PICK else discord.ButtonStyle.secondary
    button: discord.ui.Button[Any] = discord.ui.Button(
        style=style, label=control.label, custom_id=control.custom_id, emoji=_ONE.get(control.action)
    )
    return Pressed(button, control.action, control.about)


def _host(interaction: Gesture) -> Uses:
    return cast("Uses", interaction.client)


ITEMS = (Pressed, Chosen)
