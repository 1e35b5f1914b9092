"""The contract of the store, kept by PostgreSQL, and what only PostgreSQL owes."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from hashlib import sha256
from typing import Any

import pytest

from careconsole.domain.case.notes import Noted
from careconsole.domain.errors import CareError, NoTeam
from careconsole.domain.team.roster import Person
from careconsole.store import Busy, DatabaseMissing, Engine, NewerSchema, Store, create_store, open_store
from careconsole.store.engine.base import AccessPrevented
from careconsole.store.engine.postgres_sql import placed
from careconsole.store.engine.postgres_url import has_password, is_postgres, shown
from careconsole.store.engine.schema_version import LATEST
from careconsole.store.engine.stop_signal import StopSignal
from careconsole.store.files import TooLarge
from careconsole.store.maintenance import damage_check, migrate_postgres, server_info
from tests import postgres
from tests.store.contract import Contract
from tests.store.writing import ROOT, add, finished, open_case
from tests.waiting import HANG, started, wait_until

WRITE_LOCK = "1667330661, 1"
"""The lock of who writes, as programs of every version take it."""


class PostgresPlace:
    """A database made after one whose tables were created once."""

    driver = "psycopg"
    failures = CareError

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = url
        self._monkeypatch = monkeypatch
        self._opened: list[Any] = []

    def open(self) -> Store:
        store = open_store(self.url)
        self._opened.append(store)
        return store

    def elsewhere(self) -> Store:
        """The same database, by another URL: as another process would have it, it shares no connection."""
        store = open_store(f"{self.url}&connect_timeout={20 + len(self._opened)}")
        self._opened.append(store)
        return store

    def raw(self) -> Any:
        """A connection that careconsole knows nothing of."""
        import psycopg

        connection = psycopg.connect(self.url, autocommit=True)
        self._opened.append(connection)
        return connection

    def close(self) -> None:
        for one in self._opened:
            one.close()

    def hold(self) -> Callable[[], None]:
        connection = self.raw()
        connection.execute(f"begin; select pg_advisory_xact_lock({WRITE_LOCK})")

        def release() -> None:
            connection.execute("rollback")

        return release

    def impatient(self, engine: Engine) -> None:
        from careconsole.store.engine import postgres_writing

        self._monkeypatch.setattr(postgres_writing, "BUSY_SECONDS", 0.1)


@pytest.fixture
def place(postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresPlace]:
    here = PostgresPlace(postgres_server.database(postgres_server.template()), monkeypatch)
    yield here
    here.close()
    postgres_server.drop(here.url)


class TestPostgres(Contract):
    """PostgreSQL, with psycopg."""


# What only PostgreSQL owes


@pytest.fixture
def store(place: PostgresPlace) -> Store:
    return place.open()


@pytest.fixture
def empty(postgres_server: postgres.Server) -> Iterator[str]:
    """The URL of a database without tables."""
    url = postgres_server.database()
    yield url
    postgres_server.drop(url)


def columns(store: Store) -> list[Any]:
    return store.engine.fetch_all(
        "select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns"
        " where table_schema = current_schema() order by 1, 2"
    )


def objects(store: Store) -> list[Any]:
    """The indexes, triggers and constraints."""
    return store.engine.fetch_all(
        "select indexdef from pg_indexes where schemaname = current_schema() union all"
        " select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal union all"
        " select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint"
        " where connamespace = current_schema()::regnamespace order by 1"
    )


def test_an_older_database_is_brought_to_the_tables_of_a_new_one(empty: str, store: Store) -> None:
    older = 20
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate_postgres, "LATEST", older)
        old = create_store(empty)
        assert ("mails",) not in old.engine.fetch_all("select table_name from information_schema.tables")
        number = open_case(old, subject="Kettle")
        old.engine.wait(0)
    said: list[str] = []

    class Progress:
        def say(self, sentence: str) -> None:
            said.append(sentence)

        def at(self, what: str, done: int, of: int) -> None:
            pass

    upgraded = open_store(empty, Progress())
    with pytest.raises(NewerSchema, match="was upgraded by a newer careconsole"):
        old.engine.wait(HANG)
    old.close()
    assert upgraded.engine.fetch_one("select shape from database_state") == (LATEST,)
    assert f"upgrading shape {older} to {LATEST}" in said[0]
    assert columns(upgraded) == columns(store)
    assert objects(upgraded) == objects(store)
    assert upgraded.cases.get(number) is not None
    assert open_case(upgraded) == number + 1
    assert damage_check.check(upgraded).problems == []
    upgraded.close()


def test_an_upgrade_that_adds_a_column_makes_the_digests_anew(
    place: PostgresPlace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But not of a row whose digest was wrong: that one is told after the upgrade, too."""
    store.engine.write(lambda: [store.people.add(Person(number=0, name=name)) for name in ("Ana", "Ben")])
    raw = place.raw()
    raw.execute("alter table people drop column os_user; update people set reach = reach")
    raw.execute("set session_replication_role = replica; update people set reach = 'x' where name = 'Ben'")
    raw.execute(f"update database_state set shape = {LATEST - 1}")
    real = migrate_postgres.tables

    def older(shape: int) -> Any:
        found = real(LATEST)
        if shape < LATEST:
            del found.columns["people"]["os_user"]
        return found

    monkeypatch.setattr(migrate_postgres, "tables", older)
    upgraded = place.open()
    people = [problem for problem in damage_check.check(upgraded).problems if "people" in problem]
    assert people == ["The row id 2 of people differs from what was written."]


def test_a_database_newer_than_the_program_is_refused(place: PostgresPlace, store: Store) -> None:
    number = open_case(store)
    place.raw().execute(f"update database_state set shape = {LATEST + 1}")
    for enter in (open_store, create_store):
        with pytest.raises(NewerSchema, match="newer careconsole"):
            enter(place.url)
    with pytest.raises(NewerSchema, match="was upgraded by a newer careconsole"):
        open_case(store)
    assert store.engine.fetch_all("select id from cases") == [(number,)]


def test_another_teams_database_takes_nothing(place: PostgresPlace, store: Store) -> None:
    place.raw().execute("update team set value = 'another' where name = 'identity'")
    with pytest.raises(DatabaseMissing, match="another team's"):
        open_case(store)
    assert store.engine.fetch_all("select id from cases") == []


def test_a_database_of_another_program_is_refused(place: PostgresPlace, empty: str) -> None:
    with pytest.raises(NoTeam):
        open_store(empty)
    import psycopg

    with psycopg.connect(empty) as other:
        other.execute("create table accounts (id integer primary key)")
    for enter in (open_store, create_store):
        with pytest.raises(CareError, match="another program"):
            enter(empty)


def test_there_is_no_such_database(place: PostgresPlace) -> None:
    with pytest.raises(CareError, match="no database") as refused:
        open_store(place.url.replace("///care_", "///nowhere_"))
    assert "createdb" in str(refused.value.hint)


def test_processes_that_begin_together_all_find_a_whole_database(empty: str) -> None:
    code = (
        "import sys\nfrom careconsole.store import create_store\nfrom tests.store.writing import open_case\n"
        "print('ready', flush=True)\nsys.stdin.readline()\nprint(open_case(create_store(sys.argv[1])))"
    )
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with ExitStack() as stack:
        four = [
            stack.enter_context(started([sys.executable, "-c", code, empty], cwd=ROOT, text=True, **pipes))
            for _ in range(4)
        ]
        assert [process.stdout.readline() for process in four] == ["ready\n"] * 4
        assert sorted(int(finished(process)) for process in four) == [1, 2, 3, 4]


def test_no_event_gets_a_number_before_the_one_of_a_transaction_under_way(place: PostgresPlace, store: Store) -> None:
    """Whoever writes past the program takes no advisory lock; the cursor of changes still skips nothing."""
    import psycopg

    number = open_case(store)
    cursor = store.changes.present()
    insert = (
        "insert into events (case_id, number, kind, at, recorded_at, data)"
        """ values (%s, %s, 'noted', 1, 1, '{"text":"x"}')"""
    )
    slow, fast = place.raw(), place.raw()
    slow.execute("begin")
    slow.execute(insert, (number, 2))
    fast.execute("set lock_timeout = '50ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        fast.execute(insert, (number, 3))
    slow.execute("commit")
    fast.execute(insert, (number, 3))
    assert [row[5] for row in store.changes.since(cursor)[0]] == [2, 3]


def test_a_long_transaction_in_another_database_of_the_server_hides_no_change(
    place: PostgresPlace, empty: str, store: Store
) -> None:
    import psycopg

    cursor = store.changes.present()
    with psycopg.connect(empty) as other:
        other.execute("select pg_current_xact_id()")
        number = open_case(store)
        assert [row[1] for row in store.changes.since(cursor)[0]] == [number]


def test_a_lost_connection_is_said_and_the_next_one_works(place: PostgresPlace, store: Store) -> None:
    number = open_case(store)

    def lost() -> None:
        store.people.set("team", "Shop")
        end = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = %s"
        place.raw().execute(end, (postgres.Server.name(place.url),))
        store.people.set("duty", "1")

    with pytest.raises(AccessPrevented, match="cannot be reached"):
        store.engine.write(lost)
    assert store.people.setting("team") is None
    assert open_case(store) == number + 1


def ended(place: PostgresPlace) -> None:
    """Ends every connection to the database."""
    end = "select pg_terminate_backend(pid, 30000) from pg_stat_activity where pid <> pg_backend_pid() and datname = %s"
    place.raw().execute(end, (postgres.Server.name(place.url),))


@pytest.mark.parametrize("stored", [True, False])
def test_a_change_whose_commit_was_in_doubt_is_made_once(
    place: PostgresPlace, store: Store, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    commit, tries = store.engine._commit, []  # type: ignore[attr-defined]

    def lost(changes: int) -> bool:
        tries.append(1)
        if len(tries) > 1 or stored:
            commit(changes)
        if len(tries) == 1:
            ended(place)
        return len(tries) > 1

    monkeypatch.setattr(store.engine, "_commit", lost)
    assert open_case(store) == 1
    assert store.engine.fetch_all("select id from cases") == [(1,)]
    assert len(tries) == (1 if stored else 2)


def test_a_commit_in_doubt_is_said_if_the_server_does_not_come_back(
    place: PostgresPlace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from careconsole.store.engine import postgres_writing

    def lost(_changes: int) -> bool:
        ended(place)
        store.engine._lines._url = "postgresql://127.0.0.1:1/care"  # type: ignore[attr-defined]
        return False

    monkeypatch.setattr(postgres_writing, "_SETTLE_SECONDS", 0)
    monkeypatch.setattr(store.engine, "_commit", lost)
    with pytest.raises(AccessPrevented, match="at the moment this was stored"):
        open_case(store)
    store.engine._lines._url = place.url  # type: ignore[attr-defined]
    assert store.engine.fetch_all("select id from cases") == []


def test_a_change_that_the_server_gave_up_is_made_again(place: PostgresPlace, store: Store) -> None:
    import psycopg

    from careconsole.store.engine.postgres_errors import explained

    tries: list[int] = []

    def work() -> int:
        tries.append(1)
        number = open_case(store)
        if len(tries) == 1:
            with explained("care"):
                raise psycopg.errors.DeadlockDetected("no")
        if len(tries) == 2:
            ended(place)
        return number

    assert store.engine.write(work) == 1
    assert len(tries) == 3
    assert store.engine.fetch_all("select id from cases") == [(1,)]


def test_a_connection_that_was_lost_meanwhile_is_made_anew(place: PostgresPlace, store: Store) -> None:
    end = "select pg_terminate_backend(pid, 30000) from pg_stat_activity where pid <> pg_backend_pid() and datname = %s"
    number = open_case(store)
    store.engine.wait(0)
    for work in (lambda: store.cases.get(number), lambda: open_case(store), lambda: store.engine.wait(0)):
        place.raw().execute(end, (postgres.Server.name(place.url),))
        work()
    other = place.open()
    open_case(other)
    assert store.engine.wait(HANG), "it listens again"


def test_what_was_acknowledged_outlives_a_killed_server() -> None:
    with postgres.running({"synchronous_commit": "on"}) as server:
        url = server.database()
        store, other = create_store(url), open_store(f"{url}&connect_timeout=20")
        cursor = store.changes.present()
        numbers = [open_case(store) for _ in range(3)]
        store.engine.wait(0)
        server.kill()
        with pytest.raises(AccessPrevented, match="cannot be reached"):
            open_case(store)
        with pytest.raises(AccessPrevented, match="cannot be reached"):
            store.engine.wait(HANG)
        server.start()
        numbers.append(open_case(other))
        assert [row[1] for row in store.changes.since(cursor)[0]] == numbers
        while store.engine.wait(0):  # what was lost may have been a change
            pass
        open_case(other)
        assert store.engine.wait(HANG), "it hears again"
        store.close()
        other.close()


def heard_all(store: Store) -> Any:
    """What a store knows of changes, after it has heard of all that were made so far."""
    ear = store.engine._lines.ear  # type: ignore[attr-defined]
    while store.engine.wait(0) or ear.woken:
        pass
    return ear


def questions(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Gets one entry for each time that the database is asked for changes, which no longer happens by itself."""
    from careconsole.store.engine import postgres as engine_module

    asked: list[str] = []
    heard_all(store)
    monkeypatch.setattr(engine_module, "_LOOK_HEARING", HANG)
    monkeypatch.setattr(store.engine, "_look", lambda: asked.append("again"))
    return asked


def test_who_waits_often_asks_the_server_no_more_than_who_waits_long(
    place: PostgresPlace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from careconsole.store.engine import postgres as engine_module

    asked = questions(store, monkeypatch)
    for _ in range(20):
        assert store.engine.wait(0.001) is False
    assert asked == []
    monkeypatch.undo()
    monkeypatch.setattr(engine_module, "_LOOK_HEARING", HANG)
    open_case(place.elsewhere())
    assert store.engine.wait(HANG), "a notification wakes it"


def test_threads_that_wait_share_one_connection_and_all_hear_of_a_change(place: PostgresPlace) -> None:
    stores = [place.open() for _ in range(4)]
    stop = StopSignal()
    seen: list[bool] = []
    waiting = [threading.Thread(target=lambda one=one: seen.append(one.engine.wait(HANG, stop))) for one in stores]
    for thread in waiting:
        thread.start()
    ear = stores[0].engine._lines.ear  # type: ignore[attr-defined]
    wait_until(lambda: ear.leads.locked() and len(ear._bells) == len(stores))
    other = place.raw()
    name = postgres.Server.name(place.url)
    here = "select count(*) from pg_stat_activity where datname = %s and application_name = 'careconsole'"
    assert other.execute(here, (name,)).fetchone() == (1,)
    other.execute("update database_state set changes = changes + 1; notify careconsole_changes")
    for thread in waiting:
        thread.join()
    assert seen == [True] * len(stores)
    stop.close()


def test_a_notification_that_another_thread_read_wakes_the_one_that_waits(
    place: PostgresPlace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes with the answer to a statement, of which the waiting thread need not see anything."""
    from careconsole.store.engine import postgres as engine_module

    monkeypatch.setattr(engine_module, "_LOOK_HEARING", 2 * HANG)
    ear = heard_all(store)
    resting = threading.Event()
    real = engine_module._rest

    def rest(*given: Any) -> list[int]:
        resting.set()
        return real(*given)

    monkeypatch.setattr(engine_module, "_rest", rest)
    seen: list[bool] = []
    thread = threading.Thread(target=lambda: seen.append(store.engine.wait(2 * HANG)))
    thread.start()
    resting.wait(HANG)
    place.raw().execute("update database_state set changes = changes + 1")
    ear.hear()
    thread.join(HANG)
    assert seen == [True]


def test_a_notification_that_says_which_change_it_was_needs_no_question(
    place: PostgresPlace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = questions(store, monkeypatch)
    numbers = [open_case(other) for other in (place.elsewhere(), place.elsewhere())]
    assert store.engine.wait(HANG)
    assert asked == []
    assert [row[1] for row in store.changes.since(0)[0]] == numbers


def test_who_waits_hears_of_changes_while_another_thread_uses_the_connection_that_hears(
    place: PostgresPlace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from careconsole.store.engine import postgres as engine_module

    monkeypatch.setattr(engine_module, "_LOOK_HEARING", 2 * HANG)
    monkeypatch.setattr(engine_module, "_BESIDE_SECONDS", 2 * HANG)
    ear = heard_all(store)
    other, elsewhere = place.open(), place.elsewhere()
    seen: list[bool] = []
    thread = threading.Thread(target=lambda: seen.append(store.engine.wait(HANG)))

    def beside() -> None:
        other.engine.fetch_one("select 1")
        thread.start()
        wait_until(lambda: ear.is_beside, 60)

    other.engine.read(beside)
    open_case(elsewhere)
    thread.join(60)
    assert seen == [True]


def test_a_connection_that_nobody_needs_is_closed(
    place: PostgresPlace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from careconsole.store.engine import postgres_lines

    other = place.open()
    store.engine.read(lambda: other.engine.read(lambda: open_case(place.elsewhere())))
    lines = store.engine._lines  # type: ignore[attr-defined]
    assert len(lines._free) == 2, "both read at the same time"
    monkeypatch.setattr(postgres_lines, "_SPARE_SECONDS", -1)
    store.engine.wait(0)
    assert len(lines._free) == 1


def test_a_console_that_hangs_in_a_write_does_not_stop_the_others(
    place: PostgresPlace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from careconsole.store.engine import postgres_writing

    other, begun, go_on = place.open(), threading.Event(), threading.Event()
    monkeypatch.setattr(postgres_writing, "_IDLE_WRITING", 1)
    tries: list[int] = []

    def hangs() -> None:
        def work() -> None:
            tries.append(1)
            other.people.set("team", "Shop")
            begun.set()
            go_on.wait(HANG)
            other.people.set("duty", "1")

        other.engine.write(work)

    thread = threading.Thread(target=hangs)
    thread.start()
    begun.wait(HANG)
    number = open_case(store)
    go_on.set()
    thread.join()
    assert len(tries) == 2, "the server ended its transaction, and it was made again, as a whole"
    assert (store.people.setting("team"), store.people.setting("duty")) == ("Shop", "1")
    assert other.cases.get(number) is not None, "it comes back by itself"


def test_a_write_that_was_ended_is_made_again_however_the_driver_tells_it() -> None:
    """It may find the server's reason, or only that the connection has ended."""
    import psycopg

    from careconsole.store.engine.postgres_errors import explained, may_be_tried_again

    for failure, again in (
        (psycopg.errors.IdleInTransactionSessionTimeout("ended"), True),
        (psycopg.errors.AdminShutdown("ended"), True),
        (psycopg.OperationalError("the connection is lost"), True),
        (psycopg.DataError("NUL"), False),
        (psycopg.errors.UniqueViolation("twice"), False),
    ):
        with pytest.raises(CareError) as raised, explained("care"):
            raise failure
        assert may_be_tried_again(raised.value) is again
    with pytest.raises(AccessPrevented, match="did nothing for too long"), explained("care"):
        raise psycopg.errors.IdleInTransactionSessionTimeout("ended")


def test_what_a_write_means_to_others_is_in_the_error(store: Store) -> None:
    import psycopg

    from careconsole.store.engine.postgres_errors import explained

    for failure in (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure, psycopg.errors.QueryCanceled):
        with pytest.raises(Busy, match="is busy"), explained("care"):
            raise failure("no")


def test_how_far_the_clock_of_the_server_is_ahead(
    place: PostgresPlace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from careconsole.store.engine import postgres_session

    assert abs(store.engine.clock_ahead()) < 2_000
    real = postgres_session.time.time
    monkeypatch.setattr(postgres_session, "_PROMPT_SECONDS", HANG)
    monkeypatch.setattr(postgres_session.time, "time", lambda: real() - 3_600)
    behind = place.elsewhere()
    assert abs(behind.engine.clock_ahead() - 3_600_000) < 60_000


def test_a_text_with_a_nul_is_refused_and_changes_nothing(store: Store) -> None:
    with pytest.raises(CareError, match="NUL"):
        store.engine.write(lambda: store.people.set("team", "Sh\0op"))
    assert store.people.setting("team") is None


def test_every_row_has_its_digest_and_the_logs_are_chained(place: PostgresPlace, store: Store) -> None:
    entry: dict[str, Any] = {"actor": None, "workstation": "", "login": "", "kind": "k", "about": "", "data": {}}
    store.engine.write(lambda: [store.journal.add(at=at, **entry) for at in (1, 2, 2)])
    store.engine.write(lambda: store.people.set("team", "Shop"))
    digests = [row[0] for row in store.engine.fetch_all("select digest from journal order by id")]
    assert len(set(digests)) == 3
    assert all(len(digest) == 16 for digest in digests)
    changed = "select name from team where digest is distinct from row_digest('team', to_jsonb(team) - 'digest')"
    assert store.engine.fetch_all(changed) == []
    raw = place.raw()
    raw.execute("alter table team disable trigger all; update team set value = 'Shap' where name = 'team'")
    assert store.engine.fetch_all(changed) == [("team",)]


def test_a_display_changes_nothing(store: Store) -> None:
    store.engine.refuse_writes()
    with pytest.raises(AccessPrevented):
        open_case(store)


# Contents


def kept(store: Store, data: bytes, most: int = 1 << 30) -> str:
    return store.contents.put(io.BytesIO(data), most)[0]


def parts(store: Store) -> int:
    row = store.engine.fetch_one("select count(*) from content_parts")
    assert row is not None
    return int(row[0])


def test_a_content_is_read_as_it_was_kept(store: Store) -> None:
    chance = random.Random(4)
    for size in (0, 1, (1 << 18) - 1, 1 << 18, 700_000):
        data = chance.randbytes(size)
        digest = kept(store, data)
        assert digest == sha256(data).hexdigest()
        assert store.contents.has(digest)
        assert store.contents.size(digest) == size
        assert store.contents.problem(digest) == ""
        with store.contents.read(digest) as file:
            assert file.read(10) + file.read() == data
    total = store.contents.total()
    kept(store, data)
    assert store.contents.total() == total, "the same content is kept once"
    assert parts(store) == 1 + 1 + 1 + 3


def test_what_is_not_settled_is_gone(store: Store) -> None:
    with pytest.raises(TooLarge):
        kept(store, bytes(600_000), most=500_000)
    with store.contents.incoming() as incoming:
        digest, _ = incoming.put(io.BytesIO(b"lid"), 9)
        assert not store.contents.has(digest)
    assert (parts(store), store.contents.total()) == (0, 0)
    with pytest.raises(FileNotFoundError):
        store.contents.read(digest)
    assert store.contents.problem(digest) == "is missing"


def test_a_damaged_content_is_told_and_replaced(place: PostgresPlace, store: Store) -> None:
    digest = kept(store, b"lid")
    place.raw().execute("update content_parts set part = 'lit'")
    assert store.contents.problem(digest) == "has changed"
    assert kept(store, b"lid") == digest
    assert store.contents.problem(digest) == ""
    assert parts(store) == 1


def test_a_content_is_read_whole_while_the_same_is_kept_again(store: Store) -> None:
    data = random.Random(5).randbytes(700_000)
    with store.contents.read(kept(store, data)) as file:
        begin = file.read(10)
        kept(store, data)
        assert begin + file.read() == data


def test_what_nobody_needs_is_removed_when_it_is_old(place: PostgresPlace, store: Store) -> None:
    old, needed, new = (kept(store, data) for data in (b"old", b"needed", b"new"))
    raw = place.raw()
    raw.execute("update contents set at = at - 7200 where digest <> %s", (new,))
    raw.execute("insert into content_parts values ('a', 0, 0, 'x')")  # of a console that was killed
    assert store.engine.write(lambda: store.contents.remove_unused({needed})) == (1, 3)
    assert [store.contents.has(digest) for digest in (old, needed, new)] == [False, True, True]
    assert parts(store) == 2


# The check


def test_a_sound_database_is_sound(store: Store) -> None:
    number = open_case(store)
    add(store, number, Noted(text="The lid"))
    report = damage_check.check(store)
    assert (report.problems, report.warnings) == ([], [])
    assert damage_check.check(store, report.head) == report
    assert store.engine.fetch_all("select nspname from pg_namespace where nspname = 'careconsole'") == []


def test_the_tables_may_be_in_another_schema(empty: str) -> None:
    import psycopg

    with psycopg.connect(empty, autocommit=True) as connection:
        name = postgres.Server.name(empty)
        connection.execute(f'create schema care; alter database "{name}" set search_path = care')
    store = create_store(empty)
    open_case(store)
    assert damage_check.check(store).problems == []
    store.engine.execute("drop index cases_owner")
    assert damage_check.check(store).problems == ["The index cases_owner is missing."]
    store.close()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("update team set value = 'x' where name = 'team'", "name team of team"),
        ("update cases set state = replace(state, 'Kettle', 'Kottle')", "Case 1 does not match"),
        ("update events set data = replace(data, 'Kettle', 'Kottle')", "Case 1: "),
        ("update events set actor_id = 99", "A row of events refers to nothing"),
        ("update journal set kind = 'y' where id = 1", "id 1 of journal"),
        ("delete from journal where id = 2", "highest number of journal"),
        ("delete from journal where id = 1", "id 2 of journal"),
        ("update search set words = ' x '", "search index does not match"),
        ("update search set lexemes = null", "search index does not match"),
        ("delete from search", "search index does not match"),
        ("drop index cases_owner", "The index cases_owner is missing"),
        ("create index of_mine on cases (cause)", "There is an index of_mine"),
        ("create table notes (text text)", "There is a table notes"),
        ("alter table events add column more text", "There is a column events.more"),
        ("alter table views alter column sort drop not null", "The column views.sort differs"),
        ("drop trigger team_4_digest on team", "The trigger team_4_digest is missing"),
        ("alter table journal disable trigger journal_5_stays", "The trigger journal_5_stays differs"),
        ("alter table events drop constraint events_case_id_fkey", "The rule events.events_case_id_fkey is missing"),
        (
            "create or replace function append_only() returns trigger language plpgsql as 'begin return new; end'",
            "The function append_only() differs",
        ),
        ("insert into maintenance values ('x')", "table maintenance is not empty"),
    ],
)
def test_damage_is_told(place: PostgresPlace, store: Store, statement: str, words: str) -> None:
    entry: dict[str, Any] = {"actor": None, "workstation": "", "login": "", "kind": "k", "about": "", "data": {}}
    store.engine.write(lambda: [store.journal.add(at=at, **entry) for at in (1, 2)])
    store.engine.write(lambda: store.people.set("team", "Shop"))
    open_case(store, subject="Kettle")
    place.raw().execute(f"set session_replication_role = replica; {statement}")
    problems = "\n".join(damage_check.check(store).problems)
    assert words in problems


def test_a_clock_that_differs_from_the_servers_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time_ns
    for seconds, words in ((0, ""), (1, ""), (5, "5 s ahead of"), (-5, "5 s behind")):
        monkeypatch.setattr(time, "time_ns", lambda seconds=seconds: real() + seconds * 1_000_000_000)
        clocks = [one for one in server_info.warnings(store.engine) if "clock" in one]
        assert [words in one for one in clocks] == ([True] if words else [])


# Through pgbouncer


@pytest.fixture
def pooled(postgres_server: postgres.Server, place: PostgresPlace) -> Iterator[Callable[[], Store]]:
    """A function that opens the database through pgbouncer, whose connections serve each transaction anew."""
    opened: list[Store] = []
    with postgres.pooling(postgres_server, place.url) as url:

        def enter() -> Store:
            opened.append(open_store(url))
            return opened[-1]

        yield enter
        for store in opened:
            store.close()


def test_a_pooled_connection_serves_as_well(pooled: Callable[[], Store], place: PostgresPlace) -> None:
    several = [pooled() for _ in range(6)]
    store, other = several[0], several[1]
    cursor = store.changes.present()
    store.engine.wait(0)
    assert store.engine.wait(0.05) is False
    numbers = [open_case(one, subject=f"Kettle {place}") for one, place in zip(several, range(6), strict=True)]
    add(other, numbers[0], Noted(text="one"))
    assert other.engine.wait(HANG), "another one's change is seen"
    rows, cursor = store.changes.since(cursor)
    assert [row[1] for row in rows] == [*numbers, numbers[0]]

    def work() -> tuple[list[Any], list[Any]]:
        before = store.engine.fetch_all("select count(*) from cases")
        open_case(other)
        return before, store.engine.fetch_all("select count(*) from cases")

    assert store.engine.read(work) == ([(6,)], [(6,)])
    with pytest.raises(ZeroDivisionError):
        store.engine.write(lambda: (open_case(store), 1 // 0))
    assert store.engine.fetch_all("select count(*) from cases") == [(7,)]
    assert len(list(store.engine.fetch_each("select id from events"))) == 8
    release = place.hold()
    place.impatient(store.engine)
    with pytest.raises(Busy):
        open_case(store)
    release()
    assert open_case(store)


def test_where_nothing_changes_the_pooled_server_is_asked_less_often(
    pooled: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine: Any = pooled().engine
    monkeypatch.setattr("careconsole.store.engine.postgres._LOOK_SECONDS", 0)
    monkeypatch.setattr("careconsole.store.engine.postgres._LOOK_QUIET", 1e6)
    asked: list[None] = []
    look = engine._look

    def counted() -> tuple[Any, ...]:
        asked.append(None)
        return look()

    monkeypatch.setattr(engine, "_look", counted)
    engine.wait(0)
    before = len(asked)
    assert before, "it asks at first"
    engine.wait(0)
    assert len(asked) > before, "and goes on"
    engine._lines.ear.changed_at -= 1e5
    before = len(asked)
    engine.wait(0)
    assert len(asked) == before, "nothing has changed for long"
    open_case(pooled())
    assert engine.wait(0), "it is heard of within the process"
    engine.wait(0)
    assert len(asked) > before, "this process has changed something since"


def test_a_write_does_not_take_itself_for_another_ones(place: PostgresPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("careconsole.store.engine.postgres._LOOK_SECONDS", 0)
    monkeypatch.setattr("careconsole.store.engine.postgres._LOOK_HEARING", 0)
    with closing(open_store(place.url)) as store, closing(open_store(place.url)) as other:
        engine = store.engine

        def others_wrote() -> bool:
            return engine.write(lambda: (open_case(store), engine.wait(0))[1])

        engine.wait(0)
        assert not others_wrote()
        assert not others_wrote()
        open_case(other)
        assert others_wrote()
        assert not others_wrote()
        assert not engine.wait(0)
        open_case(other)
        assert engine.wait(HANG)
        assert not others_wrote()


def test_a_sign_of_life_is_no_change(place: PostgresPlace) -> None:
    with closing(open_store(place.url)) as store, closing(open_store(place.url)) as other:
        state = "select changes from database_state"
        ana = store.engine.write(lambda: store.people.add(Person(number=0, name="Ana")))
        store.engine.write(lambda: store.console.present("one", ana, "desk", 7, False, 1_000))
        before = other.engine.fetch_one(state)
        assert store.console.renew("one", ana, 7, False, 2_000)
        assert not store.console.renew("one", ana, 7, True, 3_000), "that was not announced"
        assert other.console.consoles(0) == [("one", ana, "desk", 7, 0, 2_000)]
        assert other.engine.fetch_one(state) == before


# Texts


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select :a, ':b', x::text from t where y = ?", "select %(a)s, ':b', x::text from t where y = %s"),
        ("select '100%', 'it''s :x' like '%a' % 2", "select '100%%', 'it''s :x' like '%%a' %% 2"),
        ("values (:a::text)", "values (%(a)s::text)"),
    ],
)
def test_parameters_are_marked_as_the_driver_takes_them(sql: str, expected: str) -> None:
    assert placed(sql) == expected


@pytest.mark.parametrize("host", ["...", "a..b", "a" * 70 + ".example"])
def test_a_host_that_is_no_name_is_said_to_be_none(host: str) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(AccessPrevented, match="its host is not a valid name"):
        open_store(f"postgresql://{host}/care")


@pytest.mark.parametrize(
    ("url", "secret", "display"),
    [
        ("postgresql://host/care", False, "postgresql://host/care"),
        ("postgresql://ana@host/care", False, "postgresql://ana@host/care"),
        ("postgresql://ana:pw@host/care", True, "postgresql://ana@host/care"),
        ("postgres://:pw@host:5433/care?sslmode=verify-full", True, "postgres://@host:5433/care?sslmode=verify-full"),
        ("postgresql:///care?password=pw&host=/run", True, "postgresql:///care?password=***&host=/run"),
        ("postgresql:///care?sslpassword=pw", True, "postgresql:///care?sslpassword=***"),
    ],
)
def test_a_password_in_a_url_is_found_and_never_shown(url: str, secret: bool, display: str) -> None:
    assert is_postgres(url)
    assert has_password(url) is secret
    assert shown(url) == display
    assert not is_postgres("/srv/care/postgresql.db")
