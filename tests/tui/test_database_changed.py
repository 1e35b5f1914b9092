"""The database under an open console: another team's, another copy of the same, or upgraded by a newer program."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.database import maintenance
from careconsole.desk.team import members
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.notes import Note
from careconsole.domain.errors import Refused
from careconsole.store import create_store, open_store
from careconsole.store.engine.driver import sqlite3
from careconsole.tui.person.database_screen import DatabaseSheet
from careconsole.tui.person.who_screen import WhoScreen
from careconsole.tui.seat import read_first
from careconsole.tui.start import run_console
from careconsole.tui.threads import change_feed
from careconsole.tui.threads.backend import Backend
from tests.desk.office import Office, contents
from tests.tui.forms import fill, form, row
from tests.tui.screen import Screen, on_screen, opened, seat_at

pytestmark = pytest.mark.skipif(os.name != "posix", reason="an open file cannot be replaced here")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_feed, "_TURN", 0.05)
    monkeypatch.setattr(change_feed, "_RETRY_SECONDS", 0.05)


@pytest.fixture
def another(office: Office, tmp_path: Path) -> str:
    """The database of another team, in which people of the same numbers have done things of the same numbers."""
    path = str(tmp_path / "another.db")
    with closing(create_store(path)) as store:
        members.create_team(Desk(store, lambda: office.now), "Bakery", ["Ana"], ["Ben", "Cleo"], ["Eve"])
        desk = Desk(store, lambda: office.now, office.ids["Ana"])
        number = opened(desk, "Bread burnt", owner=office.ids["Ana"])
        execution.execute(desk, "note", Note(text="bakery's own"), [number])
    return path


def put_there(office: Office, path: str) -> None:
    """Somebody puts another file in the place of the database."""
    office.store.close()
    for part in ("-wal", "-shm"):
        if os.path.exists(office.path + part):
            os.remove(office.path + part)
    os.replace(path, office.path)


def whole(path: str) -> dict:
    with closing(open_store(path)) as store:
        return contents(store, without=("presence", "visits"))


def sheet_is_up(screen: Screen) -> bool:
    return isinstance(screen.app.screen, DatabaseSheet) and screen.app.screen.is_mounted


def test_a_console_does_not_move_on_to_another_teams_database(office: Office, another: str) -> None:
    number = opened(office.desk("Ana"), owner=office.ids["Ana"])
    execution.execute(office.desk("Ana"), "note", Note(text="shop's own"), [number])
    before = whole(another)

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await fill(screen, text="for the shop alone")
        put_there(office, another)
        await screen.until(lambda: sheet_is_up(screen))
        await screen.settle()
        assert "another database by now, of Bakery" in " ".join(screen.text().split())
        assert whole(office.path) == before
        await screen.press("enter")
        assert screen.app.session.again

    on_screen(office, script)
    assert whole(office.path) == before


def test_what_was_typed_does_not_go_into_another_teams_database(
    office: Office, another: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also before the console has noticed: the feed does not look meanwhile."""
    number = opened(office.desk("Ana"), owner=office.ids["Ana"])
    execution.execute(office.desk("Ana"), "note", Note(text="shop's own"), [number])
    before = whole(another)
    monkeypatch.setattr(change_feed.ChangeFeed, "start", lambda self: None)

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await fill(screen, text="for the shop alone")
        put_there(office, another)
        await screen.press("ctrl+s")
        assert "another database by now, of Bakery" in str(form(screen)._notes.trouble.content)
        assert row(screen, "text").field.said == "for the shop alone", "it can be copied"
        await screen.press("escape")
        await screen.until(lambda: "The draft was not saved" in str(form(screen)._notes.trouble.content))
        await screen.press("escape")
        await screen.until(lambda: screen.app.screen is screen.queue)
        assert "Draft saved." not in screen.toasts()

    on_screen(office, script)
    assert whole(office.path) == before


def test_an_undo_takes_back_nothing_of_another_team(
    office: Office, another: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = opened(office.desk("Ana"), owner=office.ids["Ana"])
    execution.execute(office.desk("Ana"), "note", Note(text="shop's own"), [number])
    before = whole(another)
    monkeypatch.setattr(change_feed.ChangeFeed, "start", lambda self: None)

    async def script(screen: Screen) -> None:
        put_there(office, another)
        for _ in range(3):
            await screen.press("u")
        assert any("another database by now" in told for told in screen.toasts())

    on_screen(office, script)
    assert whole(office.path) == before


def test_whoever_begins_at_another_teams_database_says_who_they_are(office: Office) -> None:
    """Whatever name was given, and whatever login there is."""
    seat = seat_at(office, "Ana", ask_who=True)
    backend = Backend(seat.desk)
    first = backend.submit(read_first(seat)).result()
    backend.close()
    assert (first.person, [person.name for person in first.could_be]) == (None, ["Ana"])

    async def script(screen: Screen) -> None:
        assert isinstance(screen.app.screen, WhoScreen)
        assert screen.app.session.person is None

    on_screen(office, script, seat=seat)


def test_a_connection_is_closed_if_a_person_may_not_work_by_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    desks, closed, close = list[Desk](), list[Desk](), Desk.close

    def opening() -> Desk:
        desks.append(Desk(open_store(office.path), lambda: office.now))
        return desks[-1]

    def refuse(desk: Desk, person: int | None) -> Desk:
        raise Refused("Ana has no login on the server.", "Have one made.")

    def noted(desk: Desk) -> None:
        closed.append(desk)
        close(desk)

    backend = Backend(opening)
    monkeypatch.setattr("careconsole.tui.threads.backend.own_desk", refuse)
    monkeypatch.setattr(Desk, "close", noted)
    for _ in range(2):
        with pytest.raises(Refused):
            backend.submit(lambda desk: desk.roster()).result()
    backend.close()
    assert len(desks) == 2
    assert closed == desks


def test_a_new_console_follows_where_somebody_wants_to_begin(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from careconsole.tui import app as app_module

    seats = []

    def run(self: app_module.Console, **how: object) -> None:
        seats.append(self.session.seat)
        self.session.again = len(seats) == 1

    monkeypatch.setattr(app_module.Console, "run", run)
    run_console(seat_at(office, "Ana"))
    (first, second) = seats
    assert (second.name, second.ask_who, second.place) == (None, True, first.place)
    assert second.console != first.console


def test_a_copy_of_the_same_database_is_told_and_read_anew(office: Office) -> None:
    opened(office.desk("Ana"), owner=office.ids["Ana"])
    copy = f"{office.path}.copy"
    maintenance.backup(office.desk("Ana"), copy)
    execution.execute(office.desk("Ana"), "edit", Edit(subject="Kettle lost since"), [1])

    async def script(screen: Screen) -> None:
        assert "lost since" in screen.text()
        await screen.press("i")
        await fill(screen, text="x")
        await screen.press("ctrl+s")
        assert screen.app.session.own
        put_there(office, copy)
        await screen.until(lambda: any("read again" in told for told in screen.toasts()))
        await screen.until(lambda: "lost since" not in screen.text())
        assert not screen.app.session.own, "the numbers of commands are given again"
        await screen.press("i")
        await fill(screen, text="after that")
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue

    on_screen(office, script)
    office.store = open_store(office.path)
    assert office.kinds(1) == ["opened", "noted"]


def test_an_earlier_state_without_the_person_at_work_asks_who_it_is(office: Office) -> None:
    opened(office.desk("Ana"), owner=office.ids["Ana"])
    copy = f"{office.path}.copy"
    maintenance.backup(office.desk("Ana"), copy)
    zoe = members.add(office.desk("Ana"), "Zoe", "agent")
    with closing(open_store(copy)) as store:
        assert members.add(Desk(store, lambda: office.now, office.ids["Ana"]), "Xu", "agent") == zoe
    before = whole(copy)

    async def script(screen: Screen) -> None:
        put_there(office, copy)
        await screen.until(lambda: sheet_is_up(screen))
        await screen.settle()
        assert "Zoe is somebody else" in " ".join(screen.text().split())

    on_screen(office, script, name="Zoe")
    assert whole(office.path) == before


def test_a_console_left_open_through_an_upgrade_says_so_and_is_left(office: Office) -> None:
    opened(office.desk("Ana"), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await fill(screen, text="half")
        with closing(sqlite3.connect(office.path, isolation_level=None)) as newer:
            newer.execute("pragma user_version = 99")
        await screen.until(lambda: sheet_is_up(screen))
        await screen.settle()
        assert "was upgraded by a newer careconsole" in " ".join(screen.text().split())
        await screen.press("escape", "ctrl+s")
        assert "upgraded" in str(form(screen)._notes.trouble.content)
        await screen.press("ctrl+q")
        await screen.press("ctrl+q")
        await screen.until(lambda: not screen.app.is_running or screen.app._exit)

    on_screen(office, script)
    with closing(sqlite3.connect(office.path)) as connection:
        assert connection.execute("select count(*) from events").fetchone() == (1,)
        assert connection.execute("select count(*) from commands").fetchone() == (1,)
