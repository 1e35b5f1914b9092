"""Maps of tables with one case per row: read from TOML, checked strictly, written so that a script can repeat a guess.

They are like the maps of event logs (`event_log.maps`), but instead of the time of a row there are the times of a case,
columns without a role are kept as fields, and values that no list has are looked up among the usual words of several
languages (`value_meanings`). The format is documented in `docs/importing.md`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.settings.document import CustomValue, Table, WrongEntry
from careconsole.domain.settings.toml import toml_value
from careconsole.domain.terminal_text import fold
from careconsole.intake.files.read_report import printable
from careconsole.intake.formats.column_maps import (
    Column,
    MapTable,
    OwnerRule,
    TableMap,
    Template,
    TimeColumn,
    columns_in,
)
from careconsole.intake.formats.table.column_names import TIMES
from careconsole.intake.formats.table.value_meanings import NOBODY
from careconsole.intake.values.map_tables import Texts, TextSet, TimeFormat, TimeZone, map_text, read_map
from careconsole.intake.values.times import USUAL


class DateRule(msgspec.Struct, frozen=True):
    """How the times of cases are written: `format` is USUAL or one of `times.moments`; `zone` applies to texts that
    name none (empty: this machine's); `day_first` says how to read 03/04/2024 (None: unknown)."""

    format: str = USUAL
    zone: str = ""
    day_first: bool | None = None


class CaseMap(TableMap, frozen=True, kw_only=True):
    """How the columns of a table with one case per row become cases.

    `opened` and the like are columns of times, or texts with several in braces (see `column_maps.columns_in`).
    `address` is the column of the customer's mail address, by which customers of one name are told apart. `made_for`
    are the columns of the export that it was made for (empty: any), `accept` the kinds of doubts that were accepted.
    """

    dates: DateRule = DateRule()
    opened: str = ""
    updated: str = ""
    resolved: str = ""
    closed: str = ""
    address: str = ""
    made_for: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()

    def times(self) -> dict[str, str]:
        """The columns of times by their roles."""
        return {role: column for role in TIMES if (column := getattr(self, role))}

    def single(self) -> dict[str, str]:
        """The columns that must hold one value, each with the place in the map that names it."""
        named = {self.case: "case"}
        for role, times in self.times().items():
            for column in columns_in(times):
                named.setdefault(column, role)
        if self.customer:
            named.setdefault(self.customer, "customer")
        if self.address:
            named.setdefault(self.address, "address")
        if self.owner:
            named.setdefault(self.owner.column, "[owner] column")
        for place, rule in (("[status] columns", self.status), ("[priority] column", self.priority)):
            for column in rule.columns if rule else ():
                named.setdefault(column, place)
        if self.channel and self.channel.column:
            named.setdefault(self.channel.column, "[channel] column")
        return named


class NoColumn(CustomValue):
    """Rejects the column of times that only an event log has."""

    def __init__(self, value: object = None) -> None:
        raise WrongUse(
            "It is for event logs, where each row is an event.",
            "In a table of cases, name the columns opened, updated, resolved and closed; or import events.",
        )


class TimesTable(Table, frozen=True):
    """The table [time]."""

    shorthand: ClassVar = "column"
    format: TimeFormat = TimeFormat(USUAL)
    zone: TimeZone = TimeZone()
    day_first: bool | None = None
    column: NoColumn | None = None

    def rule(self) -> DateRule:
        """The rule."""
        return DateRule(self.format, self.zone, self.day_first)


class CaseOwner(OwnerRule, frozen=True):
    """The table [owner], with the usual words for nobody, unless it lists others."""

    nobody: TextSet = TextSet(NOBODY)

    def check(self) -> None:
        """Raises WrongEntry for `when`, too, since every row says who owns the case."""
        super().check()
        if self.when:
            hint = "In a table of cases, every row says who owns it."
            raise WrongEntry(("when",), "It has no place here.", hint)

    def rule(self) -> OwnerRule:
        """The rule."""
        return OwnerRule(self.column, self.nobody, self.systems)


class CaseTable(MapTable, frozen=True, kw_only=True, rename={"dates": "time"}):
    """A map of a table with one case per row, as written."""

    owner: CaseOwner | None = None
    dates: TimesTable = TimesTable()
    opened: TimeColumn | None = None
    updated: TimeColumn | None = None
    resolved: TimeColumn | None = None
    closed: TimeColumn | None = None
    address: Column | None = None
    note: Column | None = None
    made_for: Texts | None = None
    accept: Texts | None = None


def load_case_map(path: str) -> CaseMap:
    """The map in the TOML file `path`. Raises WrongUse that names the place and what would be valid there."""
    return parse_case_map(map_text(path), path)


def parse_case_map(text: str, name: str = "map") -> CaseMap:
    """The map written in `text`; `name` is for messages. Raises WrongUse like `load_case_map`."""
    return read_map(text, name, CaseTable).made(CaseMap, name)


def written(case_map: CaseMap, head: str = "") -> str:
    """The map as TOML that `parse_case_map` reads back the same; `head` are the lines of a comment above it."""
    lines = [f"# {' '.join(line.split())}".rstrip() for line in head.splitlines()]
    top: dict[str, Any] = {"source": case_map.source, "case": case_map.case}
    top |= {"subject": _braced(case_map.subject), "customer": case_map.customer}
    top["address"] = case_map.address
    top |= {**case_map.times(), "description": _braced(case_map.description), "note": case_map.note}
    lines += [""] * bool(lines) + _entries(top)
    lines += _entries({"made_for": case_map.made_for, "accept": case_map.accept})
    if case_map.keep is not None:
        lines.append(f"keep = {toml_value(case_map.keep)}")
    tables: dict[str, dict[str, Any]] = {
        "time": {
            "format": "" if case_map.dates.format == USUAL else case_map.dates.format,
            "zone": case_map.dates.zone,
            "day_first": case_map.dates.day_first,
        }
    }
    if owner := case_map.owner:
        usual = owner.nobody == frozenset(NOBODY)
        tables["owner"] = {"column": owner.column, "nobody": None if usual else sorted(owner.nobody)}
        tables["owner"]["systems"] = sorted(owner.systems)
    for name, rule in (("status", case_map.status), ("priority", case_map.priority)):
        if rule is not None:
            one = rule.columns[0] if len(rule.columns) == 1 else ""
            tables[name] = {"column": one, "columns": () if one else rule.columns}
            for word in rule.valid:
                tables[name][word] = [value for value, means in (rule.words or {}).items() if means == word]
    if channel := case_map.channel:
        tables["channel"] = {"column": channel.column, "fixed": channel.fixed}
    if tags := case_map.tags:
        tables["tags"] = {"columns": tags.columns, "fixed": tags.fixed, "split": tags.split}
    file = {"format": case_map.format, "delimiter": case_map.delimiter, "encoding": case_map.encoding}
    for name, values in (*tables.items(), ("file", file)):
        if entries := _entries(values):
            lines += ["", f"[{name}]", *entries]
    if case_map.channel and case_map.channel.words is not None:
        lines += ["", "[channel.values]", *_entries(case_map.channel.words, quoted=True)]
    return "\n".join(lines) + "\n"


def _entries(values: Mapping[str, Any], *, quoted: bool = False) -> list[str]:
    """Keys and values as lines of TOML, without the empty ones, unless `quoted`."""
    return [
        f"{toml_value(key) if quoted else key} = {toml_value(value)}"
        for key, value in values.items()
        if value is not None and (value not in ("", (), []) or quoted)
    ]


def _braced(template: Template | None) -> str:
    """A template as written: {column}, with doubled braces for literal ones."""
    if template is None:
        return ""
    texts = [text.replace("{", "{{").replace("}", "}}") for text in template.texts]
    return texts[0] + "".join(f"{{{c}}}{text}" for c, text in zip(template.columns, texts[1:], strict=True))


def check_columns(case_map: CaseMap, columns: Sequence[str], rows: Sequence[Mapping[str, str]], name: str) -> None:
    """Raises WrongUse where a map was made for an export with other columns than those of the file called `name`.

    The order of columns does not matter, nor how often a name is repeated, as exports repeat labels. Objects of JSON
    may lack a key; so of those, only columns that every record had then (`always_there`) have to be there now.
    """
    if not case_map.made_for:
        return
    before, now = dict.fromkeys(map(_unnumbered, case_map.made_for)), dict.fromkeys(map(_unnumbered, columns))
    gone = [column for column in before if column not in now] if rows or case_map.format != "jsonl" else []
    new = [column for column in now if column not in before] if case_map.format != "jsonl" else []
    if gone or new:
        told = [f"{name} lacks {', '.join(map(printable, gone[:20]))}"] if gone else []
        told += [f"{'it' if gone else name} has {', '.join(map(printable, new[:20]))}, new"] if new else []
        raise WrongUse(
            f"{case_map.name} was made for an export with other columns: {'; '.join(told)}.",
            "Look at the file again: {}. Or, if the map fits all the same, remove made_for from the map.",
            suggest("import auto", files=...),
        )


def always_there(columns: Sequence[str], rows: Sequence[Mapping[str, str]], format: str) -> tuple[str, ...]:
    """The columns by which an export is known again: all, or in JSON those that each of the first records has."""
    return tuple(column for column in columns if format == "csv" or all(column in row for row in rows))


def _unnumbered(column: str) -> str:
    """A column without the number that tells it from others of its name: "Labels (2)" is Labels."""
    return re.sub(r" \(\d+\)$", "", column)


def folded_words(words: dict[str, str] | None) -> dict[str, str]:
    """The values that a map lists, folded for comparison; of two that become the same, the first counts."""
    found: dict[str, str] = {}
    for value, word in (words or {}).items():
        found.setdefault(fold(value), word)
    return found
