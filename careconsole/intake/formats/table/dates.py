"""Times as people and programs usually write them, read exactly or not at all.

ISO 8601 in all its forms, epoch seconds (9 or 10 digits) and milliseconds (12 or 13), 2024/1/5 9:05, 5.1.2024,
1/5/2024 3:04 PM, 5 Jan 2024, Fri, 05 Jan 2024 09:05:00 +0100. No text tells whether 03/04/2024 is in March or in April:
the caller must know, or find a value in the file that proves it (`Evidence`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from unicodedata import normalize

import msgspec

from careconsole.intake.values.times import Moments, milliseconds, zone_named

_CLOCK = (
    r"(?:(?:[T,]|\bum|\ba las|\bat|\bà|\balle)?\s*(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?\s*(?:Uhr)?\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?)?"
)
_ZONE = (
    r"\s*(?P<zone>Z|[A-Z]{2,5}|(?:(?:UTC|GMT)\s?)?[+-]\d{2}:?\d{2}|(?:UTC|GMT)\s?[+-]\d{1,2})?"
    r"(?:\s*\([^()]{1,40}\))?"  # JavaScript repeats the name of the zone
)
_DAY_NAME = r"(?:[^\W\d]{2,12}\.?,?\s+)?"
_END = re.compile(_CLOCK + _ZONE + r"\s*", re.ASCII)
_NUMBERS = re.compile(rf"\s*{_DAY_NAME}(\d{{1,2}})\s?([./-])\s?(\d{{1,2}})\s?\2\s?(\d{{4}}|\d{{2}})(?!\d),?\s*")
_YEAR_FIRST = re.compile(r"\s*(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?!\d),?\s*", re.ASCII)
_COMPACT = re.compile(r"\s*(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d))?\s*", re.ASCII)
_NAMED = re.compile(
    rf"\s*{_DAY_NAME}(?:(?P<d1>\d{{1,2}})(?:\.|st|nd|rd|th|er|º)?[\s-]*(?:de\s+)?(?P<m1>[^\W\d]{{3,10}})\.?"
    rf"|(?P<m2>[^\W\d]{{3,10}})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)[\s,-]*(?:de\s+)?(?P<year>\d{{4}}),?\s*"
)
_EPOCH_SECONDS = re.compile(r"-?\d{9,10}(\.\d{1,9})?", re.ASCII)
_EPOCH_MILLIS = re.compile(r"-?\d{12,13}(\.\d{1,9})?", re.ASCII)
_LONGEST = 100
_ISO = re.compile(r"\d{4}-\d\d", re.ASCII)
_NOTHING = frozenset(("", "-", "--", "?", "0", "null", "none", "nil", "n/a", "na", "nan", "(null)", "\\n"))
_NO_DAY = re.compile(r"0{4}-0{1,2}-0{1,2}.*")
_HOURS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}  # RFC 2822, 4.3
_HOURS |= {"UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner janvier janv ene enero gennaio gen janeiro januari",
            "feb february februar februari février févr fév fev febrero febbraio fevereiro",
            "mar march märz mrz mär mars marzo março maart mrt",
            "apr april avril avr abr abril aprile",
            "may mai mayo maggio mag maio mei",
            "jun june juni juin junio giugno giu junho",
            "jul july juli juillet juil julio luglio lug julho",
            "aug august augustus août aou ago agosto",
            "sep sept september septembre septiembre settembre set setembro",
            "oct october okt oktober octobre octubre ottobre ott out outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember décembre déc dic diciembre dicembre dezembro",
        ),
        1,
    )
    for name in names.split()
}


class Evidence(msgspec.Struct):
    """What the values of a column of times show, collected one by one.

    `times` could be read and `others` could not; `days` proved that the day comes first, `months` that the month does;
    `open` is an example of a text that can be read both ways, `local` one that names no zone.
    """

    times: int = 0
    others: int = 0
    days: int = 0
    months: int = 0
    open: str = ""
    local: str = ""

    def add(self, text: str) -> None:
        """Adds one value; empty ones show nothing."""
        if is_nothing(text):
            return
        parts = _NUMBERS.match(text)
        first = True
        if parts is not None and parts[2] != "." and parts[1] != parts[3]:
            first = int(parts[1]) > 12
            if first == (int(parts[3]) > 12):
                self.open = self.open or (text if not first else "")
            else:
                self.days += first
                self.months += not first
        try:
            moment = _moment(text, first)
        except ValueError:
            self.others += 1
            return
        self.times += 1
        if moment.tzinfo is None:
            self.local = self.local or text

    def add_all(self, texts: Iterable[str]) -> Evidence:
        """Adds many values."""
        for text in texts:
            self.add(text)
        return self

    @property
    def day_first(self) -> bool | None:
        """Whether the day comes first; None when no value proves it, or values prove both."""
        return None if bool(self.days) == bool(self.months) else bool(self.days)


def is_nothing(text: str) -> bool:
    """Whether a value means that there is none: empty, null, -, 0000-00-00 and the like."""
    folded = text.strip().lower()
    return folded in _NOTHING or (folded[:4] == "0000" and _NO_DAY.fullmatch(folded) is not None)


def usual_dates(day_first: bool | None, zone: tzinfo | None, on_local: Callable[[], None]) -> Moments:
    """A reader of times as they are usually written, into epoch milliseconds; it raises ValueError with the reason.

    `day_first` decides 03/04/2024; with None such a text is an error. A text that names no zone is in `zone`, and
    `on_local` is called; with None it is an error.
    """

    def read(text: str) -> int:
        moment = _moment(text, day_first)
        if moment.tzinfo is None:
            if zone is None:
                raise ValueError(f"“{text[:60]}” has no time zone")
            on_local()
            moment = moment.replace(tzinfo=zone)
        return milliseconds(moment, text)

    return read


def _moment(text: str, day_first: bool | None) -> datetime:
    """The moment `text` names, with its zone where it names one. Raises ValueError with the reason."""
    if len(text) > _LONGEST:
        raise _Unread(text)
    if _ISO.match(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    elif text.isascii() and (text.isdigit() or _EPOCH_SECONDS.fullmatch(text) or _EPOCH_MILLIS.fullmatch(text)):
        return _of_digits(text)
    for pattern, order in ((_YEAR_FIRST, "ymd"), (_NUMBERS, "numbers"), (_NAMED, "named")):
        if (found := pattern.match(text)) and (end := _END.fullmatch(text, found.end())):
            try:
                return _put_together(*_day(found, order, day_first, text), end)
            except (ValueError, OverflowError) as error:
                raise _Unread(text, error) from None
    raise _Unread(text)


class _Unread(ValueError):
    """Why a text is not a time; a `_Told` reason is kept, datetime's own is dropped."""

    def __init__(self, text: str, why: Exception | None = None) -> None:
        ours = isinstance(why, _Told)
        super().__init__(str(why) if ours else f"“{text[:60]}” is no time" if text.strip() else "there is no time")


class _Told(ValueError):
    """A reason in words for the user."""


def _day(found: re.Match[str], order: str, day_first: bool | None, text: str) -> tuple[int, int, int]:
    """Year, month and day."""
    if order == "ymd":
        return int(found[1]), int(found[3]), int(found[4])
    if order == "named":
        month = _MONTHS.get(normalize("NFC", (found["m1"] or found["m2"]).lower()), 0)
        return int(found["year"]), month, int(found["d1"] or found["d2"])
    one, other, year = int(found[1]), int(found[3]), int(found[4])
    if len(found[4]) == 2:
        if found[2] == "-":
            raise _Told(f"“{text[:60]}” may begin or end with the year: write it with four digits")
        year += 1900 if year > 68 else 2000  # as in POSIX
    if found[2] == "." or one == other:  # nobody writes dots with the month first
        day_first = True
    if day_first is None:
        if one > 12 or other > 12:
            day_first = one > 12
        else:
            raise _Told(f"“{text[:60]}” can be read with the day or with the month first, and nothing says which")
    day, month = (one, other) if day_first else (other, one)
    if month > 12 >= day:
        raise _Told(f"“{text[:60]}” does not have the {'day' if day_first else 'month'} first, as the others have")
    return year, month, day


def _put_together(year: int, month: int, day: int, end: re.Match[str]) -> datetime:
    hour, half = int(end["hour"] or 0), (end["half"] or "")[:1].lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half == "p" else 0)
    part = int((end["part"] or "0").ljust(6, "0")[:6])
    zone = _zone(end["zone"]) if end["zone"] else None
    return datetime(year, month, day, hour, int(end["minute"] or 0), int(end["second"] or 0), part, zone)


def _zone(name: str) -> tzinfo:
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name])) if _HOURS[name] else UTC
    offset = name.removeprefix("UTC").removeprefix("GMT").strip()
    if re.fullmatch(r"[+-]\d{1,2}", offset):
        offset = f"{offset[0]}{offset[1:]:0>2}:00"
    if not offset.startswith(("+", "-")):
        raise _Told(f"the zone {name} is not known; an offset such as +01:00 is")
    return zone_named(offset)


def _of_digits(text: str) -> datetime:
    if (found := _COMPACT.fullmatch(text)) and len(text) in (8, 14):
        try:
            return datetime(*(int(part) for part in found.groups() if part))  # type: ignore[arg-type]
        except ValueError:
            raise _Unread(text) from None
    if _EPOCH_SECONDS.fullmatch(text):
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=float(text))
    if _EPOCH_MILLIS.fullmatch(text):
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=float(text))
    raise _Unread(text)


def zone_here() -> str:
    """The name of this machine's time zone ("Europe/Rome"), or its present offset ("+01:00") where it has no name."""
    named = [os.environ.get("TZ", "").lstrip(":")]
    for path in ("/etc/localtime", "/var/db/timezone/localtime"):
        with suppress(OSError):
            named.append(os.path.realpath(path).partition("zoneinfo/")[2])
    with suppress(OSError, UnicodeError), open("/etc/timezone", encoding="ascii") as file:
        named.append(file.read().strip())
    for name in filter(None, named):
        with suppress(ValueError):
            zone_named(name)
            return "UTC" if name == "Etc/UTC" else name
    offset = datetime.now().astimezone().strftime("%z")
    return "UTC" if offset == "+0000" else f"{offset[:3]}:{offset[3:5]}"
