"""The duty rota as lines, safe to display: who is on duty when, gaps in the rota, and who is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from textual.content import Content

from careconsole.desk import Desk
from careconsole.desk.team import absence, rota
from careconsole.desk.team.rota import OnDuty
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.domain.time.moments import DAY, MONTHS, WEEKDAYS, day_start, format_span, local
from careconsole.present.rota import elsewhere, given_words, instead
from careconsole.tui.widgets.person_choices import by_name

_AROUND = 4
_YEAR = 300 * DAY
"""Cells for the sign of a line and for the scroll bar."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of the rota (epoch milliseconds): `said` is the lead it names (None: nobody), by an `exception` or by
    the week; `lead` is on duty then, and `acting` acts for them."""

    begins: int
    until: int
    said: int | None
    lead: int | None
    acting: int | None
    exception: bool = False


class Duties(msgspec.Struct, frozen=True, kw_only=True):
    """The next days: the turns (none without a rota), the remarks for a lead, and who is away.

    `weekly`: there is a rota by the week, and not only turns with dates beside the lead on duty.
    `zone` is the rota's zone if this machine's clock shows the same times; else `elsewhere` says whose clock they use.
    """

    now: OnDuty
    turns: list[Turn]
    remarks: list[str]
    zone: str | None
    elsewhere: str
    roster: Roster
    away: list[Person]
    weekly: bool = True

    @property
    def changes(self) -> bool:
        """Whether duty given now ends by itself: with a weekly rota, or while a turn with dates runs."""
        return self.weekly or bool(self.turns and self.turns[0].said is not None)


def duties(desk: Desk, days: int) -> Duties:
    """Reads the next `days` days."""

    def work(unit: UnitOfWork) -> Duties:
        held, roster = unit.team.rota, unit.roster
        turns = []
        for begins, until, said in rota.turns(desk, days):
            then = rota.expected_roster(unit, begins)
            turns.append(
                Turn(
                    begins=begins,
                    until=until,
                    said=said,
                    lead=then.lead_on_duty(),
                    acting=then.on_duty(),
                    exception=held is not None and held.exception_at(begins) is not None,
                )
            )
        other = elsewhere(held, (turn.begins for turn in turns)) if held is not None else ""
        return Duties(
            now=rota.on_duty(desk),
            turns=turns,
            remarks=rota.remarks(desk, held) if held is not None else [],
            zone=held.zone if held is not None and not other else None,
            elsewhere=other,
            roster=roster,
            weekly=held is not None and bool(held.week),
            away=by_name(p for p in roster.people.values() if p.has_console and p.away),
        )

    return desk.read(work)


def widths(turns: Sequence[Turn], now: int, width: int) -> tuple[int, int, int, int]:
    """The widths of the columns: from, until, duration, and who."""
    begins = max([4, *(cell_width(stamp(turn.begins, now)) for turn in turns)])
    until = max([5, *(cell_width(_end(turn.until, turn.begins, now)) for turn in turns)])
    span = max([3, *(len(format_span(turn.until - turn.begins)) for turn in turns)])
    return begins, until, span, max(16, width - _AROUND - begins - until - span - 6)


def heads(cells: tuple[int, int, int, int]) -> Content:
    """The names of the columns."""
    begins, until, span, _ = cells
    return Content(f"  {'From':<{begins}}  {'Until':<{until}}  {'For':>{span}}  On duty")


def line(turn: Turn, roster: Roster, now: int, cells: tuple[int, int, int, int], *, weekly: bool) -> Content:
    """One turn. "!": nobody is on duty; "~": not the lead the rota names, but another one or their cover."""
    begins, until, span, who = cells
    sign, style = ("!", "bold $text-error") if turn.acting is None else ("~", "$text-warning")
    if turn.acting is not None and turn.said in (None, turn.acting):
        sign, style = " ", ""
    here = turn.begins <= now < turn.until
    text = display_text(f"{_who(turn, roster, weekly)}{', now' if here else ''}", who)
    return Content.assemble(
        (f"{sign} ", style),
        f"{fit(stamp(turn.begins, now), begins)}  {fit(_end(turn.until, turn.begins, now), until)}  ",
        f"{format_span(turn.until - turn.begins):>{span}}  ",
        (text, style or ("" if turn.said is None else "bold")),
    )


def full_text(turn: Turn, roster: Roster, now: int, *, weekly: bool) -> str:
    """One turn in full; `weekly`: there is a rota by the week."""
    when = f"From {stamp(turn.begins, now)} until {_end(turn.until, turn.begins, now)}"
    if turn.lead is None:
        return f"{when} nobody is on duty: no lead is available."
    words = f"{when} {roster.with_cover(turn.lead, turn.acting)} is on duty"
    if turn.said is None:
        return f"{words}: {'the rota names nobody then, so they stay' if weekly else 'they stay'} on duty."
    exception = ", by an exception to the weekly rota" if weekly else ", for this time only"
    by = exception if turn.exception else ""
    return f"{words}{by}{instead(turn.said, turn.lead, roster)}."


def would_give(person: int, roster: Roster, begins: int | None, until: int | None, now: int, *, has_rota: bool) -> str:
    """What giving somebody the duty will do: "Tom will be on duty from Wed 25 Nov 14:00 until 18:00, for 4h."."""
    start = now if begins is None else begins
    since = "now" if begins is None else stamp(begins, now)
    when = f" from {since} until the duty next changes"
    if until is not None:
        when = f" from {since} until {_end(until, start, now)}, for {format_span(until - start)}"
    elif not has_rota and begins is None:
        when = " from now on, until somebody else takes over"
    return given_words(person, roster.expected(start, now), when, begins="will be")


def stamp(ms: int, now: int) -> str:
    """A time with its day, in local time: "Wed 25 Nov 10:00", as in a calendar; far off, with the year."""
    moment = datetime.fromtimestamp(ms / 1000)
    year = f" {moment.year}" if abs(ms - now) > _YEAR else ""
    day = f"{WEEKDAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]}{year}"
    return f"{day} {moment.hour:02}:{moment.minute:02}"


def _end(until: int, begins: int, now: int) -> str:
    """The end of a turn: "18:00" on the day of its beginning, "Fri 08:00" within a week, else with the day."""
    near = abs(day_start(until) - day_start(begins)) < 7 * DAY - DAY // 2
    return local(until, begins) if near else stamp(until, now)


def away_line(person: Person, roster: Roster, now: int) -> str:
    """Somebody who is away: "Dora, away, expected back Fri 10:00, Cleo covers"."""
    return f"{person.name}, {absence.away_words(person, roster, now)}"


def _who(turn: Turn, roster: Roster, weekly: bool) -> str:
    if turn.lead is None:
        return "nobody"
    name = roster.with_cover(turn.lead, turn.acting)
    if turn.said is None:
        return f"({name}: nobody on the rota)" if weekly else name
    exception = ", by exception" if weekly else ", for this time only"
    return f"{name}{exception if turn.exception else ''}{instead(turn.said, turn.lead, roster)}"
