"""The real discord.py, imported past the one warning that it gives on Python 3.11 and 3.12."""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
    import discord
    from discord import app_commands

__all__ = ["app_commands", "discord"]
