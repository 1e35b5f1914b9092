"""The clocks of cases in words and as plain values: what they are about, their state, and how it is worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from careconsole.domain.case.clocks import AT_RISK, BREACHED, PAUSED, RUNNING, Clock
from careconsole.domain.case.state import PRIORITIES, USUAL_PRIORITY, Case
from careconsole.domain.case.time_spent import Time, TimeSpent
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.calendars import ALWAYS
from careconsole.domain.time.moments import format_span, iso, local
from careconsole.domain.time.service_levels import Level
from careconsole.present.json_types.cases import ClockEntry
from careconsole.present.queue_text import clock_words, kind_of

if TYPE_CHECKING:
    from careconsole.present.json_types.clocks import SpentEntry

NO_CLOCK = "No clock is running: the case has ended."
"""What is said of a case without clocks; an open one always has one."""


def name_of(clock: Clock, owner: int | None, *, numbered: bool = True) -> str:
    """Names a clock of a case of this owner: "promise 7: call back", "first answer". Not yet made safe.

    Without its number where nothing can be done by that.
    """
    if clock.number is None:
        return clock_words(kind_of(clock.kind, owner))
    number = f" {clock.number}" if numbered else ""
    return f"{clock_words(clock.kind)}{number}: {clock.about}"


def state_words(clock: Clock, now: int) -> str:
    """Returns a clock's state, marked if urgent: "! overdue", "~ at risk", "running", "paused", "met", "! met late"."""
    state = clock.stands(now)
    if state == BREACHED:
        return "! overdue" if clock.ended is None else "! met late"
    return "~ at risk" if state == AT_RISK else state


def when_words(clock: Clock, now: int) -> str:
    """Returns the due time and how far it is: "Mon 13:00 (in 2h)", "Mon 13:00 (2h late)"; or when the clock ended."""
    if clock.ended is not None:
        return local(clock.ended, now)
    if clock.due is None:
        return "paused"
    far = format_span(abs(clock.due - now))
    return f"{local(clock.due, now)} ({far} late)" if clock.due < now else f"{local(clock.due, now)} (in {far})"


def arithmetic(clock: Clock, level: Level, now: int) -> str:
    """Explains a due time: "4h of office time since Mon 09:00, paused for 2h"."""
    since = f"since {local(clock.started_at, now)}"
    if clock.allowed is None:
        named = f"agreed time, set {local(clock.started_at, now)}"
        return named if clock.state in (RUNNING, PAUSED) else since
    of = "" if level.calendar == ALWAYS.name else f" of {display_text(level.calendar, 40)} time"
    parts = [f"{hours(clock.allowed)}{of} {since}"]
    if clock.paused_for:
        parts.append(f"paused for {hours(clock.paused_for)}")
    if clock.left is not None:
        parts.append(f"{hours(clock.left)} left when it was paused")
    if clock.ended is not None and clock.due is not None:
        parts.append(f"was due {local(clock.due, now)}")
    return ", ".join(parts)


def priority_words(case: Case, level: Level, usual: Level) -> str:
    """What the priority of an open case does to its times; "" for the usual one.

    `level` is its service level, `usual` the one it would have at the usual priority.
    """
    priority = case.priority
    if priority == USUAL_PRIORITY or not case.is_open:
        return ""
    if not level.times_like(usual):
        return f"{priority.capitalize()} has the times of level {level.name}, {USUAL_PRIORITY} those of {usual.name}."
    moves = "down" if PRIORITIES.index(priority) < PRIORITIES.index(USUAL_PRIORITY) else "up"
    same = f"{priority.capitalize()} has the same times as {USUAL_PRIORITY} here"
    return f"{same}, so it does not move the case {moves}: the order is by what is due."


def spent_rows(spent: TimeSpent, level: Level, roster: Roster) -> list[tuple[str, str]]:
    """Returns how long a case was with each owner, and the same time by level: (name, span). Not yet made safe."""
    rows = [(f"with {roster.name(owner)}", time) for owner, time in spent.owners.items()]
    levels = sorted(spent.levels.items())
    rows += [(f"at level {number}" if number else "not escalated", time) for number, time in levels]
    if level.calendar == ALWAYS.name:
        return [(name, format_span(time.real)) for name, time in rows]
    return [(name, f"{format_span(time.real)}, {hours(time.working)} of it working time") for name, time in rows]


def spent_entry(spent: TimeSpent, roster: Roster) -> SpentEntry:
    """Returns the time by owner and by level as plain values, in whole seconds."""
    from careconsole.present.json_types.clocks import LevelTimeEntry, OwnerTimeEntry, SpentEntry, TimeEntry

    def seconds(time: Time) -> dict[str, int]:
        return {"seconds": time.real // 1000, "working_seconds": time.working // 1000}

    return SpentEntry(
        owners=[OwnerTimeEntry(owner=roster.name(owner), **seconds(time)) for owner, time in spent.owners.items()],
        levels=[LevelTimeEntry(level=number, **seconds(time)) for number, time in sorted(spent.levels.items())],
        total=TimeEntry(**seconds(spent.total)),
    )


def hours(span: int) -> str:
    """Formats a span of working time, in hours at most: how long a day is depends on the calendar."""
    minutes = span // 60_000
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest}m" if rest or not span else "<1m"
    return f"{whole}h {rest}m" if rest else f"{whole}h"


def clock_entry(clock: Clock, now: int) -> ClockEntry:
    """A clock as plain values: times as ISO 8601, spans in whole seconds of working time."""
    return ClockEntry(**clock_values(clock, now))


def clock_values(clock: Clock, now: int) -> dict[str, Any]:
    """The fields of a `ClockEntry`."""
    return {
        "kind": clock_words(clock.kind),
        "state": clock.stands(now),
        "number": clock.number,
        "about": clock.about or None,
        "began": iso(clock.started_at),
        "due": None if clock.due is None else iso(clock.due),
        "at_risk_from": None if clock.at_risk is None else iso(clock.at_risk),
        "ended": None if clock.ended is None else iso(clock.ended),
        "allowed_seconds": None if clock.allowed is None else clock.allowed // 1000,
        "paused_seconds": clock.paused_for // 1000,
        "left_seconds": None if clock.left is None else clock.left // 1000,
    }
