"""Upgrades a database to the current schema: applies the files of `db/schema` in order, each once.

A database's shape is its schema version: how many of these migrations were applied, its `user_version`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, Protocol

from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import suggest
from careconsole.store.engine.database_files import APPLICATION_ID
from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.schema_version import EMPTY, LATEST, shape_of
from careconsole.store.engine.sqlite import SqliteEngine
from careconsole.store.maintenance.schema import db_text

FOLD = 26
"""Databases with an older schema than this hold cases folded by other rules; an upgrade folds them again."""
WORDS = 10
"""Databases with an older schema than this have names and searched words folded by other rules."""
DIGESTS = 7
"""Databases with an older schema than this have no digests."""


class Progress(Protocol):
    """Receives the progress of an upgrade."""

    def say(self, sentence: str) -> None:
        """Receives a sentence about what happens now, or has happened."""

    def at(self, what: str, done: int, of: int) -> None:
        """Receives the progress of a long step: how many are `done`, and the total (`of`)."""


class NoProgress:
    """Ignores the progress of an upgrade."""

    def say(self, sentence: str) -> None:
        """Does nothing."""

    def at(self, what: str, done: int, of: int) -> None:
        """Does nothing."""


def migrate(engine: SqliteEngine, progress: Progress | None = None, *, keep: bool = True) -> None:
    """Applies the missing migrations in one transaction, so that processes that start together do not race.

    Before a database that is not empty is changed, a verified copy of it is kept beside it, unless `keep` is off: a
    backup being restored is a copy already.
    """
    from sqlite_utils import Database, Migrations

    from careconsole.store.engine.digests import seal
    from careconsole.store.maintenance.shape import files, mend

    migrations = Migrations("careconsole")
    names = files()
    assert len(names) == LATEST, names
    for name in names:
        _register(migrations, name)
    if (found := shape_of(engine)) == LATEST:
        return
    if found != EMPTY:
        _check_upgradable(engine, found)
    tell = progress or NoProgress()
    engine.use_wal()  # only now that the file is known to be ours
    database = Database(engine.connection, execute_plugins=False)
    kept: list[str] = []

    def work() -> None:
        before = shape_of(engine)
        if before == LATEST:  # another process was faster
            return
        if before != EMPTY:
            from careconsole.store.maintenance.upgrade_copy import keep_copy

            tell.say(f"{engine.path} was made by an older careconsole; upgrading shape {before} to {LATEST}.")
            if keep:
                kept.append(keep_copy(engine.path))
                tell.say(f"A checked copy from before the upgrade is kept: {kept[-1]}")
            for difference in mend(engine, before):
                tell.say(f"{difference} It was recreated.")
        migrations.apply(database)
        _make_digests(engine, before, tell)
        if EMPTY < before < FOLD:
            from careconsole.store.maintenance.refold import refold

            refold(engine, lambda done, of: tell.at("Cases rebuilt", done, of))
        if EMPTY < before < WORDS:
            from careconsole.store.maintenance.refold_words import refold_words

            refold_words(engine, tell.say)
        seal(engine)
        engine.execute(f"pragma application_id = {APPLICATION_ID}")
        engine.execute(f"pragma user_version = {LATEST}")

    try:
        engine.write(work)
    except BaseException:
        for copy in kept:
            _settle(engine, copy, tell)
        raise
    if kept:
        tell.say("The database is upgraded.")


_KEPT = re.compile(r"\.before-upgrade-\d+\Z")


def _check_upgradable(engine: SqliteEngine, shape: int) -> None:
    """Raises WrongUse for a copy kept before an upgrade, and CareError for a database without a list of migrations."""
    if _KEPT.search(engine.path):
        raise WrongUse(
            f"{engine.path} is the copy from before an upgrade, and must stay as it is.",
            "To go back, install the older careconsole and restore this file with it. To look at it, copy it first.",
        )
    if engine.fetch_one("select 1 from sqlite_master where name = '_sqlite_migrations'") is None:
        raise CareError(
            f"{engine.path} says that it has shape {shape}, but has no record of its upgrades.",
            "Nothing was changed. Restore a backup: {}.",
            suggest("db restore", file=...),
        )


def _settle(engine: SqliteEngine, copy: str, tell: Progress) -> None:
    """After a failure, removes the copy if nothing was changed, so that retries leave no copies; else reports its name.

    The upgrade may already be committed when the failure comes, for example Ctrl-C at that moment.
    """
    try:
        unchanged = EMPTY < shape_of(engine) < LATEST
    except CareError:
        unchanged = False
    if unchanged:
        os.remove(copy)
        tell.say("The upgrade failed. Nothing was changed; the copy, which is identical, is removed.")
    else:
        tell.say(f"The database may have been upgraded all the same; the copy from before is kept: {copy}")


def _make_digests(engine: SqliteEngine, before: int, tell: Progress) -> None:
    if before >= DIGESTS:
        return
    from careconsole.store.engine.digests import make_all

    engine.execute("insert into maintenance (reason) values ('digests of an older database')")
    make_all(engine, lambda done, of: tell.at("Cases with digests", done, of))
    engine.execute("delete from maintenance")


def _register(migrations: Any, name: str) -> None:
    def apply(database: Any) -> None:
        for statement in _statements(db_text(f"schema/{name}")):
            database.execute(statement)

    apply.__name__ = name.removesuffix(".sql")
    migrations()(apply)


def _statements(text: str) -> Iterator[str]:
    """The statements of an SQL text, each of which ends at the end of a line.

    `executescript` would scan the text again for each of its characters, which takes longer than all the statements.
    """
    part = ""
    for line in text.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            yield part
            part = ""
    assert not part.strip(), f"a statement is not ended: {part}"
