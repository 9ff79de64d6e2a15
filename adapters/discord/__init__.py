"""Discord, through discord.py: events come in, replies go out, and the core never sees the library."""
