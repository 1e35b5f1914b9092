"""Time zones by name, and local times that a zone's clock never shows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from careconsole.domain.errors import WrongUse

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)
_NONE = timedelta(0)


class NotATime(ValueError):
    """Why a text cannot be read as a moment, in words for the user."""


def zone_named(name: str) -> tzinfo:
    """The time zone called `name`: "UTC", an offset such as "+02:00", or a name such as "Europe/Rome".

    Raises ValueError when there is no such zone.
    """
    if name in ("UTC", "Z"):
        return UTC
    if offset := _OFFSET.fullmatch(name):
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-span if offset[1] == "-" else span)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone “{name}”") from error


def check_zone(name: str) -> None:
    """Raises WrongUse unless there is a time zone called `name`."""
    try:
        zone_named(name)
    except ValueError as error:
        hint = "Write UTC, +02:00 or a name such as Europe/Rome."
        raise WrongUse(f"There is no time zone {name!r}.", hint) from error


def in_zone(wall: datetime, zone: tzinfo, text: str) -> datetime:
    """The local time `wall`, read from `text`, as a moment in the zone; of a time that occurs twice, the first.

    Raises NotATime for a time that the zone's clock skips.
    """
    if type(zone) is ZoneInfo and _changes(zone, wall.toordinal()) and _skips(zone, wall):
        raise NotATime(f"“{text[:60]}” does not exist in {zone}, whose clock goes forward then: is the zone another?")
    return wall.replace(tzinfo=zone)


@lru_cache(maxsize=10_000)
def _changes(zone: ZoneInfo, day: int) -> bool:
    """Whether the zone's clock changes on a day, by its ordinal number: remembered, since a file has few days."""
    begins = datetime.fromordinal(day)
    return zone.utcoffset(begins) != zone.utcoffset(begins.replace(hour=23, minute=59, second=59))


def _skips(zone: ZoneInfo, wall: datetime) -> bool:
    # The offset before a change is the greater one when the clock goes back, the smaller one when it goes forward.
    return (zone.utcoffset(wall) or _NONE) < (zone.utcoffset(wall.replace(fold=1)) or _NONE)
