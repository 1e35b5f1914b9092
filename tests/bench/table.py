"""The table that the bench prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.bench.processes import Run


class Measured(NamedTuple):
    """One line: what was measured, against what, in which unit.

    `budget` is the most that the ratio may be, `limit` the most that ours alone may be; without them it only informs.
    `cpu` is the ratio of the two in CPU time.
    """

    what: str
    against: str
    ours: float
    baseline: float | None
    budget: float | None = None
    cpu: float | None = None
    unit: str = "ms"
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.baseline if self.baseline else None

    @property
    def met(self) -> str:
        if self.limit is not None:
            return "yes" if self.ours <= self.limit else "NO"
        if self.budget is None or self.ratio is None:
            return ""
        return "yes" if self.ratio <= self.budget else "NO"


def measured(what: str, against: str, ours: Run, baseline: Run, budget: float | None = None) -> Measured:
    """The line for two processes that were timed."""
    return Measured(what, against, ours.ms, baseline.ms, budget, ours.cpu / baseline.cpu)


HEAD = ("what", "against", "ours", "baseline", "ratio", "budget", "met", "cpu ratio")
_LEFT = (0, 1, 6)


def table(lines: Sequence[Measured]) -> str:
    """Formats the lines in columns; one that misses its budget says NO."""
    rows = [HEAD, *(_cells(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in _LEFT else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _cells(line: Measured) -> tuple[str, ...]:
    return (
        line.what,
        line.against,
        _amount(line.ours, line.unit),
        "" if line.baseline is None else _amount(line.baseline, line.unit),
        _ratio(line.ratio),
        _most(line),
        line.met,
        _ratio(line.cpu),
    )


def _amount(amount: float, unit: str) -> str:
    return f"{amount:,.{2 if unit == '%' else 0}f} {unit}"


def _most(line: Measured) -> str:
    if line.limit is not None:
        return f"{line.limit:g} {line.unit}"
    return "" if line.budget is None else f"{line.budget:g}"


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"
