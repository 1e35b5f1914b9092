"""Writes a SQLite file of plain tables that any program can read: the content of a team's database, not its schema."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from careconsole.domain.errors import CareError, WrongUse
from careconsole.store.engine.database_files import application_id, file_head
from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.files import must_have_folder, part_beside, put_in_place, sync

COPY_ID = 0x63617263
"""Marks a file as such a copy: "carc"."""

_READ_ONLY = 0o400

_AT_ONCE = 5_000

Row = tuple[str, dict[str, Any]]
"""The name of a table, and the values of one of its rows by column."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the copy: its columns, key, foreign keys (`refers`), indexes and searchable columns (`words`).

    Each column has its Python type, and a function that makes its value from a context and the object of the row.
    """

    name: str
    columns: Mapping[str, tuple[type, Callable[[Any, Any], Any]]]
    key: str | tuple[str, ...] | None = None
    refers: tuple[tuple[str, str, str], ...] = ()
    indexes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def row(self, context: Any, of: Any) -> Row:
        """The row for the object `of` in `context`."""
        return self.name, {name: value(context, of) for name, (_, value) in self.columns.items()}


def write(
    target: str, tables: Sequence[Table], rows: Iterator[Row], views: dict[str, str], *, search: bool
) -> dict[str, int]:
    """Writes the copy to `target` as `rows` come; returns the number of rows of each table.

    It is made beside the target and put in place when complete; only its owner may read it, and nobody may write it.
    With `search` the tables' `words` can be searched. Raises WrongUse if `target` is anything but an earlier copy, and
    CareError if it cannot be written.
    """
    _must_be_ours(target)
    try:
        with part_beside(target) as half:
            counts = _write(half, tables, rows, views, search)
            os.chmod(half, _READ_ONLY)
            sync(half)
            put_in_place(half, target, replace=True)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise CareError(f"{target} cannot be written: {reason}.", "Free some space, or choose another.") from error
    return counts


def _write(
    path: str, tables: Sequence[Table], rows: Iterator[Row], views: dict[str, str], search: bool
) -> dict[str, int]:
    from sqlite_utils import Database

    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # Nobody sees the file before it is complete, so it need not survive a crash until then.
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.execute(f"pragma application_id = {COPY_ID}")
        database: Any = Database(connection, execute_plugins=False)
        for table in tables:
            columns = {name: type for name, (type, _) in table.columns.items()}
            database[table.name].create(columns, pk=table.key, foreign_keys=table.refers, strict=True)
        while some := list(islice(rows, _AT_ONCE)):
            for name in dict.fromkeys(name for name, _ in some):
                database[name].insert_all(row for table, row in some if table == name)
        for table in tables:
            for column in table.indexes:
                database[table.name].create_index([column])
            if search and table.words:
                database[table.name].enable_fts(table.words, fts_version="FTS5")
        for name, sql in views.items():
            database.create_view(name, sql)
        if connection.in_transaction:
            connection.execute("commit")
        return {table.name: database[table.name].count for table in tables}
    finally:
        connection.close()


def _must_be_ours(target: str) -> None:
    """Raises WrongUse if `target` exists and is not an earlier copy, which may be replaced."""
    must_have_folder(target)
    if not os.path.lexists(target):
        return
    head = b""
    with contextlib.suppress(OSError):
        head = file_head(target)
    if os.path.islink(target) or application_id(head) != COPY_ID:
        raise WrongUse(f"{target} exists already and is not an earlier copy.", "Name a new file.")
