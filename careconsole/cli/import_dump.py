"""Making a database from an export of everything, on the command line."""

from __future__ import annotations

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.imports import progress_of
from careconsole.cli.output import path_text, put_copied, put_json, put_path, say
from careconsole.cli.session import Session
from careconsole.desk.database.load_dump import load_dump
from careconsole.domain.counting import counted
from careconsole.intake.formats.dump import read_records
from careconsole.present.json_types.imports import ReadmittedEntry

_COUNTED = {"cases": "case", "events": "event", "people": "person", "customers": "customer"}
"""What is said of what was loaded: the tables, and one row of each."""


@click.command()
@click.argument("file", type=click.Path())
@click.option("--dry-run", is_flag=True, help="Try it, but keep nothing.")
@click.option("--files", type=click.Path(file_okay=False), metavar="DIR", help="The contents of attached files.")
@JSON
@click.pass_obj
def careconsole(session: Session, file: str, dry_run: bool, files: str | None, as_json: bool) -> None:
    """Load FILE, written by `careconsole export all`, into an empty database; "-" reads standard input, gzip too.

    No init is needed: the file has everything, including the team. A database that already has a team is refused; an
    incomplete file leaves nothing behind. Attached files come from the folder that `export all --files` wrote.

    \b
    Examples:
      careconsole export all | careconsole --db new.db import careconsole -
      careconsole export all | careconsole --db try.db import careconsole - --dry-run --json
    """
    place = session.place()
    with progress_of([file]) as on_progress:
        loaded = load_dump(
            place, lambda: read_records(file, on_progress), own_folder=session.db is None, dry_run=dry_run, files=files
        )
    counts, copied = loaded.rows, loaded.files
    if as_json:
        lacking = list(copied.problems)
        put_json(
            ReadmittedEntry(
                database=path_text(place), dry_run=dry_run, rows=counts, files=copied.count, warnings=lacking
            )
        )
        return
    if not dry_run:
        put_path(place)
    put_copied(copied)
    if copied.problems and files is None:
        say("Give the folder that export all --files wrote: --files DIR, with a new database.")
    what = ", ".join(counted(counts[table], one, table) for table, one in _COUNTED.items())
    say(f"{'Would load' if dry_run else 'Loaded'} {what}.")
