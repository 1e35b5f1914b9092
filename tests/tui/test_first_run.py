"""The first run: three questions lead to a queue that says what to do next."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from careconsole.desk.database.opening import check_creatable
from careconsole.domain.errors import CareError, NoTeam
from careconsole.store import create_store, open_store
from careconsole.tui.person.first_run import FirstRun
from careconsole.tui.seat import Seat, begin_reading, wait_for_first
from careconsole.tui.threads.backend import Backend
from tests.desk.office import MONDAY, Office
from tests.tui.screen import Screen, on_screen


def seat_in(folder: Path) -> Seat:
    return Seat(place=str(folder / "care.db"), name=None, now=lambda: MONDAY, workstation="desk 1", os_user="os")


def people(seat: Seat) -> list[tuple[str, str]]:
    store = open_store(seat.place)
    try:
        return [(person.name, person.role) for person in store.people.roster().people.values()]
    finally:
        store.close()


def test_three_answers_lead_to_a_queue_that_says_what_to_do_next(tmp_path: Path) -> None:
    seat = seat_in(tmp_path)

    async def script(screen: Screen) -> None:
        assert isinstance(screen.app.screen, FirstRun)
        assert f"The database will be {seat.place}"[:60] in screen.text()
        await screen.type("Shop")
        await screen.press("enter")
        await screen.type("Ana")
        await screen.press("enter")
        await screen.type("ana")
        await screen.press("enter")
        assert isinstance(screen.app.screen, FirstRun)
        assert "There is a Ana already" in screen.text(), "it is refused where it was typed"
        assert not Path(seat.place).exists(), "and nothing was made"
        await screen.press("ctrl+u")
        await screen.type("Ben")
        await screen.press("enter")
        assert screen.app.screen is screen.queue
        assert "Ana, lead" in screen.lines()[0], "who began it is at work"
        assert "n new case" in screen.text()
        await screen.press("w", "2")
        assert "Ben" in screen.lines()[0]

    on_screen(None, script, seat=seat)
    assert people(seat) == [("Ana", "lead"), ("Ben", "agent")]


def test_nobody_need_have_a_colleague_but_names_are_needed(tmp_path: Path) -> None:
    seat = seat_in(tmp_path)

    async def script(screen: Screen) -> None:
        await screen.press("ctrl+s")
        assert "The name of the team is missing" in screen.text()
        await screen.type("Shop")
        await screen.press("ctrl+s")
        assert "Your name is missing" in screen.text()
        await screen.type("Ana")
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue

    on_screen(None, script, seat=seat)
    assert people(seat) == [("Ana", "lead")]


def test_leaving_makes_nothing(tmp_path: Path) -> None:
    seat = seat_in(tmp_path / "new")

    async def script(screen: Screen) -> None:
        await screen.type("Shop")
        await screen.press("escape")
        assert screen.app._exit

    on_screen(None, script, seat=seat)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_announced_and_made_with_the_team(tmp_path: Path) -> None:
    async def script(screen: Screen) -> None:
        assert "in a new folder" in screen.text()
        await screen.type("Shop")
        await screen.press("enter")
        await screen.type("Ana")
        assert list(tmp_path.iterdir()) == [], "to have tried whether it can be made leaves nothing"
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue

    on_screen(None, script, seat=seat_in(tmp_path / "new" / "er"), size=(200, 40))
    assert (tmp_path / "new" / "er" / "care.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new" / "er").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("begun", ["not at all", "an empty file", "without a team"])
def test_where_no_database_can_be_made_nothing_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: str
) -> None:
    (tmp_path / "file").touch()
    seat = seat_in(tmp_path / "file" / "new" if begun == "not at all" else tmp_path)
    if begun == "an empty file":
        Path(seat.place).touch()
    elif begun == "without a team":
        create_store(seat.place).close()
    if begun != "not at all":
        monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # root may write to all
    before = sorted(tmp_path.iterdir())
    backend = Backend(seat.desk)
    try:
        with pytest.raises(CareError) as caught:
            wait_for_first(begin_reading(seat, backend), seat)
    finally:
        backend.close()
    said = "The folder .* cannot be created: Not a directory" if begun == "not at all" else "You may not write"
    assert re.match(said, caught.value.message)
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_somebody_else_makes_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = os.mkdir

    def slower(path: str, mode: int = 0o777) -> None:
        made(path, mode)
        made(path, mode)

    monkeypatch.setattr(os, "mkdir", slower)
    check_creatable(str(tmp_path / "new" / "care.db"))
    assert (tmp_path / "new").is_dir()


@pytest.mark.parametrize("begun", ["not at all", "an empty file", "without a team"])
def test_where_no_team_lives_one_can_begin(tmp_path: Path, begun: str) -> None:
    seat = seat_in(tmp_path)
    if begun == "an empty file":
        Path(seat.place).touch()
    elif begun == "without a team":
        create_store(seat.place).close()
    backend = Backend(seat.desk)
    try:
        assert wait_for_first(begin_reading(seat, backend), seat) is None
    finally:
        backend.close()


def test_an_empty_database_becomes_the_teams(tmp_path: Path) -> None:
    seat = seat_in(tmp_path)
    Path(seat.place).touch()
    with pytest.raises(NoTeam):
        open_store(seat.place)

    async def script(screen: Screen) -> None:
        await screen.type("Shop")
        await screen.press("enter")
        await screen.type("Ana")
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue

    on_screen(None, script, seat=seat)
    assert people(seat) == [("Ana", "lead")]


def test_a_team_that_lives_there_is_no_first_run(office: Office) -> None:
    seat = Seat(place=office.path, name="Ben", now=lambda: office.now, workstation="desk 1", os_user="os")
    backend = Backend(seat.desk)
    try:
        first = wait_for_first(begin_reading(seat, backend), seat)
        assert first is not None
        assert first.result().person == office.ids["Ben"]
    finally:
        backend.close()
