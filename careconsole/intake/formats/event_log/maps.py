"""Maps: TOML files that say, without code, how the columns of an event log become history.

The format is documented, with examples, in `docs/event-logs.md`; the maps that ship with the program are in `db/maps`.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from typing import ClassVar

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.document import Table, at_entry
from careconsole.intake.formats.column_maps import MapTable, TableMap, TimeColumn, columns_in
from careconsole.intake.values.map_tables import Given, TimeFormat, TimeZone, groups, map_text, nearest, read_map

HIGHEST_LEVEL = 99


class TimeRule(Table, frozen=True):
    """The time of a row: its column or several in braces, its format (see `times.moments`), the zone if it names none.

    `day_first` decides 03/04/2024 in the format "usual"; without it, such a time is an error.
    """

    shorthand: ClassVar = "column"
    column: TimeColumn
    format: TimeFormat = TimeFormat("iso")
    zone: TimeZone = TimeZone()
    day_first: bool | None = None


class LevelRule(msgspec.Struct, frozen=True):
    """The level, from 0 whatever the map counts from: by value, then by the first pattern found, then `default`.

    With neither values nor patterns the text is itself the number, and `base` is what it counts from.
    """

    column: str
    values: dict[str, int]
    patterns: tuple[tuple[str, int], ...]
    default: int | None
    base: int


class LevelTable(Table, frozen=True):
    """The table [level], whose levels count from `base`."""

    shorthand: ClassVar = "column"
    column: Given
    base: int = 0
    values: dict[str, int] = msgspec.field(default_factory=dict)
    patterns: tuple[tuple[str, int], ...] = ()
    default: int | None = None

    def rule(self) -> LevelRule:
        """The rule. Raises WrongUse for levels that are out of range, and for invalid regular expressions."""
        with at_entry("patterns"):
            for pattern, _ in self.patterns:
                groups(pattern)
            patterns = tuple((pattern, self._based(level)) for pattern, level in self.patterns)
        with at_entry("values"):
            values = {value: self._based(level) for value, level in self.values.items()}
        with at_entry("default"):
            default = None if self.default is None else self._based(self.default)
        return LevelRule(self.column, values, patterns, default, self.base)

    def check(self) -> None:
        """Raises WrongUse as `rule` does."""
        self.rule()

    def _based(self, level: int) -> int:
        if not self.base <= level <= self.base + HIGHEST_LEVEL:
            hint = f"With base {self.base}, levels are {self.base} to {self.base + HIGHEST_LEVEL}."
            raise WrongUse(f"It cannot be {level}.", hint)
        return level - self.base


class EventTable(MapTable, frozen=True, kw_only=True):
    """A map of an event log, as written."""

    time: TimeRule
    level: LevelTable | None = None


class EventMap(TableMap, frozen=True, kw_only=True):
    """How the columns of one kind of event log become history."""

    time: TimeRule
    level: LevelRule | None = None
    keep: tuple[str, ...] = ()

    def single(self) -> dict[str, str]:
        """The columns that must hold one value, each with the place in the map that names it."""
        named = {self.case: "case", **dict.fromkeys(columns_in(self.time.column), "[time] column")}
        if self.owner:
            named.setdefault(self.owner.column, "[owner] column")
            for column in self.owner.when:
                named.setdefault(column, "[owner] when")
        if self.status:
            for column in self.status.columns:
                named.setdefault(column, "[status] columns")
        if self.level:
            named.setdefault(self.level.column, "[level] column")
        if self.customer:
            named.setdefault(self.customer, "customer")
        if self.priority:
            named.setdefault(self.priority.columns[0], "[priority] column")
        if self.channel and self.channel.column:
            named.setdefault(self.channel.column, "[channel] column")
        return named


def load_map(path: str | os.PathLike[str]) -> EventMap:
    """The map in the TOML file `path`. Raises WrongUse that names the place and what would be valid there."""
    name = os.fspath(path)
    return parse_map(map_text(name), name)


def parse_map(text: str, name: str = "map") -> EventMap:
    """The map written in `text`; `name` is for messages. Raises WrongUse like `load_map`."""
    return read_map(text, name, EventTable).made(EventMap, name)


def check_columns(event_map: EventMap, present: Collection[str]) -> None:
    """Raises WrongUse when the map names a column that the file does not have; the message lists those it has."""
    for column, place in event_map.columns().items():
        if column not in present:
            raise missing_column(event_map, column, place, present)


def missing_column(event_map: EventMap, column: str, place: str, present: Iterable[str]) -> WrongUse:
    """The error for a `column` named at `place` in the map that is not among those `present` in the file."""
    there = list(present)
    listed = ", ".join(there[:60]) + (f" and {len(there) - 60} more" if len(there) > 60 else "")
    return WrongUse(
        f"{event_map.name}: {place} names the column “{column}”, which the file does not have{nearest(column, there)}.",
        f"Its columns are: {listed}.",
    )
