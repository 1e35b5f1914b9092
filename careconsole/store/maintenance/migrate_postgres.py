"""Creates the tables of a PostgreSQL database, and brings those of an older program to the current shape."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

from careconsole.domain.errors import CareError
from careconsole.store.engine.schema_version import EMPTY, LATEST
from careconsole.store.maintenance.logins import are_tied, common
from careconsole.store.maintenance.migrate import FOLD, NoProgress, Progress
from careconsole.store.maintenance.postgres_tables import creation, seals, tables, upgrade
from careconsole.store.maintenance.schema import db_text

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine


def migrate(engine: PostgresEngine, progress: Progress | None = None) -> None:
    """Brings a database to the current shape in one transaction; creates everything in an empty one.

    Raises CareError for a database of another program, or whose text is not stored as UTF-8.
    """
    if engine.shape() == LATEST:
        return
    row = engine.fetch_one("show server_encoding")
    if row is None or row[0] != "UTF8":
        raise CareError(
            f"The database {engine.path} does not store text as UTF-8.", "Create one that does: createdb -E UTF8 NAME."
        )
    tell = progress or NoProgress()
    engine.alone(lambda: _migrate(engine, tell))


def _migrate(engine: PostgresEngine, tell: Progress) -> None:
    before = engine.shape()
    if before == LATEST:  # another process was faster
        return
    engine.run_script(db_text("postgres/functions.sql"))
    if before == EMPTY:
        _create(engine)
        return
    tell.say(f"{engine.path} was made by an older careconsole; upgrading shape {before} to {LATEST}.")
    for statement in upgrade(tables(before), tables(LATEST)):
        engine.run_script(statement)
    if before < FOLD:
        from careconsole.store.maintenance.refold import refold

        refold(engine, lambda done, of: tell.at("Cases rebuilt", done, of))
    if are_tied(engine):
        for statement in common(engine):
            engine.run_script(statement)
    engine.execute("update database_state set shape = :shape", {"shape": LATEST})
    tell.say("The database is upgraded.")


def _create(engine: PostgresEngine) -> None:
    for statement in creation(LATEST):
        engine.run_script(statement)
    numbered = seals(LATEST)
    engine.execute_many(
        "insert into seals (name, number) values (?, ?)",
        [(name, None if name in ("schema", "migrations") else 0) for name in numbered],
    )
    engine.execute("insert into team (name, value) values ('identity', :identity)", {"identity": token_hex(16)})
    engine.execute("insert into database_state (one, shape, changes) values (1, :shape, 0)", {"shape": LATEST})
