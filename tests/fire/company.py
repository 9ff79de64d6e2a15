"""What stands around an error: other vendors' errors, solved ones of ours, log lines that mean nothing, questions."""

from tests.fire.data import table

FOREIGN: tuple[str, ...] = tuple(table("company")["foreign"])
SOLVED: tuple[str, ...] = tuple(table("company")["solved"])
QUESTIONS: tuple[str, ...] = tuple(table("company")["questions"])
NOISE: tuple[str, ...] = tuple(table("company")["noise"])
