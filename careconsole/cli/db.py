"""The database on the command line."""

from __future__ import annotations

from shlex import quote

import click
import msgspec

from careconsole.cli.arguments import JSON
from careconsole.cli.db_login import login
from careconsole.cli.groups import Section
from careconsole.cli.output import count_words, path_text, put, put_copied, put_json, put_path, put_problems, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.database import maintenance
from careconsole.desk.database.environment import database_path, now_ms, on_server
from careconsole.desk.database.opening import OnStandardError
from careconsole.domain.counting import counted
from careconsole.domain.errors import CareError
from careconsole.domain.sizes import size_words
from careconsole.domain.terminal_text import display_text
from careconsole.present.json_types.database import (
    BackupEntry,
    CheckEntry,
    InfoEntry,
    MovedEntry,
    RestoredEntry,
    SharedEntry,
    TidiedEntry,
)


@click.group(cls=Section)
def db() -> None:
    """Manage the database: information, damage check, backups, and sharing it.

    \b
    Example:
      careconsole db check
    """


db.add_command(login)


@db.command()
@JSON
@click.pass_obj
def info(session: Session, as_json: bool) -> None:
    """Show where the database is, its size, the version of SQLite or of the server, and warnings.

    \b
    Example:
      careconsole db info
    """
    read = maintenance.info(session.asking())
    found = msgspec.to_builtins(msgspec.structs.replace(read, path=path_text(read.path)))
    if as_json:
        put_json(InfoEntry(**found))
        return
    warnings = found.pop("warnings")
    put_report(("", ""), [(name.replace("_", " "), str(v)) for name, v in found.items() if v is not None])
    for warning in warnings:
        say(f"! {warning}")


@db.command()
@click.option("--expect", metavar="HEAD", help="A head printed earlier: what was stored then must be unchanged.")
@JSON
@click.pass_obj
def check(session: Session, expect: str | None, as_json: bool) -> None:
    """Check the file or the server's data, the tables, every value and every history for damage and tampering.

    At the end it prints the head of the database: a digest of all histories and logs up to now. Keep it somewhere else;
    with --expect, a later check shows whether anything stored before it has been changed.

    \b
    Examples:
      careconsole db check
      careconsole db check --expect 812-340-12-5f0c2b7e9a4d4c1f8e6b3a2d1c0f9e8d
    """
    desk = session.opened()
    report = maintenance.check(desk, expect)
    problems = report.problems
    warnings = [*report.warnings, *maintenance.warnings(desk)]
    if as_json:
        put_json(CheckEntry(problems=list(problems), warnings=list(warnings), head=report.head or None))
    else:
        if report.head:
            put(report.head)
        for problem in problems:
            put(display_text(problem))
        for warning in warnings:
            say(f"! {warning}")
    if problems:
        what = "database" if on_server(desk.place) else "file"
        raise CareError("The database is damaged.", f"Keep the {what}, and restore a backup: careconsole db restore.")
    say("No damage found.")


@db.command()
@click.argument("target", type=click.Path(dir_okay=False))
@click.option("--quiet", is_flag=True, help="Print only what went wrong; for cron.")
@JSON
@click.pass_obj
def backup(session: Session, target: str, quiet: bool, as_json: bool) -> None:
    """Write a checked copy to TARGET; others can keep working meanwhile.

    The contents of attached files are copied to the folder TARGET.files beside it. Of a database on a server, pg_dump
    makes the copy, with the contents in it.

    \b
    Examples:
      careconsole db backup /backup/shop-2026-11-24.db
      careconsole db backup --quiet "/backup/shop-$(date +%F).db"
    """
    done = maintenance.backup(session.asking(), target)
    copied = done.files
    if as_json:
        put_json(
            BackupEntry(
                path=path_text(target),
                bytes=done.bytes,
                files=copied.count,
                files_bytes=copied.bytes,
                warnings=list(copied.problems),
            )
        )
        return
    if quiet:
        put_problems(copied)
        return
    put_path(target)
    say(f"{done.bytes:,} bytes, checked.")
    put_copied(copied, target if on_server(session.place()) else f"{target}.files")


@db.command()
@click.argument("copy", type=click.Path(dir_okay=False))
@JSON
@click.pass_obj
def restore(session: Session, copy: str, as_json: bool) -> None:
    """Replace the database with the backup COPY; the present database is kept beside it.

    Attached files come from the folder COPY.files beside it; the contents of the present ones stay until db tidy.

    A database on a server must be new and empty: nothing there is ever replaced.

    COPY can also be a file that the team has moved away from, when the database it moved to is lost.

    Anyone with write access to the file can do this; the journal records who, from which machine and login.

    \b
    Example:
      careconsole db restore /backup/shop-2026-11-24.db
    """
    place = session.place()
    done = maintenance.restore(place, copy, session.name, own_folder=session.db is None)
    if as_json:
        kept = None if done.kept is None else path_text(done.kept)
        put_json(
            RestoredEntry(
                database=path_text(place),
                kept=kept,
                by=done.by or None,
                files=done.files.count,
                warnings=list(done.files.problems),
            )
        )
        return
    put_path(place)
    put_copied(done.files, place if on_server(place) else f"{place}.files")
    if done.kept is not None:
        which = "" if session.db is None else f"--db {quote(place)} "
        say(f"The previous database is kept. To go back to it: careconsole {which}db restore {quote(done.kept)}")
    say(f"Recorded in the journal{f', as done by {display_text(done.by)}' if done.by else ''}.")


@db.command()
@click.argument("target", type=click.Path(dir_okay=False, readable=False))
@click.option("--dry-run", is_flag=True, help="Copy and compare everything, and keep nothing.")
@JSON
@click.pass_obj
def move(session: Session, target: str, dry_run: bool, as_json: bool) -> None:
    """Move the team to TARGET: from a file to a database on a PostgreSQL server, or from there to a new file.

    Everybody quits the console first. Everything is copied with its numbers and compared; then the old database says
    where the team has gone, and opens no more. If the move is interrupted, give the same command again.

    If the new database is ever lost for good, db restore makes another from the old file, as it was before the move.

    \b
    Examples:
      careconsole --db shop.db db move postgresql://db.example/care --dry-run
      careconsole --db postgresql://db.example/care db move shop.db
    """
    from careconsole.desk.database.moving import move_to

    place, target = session.place(), database_path(target)
    done = move_to(place, target, now_ms, OnStandardError(), dry_run=dry_run)
    kept = None if done.kept is None else path_text(done.kept)
    if as_json:
        put_json(
            MovedEntry(
                old=path_text(place),
                database=path_text(target),
                rows=done.rows,
                files=done.files.count,
                kept=kept,
                dry_run=dry_run,
                finished=done.finished,
                warnings=list(done.files.problems),
            )
        )
        return
    put_path(target)
    if done.finished:
        say("The move is finished: the team works there now.")
        return
    cases, events = done.rows["cases"], done.rows["events"]
    say(f"Copied and compared: {counted(cases, 'case')}, {counted(events, 'event')}, and everything else.")
    if dry_run:
        say("Nothing was kept.")
        return
    put_copied(done.files, target)
    if done.kept is not None:
        say(f"The file that was there is kept: {kept}")
    say(f"The team works there now. On every machine: export CARECONSOLE_DB={quote(target)}")


@db.command()
@JSON
@click.pass_obj
def tidy(session: Session, as_json: bool) -> None:
    """As a lead, remove the contents of files that no case needs, because attaching them was undone.

    What was stored in the last hour stays. A removed content is gone; redo cannot bring it back.

    \b
    Example:
      careconsole db tidy
    """
    count, size = maintenance.tidy(session.working())
    if as_json:
        put_json(TidiedEntry(files=count, bytes=size))
        return
    if not count:
        say("Nothing to remove: every content is needed, or less than an hour old.")
        return
    say(f"Removed {count_words(count)}, {size_words(size)}.")


@db.command()
@click.argument("group")
@JSON
@click.pass_obj
def share(session: Session, group: str, as_json: bool) -> None:
    """Let all members of GROUP work on the database: its folder gets mode 2770, the file 0660.

    Only the owner of the database or the administrator can do this.

    \b
    Example:
      careconsole db share support
    """
    place = session.asking().place
    maintenance.share(place, group)
    problems = maintenance.sharing_problems(place)
    if as_json:
        put_json(SharedEntry(database=path_text(place), group=group, warnings=list(problems)))
        return
    for problem in problems:
        say(f"! {problem}")
    say(f"All members of the group {group} can work on {place}.")
