"""Service levels and calendars: those in force, and setting them, which updates the due time of every open case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from careconsole.desk.queries.case_queries import numbers
from careconsole.desk.session import Desk
from careconsole.desk.team import holidays as public_holidays
from careconsole.desk.text_files import must_be_settings
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.settings.edit import with_calendar
from careconsole.domain.settings.service_levels import codes_of, parse_service, service_text
from careconsole.domain.time.calendars import Calendar, Hours
from careconsole.domain.time.service_levels import STANDARD, Service
from careconsole.store.team.service_levels import Named


class Changed(msgspec.Struct, frozen=True):
    """What new service levels did: on `cases` of all `open` cases, what falls due next, or when, has changed.

    `late` cases have become overdue by it.
    """

    service: Service
    cases: int
    open: int
    late: int = 0


class Day(msgspec.Struct, frozen=True):
    """One day of a calendar: its hours, and why they are not the weekday's ("closed", a holiday's name, "extra")."""

    day: date
    hours: tuple[Hours, ...]
    why: str = ""


def service(desk: Desk) -> Service:
    """The levels and calendars in force now."""
    return desk.read(lambda unit: unit.team.service)


def text(desk: Desk) -> str:
    """Levels and calendars as somebody wrote them, or the defaults when nobody did."""
    return desk.store.levels.text() or service_text(STANDARD)


def are_set(desk: Desk) -> bool:
    """Whether somebody set levels; otherwise the defaults are in force."""
    return desk.store.levels.text() is not None


def check(desk: Desk, written: str) -> Service:
    """Parses a text of levels and calendars. Raises WrongUse that names the line of a mistake; changes nothing."""
    return _read(desk, written)[0]


def set_service(desk: Desk, written: str) -> Changed:
    """Sets levels and calendars, and updates the due times of open cases in the same transaction.

    Raises WrongUse that names the line of a mistake, Refused for anybody but a lead.
    """

    def work(unit: UnitOfWork) -> Changed:
        unit.must_lead("set the service levels")
        levels = unit.store.levels
        read, holidays = _read(desk, written)
        late = _late(desk)
        before = levels.text()
        levels.store(written, holidays)
        changed = levels.recompute()
        names = ", ".join(level.name for level in read.levels)
        unit.record_change("service levels", names, {"text": written, "cases": changed, "before": before})
        return Changed(read, changed, levels.open_cases(), len(_late(desk) - late))

    return desk.write(work)


def set_calendar(
    desk: Desk, name: str, hours: Mapping[str, str], zone: str | None = None, holidays: Sequence[str] | None = None
) -> Changed:
    """Sets the hours of a calendar, which may be new; its other days and the rest of the text stay. For leads only.

    `hours` are by days ("mon-fri": "9:00-17:00"); `zone` and `holidays` (country codes) None keep what there is. Raises
    WrongUse for a new calendar without a zone.
    """

    def work(unit: UnitOfWork) -> Changed:
        if zone is None and name not in unit.team.service.calendars:
            raise WrongUse(f"The calendar {name} has no zone yet.", "Give one {}.", given(zone="Europe/Berlin"))
        changes = {"zone": zone, "hours": hours, "holidays": list(holidays) if holidays is not None else None}
        said = {key: value for key, value in changes.items() if value is not None}
        return set_service(desk, with_calendar(text(desk), name, said))

    return desk.write(work)


def calendar(desk: Desk, name: str) -> Calendar:
    """The calendar of that name; raises WrongUse when there is none."""
    calendars = service(desk).calendars
    if name not in calendars:
        raise WrongUse(f"There is no calendar {name!r}.", f"Calendars: {', '.join(calendars)}.")
    return calendars[name]


def days(desk: Desk, name: str, first: date, count: int = 7) -> list[Day]:
    """The hours of `count` days of a calendar, from `first` on."""
    of, named = calendar(desk, name), desk.store.levels.holidays()
    holidays = {day: said for code in sorted(named) for day, said in named[code].items()}
    return [_day(of, date.fromordinal(first.toordinal() + n), holidays) for n in range(count)]


def _day(calendar: Calendar, day: date, holidays: Mapping[date, str]) -> Day:
    extra = dict(calendar.extra)
    if day in extra:
        return Day(day, extra[day], "extra")
    if day in calendar.closed:
        return Day(day, (), "closed")
    if day in calendar.holidays:
        return Day(day, (), holidays.get(day) or "holiday")
    return Day(day, calendar.week[day.weekday()])


def _late(desk: Desk) -> set[int]:
    """The open cases that are breached now."""
    return set(numbers(desk, "is:open is:overdue"))


def _read(desk: Desk, written: str) -> tuple[Service, Named]:
    must_be_settings(written, "service levels", "See {}.", suggest("service template"))
    parse_service(written)  # mistakes in the text are reported before holidays missing on this machine
    known = _known_holidays(desk, codes_of(written))
    return parse_service(written, {code: frozenset(days) for code, days in known.items()}), known


def _known_holidays(desk: Desk, codes: set[str]) -> Named:
    """The holidays of some countries: looked up, or without the package for it, those that were looked up before."""
    if not codes:
        return {}
    before = desk.store.levels.holidays()
    if not public_holidays.available():
        return {code: before[code] for code in codes if code in before}
    return {code: public_holidays.holidays_of(code, desk.now()) for code in codes}
