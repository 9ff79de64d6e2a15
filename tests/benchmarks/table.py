"""Figures as a table that reads well in a terminal and is Markdown, so that a run can be pasted into a page."""

import math
from collections.abc import Sequence
from typing import TypeAlias

Cell: TypeAlias = str | float | int | None


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return *rows* under *columns*; the first column stands left, numbers stand right."""
    cells = [list(columns), *([_cell(cell) for cell in row] for row in rows)]
    widths = [max(len(line[number]) for line in cells) for number in range(len(columns))]
    rule = [widths[0] * "-", *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [_line(line, widths) for line in (cells[0], rule, *cells[1:])]
    return "\n".join([f"### {title}", "", *lines, ""])


def percent(share: float) -> str:
    """Return a share as a percentage with one place; a dash where there is none."""
    return "-" if math.isnan(share) else f"{100 * share:.1f}"


def _cell(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "-"
    return f"{cell:,.4g}" if isinstance(cell, float) else str(cell)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.rjust(width) if number else cell.ljust(width)
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join([first, *rest])} |"
