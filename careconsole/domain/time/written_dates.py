"""Dates and times as people and programs usually write them, read exactly or not at all.

ISO 8601 (`iso8601`), 2024/1/5 9:05, 5.1.2024, 1/5/2024 3:04 PM, 05-Jan-24, 2024-Jan-05, 5 janvier 2024 à 9h05,
Fri, 05 Jan 2024 09:05:00 +0100, Fri Jan  5 09:05:00 CET 2024, 05/Jan/2024:09:05:00 +0100. Numbers are epoch seconds
(9 or 10 digits), milliseconds (12 or 13), microseconds (15 or 16), or the days of a spreadsheet (45296.375). No text
tells whether 03/04/2024 is in March or in April: the caller must know.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from unicodedata import combining, normalize

from careconsole.domain.late_pattern import LatePattern
from careconsole.domain.time.iso8601 import iso_moment, moment_of_parts, plain_moment, wall_in
from careconsole.domain.time.zones import NotATime, zone_named

_LONGEST = 100
_FIRST_YEAR = 1900
_WEEKDAY = r"(?:(?P<weekday>[A-Za-z]{2,9}(?:-feira)?)\.?,? )?"
# Two digits before a colon are an hour: "5 Jan 09:05" has no year.
_YEAR = r"(?P<year>\d{4}|'?\d\d(?![:.h]))(?!\d),?"
_NUMBERS = LatePattern(rf"{_WEEKDAY}(?P<one>\d{{1,2}}) ?(?P<mark>[./-]) ?(?P<two>\d{{1,2}}) ?(?P=mark) ?{_YEAR}")
_YEAR_FIRST = LatePattern(
    r"(?P<year>\d{4})(?P<mark>[./ -])(?:(?P<month>\d{1,2})|(?P<name>[A-Za-z]{3,10})\.?)(?P=mark)"
    r"(?P<day>\d{1,2})(?!\d),?"
)
_DAY_FIRST = LatePattern(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er|o)?[ /.-]{{0,2}}(?:de |di |of )?"
    rf"(?P<name>[A-Za-z]{{3,10}})\.?[ /.,-]{{0,2}}(?:de |del |di )?{_YEAR}"
)
_MONTH_FIRST = LatePattern(
    rf"{_WEEKDAY}(?P<name>[A-Za-z]{{3,10}})\.?[ /.-](?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ /.,-]{{1,2}}"
    r"(?P<year>\d{4}|'\d\d)(?!\d),?"
)
_FORMS = (_YEAR_FIRST, _NUMBERS, _DAY_FIRST, _MONTH_FIRST)
_CLOCK = (
    r"(?:(?:T|,|:|-(?=\d\d\.\d\d\.\d\d)| (?:um|a las|as|at|a|alle ore|alle|ore|om|kl))?\.? ?"
    r"(?P<hour>\d{1,2})(?: ?[:.h] ?(?P<minute>\d\d)(?: ?[:.] ?(?P<second>\d\d)(?:[.,:](?P<part>\d{1,9}))?)?)?"
    r"(?: ?(?P<unit>Uhr|uhr|uur|hrs|h))? ?(?P<half>[AaPp]\.? ?[Mm]\.?)?)?"
)
_ZONE = (
    r" ?(?P<offset>(?:(?:UTC|GMT) ?)?[+-]\d\d:?\d\d|(?:(?:UTC|GMT) ?)?[+-]\d{1,2}|Z|[A-Z]{2,5})?"
    r"(?: ?\((?P<beside>[^()]{1,40})\))?"
    r"(?: ?\[(?P<zone>[\w/+-]{1,60})\]| (?P<place>[A-Z][A-Za-z]+/[\w/+-]{1,50}))?"
)
_SHORT = LatePattern(r"(\d\d)[/.]\d\d[/.](\d\d)(?!\d)", re.ASCII)
_END = LatePattern(_CLOCK + _ZONE, re.ASCII)
_YEAR_LAST = LatePattern(r"(.*[A-Za-z]\.? \d{1,2}) (\d\d:\d\d(?::\d\d)?)( [A-Z]{2,5}| [+-]\d{4})? (\d{4})", re.ASCII)
_CLOCK_FIRST = LatePattern(
    r"(\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?)(?:,| -)? (.*\d{2})( \([A-Z]{2,5}\))?", re.ASCII
)
_COMPACT = LatePattern(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?", re.ASCII)
_EPOCHS = (
    (LatePattern(r"-?\d{9,10}(\.\d{1,9})?", re.ASCII), timedelta(seconds=1)),
    (LatePattern(r"-?\d{12,13}(\.\d{1,9})?", re.ASCII), timedelta(milliseconds=1)),
    (LatePattern(r"\d{15,16}", re.ASCII), timedelta(microseconds=1)),
)
_NUMBER = LatePattern(r"-?\d{5,}([.,]\d+)?", re.ASCII)
_SERIAL = LatePattern(r"(\d{5})(?:[.,](\d{1,15}))?", re.ASCII)
_SERIALS = range(25_569, 73_051)  # 1970 to 2099
_DAY_ZERO = datetime(1899, 12, 30)  # as spreadsheets count since they took 1900 for a leap year
_HOURS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}  # RFC 2822, 4.3
_HOURS |= {"UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2}
_MARKS = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
_MARKS |= dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janner janvier janv ene enero gennaio genn gen janeiro januari",
            "feb february februar febr feber fevrier fevr fev febrero febbraio fevereiro februari",
            "mar march marz mrz mars marzo marco maart mrt",
            "apr april avril avr abr abril aprile",
            "may mai mayo maggio magg mag maio mei",
            "jun june juni juin junio giugno giu junho",
            "jul july juli juillet juill juil julio luglio lug julho",
            "aug august augustus aout aou ago agosto",
            "sep sept september septembre septiembre settembre sett set setembro",
            "oct october okt oktober octobre octubre ottobre ott out outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember decembre dic diciembre dicembre dezembro",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag mo lundi lun lunes lunedi segunda segunda-feira seg maandag ma",
            "tuesday tues tue dienstag di mardi mar martes martedi terca terca-feira ter dinsdag",
            "wednesday weds wed mittwoch mi mercredi mer miercoles mie mercoledi quarta quarta-feira qua woensdag wo",
            "thursday thurs thur thu donnerstag do jeudi jeu jueves jue giovedi gio quinta quinta-feira qui donderdag",
            "friday fri freitag fr vendredi ven viernes vie venerdi sexta sexta-feira sex vrijdag vr",
            "saturday sat samstag sonnabend sa samedi sam sabado sab sabato zaterdag za",
            "sunday sun sonntag so dimanche dim domingo dom domenica zondag zo",
        )
    )
    for name in names.split()
}


class Unreadable(NotATime):
    """Nothing in the text is known as a time; other texts can be read in two ways, or contradict themselves."""


def read_date(text: str, day_first: bool | None = None) -> datetime:
    """The moment that `text` names, with a zone where it names one; `day_first` decides 03/04/2024.

    Raises NotATime with the reason, also for 03/04/2024 when `day_first` is None.
    """
    if len(text) > _LONGEST:
        raise _unread(text)
    if text[:4].isdigit():
        try:
            return iso_moment(text)
        except NotATime:
            raise
        except (ValueError, OverflowError):
            pass
    plain = _plain(text)
    try:
        if _NUMBER.fullmatch(plain) and (numbered := _of_number(plain, text)) is not None:
            return numbered
        return _of_words(_in_order(plain), day_first, text)
    except NotATime:
        raise
    except (ValueError, OverflowError):
        raise _unread(text) from None


def order_of(text: str) -> tuple[int, int] | None:
    """The two numbers of which nothing in `text` says which is the day, such as 3 and 4 in 03/04/2024."""
    found = _NUMBERS.match(_plain(text)) if len(text) <= _LONGEST else None
    if found is None or found["mark"] == "." or int(found["one"]) == int(found["two"]):
        return None
    return int(found["one"]), int(found["two"])


def short_year(text: str) -> tuple[int, int] | None:
    """The first and the last number of 24/01/05, in all of which the year can be either; None for another text."""
    found = _SHORT.match(_plain(text)) if len(text) <= _LONGEST else None
    return (int(found[1]), int(found[2])) if found else None


def has_clock(text: str) -> bool:
    """Whether a text that `read_date` reads names a time of day, and not a day alone."""
    text = text.strip()
    if plain_moment(text) is not None:
        return len(text) > len("2024-01-05")
    if is_serial(text):
        return not text.isdigit()
    for day_first in (True, False):
        with suppress(NotATime):
            read_date(f"{text} 12:34", day_first)
            return False
    return True


def is_serial(text: str) -> bool:
    """Whether `text` is a day as spreadsheets count them, such as 45296.375; only a column of times holds such."""
    found = _SERIAL.fullmatch(text.strip())
    return found is not None and int(found[1]) in _SERIALS


def is_clock(text: str) -> bool:
    """Whether `text` is a time of day alone, such as 9:05 PM."""
    plain = _plain(text) if len(text) <= _LONGEST else ""
    found = _END.fullmatch(f" {plain}") if plain[:1].isdigit() else None
    return found is not None and bool(found["minute"] or found["half"] or found["unit"])


def _unread(text: str) -> Unreadable:
    return Unreadable(f"“{text[:60]}” is not a time" if text.strip() else "there is no time")


def _plain(text: str) -> str:
    """`text` with single blanks, and without accents and the invisible marks that programs put around a time."""
    if not text.isascii():
        if any(char.isnumeric() and not char.isascii() for char in text):
            return ""
        text = "".join(char for char in normalize("NFKD", text.translate(_MARKS)) if not combining(char))
    return " ".join(text.split())


def _in_order(text: str) -> str:
    """`text` with the clock after the day, where it stands before the day or the year."""
    if text[-5:-4] == " " and (found := _YEAR_LAST.fullmatch(text)):
        return f"{found[1]} {found[4]} {found[2]}{found[3] or ''}"
    if ":" in text[1:3] and (found := _CLOCK_FIRST.fullmatch(text)):
        return f"{found[2]} {found[1]}{found[3] or ''}"
    return text


def _of_words(plain: str, day_first: bool | None, text: str) -> datetime:
    for form in _FORMS:
        if (found := form.match(plain)) and (end := _END.fullmatch(plain, found.end())):
            year = int(found["year"].lstrip("'"))
            if len(found["year"]) < 4:
                year += 1900 if year > 68 else 2000  # as in POSIX
            if form is _NUMBERS:
                month, number = _month_and_day(found, day_first, text)
            else:
                name = found["name"]
                month, number = _MONTHS.get(name.lower(), 0) if name else int(found["month"]), int(found["day"])
            if year < _FIRST_YEAR:
                break
            day = date(year, month, number)
            if form is not _YEAR_FIRST and (weekday := found["weekday"]):
                _check_weekday(weekday, day, text)
            return _at_clock(day, end, text)
    raise ValueError(text)


def _month_and_day(found: re.Match[str], day_first: bool | None, text: str) -> tuple[int, int]:
    one, two = int(found["one"]), int(found["two"])
    if len(found["year"]) == 2 and found["mark"] == "-":
        raise NotATime(f"“{text[:60]}” may begin or end with the year: write it with four digits")
    if found["mark"] == "." or one == two:  # nobody writes dots with the month first
        day_first = True
    if day_first is None:
        if one <= 12 and two <= 12:
            raise NotATime(f"“{text[:60]}” can be read with the day or with the month first, and nothing says which")
        day_first = one > 12
    day, month = (one, two) if day_first else (two, one)
    if month > 12 >= day:
        raise NotATime(f"“{text[:60]}” does not have the {'day' if day_first else 'month'} first, as the others have")
    return month, day


def _check_weekday(name: str, day: date, text: str) -> None:
    if _WEEKDAYS.get(name.lower()) is None:
        raise ValueError(text)
    if _WEEKDAYS[name.lower()] != day.weekday():
        raise NotATime(f"“{text[:60]}” has another weekday than its date")


def _at_clock(day: date, end: re.Match[str], text: str) -> datetime:
    hours, minutes, seconds, part, unit, half, offset, beside, zone, place = end.groups()
    hour = int(hours) if hours else 0
    if hours and not (minutes or half or unit):
        raise ValueError(text)
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    fraction = int(part.ljust(6, "0")[:6]) if part else 0
    wall = moment_of_parts(day, hour, int(minutes or 0), int(seconds or 0), fraction)
    if offset and offset[0] in "+-" and not hours:
        raise ValueError(text)  # 2024-01-05-09:00 can be an offset or a time
    # JavaScript repeats the name of the zone after the offset; alone, it is the zone.
    said = offset or beside
    return wall_in(wall, _offset(said), zone or place or "", text) if said or zone or place else wall


def _offset(name: str | None) -> tzinfo | None:
    if not name:
        return None
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name])) if _HOURS[name] else UTC
    offset = name.removeprefix("UTC").removeprefix("GMT").strip()
    if re.fullmatch(r"[+-]\d{1,2}", offset, re.ASCII):
        offset = f"{offset[0]}{offset[1:]:0>2}:00"
    if not offset.startswith(("+", "-")):
        raise NotATime(f"the zone {name} is not known; an offset such as +01:00 is")
    return zone_named(offset)


def _of_number(plain: str, text: str) -> datetime | None:
    """The moment of a number; None if it is no number that counts time."""
    if is_serial(plain):
        days, _, part = plain.replace(",", ".").partition(".")
        milliseconds = (int(part or "0") * 86_400_000 * 2 + 10 ** len(part)) // (2 * 10 ** len(part))
        return _DAY_ZERO + timedelta(days=int(days), milliseconds=milliseconds)
    compact = _COMPACT.fullmatch(plain)
    if compact and len(plain) in (8, 14):
        return datetime(*(int(part) for part in compact.groups() if part))  # type: ignore[arg-type]
    if compact and len(plain) == 12 and plain[:2] in ("19", "20"):
        raise NotATime(f"“{text[:60]}” can be a date and time or milliseconds since 1970, and nothing says which")
    for form, unit in _EPOCHS:
        if form.fullmatch(plain):
            return datetime.fromtimestamp(0, UTC) + (float(plain) if "." in plain else int(plain)) * unit
    return None
