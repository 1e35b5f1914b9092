"""Imports on the command line: one command for each kind of file that has a reader."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click
import msgspec

from careconsole.cli.anywhere import take_anywhere
from careconsole.cli.arguments import JSON, only_with
from careconsole.cli.groups import Section, use_text_type
from careconsole.cli.output import put, put_json, safe_json, say
from careconsole.cli.pipes import is_pipe, kept_pipes
from careconsole.cli.session import Session
from careconsole.desk import program_files
from careconsole.desk.imports import batches
from careconsole.desk.imports.record import STANDARD_INPUT, record
from careconsole.desk.imports.report import Report
from careconsole.desk.text_files import written_file
from careconsole.domain.errors import RowsRejected, WrongUse
from careconsole.domain.imported_record import RejectedRecord
from careconsole.domain.terminal_text import display_text
from careconsole.intake import registry
from careconsole.intake.files.doubts import blocking
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.column_maps import STATUSES
from careconsole.intake.registry import Options, find, format_ids

if TYPE_CHECKING:
    from careconsole.present.json_types.imports import ImportEntry

_SHOWN = 5
_NAMED = 5
_LONG = 200
_OWN = {"auto": "import_auto", "careconsole": "import_dump"}
"""Kinds with a command of their own: the module of this package that defines it."""


class _Kinds(Section):
    """Finds the command of a kind without loading the readers of the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_OWN, "events", *(id for id in format_ids() if id not in _OWN and id != "events")]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        command = super().get_command(ctx, name)
        if command is not None or name not in self.list_commands(ctx):
            return command
        if name in _OWN:
            command = getattr(importlib.import_module(f"careconsole.cli.{_OWN[name]}"), name)
        else:
            command = _command_of(name)
        use_text_type(command)
        take_anywhere(command)
        return command


@click.group("import", cls=_Kinds)
def import_() -> None:
    """Import cases and their history from another system.

    \b
    Example:
      careconsole import events log.csv --map map.toml --dry-run
    """


def how(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that every import has, besides those of its kind."""
    for option in reversed(
        (
            click.option("--source", default="", metavar="NAME", help="The name of the system the files come from."),
            click.option("--dry-run", is_flag=True, help="Write nothing; show what would happen."),
            click.option("--strict", is_flag=True, help="Stop at the first rejected record."),
            click.option("--rejects", type=click.Path(), metavar="FILE", help="Write rejected records to FILE."),
            click.option("--force", is_flag=True, help="Replace the FILE of --rejects if it exists."),
            click.option("--quiet", is_flag=True, help="Print only errors and what import auto -y stops at; for cron."),
            JSON,
        )
    ):
        command = option(command)
    return command


FILES = click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")


@import_.command()
@FILES
@click.option(
    "--map", "map_", type=click.Path(), required=True, metavar="MAP", help="A TOML file that says what each column is."
)
@how
@click.pass_obj
def events(session: Session, /, files: tuple[str, ...], map_: str, source: str, **asked: Any) -> None:
    """Import an event log: CSV or JSON Lines, also gzip or zip; "-" reads standard input.

    The map says which column is the case, the time, the owner, the status; see docs/event-logs.md. Maps of two public
    logs are included (give their name as MAP: bpi2013-incidents, helpdesk-italian). Importing the same file again
    changes nothing; an interrupted import continues where it stopped.

    \b
    Examples:
      careconsole import events incidents.csv.gz --map bpi2013-incidents
      zcat log.jsonl.gz | careconsole import events - --map map.toml --source tracker --rejects rejects.jsonl
    """
    bring_in(session, "events", files, Options(map=_map_path(map_), source=source), **asked)


_ABOUT_FILES = {
    "map": click.option("--map", "map", type=click.Path(), metavar="MAP", help="A TOML file: what each field is."),
    "encoding": click.option("--encoding", default="", metavar="NAME", help="The encoding, if not UTF-8: cp1252, ..."),
    "zone": click.option(
        "--zone", default="", metavar="ZONE", help="The zone of times without one: Europe/Rome, +02:00, UTC."
    ),
    "day_first": click.option("--day-first/--month-first", default=None, help="How to read 03/04/2024."),
    "systems": click.option(
        "--system", "systems", multiple=True, metavar="NAME", help="An owner that is a system, not a person."
    ),
    "users": click.option(
        "--users", multiple=True, type=click.Path(), metavar="FILE", help="People and organisations."
    ),
    "columns": click.option(
        "--column", "columns", multiple=True, metavar="OURS=THEIRS", help="What a column is: case=Ticket."
    ),
    "statuses": click.option(
        "--status", "statuses", multiple=True, metavar="THEIRS=OURS", help="What a status means: 'On ice=parked'."
    ),
}
"""Options that describe the files, by their fields in `intake.registry.Options`."""


def _what(takes: tuple[str, ...]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Adds the options that a kind's reader takes."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for name in reversed([name for name in _ABOUT_FILES if name in takes]):
            command = _ABOUT_FILES[name](command)
        return command

    return decorate


def _command_of(id: str) -> click.Command:
    """Returns the command that imports files of the kind `id`."""
    kind = find(id)
    article, _, rest = kind.title.partition(" ")
    title = f"{article.lower()} {rest}" if article in ("A", "An") else kind.title
    example = {"csv": "cases.csv", "jsonl": "cases.jsonl"}.get(id, f"{id}.json")
    example += "" if kind.default_source else " --source oldtool"

    @click.command(
        id,
        short_help=f"{kind.title}.",
        help=f"Import {'from ' if kind.default_source else ''}{title}. {kind.shape}\n\n"
        'Several files are one import; gzip and zip are unpacked, and "-" reads standard input. Importing the same'
        " files again changes nothing, a later export of the same cases adds what is new, and an interrupted import"
        f" continues where it stopped. careconsole help imports/{id} shows what becomes of each field.\n\n"
        f"\b\nExample:\n  careconsole import {id} {example} --dry-run",
    )
    @FILES
    @_what(kind.takes)
    @how
    @click.pass_obj
    def command(session: Session, /, files: tuple[str, ...], source: str, **asked: Any) -> None:
        given = {name: asked.pop(name) for name in kind.takes}
        if given.get("map") is not None and "columns" not in given:
            given["map"] = _map_path(given["map"], "presets")
        if "columns" in given:
            given["columns"] = tuple(map(column_said, given["columns"]))
        if "statuses" in given:
            given["statuses"] = tuple(map(status_said, given["statuses"]))
        bring_in(session, id, files, Options(source=source, **given), **asked)

    return command


def column_said(text: str) -> tuple[str, str]:
    """Our name and the column, from the --column option; no column ("owner=") where there is none. Raises WrongUse."""
    ours, equals, theirs = text.partition("=")
    if not (ours.strip() and equals):
        raise WrongUse(
            f"{text!r} does not say what a column is.",
            "For example: --column case=Ticket, or --column owner= for none.",
        )
    return ours.strip(), theirs


def status_said(text: str) -> tuple[str, str]:
    """The value and what it means, from the --status option. Raises WrongUse."""
    theirs, equals, ours = (part.strip() for part in text.rpartition("="))
    if not (theirs and equals) or ours.lower() not in STATUSES:
        raise WrongUse(f"--status {text!r} does not say what a status means.", f"After = put {', '.join(STATUSES)}.")
    return theirs, ours.lower()


def bring_in(
    session: Session,
    id: str,
    files: Sequence[str],
    options: Options,
    *,
    dry_run: bool = False,
    strict: bool = False,
    rejects: str | None = None,
    force: bool = False,
    quiet: bool = False,
    as_json: bool = False,
    put_done: Callable[[ImportEntry], None] = put_json,
) -> None:
    """Imports files of the kind `id` and prints what was new. Raises RowsRejected if a record was rejected.

    With `as_json` the report goes to `put_done` instead; with `quiet` only blocking doubts and rejects are printed.
    """
    only_with("--rejects", rejects, force=force)
    kind = registry.find(id)
    source = registry.source_name(id, options)
    if not source:
        source = registry.source(id, options, batches.sources(session.asking()))
    desk = session.working()
    seen, count = ReadReport(), 0

    def counting(taken: int, records: int) -> None:
        nonlocal count
        count = records
        if on_progress is not None:
            on_progress(taken, records)

    kept = (*files, *options.users, *([options.map] if options.map else []), session.place())
    # A dry run writes nothing, not even rejects.
    with (
        kept_pipes((*files, *options.users)) as copies,
        _rejects(None if dry_run else rejects, registry.record_unit(id), *kept, force=force) as on_reject,
        progress_of(() if quiet else files) as on_progress,
        closing(registry.read(id, *_copied(files, options, copies), seen, counting)) as lines,
    ):
        report = record(
            desk,
            lines,
            source=source,
            file=_together(files),
            dry_run=dry_run,
            strict=strict,
            ranked=kind.ranked,
            on_reject=on_reject,
        )
    if as_json:
        from careconsole.cli.doubts import doubt_entries  # most imports need neither
        from careconsole.present.json_types.imports import ImportEntry

        counts = msgspec.structs.asdict(report)
        del counts["examples_elsewhere"]
        doubts = doubt_entries(seen.listed(), kind.takes, options.accept)
        counts |= {"records": count, "source": source, "dry_run": dry_run}
        put_done(ImportEntry(**counts, doubts=doubts, notices=[*seen.remarks(), *report.remarks(dry_run)]))
    else:
        for notice in [doubt.text for doubt in blocking(seen.listed(), options.accept)] if quiet else seen.notices():
            say(notice)
        if not quiet:
            people = batches.new_people(desk, report.batch, _NAMED) if report.batch is not None else []
            _put_report(report, count, dry_run, people)
    if report.rejected:
        held = "were imported"
        if not report.new_cases and not report.changed_cases:
            held = "had nothing new"
        elif dry_run:
            held = "would be imported"
        rejected = "1 record was" if report.rejected == 1 else f"{report.rejected} records were"
        raise RowsRejected(f"{rejected} rejected; the others {held}.{_where(report, rejects, dry_run)}")


def _where(report: Report, rejects: str | None, dry_run: bool) -> str:
    if rejects:
        return f" A dry run writes nothing to {rejects}." if dry_run else f" They are in {rejects}."
    if report.batch is not None:
        return f" See them: careconsole batch show {report.batch} --rejects; or keep all with --rejects FILE."
    return " Keep them with --rejects FILE."


def _copied(files: Sequence[str], options: Options, copies: Mapping[str, str]) -> tuple[list[registry.File], Options]:
    """Returns the files and options with copies in place of pipes."""
    users = tuple(copies[file] for file in options.users)
    return [copies[file] for file in files], msgspec.structs.replace(options, users=users)


def _together(files: Sequence[str]) -> str:
    """Returns the name by which a killed import of the same files is resumed; one of a pipe never is."""
    if STANDARD_INPUT in files or any(map(is_pipe, files)):
        return STANDARD_INPUT
    return ", ".join(_as_text(os.path.abspath(file)) for file in files)


def _map_path(name: str, folder: str = "maps") -> str:
    """Returns the path of a map, given as a path or as the name of one shipped in `folder` of db."""
    if os.path.exists(name) or os.sep in name or name.endswith(".toml"):
        return name
    return program_files.map_path(folder, name)


def _as_text(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")  # a file name need not be valid UTF-8


@contextmanager
def _rejects(path: str | None, counted: str, *kept: str, force: bool = False) -> Iterator[Any]:
    """Yields a function that writes a reject to the file `path`, or without a path prints the first few.

    `counted` is what numbers count: "line" or "record". Raises WrongUse if `path` is one of `kept`, or if it exists and
    `force` is not set.
    """
    told = 0

    def tell(reject: RejectedRecord) -> None:
        nonlocal told
        told += 1
        if told <= _SHOWN:
            place = f"{reject.file}, {counted} {reject.line}" if reject.file else f"{counted} {reject.line}"
            say(": ".join(filter(None, (place, reject.field, reject.reason))))
        elif told == _SHOWN + 1:
            say("... more records were rejected; keep all with --rejects FILE.")

    if path is None:
        yield tell
        return
    for other in kept:
        if os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other):
            raise WrongUse(f"--rejects would overwrite {other}.", "Give another file.")
    with written_file(path, replace=force, keep=True) as file:
        yield lambda reject: print(safe_json(msgspec.json.encode(_sayable(reject)).decode()), file=file, flush=True)


def _sayable(reject: RejectedRecord) -> RejectedRecord:
    """Returns the reject with its file's name as valid text."""
    return msgspec.structs.replace(reject, file=_as_text(reject.file)) if reject.file else reject


def progress_of(
    files: Sequence[str], doing: str = "Importing"
) -> AbstractContextManager[Callable[[int, int], None] | None]:
    """Returns a progress bar on a terminal, for files whose size is known; otherwise a context that yields None."""
    if not files or not sys.stderr.isatty() or not all(map(os.path.isfile, files)):
        return nullcontext()
    from careconsole.cli.terminal import import_bar

    return import_bar(files, doing)


def _put_report(report: Report, records: int, dry_run: bool, people: Sequence[str]) -> None:
    """Prints what was new; `people` are the names of the first new people."""
    read = _count(records, "record")
    if report.resumed:
        again = "would be" if dry_run else "was"
        say(f"An earlier import of the same files was interrupted; it {again} continued where it stopped.")
    if not report.new_cases and not report.changed_cases:
        known = _count(report.unchanged_cases, "case")
        put(f"Nothing new in {read}: {known} already known, 0 new, 0 changed.")
        return
    would = "would be " if dry_run else ""
    put(
        f"{read}, {_count(report.new_events, 'event')}: {_count(report.new_cases, 'case')} {would}new,"
        f" {report.changed_cases} {would}changed, {report.unchanged_cases} unchanged."
    )
    if report.new_people or report.new_customers:
        more = ", ..." if report.new_people > len(people) else ""
        names = f": {display_text(', '.join(people), _LONG)}{more}" if people else ""
        persons = f"{_count(report.new_people, 'person', 'people')} (inactive{names})"
        put(f"{persons} and {_count(report.new_customers, 'customer')} {would}new.")
    for remark in report.remarks(dry_run):
        put(display_text(remark, _LONG * 4))
    if report.late_events:
        put(
            f"{_count(report.late_events, 'event is', 'events are')} for cases that people here have worked on. In the"
            " history, messages count, changes of state do not."
        )
    if report.conflicts:
        see = f" List them: careconsole batch show {report.batch}." if report.batch is not None else ""
        one = report.conflicts == 1
        differ = "differs from the source and stays as it is" if one else "differ from the source and stay as they are"
        put(f"{report.conflicts} of these cases {differ} here.{see}")
    if report.batch is not None:
        say(f"Batch {report.batch}. To undo this import: careconsole batch rollback {report.batch}")


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"
