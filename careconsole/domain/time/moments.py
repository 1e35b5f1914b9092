"""Times and spans as people write and read them.

Internally, a time is epoch milliseconds (UTC) and a span is milliseconds. Nothing here reads a clock: "now" is
passed in. `zone` is the user's time zone; None is the workstation's.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NoReturn

from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

SPAN_HINT = "Write it like 30m, 4h, 2d, 1w or 1h30m."
MOMENT_HINT = 'Write it like 4h, 17:00, "tomorrow 10:00", "fri 17:00" or 2026-11-03T17:00Z.'
INSTANT_HINT = 'Write it like "4h ago", 14:05, "yesterday 10:00", now or 2026-11-03T14:05Z.'

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# A year short of what datetime can hold, so that no zone's offset exceeds it.
_EARLIEST = (datetime(1900, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
_LATEST = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND - 1

# Not compiled here: commands that only show times should not pay for it. White space is collapsed beforehand.
_SPAN = r"(?=\d)(?:(\d{1,6})w)? ?(?:(\d{1,6})d)? ?(?:(\d{1,6})h)? ?(?:(\d{1,6})m)? ?(?:(\d{1,6})s)?"
_FROM_NOW = r"(in |[+-] ?)?(\d[\d wdhms]*[wdhms])( ago)?"
_DAY_AND_CLOCK = r"((?!at\b)[a-z]+)? ?(?:\bat )?(?:(\d{1,2}):(\d\d))?"


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


def parse_moment(text: str, now: int, zone: tzinfo | None = None) -> int:
    """Parses a future time as epoch milliseconds.

    - "4h", "+4h", "in 4h": from now
    - "17:00": the next time the clock shows it; "fri 17:00": on the next such day
    - "today 17:00", "tomorrow 10:00"; "tomorrow" and "fri" alone: at the present clock time
    - ISO 8601 with Z or an offset

    A clock time skipped by the change to summer time is read an hour later; of one that occurs twice, the first
    that is still ahead counts. An ISO time may be in the past, "today 9:00" too: see `future`. Raises WrongUse.
    """
    return _read(text, now, zone, past=False)


def parse_instant(text: str, now: int, zone: tzinfo | None = None) -> int:
    """Parses a time that may be in the past, as epoch milliseconds.

    Like `parse_moment`, and "now", "4h ago", "-4h", "yesterday", "yesterday 10:00". A bare "14:05" is today's;
    "fri 17:00" is the latest such time. Raises WrongUse.
    """
    return _read(text, now, zone, past=True)


def future(ms: int, now: int, what: str, zone: tzinfo | None = None) -> int:
    """`ms` if it is after `now`; else raises WrongUse naming `what` ("The time of the promise") and both times."""
    if ms > now:
        return ms
    understood, present = _stamp(ms, zone), _stamp(now, zone)
    raise WrongUse(f"{what} must lie ahead: it was read as {understood}, and now it is {present}.", MOMENT_HINT)


def after(ms: int, start: int, what: str, zone: tzinfo | None = None) -> int:
    """`ms` if it is after `start`; else raises WrongUse naming `what` ("The end of the duty") and both times."""
    if ms > start:
        return ms
    read, begins = _stamp(ms, zone), _stamp(start, zone)
    raise WrongUse(
        f"{what} must lie after its beginning: it was read as {read}, and the beginning is {begins}.",
        f"Where a weekday is meant that comes later, give its date, such as {_stamp(start + DAY, zone)}.",
    )


def iso(ms: int) -> str:
    """A time for machines: "2012-05-01T00:00:00Z", with milliseconds only if they are not zero."""
    moment = _EPOCH + ms * _MILLISECOND
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds" if ms % SECOND else "seconds") + "Z"


def local(ms: int, now: int, zone: tzinfo | None = None) -> str:
    """A time for display, in local time: "14:05" today, "Tue 14:05" up to six days away, else "2026-11-03 14:05"."""
    moment, today = _wall(ms, zone), _wall(now, zone)
    clock = f"{moment.hour:02}:{moment.minute:02}"
    days = moment.toordinal() - today.toordinal()
    if days == 0:
        return clock
    if -7 < days < 7:
        return f"{_WEEKDAYS[moment.weekday()][:3].title()} {clock}"
    return f"{moment.year:04}-{moment.month:02}-{moment.day:02} {clock}"


def _read(text: str, now: int, zone: tzinfo | None, *, past: bool) -> int:
    written = " ".join(text.lower().split())
    ms = None
    if past and written == "now":
        return now
    if match := re.fullmatch(_FROM_NOW, written, re.ASCII):
        ms = _from_now(match, text, now, past)
    elif re.match(r"\d{4}-?\d", written):
        ms = _iso(written.upper(), text, zone)
    elif written and (match := re.fullmatch(_DAY_AND_CLOCK, written, re.ASCII)):
        ms = _on_a_day(match, text, now, zone, past)
    if ms is None:
        _not_a_time(text, past)
    return ms


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


def _on_a_day(match: re.Match[str], text: str, now: int, zone: tzinfo | None, past: bool) -> int | None:
    day, hour, minute = match.groups()
    today = _wall(now, zone)
    if hour is not None:
        if int(hour) > 23 or int(minute) > 59:
            raise WrongUse(f"{_quoted(text)}: a clock time goes from 00:00 to 23:59.")
        today = today.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0, fold=0)
    elif day == "today":
        raise WrongUse(f"{_quoted(text)} needs a time.", 'Write it like "today 17:00".')
    if day is None or day == "today":
        if day or past:
            return _stood(today, zone, now, past)
        days = [0, 1]
    elif day == "tomorrow":
        days = [1]
    elif day == "yesterday":
        if not past:
            _looks_back(text)
        days = [-1]
    else:
        number = next((n for n, name in enumerate(_WEEKDAYS) if len(day) > 2 and name.startswith(day)), None)
        if number is None:
            return None
        ahead = (number - today.weekday()) % 7
        days = [ahead, ahead - 7] if past else [ahead, ahead + 7]
    for offset in days:
        ms = _stood(today + timedelta(days=offset), zone, now, past)
        if len(days) == 1 or (ms <= now if past else ms > now):
            return ms
    return None


def _iso(written: str, text: str, zone: tzinfo | None) -> int | None:
    try:
        moment = datetime.fromisoformat(re.sub(r" (?=[+Z-])", "", written))
        if moment.tzinfo is not None:
            return _in_range((moment - _EPOCH) // _MILLISECOND, text)
        known = _stamp(_ms(moment, zone), zone)
    except (ValueError, OverflowError):
        return None
    try:
        date.fromisoformat(written)
    except ValueError:
        raise WrongUse(f"{_quoted(text)} does not say in which zone.", f"Write {known} for your own time.") from None
    raise WrongUse(f"{_quoted(text)} is a day without a time.", f"Write {known} for its beginning where you are.")


def _wall(ms: int, zone: tzinfo | None) -> datetime:
    """The local time in the zone, as a naive datetime; `fold` distinguishes repeated times."""
    return (_EPOCH + ms * _MILLISECOND).astimezone(zone).replace(tzinfo=None)


def _ms(wall: datetime, zone: tzinfo | None) -> int:
    """The epoch milliseconds of a local time in the zone."""
    # Not astimezone(): in the workstation's zone it reads a skipped time an hour too early.
    whole = wall.replace(tzinfo=zone, microsecond=0).timestamp()
    return int(whole) * SECOND + wall.microsecond // 1_000


def _stood(wall: datetime, zone: tzinfo | None, now: int, past: bool) -> int:
    """As `_ms`; of a local time that occurs twice, the latest past one or the next one still ahead."""
    first = _ms(wall.replace(fold=0), zone)
    second = max(first, _ms(wall.replace(fold=1), zone))  # in a gap, fold=1 is the earlier one
    if past:
        return second if second <= now else first
    return first if first > now else second


def _stamp(ms: int, zone: tzinfo | None) -> str:
    """Local time with its offset: for display, and accepted as input."""
    moment = (_EPOCH + ms * _MILLISECOND).astimezone(zone)
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
    raise WrongUse(f"{_quoted(text)} is in the past; a time to come is wanted here.", MOMENT_HINT)
