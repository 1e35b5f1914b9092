"""Compares a database's tables, columns, indexes and triggers with those that the files in `db/schema` create.

Queries the schema directly: sqlite-utils leaves out generated columns, which a database that somebody changed may have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import closing

import msgspec

from careconsole.domain.hints import suggest
from careconsole.store.engine.base import DatabaseCorrupt, Engine, Row
from careconsole.store.engine.driver import sqlite3
from careconsole.store.maintenance.schema import db_path, db_text

_COMMENT = re.compile(r"--[^\n]*")
_OURS = (
    "name not like 'sqlite\\_%' escape '\\' and name not like 'search\\_%' escape '\\'"
    " and tbl_name <> '_sqlite_migrations'"
)
"""Selects what the schema files create; SQLite, its full-text index and sqlite-utils add further tables."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A difference between a database's schema and the expected one.

    `kind` is table, column, index, trigger or view; a column is named table.column. `should` is the SQL that creates
    the object, None for one that should not exist; `there` is whether it exists, `unmakeable` whether it is a column
    that cannot be added to a table with rows, or replaced.
    """

    kind: str
    name: str
    should: str | None
    there: bool
    unmakeable: bool = False

    def __str__(self) -> str:
        if self.should is None:
            return f"There is a {self.kind} {self.name} that careconsole did not make."
        return f"The {self.kind} {self.name} {'differs from what careconsole made' if self.there else 'is missing'}."


class _Column(msgspec.Struct, frozen=True):
    type: str
    not_null: int
    default: str | None
    key: int


def files(shape: int | None = None) -> list[str]:
    """The names of the schema files in order: those that create a database of schema version `shape`, or all."""
    return sorted(path.name for path in db_path("schema").iterdir() if path.name.endswith(".sql"))[:shape]


def differences(engine: Engine, shape: int) -> list[Difference]:
    """The differences between the database and what the schema files up to `shape` create."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as reference:
        for name in files(shape):
            reference.executescript(db_text(f"schema/{name}"))
        return _compare(lambda sql: reference.execute(sql).fetchall(), engine.fetch_all)


def mend(engine: Engine, shape: int) -> list[Difference]:
    """Creates what a database of an older `shape` lacks or has differently; returns the differences. Part of a write.

    The database may come from a draft of its last schema file, from before that was published, and lack a table of that
    file. Unexpected objects are left alone. Raises DatabaseCorrupt if any other table is missing, or a column cannot be
    added or is different.
    """
    lost = {difference.name for difference in differences(engine, shape - 1) if difference.kind == "table"}
    mended = []
    for difference in differences(engine, shape):
        if difference.should is None:
            continue
        if difference.name in lost or difference.unmakeable:
            raise DatabaseCorrupt(
                f"{difference} The database cannot be upgraded to this version of careconsole.",
                "Nothing was changed. Restore a backup: {}.",
                suggest("db restore", file=...),
            )
        if difference.there:
            engine.execute(f"drop {difference.kind} {difference.name}")
        engine.execute(difference.should)
        mended.append(difference)
    return mended


_All = Callable[[str], Sequence[Row]]


def _compare(wanted: _All, stored: _All) -> list[Difference]:
    should, there = _objects(wanted), _objects(stored)
    found = []
    # Tables first: the other objects depend on them.
    for (kind, name), sql in sorted(should.items(), key=lambda item: (item[0][0] != "table", item[0])):
        if (kind, name) not in there:
            found.append(Difference(kind=kind, name=name, should=sql, there=False))
        elif kind == "table" and not sql.lower().startswith("create virtual"):
            found += _columns(name, _table(wanted, name), _table(stored, name))
        elif _plain(there[kind, name]) != _plain(sql):
            found.append(Difference(kind=kind, name=name, should=sql, there=True))
    found += [
        Difference(kind=kind, name=name, should=None, there=True) for kind, name in sorted(there.keys() - should.keys())
    ]
    return found


def _columns(table: str, should: dict[str, _Column], there: dict[str, _Column]) -> list[Difference]:
    found = []
    for name, column in should.items():
        if there.get(name) == column:
            continue
        rest = " not null" * column.not_null + (f" default {column.default}" if column.default is not None else "")
        # A NOT NULL column without a default cannot be added to a table that has rows.
        addable = name not in there and not column.key and not (column.not_null and column.default is None)
        found.append(
            Difference(
                kind="column",
                name=f"{table}.{name}",
                should=f"alter table {table} add column {name} {column.type}{rest}",
                there=name in there,
                unmakeable=not addable,
            )
        )
    return found + [
        Difference(kind="column", name=f"{table}.{name}", should=None, there=True) for name in there.keys() - should
    ]


def _objects(all_rows: _All) -> dict[tuple[str, str], str]:
    rows = all_rows(f"select type, name, sql from sqlite_master where sql is not null and {_OURS}")
    return {(str(kind), str(name)): str(sql) for kind, name, sql in rows}


def _table(all_rows: _All, table: str) -> dict[str, _Column]:
    quoted = table.replace('"', '""')
    return {r[1]: _Column(r[2], r[3], r[4], r[5]) for r in all_rows(f'pragma table_xinfo("{quoted}")')}


def _plain(sql: str) -> str:
    """A definition without comments, and with single spaces for all white space."""
    return " ".join(_COMMENT.sub(" ", sql).split())
