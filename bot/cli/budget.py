"""Lays out what a budget of wrong answers allows, as text."""

from collections.abc import Iterator

from bot.budget import CERTAINTY, Operation, Plan

KEPT, THIN = 0, 1
COLUMNS = ("threshold", "answers", "wrong", "rate", "at least", "at most", "expected", "coverage")


def code(plan: Plan) -> int:
    """The exit code."""
    return KEPT if plan.kept else THIN


def to_text(plan: Plan) -> str:
    """Return *plan* as text: where the budget cannot be promised one line that says so, then the figures."""
    return "\n".join(_lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    if not plan.kept:
        yield (
            f"no threshold promises at most {_percent(plan.budget)} wrong answers with {CERTAINTY:.0%} certainty:"
            f" at least {plan.missing} more labelled questions are needed, all of them answered rightly"
        )
        yield ""
    yield f"{'':<14}" + "".join(f"{column:>11}" for column in COLUMNS)
    if plan.kept:
        yield _row(f"within {_percent(plan.budget)}", plan.kept)
    yield _row("file's own", plan.own)


def _row(name: str, operation: Operation) -> str:
    rates = (operation.rate, operation.lower, operation.upper, operation.expected, operation.coverage)
    counts = f"{operation.threshold:>11.4f}{operation.answers:>11}{operation.wrong:>11}"
    return f"{name:<14}{counts}" + "".join(f"{rate:>11.1%}" for rate in rates)


def _percent(share: float) -> str:
    return f"{share * 100:.4g}%"
