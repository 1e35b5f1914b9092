"""Exports on the command line."""

from __future__ import annotations

import sys

import click

from careconsole.cli.arguments import FILTERING, filter_argument, filter_text
from careconsole.cli.output import put, safe_json
from careconsole.cli.session import Session


@click.group()
def export() -> None:
    """Cases as JSON Lines, the queue as CSV, to standard output.

    \b
    Example:
      careconsole export cases > cases.jsonl
    """


@export.command(context_settings=FILTERING)
@filter_argument()
@click.pass_obj
def cases(session: Session, words: tuple[str, ...]) -> None:
    """Cases with their whole history, one a line, open or not.

    \b
    Example:
      careconsole export cases customer:Neri > neri.jsonl
    """
    from careconsole.outlet.export import case_lines

    for line in case_lines(session.asking(), filter_text(words)):
        put(safe_json(line))


@export.command(context_settings=FILTERING)
@filter_argument()
@click.option("--raw", is_flag=True, help="Leave cells that a spreadsheet would run as formulas as they are.")
@click.pass_obj
def queue(session: Session, words: tuple[str, ...], raw: bool) -> None:
    """The queue as CSV. Cells that a spreadsheet would run as formulas are made harmless.

    \b
    Example:
      careconsole export queue is:breached > breached.csv
    """
    from careconsole.outlet.export import write_queue

    write_queue(session.asking(), filter_text(words), sys.stdout, raw=raw)
