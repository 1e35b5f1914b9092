"""Due times, and the time that a case has taken, as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment, Seconds
from careconsole.present.json_types.cases import ClockEntry


class TimeEntry(Entry, frozen=True, kw_only=True):
    """Time that a case was open, and how much of it was working time of its level's calendar."""

    seconds: Seconds
    working_seconds: Seconds


class OwnerTimeEntry(TimeEntry, frozen=True, kw_only=True):
    """The time that one owner had a case; "duty" for when nobody had taken it."""

    owner: str


class LevelTimeEntry(TimeEntry, frozen=True, kw_only=True):
    """The time that a case was at one level of escalation; 0 is the frontline."""

    level: int


class SpentEntry(Entry, frozen=True, kw_only=True):
    """Where the time of a case went."""

    owners: list[OwnerTimeEntry]
    levels: list[LevelTimeEntry]
    total: TimeEntry


class WhyEntry(Entry, frozen=True, kw_only=True):
    """Every clock of a case, its service level with the calendar by which that counts, and where its time went."""

    case: CaseNumber
    level: str
    calendar: str
    clocks: list[ClockEntry]
    time: SpentEntry


class DueEntry(ClockEntry, frozen=True, kw_only=True):
    """A clock that falls due, with its case and who answers for that."""

    case: CaseNumber
    subject: str
    answerable: str | None


class AgendaEntry(Entry, frozen=True, kw_only=True):
    """What falls due up to `until`, the nearest first; `late` is how many open cases are breached already."""

    until: Moment
    on_duty: str | None
    late: int
    due: list[DueEntry]


class PromiseEntry(Entry, frozen=True, kw_only=True):
    """An open promise.

    `promise` is its number within the case, `by` who gave it, `moves` how often it was moved, `broken` whether its
    time has passed.
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
    broken: bool
    owner: str | None
    answerable: str | None
