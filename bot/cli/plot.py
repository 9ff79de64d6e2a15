"""Draws a reliability diagram: what the confidences say, beside how often they are right."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from bot.reliability import BINS, Bin, calibration_error

LINE, QUIET = "#1f5fa8", "#8a8f98"


def draw(found: Sequence[Bin], threshold: float, file: Path) -> None:
    """Draw the bins *found* to *file*, with the file's own *threshold*; the ending of its name says in which format.

    Raises:
        ValueError: the ending names no format.
        OSError: the file cannot be written.
    """
    figure = Figure(figsize=(6, 7), dpi=150, layout="constrained")
    rates, counts = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    confidences, shares = [each.confidence for each in found], [each.right for each in found]
    around = [[each.right - each.lower for each in found], [each.upper - each.right for each in found]]
    rates.plot([0, 1], [0, 1], color=QUIET, linestyle="--", linewidth=1, label="as often as it says")
    rates.errorbar(confidences, shares, yerr=around, color=LINE, fmt="o", capsize=3, elinewidth=1, label="as measured")
    rates.axvline(threshold, color=QUIET, linestyle=":", label=f"threshold {threshold:.2f}")
    rates.set(xlim=(0, 1), ylim=(-0.02, 1.02), ylabel="share that is right, with 90 % interval")
    rates.set_title(title(found))
    rates.legend(loc="upper left", frameon=False)
    counts.bar(confidences, [each.count for each in found], width=0.6 / BINS, color=LINE)
    counts.set(xlabel="confidence of the best candidate", ylabel="questions")
    for axes in (rates, counts):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(file)


def title(found: Sequence[Bin]) -> str:
    """What the bins say, in one line."""
    questions = sum(each.count for each in found)
    return f"{questions} questions, expected calibration error {calibration_error(found):.3f}"
