"""Service levels and calendars on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from careconsole.cli.arguments import JSON, read_file
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, put_text, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk import program_files
from careconsole.desk.team import service_levels as levels
from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.service_levels import SPANS
from careconsole.domain.terminal_text import display_text
from careconsole.present.json_types.settings import DayEntry, LevelEntry, ServiceChangeEntry

if TYPE_CHECKING:
    from careconsole.desk.team.service_levels import Changed
    from careconsole.domain.time.service_levels import Level


@click.group(cls=Section)
def service() -> None:
    """Manage service levels: how long things may take, for which customers and priorities, and by which calendar.

    \b
    Example:
      careconsole service template
    """


@service.command("show")
@JSON
@click.pass_obj
def show_service(session: Session, as_json: bool) -> None:
    """Show the levels and calendars in force, as they were set.

    \b
    Example:
      careconsole service show
    """
    desk = session.asking()
    if as_json:
        put_json([_level_entry(level) for level in levels.service(desk).levels])
        return
    put_text(levels.text(desk))
    if not levels.are_set(desk):
        say("The team has set none; these are the defaults. To start: careconsole service template.")


@service.command("set")
@click.argument("file", type=click.Path(allow_dash=True))
@JSON
@click.pass_obj
def set_service(session: Session, file: str, as_json: bool) -> None:
    """Set levels and calendars from a file ("-": standard input), at once for all open cases. Only a lead can.

    \b
    Example:
      careconsole service template | careconsole service set -
    """
    changed = levels.set_service(session.working(), read_file(file, "the service levels"))
    if as_json:
        _put_change(changed.service.levels, changed)
        return
    _tell(changed)


@service.command("check")
@click.argument("file", type=click.Path(allow_dash=True))
@JSON
@click.pass_obj
def check(session: Session, file: str, as_json: bool) -> None:
    """Check whether a file of levels and calendars can be set; if not, say what is wrong in which line.

    \b
    Example:
      careconsole service template | careconsole service check -
    """
    read = levels.check(session.asking(), read_file(file, "the service levels"))
    if as_json:
        _put_change(read.levels)
        return
    count = len(read.levels)
    say(f"Valid: {count} {'level' if count == 1 else 'levels'} ({', '.join(x.name for x in read.levels)}).")


@service.command("template")
def template() -> None:
    """Print levels to start from, with comments on everything that can be set.

    \b
    Example:
      careconsole service template > service.toml
    """
    put(program_files.template("service").rstrip("\n"))


@click.group(cls=Section)
def calendar() -> None:
    """Manage calendars: when the team is open, which service levels count by.

    \b
    Example:
      careconsole calendar show always
    """


@calendar.command("show")
@click.argument("name")
@click.option("--day", metavar="DATE", help="The first day to show. Default: today.")
@JSON
@click.pass_obj
def show_calendar(session: Session, name: str, day: str | None, as_json: bool) -> None:
    """Show the hours of seven days, and which of them are holidays or closed.

    \b
    Example:
      careconsole calendar show always --day 2026-12-21
    """
    desk = session.asking()
    try:
        first = date.fromisoformat(day) if day else datetime.fromtimestamp(desk.now() / 1000, UTC).astimezone().date()
        date(first.year + 1, 1, 1)  # the week may reach into the next year, which must be valid, too
    except ValueError:
        raise WrongUse(f"{day!r} is not a date.", "Write it like 2026-12-21.") from None
    found = levels.days(desk, name, first)
    if as_json:
        put_json(
            [DayEntry(day=d.day.isoformat(), hours=[str(hours) for hours in d.hours], why=d.why or None) for d in found]
        )
        return
    rows = [
        (f"{d.day:%a} {d.day.isoformat()}", ", ".join(str(hours) for hours in d.hours) or "closed", d.why)
        for d in found
    ]
    put(display_text(f"{name} ({levels.calendar(desk, name).zone})"))
    put_report(("Day", "Open", "Why"), rows)


@calendar.command("set")
@click.argument("name")
@click.argument("hours", nargs=-1, required=True)
@click.option("--zone", metavar="ZONE", help="The time zone of these hours, such as Europe/Berlin.")
@click.option("--holidays", multiple=True, metavar="CODE", help="A country's public holidays, such as DE; repeatable.")
@JSON
@click.pass_obj
def set_calendar(
    session: Session, name: str, hours: tuple[str, ...], zone: str | None, holidays: tuple[str, ...], as_json: bool
) -> None:
    """Set the HOURS of a calendar: days and their hours, in one or more parts. Only a lead can do this.

    Days that are not named are closed. Each service level names the calendar it uses.

    \b
    Example:
      careconsole calendar set shop "mon-fri 9:00-12:30,13:30-18:00" "sat 10:00-14:00" --zone Europe/Berlin
    """
    week: dict[str, str] = {}
    for piece in hours:
        days, _, spans = piece.strip().partition(" ")
        if not spans.strip() or days in week:
            hint = 'Write it like "mon-fri 9:00-17:00", each day once.'
            raise WrongUse(f"{piece!r} does not give hours for days.", hint)
        week[days] = spans.strip()
    changed = levels.set_calendar(session.working(), name, week, zone, [code.upper() for code in holidays] or None)
    if as_json:
        _put_change(changed.service.levels, changed)
        return
    _tell(changed)
    if not any(level.calendar == name for level in changed.service.levels):
        line = f'calendar = "{display_text(name, 60)}"'
        say(f"No service level uses it yet: add {line} to one (careconsole service show).")


def _tell(changed: Changed) -> None:
    names = ", ".join(level.name for level in changed.service.levels)
    some = f"{changed.cases:,} of {changed.open:,} open cases" if changed.open != 1 else "the open case"
    what = f"Due times change on {some}." if changed.cases else "No due times of open cases change."
    if changed.late:
        late = "it is" if changed.open == 1 else f"{changed.late:,} of them {'is' if changed.late == 1 else 'are'}"
        what = f"{what[:-1]}; {late} now late."
    say(f"Levels set: {names}. {what}")


def _level_entry(level: Level) -> LevelEntry:
    return LevelEntry(
        name=level.name,
        calendar=level.calendar,
        tiers=list(level.tiers),
        priorities=list(level.priorities),
        **{f"{key}_seconds": getattr(level, key) // 1000 for key in SPANS},
        stops={on: list(kinds) for on, kinds in level.stops.items()},
    )


def _put_change(levels: Iterable[Level], changed: Changed | None = None) -> None:
    """Prints levels that were set, with the effect on open cases, as JSON; without `changed`, levels only checked."""
    put_json(
        ServiceChangeEntry(
            levels=[_level_entry(level) for level in levels],
            open_cases=changed.open if changed is not None else None,
            changed_cases=changed.cases if changed is not None else None,
            late_cases=changed.late if changed is not None else None,
        )
    )
