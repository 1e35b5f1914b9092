"""The duty rota on the command line, and who is on duty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from careconsole.cli.arguments import JSON, moment, read_file
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, put_text, safe_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.desk.database.opening import is_there
from careconsole.desk.team import rota as duties
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import format_span, future, iso, local, parse_end
from careconsole.present.json_types.team import (
    DutyEntry,
    GivenDutyEntry,
    NextDutyEntry,
    RotaChangeEntry,
    RotaEntry,
    RotaTurnEntry,
)
from careconsole.present.json_views import iso_or_none, name_or_none
from careconsole.present.rota import duty_words, elsewhere, given_words, instead

if TYPE_CHECKING:
    from careconsole.desk.team.rota import CheckedRota, DutyGiven, OnDuty
    from careconsole.domain.team.roster import Roster
    from careconsole.domain.team.rota import DutyInterval, Rota

_WHAT = "the turns of a rota"
_DAYS = 14


@click.group("rota", cls=Section)
def rota() -> None:
    """Manage the duty rota: which lead is responsible for unassigned cases, and when.

    \b
    Example:
      careconsole team rota show
    """


@rota.command("show")
@click.option("--days", type=click.IntRange(1, 366), metavar="N", help=f"Days to show. Default: {_DAYS}.")
@click.option("--text", "as_text", is_flag=True, help="Print the text that was set, to edit and set again.")
@JSON
@click.pass_obj
def show(session: Session, days: int | None, as_text: bool, as_json: bool) -> None:
    """Show who is on duty in the next days, and which people in the rota cannot be.

    \b
    Example:
      careconsole team rota show --days 7
    """
    if as_text and as_json:
        raise WrongUse("--text and --json cannot be combined.", "Choose one of them.")
    if as_text and days is not None:
        raise WrongUse("--text is the whole text that was set, whatever the days.", "Leave --days out.")
    days = days or _DAYS
    desk = session.asking()
    held, now, roster = duties.current_rota(desk), desk.now(), desk.roster()
    remarks = duties.remarks(desk, held) if held is not None else []
    if as_text:
        put_text(duties.text(desk) or "")
    turns = duties.turns(desk, days)
    if as_json:
        entries = [_turn_entry(desk, held, turn, roster) for turn in turns if held is not None]
        put_json(RotaEntry(zone=held.zone if held is not None else None, turns=entries, remarks=remarks))
        return
    if held is None:
        say("There is no rota. To start: careconsole team rota template.")
        _tell_duty(duties.on_duty(desk), roster, now)
        return
    if not as_text:
        rows = []
        for begins, until, lead in turns:
            who = _lead_words(desk, begins, lead, roster, by_exception=held.exception_at(begins) is not None)
            rows.append((local(begins, now), local(until, now), format_span(until - begins), who))
        put_report(("From", "Until", "For", "On duty"), rows, right=(2,))
        if zone := elsewhere(held, (begins for begins, _, _ in turns)):
            say(zone)
    for remark in remarks:
        say(remark)


def _turn_entry(desk: Desk, held: Rota, turn: DutyInterval, roster: Roster) -> RotaTurnEntry:
    begins, until, lead = turn
    then = _expected(desk, begins)
    return RotaTurnEntry(
        begins=iso(begins),
        until=iso(until),
        rota=name_or_none(lead, roster),
        exception=held.exception_at(begins) is not None,
        on_duty=name_or_none(then.lead_on_duty(), roster),
        acts=name_or_none(then.on_duty(), roster),
    )


def _lead_words(desk: Desk, begins: int, lead: int | None, roster: Roster, *, by_exception: bool) -> str:
    """Names the lead on duty: in parentheses where the rota has a gap, with a reason where its own lead is not."""
    then = _expected(desk, begins)
    on_duty, name = then.lead_on_duty(), then.name_on_duty()
    by = ", by exception" if by_exception else ""
    return f"({name})" if lead is None else f"{name}{by}{instead(lead, on_duty, roster)}"


def _expected(desk: Desk, moment: int) -> Roster:
    return desk.read(lambda unit: duties.expected_roster(unit, moment))


@rota.command("set")
@click.argument("file", type=click.Path(allow_dash=True))
@JSON
@click.pass_obj
def set_(session: Session, file: str, as_json: bool) -> None:
    """Set the rota from a file ("-": standard input), starting now. Only a lead can do this.

    \b
    Example:
      careconsole team rota template | careconsole team rota set -
    """
    desk = session.working()
    read = duties.set_rota(desk, read_file(file, _WHAT))
    if as_json:
        _put_change(read.rota, read.remarks, _duty_entry(duties.on_duty(desk), desk.roster()))
        return
    say(f"Rota set: {_counted(read)}.")
    for remark in read.remarks:
        say(remark)
    _tell_duty(duties.on_duty(desk), desk.roster(), desk.now())


@rota.command("check")
@click.argument("file", type=click.Path(allow_dash=True))
@JSON
@click.pass_obj
def check(session: Session, file: str, as_json: bool) -> None:
    """Check whether a file can be set as the rota; if not, say what is wrong in which line.

    \b
    Example:
      careconsole team rota template | careconsole team rota check -
    """
    read = duties.check(session.asking(), read_file(file, _WHAT))
    if as_json:
        _put_change(read.rota, read.remarks, None)
        return
    say(f"Valid: {_counted(read)}.")
    for remark in read.remarks:
        say(remark)


def _counted(read: CheckedRota) -> str:
    counts = ((len(read.rota.week), "turn", " a week"), (len(read.rota.exceptions), "exception", ""))
    return ", ".join(f"{n:,} {word}{'' if n == 1 else 's'}{after}" for n, word, after in counts if n)


@rota.command("template")
@click.pass_obj
def template(session: Session) -> None:
    """Print a rota to start from, with comments on everything that can be set, for the team's own leads.

    \b
    Example:
      careconsole team rota template > rota.toml
    """
    desk = session.asking() if is_there(session.place()) else None
    put(safe_json(duties.template(desk).rstrip("\n")))


@rota.command("clear")
@JSON
@click.pass_obj
def clear(session: Session, as_json: bool) -> None:
    """Remove the rota: one lead is on duty until another is named. Only a lead can do this.

    \b
    Example:
      careconsole team rota clear
    """
    desk = session.working()
    duties.clear(desk)
    if as_json:
        _put_change(None, [], _duty_entry(duties.on_duty(desk), desk.roster()))
        return
    say("The rota is removed.")
    _tell_duty(duties.on_duty(desk), desk.roster(), desk.now())


@click.command()
@click.argument("name", required=False)
@click.option("--from", "begins", metavar="TIME", help="Start of duty. Default: now.")
@click.option("--until", metavar="TIME", help="End of duty. Default: the rota's next change.")
@click.option("--gaps", is_flag=True, help="Only for times when the rota names nobody.")
@JSON
@click.pass_obj
def duty(session: Session, name: str | None, begins: str | None, until: str | None, gaps: bool, as_json: bool) -> None:
    """Put a lead on duty: they are responsible for unassigned cases. Without a name, show who is on duty.

    If there is a rota, this is an exception to it: until its next change, or between the times given.

    \b
    Example:
      careconsole team duty Dora
      careconsole team duty Dora --from "tomorrow 14:00" --until 18:00
      careconsole team duty
    """
    if name is None:
        if begins or until or gaps:
            raise WrongUse("The lead who is on duty then is missing.", "Name a lead: careconsole team duty NAME.")
        desk = session.asking()
        found, roster = duties.on_duty(desk), desk.roster()
        if as_json:
            put_json(_duty_entry(found, roster))
        else:
            put(display_text(duty_words(found, roster, desk.now())))
        return
    desk = session.working()
    now = desk.now()
    start = moment(begins, now) if begins is not None else None
    end = future(parse_end(until, start, now), now, "That time") if until is not None else None
    given = duties.give_duty(desk, name, start, end, gaps=gaps)
    if as_json:
        put_json(_duty_entry(duties.on_duty(desk), desk.roster(), given))
        return
    roster = desk.roster().expected(now if given.begins is None else given.begins, now)
    say(given_words(given.person.number, roster, _when(given, now, ruled=duties.current_rota(desk) is not None)))


def _when(given: DutyGiven, now: int, ruled: bool) -> str:
    if given.begins is not None and given.until is not None:
        return f" from {local(given.begins, now)} until {local(given.until, now)}"
    if given.until is not None:
        return f" until {local(given.until, now)}; then the rota applies again"
    return " when the rota names nobody" if ruled else ""


def _duty_entry(found: OnDuty, roster: Roster, given: DutyGiven | None = None) -> DutyEntry:
    following = (
        NextDutyEntry(lead=name_or_none(found.next_lead, roster), acts=name_or_none(found.next_acting, roster))
        if found.until is not None
        else None
    )
    return DutyEntry(
        lead=name_or_none(found.lead, roster),
        acts=name_or_none(found.acting, roster),
        until=iso_or_none(found.until),
        next=following,
        given=None
        if given is None
        else GivenDutyEntry(name=given.person.name, begins=iso_or_none(given.begins), until=iso_or_none(given.until)),
    )


def _put_change(rota: Rota | None, remarks: list[str], duty: DutyEntry | None) -> None:
    """Prints a rota that was set, checked or removed (None) as JSON."""
    put_json(
        RotaChangeEntry(
            zone=rota.zone if rota is not None else None,
            turns=len(rota.week) if rota is not None else 0,
            exceptions=len(rota.exceptions) if rota is not None else 0,
            remarks=remarks,
            duty=duty,
        )
    )


def _tell_duty(found: OnDuty, roster: Roster, now: int) -> None:
    say(duty_words(found, roster, now))
