"""What falls due, as lines by the hour: what is due when, of which case, and who answers for it. Made safe."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from careconsole.desk.queries.agenda import Entry
from careconsole.domain.case.clocks import AT_RISK, BREACHED
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text, fit
from careconsole.domain.time.moments import format_span, local
from careconsole.present.clocks import name_of

_AROUND = 2
"""Cells for a bar to scroll with."""
_WHEN, _FAR, _NUMBER = 6, 11, 6
_STYLES = {BREACHED: "$text-error", AT_RISK: "$text-warning"}
_SIGNS = {BREACHED: "!", AT_RISK: "~"}


def hour_of(moment: int, now: int) -> str:
    """The hour of the clock that a moment falls into, with its day unless that is today: "14:00", "Tue 09:00"."""
    return f"{local(moment, now)[:-3]}:00"


def by_hour(entries: Iterable[Entry], now: int) -> list[tuple[str, list[Entry]]]:
    """Entries in the order of time, parted into hours; the present hour is the first, though nothing may be in it."""
    hours: list[tuple[str, list[Entry]]] = [(hour_of(now, now), [])]
    for entry in entries:
        hour = hour_of(max(now, entry.clock.due or 0), now)
        if hour != hours[-1][0]:
            hours.append((hour, []))
        hours[-1][1].append(entry)
    return hours


def line(entry: Entry, roster: Roster, me: int | None, now: int, width: int) -> Content:
    """One thing that falls due; what the reader answers for stands out."""
    clock, due = entry.clock, entry.clock.due or 0
    stands = clock.stands(now)
    far = f"{format_span(now - due)} late" if due < now else f"in {format_span(due - now)}"
    mine = "bold" if me is not None and entry.answerable == me else ""
    what, who, subject = _shared(width - 2 - _WHEN - _FAR - _NUMBER - 2 - _AROUND)
    return Content.assemble(
        f"{_SIGNS.get(stands, ' ')} {local(due, now)[-5:]:<{_WHEN}}",
        (fit(far, _FAR), _STYLES.get(stands, "")),
        (fit(display_text(name_of(clock), what), what), _STYLES.get(stands, "")),
        f" {entry.case:>{_NUMBER}} ",
        (fit(display_text(answers(entry.answerable, roster), who), who), mine),
        f" {display_text(entry.subject, subject)}",
    )


def whole(entry: Entry, roster: Roster, now: int) -> str:
    """All of it in words: "12 Kettle cracked: promise 7: call back, due Tue 09:40; at risk since ...; Ben answers"."""
    clock = entry.clock
    due = f"due {local(clock.due, now)}" if clock.due is not None else ""
    risk = ""
    if clock.at_risk is not None and clock.due is not None and clock.due >= now:
        risk = f"; at risk {'since' if clock.at_risk <= now else 'from'} {local(clock.at_risk, now)}"
    who = answers(entry.answerable, roster)
    return f"{entry.case} {entry.subject}: {name_of(clock)}, {due}{risk}; {who} answers for it"


def answers(person: int | None, roster: Roster) -> str:
    """Who answers for something today."""
    return "nobody" if person is None else roster.name(person)


def _shared(room: int) -> tuple[int, int, int]:
    """The cells of what falls due, of who answers, and of the subject."""
    room = max(30, room)
    what = min(34, room * 2 // 5)
    who = min(18, room // 4)
    return what, who, room - what - who
