"""Exports on the command line."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from careconsole.cli.arguments import FILTER, JSON, instant, only_with
from careconsole.cli.groups import Filtering, Section, filter_text
from careconsole.cli.output import path_text, put_copied, put_json, put_path, say
from careconsole.cli.output_file import lines_to, must_not_be_database, out_options, rows_to
from careconsole.cli.session import Session
from careconsole.domain.counting import counted
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.export import cases as exports
from careconsole.export.cases import CASES, HISTORY, QUEUE
from careconsole.export.csv_cells import separator_of
from careconsole.export.datasette import write_copy
from careconsole.export.dump import write_all
from careconsole.present.json_types.database import CopyEntry

if TYPE_CHECKING:
    from careconsole.export.cases import Export

_BOM = "\ufeff"
_CELLS = (
    click.option("--raw", is_flag=True, help="Do not defuse cells that a spreadsheet would run as formulas."),
    click.option("--excel", is_flag=True, help="CSV for spreadsheets: with a BOM and the local separator."),
    click.option("--semicolon/--comma", default=None, help="The separator of CSV. Default: comma."),
)


def _how(*, csv: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Adds the options for the format and destination of an export; `csv` says whether CSV is the default."""
    usual = "CSV" if csv else "JSON Lines"
    form = click.option("--csv/--json-lines", "as_csv", default=csv, help=f"The format. Default: {usual}.")

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        command = out_options(command)
        for option in reversed(_CELLS):
            command = option(command)
        return form(command)

    return decorate


def _write(
    session: Session,
    export: Export,
    words: tuple[str, ...],
    *,
    as_csv: bool,
    raw: bool,
    excel: bool,
    semicolon: bool | None,
    out: str,
    force: bool,
) -> None:
    """Writes an export as the options say."""
    if excel and not as_csv and _is_given("as_csv"):
        raise WrongUse("--excel is for CSV, not for JSON Lines.", "Leave one of them out.")
    comma = semicolon is False
    only_with("--csv or --excel", as_csv or excel, semicolon=semicolon, comma=comma, raw=raw)
    desk, text = session.asking(), filter_text(words)
    if as_csv or excel:
        with rows_to(out, session.place(), force=force) as (file, terminal):
            if excel and not terminal:
                file.write(_BOM)  # without it, Excel takes UTF-8 for the machine's old encoding
            separator = _separator(excel, semicolon)
            export.write_rows(desk, text, file, raw=raw, terminal=terminal, separator=separator)
    else:
        with lines_to(out, session.place(), force=force) as emit:
            export.write_lines(desk, text, emit)


def _is_given(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is click.core.ParameterSource.COMMANDLINE


def _separator(excel: bool, semicolon: bool | None) -> str:
    """What stands between cells: what was asked for, else for a spreadsheet what the language here wants."""
    if semicolon is not None:
        return ";" if semicolon else ","
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_NUMERIC", "LANG"))), "")
    return separator_of(locale) if excel else ","


@click.group(cls=Section)
def export() -> None:
    """Export data for other tools, a copy for Datasette, or everything, to load into a new database.

    \b
    Example:
      careconsole export cases > cases.jsonl
    """


@export.command(cls=Filtering)
@FILTER
@_how(csv=False)
@click.pass_obj
def cases(session: Session, /, words: tuple[str, ...], **how: Any) -> None:
    """Export cases, open or closed: as JSON Lines with their full history, or as CSV with the queue's columns.

    \b
    Examples:
      careconsole export cases customer:Neri > neri.jsonl
      careconsole export cases 'resolved:<1w' --csv --out week.csv --force
    """
    _write(session, CASES, words, **how)


@export.command(cls=Filtering)
@FILTER
@_how(csv=False)
@click.pass_obj
def history(session: Session, /, words: tuple[str, ...], **how: Any) -> None:
    """Export the histories of cases, open or closed, one event per line, by case number.

    \b
    Example:
      careconsole export history tag:recall --csv > recall.csv
    """
    _write(session, HISTORY, words, **how)


@export.command(cls=Filtering)
@FILTER
@_how(csv=True)
@click.pass_obj
def queue(session: Session, /, words: tuple[str, ...], **how: Any) -> None:
    """Export the queue as CSV in UTF-8. Cells that a spreadsheet would run as formulas are defused.

    \b
    Examples:
      careconsole export queue is:overdue > overdue.csv
      careconsole export queue --excel --out queue.csv
    """
    _write(session, QUEUE, words, **how)


@export.command(cls=Filtering)
@FILTER
@click.option("--as-of", metavar="TIME", help="Count only what had happened by then.")
@click.option("--weeks", is_flag=True, help="Also record the weeks of the report that are over.")
@_how(csv=False)
@click.pass_obj
def measures(session: Session, /, words: tuple[str, ...], as_of: str | None, weeks: bool, **how: Any) -> None:
    """Export the measures of the cases that match a filter, one figure per line, with its time.

    With --weeks, careconsole report --from FILE shows these weeks as they were, whatever is imported or undone later.

    \b
    Examples:
      careconsole export measures --csv --as-of 2026-11-01T00:00Z > october.csv
      careconsole export measures --weeks >> measures.jsonl
    """
    _write(session, exports.measures(instant(as_of, session.asking().now()), weeks), words, **how)


@export.command("all")
@out_options
@click.option("--files", type=click.Path(), metavar="DIR", help="A new folder for the contents of attached files.")
@click.pass_obj
def all_(session: Session, out: str, force: bool, files: str | None) -> None:
    """Export everything as JSON Lines; careconsole import careconsole makes the same database from it.

    Not included: drafts, ticks of the primer, who is or was online, notice addresses, the notices themselves, and links
    of published receipts. The export is as private as the database: only you can read FILE and DIR. Attached files are
    included with --files only.

    \b
    Examples:
      careconsole export all --out shop.jsonl
      careconsole export all | gzip > shop.jsonl.gz
    """
    from careconsole.desk.database.maintenance import check_export_folder, export_contents, needed_contents

    desk = session.asking()
    if files is not None:
        check_export_folder(files)
    with lines_to(out, session.place(), force=force, private=True) as emit:
        lines = write_all(desk, emit)
        # After the lines: what is attached meanwhile is copied too, so that no line lacks its content.
        copied = export_contents(desk, files) if files is not None else None
    if copied is not None and not copied.count and not copied.problems:
        say(f"No case or mail has a file; {display_text(files or '')} is empty.")
    elif copied is not None:
        put_copied(copied, files or "")
    elif left_out := needed_contents(desk):
        contents = counted(left_out, "file or mail", "files and mails")
        say(f"Left out: the contents of {contents}. With --files DIR, a folder has them, too.")
    if out != "-":
        put_path(out)
        more = "" if files is None else " --files DIR"
        say(f"{lines:,} lines. To make a database from it: careconsole --db NEW.db import careconsole FILE{more}")


@export.command()
@click.argument("target", type=click.Path(dir_okay=False), metavar="FILE")
@click.option("--search", is_flag=True, help="Make subjects, descriptions and histories searchable.")
@JSON
@click.pass_obj
def copy(session: Session, target: str, search: bool, as_json: bool) -> None:
    """Export a read-only SQLite copy in plain tables, for Datasette or other tools; not a backup.

    It has names instead of numbers, times in ISO 8601, and each event as a sentence. An earlier copy is replaced, any
    other file is not. Only its owner may read it.

    \b
    Example:
      careconsole export copy shop-copy.db
    """
    desk = session.asking()
    must_not_be_database(target, session.place())
    rows = write_copy(desk, target, search=search)
    if as_json:
        put_json(CopyEntry(path=path_text(target), rows=rows))
        return
    put_path(target)
    say(", ".join(f"{table}: {count:,}" for table, count in rows.items()) + ".")
