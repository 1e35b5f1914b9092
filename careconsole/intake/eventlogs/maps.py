"""Maps: TOML files that say, without code, how the columns of an event log become history.

The format is documented, with examples, in `docs/event-logs.md`; the maps that ship with the program are in `db/maps`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from typing import ClassVar, Literal, Self, TypeVar

import msgspec

from careconsole.desk.textfiles import read_settings
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.settingsdocument import Table, Written, WrongEntry, convert, entry
from careconsole.intake.encodings import check_encoding
from careconsole.intake.tables import Given, Texts, TextSet, TimeFormat, TimeZone, groups, nearest, read_map, text_in

STATUSES = ("open", "parked", "resolved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
HIGHEST_LEVEL = 99

M = TypeVar("M", bound="TableMap")


class ColumnTable(Table, frozen=True):
    """A table that only names a column."""

    column: Given


class Column(Written, str):
    """A column: its name alone, or in a table."""

    def __new__(cls, value: object) -> Self:
        """Its name, or a table that has only that."""
        if value is None:
            raise WrongUse("It is missing.", "Name the column.")
        table = {"column": value} if isinstance(value, str) else value
        return super().__new__(cls, convert(table, ColumnTable, "the table").column)


class TimeRule(Table, frozen=True):
    """Where the time of a row stands: its column, its form (see `times.moments`) and the zone where it names none."""

    shorthand: ClassVar = "column"
    column: Given
    format: TimeFormat = TimeFormat("iso")
    zone: TimeZone = TimeZone()


class OwnerRule(Table, frozen=True):
    """Who owns the case from a row on.

    Values in `nobody` say that nobody does; values in `systems` say nothing. `when` are conditions that must all
    hold for a row to say anything about ownership: the writer of an event is not its owner.
    """

    shorthand: ClassVar = "column"
    column: Given
    nobody: TextSet = TextSet()
    systems: TextSet = TextSet()
    when: dict[str, TextSet] = msgspec.field(default_factory=dict)

    def check(self) -> None:
        """A value means one of the two."""
        if both := self.nobody & self.systems:
            message = f"It lists “{min(both)}”, which nobody lists too."
            raise WrongEntry(("systems",), message, "A value means one of the two.")


class WordRule(msgspec.Struct, frozen=True):
    """One of a few words, from the value of a column, or of several joined with " / ".

    `words` holds the values listed; with `None` the values are themselves the words of `valid`.
    """

    columns: tuple[str, ...]
    words: dict[str, str] | None
    valid: tuple[str, ...] = ()


class WordTable(Table, frozen=True):
    """A rule whose lists are called after the words they mean; without any list the values are the words."""

    shorthand: ClassVar = "column"
    valid: ClassVar[tuple[str, ...]] = ()
    column: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that it names."""
        return (self.column,) if self.column else ()

    def rule(self) -> WordRule:
        """The rule. Raises WrongUse for a value that two lists have, and where there is no column."""
        if not self.named:
            raise WrongEntry(("column",), "It is missing.", "Name the column.")
        words: dict[str, str] = {}
        lists = {word: values for word in self.valid if (values := getattr(self, word)) is not None}
        for word, values in lists.items():
            for value in values:
                if words.setdefault(value, word) != word:
                    message = f"It lists “{value}”, which {words[value]} lists too."
                    raise WrongEntry((word,), message, "A value means one thing.")
        return WordRule(self.named, words if lists else None, self.valid)

    def check(self) -> None:
        """A value means one thing."""
        self.rule()


class StatusTable(WordTable, frozen=True):
    """The table [status]."""

    valid: ClassVar = STATUSES
    columns: Texts = Texts()
    open: Texts | None = None
    parked: Texts | None = None
    resolved: Texts | None = None
    closed: Texts | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that it names: one, or several in a list."""
        if self.column and self.columns:
            message = "It stands beside column."
            raise WrongEntry(("columns",), message, "Give one column, or several in columns.")
        return tuple(self.columns) or super().named


class PriorityTable(WordTable, frozen=True):
    """The table [priority]."""

    valid: ClassVar = PRIORITIES
    low: Texts | None = None
    normal: Texts | None = None
    high: Texts | None = None
    urgent: Texts | None = None


class LevelRule(msgspec.Struct, frozen=True):
    """The level, 0-based whatever the map counts from: by value, then by the first pattern found, then `default`.

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
        """The rule. Raises WrongUse for levels that are out of range, and for what is no regular expression."""
        with entry("patterns"):
            for pattern, _ in self.patterns:
                groups(pattern)
            patterns = tuple((pattern, self._based(level)) for pattern, level in self.patterns)
        with entry("values"):
            values = {value: self._based(level) for value, level in self.values.items()}
        with entry("default"):
            default = None if self.default is None else self._based(self.default)
        return LevelRule(self.column, values, patterns, default, self.base)

    def check(self) -> None:
        """The levels are in range."""
        self.rule()

    def _based(self, level: int) -> int:
        if not self.base <= level <= self.base + HIGHEST_LEVEL:
            hint = f"With base {self.base}, levels are {self.base} to {self.base + HIGHEST_LEVEL}."
            raise WrongUse(f"It cannot be {level}.", hint)
        return level - self.base


class ChannelRule(Table, frozen=True, rename={"words": "values"}):
    """The channel: always `fixed`, or the value of a column, through a table where there is one."""

    shorthand: ClassVar = "column"
    column: str = ""
    words: dict[str, Given] | None = None
    fixed: str = ""

    def check(self) -> None:
        """It is one of the two."""
        if not self.fixed and not self.column:
            raise WrongEntry(("column",), "It is missing.", "Name the column.")
        if self.fixed and (self.column or self.words):
            raise WrongEntry(("fixed",), "It stands beside a column.", "Give fixed, or a column with its values.")


class TagRule(Table, frozen=True):
    """Tags: always those in `fixed`, and the values of `columns`, cut at `split` where that is not empty."""

    shorthand: ClassVar = "columns"
    columns: Texts = Texts()
    fixed: Texts = Texts()
    split: str = ""


class Template(msgspec.Struct, frozen=True):
    """A text over columns: `texts` has one piece more than `columns` and stands around them."""

    texts: tuple[str, ...]
    columns: tuple[str, ...]


class TemplateText(Written):
    """A template as it is written: `{column}` stands for a column's value, `{{` and `}}` for braces."""

    def __init__(self, value: object) -> None:
        text = text_in(value)
        texts, columns = [""], []
        # XES columns are called org:resource and the like, so str.format's own syntax would not do.
        for piece in re.findall(r"\{\{|\}\}|\{[^{}]+\}|[^{}]+|[{}]", text):
            if piece in ("{{", "}}"):
                texts[-1] += piece[0]
            elif piece in ("{", "}"):
                raise WrongUse(f"It holds a lone {piece}.", "Write {column} for a column and {{ or }} for a brace.")
            elif piece[0] == "{":
                columns.append(piece[1:-1])
                texts.append("")
            else:
                texts[-1] += piece
        if text and not columns:
            raise WrongUse(f"It names no column: “{text}”.", f"Write “{{{text}}}” if {text} is a column.")
        self._template = Template(tuple(texts), tuple(columns)) if text else None

    def rule(self) -> Template | None:
        """The template; None for an empty text."""
        return self._template


class Delimiter(Written, str):
    """What stands between columns; empty where nothing is said."""

    def __new__(cls, value: object = "") -> Self:
        """One character."""
        if len(text_in(value)) > 1 or value in ('"', "\r", "\n", "\0"):
            raise WrongUse("It must be one character other than a quote.", 'Valid are ",", ";", "\\t", "|" …')
        return super().__new__(cls, text_in(value))


class Encoding(Written, str):
    """The encoding of a file; empty where it is to be guessed."""

    def __new__(cls, value: object = "") -> Self:
        """The name of an encoding."""
        name = text_in(value)
        try:
            return super().__new__(cls, check_encoding(name) if name else "")
        except WrongUse as error:
            raise WrongUse(f"It is unknown: “{name}”.", "Valid are utf-8, cp1252, utf-16 …") from error


class FileTable(Table, frozen=True):
    """The table [file]."""

    format: Literal["csv", "jsonl"] | None = None
    delimiter: Delimiter | None = None
    encoding: Encoding | None = None


class MapTable(Table, frozen=True, kw_only=True):
    """What a map of an event log and one of a table of cases have in common, as it is written."""

    source: str = ""
    keep: Texts | None = None
    file: FileTable = FileTable()
    case: Column
    owner: OwnerRule | None = None
    status: StatusTable | None = None
    customer: Column | None = None
    subject: TemplateText | None = None
    description: TemplateText | None = None
    priority: PriorityTable | None = None
    channel: ChannelRule | None = None
    tags: TagRule | None = None

    def made(self, kind: type[M], name: str) -> M:
        """The map of this name: what is left out is as usual there."""
        given = {**msgspec.structs.asdict(self), **msgspec.structs.asdict(self.file)}
        del given["file"]
        rules = {key: value.rule() if hasattr(value, "rule") else value for key, value in given.items()}
        return kind(name=name, **{key: value for key, value in rules.items() if value is not None})


class EventTable(MapTable, frozen=True, kw_only=True):
    """A map of an event log, as it is written."""

    time: TimeRule
    level: LevelTable | None = None


class TableMap(msgspec.Struct, frozen=True, kw_only=True):
    """What a map of an event log and one of a table of cases have in common.

    `source` is the default of `--source`, and `keep` the columns that are kept as fields; None: all others. Only a
    table of cases has a `note`, the column of internal words.
    """

    name: str
    source: str = ""
    format: str = ""
    delimiter: str = ""
    encoding: str = ""
    case: str
    owner: OwnerRule | None = None
    status: WordRule | None = None
    customer: str = ""
    subject: Template | None = None
    description: Template | None = None
    priority: WordRule | None = None
    channel: ChannelRule | None = None
    tags: TagRule | None = None
    note: str = ""
    keep: tuple[str, ...] | None = None

    def single(self) -> dict[str, str]:
        """The columns that must hold one value, each with the place in the map that names it."""
        raise NotImplementedError

    def columns(self) -> dict[str, str]:
        """Every column the map names, with the place in the map that names it first."""
        named = self.single()
        for place, template in (("subject", self.subject), ("description", self.description)):
            for column in template.columns if template else ():
                named.setdefault(column, place)
        for column in self.tags.columns if self.tags else ():
            named.setdefault(column, "[tags] columns")
        if self.note:
            named.setdefault(self.note, "note")
        for column in self.keep or ():
            named.setdefault(column, "keep")
        return named


class EventMap(TableMap, frozen=True, kw_only=True):
    """How the columns of one kind of event log become history."""

    time: TimeRule
    level: LevelRule | None = None
    keep: tuple[str, ...] = ()

    def single(self) -> dict[str, str]:
        """The columns that must hold one value, each with the place in the map that names it."""
        named = {self.case: "case", self.time.column: "[time] column"}
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


def map_text(name: str, hint: str = "A map is a TOML file; docs/event-logs.md shows some.") -> str:
    """The text of the map in the file `name`; raises WrongUse when it cannot be read, with `hint` for none."""
    try:
        return read_settings(name, hint)
    except WrongUse:
        raise
    except CareError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise WrongUse(f"There is no map {name}.", hint) from error
        raise WrongUse(f"The map {error.message}", error.hint) from error


def parse_map(text: str, name: str = "map") -> EventMap:
    """The map written in `text`; `name` is for messages. Raises WrongUse like `load_map`."""
    return read_map(text, name, EventTable).made(EventMap, name)


def check_columns(event_map: EventMap, present: Collection[str]) -> None:
    """Raise WrongUse when the map names a column that the file has not; the message lists those it has."""
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
