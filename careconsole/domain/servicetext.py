"""Service levels and calendars as TOML: `[[level]]` tables in the order in which they are tried, `[calendar.NAME]`.

A mistake is told with the line it stands in. Public holidays are named by codes of countries (`holidays = "DE"`); their
dates are looked up elsewhere and given in, since which they are is no rule of ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from careconsole.domain import toml
from careconsole.domain.calendars import ALWAYS, Calendar, quoted
from careconsole.domain.calendartables import WrongEntry, read_calendar, written
from careconsole.domain.case.parking import WAITS_ON
from careconsole.domain.case.state import PRIORITIES
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import hint_of, suggest
from careconsole.domain.service import STOPPABLE, Level, Service
from careconsole.domain.text import fold
from careconsole.domain.times import DAY, HOUR, MINUTE, parse_span, write_span
from careconsole.domain.tomllines import (
    HEADER,
    key_parts,
    read_toml,
    table_of,
    toml_key,
    toml_value,
    with_line,
    wrong,
)

SPANS = ("first_answer", "answer", "informed", "resolution", "take", "step", "offer", "acknowledge")
"""The spans of a level, by their keys."""

_NONE = ("informed", "resolution")
"""Those that may be none at all."""
_KEYS = ("name", "calendar", "tiers", "priorities", *SPANS, "stops")
_HOLIDAYS_HINT = 'Install careconsole[holidays] and set it again, or give dates: ["2026-12-25"].'
_LONGEST = 366 * DAY
_CODE = re.compile(r"[A-Z]{2,3}(-[A-Z0-9]{1,3})?")
_HINT = hint_of("See {}.", suggest("service template"))

Holidays = Mapping[str, frozenset[date]]
"""The public holidays of countries by their codes: "DE", "DE-BY"."""


def parse_service(text: str, holidays: Holidays | None = None) -> Service:
    """Reads levels and calendars. `holidays` None takes none into account.

    Raises WrongUse that names the line and the key, and for an empty text: what sets nothing needs no text.
    """
    try:
        return read_service(read_toml(text, _HINT), holidays)
    except WrongEntry as error:
        raise with_line(text, error) from None


def read_service(table: Mapping[str, object], holidays: Holidays | None = None) -> Service:
    """As `parse_service`, from what a TOML reader gives. Raises WrongEntry, whose `key` leads to the mistake."""
    for name in table:
        if name not in ("calendar", "level"):
            raise wrong((name,), "There is nothing of that name here.", "There are [[level]] and [calendar.NAME].")
    calendars = {ALWAYS.name: ALWAYS}
    for name, entry in table_of(table.get("calendar", {}), ("calendar",), _HINT).items():
        key = ("calendar", name)
        if name == ALWAYS.name:
            raise wrong(key, '"always" is around the clock and cannot be another calendar.', "Choose another name.")
        calendars[name] = _calendar(name, table_of(entry, key, _HINT), key, holidays)
    entries = table.get("level", [])
    if not isinstance(entries, list):
        raise wrong(("level",), "Levels are a list of tables.", "Begin each with a line [[level]].")
    levels = [_level(table_of(entry, ("level", str(n)), _HINT), n, calendars) for n, entry in enumerate(entries)]
    if not levels:
        return Service(calendars=calendars) if table else Service()
    for n, level in enumerate(levels):
        if level.name in {other.name for other in levels[:n]}:
            raise wrong(("level", str(n), "name"), f"There are two levels {quoted(level.name)}.", "Rename one.")
        if level.fits_all and n < len(levels) - 1:
            raise wrong(
                ("level", str(n)),
                f"The level {quoted(level.name)} is for every case, so none gets to those after it.",
                "Put it last, or say which tiers or priorities it is for.",
            )
    if not levels[-1].fits_all:
        raise wrong(
            ("level", str(len(levels) - 1)),
            f"The last level, {quoted(levels[-1].name)}, is not for every case.",
            "Take its tiers and priorities out, or add a level after it.",
        )
    return Service(levels=tuple(levels), calendars=calendars)


def codes_of(text: str) -> set[str]:
    """The codes of countries whose holidays a text asks for; none where it cannot be read."""
    try:
        calendars = toml.loads(text).get("calendar", {})
    except toml.NotToml:
        return set()
    found: set[str] = set()
    for entry in calendars.values() if isinstance(calendars, dict) else ():
        if isinstance(entry, dict):
            found |= set(_codes(entry.get("holidays", [])))
    return found


def service_text(service: Service) -> str:
    """Levels and calendars as a text that `parse_service` reads as the same; holidays as their dates."""
    parts = []
    for level in service.levels:
        usual = Level()
        rows = [f"name = {toml_value(level.name)}"]
        rows += [f"calendar = {toml_value(level.calendar)}"] if level.calendar != usual.calendar else []
        rows += [f"{key} = {toml_value(value)}" for key in ("tiers", "priorities") if (value := getattr(level, key))]
        spans = {key: getattr(level, key) for key in SPANS}
        rows += [f"{key} = {toml_value(_in_hours(span) if span else 'none')}" for key, span in spans.items()]
        rows += [f"stops.{toml_key(on)} = {toml_value(list(kinds))}" for on, kinds in level.stops.items()]
        parts.append("\n".join(["[[level]]", *rows]))
    parts += [calendar_text(name, written(it)) for name, it in service.calendars.items() if name != ALWAYS.name]
    return "\n\n".join(parts) + "\n"


def calendar_table(text: str, name: str) -> dict[str, object]:
    """The table of a calendar as it stands in a text that can be read; empty for none."""
    calendars: Any = toml.loads(text).get("calendar", {})
    return dict(calendars.get(name, {}))


def calendar_text(name: str, table: Mapping[str, object]) -> str:
    """The table of a calendar as text."""
    rows = [f"[calendar.{toml_key(name)}]"]
    for key, value in table.items():
        if isinstance(value, Mapping):
            rows += [f"{key}.{toml_key(inner)} = {toml_value(entry)}" for inner, entry in value.items()]
        elif key != "name":
            rows.append(f"{key} = {toml_value(value)}")
    return "\n".join(rows)


def with_calendar(text: str, name: str, table: str) -> str:
    """`text` with this table as that of calendar `name`, in the place of the one it had or at its end.

    The rest stays as it is, comments before the next table included.
    """
    kept: list[str] = []
    remarks: list[str] = []
    place: int | None = None
    inside = False
    for line in text.splitlines():
        header = HEADER.match(line)
        if header is not None:
            inside = header[1] == "[" and key_parts(header[2])[:2] == ["calendar", name]
            if inside and place is None:
                place = len(kept)
            elif not inside:
                kept += remarks
            remarks = []
        if not inside:
            kept.append(line)
        elif header is None:
            remarks = [*remarks, line] if line.lstrip().startswith("#") else []
    rows = [*table.splitlines(), ""]
    if place is None:
        while kept and not kept[-1].strip():
            kept.pop()
        kept += [""] if kept else []
        place = len(kept)
    return "\n".join([*kept[:place], *rows, *kept[place:]]).rstrip("\n") + "\n"


def _level(entry: Mapping[str, object], number: int, calendars: Mapping[str, Calendar]) -> Level:
    at = ("level", str(number))
    for key in entry:
        if key not in _KEYS:
            raise wrong((*at, key), "There is nothing of that name in a level.", f"It has {', '.join(_KEYS)}.")
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        raise wrong((*at, "name") if "name" in entry else at, "A level needs a name.", 'Write it like name = "gold".')
    calendar = entry.get("calendar", ALWAYS.name)
    if not isinstance(calendar, str) or calendar not in calendars:
        raise wrong((*at, "calendar"), f"There is no calendar {quoted(calendar)}.", f"There is {', '.join(calendars)}.")
    priorities = _words(entry.get("priorities", []), (*at, "priorities"))
    for word in priorities:
        if word not in PRIORITIES:
            raise wrong(
                (*at, "priorities"), f"{quoted(word)} is no priority.", f"Choose among {', '.join(PRIORITIES)}."
            )
    spans = {key: _span(entry[key], (*at, key), calendars[calendar]) for key in SPANS if key in entry}
    if "answer" in spans:
        spans.setdefault("first_answer", spans["answer"])
    return Level(
        name=" ".join(name.split()),
        calendar=calendar,
        tiers=_words(entry.get("tiers", []), (*at, "tiers")),
        priorities=priorities,
        stops={**Level().stops, **_stops(entry.get("stops", {}), (*at, "stops"))},
        **spans,
    )


def _span(value: object, key: tuple[str, ...], calendar: Calendar) -> int:
    none = key[-1] in _NONE
    if none and isinstance(value, str) and value.strip().lower() == "none":
        return 0
    hint = 'Write it like "30m", "4h" or "1h30m"' + (', or "none".' if none else ".")
    if not isinstance(value, str):
        raise wrong(key, f"{quoted(value)} is no span of time.", hint)
    if re.search("[dw]", value) and not calendar.never_closes:
        # Somebody who writes "2d" means two working days, and how long these are the calendar does not say.
        raise wrong(
            key,
            f"{quoted(value)} is not clear where a day is not open all day.",
            "Write working time in hours: two days of eight hours are 16h.",
        )
    try:
        span = parse_span(value)
    except WrongUse as error:
        raise wrong(key, error.message, hint) from None
    if none and span == 0:
        return 0
    if not MINUTE <= span <= _LONGEST:
        raise wrong(key, f"{quoted(value)} is too {'short' if span < MINUTE else 'long'}.", "From 1m up to a year.")
    return span


def _stops(value: object, key: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found = {}
    for on, kinds in table_of(value, key, _HINT).items():
        if on not in WAITS_ON:
            raise wrong((*key, on), f"A case never waits on {quoted(on)}.", f"It waits on {', '.join(WAITS_ON)}.")
        words = _words(kinds, (*key, on))
        for word in words:
            if word not in STOPPABLE:
                raise wrong(
                    (*key, on),
                    f"No rest stops the clock {quoted(word)}.",
                    f"It can stop {' and '.join(STOPPABLE)}; on the others somebody waits.",
                )
        found[on] = words
    return found


def _calendar(name: str, entry: Mapping[str, object], key: tuple[str, ...], holidays: Holidays | None) -> Calendar:
    given = entry.get("holidays", [])
    days: list[object] = []
    codes = _codes(given)
    for code in codes:
        if holidays is not None and code not in holidays:
            raise wrong(
                (*key, "holidays"), f"The public holidays of {quoted(code)} are not known here.", _HOLIDAYS_HINT
            )
        days += sorted(holidays[code]) if holidays is not None else []
    dates = given if isinstance(given, list) else [] if codes else given
    plain = [day for day in dates if day not in codes] if isinstance(dates, list) else dates
    try:
        return read_calendar(
            {**entry, "name": name, "holidays": [*plain, *days] if isinstance(plain, list) else plain}, ".".join(key)
        )
    except WrongEntry as error:
        told = wrong(key, error.message, error.hint)
        told.message, told.key = error.message, (*key, *error.key)
        raise told from None


def _codes(value: object) -> list[str]:
    words = value if isinstance(value, list) else [value]
    return [word for word in words if isinstance(word, str) and _CODE.fullmatch(word)]


def _in_hours(span: int) -> str:
    """A span without days and weeks, which mean nothing where a day is not open all day."""
    hours, rest = divmod(span, HOUR)
    return (f"{hours}h" if hours else "") + (write_span(rest) if rest or not hours else "")


def _words(value: object, key: tuple[str, ...]) -> tuple[str, ...]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise wrong(key, f"{quoted(value)} is no list of words.", 'Write it like ["gold", "silver"].')
    return tuple(dict.fromkeys(fold(word) for word in words if fold(word)))
