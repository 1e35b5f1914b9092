"""Renders clocks as lines of a given width: those of a case with their arithmetic, and short ones for a case's head.

Lines are made safe. The state of a clock is in words and signs ("!" breached, "~" at risk); tones only colour it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from careconsole.domain.case.clocks import AT_RISK, BREACHED, MET, PAUSED, RUNNING, Clock
from careconsole.domain.terminal_text import cell_width, display_text, fit, wrapped
from careconsole.domain.time.moments import local
from careconsole.present.clocks import (
    NO_CLOCK,
    arithmetic,
    hours,
    name_of,
    priority_words,
    spent_rows,
    state_words,
    when_words,
)
from careconsole.present.queue_text import clock_words, due_words, kind_of

if TYPE_CHECKING:
    from careconsole.desk.queries.agenda import CaseClocks
    from careconsole.desk.queries.shown_case import View
    from careconsole.tui.widgets.toned_lines import Line

_TONES = {BREACHED: "late", AT_RISK: "soon", RUNNING: "strong", PAUSED: "quiet", MET: "public"}
_HEAD = 5
"""The most rows for clocks in a case's head."""
_STATE = 11
_WIDEST_NAME = 30
_LONGEST = 300


def clock_rows(view: View, but: Collection[Clock] = ()) -> list[tuple[str, str]]:
    """The running clocks, then the paused ones of an open case: names and words, one line each, not yet made safe.

    Those in `but` are left out.
    """
    now = view.now
    label = "also due" if but else "due"  # those that are left out stand above
    rows = [(label, due_line(clock, view)) for clock in view.running if clock not in but]
    if view.case.is_open:
        rows += [("paused", _paused(clock, view.case.owner, now)) for clock in view.clocks if clock.state == PAUSED]
    if len(rows) > _HEAD:
        rows = [*rows[: _HEAD - 1], ("", f"and {len(rows) - _HEAD + 1:,} more clocks (=)")]
    return rows


def due_line(clock: Clock, view: View) -> str:
    """A running clock of a case: "~ first answer in 20m (13:00)", "! promise 2h late (11:00)".

    It has its number where several of its kind are running: "! promise 7, 2h late (11:00)".
    """
    now = view.now
    plain = kind_of(clock.kind, view.case.owner)
    if clock.due is None:
        return clock_words(plain)
    several = sum(one.kind == clock.kind for one in view.running) > 1
    kind = f"{clock.kind} {clock.number}," if several and clock.number is not None else plain
    sign = "~ " if clock.stands(now) == AT_RISK else ""
    return f"{sign}{due_words(clock.due, kind, now)} ({local(clock.due, now)})"


def _paused(clock: Clock, owner: int | None, now: int) -> str:
    left = "" if clock.left is None else f" with {hours(clock.left)} left"
    until = "" if clock.due is None else f"; due {local(clock.due, now)} at the latest"
    return f"{clock_words(kind_of(clock.kind, owner))} paused{left}{until}"


def why_lines(found: CaseClocks, width: int) -> list[Line]:
    """Every clock of a case (its name, state and time, and below them how the time comes about), and the time spent."""
    case = found.case
    lines: list[Line] = [((part, "quiet"),) for part in wrapped(display_text(_by(found), _LONGEST), width)]
    ranks = display_text(priority_words(case, found.level, found.usual), _LONGEST)
    lines += [((part, "strong"),) for part in wrapped(ranks, width)] if ranks else []
    for notice in found.notices:
        lines += [((part, "soon"),) for part in wrapped(display_text(notice, _LONGEST), width)]
    if case.is_open and case.parked is not None:
        lines += [((part, ""),) for part in wrapped(display_text(_rests(found), _LONGEST), width)]
    names = [cell_width(_name(clock, case.owner)) for clock in found.clocks]
    wide = max((cells for cells in names if cells <= _WIDEST_NAME), default=_STATE)
    reason = next((clock for clock in found.clocks if clock.state == RUNNING and case.is_open), None)
    for clock in found.clocks:
        lines.append(())
        lines += _clock(clock, found, width, wide, clock is reason)
    if not found.clocks:
        lines += [(), ((NO_CLOCK, ""),)]
    elif any(clock.state == RUNNING for clock in found.clocks):
        rule = "~ at risk: three quarters of the time have passed. ! overdue: all of it."
        lines += [(), *(((part, "quiet"),) for part in wrapped(rule, width))]
    if found.spent.owners:
        lines += [(), (("Where its time went", "heading"),)]
    for who, time in spent_rows(found.spent, found.level, found.roster):
        lines.append(((fit(display_text(who, _WIDEST_NAME), _WIDEST_NAME), "quiet"), (display_text(time, width), "")))
    return lines


def _by(found: CaseClocks) -> str:
    return f"service level {found.level.name}, calendar {found.level.calendar}"


def _rests(found: CaseClocks) -> str:
    """What a parked case waits on, and which clocks that stops."""
    parked = found.case.parked
    if parked is None:
        return ""
    on = "" if parked.on == "us" else "the "
    until = "" if parked.until is None else f" until {local(parked.until, found.now)}"
    stopped = [clock_words(kind_of(clock.kind, found.case.owner)) for clock in found.clocks if clock.state == PAUSED]
    which = f"so these are paused: {', '.join(stopped)}" if stopped else "and no clock is paused for that"
    return f"It waits on {on}{parked.on}{until}, {which}."


def _name(clock: Clock, owner: int | None) -> str:
    return display_text(name_of(clock, owner), _LONGEST)


def _clock(clock: Clock, found: CaseClocks, width: int, wide: int, reason: bool) -> list[Line]:
    now, tone = found.now, _TONES[clock.stands(found.now)]
    state = fit(state_words(clock, now), _STATE)
    when = when_words(clock, now) + (", why it ranks here" if reason else "")
    name, more = _name(clock, found.case.owner), list[str]()
    if cell_width(name) > wide:
        more, name = wrapped(name, max(8, width - 2)), ""
    lines: list[Line] = [((part, "strong"),) for part in more]
    room = width - wide - _STATE - 4
    first, *rest = wrapped(when, max(12, room))
    lines.append(((f"{fit(name, wide)}  ", "strong"), (f"{state}  ", tone), (first, tone)))
    lines += [((" " * (width - room), ""), (part, tone)) for part in rest]
    how = display_text(_how(clock, found), _LONGEST)
    return lines + [(("  ", ""), (part, "quiet")) for part in wrapped(how, max(8, width - 2))]


def _how(clock: Clock, found: CaseClocks) -> str:
    """How the time comes about, and from when on the clock is at risk."""
    told = arithmetic(clock, found.level, found.now)
    if clock.state == RUNNING and clock.at_risk is not None and clock.due is not None and clock.due >= found.now:
        since = "since" if clock.at_risk <= found.now else "from"
        return f"{told}; at risk {since} {local(clock.at_risk, found.now)}"
    return told
