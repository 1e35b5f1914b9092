"""Escalation paths on the command line."""

from __future__ import annotations

import click

from careconsole.cli.arguments import JSON, any_moment, one_case, read_file
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, put_text, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk import Desk, program_files
from careconsole.desk.team import escalation_paths as escalation
from careconsole.domain.case.escalation_paths import Path, Paths, call_words
from careconsole.domain.errors import WrongUse
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import iso, local, write_span
from careconsole.present.escalation_paths import end_words, for_words, nobody_words
from careconsole.present.json_types.settings import (
    CalledEntry,
    PathEntry,
    PathsChangeEntry,
    StepEntry,
    TriedEntry,
    WhoEntry,
)


@click.group(cls=Section)
def path() -> None:
    """Manage escalation paths: who is called, step by step, when nobody answers.

    \b
    Example:
      careconsole path try 12
    """


@path.command("show")
@click.option("--text", "as_text", is_flag=True, help="Print the text that was set, to edit and set again.")
@JSON
@click.pass_obj
def show(session: Session, as_text: bool, as_json: bool) -> None:
    """Show the paths in the order in which they are tried, with their steps.

    \b
    Example:
      careconsole path show
    """
    if as_text and as_json:
        raise WrongUse("--text and --json cannot be combined.", "Choose one of them.")
    desk = session.asking()
    if as_text:
        put_text(escalation.text(desk))
        return
    found, roster = escalation.paths(desk), desk.roster()
    if as_json:
        put_json([_entry(one, roster) for one in found.paths])
        return
    put_report(("Path", "For", "Step", "Calls", "Acknowledge"), rows_of(found, roster))
    if not escalation.are_set(desk):
        say("The team has set none; these are the defaults. To start: careconsole path template.")
    if left := escalation.gone(desk):
        say(f"Left the team, so no longer called: {', '.join(map(display_text, left))}.")


@path.command("set")
@click.argument("file", type=click.Path(allow_dash=True))
@JSON
@click.pass_obj
def set_(session: Session, file: str, as_json: bool) -> None:
    """Set the paths from a file ("-": standard input). Only a lead can do this.

    \b
    Example:
      careconsole path template | careconsole path set -
    """
    desk = session.working()
    read = escalation.set_paths(desk, read_file(file, "the escalation paths"))
    _put_read(desk, read, f"Set: {_counted(read)}. To try them: careconsole path try CASE.", as_json)


@path.command("check")
@click.argument("file", type=click.Path(allow_dash=True))
@JSON
@click.pass_obj
def check(session: Session, file: str, as_json: bool) -> None:
    """Check whether a file of paths can be set; if not, say what is wrong in which line.

    \b
    Example:
      careconsole path template | careconsole path check -
    """
    desk = session.asking()
    read = escalation.check(desk, read_file(file, "the escalation paths"))
    _put_read(desk, read, f"Valid: {_counted(read)}.", as_json)


@path.command("template")
def template() -> None:
    """Print paths to start from, with comments on everything that can be set.

    \b
    Example:
      careconsole path template > paths.toml
    """
    put(program_files.template("path").rstrip("\n"))


@path.command("try")
@click.argument("case")
@click.option("--at", metavar="TIME", help="As if called at this time.")
@click.option("--cause", default="", metavar="LABEL", help="As if the case had this cause.")
@JSON
@click.pass_obj
def try_(session: Session, case: str, at: str | None, cause: str, as_json: bool) -> None:
    """Show who would be called about a case, and when, if nobody answered. Changes nothing.

    \b
    Example:
      careconsole path try 12 --at "2026-12-26T03:00+01:00"
    """
    desk = session.asking()
    now = desk.now()
    tried = escalation.try_path(desk, one_case(case, desk), any_moment(at, now), cause, onward=True)
    if as_json:
        put_json(
            TriedEntry(
                case=tried.case,
                path=tried.path.name,
                called_now=tried.open or None,
                steps=[
                    CalledEntry(
                        level=step.level,
                        name=step.name,
                        at=iso(step.at),
                        acknowledge_by=iso(step.acknowledge_by),
                        attempt=step.attempt + 1,
                        who=[WhoEntry(name=name, role=how or None) for name, how in step.who],
                    )
                    for step in tried.steps
                ],
            )
        )
        return
    put(f"Case {tried.case} follows the path {display_text(tried.path.name)}.")
    if tried.open:
        say(f"{display_text(tried.open)} is called now; these are the next steps.")
    rows = [
        (
            local(step.at, now),
            f"{step.level} {step.name}" + (", once more" if step.attempt else ""),
            ", ".join(f"{name} ({how})" if how else name for name, how in step.who),
            local(step.acknowledge_by, now),
        )
        for step in tried.steps
    ]
    if not rows:
        say(nobody_words(tried))
        return
    put_report(("When", "Step", "Who is called", "Acknowledge by"), rows)
    say(f"After that, {end_words(tried)}.")


def rows_of(paths: Paths, roster: Roster) -> list[tuple[str, ...]]:
    """Returns a row for each step of all paths; the path's name and what it is for are in its first row only."""
    rows: list[tuple[str, ...]] = []
    for one in paths.paths:
        for number, step in enumerate(one.steps):
            head = (one.name, for_words(one)) if number == 0 else ("", "")
            again = f", {step.repeat + 1} times" if step.repeat else ""
            span = write_span(step.acknowledge) if step.acknowledge else "service level"
            rows.append((*head, step.name, call_words(step, roster) + again, span))
    return rows


def _counted(paths: Paths) -> str:
    names = ", ".join(display_text(path.name) for path in paths.paths)
    return f"{len(paths.paths)} {'path' if len(paths.paths) == 1 else 'paths'} ({names})"


def _entry(path: Path, roster: Roster) -> PathEntry:
    return PathEntry(
        name=path.name,
        tags=list(path.tags),
        tiers=list(path.tiers),
        priorities=list(path.priorities),
        causes=list(path.causes),
        steps=[
            StepEntry(
                level=level,
                name=step.name,
                call=[word if isinstance(word, str) else roster.name(word) for word in step.call],
                acknowledge_seconds=step.acknowledge // 1000 or None,
                repeat=step.repeat,
            )
            for level, step in enumerate(path.steps, start=1)
        ],
    )


def _put_read(desk: Desk, read: Paths, words: str, as_json: bool) -> None:
    """Prints paths that were set or checked: `words` and the remarks on them, or all of them as JSON."""
    remarks = escalation.remarks(desk, read)
    if as_json:
        roster = desk.roster()
        put_json(PathsChangeEntry(paths=[_entry(one, roster) for one in read.paths], remarks=remarks))
        return
    say(words)
    for remark in remarks:
        say(remark)
