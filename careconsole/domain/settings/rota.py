"""The duty rota as TOML: a zone, `[[turn]]` tables of the week, and `[[exception]]` tables.

    zone = "Europe/Berlin"

    [[turn]]
    days = "mon-fri"               every day, if left out
    hours = "18:00-08:00"          until the day after; all day, if left out
    lead = "Ana"

    [[exception]]
    from = 2026-12-24              a day, or a moment such as "2026-12-24 18:00"
    until = 2026-12-26             that day included; for one day it can be left out
    lead = "Dora"

Mistakes are reported with their line. People are given by name and stored by number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Self

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import hint_of, suggest
from careconsole.domain.settings.calendars import weekdays
from careconsole.domain.settings.document import CustomValue, SettingsDocument, Table, WrongEntry, at_entry
from careconsole.domain.settings.toml import NotToml, loads, toml_value
from careconsole.domain.settings.values import Zone
from careconsole.domain.team.lookup import find_person
from careconsole.domain.team.roster import Roster
from careconsole.domain.team.rota import (
    MINUTES_PER_DAY,
    MINUTES_PER_WEEK,
    Rota,
    RotaException,
    Turn,
    first_overlap,
    leads,
)
from careconsole.domain.time.calendars import DAYS_HINT, WEEKDAYS, first_moment, quoted, zone_of
from careconsole.domain.time.moments import MINUTE, format_span

_TEMPLATE = suggest("team rota template")
_HINT = hint_of("See {}.", _TEMPLATE)
_HOURS_HINT = 'Write hours like "08:00-18:00", or "18:00-08:00" for those that end the day after.'
_MOMENT_HINT = 'Write a day like 2026-12-24, or a moment like "2026-12-24 18:00".'
_ZONE_HINT = 'Put it at the top of the rota, in a line such as zone = "Europe/Berlin".'
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def with_exception(text: str, exception: RotaException, name: str, zone: str) -> str:
    """`text` with one more exception at its end, its times in `zone`; the rest is unchanged.

    Raises WrongUse if the exceptions are an inline list, which no table can follow.
    """
    # As text: the exception must come last to win, and tomlkit would put it right after the existing ones.
    begins, until = (_written(at, zone_of(zone)) for at in (exception.begins, exception.until))
    rows = ["[[exception]]", f"from = {begins}", f"until = {until}", f"lead = {toml_value(name)}"]
    longer = "\n".join([*([text.rstrip(), ""] if text.strip() else []), *rows]) + "\n"
    try:
        loads(longer)
    except NotToml:
        raise WrongUse(
            "The rota's exceptions are an inline list, so none can be added.",
            "Write each as a table [[exception]], and set the rota again; see {}.",
            _TEMPLATE,
        ) from None
    return longer


def format_turn(turn: Turn) -> str:
    """A turn for display: "Mon 18:00-08:00"."""
    ends = turn.ends if turn.ends <= MINUTES_PER_DAY else turn.ends - MINUTES_PER_DAY
    return f"{WEEKDAYS[turn.weekday][:3].title()} {_clock(turn.begins)}-{_clock(ends)}"


def invalid_leads(rota: Rota, roster: Roster, usual: int | None, now: int) -> dict[int, str]:
    """People named in the week or in coming exceptions who are not leads, each with a warning for the user.

    `usual` is who is on duty when the rota names nobody.
    """
    said = {}
    coming = Rota(week=rota.week, exceptions=tuple(e for e in rota.exceptions if e.until > now))
    for number, named in coming.people().items():
        person = roster.people.get(number)
        if not leads(person):
            why = "has left the team" if person is None or not person.active else "is no longer a lead"
            counts = zip(named, ("turn", "exception"), strict=True)
            parts = [f"{n:,} {word}{'' if n == 1 else 's'}" for n, word in counts if n]
            what = f"{' and '.join(parts)} of the rota {'names' if sum(named) == 1 else 'name'} them"
            said[number] = f"{roster.name(number)} {why}, and {what}; {_instead(roster, usual)}."
    return said


def uncovered_time(rota: Rota, roster: Roster, usual: int | None) -> str:
    """A sentence on the part of the week for which the rota names nobody, and who is on duty then; empty if none."""
    if not rota.week or rota.covered >= MINUTES_PER_WEEK:
        return ""
    span = format_span((MINUTES_PER_WEEK - rota.covered) * MINUTE)
    return f"For {span} of each week the rota names nobody; {_instead(roster, usual)}."


def _instead(roster: Roster, usual: int | None) -> str:
    return f"{roster.name(usual) if usual is not None else 'another lead'} has the duty then"


def _listed(value: object, hint: str) -> list[str]:
    """Strings from a list, or from a text separated by commas. Raises WrongUse with `hint`."""
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise WrongUse(f"{quoted(value)} cannot be read.", hint)
    return words


def _hours(words: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d\d?):([0-5]\d)\s*[-–]\s*(\d\d?):([0-5]\d)\s*", words, re.ASCII)
    if match is None:
        raise WrongUse(f"{quoted(words)} are not hours.", _HOURS_HINT)
    hour, minute, end_hour, end_minute = map(int, match.groups())
    begins, ends = hour * 60 + minute, end_hour * 60 + end_minute
    if begins >= MINUTES_PER_DAY or ends > MINUTES_PER_DAY:
        raise WrongUse(f"{quoted(words)} are not hours of a day.", _HOURS_HINT)
    return begins, ends if ends > begins else ends + MINUTES_PER_DAY


class Weekdays(CustomValue, tuple[int, ...]):
    """Days of the week as numbers; Monday is 0."""

    def __new__(cls, value: object) -> Self:
        """Reads days, in a list or separated by commas: "mon-fri, sun"."""
        return super().__new__(cls, [day for words in _listed(value, DAYS_HINT) for day in weekdays(words)])


class DutyHours(CustomValue, tuple[tuple[int, int], ...]):
    """Hours as (begin, end) in minutes after midnight; hours that end on the next day end after 24:00."""

    def __new__(cls, value: object) -> Self:
        """Reads hours, in a list or separated by commas: "08:00-12:00, 22:00-06:00"."""
        return super().__new__(cls, map(_hours, _listed(value, _HOURS_HINT)))


class Lead(CustomValue, str):
    """The name of a lead, as written."""

    def __new__(cls, value: object) -> Self:
        """Reads a string that is not empty."""
        if not isinstance(value, str) or not value.strip():
            raise WrongUse("The lead who is on duty then is missing.", 'Write it like lead = "Ana".')
        return super().__new__(cls, value)


class Moment(CustomValue):
    """A day or a moment, as a TOML value or text: with its own offset, or by the clock of the rota's zone."""

    def __init__(self, value: object) -> None:
        said = value
        if isinstance(value, str):
            written = value.strip()
            only_day = len(written) <= len("2026-12-24")
            try:
                said = date.fromisoformat(written) if only_day else datetime.fromisoformat(written)
            except ValueError:
                said = None
        if not isinstance(said, date) or not 1900 <= said.year < 2200:
            raise WrongUse(f"{quoted(value)} is neither a day nor a moment.", _MOMENT_HINT)
        self._said: date = said

    @property
    def is_day(self) -> bool:
        """Whether it is a whole day."""
        return not isinstance(self._said, datetime)

    def at(self, zone: tzinfo | None, *, end: bool) -> int:
        """The moment in epoch milliseconds; of a day, its beginning or `end`. Raises WrongUse without a zone."""
        said = self._said
        if isinstance(said, datetime) and said.tzinfo is not None:
            return (said - _EPOCH) // _MILLISECOND
        if zone is None:
            raise WrongUse("The time zone is missing.", _ZONE_HINT)
        if isinstance(said, datetime):
            return first_moment(zone, said)
        return first_moment(zone, datetime(said.year, said.month, said.day) + timedelta(days=end))


class TurnTable(Table, frozen=True):
    """A table [[turn]]: every day and all day by default."""

    lead: Lead
    days: Weekdays = Weekdays("mon-sun")
    hours: DutyHours = DutyHours("00:00-24:00")


class ExceptionTable(Table, frozen=True, rename={"begins": "from"}):
    """A table [[exception]]; a single day needs no end."""

    lead: Lead
    begins: Moment | None = None
    until: Moment | None = None

    def times(self, zone: tzinfo | None) -> tuple[int, int]:
        """Beginning and end in epoch milliseconds. Raises WrongUse if one is missing or they are in the wrong order."""
        if self.begins is None:
            raise WrongUse("The start is missing.", f"Give it as from. {_MOMENT_HINT}")
        if self.until is None and not self.begins.is_day:
            raise WrongUse("The end is missing.", f"Give it as until. {_MOMENT_HINT}")
        with at_entry("from"):
            begins = self.begins.at(zone, end=False)
        with at_entry("until" if self.until is not None else "from"):
            until = (self.until or self.begins).at(zone, end=True)
            if until <= begins:
                raise WrongUse("It ends before it begins.", "Give an end after the beginning.")
        return begins, until


class RotaTable(Table, frozen=True):
    """The document; its tables are read one by one."""

    zone: Zone | None = None
    turn: tuple[Any, ...] = ()
    exception: tuple[Any, ...] = ()


def parse_rota(text: str, roster: Roster, now: int) -> Rota:
    """Parses a rota. Raises WrongUse, which names line and key.

    Everybody it names must be a lead in this roster; in exceptions that ended by `now`, being known is enough.
    """
    document = SettingsDocument(text, _HINT)
    top = document.top(RotaTable)
    # Exceptions whose times have an offset need no zone, so a missing one is reported only where it is needed.
    zone = zone_of(top.zone) if top.zone is not None else None
    turn_tables = document.tables("turn", dict(enumerate(top.turn)), TurnTable)
    exception_tables = document.tables("exception", dict(enumerate(top.exception)), ExceptionTable)
    if zone is None and turn_tables:
        with document.at("turn", 0):
            raise WrongUse("The time zone of these hours is missing.", _ZONE_HINT)
    names: dict[str, int] = {}

    def lead(name: str, *, over: bool = False) -> int:
        with at_entry("lead"):
            person = find_person(name, roster)
            if not over and not leads(person):
                raise WrongUse(
                    f"{person.name} {'is not a lead' if person.active else 'has left the team'}.",
                    "Name a lead, or make them one first: {}.",
                    suggest("team role", name=..., role="lead"),
                )
        names[str(name)] = person.number
        return person.number

    def turns(_: int, table: TurnTable) -> list[Turn]:
        number = lead(table.lead)
        return [Turn(day, begins, ends, number) for day in table.days for begins, ends in table.hours]

    def exception(_: int, table: ExceptionTable) -> RotaException:
        begins, until = table.times(zone)
        return RotaException(begins, until, lead(table.lead, over=until <= now))

    week = document.each("turn", turn_tables, turns)
    exceptions = document.each("exception", exception_tables, exception)
    if not week and not exceptions:
        raise WrongUse("It names nobody at any time.", "To start: {}.", _TEMPLATE)
    with document.at():
        _must_not_overlap(week)
    document.finish()
    flat = tuple(turn for turns_of in week.values() for turn in turns_of)
    return Rota(str(top.zone or "UTC"), flat, tuple(exceptions.values()), names)


def _must_not_overlap(week: Mapping[int, list[Turn]]) -> None:
    """Raises WrongEntry if two turns overlap, for the later of their tables."""
    found = first_overlap(turn for turns in week.values() for turn in turns)
    if found is not None:
        latest = max(n for n, turns in week.items() if any(turn is found[0] or turn is found[1] for turn in turns))
        raise WrongEntry(
            ("turn", latest),
            f"The turns {format_turn(found[0])} and {format_turn(found[1])} overlap.",
            "One lead has the duty at a time: end one where the other begins.",
        )


def _written(at: int, zone: tzinfo) -> str:
    return (_EPOCH + at * _MILLISECOND).astimezone(zone).replace(microsecond=0).isoformat()


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
