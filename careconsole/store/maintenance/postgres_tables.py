"""The tables of a PostgreSQL database, made from the files in `db/schema`: both engines have the same columns.

SQLite runs the files in memory, and what it then says of its tables is written as PostgreSQL's. Triggers and functions
are PostgreSQL's own: `db/postgres/functions.sql`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import msgspec

from careconsole.store.engine.digests import PLAIN
from careconsole.store.engine.driver import sqlite3
from careconsole.store.maintenance.schema import db_text
from careconsole.store.maintenance.shape import files

NUMBERED = ("cases", "commands", "events", "journal", "notices", "playbook_events")
"""The tables that never reuse a number; `seals` has the highest number ever given in each."""
HISTORIES = {
    "events": "history is append-only",
    "journal": "the journal is append-only",
    "playbook_events": "the history of playbooks is append-only",
}
_TYPES = {"INTEGER": "bigint", "TEXT": 'text collate "C"', "BLOB": "bytea"}
_CHECK = re.compile(r"^\s*\w+ .*?\b(check \(.*?\)\))", re.MULTILINE)
_INDEX = re.compile(r"create index (\w+) on (\w+) \((.*?)\)(\s+where .*)?", re.DOTALL | re.IGNORECASE)
_OWN = {
    "customers": (
        'alter table customers add column if not exists search_key text collate "C"',
        "create index if not exists customers_without_key on customers (id) where search_key is null",
        "create or replace trigger customers_3_key before insert or update of folded on customers"
        " for each row execute function name_changed()",
    ),
}
"""What PostgreSQL's tables have besides: the search key of a customer."""


class Tables(msgspec.Struct, frozen=True):
    """The tables of a schema version: of each the columns with their definitions, and its constraints and indexes."""

    columns: dict[str, dict[str, str]]
    keys: dict[str, list[str]]
    references: dict[str, list[str]]
    indexes: dict[str, str]


def tables(shape: int) -> Tables:
    """The tables that the files in `db/schema` up to `shape` make, in PostgreSQL's words."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as reference:
        for name in files(shape):
            reference.executescript(db_text(f"schema/{name}"))
        return _read(reference)


def creation(shape: int) -> Iterator[str]:
    """The statements that create everything of a schema version but the functions, which must be there."""
    return upgrade(Tables({}, {}, {}, {}), tables(shape))


def upgrade(before: Tables, after: Tables) -> Iterator[str]:
    """The statements that make the tables of one schema version of those of another. Nothing is ever dropped."""
    new = [table for table in after.columns if table not in before.columns]
    for table in new:
        parts = [f"{name} {definition}" for name, definition in after.columns[table].items()] + after.keys[table]
        yield f"create table {table} ({', '.join(parts)})"
    for table, columns in before.columns.items():
        for name, definition in after.columns[table].items():
            if name not in columns:
                yield f"alter table {table} add column {name} {definition}"
    for table, references in after.references.items():
        for reference in references:
            if reference not in before.references.get(table, ()):
                yield f"alter table {table} add {reference}"
    for name in before.indexes:
        if after.indexes.get(name) != before.indexes[name]:
            yield f"drop index {name}"
    for name, index in after.indexes.items():
        if before.indexes.get(name) != index:
            yield index
    for table in new:
        yield from _OWN.get(table, ())
        yield from _triggers(table, after.columns[table])


def seals(shape: int) -> list[str]:
    """The rows of `seals` in a new database: the tables whose highest number is kept, and two digests."""
    return [*(table for table in NUMBERED if table in tables(shape).columns), "schema", "migrations"]


def _triggers(table: str, columns: dict[str, str]) -> Iterator[str]:
    """The triggers of a table. Those of one event run in the order of their names."""
    if "id" in columns:
        function = "give_new_number" if table in NUMBERED else "give_number"
        yield _trigger(table, "1_number", "before insert", function)
    if table == "commands":
        yield _trigger(table, "2_digest", "before insert or update", "digest_command")
    elif table in HISTORIES and table != "events":  # the program makes the digests of events
        yield _trigger(table, "2_digest", "before insert", "digest_entry")
    elif table in PLAIN:
        yield _trigger(table, "4_digest", "before insert or update", "digest_row")
    if table in HISTORIES:
        yield _trigger(table, "5_stays", "before update or delete", f"append_only('{HISTORIES[table]}')")


def _trigger(table: str, name: str, when: str, function: str) -> str:
    call = function if "(" in function else f"{function}()"
    return f"create trigger {table}_{name} {when} on {table} for each row execute function {call}"


def _read(reference: Any) -> Tables:
    made = reference.execute(
        "select name, sql from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'"
        " and name not like 'search%' order by rowid"
    ).fetchall()
    found = Tables({}, {}, {}, {})
    for table, sql in made:
        rows = reference.execute(f"pragma table_xinfo({table})").fetchall()
        checks = {match[0].split()[0]: match[1] for match in _CHECK.finditer(sql)}
        assert len(checks) == sql.count("check ("), f"a check of {table} is not understood"
        found.columns[table] = {row[1]: _column(row, checks.get(row[1], "")) for row in rows}
        key = [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]
        found.keys[table] = [f"primary key ({', '.join(key)})"] if key else []
        for _, name, _, origin, _ in sorted(reference.execute(f"pragma index_list({table})").fetchall()):
            if origin == "u":
                columns = [row[2] for row in reference.execute(f"pragma index_info({name})").fetchall()]
                found.keys[table].append(f"unique ({', '.join(columns)})")
        found.references[table] = [
            f"foreign key ({row[3]}) references {row[2]} ({row[4]}) on delete {row[6].lower()}"
            for row in sorted(reference.execute(f"pragma foreign_key_list({table})").fetchall())
        ]
    for name, sql in reference.execute(
        "select name, sql from sqlite_master where type = 'index' and sql is not null order by name"
    ).fetchall():
        found.indexes[name] = _index(sql, found.columns)
    return found


def _column(row: Sequence[Any], check: str) -> str:
    parts = [_TYPES[row[2]], "not null" if row[3] or row[5] else "", f"default {row[4]}" if row[4] is not None else ""]
    return " ".join(part for part in [*parts, check] if part)


def _index(sql: str, columns: dict[str, dict[str, str]]) -> str:
    """The index, of its first column and of the numbers after it: PostgreSQL keeps no long text in one."""
    match = _INDEX.fullmatch(sql.strip())
    assert match is not None, f"an index is not understood: {sql}"
    name, table, listed, where = match.groups()
    first, *others = _parts(listed)
    kept = [column for column in others if columns[table].get(column.split()[0], "").startswith("bigint")]
    return f"create index {name} on {table} ({', '.join([first, *kept])}){' '.join(['', *(where or '').split()])}"


def _parts(listed: str) -> list[str]:
    """The parts of a list between its commas, apart from those in parentheses and in quotes; with single spaces."""
    parts, depth = [""], 0
    for piece in re.findall(r"'[^']*'|[(),]|[^'(),]+", listed):
        depth += (piece == "(") - (piece == ")")
        if piece == "," and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return [" ".join(part.split()) for part in parts]
