"""The check of a database tells every value that is not as it was written, and goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.database import maintenance
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import WrongUse
from careconsole.store import open_store
from careconsole.store.engine import digests, sqlite
from careconsole.store.engine.base import AccessPrevented, Busy, DatabaseCorrupt
from careconsole.store.engine.driver import CHECKS_SEARCH_INDEX, sqlite3
from careconsole.store.maintenance import damage_check, sqlite_soundness
from careconsole.store.maintenance.damage_check import Report
from careconsole.store.maintenance.shape import files
from careconsole.store.team.people import IDENTITY, People
from tests.cli.console import Console
from tests.desk.office import LOG, Office
from tests.flips import build, keep_content
from tests.suggested import told


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database with something in every table."""
    return Path(build(tmp_path_factory.mktemp("whole"))).read_bytes()


@pytest.fixture
def path(whole: bytes, tmp_path: Path) -> str:
    place = tmp_path / "desk.db"
    place.write_bytes(whole)
    place.chmod(0o600)
    keep_content(str(place))
    return str(place)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


def tamper(path: str, *statements: str) -> None:
    """Changes a database as somebody who knows SQLite does: without its triggers, which are put back afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma ignore_check_constraints = on")
        connection.execute("begin")
        triggers = connection.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"drop trigger {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("commit")


def check(path: str, expected: str | None = None) -> Report:
    with closing(open_store(path)) as store:
        return damage_check.check(store, expected)


def test_a_database_that_nobody_changed_is_sound(path: str) -> None:
    report = check(path)
    assert report.problems == []
    assert check(path, report.head) == report


CHANGE = {"TEXT": "coalesce({0}, '') || 'x'", "INTEGER": "coalesce({0}, 0) + 1000", "BLOB": "x'01'"}


def changes(path: str, table: str) -> dict[str, str]:
    """By column, what changes it."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(f"pragma table_info({table})").fetchall()
    return {name: f"{name} = {CHANGE[kind].format(name)}" for _, name, kind, *_ in found if name not in digests.DIGESTS}


def test_a_row_that_is_changed_is_told_in_every_table(path: str) -> None:
    """That every column goes into the digest of its row, another test says."""
    statements = [f"update {table} set {list(changes(path, table).values())[-1]}" for table in digests.PLAIN]
    tamper(path, *statements, "update journal set kind = kind || 'x'")
    with closing(open_store(path)) as store:
        problems = "\n".join(damage_check.check(store, most=10_000).problems)
    for table in (*digests.PLAIN, "journal"):
        assert f" of {table}" in problems


@pytest.mark.parametrize("table", ["cases", "events"])
def test_a_column_of_a_history_or_a_case_that_is_changed_is_told_with_the_case(path: str, table: str) -> None:
    which, statements = {}, []
    for number, (column, change) in enumerate(changes(path, table).items(), start=10):
        if column not in ("id", "case_id", "number"):  # these are keys, and references tell of them
            which[number] = column
            key = "id" if table == "cases" else "number = 1 and case_id"
            statements.append(f"update {table} set {change} where {key} = {number}")
    tamper(path, *statements)
    problems = "\n".join(check(path).problems)
    for number, column in which.items():
        assert re.search(rf"\bcase {number}\b", problems, re.IGNORECASE), column


def test_damage_names_the_case_and_the_check_goes_on(path: str) -> None:
    tamper(
        path,
        "update cases set state = '{' where id = 3",
        "update events set kind = 'sung to' where case_id = 5 and number = 1",
        "update events set data = '[1' where case_id = 7 and number = 1",
        "update people set name = 'Anna' where name = 'Ana'",
        "update team set value = 'x' where name = 'duty'",
    )
    problems = "\n".join(check(path).problems)
    for words in ("Case 3 ", "Event 1 of case 5 ", "Event 1 of case 7 ", "id 1 of people", "name duty of team"):
        assert words in problems


@pytest.mark.parametrize(
    "statement, words",
    [
        ("drop trigger events_stay", "trigger events_stay is missing"),
        ("drop index cases_owner", "index cases_owner is missing"),
        ("drop table rejects", "table rejects is missing"),
        ("alter table views drop column sort", "column views.sort is missing"),
        ("create table notes (text text)", "table notes that careconsole did not make"),
        ("create index of_mine on cases (cause)", "index of_mine that careconsole did not make"),
        (
            "drop index cases_owner; create index cases_owner on cases (id)",
            "cases_owner differs from what careconsole made",
        ),
        ("insert into maintenance values ('x')", "table maintenance is not empty"),
        ("update sqlite_sequence set seq = seq + 1 where name = 'cases'", "highest number of cases"),
        ("update _sqlite_migrations set applied_at = 'x' where name like '0003%'", "list of migrations"),
    ],
)
def test_a_shape_that_is_another_is_told(path: str, statement: str, words: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if statement.startswith("alter"):
            for trigger in ("views_digest", "views_digest_again"):
                connection.execute(f"drop trigger {trigger}")
        for one in statement.split("; "):
            connection.execute(one)
    assert words in "\n".join(check(path).problems)


def test_logs_that_lose_an_entry_are_told(path: str, whole: bytes) -> None:
    for table, column in (("journal", "digest"), ("commands", "chain")):
        for which in ("(select min(id) + 1 from {0})", "(select max(id) from {0})"):
            Path(path).write_bytes(whole)
            tamper(path, f"delete from {table} where id = {which.format(table)}")
            assert any(table in problem for problem in check(path).problems), (table, which, column)


def test_the_journal_is_append_only(path: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in ("delete from journal", "update journal set about = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


def test_a_word_missing_in_the_search_is_told(path: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("insert into search (search, rowid, words) values ('delete', 1, 'Kettle cracked')")
        connection.execute("insert into search (rowid, words) values (1, 'Kettle cracket')")
    assert "search" in "\n".join(check(path).problems)


def test_a_kept_head_reveals_a_rewritten_history_with_valid_digests(office: Office) -> None:
    office.bring(*LOG)
    number = execution.open_case(office.desk(), OpenCase(subject="Kettle"), "Carla").opened
    assert number is not None
    head = damage_check.check(office.store).head
    execution.execute(office.desk(), "note", Note(text="so be it"), [number])
    assert damage_check.check(office.store, head).problems == [], "what came later changes nothing of what was"

    entries = office.store.cases.entries(1)[:-1]
    office.store.engine.write(lambda: office.store.case_writer.replace_entries(1, entries))
    assert "head" in "\n".join(damage_check.check(office.store, head).problems)
    with pytest.raises(WrongUse, match="not the head"):
        damage_check.check(office.store, "9-2")


def test_a_text_taken_out_for_privacy_leaves_the_chain_whole(office: Office) -> None:
    number = execution.open_case(office.desk(), OpenCase(subject="Kettle", description="Carla, Lane 5"), "Carla").opened
    assert number is not None
    execution.execute(office.desk(), "note", Note(text="so be it"), [number])
    head = damage_check.check(office.store).head
    engine, fields = office.store.engine, ", ".join(digests.EVENT_FIELDS)
    of_it = {"case": number}

    def take_out() -> None:
        engine.execute("insert into maintenance (reason) values ('privacy')")
        engine.execute("update events set data = replace(data, 'Carla, Lane 5', '-') where case_id = :case", of_it)
        row = engine.fetch_one(f"select digest, {fields} from events where case_id = :case and number = 1", of_it)
        assert row is not None
        mark = digests.redacted_digest(row[0], [row[1:]])
        engine.execute("update events set redacted = :mark where id = :id", {"mark": mark, "id": row[1]})
        engine.execute("delete from maintenance")

    engine.write(take_out)
    report = damage_check.check(office.store, head)
    about_the_chain = [problem for problem in report.problems if "written" in problem or "head" in problem]
    assert about_the_chain == []
    tamper(office.path, f"update events set at = at + 1 where case_id = {number} and number = 1")
    assert any("differs from what was written" in problem for problem in damage_check.check(office.store).problems)


def test_each_digest_takes_in_every_column_of_its_table(path: str) -> None:
    with closing(open_store(path)) as store:
        triggers = dict(store.engine.fetch_all("select name, sql from sqlite_master where type = 'trigger'"))
        for table in digests.PLAIN:
            given = ", ".join(f"new.{name}" for name in digests.columns(store.engine, table))
            for name in (f"{table}_digest", f"{table}_digest_again"):
                assert f"digest = row_digest('{table}', {given})" in " ".join(triggers[name].split())
            watched = " ".join(triggers[f"{table}_digest_again"].split())
            assert f"after update of {', '.join(digests.columns(store.engine, table))} on" in watched
        assert digests.columns(store.engine, "events") == list(digests.EVENT_FIELDS)
        assert digests.columns(store.engine, "journal") == list(digests.JOURNAL_FIELDS)


READS: list[Callable[[Any], object]] = [
    lambda store: store.cases.get(3),
    lambda store: store.cases.history(3),
    lambda store: list(store.cases.histories("1 = 1", {})),
    lambda store: store.cases.states("1 = 1", {}),
]


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("value", ["'{'", "'[]'", "'\"x\"'", "'" + "[" * 100_000 + "'"])
def test_what_cannot_be_read_is_damage_with_the_case_named(
    path: str, read: Callable[[Any], object], value: str
) -> None:
    tamper(
        path, f"update cases set state = {value} where id = 3", f"update events set data = {value} where case_id = 3"
    )
    with closing(open_store(path)) as store, pytest.raises(DatabaseCorrupt, match=r"[Cc]ase 3 ") as caught:
        read(store)
    assert "careconsole db check" in told(caught.value)
    assert "careconsole db restore" in told(caught.value)


@pytest.mark.parametrize(
    "statement",
    [
        "update cases set state = '{' where id = 3",
        "update events set kind = 'sung to' where case_id = 3",
        "update team set value = '{' where name = 'duty'",
        "update commands set cases = '{'",
        "update cases set also_called = 'x'",
    ],
)
def test_commands_say_that_the_database_is_damaged_and_what_to_do(path: str, statement: str) -> None:
    tamper(path, statement)
    console = Console(path, "Ben")
    told = []
    for command in (("show", "3"), ("queue",), ("agenda",), ("export", "all"), ("export", "cases"), ("undo",)):
        result = console.call(*command)
        if "damaged" in result.err:
            assert result.code == 1
            assert "careconsole db check" in result.err
            told.append(command)
    assert told
    checked = console.call("db", "check", "--json")
    assert checked.code == 1
    assert checked.json["problems"]


def test_a_failure_that_nobody_foresaw_is_told_as_the_damage_behind_it(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from careconsole.desk.queries import shown_case

    def break_down(*args: object, **options: object) -> None:
        raise TypeError("unorderable")

    monkeypatch.setattr(shown_case, "show", break_down)
    with pytest.raises(TypeError, match="unorderable"):
        Console(path).call("show", "3")
    tamper(path, "update people set reach = 'x' where id = 2")
    result = Console(path).call("show", "3")
    assert result.code == 1
    assert "is damaged" in result.err
    assert "id 2 of people" in result.err


def test_what_others_write_during_a_check_looks_like_no_tampering(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.bring(*LOG)
    with closing(open_store(office.path)) as store:
        read, written = store.engine.fetch_all, []

        def all_rows(sql: str, params: Any = None) -> list[Any]:
            rows = read(sql, params)
            if ("sqlite_sequence" in sql or "from seals" in sql) and len(written) < 3:
                written.append(execution.open_case(office.desk(), OpenCase(subject="Kettle"), "Carla").opened)
            return rows

        monkeypatch.setattr(store.engine, "fetch_all", all_rows)
        assert damage_check.check(store).problems == []
        assert len(written) == 3


@pytest.fixture
def index_that_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's check of a file leaves the search index out, as before 3.44, so that the index is asked by a write."""
    monkeypatch.setattr(sqlite_soundness, "CHECKS_SEARCH_INDEX", False)


@pytest.mark.skipif(not CHECKS_SEARCH_INDEX, reason="this SQLite checks its search index by a write")
def test_a_check_neither_waits_for_others_nor_writes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.bring(*LOG)
    uri = sqlite._uri
    monkeypatch.setattr(sqlite, "_uri", lambda path: uri(path).replace("mode=rw", "mode=ro"))

    def check_meanwhile() -> None:
        with closing(open_store(office.path)) as store:
            report = damage_check.check(store)
        assert (report.problems, report.warnings) == ([], [])
        assert report.head

    office.store.engine.write(check_meanwhile)


@pytest.mark.parametrize("checked_with_the_file", [False, True])
def test_damage_within_the_search_index_is_told_as_such(
    path: str, checked_with_the_file: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if checked_with_the_file and not CHECKS_SEARCH_INDEX:
        pytest.skip("this SQLite checks its search index by a write")
    monkeypatch.setattr(sqlite_soundness, "CHECKS_SEARCH_INDEX", checked_with_the_file)
    tamper(path, "update search_data set block = zeroblob(length(block)) where id > 10")
    assert "The search index is damaged" in "\n".join(check(path).problems)


@pytest.mark.usefixtures("index_that_writes")
def test_a_busy_database_is_not_called_damaged(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    office.bring(*LOG)

    def check_meanwhile() -> None:
        with closing(open_store(office.path)) as store, pytest.raises(Busy):
            damage_check.check(store)
        assert maintenance.damage_at(office.path) is None, "what only reads need not wait"

    office.store.engine.write(check_meanwhile)


@pytest.mark.usefixtures("index_that_writes")
def test_problems_that_were_found_are_told_though_the_database_is_busy(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    tamper(path, "update people set reach = 'x' where id = 2")
    with closing(open_store(path)) as other:
        report = other.engine.write(lambda: check(path))
    assert "id 2 of people" in "\n".join(report.problems)
    assert "is busy" in "\n".join(report.warnings)


@pytest.mark.usefixtures("index_that_writes")
def test_who_may_not_write_gets_a_warning_about_the_index_and_no_problem(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = sqlite._uri
    monkeypatch.setattr(sqlite, "_uri", lambda path: uri(path).replace("mode=rw", "mode=ro"))
    with closing(open_store(path)) as store:
        report = damage_check.check(store)
    assert report.problems == []
    assert report.head
    assert "may not write" in "\n".join(report.warnings)


def test_a_failure_around_the_database_ends_the_check_and_is_no_damage(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(store: object) -> None:
        raise failure

    monkeypatch.setattr(People, "roster", fail)
    for failure in (AccessPrevented("The disk is full."), Busy("Somebody else keeps it busy.")):
        with closing(open_store(path)) as store, pytest.raises(type(failure)):
            damage_check.check(store)
        assert maintenance.damage_at(path) is None


@pytest.mark.parametrize("value", ["", "x", "0" * 31, "A" * 32])
def test_an_identity_that_is_none_is_told(path: str, value: str) -> None:
    with closing(open_store(path)) as store:
        store.engine.write(lambda: store.people.set(IDENTITY, value))
    assert "identity of the database" in "\n".join(check(path).problems)


def test_texts_of_the_schema_are_all_there() -> None:
    from careconsole.store.engine.schema_version import LATEST

    assert [name[:4] for name in files()] == [f"{number:04}" for number in range(1, LATEST + 1)]


def test_a_check_before_anybody_can_be_read_still_tells(path: str) -> None:
    tamper(
        path,
        "update people set role = 'agent', away = 0, name = '' where id = 1",
        "delete from team where name = 'duty'",
    )
    result = Console(path).call("db", "check")
    assert result.code == 1
    assert "id 1 of people" in result.out
