"""The schema version of a database, and whether this program can use it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from careconsole.domain.errors import CareError, NoTeam
from careconsole.domain.hints import given, suggest
from careconsole.store.engine.base import NewerSchema
from careconsole.store.engine.database_files import APPLICATION_ID

if TYPE_CHECKING:
    from careconsole.store.engine.sqlite import SqliteEngine

EMPTY = -1
LATEST = 28
"""The current schema version: how many migrations this program knows (see `maintenance.migrate`)."""


def check_shape(engine: SqliteEngine) -> bool:
    """Whether the database has the current schema; False if its schema is older.

    Raises CareError for a database that is newer than the program or belongs to another one, NoTeam for an empty one.
    """
    shape = shape_of(engine)
    if shape == EMPTY:
        raise NoTeam(
            f"{engine.path} is empty: no team is set up in it.",
            "Create one: {}, or give another database {}.",
            suggest("init", team=..., lead=...),
            given(db=...),
        )
    return shape == LATEST


def shape_of(engine: SqliteEngine) -> int:
    """How many migrations were applied to the database, or EMPTY. Raises CareError as `check_shape` does."""
    application = _pragma(engine, "application_id")
    version = _pragma(engine, "user_version")
    if application == APPLICATION_ID and version > LATEST:
        raise NewerSchema(
            f"The database {engine.path} was made by a newer careconsole (shape {version}, this one knows {LATEST}).",
            "Update careconsole; nothing was changed.",
        )
    if application == APPLICATION_ID:
        return version
    tables = engine.fetch_one("select count(*) from sqlite_master")
    if application or version or (tables and tables[0]):
        raise CareError(
            f"{engine.path} is the database of another program.",
            "Give the right file {}; nothing was changed.",
            given(db=...),
        )
    if os.path.getsize(engine.path) and not _pragma(engine, "page_count"):
        # SQLite takes a file of a few bytes for an empty database, and would overwrite it.
        raise CareError(f"{engine.path} is not a careconsole database.", "Give the right file {}.", given(db=...))
    return EMPTY


def _pragma(engine: SqliteEngine, name: str) -> int:
    row = engine.fetch_one(f"pragma {name}")
    return int(row[0]) if row else 0
