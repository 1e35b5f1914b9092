"""Reads and writes calendars as tables of settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self

from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.document import CustomValue, Table, WrongEntry, at_entry
from careconsole.domain.settings.toml import toml_key, toml_value
from careconsole.domain.settings.values import Zone, table_in
from careconsole.domain.time.calendars import (
    ALWAYS,
    DATE_HINT,
    DAYS_HINT,
    HOURS_HINT,
    WEEKDAYS,
    Calendar,
    Day,
    Hours,
    in_order,
    quoted,
)

Almanac = Mapping[str, frozenset[date]]
"""Public holidays by the code of their country or region: "DE", "DE-BY"."""

_CODE = re.compile(r"[A-Z]{2,3}(-[A-Z0-9]{1,3})?")


def holiday_codes(value: object) -> list[str]:
    """The country codes in the value of `holidays`; anything else is ignored."""
    words = value if isinstance(value, list) else [value]
    return [word for word in words if isinstance(word, str) and _CODE.fullmatch(word)]


def weekdays(text: str) -> list[int]:
    """The days that "mon", "Monday", "mon-fri" or "sat-mon" name; Monday is 0. Raises WrongUse for anything else."""
    found = []
    for word in text.casefold().split("-"):
        word = word.strip()
        found += [n for n, day in enumerate(WEEKDAYS) if len(word) > 2 and day.startswith(word)] or [-1]
    if len(found) > 2 or -1 in found:
        raise WrongUse(f"{quoted(text)} is not a day of the week.", DAYS_HINT)
    return [(found[0] + n) % 7 for n in range((found[-1] - found[0]) % 7 + 1)]


def _hours(value: object) -> Day:
    """Reads hours: "09:00-17:00", a list of these, or several separated by commas. Raises WrongUse."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise WrongUse(f"{quoted(value)} are not hours.", HOURS_HINT)
    day = []
    for part in parts:
        match = re.fullmatch(r"\s*(\d\d?):([0-5]\d)\s*[-–]\s*(\d\d?):([0-5]\d)\s*", str(part), re.ASCII)
        if match is None:
            raise WrongUse(f"{quoted(part)} are not hours.", HOURS_HINT)
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
        raise WrongUse(f"{quoted(value)} is not a date for a calendar.", DATE_HINT)
    return value


class Week(CustomValue, tuple[Day, ...]):
    """The hours of the seven days of a week, from Monday."""

    def __new__(cls, value: object = None) -> Self:
        """Reads a table of days ("mon", "mon-fri") and hours; other days are closed."""
        week: dict[int, Day] = {}
        for days, hours in table_in(value, 'Write a table of days, like mon-fri = "09:00-17:00".').items():
            with at_entry(days):
                for day in weekdays(days):
                    if day in week:
                        raise WrongUse(f"The hours of {WEEKDAYS[day]} are given twice.", "Give each day once.")
                    week[day] = _hours(hours)
        return super().__new__(cls, [week.get(day, ()) for day in range(7)])


class Dates(CustomValue, frozenset[date]):
    """Dates, each a TOML date or text."""

    def __new__(cls, value: object = ()) -> Self:
        """Reads a list of dates."""
        if not isinstance(value, list | tuple):
            raise WrongUse(f"{quoted(value)} is not a list of dates.", 'Write it like ["2026-12-24", "2026-12-31"].')
        return super().__new__(cls, map(_date, value))


class Holidays(Dates):
    """Dates of holidays, and the codes of countries whose public holidays apply too."""

    codes: tuple[str, ...] = ()

    def __new__(cls, value: object = ()) -> Self:
        """Reads a code, or a list of codes and dates."""
        codes = holiday_codes(value)
        dates = [day for day in value if day not in codes] if isinstance(value, list) else () if codes else value
        found = super().__new__(cls, dates)
        found.codes = tuple(codes)
        return found


class ExtraDays(CustomValue, tuple[tuple[date, Day], ...]):
    """Dates whose hours differ from those of their weekday."""

    def __new__(cls, value: object = None) -> Self:
        """Reads a table of dates and hours."""
        extra = []
        for day, hours in table_in(value, 'Write a table of dates, like 2026-12-24 = "09:00-12:00".').items():
            with at_entry(day):
                extra.append((_date(day), _hours(hours)))
        return super().__new__(cls, extra)


class CalendarTable(Table, frozen=True):
    """A table [calendar.NAME]. A `name` in it is ignored; older versions accepted it."""

    zone: Zone
    hours: Week = Week()
    closed: Dates = Dates()
    holidays: Holidays = Holidays()
    extra: ExtraDays = ExtraDays()
    name: Any = None

    def calendar(self, name: str, almanac: Almanac | None = None) -> Calendar:
        """The calendar it describes. Raises WrongUse for country codes missing from the almanac, if one is given."""
        if name == ALWAYS.name:
            raise WrongUse('"always" is around the clock and cannot be another calendar.', "Choose another name.")
        holidays = frozenset(self.holidays)
        for code in self.holidays.codes:
            if almanac is None:
                break
            if code not in almanac:
                raise WrongEntry(
                    ("holidays",),
                    f"The public holidays of {quoted(code)} are not known here.",
                    'Install careconsole[holidays] and set it again, or give dates: ["2026-12-25"].',
                )
            holidays |= almanac[code]
        return Calendar(name, str(self.zone), tuple(self.hours), frozenset(self.closed), holidays, tuple(self.extra))


def calendar_table(calendar: Calendar) -> dict[str, object]:
    """The calendar as plain values from which a CalendarTable can be read: strings, lists and tables."""
    table: dict[str, object] = {"zone": calendar.zone}
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


def calendar_text(name: str, table: Mapping[str, object]) -> str:
    """The table of a calendar as TOML text."""
    rows = [f"[calendar.{toml_key(name)}]"]
    for key, value in table.items():
        if isinstance(value, Mapping):
            rows += [f"{key}.{toml_key(inner)} = {toml_value(entry)}" for inner, entry in value.items()]
        else:
            rows.append(f"{key} = {toml_value(value)}")
    return "\n".join(rows)
