"""Moments in ISO 8601: the extended and the basic form, week dates, ordinal dates, 24:00, leap seconds, [Europe/Rome].

What the standard leaves open is refused: a week without its day, a day that has an offset and no time.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from careconsole.domain.late_pattern import LatePattern
from careconsole.domain.time.zones import NotATime, in_zone, zone_named

_FORM = LatePattern(
    r"""
    (?P<year>\d{4})
    (?: -(?P<month>\d\d)-(?P<day>\d\d)  |  (?P<basic_month>\d\d)(?P<basic_day>\d\d)
      | -W(?P<week>\d\d)-(?P<weekday>[1-7])  |  W(?P<basic_week>\d\d)(?P<basic_weekday>[1-7])
      | -?(?P<ordinal>\d{3}) )
    (?: [Tt\ ] (?P<hour>\d\d) (?: (?P<colon>:?)(?P<minute>\d\d) (?: (?P=colon)(?P<second>\d\d) )? )?
        (?: [.,](?P<part>\d{1,18}) )? (?: \ ?(?P<offset>[+-]\d\d(?: :?\d\d)?) )? )?
    (?: \ ?(?P<utc>[Zz]|UTC|GMT) )?
    (?: \[!?(?P<zone>[\w/+-]{1,60})\] )?
    """,
    re.ASCII | re.VERBOSE,
)


def plain_moment(text: str) -> datetime | None:
    """The moment in one of the forms that nearly every system writes, such as 2024-01-05T09:05:00Z, or a day alone.

    None for any other text, which may be a moment all the same.
    """
    # Python's own reader takes any sign between day and time, an offset too, and half a minute for half a second.
    if text[4:5] == "-" == text[7:8] and (
        len(text) == 10 or (len(text) > 15 and text[10] in "Tt " and text[13] == ":" and text[16:17] in ":+-Zz")
    ):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    return None


def iso_moment(text: str) -> datetime:
    """The moment that `text` names, with a zone where it names one.

    Raises ValueError when it names none, and NotATime, with the reason, when it contradicts itself.
    """
    if (plain := plain_moment(text)) is not None:
        return plain
    found = _FORM.fullmatch(text)
    if found is None or (found["utc"] and found["offset"]):
        raise ValueError(text)
    fraction = found["part"] or "0"
    unit = 1 if found["second"] else 60 if found["minute"] else 3_600
    wall = moment_of_parts(
        _day(found),
        int(found["hour"] or 0),
        int(found["minute"] or 0),
        int(found["second"] or 0),
        int(fraction) * unit * 1_000_000 // 10 ** len(fraction),
    )
    zone = UTC if found["utc"] else _offset(found["offset"]) if found["offset"] else None
    return wall_in(wall, zone, found["zone"] or "", text)


def moment_of_parts(day: date, hour: int, minute: int, second: int, microseconds: int = 0) -> datetime:
    """A local time; 24:00 is the beginning of the next day, and a leap second that of the next minute.

    Raises ValueError when a clock never shows it, OverflowError beyond the years that can be counted.
    """
    if hour < 24 and second < 60 and microseconds < 1_000_000:
        return datetime(day.year, day.month, day.day, hour, minute, second, microseconds)
    if not (hour < 24 and minute < 60 and second < 61) and (hour, minute, second, microseconds) != (24, 0, 0, 0):
        raise ValueError(f"{hour}:{minute}:{second}")
    clock = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microseconds)
    return datetime(day.year, day.month, day.day) + clock


def wall_in(wall: datetime, offset: tzinfo | None, name: str, text: str) -> datetime:
    """The local time `wall` at the `offset`, or in the zone called `name`; without either it has no zone.

    Raises NotATime when the zone is unknown, or has another offset then.
    """
    if not name:
        return wall.replace(tzinfo=offset)
    try:
        zone = zone_named(name)
    except ValueError as error:
        raise NotATime(str(error)) from None
    if offset is None:
        return in_zone(wall, zone, text)
    moment = wall.replace(tzinfo=offset)
    # Z is also written where only the moment is known, and the zone is where it was.
    if offset is not UTC and moment.astimezone(zone).utcoffset() != moment.utcoffset():
        raise NotATime(f"“{text[:60]}” has an offset that {name} does not have then")
    return moment


def _day(found: re.Match[str]) -> date:
    year = int(found["year"])
    if found["ordinal"]:
        days = int(found["ordinal"])
        day = date(year, 1, 1) + timedelta(days=days - 1)
        if not days or day.year != year:
            raise ValueError(found[0])
        return day
    if week := found["week"] or found["basic_week"]:
        return date.fromisocalendar(year, int(week), int(found["weekday"] or found["basic_weekday"]))
    return date(year, int(found["month"] or found["basic_month"]), int(found["day"] or found["basic_day"]))


def _offset(text: str) -> tzinfo:
    return zone_named(text if len(text) > 3 else f"{text}:00")
