"""Maps of tables with a case a row: read from TOML, checked strictly, and written so that a script can repeat a guess.

They look like the maps of event logs (`maps`), and differ where a table of cases does: instead of the time of a row
there are the times of a case, what is not named is kept as a field, and values that no list names are looked up among
the usual words of several languages (`valuewords`). The format is documented in `docs/importing.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from careconsole.domain.text import fold
from careconsole.intake.eventlogs.maps import (
    STATUSES,
    OwnerRule,
    TableMap,
    Template,
    case_rules,
    column_named,
    file_rules,
    map_text,
    owner_rule,
    word_rule,
)
from careconsole.intake.tables import Table, format_of, toml_of, zone_of
from careconsole.intake.tabular.columnnames import TIMES
from careconsole.intake.tabular.valuewords import NOBODY

USUAL = "usual"
"""The form of times that are read as people and programs usually write them (`dates`)."""


class DateRule(msgspec.Struct, frozen=True):
    """How the times of cases are written: `format` is USUAL or one of `times.moments`; `zone` holds where a text names
    none (empty: this machine's), and `day_first` tells how 03/04/2024 is meant (None: nothing says)."""

    format: str = USUAL
    zone: str = ""
    day_first: bool | None = None


class CaseMap(TableMap, frozen=True, kw_only=True):
    """How the columns of a table with a case a row become cases; `opened` and the like are columns of times."""

    dates: DateRule = DateRule()
    opened: str = ""
    updated: str = ""
    resolved: str = ""
    closed: str = ""

    def times(self) -> dict[str, str]:
        """The columns of times by what they tell."""
        return {role: column for role in TIMES if (column := getattr(self, role))}

    def single(self) -> dict[str, str]:
        """The columns that must hold one value, each with the place in the map that names it."""
        named = {self.case: "case"}
        for role, column in self.times().items():
            named.setdefault(column, role)
        if self.customer:
            named.setdefault(self.customer, "customer")
        if self.owner:
            named.setdefault(self.owner.column, "[owner] column")
        for place, rule in (("[status] columns", self.status), ("[priority] column", self.priority)):
            for column in rule.columns if rule else ():
                named.setdefault(column, place)
        if self.channel and self.channel.column:
            named.setdefault(self.channel.column, "[channel] column")
        return named


def load_case_map(path: str) -> CaseMap:
    """The map in the TOML file `path`. Raises WrongUse that names the place and what would be valid there."""
    return parse_case_map(map_text(path), path)


def parse_case_map(text: str, name: str = "map") -> CaseMap:
    """The map written in `text`; `name` is for messages. Raises WrongUse like `load_case_map`."""
    top = Table(toml_of(text, name), name, text)
    source, keep = top.text("source"), top.texts("keep") if top.has("keep") else None
    file, owner = top.table("file"), top.table("owner", shorthand="column")
    parsed = CaseMap(
        name=name,
        source=source,
        **file_rules(file),
        case=column_named(top.table("case", shorthand="column", required=True)),
        dates=_dates(top.table("time", shorthand="column")),
        **_time_columns(top),
        owner=_with_nobody(owner, owner_rule(owner)),
        status=word_rule(top.table("status", shorthand="column"), STATUSES, several=True),
        **case_rules(top),
        note=column_named(top.table("note", shorthand="column")),
        keep=keep,
    )
    top.finish()
    return parsed


def _time_columns(top: Table) -> dict[str, Any]:
    return {role: column_named(top.table(role, shorthand="column")) for role in TIMES}


def _with_nobody(table: Table | None, rule: OwnerRule | None) -> OwnerRule | None:
    """The rule with the usual words for nobody, unless the map lists its own."""
    if table is None or rule is None:
        return None
    if rule.when:
        raise table.mistake("when", "has no place here", "In a table with a case a row, every row says who owns it.")
    return rule if table.has("nobody") else msgspec.structs.replace(rule, nobody=frozenset(NOBODY))


def _dates(table: Table | None) -> DateRule:
    if table is None:
        return DateRule()
    if table.has("column"):
        raise table.mistake(
            "column",
            "belongs to an event log, where a row is something that happened",
            "In a table with a case a row, name the columns opened, updated, resolved and closed; or import events.",
        )
    rule = DateRule(format_of(table, USUAL), zone_of(table), table.flag("day_first"))
    table.finish()
    return rule


def written(case_map: CaseMap, head: str = "") -> str:
    """The map as TOML text that `parse_case_map` reads back the same; `head` are the lines of a comment above it."""
    lines = [f"# {' '.join(line.split())}".rstrip() for line in head.splitlines()]
    top: dict[str, Any] = {"source": case_map.source, "case": case_map.case}
    top |= {"subject": _braced(case_map.subject), "customer": case_map.customer}
    top |= {**case_map.times(), "description": _braced(case_map.description), "note": case_map.note}
    lines += [""] * bool(lines) + _entries(top)
    if case_map.keep is not None:
        lines.append(f"keep = {_value(case_map.keep)}")
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


def _entries(values: dict[str, Any], *, quoted: bool = False) -> list[str]:
    """Keys and values, without those that say nothing."""
    return [
        f"{_value(key) if quoted else key} = {_value(value)}"
        for key, value in values.items()
        if value is not None and (value not in ("", (), []) or quoted)
    ]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's too, but TOML wants DEL escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    assert isinstance(value, Iterable)
    return f"[{', '.join(map(_value, value))}]"


def _braced(template: Template | None) -> str:
    """A template as it is written: {column}, with doubled braces for real ones."""
    if template is None:
        return ""
    texts = [text.replace("{", "{{").replace("}", "}}") for text in template.texts]
    return texts[0] + "".join(f"{{{c}}}{text}" for c, text in zip(template.columns, texts[1:], strict=True))


def folded_words(words: dict[str, str] | None) -> dict[str, str]:
    """A map's own list of values for comparing without case and blanks; of two that are the same, the first holds."""
    found: dict[str, str] = {}
    for value, word in (words or {}).items():
        found.setdefault(fold(value), word)
    return found
