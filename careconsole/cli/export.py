"""Exports on the command line."""

from __future__ import annotations

import click

from careconsole.cli.arguments import FILTER
from careconsole.cli.groups import Filtering, Section, filter_text
from careconsole.cli.output import data_file, put, safe_json
from careconsole.cli.session import Session


@click.group(cls=Section)
def export() -> None:
    """Cases as JSON Lines, the queue as CSV, to standard output.

    \b
    Example:
      careconsole export cases > cases.jsonl
    """


@export.command(cls=Filtering)
@FILTER
@click.pass_obj
def cases(session: Session, words: tuple[str, ...]) -> None:
    """Cases with their whole history, one a line, open or not.

    \b
    Example:
      careconsole export cases customer:Neri > neri.jsonl
    """
    from careconsole.outlet.export import write_cases

    write_cases(session.asking(), filter_text(words), lambda line: put(safe_json(line)))


@export.command(cls=Filtering)
@FILTER
@click.option("--raw", is_flag=True, help="Leave cells that a spreadsheet would run as formulas as they are.")
@click.pass_obj
def queue(session: Session, words: tuple[str, ...], raw: bool) -> None:
    """The queue as CSV in UTF-8. Cells that a spreadsheet would run as formulas are made harmless.

    \b
    Example:
      careconsole export queue is:breached > breached.csv
    """
    from careconsole.outlet.export import write_queue

    with data_file() as (file, terminal):
        write_queue(session.asking(), filter_text(words), file, raw=raw, terminal=terminal)
