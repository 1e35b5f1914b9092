"""Creates the tables of a PostgreSQL database, and brings those of an older program to the current shape."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

from careconsole.domain.errors import CareError
from careconsole.domain.hints import given
from careconsole.store.engine.base import AccessPrevented
from careconsole.store.engine.digests import PLAIN
from careconsole.store.engine.schema_version import EMPTY, LATEST
from careconsole.store.maintenance.logins import are_tied, common, owns_tables
from careconsole.store.maintenance.migrate import FOLD, NoProgress, Progress
from careconsole.store.maintenance.postgres_tables import creation, seals, tables, upgrade
from careconsole.store.maintenance.schema import db_text

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine


def migrate(engine: PostgresEngine, progress: Progress | None = None) -> None:
    """Brings a database to the current shape in one transaction; creates everything in an empty one.

    Raises CareError for a database of another program, or whose text is not stored as UTF-8, and AccessPrevented if
    this login does not own the tables of an older one.
    """
    shape = engine.shape()
    if shape == LATEST:
        return
    if shape != EMPTY and not owns_tables(engine):
        raise AccessPrevented(
            f"{engine.path} was made by an older careconsole, and only the owner of its tables may upgrade it.",
            "Have the owner run any command of this version once, with that login {}.",
            given(db=...),
        )
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
    if before == EMPTY:
        create_tables(engine)
        return
    engine.run_script(db_text("postgres/functions.sql"))
    tell.say(f"{engine.path} was made by an older careconsole; upgrading shape {before} to {LATEST}.")
    old, new = tables(before), tables(LATEST)
    for statement in upgrade(old, new):
        engine.run_script(statement)
    for table in PLAIN:
        if added := new.columns[table].keys() - old.columns.get(table, new.columns[table]).keys():
            _digest_again(engine, table, sorted(added))
    if before < FOLD:
        from careconsole.store.maintenance.refold import refold

        refold(engine, lambda done, of: tell.at("Cases rebuilt", done, of))
    if are_tied(engine):
        for statement in common(engine):
            engine.run_script(statement)
    engine.tell_shape(LATEST)
    tell.say("The database is upgraded.")


def _digest_again(engine: PostgresEngine, table: str, added: list[str]) -> None:
    """Lets the digests of a table cover the columns that were added; a row whose digest was wrong keeps it."""
    covered = f"to_jsonb({table}) - 'digest'" + (" - 'chain'" if table == "commands" else "")
    before = "".join(f" - '{column}'" for column in added)
    # The trigger makes the digest of every row that is updated.
    engine.execute(
        f"update {table} set digest = digest where digest is not distinct from row_digest('{table}', {covered}{before})"
    )


def create_tables(engine: PostgresEngine) -> None:
    """Creates everything in an empty database. Part of what is done `alone`."""
    engine.run_script(db_text("postgres/functions.sql"))
    for statement in creation(LATEST):
        engine.run_script(statement)
    numbered = seals(LATEST)
    engine.execute_many(
        "insert into seals (name, number) values (?, ?)",
        [(name, None if name in ("schema", "migrations") else 0) for name in numbered],
    )
    engine.execute("insert into team (name, value) values ('identity', :identity)", {"identity": token_hex(16)})
    engine.execute("insert into database_state (one, shape, changes) values (1, :shape, 0)", {"shape": LATEST})
