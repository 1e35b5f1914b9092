"""Service levels and calendars as TOML: `[[level]]` tables in the order in which they are tried, `[calendar.NAME]`.

A mistake is told with the line it stands in. Public holidays are named by codes of countries (`holidays = "DE"`); their
dates are looked up elsewhere and given in, since which they are is no rule of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from careconsole.domain.calendars import ALWAYS, Calendar
from careconsole.domain.calendartables import WrongEntry, read_calendar, written
from careconsole.domain.commands import PRIORITIES, WAITS_ON
from careconsole.domain.errors import WrongUse
from careconsole.domain.service import STOPPABLE, Level, Service
from careconsole.domain.text import display_text, fold
from careconsole.domain.times import DAY, HOUR, MINUTE, parse_span, write_span

SPANS = ("first_answer", "answer", "informed", "resolution", "take", "step", "offer", "acknowledge")
"""The spans of a level, by their keys."""

_NONE = ("informed", "resolution")
"""Those that may be none at all."""
_KEYS = ("name", "calendar", "tiers", "priorities", *SPANS, "stops")
_HOLIDAYS_HINT = 'Install careconsole[holidays] and set it again, or give dates: ["2026-12-25"].'
_LONGEST = 366 * DAY
_CODE = re.compile(r"[A-Z]{2,3}(-[A-Z0-9]{1,3})?")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]\[]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")

Holidays = Mapping[str, frozenset[date]]
"""The public holidays of countries by their codes: "DE", "DE-BY"."""


def parse_service(text: str, holidays: Holidays | None = None) -> Service:
    """Reads levels and calendars. `holidays` None takes none into account.

    Raises WrongUse that names the line and the key, and for an empty text: what sets nothing needs no text.
    """
    import tomllib

    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at (?:line (\d+)|end of document)", str(error))
        line = f"Line {found[1] or len(text.splitlines())}: " if found else ""
        why = display_text(str(error).partition(" (at ")[0], 200)
        raise WrongUse(f"{line}this is no TOML: {why}.", "See careconsole service template.") from None
    try:
        return read_service(table, holidays)
    except WrongEntry as error:
        number = _line_of(text, error.key)
        raise WrongUse(f"Line {number}: {error.message}" if number else error.message, error.hint) from None


def read_service(table: Mapping[str, object], holidays: Holidays | None = None) -> Service:
    """As `parse_service`, from what a TOML reader gives. Raises WrongEntry, whose `key` leads to the mistake."""
    for name in table:
        if name not in ("calendar", "level"):
            raise _wrong((name,), "There is nothing of that name here.", "There are [[level]] and [calendar.NAME].")
    calendars = {ALWAYS.name: ALWAYS}
    for name, entry in _table(table.get("calendar", {}), ("calendar",)).items():
        key = ("calendar", name)
        if name == ALWAYS.name:
            raise _wrong(key, '"always" is around the clock and cannot be another calendar.', "Choose another name.")
        calendars[name] = _calendar(name, _table(entry, key), key, holidays)
    entries = table.get("level", [])
    if not isinstance(entries, list):
        raise _wrong(("level",), "Levels are a list of tables.", "Begin each with a line [[level]].")
    levels = [_level(_table(entry, ("level", str(n))), n, calendars) for n, entry in enumerate(entries)]
    if not levels:
        return Service(calendars=calendars) if table else Service()
    for n, level in enumerate(levels):
        if level.name in {other.name for other in levels[:n]}:
            raise _wrong(("level", str(n), "name"), f"There are two levels {_quoted(level.name)}.", "Rename one.")
        if level.fits_all and n < len(levels) - 1:
            raise _wrong(
                ("level", str(n)),
                f"The level {_quoted(level.name)} is for every case, so none gets to those after it.",
                "Put it last, or say which tiers or priorities it is for.",
            )
    if not levels[-1].fits_all:
        raise _wrong(
            ("level", str(len(levels) - 1)),
            f"The last level, {_quoted(levels[-1].name)}, is not for every case.",
            "Take its tiers and priorities out, or add a level after it.",
        )
    return Service(levels=tuple(levels), calendars=calendars)


def codes_of(text: str) -> set[str]:
    """The codes of countries whose holidays a text asks for; none where it cannot be read."""
    import tomllib

    try:
        calendars = tomllib.loads(text).get("calendar", {})
    except tomllib.TOMLDecodeError:
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
        rows = [f"name = {_toml(level.name)}"]
        rows += [f"calendar = {_toml(level.calendar)}"] if level.calendar != usual.calendar else []
        rows += [f"{key} = {_toml(value)}" for key in ("tiers", "priorities") if (value := getattr(level, key))]
        spans = {key: getattr(level, key) for key in SPANS}
        rows += [f"{key} = {_toml(_in_hours(span) if span else 'none')}" for key, span in spans.items()]
        rows += [f"stops.{_toml_key(on)} = {_toml(list(kinds))}" for on, kinds in level.stops.items()]
        parts.append("\n".join(["[[level]]", *rows]))
    parts += [calendar_text(name, written(it)) for name, it in service.calendars.items() if name != ALWAYS.name]
    return "\n\n".join(parts) + "\n"


def calendar_table(text: str, name: str) -> dict[str, object]:
    """The table of a calendar as it stands in a text that can be read; empty for none."""
    import tomllib

    found = tomllib.loads(text).get("calendar", {}).get(name, {})
    return dict(found)


def calendar_text(name: str, table: Mapping[str, object]) -> str:
    """The table of a calendar as text."""
    rows = [f"[calendar.{_toml_key(name)}]"]
    for key, value in table.items():
        if isinstance(value, Mapping):
            rows += [f"{key}.{_toml_key(inner)} = {_toml(entry)}" for inner, entry in value.items()]
        elif key != "name":
            rows.append(f"{key} = {_toml(value)}")
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
        header = _HEADER.match(line)
        if header is not None:
            inside = header[1] == "[" and _parts(header[2])[:2] == ["calendar", name]
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
            raise _wrong((*at, key), "There is nothing of that name in a level.", f"It has {', '.join(_KEYS)}.")
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        raise _wrong((*at, "name") if "name" in entry else at, "A level needs a name.", 'Write it like name = "gold".')
    calendar = entry.get("calendar", ALWAYS.name)
    if not isinstance(calendar, str) or calendar not in calendars:
        raise _wrong(
            (*at, "calendar"), f"There is no calendar {_quoted(calendar)}.", f"There is {', '.join(calendars)}."
        )
    priorities = _words(entry.get("priorities", []), (*at, "priorities"))
    for word in priorities:
        if word not in PRIORITIES:
            raise _wrong(
                (*at, "priorities"), f"{_quoted(word)} is no priority.", f"Choose among {', '.join(PRIORITIES)}."
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
        raise _wrong(key, f"{_quoted(value)} is no span of time.", hint)
    if re.search("[dw]", value) and not calendar.never_closes:
        # Somebody who writes "2d" means two working days, and how long these are the calendar does not say.
        raise _wrong(
            key,
            f"{_quoted(value)} is not clear where a day is not open all day.",
            "Write working time in hours: two days of eight hours are 16h.",
        )
    try:
        span = parse_span(value)
    except WrongUse as error:
        raise _wrong(key, error.message, hint) from None
    if none and span == 0:
        return 0
    if not MINUTE <= span <= _LONGEST:
        raise _wrong(key, f"{_quoted(value)} is too {'short' if span < MINUTE else 'long'}.", "From 1m up to a year.")
    return span


def _stops(value: object, key: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found = {}
    for on, kinds in _table(value, key).items():
        if on not in WAITS_ON:
            raise _wrong((*key, on), f"A case never waits on {_quoted(on)}.", f"It waits on {', '.join(WAITS_ON)}.")
        words = _words(kinds, (*key, on))
        for word in words:
            if word not in STOPPABLE:
                raise _wrong(
                    (*key, on),
                    f"No rest stops the clock {_quoted(word)}.",
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
            raise _wrong(
                (*key, "holidays"), f"The public holidays of {_quoted(code)} are not known here.", _HOLIDAYS_HINT
            )
        days += sorted(holidays[code]) if holidays is not None else []
    dates = given if isinstance(given, list) else [] if codes else given
    plain = [day for day in dates if day not in codes] if isinstance(dates, list) else dates
    try:
        return read_calendar(
            {**entry, "name": name, "holidays": [*plain, *days] if isinstance(plain, list) else plain}, ".".join(key)
        )
    except WrongEntry as error:
        wrong = _wrong(key, error.message, error.hint)
        wrong.message, wrong.key = error.message, (*key, *error.key)
        raise wrong from None


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
        raise _wrong(key, f"{_quoted(value)} is no list of words.", 'Write it like ["gold", "silver"].')
    return tuple(dict.fromkeys(fold(word) for word in words if fold(word)))


def _table(value: object, key: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _wrong(key, f"{_quoted(value)} is no table.", "See careconsole service template.")
    return value


def _wrong(key: tuple[str, ...], message: str, hint: str) -> WrongEntry:
    where, *rest = key
    error = WrongEntry(where, tuple(_counted(rest)), WrongUse(message, hint))
    error.key = key
    return error


def _counted(key: Sequence[str]) -> Iterator[str]:
    """People count from one."""
    for part in key:
        yield str(int(part) + 1) if part.isdigit() else part


def _line_of(text: str, key: tuple[str, ...]) -> int | None:
    """The line of a text in which the key stands, or the nearest one above it; None for none."""
    wanted = list(key)
    best, line_of_best = 0, None
    here: list[str] = []
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            here = _parts(header[2])
            if header[1] == "[[":
                name = ".".join(here)
                counts[name] = counts.get(name, -1) + 1
                here.append(str(counts[name]))
            elif here[0] in counts:
                here.insert(1, str(counts[here[0]]))
            found = here
        elif match := _KEY.match(line):
            found = here + _parts(match[1])
        else:
            continue
        same = next((n for n, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), None)
        depth = min(len(found), len(wanted)) if same is None else 0
        if depth > best:
            best, line_of_best = depth, number
    return line_of_best


def _parts(written: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(written)]


def _toml(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    # A text of JSON is one of TOML, but for a character that JSON leaves as it is.
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007F")


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _quoted(value: object) -> str:
    return f'"{display_text(str(value)[:200], 60)}"'
