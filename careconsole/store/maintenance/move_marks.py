"""Marks a database as one that the team has moved away from, or that a move has not finished; neither can be opened.

The mark is part of the schema version, so that programs of every version refuse the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from careconsole.domain.hints import given
from careconsole.store.engine.base import AccessPrevented, Engine
from careconsole.store.engine.schema_version import ARRIVING, LATEST, MOVED, OTHER_PLACE

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine

__all__ = ["arriving", "check_may_mark", "in_use", "is_left", "marked", "moved", "reopen"]


def moved(engine: Engine, to: str) -> None:
    """Marks a database that the team has moved away from. Part of a write."""
    _mark(engine, LATEST + MOVED, to)


def arriving(engine: Engine, origin: str) -> None:
    """Marks a database that a team is moved to. Part of a write."""
    _mark(engine, LATEST + ARRIVING, origin)


def in_use(engine: Engine) -> None:
    """Removes the mark. Part of a write."""
    _mark(engine, LATEST, "")


def reopen(engine: Engine) -> None:
    """Removes the mark of a copy of a database that the team has moved away from. Part of a write."""
    _mark(engine, _stored(engine) - MOVED, "")


def is_left(engine: Engine) -> bool:
    """Whether the team has moved away from this database, whichever version of the program moved it."""
    return MOVED <= _stored(engine) < ARRIVING


def marked(engine: Engine) -> int:
    """MOVED or ARRIVING for a database of the current schema version that is marked; 0 for any other."""
    mark = _stored(engine) - LATEST
    return mark if mark in (MOVED, ARRIVING) else 0


def check_may_mark(engine: Engine) -> None:
    """Raises AccessPrevented if a server would not let this login mark the database: then nothing need be copied."""
    if engine.keeps_files:
        return
    row = engine.fetch_one("select has_table_privilege('database_state', 'update')")
    if row != (True,):
        place = cast("PostgresEngine", engine).path
        raise AccessPrevented(
            f"This login may not move the team away from {place}: only the owner of the tables may.",
            "Nothing was changed. Give the owner's login {}.",
            given(db=...),
        )


def _stored(engine: Engine) -> int:
    """The schema version as it is stored, with its mark; 0 if there is none."""
    if engine.keeps_files:
        row = engine.fetch_one("pragma user_version")
    else:
        there = engine.fetch_one("select to_regclass('database_state') is not null")
        row = engine.fetch_one("select shape from database_state") if there == (True,) else None
    return int(row[0]) if row else 0


def _mark(engine: Engine, shape: int, place: str) -> None:
    engine.execute("delete from team where name = :name", {"name": OTHER_PLACE})
    if place:
        engine.execute("insert into team (name, value) values (:name, :value)", {"name": OTHER_PLACE, "value": place})
    if engine.keeps_files:
        engine.execute(f"pragma user_version = {shape}")
    else:
        cast("PostgresEngine", engine).tell_shape(shape)
