"""The agenda as lines by the hour, safe to display: what is due when, on which case, and who answers for it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from careconsole.desk.queries.agenda import AgendaEntry
from careconsole.domain.case.clocks import AT_RISK, BREACHED
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text, fit
from careconsole.domain.time.moments import format_span, local
from careconsole.present.clocks import name_of
from careconsole.present.queue_text import widest_name

_MARGIN = 2
"""Cells for the scroll bar."""
_WHEN, _FAR, _NUMBER = 6, 11, 6
_ROOMY = 40
"""Cells of all three columns from which names come first."""
_STYLES = {BREACHED: "$text-error", AT_RISK: "$text-warning"}
_SIGNS = {BREACHED: "!", AT_RISK: "~"}


def hour_of(moment: int, now: int) -> str:
    """The clock hour of a moment, with its day unless that is today: "14:00", "Tue 09:00"."""
    return f"{local(moment, now)[:-3]}:00"


def by_hour(entries: Iterable[AgendaEntry], now: int) -> list[tuple[str, list[AgendaEntry]]]:
    """Groups sorted entries by hour. The present hour comes first, even if empty, and includes what is overdue."""
    hours: list[tuple[str, list[AgendaEntry]]] = [(hour_of(now, now), [])]
    for entry in entries:
        hour = hour_of(max(now, entry.clock.due or 0), now)
        if hour != hours[-1][0]:
            hours.append((hour, []))
        hours[-1][1].append(entry)
    return hours


def name_cells(entries: Iterable[AgendaEntry], roster: Roster) -> int:
    """The width of the column for who answers: that of the longest name, or of "nobody"."""
    return max(len(answerable_name(None, roster)), widest_name(roster, {entry.answerable for entry in entries}))


def line(entry: AgendaEntry, roster: Roster, me: int | None, now: int, width: int, names: int) -> Content:
    """One entry; the name is bold where `me` answers for it. `names` are the cells of the longest name."""
    clock, due = entry.clock, entry.clock.due or 0
    stands = clock.stands(now)
    far = f"{format_span(now - due)} late" if due < now else f"in {format_span(due - now)}"
    mine = "bold" if me is not None and entry.answerable == me else ""
    name = name_of(clock, entry.owner, numbered=False)
    what, who, subject = _shared(width - 2 - _WHEN - _FAR - _NUMBER - 2 - _MARGIN, names)
    return Content.assemble(
        f"{_SIGNS.get(stands, ' ')} {local(due, now)[-5:]:<{_WHEN}}",
        (fit(far, _FAR), _STYLES.get(stands, "")),
        (fit(display_text(name, what), what), _STYLES.get(stands, "")),
        f" {entry.case:>{_NUMBER}} ",
        (fit(display_text(answerable_name(entry.answerable, roster), who), who), mine),
        f" {display_text(entry.subject, subject)}",
    )


def full_text(entry: AgendaEntry, roster: Roster, now: int) -> str:
    """An entry in full: "12 Kettle cracked: promise: call back, due Tue 09:40; at risk since ...; Ben answers"."""
    clock = entry.clock
    due = f"due {local(clock.due, now)}" if clock.due is not None else ""
    risk = ""
    if clock.at_risk is not None and clock.due is not None and clock.due >= now:
        risk = f"; at risk {'since' if clock.at_risk <= now else 'from'} {local(clock.at_risk, now)}"
    who = answerable_name(entry.answerable, roster)
    name = name_of(clock, entry.owner, numbered=False)
    return f"{entry.case} {entry.subject}: {name}, {due}{risk}; {who} is responsible"


def answerable_name(person: int | None, roster: Roster) -> str:
    """The name of the person who answers for something, or "nobody"."""
    return "nobody" if person is None else roster.name(person)


def _shared(room: int, names: int) -> tuple[int, int, int]:
    """The widths of the columns: what falls due, who answers for it, and the subject. Names come first."""
    room = max(30, room)
    who = min(names, room // 2 if room >= _ROOMY else room // 3)
    what = min(60, (room - who) // 2)
    return what, who, room - what - who
