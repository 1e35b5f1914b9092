"""Due times on the command line: every clock of a case, the agenda, and the promises."""

from __future__ import annotations

from typing import cast

import click

from careconsole.cli.arguments import JSON, one_case
from careconsole.cli.output import put, put_json, say, screen_width
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.queries import agenda as due
from careconsole.domain.case.clocks import AT_RISK, BREACHED
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import format_span, iso, local
from careconsole.present.clocks import (
    NO_CLOCK,
    arithmetic,
    clock_entry,
    clock_values,
    name_of,
    priority_words,
    spent_entry,
    spent_rows,
    state_words,
    when_words,
)
from careconsole.present.json_types.clocks import AgendaEntry, DueEntry, WhyEntry
from careconsole.present.json_views import name_or_none, promise_entry
from careconsole.present.promises import promise_text

_TONES = {BREACHED: "late", AT_RISK: "soon"}
"""The tones of the states of a clock."""


@click.command()
@click.argument("case")
@JSON
@click.pass_obj
def why(session: Session, case: str, as_json: bool) -> None:
    """Explain the due times of a case: every clock, whether it runs, is paused, was met or is overdue, and why.

    \b
    Example:
      careconsole why 12
    """
    desk = session.asking()
    found = due.why(desk, one_case(case, desk))
    for notice in found.notices:
        say(notice)
    now = found.now
    if as_json:
        put_json(
            WhyEntry(
                case=found.case.number,
                level=found.level.name,
                calendar=found.level.calendar,
                clocks=[clock_entry(clock, now) for clock in found.clocks],
                time=spent_entry(found.spent, found.roster),
                priority=priority_words(found.case, found.level, found.usual) or None,
            )
        )
        return
    put(display_text(f"Case {found.case.number}  {found.case.subject}", screen_width()))
    put(display_text(f"level {found.level.name}, calendar {found.level.calendar}"))
    if ranks := priority_words(found.case, found.level, found.usual):
        put(display_text(ranks))
    rows = [
        (
            name_of(clock, found.case.owner),
            state_words(clock, now),
            when_words(clock, now),
            arithmetic(clock, found.level, now),
        )
        for clock in found.clocks
    ]
    if rows:
        states = [_TONES.get(clock.stands(now), "") for clock in found.clocks]
        put_report(("Clock", "State", "When", "How"), rows, tones={1: states})
    else:
        say(NO_CLOCK)
    if found.spent.owners:
        put("")
        put_report(("Time so far", ""), spent_rows(found.spent, found.level, found.roster))


@click.command()
@click.option("--hours", default=24.0, show_default=True, metavar="N", help="How far to look ahead.")
@JSON
@click.pass_obj
def agenda(session: Session, hours: float, as_json: bool) -> None:
    """Show what is due in the next hours, by time, and who is responsible.

    \b
    Example:
      careconsole agenda --hours 8
    """
    if not 0 < hours <= 24 * 366:  # written so that NaN is rejected, too
        raise WrongUse("--hours must be more than 0 and at most a year.", "Give a number such as 8.")
    found = due.agenda(session.asking(), hours)
    roster, now = found.roster, found.now
    if as_json:
        entries = [
            DueEntry(
                case=entry.case,
                subject=entry.subject,
                answerable=name_or_none(entry.answerable, roster),
                **clock_values(entry.clock, now),
            )
            for entry in found.entries
        ]
        put_json(
            AgendaEntry(
                until=iso(found.until),
                on_duty=name_or_none(roster.lead_on_duty(), roster),
                acts=name_or_none(roster.on_duty(), roster),
                late=found.late,
                due=entries,
            )
        )
        return
    rows = [
        (
            local(entry.clock.due or 0, now),
            format_span((entry.clock.due or 0) - now),
            str(entry.case),
            roster.name(entry.answerable) if entry.answerable is not None else "nobody",
            name_of(entry.clock, entry.owner),
            entry.subject,
        )
        for entry in found.entries
    ]
    put_report(("When", "In", "No", "Responsible", "What", "Subject"), rows, right=(1, 2))
    on_duty = f"{display_text(roster.name_on_duty(), 120)} is on duty." if roster.on_duty() is not None else ""
    late = "" if not found.late else f"Already late: {found.late:,} open; see careconsole queue is:overdue."
    if on_duty or late:
        say(f"{on_duty} {late}".strip())


@click.command()
@click.option("--mine", is_flag=True, help="Only those you are responsible for.")
@click.option("--today", is_flag=True, help="Only those due today or overdue.")
@click.option("--tomorrow", is_flag=True, help="Only those due tomorrow.")
@click.option("--overdue", is_flag=True, help="Only overdue ones.")
@JSON
@click.pass_obj
def promises(session: Session, mine: bool, today: bool, tomorrow: bool, overdue: bool, as_json: bool) -> None:
    """List open promises to customers, by due time.

    \b
    Example:
      careconsole promises --today
    """
    wanted = {"mine": mine, "today": today, "tomorrow": tomorrow, "overdue": overdue}
    chosen = [name for name, is_wanted in wanted.items() if is_wanted]
    if len(chosen) > 1:
        raise WrongUse(
            "--mine, --today, --tomorrow and --overdue cannot be combined.", "Choose one, or none for all promises."
        )
    which = cast(due.Which, chosen[0] if chosen else "all")
    found = due.promises(session.working() if mine else session.asking(), which)
    roster, now = found.roster, found.now
    if as_json:
        put_json([promise_entry(told, roster) for told in found.entries])
        return
    rows = [
        (
            f"{'! ' if told.broken else ''}{local(told.promise.due, now)}",
            str(told.case),
            roster.name(told.answerable) if told.answerable is not None else "nobody",
            told.customer,
            promise_text(told.promise),
        )
        for told in found.entries
    ]
    late = ["late" if told.broken else "" for told in found.entries]
    put_report(("Due", "No", "Responsible", "Customer", "Promise"), rows, right=(1,), tones={0: late})
