"""What consoles keep, in a database of the present shape and in one that was made before there were consoles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from careconsole.domain.errors import CareError
from careconsole.domain.team.roster import Person
from careconsole.store import Store, create_store, open_store
from careconsole.store.engine.database_files import APPLICATION_ID
from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.schema_version import LATEST
from careconsole.store.maintenance import backups, database_info
from careconsole.store.maintenance import migrate as migration
from careconsole.store.maintenance.backups import Restorer
from careconsole.store.maintenance.schema import db_text

BEN = 1
KEPT = ("presence", "drafts", "views", "preferences", "visits")


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "desk.db")


@pytest.fixture
def before_consoles(place: str) -> str:
    """A database as the program made it when it knew the first migration alone; Ben works there."""
    from sqlite_utils import Database, Migrations

    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        migrations = Migrations("careconsole")
        migration._register(migrations, "0001_the_desk.sql")
        connection.execute("pragma journal_mode = wal")
        migrations.apply(Database(connection, execute_plugins=False))
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        connection.execute("pragma user_version = 1")
        connection.execute("insert into people (name, folded, role) values ('Ben', 'ben', 'agent')")
    return place


def shape(path: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("pragma user_version").fetchone()[0])


def tables(path: str) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("select name from sqlite_master")}


def keep_everything(store: Store) -> None:
    console = store.console

    def work() -> None:
        console.present("b", BEN, "desk 1", 7, True, 5)
        console.keep_draft(BEN, 7, "note", {"text": "called Carla"}, 3, 5)
        console.save_view(BEN, 9, "bills", "tag:billing", "due", False)
        console.prefer(BEN, "theme", "dark")
        console.leave(BEN, 5)

    store.engine.write(work)


def kept(store: Store) -> dict[str, list[Any]]:
    return {table: store.engine.fetch_all(f"select * from {table}") for table in KEPT}


def test_an_older_database_is_brought_to_the_present_shape_when_it_is_opened(before_consoles: str) -> None:
    with closing(open_store(before_consoles)) as store:
        assert [person.name for person in store.people.roster().people.values()] == ["Ben"]
        keep_everything(store)
        assert database_info.check(store) == []
    assert shape(before_consoles) == LATEST
    with closing(open_store(before_consoles)) as store:
        assert all(kept(store).values())


def test_an_older_database_becomes_what_a_new_one_is(before_consoles: str, tmp_path: Path) -> None:
    fresh = str(tmp_path / "fresh.db")
    create_store(fresh).close()
    open_store(before_consoles).close()
    schemas = []
    for path in (fresh, before_consoles):
        with closing(sqlite3.connect(path)) as connection:
            schemas.append(connection.execute("select type, name, sql from sqlite_master order by 1, 2").fetchall())
    assert schemas[0] == schemas[1]


def test_consoles_that_open_an_older_database_together_all_find_it_whole(before_consoles: str) -> None:
    def opened(_: int) -> set[str]:
        with closing(open_store(before_consoles)) as store:
            return set(kept(store))

    with ThreadPoolExecutor(6) as six:
        assert list(six.map(opened, range(6))) == [set(KEPT)] * 6


def test_a_migration_that_fails_leaves_the_older_database_as_it_was(
    before_consoles: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = db_text("schema/0002_the_console.sql")
    before = tables(before_consoles)
    monkeypatch.setattr(migration, "db_text", lambda name: f"{text}\ncreate table views (again);")
    with pytest.raises(CareError, match="already exists"):
        open_store(before_consoles)
    assert (shape(before_consoles), tables(before_consoles)) == (1, before)
    monkeypatch.undo()
    open_store(before_consoles).close()
    assert set(KEPT) < tables(before_consoles)


def test_a_backup_from_before_can_be_restored(before_consoles: str, tmp_path: Path) -> None:
    place = str(tmp_path / "other.db")
    create_store(place).close()
    backups.restore(place, before_consoles, Restorer())
    assert shape(before_consoles) == 1, "the backup itself stays as it is"
    with closing(open_store(place)) as store:
        assert [person.name for person in store.people.roster().people.values()] == ["Ben"]
        keep_everything(store)


def test_a_backup_holds_what_the_consoles_kept(place: str, tmp_path: Path) -> None:
    copy = str(tmp_path / "backup.db")
    with closing(create_store(place)) as store:
        store.engine.write(lambda: store.people.add(Person(number=0, name="Ben")))
        keep_everything(store)
        before = kept(store)
        backups.backup(store.engine, copy)
    with closing(open_store(copy)) as store:
        assert kept(store) == before
        assert all(before.values())


def test_text_that_cannot_be_stored_goes_in_without_the_signs_in_the_way(place: str) -> None:
    bad = "a\0b\ud800c"
    with closing(create_store(place)) as store:

        def work() -> None:
            store.people.add(Person(number=0, name="Ben"))
            store.console.present(bad, BEN, bad, None, False, 5)
            store.console.keep_draft(BEN, 0, bad, {bad: bad}, None, 5)
            store.console.prefer(BEN, bad, bad)

        store.engine.write(work)
        assert store.console.consoles(0) == [("abc", BEN, "abc", None, 0, 5)]
        assert store.console.drafts(BEN) == [(0, "abc", '{"abc":"abc"}', None, 5)]
        assert store.console.preferences(BEN) == {"abc": "abc"}
        assert store.console.draft(BEN, 0, bad) is not None
        store.engine.write(lambda: store.console.drop_draft(BEN, 0, bad))
        assert store.console.drafts(BEN) == []


def test_nothing_that_is_kept_holds_up_the_roll_back_of_a_case(place: str) -> None:
    with closing(create_store(place)) as store:
        for table in KEPT:
            references = {row[2] for row in store.engine.fetch_all(f"pragma foreign_key_list({table})")}
            assert references == {"people"}, table
