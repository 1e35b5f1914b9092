"""The times in the columns of a table: what their values show, and how they are read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, tzinfo

import msgspec

from careconsole.domain.time.written_dates import is_serial, order_of, read_date
from careconsole.domain.time.zones import in_zone, zone_named
from careconsole.intake.values.times import Moments, milliseconds

_NOTHING = frozenset(("", "-", "--", "?", "0", "null", "none", "nil", "n/a", "na", "nan", "(null)", "\\n"))
_NO_DAY = re.compile(r"(0{4}-0{1,2}-0{1,2}|0001-01-01|0?1[/.]0?1[/.]0001)(?!\d).*")
"""What databases write for no day, and .NET, whose time without a value is the first one it knows."""


class Evidence(msgspec.Struct):
    """What the values of a column of times show, collected one by one.

    `times` could be read and `others` could not; `days` proved that the day comes first, `months` that the month does;
    `open` is an example of a text that can be read both ways, `local` one that names no zone, `unread` one that could
    not be read; `serials` are the days as spreadsheets count them, such as `serial`.
    """

    times: int = 0
    others: int = 0
    days: int = 0
    months: int = 0
    open: str = ""
    local: str = ""
    unread: str = ""
    serials: int = 0
    serial: str = ""

    def add(self, text: str) -> None:
        """Adds one value; empty ones show nothing."""
        if is_nothing(text):
            return
        first = True
        if numbers := order_of(text):
            first = numbers[0] > 12
            if first == (numbers[1] > 12):
                self.open = self.open or (text if not first else "")
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
        if is_serial(text):
            self.serials += 1
            self.serial = self.serial or text
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
    return folded in _NOTHING or ("000" in folded[:10] and _NO_DAY.fullmatch(folded) is not None)


def usual_dates(day_first: bool | None, zone: tzinfo | None, on_local: Callable[[], None]) -> Moments:
    """A reader of times as they are usually written, into epoch milliseconds; it raises ValueError with the reason.

    `day_first` decides 03/04/2024; with None such a text is an error. A text that names no zone is in `zone`, and
    `on_local` is called; with None it is an error.
    """

    def read(text: str) -> int:
        moment = read_date(text, day_first)
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
