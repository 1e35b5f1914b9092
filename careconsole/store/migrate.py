"""Brings a database to the shape this program knows: the texts of db/schema, one after the other, each once."""

from __future__ import annotations

from typing import Any

from careconsole.domain.errors import CareError
from careconsole.store.schema import db_path, db_text
from careconsole.store.sqlite import APPLICATION_ID, SqliteEngine

LATEST = 1
"""How many migrations this program knows: the `user_version` of a database of its shape."""


def check_shape(engine: SqliteEngine) -> bool:
    """Whether the database has this program's shape; False when it is older or empty.

    Raises CareError for a database that is newer than the program or belongs to another one.
    """
    application = _pragma(engine, "application_id")
    version = _pragma(engine, "user_version")
    if application == APPLICATION_ID and version == LATEST:
        return True
    if application == APPLICATION_ID and version > LATEST:
        raise CareError(
            f"The database {engine.path} was made by a newer careconsole (shape {version}, this one knows {LATEST}).",
            "Update careconsole; nothing was changed.",
        )
    tables = engine.one("select count(*) from sqlite_master")
    if application != APPLICATION_ID and tables and tables[0]:
        raise CareError(
            f"{engine.path} is a database of another program.",
            "Name the right file with --db; nothing was changed.",
        )
    return False


def migrate(engine: SqliteEngine) -> None:
    """Applies what is missing, all in one transaction, so that processes that start together do not race."""
    from sqlite_utils import Database, Migrations

    migrations = Migrations("careconsole")
    names = sorted(path.name for path in db_path("schema").iterdir() if path.name.endswith(".sql"))
    assert len(names) == LATEST, names
    for name in names:
        _register(migrations, name)
    engine.run("pragma journal_mode = wal")
    database = Database(engine.connection, execute_plugins=False)

    def work() -> None:
        if check_shape(engine):  # somebody else was faster
            return
        migrations.apply(database)
        engine.run(f"pragma application_id = {APPLICATION_ID}")
        engine.run(f"pragma user_version = {LATEST}")

    engine.write(work)


def _register(migrations: Any, name: str) -> None:
    def apply(database: Any) -> None:
        database.executescript(db_text(f"schema/{name}"))

    apply.__name__ = name.removesuffix(".sql")
    migrations()(apply)


def _pragma(engine: SqliteEngine, name: str) -> int:
    row = engine.one(f"pragma {name}")
    return int(row[0]) if row else 0
