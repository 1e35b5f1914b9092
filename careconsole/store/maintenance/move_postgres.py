"""Prepares a PostgreSQL database for a move to it: its tables, without what slows many rows down."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from careconsole.domain.errors import Refused
from careconsole.store.engine.schema_version import ARRIVING, EMPTY, LATEST, MOVED
from careconsole.store.maintenance.migrate_postgres import create_tables
from careconsole.store.maintenance.move_marks import marked
from careconsole.store.maintenance.postgres_tables import NUMBERED, tables
from careconsole.store.team.people import People

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine

_OWN = ("search", "contents", "content_parts")


def make_empty(engine: PostgresEngine, identity: str) -> None:
    """Makes the tables, or empties those that an unfinished move of the same team left. Part of what is done `alone`.

    Raises Refused for a database that anything else is in.
    """
    mark = marked(engine)
    if mark == MOVED:
        raise Refused(
            f"{engine.path} is where the team came from; its old copy stays there.",
            "Create another database (createdb NAME), and give that.",
        )
    if not mark and engine.shape() == EMPTY:
        create_tables(engine)
        return
    if mark == ARRIVING:
        ours = People(engine).identity() == identity
    else:
        ours = engine.shape() == LATEST and engine.fetch_one("select 1 from people limit 1") is None
    if not ours:
        raise Refused(
            f"{engine.path} already has a team.",
            "Create an empty database (createdb NAME), and give that.",
        )
    emptied = [table for table in tables(LATEST).columns if table != "seals"]
    engine.run_script(f"truncate {', '.join([*emptied, *_OWN])}")
    engine.execute("update seals set number = 0 where name not in ('schema', 'migrations')")


def filled(engine: PostgresEngine, fill: Callable[[], None]) -> None:
    """Runs `fill`, which writes many rows, without numbering them and without looking up what they refer to.

    References are checked at the end, all at once. Part of what is done `alone`.
    """
    references = engine.fetch_all(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
        " where contype = 'f' and connamespace = current_schema()::regnamespace order by 1, 2"
    )
    for table, name, _ in references:
        engine.run_script(f"alter table {table} drop constraint {name}")
    for table in NUMBERED:
        engine.run_script(f"alter table {table} disable trigger {table}_1_number")
    fill()
    for table in NUMBERED:
        engine.run_script(f"alter table {table} enable trigger {table}_1_number")
    for table, name, definition in references:
        engine.run_script(f"alter table {table} add constraint {name} {definition}")
    engine.run_script("analyze")
