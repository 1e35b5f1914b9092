"""Imports on the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click
import msgspec

from careconsole.cli.arguments import JSON
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, safe_json, say
from careconsole.cli.session import Session
from careconsole.desk.record import Report
from careconsole.domain.errors import CareError, RowsRejected, WrongUse
from careconsole.domain.lines import Reject

_SHOWN = 5


@click.group("import", cls=Section)
def import_() -> None:
    """Bring in another system's history.

    \b
    Example:
      careconsole import events log.csv --map map.toml --dry-run
    """


@import_.command()
@click.argument("file", type=click.Path())
@click.option(
    "--map", "map_", type=click.Path(), required=True, metavar="MAP", help="A TOML file: which column is what."
)
@click.option("--source", metavar="NAME", help="The name of the system; the map's, where nothing is said.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would happen.")
@click.option("--strict", is_flag=True, help="Stop at the first row that cannot be taken.")
@click.option("--rejects", type=click.Path(), metavar="FILE", help="Keep rows that cannot be taken in FILE.")
@JSON
@click.pass_obj
def events(
    session: Session,
    file: str,
    map_: str,
    source: str | None,
    dry_run: bool,
    strict: bool,
    rejects: str | None,
    as_json: bool,
) -> None:
    """Import an event log: CSV or JSON Lines, gzip too; "-" reads standard input.

    The map says which column is the case, the time, the owner, the status; docs/event-logs.md explains it, and maps of
    two public logs come along (name one as MAP: bpi2013-incidents, helpdesk-italian). Importing the same file again
    changes nothing; a killed import is taken up where it stopped.

    \b
    Examples:
      careconsole import events incidents.csv.gz --map bpi2013-incidents
      zcat log.jsonl.gz | careconsole import events - --map map.toml --source tracker --rejects rejects.jsonl
    """
    from careconsole.desk.record import STANDARD_INPUT, record
    from careconsole.intake.events import read_events
    from careconsole.intake.maps import load_map
    from careconsole.intake.rows import Seen

    event_map = load_map(_map_path(map_))
    name = (source or event_map.source or "").strip()
    if not name:
        raise WrongUse("The system the log is of has no name.", "Give one: --source NAME, or source in the map.")
    desk = session.working()
    seen = Seen()
    with _rejects(rejects, file, map_, session.place()) as on_reject, _progress(file) as on_progress:
        lines = read_events(file, event_map, on_progress, seen)
        report = record(
            desk,
            lines,
            source=name,
            file=file if file == STANDARD_INPUT else _as_text(os.path.abspath(file)),
            dry_run=dry_run,
            strict=strict,
            on_reject=on_reject,
        )
    if as_json:
        put_json({**msgspec.to_builtins(report), "source": name, "dry_run": dry_run, "notices": seen.notices()})
    else:
        _put_report(report, dry_run, seen.notices())
    if report.rejected:
        kept = f" They are in {rejects}." if rejects else " Keep them with --rejects FILE."
        others = "would go in" if dry_run else "went in"
        raise RowsRejected(f"{report.rejected} rows were rejected; the others {others}.{kept}")


def _map_path(name: str) -> str:
    if os.path.exists(name) or os.sep in name or name.endswith(".toml"):
        return name
    from careconsole.store.schema import db_path

    try:
        return str(db_path("maps", f"{name}.toml"))
    except CareError:
        known = ", ".join(sorted(p.name.removesuffix(".toml") for p in db_path("maps").iterdir()))
        raise WrongUse(f"There is no map {name!r}.", f"Name a file, or one of: {known}.") from None


def _as_text(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")  # a name need not be text


@contextmanager
def _rejects(path: str | None, *kept: str) -> Iterator[Any]:
    """A function that keeps a reject in the file `path`, or tells the first ones on standard error.

    The files in `kept` must not be overwritten by it.
    """
    told = 0

    def tell(reject: Reject) -> None:
        nonlocal told
        told += 1
        if told <= _SHOWN:
            say(f"line {reject.line}: {reject.field}: {reject.reason}")
        elif told == _SHOWN + 1:
            say("... more rows were rejected; keep all with --rejects FILE.")

    if path is None:
        yield tell
        return
    for other in kept:
        if os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other):
            raise WrongUse(f"--rejects would overwrite {other}.", "Name another file for them.")
    try:
        file: IO[str] = open(path, "w", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise CareError(f"The rejects cannot be kept in {path}: {error.strerror}.", "Name another file.") from error
    with file:
        yield lambda reject: print(safe_json(msgspec.json.encode(reject).decode()), file=file, flush=True)


@contextmanager
def _progress(file: str) -> Iterator[Any]:
    """A bar on a terminal, for a file whose size is known; nothing otherwise."""
    if file == "-" or not sys.stderr.isatty() or not os.path.exists(file):
        yield None
        return
    size = os.stat(file).st_size
    with click.progressbar(length=size, label="Importing", file=sys.stderr) as bar:
        yield lambda taken, rows: bar.update(min(taken, size) - bar.pos)


def _put_report(report: Report, dry_run: bool, notices: list[str]) -> None:
    for notice in notices:
        say(notice)
    if not report.new_cases and not report.changed_cases:
        put(f"Nothing new in {report.rows} rows: {report.unchanged_cases} cases are known, 0 new, 0 changed.")
        return
    would = "would be " if dry_run else ""
    put(
        f"{report.rows} rows: {report.new_cases} cases {would}new, {report.changed_cases} {would}changed,"
        f" {report.unchanged_cases} unchanged; {report.new_events} events."
    )
    if report.new_people or report.new_customers:
        put(f"{report.new_people} people (inactive) and {report.new_customers} customers {would}new.")
    if report.late_events:
        put(f"{report.late_events} events came to cases people here work on: kept in their history, changing nothing.")
    if report.batch is not None:
        say(f"Batch {report.batch}. Take it back: careconsole batch rollback {report.batch}")
