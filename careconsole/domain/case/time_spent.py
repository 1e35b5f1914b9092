"""The time spent on a case, by owner and by escalation level, in real and in working time. Pure.

Time counts while the case is open, from its opening and again from each reopening; undone events are ignored. Time
during an open offer or under a cover counts for the owner.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.state import Case
from careconsole.domain.time.calendars import Calendar, working_time_between


class Time(msgspec.Struct):
    """Milliseconds: `real` time, and `working` time in which the calendar was open."""

    real: int = 0
    working: int = 0

    def count(self, since: int, until: int, calendar: Calendar) -> None:
        """Adds the time between two moments."""
        self.real += until - since
        self.working += working_time_between(calendar, since, until)


class TimeSpent(msgspec.Struct, frozen=True):
    """The time of a case by owner (None: duty), by level, and in total."""

    owners: dict[int | None, Time]
    levels: dict[int, Time]
    total: Time


def time_spent(events: Sequence[Event], calendar: Calendar, until: int) -> TimeSpent:
    """The time spent on the case with this history, up to `until` (epoch milliseconds).

    Later events do not count. An event dated before the previous one takes effect at the time of that one.
    """
    found = TimeSpent({}, {}, Time())
    case: Case | None = None
    at = 0
    for event in standing([event for event in events if event.at <= until]):
        if case is not None:
            _count(found, case, at, event.at, calendar)
        at = max(at, event.at)
        case = begin(1, event) if case is None else evolve(case, event)  # the case's number does not matter here
    if case is not None:
        _count(found, case, at, until, calendar)
    return found


def _count(found: TimeSpent, case: Case, since: int, until: int, calendar: Calendar) -> None:
    if not case.is_open or until <= since:
        return
    for time in (
        found.owners.setdefault(case.owner, Time()),
        found.levels.setdefault(case.level, Time()),
        found.total,
    ):
        time.count(since, until, calendar)
