"""Maps: TOML files that say, without code, how the columns of an event log become history.

The format is documented, with examples, in `docs/event-logs.md`; the maps that ship with the program are in `db/maps`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from careconsole.desk.textfiles import read_settings
from careconsole.domain.errors import CareError, WrongUse
from careconsole.intake.encodings import check_encoding
from careconsole.intake.patterns import groups_of
from careconsole.intake.tables import Table, format_of, nearest, toml_of, zone_of

STATUSES = ("open", "parked", "resolved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
HIGHEST_LEVEL = 99

_Condition = tuple[str, frozenset[str]]


class TimeRule(msgspec.Struct, frozen=True):
    """Where the time of a row stands: its column, its form (see `times.moments`) and the zone where it names none."""

    column: str
    format: str = "iso"
    zone: str = ""


class OwnerRule(msgspec.Struct, frozen=True):
    """Who owns the case from a row on.

    Values in `nobody` say that nobody does; values in `systems` say nothing. `when` are conditions that must all
    hold for a row to say anything about ownership: the writer of an event is not its owner.
    """

    column: str
    nobody: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    when: tuple[_Condition, ...] = ()


class WordRule(msgspec.Struct, frozen=True):
    """One of a few words, from the value of a column, or of several joined with " / ".

    `words` holds the values listed; with `None` the values are themselves the words of `valid`.
    """

    columns: tuple[str, ...]
    words: dict[str, str] | None
    valid: tuple[str, ...] = ()


class LevelRule(msgspec.Struct, frozen=True):
    """The level, 0-based whatever the map counts from: by value, then by the first pattern found, then `default`.

    With neither values nor patterns the text is itself the number, and `base` is what it counts from.
    """

    column: str
    values: dict[str, int]
    patterns: tuple[tuple[str, int], ...]
    default: int | None
    base: int


class ChannelRule(msgspec.Struct, frozen=True):
    """The channel: always `fixed`, or the value of a column, through a table where there is one."""

    column: str = ""
    words: dict[str, str] | None = None
    fixed: str = ""


class TagRule(msgspec.Struct, frozen=True):
    """Tags: always those in `fixed`, and the values of `columns`, cut at `split` where that is not empty."""

    columns: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    split: str = ""


class Template(msgspec.Struct, frozen=True):
    """A text over columns: `texts` has one piece more than `columns` and stands around them."""

    texts: tuple[str, ...]
    columns: tuple[str, ...]


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
            for column, _ in self.owner.when:
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
    return read_map(toml_of(text, name), name, text)


def read_map(document: dict[str, Any], name: str, text: str) -> EventMap:
    """The map in a parsed TOML `document`; `text` is its source, for the lines in messages. Raises WrongUse."""
    top = Table(document, name, text)
    source, keep = top.text("source"), top.texts("keep")
    file = top.table("file")
    parsed = EventMap(
        name=name,
        source=source,
        **file_rules(file),
        case=column_named(top.table("case", shorthand="column", required=True)),
        time=_time(top.table("time", shorthand="column", required=True)),
        owner=owner_rule(top.table("owner", shorthand="column")),
        status=word_rule(top.table("status", shorthand="column"), STATUSES, several=True),
        level=_level(top.table("level", shorthand="column")),
        **case_rules(top),
        keep=keep,
    )
    top.finish()
    return parsed


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


def column_named(table: Table | None) -> str:
    """The column that a table names; empty for no table."""
    if table is None:
        return ""
    column = table.text("column", required=True)
    table.finish()
    return column


def _time(table: Table | None) -> TimeRule:
    assert table is not None
    rule = TimeRule(table.text("column", required=True), format_of(table), zone_of(table))
    table.finish()
    return rule


def owner_rule(table: Table | None) -> OwnerRule | None:
    """The rule in the table [owner]."""
    if table is None:
        return None
    conditions = table.table("when")
    when: tuple[_Condition, ...] = ()
    if conditions is not None:
        when = tuple((column, frozenset(conditions.texts(column))) for column in conditions.names)
    rule = OwnerRule(
        column=table.text("column", required=True),
        nobody=frozenset(table.texts("nobody")),
        systems=frozenset(table.texts("systems")),
        when=when,
    )
    if both := rule.nobody & rule.systems:
        raise table.mistake("systems", f"lists “{min(both)}”, which nobody lists too", "A value means one of the two.")
    table.finish()
    return rule


def word_rule(table: Table | None, valid: tuple[str, ...], *, several: bool = False) -> WordRule | None:
    """A rule whose lists are called after the words they mean; without any list the values are the words."""
    if table is None:
        return None
    columns = table.texts("columns") if several else ()
    column = table.text("column", required=not columns)
    if column and columns:
        raise table.mistake("columns", "stands beside column", "Give one column, or several in columns.")
    words: dict[str, str] = {}
    for word in valid:
        for value in table.texts(word):
            if words.setdefault(value, word) != word:
                raise table.mistake(
                    word, f"lists “{value}”, which {words[value]} lists too", "A value means one thing."
                )
    listed = any(table.has(word) for word in valid)
    table.finish()
    return WordRule(columns or (column,), words if listed else None, valid)


def _level(table: Table | None) -> LevelRule | None:
    if table is None:
        return None
    base = table.number("base", default=0)
    assert base is not None

    def based(key: str, level: int) -> int:
        if not base <= level <= base + HIGHEST_LEVEL:
            hint = f"With base {base}, levels are {base} to {base + HIGHEST_LEVEL}."
            raise table.mistake(key, f"cannot be {level}", hint)
        return level - base

    named = table.table("values")
    values = {}
    if named is not None:
        values = {value: based("values", named.number(value, default=base) or 0) for value in named.names}
    patterns = []
    for pattern, level in table.pairs("patterns"):
        try:
            groups_of(pattern)
        except ValueError as error:
            raise table.mistake("patterns", f"has “{pattern}”, which is no regular expression: {error}") from error
        patterns.append((pattern, based("patterns", level)))
    default = table.number("default", default=None)
    rule = LevelRule(
        column=table.text("column", required=True),
        values=values,
        patterns=tuple(patterns),
        default=None if default is None else based("default", default),
        base=base,
    )
    table.finish()
    return rule


def _channel_rule(table: Table | None) -> ChannelRule | None:
    """The rule in the table [channel]."""
    if table is None:
        return None
    fixed = table.text("fixed")
    named = table.table("values")
    rule = ChannelRule(
        column=table.text("column", required=not fixed),
        words=None if named is None else {value: named.text(value, required=True) for value in named.names},
        fixed=fixed,
    )
    if fixed and (rule.column or rule.words):
        raise table.mistake("fixed", "stands beside a column", "Give fixed, or a column with its values.")
    table.finish()
    return rule


def _tag_rule(table: Table | None) -> TagRule | None:
    """The rule in the table [tags]."""
    if table is None:
        return None
    rule = TagRule(columns=table.texts("columns"), fixed=table.texts("fixed"), split=table.text("split"))
    table.finish()
    return rule


def _template_of(top: Table, key: str) -> Template | None:
    """`{column}` stands for a column's value, `{{` and `}}` for braces."""
    text = top.text(key)
    if not text:
        return None
    texts, columns = [""], []
    # XES columns are called org:resource and the like, so str.format's own syntax would not do.
    for piece in re.findall(r"\{\{|\}\}|\{[^{}]+\}|[^{}]+|[{}]", text):
        if piece in ("{{", "}}"):
            texts[-1] += piece[0]
        elif piece in ("{", "}"):
            raise top.mistake(key, f"holds a lone {piece}", "Write {column} for a column and {{ or }} for a brace.")
        elif piece[0] == "{":
            columns.append(piece[1:-1])
            texts.append("")
        else:
            texts[-1] += piece
    if not columns:
        raise top.mistake(key, f"names no column: “{text}”", f"Write “{{{text}}}” if {text} is a column.")
    return Template(tuple(texts), tuple(columns))


def case_rules(top: Table) -> dict[str, Any]:
    """What a map says about whose a case is and what it is about: fields of a `TableMap`."""
    return {
        "customer": column_named(top.table("customer", shorthand="column")),
        "subject": _template_of(top, "subject"),
        "description": _template_of(top, "description"),
        "priority": word_rule(top.table("priority", shorthand="column"), PRIORITIES),
        "channel": _channel_rule(top.table("channel", shorthand="column")),
        "tags": _tag_rule(top.table("tags", shorthand="columns")),
    }


def file_rules(file: Table | None) -> dict[str, Any]:
    """What the table [file] says: fields of a `TableMap`."""
    if file is None:
        return {}
    return {
        "format": file.text("format", one_of=("csv", "jsonl")),
        "delimiter": _delimiter(file),
        "encoding": _encoding(file),
    }


def _delimiter(file: Table) -> str:
    """What stands between columns; empty when nothing is said."""
    delimiter = file.text("delimiter")
    if delimiter and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
        raise file.mistake("delimiter", "must be one character other than a quote", 'Valid are ",", ";", "\\t", "|" …')
    return delimiter


def _encoding(file: Table) -> str:
    """The encoding of the file; the last that is asked of the table."""
    encoding = file.text("encoding")
    try:
        return check_encoding(encoding) if encoding else ""
    except WrongUse as error:
        raise file.mistake("encoding", f"is unknown: “{encoding}”", "Valid are utf-8, cp1252, utf-16 …") from error
    finally:
        file.finish()
