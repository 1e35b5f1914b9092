"""The times in the columns of a table: what their values show, and how they are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, tzinfo

import msgspec

from careconsole.domain.time.iso8601 import plain_moment
from careconsole.domain.time.written_dates import is_serial, order_of, read_date, short_year
from careconsole.domain.time.zones import in_zone, zone_named
from careconsole.intake.values.times import Moments, is_nothing, milliseconds


class Evidence(msgspec.Struct):
    """What the values of a column of times show, collected one by one.

    `times` could be read and `others` could not; `days` proved that the day comes first, `months` that the month does;
    `swappable` is an example of a text that can be read both ways, `local` one that names no zone, `unread` one that
    could not be read; `serials` are the days as spreadsheets count them, such as `serial`.
    """

    times: int = 0
    others: int = 0
    days: int = 0
    months: int = 0
    swappable: str = ""
    local: str = ""
    unread: str = ""
    serials: int = 0
    serial: str = ""
    _short: str = ""
    _heads: set[int] = msgspec.field(default_factory=set)
    _tails: set[int] = msgspec.field(default_factory=set)

    def add(self, text: str) -> None:
        """Adds one value; empty ones show nothing."""
        # The usual form, of which nothing is open; a year such as 0001 may stand for nothing.
        if text[:1] != "0" and (plain := plain_moment(text)) is not None:
            self.times += 1
            if plain.tzinfo is None:
                self.local = self.local or text
            return
        if is_nothing(text):
            return
        first = True
        begins_with_year = text[4:5] == "-" and text[:4].isdigit()
        if text[2:3] in ("/", ".") and (short := short_year(text)):
            self._short = self._short or text
            self._heads.add(short[0])
            self._tails.add(short[1])
        elif "/" in text[:3]:
            self._heads.update(range(100))  # 5/1/24: what has one figure is no year
        if not begins_with_year and (numbers := order_of(text)):
            first = numbers[0] > 12
            if first == (numbers[1] > 12):
                self.swappable = self.swappable or (text if not first else "")
            else:
                self.days += first
                self.months += not first
        try:
            moment = read_date(text, first)
        except ValueError:
            self.others += 1
            self.unread = self.unread or text
            return
        self.times += 1
        if text[:5].isdigit() and is_serial(text):
            self.serials += 1
            self.serial = self.serial or text
        if moment.tzinfo is None:
            self.local = self.local or text

    def add_all(self, texts: Iterable[str]) -> Evidence:
        """Adds many values."""
        for text in texts:
            self.add(text)
        return self

    def add_evidence(self, other: Evidence) -> None:
        """Adds what the values of another column show."""
        self.times += other.times
        self.others += other.others
        self.days += other.days
        self.months += other.months
        self.serials += other.serials
        self.swappable = self.swappable or other.swappable
        self.local = self.local or other.local
        self.unread = self.unread or other.unread
        self.serial = self.serial or other.serial
        self._short = self._short or other._short
        self._heads |= other._heads
        self._tails |= other._tails

    @property
    def open(self) -> str:
        """An example of a text that can be read in two ways."""
        return self._short if self._year_may_lead else self.swappable

    @property
    def _year_may_lead(self) -> bool:
        """Whether 24/01/05 seems to begin with the year: the last numbers of such texts differ more than the first."""
        return len(self._tails) > len(self._heads) and all(0 < tail < 32 for tail in self._tails)

    @property
    def day_first(self) -> bool | None:
        """Whether the day comes first; None when no value proves it, or values prove both."""
        return None if bool(self.days) == bool(self.months) or self._year_may_lead else bool(self.days)


def usual_dates(day_first: bool | None, zone: tzinfo | None, on_local: Callable[[], None]) -> Moments:
    """A reader of times as they are usually written, into epoch milliseconds; it raises ValueError with the reason.

    `day_first` decides 03/04/2024; with None such a text is an error. A text that names no zone is in `zone`, and
    `on_local` is called; with None it is an error.
    """

    def read(text: str) -> int:
        moment = plain_moment(text) or read_date(text, day_first)
        if moment.tzinfo is None:
            if zone is None:
                raise ValueError(f"“{text[:60]}” has no time zone")
            on_local()
            moment = in_zone(moment, zone, text)
        return milliseconds(moment, text)

    return read


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
