"""Due times, and the time that a case has taken, as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment, Seconds
from careconsole.present.json_types.cases import ClockEntry


class TimeEntry(Entry, frozen=True, kw_only=True):
    """Time that a case was open, and how much of it was working time of its level's calendar."""

    seconds: Seconds
    working_seconds: Seconds


class OwnerTimeEntry(TimeEntry, frozen=True, kw_only=True):
    """The time that one owner had a case; "duty" while it was unassigned."""

    owner: str


class LevelTimeEntry(TimeEntry, frozen=True, kw_only=True):
    """The time that a case was at one level of escalation; 0 is the frontline."""

    level: int


class SpentEntry(Entry, frozen=True, kw_only=True):
    """The time that a case spent with each owner and at each level."""

    owners: list[OwnerTimeEntry]
    levels: list[LevelTimeEntry]
    total: TimeEntry


class WhyEntry(Entry, frozen=True, kw_only=True):
    """Every clock of a case, its service level and calendar, and the time it spent with each owner and level.

    `priority` says what its priority does to its times, null for the usual one.
    """

    case: CaseNumber
    level: str
    calendar: str
    clocks: list[ClockEntry]
    time: SpentEntry
    priority: str | None


class DueEntry(ClockEntry, frozen=True, kw_only=True):
    """A clock that is due, with its case and who is responsible for it."""

    case: CaseNumber
    subject: str
    answerable: str | None


class AgendaEntry(Entry, frozen=True, kw_only=True):
    """What is due by `until`, the nearest first; `late` is the number of open cases that are already overdue.

    `on_duty` is the lead on duty now, `acts` who acts for them: themselves or their cover.
    """

    until: Moment
    on_duty: str | None
    acts: str | None
    late: int
    due: list[DueEntry]


class PromiseEntry(Entry, frozen=True, kw_only=True):
    """An open promise.

    `promise` is its number within the case, `by` who made it, `moves` how often it was moved, `untold` whether the
    mail that told the customer of it came back, `broken` whether its time has passed.
    """

    case: CaseNumber
    subject: str
    customer: str | None
    promise: int
    text: str
    due: Moment
    made_at: Moment
    by: str
    moves: int
    untold: bool
    broken: bool
    owner: str | None
    answerable: str | None
