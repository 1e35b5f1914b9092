"""The measures of care, on the command line."""

from __future__ import annotations

from typing import Any

import click

from careconsole.cli.arguments import FILTER, JSON, instant
from careconsole.cli.groups import Filtering, filter_text
from careconsole.cli.output import put_json
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.queries import case_queries
from careconsole.desk.queries.measured_cases import FEW
from careconsole.domain.time.moments import format_span


@click.command(cls=Filtering)
@FILTER
@click.option("--as-of", metavar="TIME", help="Count only what had happened by then.")
@JSON
@click.pass_obj
def measures(session: Session, words: tuple[str, ...], as_of: str | None, as_json: bool) -> None:
    """Show measures of the cases that match a filter; without one, of all cases, open or closed.

    Nothing is by person, and a filter by person is refused. Every median is shown with its n, and none of fewer than
    five cases; --json has them all. "Owned from start to end" is what the report calls "One owner throughout": resolved
    cases, without those of which an import does not tell when they were resolved.

    \b
    Examples:
      careconsole measures
      careconsole measures customer:Neri --as-of 2026-11-01T00:00Z --json
    """
    desk = session.asking()
    found = case_queries.measures(desk, filter_text(words), instant(as_of, desk.now()))
    if as_json:
        put_json(found)
        return
    put_report(("Measure", "Value"), [(name.replace("_", " "), _words(name, value)) for name, value in found.items()])


def _words(name: str, value: Any) -> str:
    if isinstance(value, dict) and "median" in value:
        if value["n"] < FEW:
            return f"too few to say (n = {value['n']})"
        parts = [f"{key} {_span(value[key])}" for key in ("median", "p90", "max") if value.get(key) is not None]
        return f"{', '.join(parts)} (n = {value['n']})"
    if isinstance(value, dict):
        show = _span if "seconds" in name else str
        return ", ".join(f"{key}: {show(count)}" for key, count in value.items()) or "none"
    if name == "open":
        return f"{value} (parked ones, too)"
    if name == "resolutions_undated" and value:
        return f"{value} (not counted above: how long they took is unknown)"
    return _span(value) if name.endswith("seconds") else str(value)


def _span(seconds: float) -> str:
    return format_span(int(seconds * 1000))
