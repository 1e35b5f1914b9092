"""Logins on a PostgreSQL server that people are tied to: the server refuses what is in another one's name."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution, sweep, undo_redo
from careconsole.desk.imports.record import record
from careconsole.desk.imports.rollback import roll_back
from careconsole.desk.team import members
from careconsole.domain.case.event import Event
from careconsole.domain.case.notes import Note, Noted
from careconsole.domain.case.opening import OpenCase
from careconsole.store import create_store, open_store
from careconsole.store.engine.base import AccessPrevented
from careconsole.store.engine.postgres_url import as_login
from careconsole.store.maintenance import damage_check
from careconsole.store.maintenance.logins import IMPORT, LEAD, SWEEP, NewLogin, statements, tie
from tests import postgres
from tests.desk.office import line

ANA, BEN, CLEO = 1, 2, 3
LOGINS = {
    "ana": NewLogin(name="t_ana", person=ANA, rights=(LEAD, SWEEP)),
    "ben": NewLogin(name="t_ben", person=BEN, rights=()),
    "cleo": NewLogin(name="t_cleo", person=CLEO, rights=(IMPORT,)),
    "cron": NewLogin(name="t_cron", person=None, rights=(SWEEP,)),
}
NOW = 1_796_000_000_000


@pytest.fixture
def place(postgres_server: postgres.Server) -> Iterator[str]:
    """The URL of a team's database with a login for each person, for its owner."""
    url = postgres_server.database(postgres_server.template())
    desk = Desk(create_store(url), lambda: NOW)
    members.create_team(desk, "Shop", ["Ana"], ["Ben", "Cleo"], [])
    for login in LOGINS.values():
        tie(desk.store.engine, login)  # type: ignore[arg-type]
    desk.close()
    yield url
    name = postgres_server.name(url)
    postgres_server.drop(url)
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        for role in [one.name for one in LOGINS.values()] + [f"{name}_{r}" for r in (LEAD, IMPORT, SWEEP, "team")]:
            connection.execute(f'drop role if exists "{role}"')


@pytest.fixture
def desk_of(place: str) -> Iterator[Callable[[str], Desk]]:
    """A function that opens the desk of a person by their own login."""
    opened: list[Desk] = []

    def enter(who: str, moment: int = NOW) -> Desk:
        login = LOGINS[who]
        desk = Desk(open_store(as_login(place, login.name)), lambda: moment, login.person)
        opened.append(desk)
        return desk

    yield enter
    for desk in opened:
        desk.close()


@pytest.fixture
def raw(place: str) -> Iterator[Callable[[str], Any]]:
    """A function that connects by a person's login, past the program."""
    opened: list[Any] = []

    def connect(who: str) -> Any:
        opened.append(psycopg.connect(as_login(place, LOGINS[who].name), autocommit=True))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def opened(desk: Desk, subject: str = "Kettle") -> int:
    return execution.open_case(desk, OpenCase(subject=subject), "Carla").opened or 0


def test_only_the_owner_upgrades(place: str, desk_of: Callable[[str], Desk]) -> None:
    with psycopg.connect(place) as owner:
        owner.execute("update database_state set shape = shape - 1")
    for who in ("ana", "ben"):
        with pytest.raises(AccessPrevented, match="only the owner of its tables may upgrade it"):
            desk_of(who)


def test_everybody_works_in_their_own_name(desk_of: Callable[[str], Desk]) -> None:
    for who, person in (("ana", ANA), ("ben", BEN), ("cleo", CLEO)):
        desk = desk_of(who)
        number = opened(desk, f"Kettle of {who}")
        execution.execute(desk, "note", Note(text="The lid is broken"), [number])
        undo_redo.undo(desk)
        undo_redo.redo(desk)
        assert {event.actor for event in desk.store.cases.history(number)} == {person}
        login = desk.store.engine.login()
        assert login is not None
        assert (login.name, login.person) == (LOGINS[who].name, person)
        assert desk.store.engine.login_of(BEN) == "t_ben"


def test_a_command_in_another_ones_name_is_refused_and_changes_nothing(desk_of: Callable[[str], Desk]) -> None:
    number = opened(desk_of("ana"))
    desk = desk_of("ben")
    desk.person = ANA
    with pytest.raises(AccessPrevented, match="not under this name"):
        execution.execute(desk, "note", Note(text="I am Ana"), [number])
    with pytest.raises(AccessPrevented, match="not under this name"):
        members.away(desk, "Ana", "Cleo")
    with pytest.raises(AccessPrevented):
        members.change(desk, "Ben", role="lead")
    desk.person = BEN
    assert [event.actor for event in desk.store.cases.history(number)] == [ANA]
    assert desk.store.journal.entries(kinds=["person changed", "away"]) == []
    members.away(desk, "Ben", None)
    assert desk.roster().people[BEN].away


def test_an_event_in_another_ones_name_is_refused_whatever_command_it_names(desk_of: Callable[[str], Desk]) -> None:
    number = opened(desk_of("ana"))
    store = desk_of("ben").store
    for actor, batch in ((ANA, None), (None, None)):
        event = Event(2, NOW, NOW, Noted(text="forged"), actor, 1, batch)
        with pytest.raises(AccessPrevented, match="not under this name"):
            store.engine.write(lambda event=event: store.case_writer.append(number, [event]))


@pytest.mark.parametrize(
    "sql",
    [
        "update events set data = '{}'",
        "delete from events",
        "delete from journal",
        "update journal set about = 'nothing'",
        "update commands set verb = 'note'",
        "delete from commands",
        "insert into maintenance (reason) values ('x')",
        "update seals set number = 0",
        "update database_state set shape = 1",
        "update logins set person = 1",
        "delete from recent_changes",
        "update people set role = 'lead' where id = 2",
        "insert into people (name, folded, role) values ('Eve', 'eve', 'lead')",
        "insert into commands (verb, actor_id, at, workstation, os_user, cases) values ('note', 1, 1, '', '', '[]')",
        "insert into journal (at, actor_id, workstation, os_user, kind, about, data) values (1, 1, '', '', '', '', '')",
        "alter table events disable trigger all",
        "set session authorization t_ana",
        "create table mine (id integer); set role t_ana",
    ],
)
def test_past_the_program_the_server_refuses_it_too(
    desk_of: Callable[[str], Desk], raw: Callable[[str], Any], sql: str
) -> None:
    opened(desk_of("ana"))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw("ben").execute(sql)


def test_a_lead_removes_words_and_not_who_wrote_them(desk_of: Callable[[str], Desk], raw: Callable[[str], Any]) -> None:
    ben = desk_of("ben")
    number = opened(ben)
    execution.execute(ben, "note", Note(text="a secret"), [number])
    connection = raw("ana")
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        connection.execute("update events set data = '{}'")
    connection.execute("insert into maintenance (reason) values ('a secret')")
    for column in ("actor_id", "at", "kind", "digest", "command_id"):
        for table in ("events", "playbook_events"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"update {table} set {column} = null")
    for sql in ("update commands set actor_id = 1", "delete from journal", "delete from commands"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(sql)
    assert connection.execute("delete from events where actor_id is not null").rowcount == 0
    assert connection.execute("update events set data = '{}' where kind = 'noted'").rowcount == 1
    connection.execute("delete from maintenance")


def test_what_the_server_lets_through(desk_of: Callable[[str], Desk], raw: Callable[[str], Any]) -> None:
    """docs/postgresql.md says so: a change there is a change here."""
    number = opened(desk_of("ana"))
    connection = raw("ben")
    event = f"insert into events (case_id, number, kind, at, recorded_at, actor_id, data) values ({number}, 9, 'noted',"
    for sql in (
        f"{event} 1, 1, null, '{{}}')",
        "insert into commands (id, verb, actor_id, at, workstation, os_user, cases)"
        " values (999, 'note', 2, 1, 'any', 'any', '[]')",
        "update team set value = '' where name in ('away_until', 'words', 'answer tags')",
        "update cases set owner_id = 2",
        "delete from mails",
        "select secret from boxes",
    ):
        connection.execute(sql)


def test_rows_that_are_not_ones_own_stay_as_they_are(desk_of: Callable[[str], Desk], raw: Callable[[str], Any]) -> None:
    opened(desk_of("ana"))
    connection = raw("ben")
    assert connection.execute("update commands set undone = 1").rowcount == 0
    assert connection.execute("update people set away = 1 where id = 1").rowcount == 0
    assert connection.execute("update team set value = 'Mine' where name = 'team'").rowcount == 0
    assert connection.execute("update people set away = 1 where id = 2").rowcount == 1


def test_what_nobody_did_is_written_by_a_login_that_may_sweep(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("ana")
    from careconsole.desk.team import service_levels

    service_levels.set_service(desk, '[[level]]\nname = "at once"\nfirst_answer = "1m"\n')
    opened(desk)
    later = NOW + 3_600_000
    with pytest.raises(AccessPrevented, match="not under this name"):
        sweep.sweep(desk_of("ben", later))
    done = sweep.sweep(desk_of("cron", later))
    assert done.acts


def test_who_imports_writes_what_others_did_elsewhere_marked_as_imported(desk_of: Callable[[str], Desk]) -> None:
    def bring(who: str, *at: int) -> None:
        lines = [line("A-1", hour, owner="Petra", label=f"at {hour}") for hour in at]
        record(desk_of(who), lines, source="old", file="log")

    with pytest.raises(AccessPrevented):
        bring("ben", 1)
    bring("cleo", 1, 3)
    bring("cleo", 2)  # a line in between, for which the history is written anew
    store = desk_of("ana").store
    assert all(event.batch is not None and event.actor is None for event in store.cases.history(1))
    assert len(store.cases.history(1)) == 3
    ben = desk_of("ben")
    ben.person = ANA
    with pytest.raises(AccessPrevented):
        roll_back(ben, 1)
    for batch in (2, 1):
        roll_back(desk_of("ana"), batch)
    assert store.cases.history(1) == []


def test_the_statements_can_be_run_again_by_hand(place: str, postgres_server: postgres.Server) -> None:
    store = open_store(place)
    made = statements(store.engine, NewLogin(name="t_ben", person=BEN, rights=(LEAD,)))  # type: ignore[arg-type]
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute(";\n".join(made))
        assert connection.execute("select login::text from logins where person = 2").fetchall() == [("t_ben",)]
    store.close()
    with pytest.raises(AccessPrevented, match="may not make logins"):
        tie(open_store(as_login(place, "t_ben")).engine, LOGINS["cron"])  # type: ignore[arg-type]


def test_an_earlier_login_of_a_person_keeps_no_rights(place: str) -> None:
    store = open_store(place)
    for name, earlier in (("t_other", "t_ana"), ("t_ana", "t_other")):
        tie(store.engine, NewLogin(name=name, person=ANA, rights=(LEAD, SWEEP)))  # type: ignore[arg-type]
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with psycopg.connect(as_login(place, earlier), autocommit=True) as connection, refused:
            connection.execute("update team set value = 'x'")
    store.engine.run_script("drop role t_other")  # type: ignore[attr-defined]
    store.close()


def test_everybody_can_keep_files_and_check_the_database(place: str, desk_of: Callable[[str], Desk]) -> None:
    ben = desk_of("ben")
    digest, _ = ben.store.contents.put(io.BytesIO(b"lid"), 9)
    assert ben.store.contents.put(io.BytesIO(b"lid"), 9) == (digest, 3)
    for desk in (ben, Desk(open_store(place), lambda: NOW)):
        report = damage_check.check(desk.store)
        assert (report.problems, report.warnings) == ([], [])
    with psycopg.connect(place, autocommit=True) as owner:
        owner.execute("alter table events disable row level security")
    assert damage_check.check(ben.store).problems == ["The row security of the table events is switched off."]
    desk.close()
