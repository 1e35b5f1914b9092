"""Times and spans as people write and read them.

Internally, a time is epoch milliseconds (UTC) and a span is milliseconds. Nothing here reads a clock: "now" is passed
in. `zone` is the user's time zone; None is the workstation's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NoReturn

from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY, WEEK = 24 * HOUR, 7 * 24 * HOUR
DAY_BEGINS, DAY_ENDS = 9, 17
"""The hours that a day alone means: what waits "until Friday" goes on at 9:00, what is "due Friday" is due at 17:00."""

SPAN_HINT = "Write it like 30m, 4h, 2d, 1w or 1h30m."
MOMENT_HINT = 'Write it like 4h, 17:00, 5pm, "tomorrow 10:00", "fri 17:00", 2026-11-03 or "2026-11-03 17:00".'
INSTANT_HINT = 'Write it like "4h ago", 14:05, "yesterday 10:00", now, 2026-11-03 or "2026-11-03 14:05".'

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# A year short of what datetime can hold, so that no zone's offset exceeds it.
_EARLIEST = (datetime(1900, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
_LATEST = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND - 1

# Not compiled here: commands that only show times should not pay for it. White space is collapsed beforehand.
_SPAN = r"(?=\d)(?:(\d{1,6})w)? ?(?:(\d{1,6})d)? ?(?:(\d{1,6})h)? ?(?:(\d{1,6})m)? ?(?:(\d{1,6})s)?"
_FROM_NOW = r"(in |[+-] ?)?(\d[\d wdhms]*[wdhms])( ago)?"
_DAY = r"(?:(?P<which>this|next|last) )?(?P<day>(?!at\b)[a-z]+)"
_CLOCK = r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))? ?(?P<half>[ap]\.?m\.?)?"
_DAY_AND_CLOCK = rf"(?:{_DAY})? ?(?:\bat )?(?:{_CLOCK})?"
_CLOCK_AND_DAY = rf"(?:at )?{_CLOCK} (?:on )?{_DAY}"
_NUMBER = r"-?\d*(?:[.,]\d+)?"


def parse_span(text: str) -> int:
    """Parses "4h", "30m", "2d", "1w", "90s" or "1h30m" as milliseconds; a leading minus makes it negative.

    A day is 24 hours and a week seven such days, whatever the calendar. Raises WrongUse.
    """
    written = " ".join(text.lower().split())
    sign, digits = (-1, written[1:].lstrip()) if written.startswith("-") else (1, written)
    match = re.fullmatch(_SPAN, digits, re.ASCII)
    if match is None:
        raise WrongUse(f"{_quoted(text)} is not a span of time.", SPAN_HINT)
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    return sign * (weeks * WEEK + days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND)


def write_span(ms: int) -> str:
    """A span as `parse_span` reads it, truncated to seconds: "1d2h", "-90m" as "-1h30m", "0m"."""
    rest, parts = abs(ms) // SECOND * SECOND, []
    for unit, size in (("w", WEEK), ("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND)):
        number, rest = divmod(rest, size)
        if number:
            parts.append(f"{number}{unit}")
    return ("-" if ms < 0 and parts else "") + ("".join(parts) or "0m")


def format_span(ms: int) -> str:
    """A span for display, in its two largest units from days to minutes: "3d 4h", "2h 5m", "12m", "-2h".

    The rest is truncated, not rounded. Less than a minute is "<1m", without a sign; zero is "0m".
    """
    size = abs(ms)
    if size < MINUTE:
        return "<1m" if size else "0m"
    sign = "-" if ms < 0 else ""
    minutes = size // MINUTE
    if minutes < 60:
        return f"{sign}{minutes}m"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{sign}{hours}h {minutes}m" if minutes else f"{sign}{hours}h"
    days, hours = divmod(hours, 24)
    return f"{sign}{days}d {hours}h" if hours else f"{sign}{days}d"


def parse_moment(text: str, now: int, zone: tzinfo | None = None, *, hour: int | None = None) -> int:
    """Parses a future time as epoch milliseconds; `hour` is the one that a day alone means.

    - "4h", "+4h", "in 4h": from now
    - "17:00", "5pm", "noon": the next time the clock shows it; "fri 17:00": on the next such day
    - "today 17:00", "5pm tomorrow"; "tomorrow", "fri" and "next monday" (after today): at `hour`, else as late as now
    - a date with or without a time, as imports read it (`written_dates`); without: at `hour`, else that day's beginning

    A clock time that the change to summer time skips is refused; of one that occurs twice, the first that is still
    ahead counts. A date may be in the past, "today 9:00" too: see `future`. Raises WrongUse.
    """
    return _read(text, now, zone, past=False, day_hour=hour)


def parse_end(text: str, begins: int | None, now: int, zone: tzinfo | None = None) -> int:
    """Parses the end of what begins at `begins` (None: now), as `parse_moment` does.

    A clock time without a day ("18:00") and a span ("+4h") count from the beginning; a day alone is `DAY_BEGINS`.
    Raises WrongUse.
    """
    written = " ".join(text.lower().split())
    from_there = written.startswith("+") or re.fullmatch(f"{_CLOCK}|noon", written, re.ASCII)
    return parse_moment(text, begins if begins is not None and from_there else now, zone, hour=DAY_BEGINS)


def parse_instant(text: str, now: int, zone: tzinfo | None = None) -> int:
    """Parses a time that may be in the past, as epoch milliseconds.

    Like `parse_moment`, and "now", "4h ago", "-4h", "yesterday", "yesterday 10:00". A bare "14:05" is today's;
    "fri 17:00" is the latest such time. Raises WrongUse.
    """
    return _read(text, now, zone, past=True)


def parse_iso(text: str, what: str) -> int:
    """Parses a time in ISO 8601 that names its zone, as epoch milliseconds; raises WrongUse, naming `what` it is."""
    from careconsole.domain.time.iso8601 import iso_moment

    try:
        moment = iso_moment(text.strip())
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise WrongUse(f"{what} is {_quoted(text)}, which has no time zone.", "Write it like 2026-11-03T14:05Z.")
    return _in_range((moment - _EPOCH) // _MILLISECOND, text)


def day_start(now: int, days: int = 0, zone: tzinfo | None = None) -> int:
    """When the day begins that is so many days after today: at midnight, or at the first time that its clock shows."""
    midnight = _wall(now, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return _beginning(midnight + timedelta(days=days), zone)


def next_clock(hour: int, minute: int, now: int, zone: tzinfo | None = None) -> int:
    """The next time after `now` when the clock shows this, or would if a change of the clocks did not skip it."""
    wall = _wall(now, zone).replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    return next(ms for days in range(3) if (ms := _nearest(wall + timedelta(days=days), zone, now, False)) > now)


def future(ms: int, now: int, what: str, zone: tzinfo | None = None) -> int:
    """`ms` if it is after `now`; else raises WrongUse naming `what` ("The time of the promise") and both times."""
    if ms > now:
        return ms
    understood, present = _stamp(ms, zone), _stamp(now, zone)
    raise WrongUse(f"{what} must be in the future: it was read as {understood}, and now it is {present}.", MOMENT_HINT)


def after(ms: int, start: int, what: str, zone: tzinfo | None = None) -> int:
    """`ms` if it is after `start`; else raises WrongUse naming `what` ("The end of the duty") and both times."""
    if ms > start:
        return ms
    read, begins = _stamp(ms, zone), _stamp(start, zone)
    raise WrongUse(
        f"{what} must be after the beginning: it was read as {read}, and the beginning is {begins}.",
        f"For a later weekday, give its date, such as {_stamp(start + DAY, zone)}.",
    )


def iso(ms: int) -> str:
    """A time for machines: "2012-05-01T00:00:00Z", with milliseconds only if they are not zero."""
    moment = _EPOCH + ms * _MILLISECOND
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds" if ms % SECOND else "seconds") + "Z"


WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATE_STYLES: dict[str, Callable[[datetime], str]] = {
    "2026-11-03": lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}",
    "03.11.2026": lambda day: f"{day.day:02}.{day.month:02}.{day.year:04}",
    "03/11/2026": lambda day: f"{day.day:02}/{day.month:02}/{day.year:04}",
    "11/03/2026": lambda day: f"{day.month:02}/{day.day:02}/{day.year:04}",
    "3 Nov 2026": lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year:04}",
    "Nov 3, 2026": lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year:04}",
}
"""The ways to write a date, each named by how it writes the third of November 2026."""
USUAL_DATES = "2026-11-03"
_MONTH_FIRST = {"03.11.2026": False, "03/11/2026": False, "11/03/2026": True}
_dates = USUAL_DATES


def use_date_style(style: str) -> None:
    """Has this process write dates in one of `DATE_STYLES`, as it has one time zone; 03/04/2026 is read the same way.

    Raises KeyError for another style.
    """
    global _dates
    DATE_STYLES[style]
    _dates = style


def local(ms: int, now: int, zone: tzinfo | None = None, *, style: str = "") -> str:
    """A time for display, in local time: "14:05" today, "Tue 14:05" up to five days away, else "2026-11-03 14:05".

    From six days on, the weekday is nearer on the other side of today, and would be read as that day. The date is
    written in the process's style, or in the one given, as in texts that other people read.
    """
    moment, today = _wall(ms, zone), _wall(now, zone)
    clock = f"{moment.hour:02}:{moment.minute:02}"
    days = moment.toordinal() - today.toordinal()
    if days == 0:
        return clock
    if -6 < days < 6:
        return f"{WEEKDAYS[moment.weekday()]} {clock}"
    return f"{DATE_STYLES[style or _dates](moment)} {clock}"


def _read(text: str, now: int, zone: tzinfo | None, *, past: bool, day_hour: int | None = None) -> int:
    from careconsole.domain.time.spoken import in_digits  # most commands are given no time

    written = in_digits(text)
    ms = None
    if past and written == "now":
        return now
    if match := re.fullmatch(_FROM_NOW, written, re.ASCII):
        ms = _from_now(match, text, now, past)
    elif written and (match := _day_and_clock(written)):
        ms = _on_a_day(match, text, now, zone, past, day_hour)
    elif len(written) == 8 or not re.fullmatch(_NUMBER, written):
        ms = _on_a_date(text, now, zone, past, day_hour)
    if ms is None:
        _not_a_time(text, past)
    return ms


def _day_and_clock(written: str) -> re.Match[str] | None:
    match = re.fullmatch(_DAY_AND_CLOCK, written, re.ASCII) or re.fullmatch(_CLOCK_AND_DAY, written, re.ASCII)
    return match if match and (not match["hour"] or match["minute"] or match["half"]) else None


def _from_now(match: re.Match[str], text: str, now: int, past: bool) -> int | None:
    lead, span, ago = match[1] or "", match[2], match[3]
    if lead and ago:
        return None
    try:
        ms = parse_span(span)
    except WrongUse:
        return None
    if ago or lead.startswith("-"):
        if not past:
            _looks_back(text)
        ms = -ms
    return _in_range(now + ms, text)


def _on_a_day(
    match: re.Match[str], text: str, now: int, zone: tzinfo | None, past: bool, day_hour: int | None
) -> int | None:
    day, which, clock = match["day"], match["which"], match["hour"] is not None or day_hour is not None
    today = _wall(now, zone)
    if clock:
        hour, minute = _clock(match, text) if match["hour"] is not None else (day_hour or 0, 0)
        today = today.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    elif day == "today":
        raise WrongUse(f"{_quoted(text)} needs a time.", 'Write it like "today 17:00".')

    if day is None or day == "today":
        if which:
            return None
        choices = [0] if day or past else [0, 1]
    elif day in ("tomorrow", "yesterday"):
        if which:
            return None
        if day == "yesterday" and not past:
            _looks_back(text)
        choices = [1 if day == "tomorrow" else -1]
    else:
        number = next((n for n, name in enumerate(_WEEKDAYS) if len(day) > 2 and name.startswith(day)), None)
        if number is None:
            return None
        ahead = (number - today.weekday()) % 7
        if which == "next":
            choices = [ahead or 7]
        elif which == "last":
            if not past:
                _looks_back(text)
            choices = [ahead - 7]
        else:
            choices = [ahead, ahead - 7] if past else [ahead, ahead + 7]
    for days in choices:
        wall = today + timedelta(days=days)
        ms = _nearest(wall, zone, now, past)
        if len(choices) == 1 or (ms <= now if past else ms > now):
            return _stood(wall, zone, now, past, text) if clock else ms
    return None


def _clock(match: re.Match[str], text: str) -> tuple[int, int]:
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if half:
        if not 1 <= hour <= 12:
            raise WrongUse(f"{_quoted(text)}: with am and pm, hours go from 1 to 12.", "Write it like 5pm or 17:00.")
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour > 23 or minute > 59:
        raise WrongUse(f"{_quoted(text)}: times go from 00:00 to 23:59.")
    return hour, minute


def _on_a_date(text: str, now: int, zone: tzinfo | None, past: bool, day_hour: int | None) -> int | None:
    """The moment of a text with a date in it; None when it is none. Raises WrongUse for one that has two meanings."""
    # Loaded only here: most commands are given no date.
    from careconsole.domain.time.written_dates import Unreadable, has_clock, read_date

    try:
        plain = re.sub(r"\bnoon\b", "12:00", text, flags=re.IGNORECASE)
        try:
            moment = read_date(plain)
        except ValueError as error:
            if isinstance(error, Unreadable) or _dates not in _MONTH_FIRST:
                raise
            moment = read_date(plain, not _MONTH_FIRST[_dates])
        if moment.tzinfo is not None:
            return _in_range((moment - _EPOCH) // _MILLISECOND, text)
        if not has_clock(text):
            if day_hour is not None:
                return _in_range(_stood(moment.replace(hour=day_hour), zone, now, past, text), text)
            return _in_range(_beginning(moment, zone), text)
        return _in_range(_stood(moment, zone, now, past, text), text)
    except (OverflowError, Unreadable):
        return None
    except ValueError as error:
        raise WrongUse(f"{error}.", 'Write the year first, such as 2026-12-24 or "2026-12-24 17:00".') from None


def local_time(ms: int, zone: tzinfo | None = None) -> datetime:
    """The local time in the zone, with its offset; without a zone, in that of this machine."""
    return (_EPOCH + ms * _MILLISECOND).astimezone(zone)


def _wall(ms: int, zone: tzinfo | None) -> datetime:
    """The local time in the zone, as a naive datetime; `fold` distinguishes repeated times."""
    return local_time(ms, zone).replace(tzinfo=None)


def _ms(wall: datetime, zone: tzinfo | None) -> int:
    """The epoch milliseconds of a local time in the zone."""
    # Not astimezone(): in the workstation's zone it reads a skipped time an hour too early.
    whole = wall.replace(tzinfo=zone, microsecond=0).timestamp()
    return int(whole) * SECOND + wall.microsecond // 1_000


def _stood(wall: datetime, zone: tzinfo | None, now: int, past: bool, text: str) -> int:
    """As `_nearest`; raises WrongUse for a local time that a change of the clocks skips."""
    ms = _nearest(wall, zone, now, past)
    if _wall(ms, zone) != wall:
        raise WrongUse(
            f"{_quoted(text)}: the clocks go forward then, and {wall.hour:02}:{wall.minute:02} does not exist.",
            f"Write {_stamp(ms, zone)} if you mean an hour later.",
        )
    return ms


def _nearest(wall: datetime, zone: tzinfo | None, now: int, past: bool) -> int:
    """As `_ms`; of a local time that occurs twice, the latest past one or the next one still ahead."""
    first = _ms(wall.replace(fold=0), zone)
    second = max(first, _ms(wall.replace(fold=1), zone))  # in a gap, fold=1 is the earlier one
    if past:
        return second if second <= now else first
    return first if first > now else second


def _beginning(midnight: datetime, zone: tzinfo | None) -> int:
    """The first moment at which the clock shows `midnight` or, where it skips that, a later time."""
    early, late = sorted(_ms(midnight.replace(fold=fold), zone) for fold in (0, 1))
    if _wall(early, zone) == midnight:
        return early
    while late - early > SECOND:  # the change lies between the two
        middle = (early + late) // 2 // SECOND * SECOND
        early, late = (early, middle) if _wall(middle, zone) >= midnight else (middle, late)
    return late


def _stamp(ms: int, zone: tzinfo | None) -> str:
    """Local time with its offset: for display, and accepted as input."""
    moment = local_time(ms, zone)
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def _in_range(ms: int, text: str) -> int:
    if _EARLIEST <= ms <= _LATEST:
        return ms
    raise WrongUse(f"{_quoted(text)} is too far away.", "Years go from 1900 to 9998.")


def _quoted(text: str) -> str:
    return f'"{display_text(text, 40)}"'


def _not_a_time(text: str, past: bool) -> NoReturn:
    raise WrongUse(f"{_quoted(text)} is not a time.", INSTANT_HINT if past else MOMENT_HINT)


def _looks_back(text: str) -> NoReturn:
    raise WrongUse(f"{_quoted(text)} is in the past; give a future time.", MOMENT_HINT)
