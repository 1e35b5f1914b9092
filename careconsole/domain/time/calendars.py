"""Working time: when a team is open, and arithmetic with it. Pure; no clock, no file.

Times are epoch milliseconds (UTC); spans of working time are milliseconds that really elapse. A calendar gives its
hours by the wall clock of its zone. Hours begin at the first moment at which that clock shows their beginning or later,
and end at the first moment at which it shows their end or later. So when a clock change skips an hour, hours across it
are an hour shorter, and hours that would begin within it begin at the change. When an hour is repeated, hours across it
are an hour longer, and a beginning or an end within it is the earlier of the two. Adjoining hours still adjoin on such
days, nothing counts twice, and a day that a zone skips has no time at all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from itertools import pairwise

import msgspec
from msgspec.structs import force_setattr

from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import DAY, MINUTE

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS_HINT = 'Write hours like "09:00-17:00", or ["09:00-12:30", "13:30-24:00"]; leave out a day that is closed.'
DAYS_HINT = "Days are mon, tue, wed, thu, fri, sat, sun, or several like mon-fri."
DATE_HINT = "Write a date like 2026-12-24; years go from 1900 to 2199."
ZONE_HINT = 'Write a zone like "Europe/Berlin", or "UTC".'

_EPOCH = datetime(1970, 1, 1)
_MILLISECOND = timedelta(milliseconds=1)
_NONE = timedelta(0)
_FULL_DAY = 24 * 60

_PAGE = 100 * DAY
_FIRST = (datetime(1900, 1, 1) - _EPOCH) // _MILLISECOND // _PAGE
# Many systems write "never" as 9999-12-31; computing every day until then would take seconds.
_LAST = (datetime(2200, 1, 1) - _EPOCH) // _MILLISECOND // _PAGE
_LOOK = 19
"""The search gives up after this many whole pages without open time, a little more than five years."""


class Hours(msgspec.Struct, frozen=True, order=True):
    """A stretch of a day by the wall clock, in minutes after midnight; `closes` is exclusive."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= _FULL_DAY:
            raise WrongUse(
                f"Hours must end after they begin, by 24:00; these are {self}.",
                "Write hours over midnight as two: until 24:00, and from 00:00 on the next day.",
            )

    def __str__(self) -> str:
        return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (self.opens, self.closes))


Day = tuple[Hours, ...]
"""The hours of one day, the earliest first; empty for a closed day."""


class Calendar(msgspec.Struct, frozen=True, dict=True):
    """When a team is open. Raises WrongUse if it never is, if hours or days conflict, or if the zone is unknown.

    `zone` is an IANA name; `week` has the hours of seven days from Monday on. `closed` (the team's own) and `holidays`
    (public ones) are days without hours; `extra` are days with their own hours, which override holidays.
    """

    name: str
    zone: str
    week: tuple[Day, ...]
    closed: frozenset[date] = frozenset()
    holidays: frozenset[date] = frozenset()
    extra: tuple[tuple[date, Day], ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != len(WEEKDAYS):
            raise WrongUse(f"A week has seven days, not {len(self.week)}.", "Give the hours of each from Monday on.")
        force_setattr(self, "week", tuple(map(in_order, self.week)))
        force_setattr(self, "extra", tuple(sorted((day, in_order(hours)) for day, hours in self.extra)))
        given = [*self.closed, *(day for day, _ in self.extra)]
        for day, _ in self.extra:
            if given.count(day) > 1:
                raise WrongUse(f"{day} is given twice, as an extra day and again.", "Keep it once, closed or extra.")
        if not any(self.week) and not any(hours for _, hours in self.extra):
            raise WrongUse("This calendar is never open, so no time would ever pass in it.", HOURS_HINT)
        zone_of(self.zone)

    @property
    def never_closes(self) -> bool:
        """Whether it is open around the clock, every day."""
        days = [*self.week, *(hours for _, hours in self.extra)]
        return not self.closed | self.holidays and all(_lasts_all_day(hours) for hours in days)

    @cached_property
    def _pages(self) -> _Pages:
        return _Pages(self)


def add(calendar: Calendar, start: int, span: int) -> int:
    """The first moment by which `span` of working time has passed since `start`; `start` itself for a zero span.

    It may be the very end of a day's hours. Raises WrongUse for a negative span, if the calendar is closed for more
    than five years on the way, and outside the years 1900 to 2199.
    """
    if span < 0:
        raise WrongUse("A span of working time cannot be negative.", "Give a longer one.")
    if not span:
        return start
    pages = calendar._pages
    number = start // _PAGE
    page = pages.page(number)
    left = page.until(start) + span
    closed, here = 0, page.open_time
    while left > here:
        left -= here
        closed = 0 if here else closed + 1
        if closed > _LOOK:
            raise _never_open()
        number += 1
        here = pages.open_time(number)
    return pages.page(number).earliest(left)


def working_time_between(calendar: Calendar, start: int, end: int) -> int:
    """The working time between two moments; negative if `end` is before `start`.

    Raises WrongUse outside the years 1900 to 2199.
    """
    if end < start:
        return -working_time_between(calendar, end, start)
    pages = calendar._pages
    first, last = start // _PAGE, end // _PAGE
    between = pages.page(last).until(end) - pages.page(first).until(start)
    return between if first == last else between + sum(map(pages.open_time, range(first, last)))


def next_open(calendar: Calendar, ms: int) -> int | None:
    """`ms` if the calendar is open then, else the next opening; None if there is none for five years.

    Raises WrongUse outside the years 1900 to 2199.
    """
    pages = calendar._pages
    number = ms // _PAGE
    page = pages.page(number)
    before = page.until(ms)
    if before < page.open_time:
        return page.latest(before)
    for later in range(number + 1, min(number + 1 + _LOOK, _LAST) + 1):
        if pages.open_time(later):
            return pages.page(later).latest(0)
    return None


class _Page(msgspec.Struct, frozen=True):
    """A hundred days of a calendar: the start of each open stretch, the open time before each, and the total."""

    starts: list[int]
    sums: list[int]
    open_time: int

    def until(self, ms: int) -> int:
        """The open time in this page before `ms`."""
        place = bisect_right(self.starts, ms)
        if not place:
            return 0
        inside = self.sums[place - 1] + ms - self.starts[place - 1]
        ended = self.sums[place]
        return inside if inside < ended else ended

    def earliest(self, open_time: int) -> int:
        """The first moment by which that much open time has passed; more than 0 and at most the page's total."""
        place = bisect_left(self.sums, open_time) - 1
        return self.starts[place] + open_time - self.sums[place]

    def latest(self, open_time: int) -> int:
        """The last moment by which only that much open time has passed; less than the page's total."""
        place = bisect_right(self.sums, open_time) - 1
        return self.starts[place] + open_time - self.sums[place]


class _Pages:
    """A calendar's hours as stretches of UTC, computed a page at a time on first use.

    The cache holds pages for some 35 years, and the open time of every page. Threads may share it: a page computed
    twice is equal.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._zone = zone_of(calendar.zone)
        self._week = calendar.week
        self._always = calendar.never_closes
        closed: dict[int, Day] = {day.toordinal(): () for day in calendar.closed | calendar.holidays}
        self._own = closed | {day.toordinal(): hours for day, hours in calendar.extra}
        self.page = lru_cache(maxsize=128)(self._page)
        self.open_time = lru_cache(maxsize=_LAST - _FIRST + 1)(self._open_time)

    def _open_time(self, number: int) -> int:
        return self.page(number).open_time

    def _page(self, number: int) -> _Page:
        if not _FIRST <= number <= _LAST:
            raise WrongUse("That time is too far away for a calendar.", "Years go from 1900 to 2199.")
        begin, end = number * _PAGE, (number + 1) * _PAGE
        starts: list[int] = []
        sums = [0]
        closed = begin
        for opens, closes in [(begin, end)] if self._always else self._stretches(begin, end):
            opens, closes = max(opens, begin), min(closes, end)
            if opens >= closes:
                continue
            if starts and opens == closed:
                sums[-1] += closes - opens
            else:
                starts.append(opens)
                sums.append(sums[-1] + closes - opens)
            closed = closes
        return _Page(starts, sums, sums[-1])

    def _stretches(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """The open stretches of every day that may overlap these times; no zone is a day away from UTC."""
        wall = _EPOCH + timedelta(days=begin // DAY - 2)
        tonight = first_moment(self._zone, wall)
        for ordinal in range(wall.toordinal(), wall.toordinal() + (end - begin) // DAY + 4):
            midnight, today = tonight, wall
            wall += timedelta(days=1)
            tonight = first_moment(self._zone, wall)
            hours = self._own.get(ordinal)
            for stretch in self._week[(ordinal - 1) % 7] if hours is None else hours:
                if tonight - midnight == DAY:  # no zone changes twice within a day, so this day has no change
                    yield midnight + stretch.opens * MINUTE, midnight + stretch.closes * MINUTE
                else:
                    opens, closes = (today + timedelta(minutes=m) for m in (stretch.opens, stretch.closes))
                    yield first_moment(self._zone, opens), first_moment(self._zone, closes)


def first_moment(zone: tzinfo, wall: datetime) -> int:
    """The first moment (epoch milliseconds) at which the zone's clock shows `wall` or later."""
    before = zone.utcoffset(wall) or _NONE
    after = zone.utcoffset(wall.replace(fold=1)) or _NONE
    if after <= before:
        return (wall - _EPOCH - before) // _MILLISECOND
    # `wall` is skipped: the change is between the moments that the two offsets give, on a whole second.
    early, late = ((wall - _EPOCH - offset) // timedelta(seconds=1) for offset in (after, before))

    def changed(second: int) -> bool:
        return (_EPOCH.replace(tzinfo=UTC) + timedelta(seconds=second)).astimezone(zone).utcoffset() != before

    return (early + bisect_left(range(early, late), True, key=changed)) * 1000


def zone_of(name: str) -> tzinfo:
    """The zone of that name. Raises WrongUse if it is unknown or differs by machine, and if there is no zone data."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if not name.strip():
        raise WrongUse("The zone is missing.", ZONE_HINT)
    if name in ("localtime", "posixrules", "Factory") or name.startswith("right/"):
        raise WrongUse(f"{quoted(name)} is not the same time everywhere.", ZONE_HINT)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    try:
        ZoneInfo("UTC")
    except ZoneInfoNotFoundError:
        raise WrongUse(
            f"This machine has no data about time zones, so {quoted(name)} cannot be used.",
            "Install them: python -m pip install tzdata, or the system's package tzdata.",
        ) from None
    raise WrongUse(f"There is no time zone {quoted(name)}.", _nearest(name))


def _nearest(name: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    known = {zone.casefold(): zone for zone in sorted(available_timezones())}
    near = get_close_matches(name[:80].casefold().replace(" ", "_"), known, n=2, cutoff=0.7)
    return f"Did you mean {' or '.join(known[zone] for zone in near)}?" if near else ZONE_HINT


def in_order(hours: Iterable[Hours]) -> Day:
    """The hours of a day, the earliest first. Raises WrongUse if some overlap."""
    day = tuple(sorted(hours))
    for one, other in pairwise(day):
        if other.opens < one.closes:
            raise WrongUse(f"The hours {one} and {other} overlap.", "Join them, or end one where the other begins.")
    return day


def _lasts_all_day(hours: Day) -> bool:
    return sum(stretch.closes - stretch.opens for stretch in hours) == _FULL_DAY


def _never_open() -> WrongUse:
    return WrongUse(
        "This calendar is closed for five years in a row, so that much working time never adds up.",
        "Add hours to its week, or more extra days.",
    )


ALWAYS = Calendar(name="always", zone="UTC", week=7 * ((Hours(0, _FULL_DAY),),))
"""Open around the clock: all time is working time."""


def quoted(value: object) -> str:
    """A value for a message: in quotation marks, made safe and truncated."""
    return f'"{display_text(str(value)[:200], 60)}"'
