"""What a doctor finds on a platform, one line each."""

from dataclasses import dataclass

FAULT = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is as it should be, and what it costs or what to do where it is not.

    ``needed`` says that the bot does not work without it.
    """

    what: str
    fine: bool
    cost: str = ""
    needed: bool = False

    def to_text(self) -> str:
        """This finding as a line."""
        mark = "ok  " if self.fine else "FAIL" if self.needed else "miss"
        return f"{mark} {self.what}{f': {self.cost}' if self.cost else ''}"
