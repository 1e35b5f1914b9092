"""The schema version of a database, and whether this program can use it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from careconsole.domain.errors import CareError, NoTeam
from careconsole.domain.hints import given, suggest
from careconsole.store.engine.base import Moved, NewerSchema
from careconsole.store.engine.database_files import APPLICATION_ID

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Protocol

    from careconsole.store.engine.base import Row

    class Asked(Protocol):
        """An engine, as far as it is asked here; `path` is where its database is."""

        @property
        def path(self) -> str:
            """Where the database is, as it may be shown."""

        def fetch_one(self, sql: str, params: Mapping[str, Any] | None = None) -> Row | None:
            """The first row of a query, if any."""


EMPTY = -1
LATEST = 29
"""The current schema version: how many migrations this program knows (see `maintenance.migrate`)."""

MOVED, ARRIVING = 1_000_000, 2_000_000
"""Added to the schema version of a database that the team has moved away from, or that a move has not finished."""
OTHER_PLACE = "moved"
"""The team's setting that says in such a database where the other one is."""


def check_shape(engine: Asked) -> bool:
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


def shape_of(engine: Asked) -> int:
    """How many migrations were applied to the database, or EMPTY. Raises CareError as `check_shape` does."""
    application = _pragma(engine, "application_id")
    version = _pragma(engine, "user_version")
    if application == APPLICATION_ID and version > LATEST:
        raise too_new(engine, version)
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


def too_new(engine: Asked, shape: int) -> NewerSchema:
    """Why a database of a schema version above LATEST cannot be used."""
    place = engine.path
    if shape < MOVED:
        return NewerSchema(
            f"The database {place} was made by a newer careconsole (shape {shape}, this one knows {LATEST}).",
            "Update careconsole; nothing was changed.",
        )
    row = engine.fetch_one("select value from team where name = :name", {"name": OTHER_PLACE})
    other = str(row[0]) if row else ""
    if shape < ARRIVING:
        return Moved(
            f"The team has moved from {place} to {other}.",
            "Work there: give that {}. To come back from there, or if it is lost, see {}.",
            given(db=...),
            suggest("db move", help=True),
        )
    return Moved(
        f"The move of the team from {other} to {place} was not finished.",
        "Move again, from the database it came from: {}.",
        suggest("db move", target=...),
    )


def changed_meanwhile(engine: Asked, shape: int) -> NewerSchema:
    """Why an open database whose schema version has changed cannot be used any longer."""
    if shape >= MOVED:
        return too_new(engine, shape)
    return NewerSchema(
        f"The database {engine.path} was upgraded by a newer careconsole while it was open here.",
        "Nothing was changed. Quit, and start careconsole again.",
    )


def _pragma(engine: Asked, name: str) -> int:
    row = engine.fetch_one(f"pragma {name}")
    return int(row[0]) if row else 0
