"""What a person wrote, made safe and plain: secrets hidden, wrappers peeled, evidence collected."""

from bot.reading.reader import Reader

__all__ = ["Reader"]
