"""Texts that name a moment, read into epoch milliseconds: ISO 8601, strptime patterns, epoch numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from operator import itemgetter

from careconsole.domain.time.iso8601 import iso_moment, plain_moment
from careconsole.domain.time.written_dates import read_date
from careconsole.domain.time.zones import NotATime, in_zone, zone_named

USUAL = "usual"
"""The format of times that are read as people and programs usually write them (`domain.time.written_dates`)."""

Moments = Callable[[str], int]
"""Reads one text into epoch milliseconds UTC; raises ValueError with a reason fit for a rejects file."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY = 86_400_000
# The earliest is a day inside datetime's range, so that any zone can show it. The latest is within the years
# of calendars, on which the clocks of an open case depend: many systems write 9999-12-31 for "never".
_EARLIEST = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND + _DAY
_LATEST = (datetime(2199, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND - 1
_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,3})?", re.ASCII)
_NOTHING = frozenset(("", "-", "--", "?", "0", "null", "none", "nil", "n/a", "na", "nan", "(null)", "\\n"))
_LONGEST_NOTHING = max(map(len, _NOTHING))
_NO_DAY = re.compile(r"(0{4}-0{1,2}-0{1,2}|0001-01-01|0?1[/.]0?1[/.]0001)(?!\d).*")
"""What databases write for no day, and .NET, whose time without a value is the first one it knows."""
_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}


def is_nothing(text: str) -> bool:
    """Whether a value means that there is none: empty, null, -, 0000-00-00 and the like."""
    text = text.strip()
    if len(text) <= _LONGEST_NOTHING:
        return text.lower() in _NOTHING
    return "000" in text[:10] and _NO_DAY.fullmatch(text) is not None


def moments(pattern: str, zone: str, day_first: bool | None = None) -> Moments:
    """A reader of times written as `pattern`: "iso", "usual", "epoch_s", "epoch_ms", or a strptime pattern.

    `day_first` decides 03/04/2024 in "usual"; `zone` applies to texts that name none, and if it is empty, such a text
    is an error. When clocks go back, an hour occurs twice: a text without a zone means the first; one that they skip is
    an error. Raises ValueError for an unusable pattern or zone.
    """
    if pattern in ("epoch_s", "epoch_ms"):
        return _epoch(1000 if pattern == "epoch_s" else 1)
    fallback = zone_named(zone) if zone else None
    if pattern == "iso":
        return _zoned(iso_moment, "an ISO 8601 time", fallback, plain_moment)
    if pattern == USUAL:
        return _zoned(partial(read_date, day_first=day_first), "a time", fallback, plain_moment)
    _check(pattern)
    return _zoned(_by_slices(pattern), f"a time written {pattern}", fallback)


def _check(pattern: str) -> None:
    """Raises ValueError unless strptime accepts `pattern` and it names a year and a day."""
    names = set(re.findall(r"%[-]?([A-Za-z])", pattern.replace("%%", "")))
    if not names:
        raise ValueError(
            f"“{pattern}” is neither iso, usual, epoch_s, epoch_ms nor a strptime pattern such as %d/%m/%Y %H:%M"
        )
    if not names & {"Y", "y", "c", "x", "G"}:
        raise ValueError(f"“{pattern}” names no year (%Y)")
    if not names & {"d", "j", "c", "x", "V"}:
        raise ValueError(f"“{pattern}” names no day (%d)")
    sample = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC).strftime(pattern)
    try:
        datetime.strptime(sample, pattern)
    except (ValueError, re.error) as error:
        raise ValueError(f"“{pattern}” cannot be read back: {error}") from error


def _zoned(
    parse: Callable[[str], datetime],
    kind: str,
    fallback: tzinfo | None,
    most: Callable[[str], datetime | None] = lambda text: None,
) -> Moments:
    """A reader into epoch milliseconds that uses `parse`; a moment without a zone is in `fallback`.

    `most` reads most texts as `parse` would, sooner, and gives None for others.
    """

    def read(text: str) -> int:
        try:
            moment = most(text) or parse(text)
        except NotATime:
            raise
        except (ValueError, OverflowError):
            raise ValueError(f"“{text[:60]}” is not {kind}" if text.strip() else "there is no time") from None
        if moment.tzinfo is None:
            if fallback is None:
                raise ValueError(f"“{text[:60]}” has no time zone and the map gives none ([time] zone)")
            moment = in_zone(moment, fallback, text)
        return milliseconds(moment, text)

    return read


def milliseconds(moment: datetime, text: str) -> int:
    """Epoch milliseconds of a moment with a zone, read from `text`; raises ValueError outside the years 1 to 2198."""
    try:
        at = (moment - _EPOCH) // _MILLISECOND
    except OverflowError:
        at = _LATEST + 1
    if _EARLIEST <= at <= _LATEST:
        return at
    raise ValueError(f"“{text[:60]}” is outside the years 1 to 2198")


def _by_slices(pattern: str) -> Callable[[str], datetime]:
    """`strptime` for `pattern`, with a fast path (a tenth of the time) for texts of full width in plain digits."""

    def slow(text: str) -> datetime:
        return datetime.strptime(text, pattern)

    places: dict[str, slice] = {}
    frame: list[tuple[slice, str]] = []
    width = at = 0
    while at < len(pattern):
        if pattern[at] == "%":
            name = pattern[at + 1]
            if name not in _WIDTHS or name in places:
                return slow
            places[name] = slice(width, width + _WIDTHS[name])
            width += _WIDTHS[name]
            at += 2
            continue
        frame.append((slice(width, width + 1), pattern[at]))
        width += 1
        at += 1
    parts = [name for name in "YmdHMS" if name in places]
    # datetime() takes its parts in this order; with a gap in between (%S without %M) there is no fast path.
    if "".join(parts) not in ("Ymd", "YmdH", "YmdHM", "YmdHMS"):
        return slow
    digits = itemgetter(*(places[name] for name in parts))

    def quick(text: str) -> datetime:
        if len(text) == width and text.isascii() and all(text[place] == mark for place, mark in frame):
            numbers = digits(text)
            if "".join(numbers).isdigit():
                return datetime(*map(int, numbers))  # type: ignore[arg-type]
        return slow(text)

    return quick


def _epoch(scale: int) -> Moments:
    """A reader of epoch numbers, `scale` milliseconds to the unit; fractions are rounded to the millisecond."""

    def read(text: str) -> int:
        if not _NUMBER.fullmatch(text):
            raise ValueError(f"“{text[:60]}” is not an epoch number" if text.strip() else "there is no time")
        try:
            at = round(float(text) * scale) if not text.lstrip("-").isdigit() else int(text) * scale
        except OverflowError:
            at = _LATEST + 1
        if _EARLIEST <= at <= _LATEST:
            return at
        other = "epoch_ms" if scale == 1000 else "epoch_s"
        raise ValueError(f"“{text[:60]}” is outside the years 1 to 2198 (is the format {other}?)")

    return read
