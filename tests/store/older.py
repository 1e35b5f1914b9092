"""Databases with older schemas, made from the schema's files and filled with the contents of a current database."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database, Migrations

from careconsole.store.cases.repository import fact_of
from careconsole.store.engine.database_files import APPLICATION_ID
from careconsole.store.engine.digests import register
from careconsole.store.engine.driver import sqlite3
from careconsole.store.maintenance import migrate as migration
from careconsole.store.maintenance.shape import files

_IDENTITY = 6
"""The first schema version in which every database has an identity."""


def make_older(path: str, shape: int, fill_from: str | None = None, texts: Mapping[str, str] | None = None) -> str:
    """Makes a database of the schema version `shape` at `path`, which must not exist, as careconsole made it then.

    It gets the contents of the database `fill_from`, as far as its tables and columns allow. `texts` replace files of
    the schema, by name. Returns `path`.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = wal")
        database = Database(connection, execute_plugins=False)
        migrations = Migrations("careconsole")
        for name in files(shape):
            if texts and name in texts:
                _register_text(migrations, name, texts[name])
            else:
                migration._register(migrations, name)
        migrations.apply(database)
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        connection.execute(f"pragma user_version = {shape}")
        if fill_from is not None:
            _fill(connection, fill_from)
            if shape < _IDENTITY:
                connection.execute("delete from team where name = 'identity'")
    Path(path).chmod(0o600)
    return path


def _register_text(migrations: Migrations, name: str, text: str) -> None:
    def apply(database: Database) -> None:
        database.executescript(text)

    apply.__name__ = name.removesuffix(".sql")
    migrations()(apply)


def _fill(connection: sqlite3.Connection, source: str) -> None:
    register(connection)
    connection.execute("attach ? as new", (source,))
    old = {row[0] for row in connection.execute("select name from main.sqlite_master where type = 'table'")}
    new = [row[0] for row in connection.execute("select name from new.sqlite_master where type = 'table'")]
    for table in new:
        if table not in old or table.startswith(("sqlite_", "search", "_")):
            continue
        kept = {row[1] for row in connection.execute(f"pragma main.table_info({table})")}
        columns = ", ".join(r[1] for r in connection.execute(f"pragma new.table_info({table})") if r[1] in kept)
        connection.execute(f"delete from main.{table}")
        connection.execute(f"insert into main.{table} ({columns}) select {columns} from new.{table}")
    if "seals" in old:
        kept_seals = ", ".join(f"'{name}'" for name in sorted(old | {"schema", "migrations"}))
        connection.execute(f"delete from main.seals where name not in ({kept_seals})")
    connection.execute("delete from main.sqlite_sequence")
    connection.execute(
        "insert into main.sqlite_sequence select * from new.sqlite_sequence"
        " where name in (select name from main.sqlite_master)"
    )
    # Until shape 10 the index had the words as they were written.
    connection.execute("insert into main.search (search) values ('delete-all')")
    for number, kind, data in connection.execute("select id, kind, data from new.events").fetchall():
        if words := fact_of(kind, data).search_text():
            connection.execute("insert into main.search (rowid, words) values (?, ?)", (number, words))
    connection.execute("detach new")
