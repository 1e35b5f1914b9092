"""Calendars as tables of a configuration: how they are read and written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from careconsole.domain.calendars import (
    DATE_HINT,
    DAYS_HINT,
    HOURS_HINT,
    WEEKDAYS,
    ZONE_HINT,
    Calendar,
    Day,
    Hours,
    in_order,
    quoted,
    zone_of,
)
from careconsole.domain.errors import WrongUse

_KEYS = ("name", "zone", "hours", "closed", "holidays", "extra")


class WrongEntry(WrongUse):
    """An entry of a table cannot be used. `key` leads to it from the table down: ("hours", "mon-fri"); () is the table.

    The message begins with where the table stands and the key, with dots between.
    """

    def __init__(self, where: str, key: tuple[str, ...], problem: WrongUse) -> None:
        from careconsole.domain.text import display_text

        place = ".".join([display_text(where), *(display_text(part, 40) for part in key)])
        super().__init__(f"{place}: {problem.message}", problem.hint)
        self.key = key


def read_calendar(table: Mapping[str, object], where: str) -> Calendar:
    """The calendar that a table of a configuration describes; `where` the table stands begins every message.

    - `name` and `zone` (an IANA name)
    - `hours`: a table of days ("mon", "mon-fri") to hours ("09:00-17:00", several in a list); other days are closed
    - `closed`, `holidays`: lists of dates, as TOML's or as text
    - `extra`: a table of dates to hours, for days that are unlike others of their weekday

    Raises WrongEntry, a WrongUse that names the key.
    """
    for key in table:
        with _at(where, key):
            if key not in _KEYS:
                raise WrongUse("There is nothing of that name in a calendar.", f"It has {', '.join(_KEYS)}.")
    with _at(where, "name"):
        name = _text(table.get("name", ""), "a name")
    with _at(where, "zone"):
        zone = _text(table.get("zone", ""), "a zone", ZONE_HINT)
        zone_of(zone)
    week = _read_week(table.get("hours", {}), where)
    dates = {key: _read_dates(table.get(key, []), where, key) for key in ("closed", "holidays")}
    extra = _read_extra(table.get("extra", {}), where)
    with _at(where):
        return Calendar(name, zone, week, dates["closed"], dates["holidays"], extra)


def written(calendar: Calendar) -> dict[str, object]:
    """The calendar as plain values that `read_calendar` reads back: texts, lists and tables of them."""
    table: dict[str, object] = {"name": calendar.name, "zone": calendar.zone}
    hours: dict[str, list[str]] = {}
    first = 0
    for day in range(1, 8):
        if day == 7 or calendar.week[day] != calendar.week[first]:
            if calendar.week[first]:
                days = WEEKDAYS[first][:3] if day - first == 1 else f"{WEEKDAYS[first][:3]}-{WEEKDAYS[day - 1][:3]}"
                hours[days] = [str(stretch) for stretch in calendar.week[first]]
            first = day
    if hours:
        table["hours"] = hours
    if calendar.closed:
        table["closed"] = [day.isoformat() for day in sorted(calendar.closed)]
    if calendar.holidays:
        table["holidays"] = [day.isoformat() for day in sorted(calendar.holidays)]
    if calendar.extra:
        table["extra"] = {day.isoformat(): [str(stretch) for stretch in hours] for day, hours in calendar.extra}
    return table


@contextmanager
def _at(where: str, *key: str) -> Iterator[None]:
    """What is wrong within is told with its place."""
    try:
        yield
    except WrongUse as problem:
        raise WrongEntry(where, key, problem) from None


def _read_week(value: object, where: str) -> tuple[Day, ...]:
    week: dict[int, Day] = {}
    with _at(where, "hours"):
        table = _table(value, 'Write a table of days, like mon-fri = "09:00-17:00".')
    for days, hours in table.items():
        with _at(where, "hours", days):
            for day in weekdays(days):
                if day in week:
                    raise WrongUse(f"The hours of {WEEKDAYS[day]} are given twice.", "Give each day once.")
                week[day] = _hours(hours)
    return tuple(week.get(day, ()) for day in range(7))


def _read_extra(value: object, where: str) -> tuple[tuple[date, Day], ...]:
    with _at(where, "extra"):
        table = _table(value, 'Write a table of dates, like 2026-12-24 = "09:00-12:00".')
    extra = []
    for day, hours in table.items():
        with _at(where, "extra", day):
            extra.append((_date(day), _hours(hours)))
    return tuple(extra)


def _read_dates(value: object, where: str, key: str) -> frozenset[date]:
    with _at(where, key):
        if not isinstance(value, list | tuple):
            raise WrongUse(f"{quoted(value)} is no list of dates.", 'Write it like ["2026-12-24", "2026-12-31"].')
        return frozenset(map(_date, value))


def weekdays(text: str) -> list[int]:
    """The days that "mon", "Monday", "mon-fri" or "sat-mon" name, from Monday (0) on; WrongUse for others."""
    found = []
    for word in text.casefold().split("-"):
        word = word.strip()
        found += [n for n, day in enumerate(WEEKDAYS) if len(word) > 2 and day.startswith(word)] or [-1]
    if len(found) > 2 or -1 in found:
        raise WrongUse(f"{quoted(text)} is no day of the week.", DAYS_HINT)
    return [(found[0] + n) % 7 for n in range((found[-1] - found[0]) % 7 + 1)]


def _hours(value: object) -> Day:
    """Hours as they are written: "09:00-17:00", a list of such, or several with commas between."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise WrongUse(f"{quoted(value)} are no hours.", HOURS_HINT)
    day = []
    for part in parts:
        match = re.fullmatch(r"\s*(\d\d?):([0-5]\d)\s*[-–]\s*(\d\d?):([0-5]\d)\s*", str(part), re.ASCII)
        if match is None:
            raise WrongUse(f"{quoted(part)} are no hours.", HOURS_HINT)
        opens, past, closes, over = map(int, match.groups())
        day.append(Hours(opens * 60 + past, closes * 60 + over))
    return in_order(day)


def _date(value: object) -> date:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            value = date.fromisoformat(value)
    except ValueError:
        raise WrongUse(f"There is no day {value}.", DATE_HINT) from None
    if isinstance(value, datetime) or not isinstance(value, date) or not 1900 <= value.year < 2200:
        raise WrongUse(f"{quoted(value)} is no date for a calendar.", DATE_HINT)
    return value


def _text(value: object, what: str, hint: str = "") -> str:
    if not isinstance(value, str) or not value.strip():
        raise WrongUse(f"This must be {what}, as text.", hint or 'Write it like "office".')
    return value.strip()


def _table(value: object, hint: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise WrongUse(f"{quoted(value)} is no table.", hint)
    return value
