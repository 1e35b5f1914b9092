"""The contract of the store, kept by each engine and each of its drivers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from careconsole.domain.errors import CareError
from careconsole.store import DatabaseMissing, Engine, NewerSchema, Store, create_store, open_store
from careconsole.store.engine import sqlite as engine_module
from careconsole.store.engine.database_files import APPLICATION_ID
from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.schema_version import LATEST
from careconsole.store.engine.sqlite import SqliteEngine
from tests.store.contract import Contract
from tests.store.writing import elsewhere, finished, open_case
from tests.waiting import started

ROOT = Path(__file__).resolve().parents[2]
DRIVER = sqlite3.__name__.partition(".")[0]
OTHER = "sqlite3"
"""The standard library's driver, which serves where pysqlite3 has no wheel."""


class SqlitePlace:
    """A file, copied from one that was migrated once."""

    driver = DRIVER
    failures = CareError

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = url
        self._monkeypatch = monkeypatch
        self._opened: list[Store] = []

    def open(self) -> Store:
        store = open_store(self.url)
        self._opened.append(store)
        return store

    def close(self) -> None:
        """Closes whatever was opened here; closing twice does no harm."""
        for store in self._opened:
            store.close()

    def hold(self) -> Callable[[], None]:
        connection = sqlite3.connect(self.url, isolation_level=None, check_same_thread=False)
        connection.execute("begin immediate")

        def release() -> None:
            connection.execute("rollback")
            connection.close()

        return release

    def impatient(self, engine: Engine) -> None:
        self._monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.1)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    store = create_store(str(path))
    store.engine.execute("pragma wal_checkpoint(truncate)")
    store.close()
    return path


@pytest.fixture
def place(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlitePlace]:
    path = tmp_path / "desk.db"
    shutil.copyfile(template, path)
    here = SqlitePlace(str(path), monkeypatch)
    yield here
    here.close()


class TestSqlite(Contract):
    """SQLite, with the driver that this process has chosen."""


HERE = Path(__file__).resolve().parent
PARTS = {
    "contract": [Path(__file__)],
    "queue": [HERE / "test_queue.py"],
    "rest": [file for file in sorted(HERE.glob("test_*.py")) if file.name not in ("test_contract.py", "test_queue.py")],
}
"""All tests of the store, in parts so that several workers can be at them; the usual run has the contract alone."""


@pytest.mark.skipif(DRIVER == OTHER, reason="the driver here is the standard library's already")
@pytest.mark.parametrize(
    "part", [part if part == "contract" else pytest.param(part, marks=pytest.mark.slow) for part in PARTS]
)
def test_the_store_keeps_its_contract_with_the_other_driver(part: str) -> None:
    """All tests of the store once more, in processes that chose the standard library's driver."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", "--tb=short", *PARTS[part]],
        cwd=ROOT,
        env={**os.environ, "CARECONSOLE_DRIVER": OTHER},
        capture_output=True,
        text=True,
    )
    if run.returncode:
        pytest.fail(f"with {OTHER}:\n{run.stdout[-20_000:]}\n{run.stderr[-2000:]}", pytrace=False)


def test_the_driver_is_the_one_asked_for() -> None:
    asked = os.environ.get("CARECONSOLE_DRIVER")
    assert (DRIVER == OTHER) == (asked == OTHER or find_spec("pysqlite3") is None)


# What only SQLite owes


@pytest.fixture
def store(place: SqlitePlace) -> Store:
    return place.open()


def pragma(store: Store, name: str) -> object:
    row = store.engine.fetch_one(f"pragma {name}")
    return row[0] if row else None


def test_every_connection_is_careful(store: Store) -> None:
    settings = {name: pragma(store, name) for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert (pragma(store, "application_id"), pragma(store, "user_version")) == (APPLICATION_ID, LATEST)


def test_the_schema_is_strict_and_its_keys_are_plain_numbers(store: Store) -> None:
    from sqlite_utils import Database

    assert isinstance(store.engine, SqliteEngine)
    database = Database(store.engine.connection, execute_plugins=False)
    tables = [t for t in database.tables if not re.match("_|search|sqlite_", t.name)]
    assert {"cases", "events", "people", "customers", "commands", "batches", "team", "journal"} <= {
        t.name for t in tables
    }
    for table in tables:
        assert table.strict, table.name
        if "id" in table.columns_dict:
            assert table.pks == ["id"], table.name
            assert re.search(r"\bid integer primary key\b", table.schema), table.name
        for key in table.foreign_keys:
            assert key.other_column == "id"
    counted = {t.name for t in tables if "autoincrement" in t.schema}
    assert counted >= {"cases", "events", "commands"}, "their numbers are never given again"
    assert database.table("search").detect_fts() == "search"
    assert "fts5" in database.table("search").schema
    held = {"events_stay", "events_hold", "journal_stay", "journal_hold"}
    assert held <= {trigger.name for trigger in database.triggers}


def test_a_fraction_is_no_time(store: Store) -> None:
    open_case(store)
    store.engine.write(lambda: store.engine.execute("insert into maintenance (reason) values ('test')"))
    with pytest.raises(CareError):
        store.engine.write(lambda: store.engine.execute("update events set at = 1.5"))


def test_processes_that_begin_together_all_find_a_whole_database(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom careconsole.store import create_store\n"
        "import careconsole.store.maintenance.migrate, sqlite_utils\nfrom tests.store.writing import open_case\n"
        "for path in sys.argv[1:]:\n"
        "    print('ready', flush=True)\n    sys.stdin.readline()\n"
        "    store = create_store(path)\n    store.people.roster()\n"
        "    print(open_case(store), flush=True)"
    )
    races = [str(tmp_path / f"race{race}.db") for race in range(3)]
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with ExitStack() as stack:
        six = [
            stack.enter_context(started([sys.executable, "-c", code, *races], cwd=ROOT, text=True, **pipes))
            for _ in range(6)
        ]
        for _ in races:
            assert [process.stdout.readline() for process in six] == ["ready\n"] * 6
            for process in six:
                process.stdin.write("go\n")
                process.stdin.flush()
            assert sorted(int(process.stdout.readline()) for process in six) == [1, 2, 3, 4, 5, 6]
        for process in six:
            finished(process)


def test_a_database_newer_than_the_program_is_refused(place: SqlitePlace, store: Store) -> None:
    store.engine.execute(f"pragma user_version = {LATEST + 1}")
    store.close()
    before = Path(place.url).read_bytes()
    for enter in (open_store, create_store):
        with pytest.raises(CareError, match="newer careconsole"):
            enter(place.url)
    assert Path(place.url).read_bytes() == before


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(str(path))
    other.execute("create table accounts (id integer primary key)")
    other.commit()
    other.close()
    before = path.read_bytes()
    for enter in (open_store, create_store):
        with pytest.raises(CareError, match="another program"):
            enter(str(path))
    assert path.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be moved here")
def test_a_database_that_was_moved_or_replaced_takes_nothing_more(place: SqlitePlace, store: Store) -> None:
    aside = f"{place.url}.aside"
    os.rename(place.url, aside)
    with pytest.raises(DatabaseMissing, match="was removed or moved while it was open"):
        open_case(store)
    with pytest.raises(DatabaseMissing):
        store.engine.wait(0)
    shutil.copyfile(aside, place.url)
    with pytest.raises(DatabaseMissing, match="was replaced by another file"):
        open_case(store)
    os.rename(aside, place.url)
    assert open_case(store)


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be moved here")
@pytest.mark.parametrize("moment", ["before begin immediate", "begin immediate", "within", "commit"])
def test_no_write_is_acknowledged_by_a_database_that_was_moved_while_it_waited_or_worked(
    place: SqlitePlace, store: Store, moment: str
) -> None:
    engine = store.engine
    assert isinstance(engine, SqliteEngine)
    connection, aside = engine.connection, f"{place.url}.aside"

    class Watched:
        """The connection, and somebody who moves the file at one moment of a write."""

        def execute(self, sql: str, *params: Any) -> Any:
            if moment == f"before {sql}":
                os.rename(place.url, aside)
            done = connection.execute(sql, *params)
            if moment == sql:
                os.rename(place.url, aside)
            return done

        def __getattr__(self, name: str) -> Any:
            return getattr(connection, name)

    def work() -> None:
        store.people.set("team", "Shop")
        if moment == "within":
            os.rename(place.url, aside)

    engine.connection = Watched()
    words = "at the moment this was stored" if moment == "commit" else "Nothing was changed"
    with pytest.raises(DatabaseMissing, match=words):
        engine.write(work)
    engine.connection = connection
    os.rename(aside, place.url)
    assert store.people.setting("team") == ("Shop" if moment == "commit" else None)
    assert not connection.in_transaction


def test_a_database_that_was_upgraded_takes_nothing_from_an_older_program(place: SqlitePlace, store: Store) -> None:
    newer = place.open()
    store.engine.wait(0)
    newer.engine.execute(f"pragma user_version = {LATEST + 1}")
    with pytest.raises(NewerSchema, match="was upgraded by a newer careconsole") as refused:
        open_case(store)
    assert "start careconsole again" in str(refused.value.hint)
    with pytest.raises(NewerSchema):
        store.engine.wait(0)
    with pytest.raises(NewerSchema):
        store.engine.check_opened()
    assert store.engine.fetch_all("select count(*) from cases") == [(0,)]


def test_a_writer_that_waits_for_an_upgrade_does_not_write_after_it(
    place: SqlitePlace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer, engine = place.open(), store.engine
    assert isinstance(engine, SqliteEngine)
    patiently = engine._patiently

    def waits(statement: str) -> None:
        newer.engine.write(lambda: newer.engine.execute(f"pragma user_version = {LATEST + 1}"))
        patiently(statement)

    monkeypatch.setattr(engine, "_patiently", waits)
    with pytest.raises(NewerSchema):
        open_case(store)


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be overwritten here")
def test_another_database_copied_over_an_open_one_takes_nothing(
    place: SqlitePlace, store: Store, tmp_path: Path
) -> None:
    """Whoever copies over an open file may damage it, but not lead a command to another team."""
    store.engine.use_digests()
    store.engine.execute("update team set value = '0' where name = 'identity'")
    with pytest.raises(DatabaseMissing, match="Another database was copied over"):
        open_case(store)
    assert store.engine.fetch_all("select count(*) from cases") == [(0,)]


def test_a_killed_writer_leaves_whole_transactions(place: SqlitePlace, store: Store) -> None:
    script = "while True:\n    print(open_case(store), flush=True)"
    with elsewhere(place.url, script) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(30)]
        process.kill()
        rest, _ = process.communicate()
    told += [int(word) for word in rest.split("\n")[:-1]]
    rows = store.engine.fetch_all(
        "select cases.id, count(events.id) from cases left join events on case_id = cases.id group by 1"
    )
    assert set(told) <= {row[0] for row in rows}
    assert {row[1] for row in rows} == {1}
    assert pragma(store, "integrity_check") == "ok"
    open_case(store)


@pytest.mark.parametrize("fixed", [True, False])
def test_without_automatic_checkpoints_the_log_is_kept_short_by_hand(
    place: SqlitePlace, monkeypatch: pytest.MonkeyPatch, fixed: bool
) -> None:
    monkeypatch.setattr(engine_module, "WAL_RESET_FIXED", fixed)
    monkeypatch.setattr(engine_module, "CHECKPOINT_BYTES", 100_000)
    store = place.open()
    assert (pragma(store, "wal_autocheckpoint") == 0) == (not fixed)
    for n in range(60):
        open_case(store, subject=str(n), description="x" * 20_000)
    log = os.stat(f"{place.url}-wal").st_size
    assert log < (5_000_000 if fixed else 1_000_000)
    store.close()
