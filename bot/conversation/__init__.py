"""Matches, thread state and policy become a reply and the new state, without touching the world."""

from bot.conversation.deciding import decide
from bot.conversation.state import Shared, State, overheard
from bot.conversation.turn import Ranker

__all__ = ["Ranker", "Shared", "State", "decide", "overheard"]
