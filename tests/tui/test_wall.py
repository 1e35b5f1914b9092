"""The wall display: what stands on it and what never does, that it keeps up, and what it says when it cannot."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.database.opening import open_to_watch
from careconsole.desk.queries import case_queries, changes
from careconsole.desk.queries.wall import FIGURES, LISTS, WallBoard, wall_board
from careconsole.domain.case.notes import Note
from careconsole.domain.errors import NoTeam
from careconsole.domain.settings.console import ConsoleSettings
from careconsole.store import create_store
from careconsole.store.engine.base import AccessPrevented
from careconsole.store.team.people import IDENTITY
from careconsole.tui.wall.app import Wall
from careconsole.tui.wall.lines import list_lines
from tests import pictures
from tests.cli.console import active
from tests.desk.office import HOUR, Office
from tests.tui.hostile import HostileTeam
from tests.tui.screen import opened
from tests.tui.snapshots import check
from tests.waiting import until_holds

SMALL = (80, 24)
LOOKS = ((SMALL, "dark"), ((160, 45), "dark"), ((200, 50), "dark"), (SMALL, "colourless"))
"""The sizes and colours of the pictures of the wall."""


def name_of(name: str, size: tuple[int, int], colours: str) -> str:
    return f"{name}-{size[0]}x{size[1]}-{colours}"


class Shown:
    """A wall under test."""

    def __init__(self, app: Wall, pilot) -> None:
        self.app, self.pilot = app, pilot

    def lines(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()[: self.app.size.height]
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    def text(self) -> str:
        return "\n".join(self.lines())

    async def until(self, words: str) -> None:
        await until_holds(lambda: words in self.text(), self.text)


Script = Callable[[Shown], Awaitable[None]]


def on_wall(place: str, now: Callable[[], int], script: Script, size: tuple[int, int] = SMALL) -> None:
    def opening() -> Desk:
        return open_to_watch(place, now, "wall", "os")

    async def run() -> None:
        desk = opening()
        app = Wall(opening, wall_board(desk), now, ConsoleSettings())
        desk.close()
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await script(Shown(app, pilot))

    asyncio.run(run())


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield str(pictures.sample(tmp_path_factory.mktemp("week")))
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.parametrize(("size", "colours"), LOOKS)
def test_the_wall_looks_as_it_did(
    week: str, size: tuple[int, int], colours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1") if colours == "colourless" else monkeypatch.delenv("NO_COLOR", raising=False)

    async def script(shown: Shown) -> None:
        await shown.pilot.pause()
        check(shown, name_of("wall", size, colours))  # type: ignore[arg-type]

    on_wall(week, lambda: pictures.NOW, script, size)


def test_no_word_that_a_customer_or_anybody_wrote_stands_on_it(week: str) -> None:
    desk = open_to_watch(week, lambda: pictures.NOW, "wall", "os")
    page = case_queries.queue(desk)
    told = {word for row in page.rows for word in row.subject.split() if len(word) > 4}
    told |= {name for name in page.customers.values()} | {tag for row in page.rows for tag in row.tags}
    board = wall_board(desk)
    desk.close()
    for width in (80, 160, 200):
        text = "\n".join("".join(text for text, _ in line) for line in list_lines(board, width, 40))
        assert not [word for word in told if word in text]
        for row in page.rows:
            if row.due_at is not None and row.due_at < pictures.NOW:
                assert f" {row.number} " in text


def test_its_figures_and_lists_are_those_of_the_filters_and_nothing_is_counted_by_person(week: str) -> None:
    desk = open_to_watch(week, lambda: pictures.NOW, "wall", "os")
    board = wall_board(desk)
    assert list(board.counts) == case_queries.counts(desk, [filter for _, filter, _ in FIGURES], most=0)
    assert list(board.totals) == [len(rows) for rows in board.lists]
    for (_, filter), rows in zip(LISTS, board.lists, strict=True):
        assert [row.number for row in rows] == case_queries.numbers(desk, filter), "by due time, not by owner"
    desk.close()


def test_it_only_reads(office: Office) -> None:
    desk = open_to_watch(office.path, lambda: office.now, "wall", "os")
    desk.person = office.ids["Ana"]
    with pytest.raises(AccessPrevented):
        opened(desk)
    desk.close()


def many(board: WallBoard, sizes: tuple[int, ...]) -> WallBoard:
    from msgspec.structs import replace

    row = next(row for rows in board.lists for row in rows)
    lists = tuple((row,) * min(size, 100) for size in sizes)
    return replace(board, lists=lists, totals=sizes)


@pytest.mark.parametrize("sizes", [(0, 0, 0), (1, 0, 3), (500, 500, 500), (0, 200, 0), (30, 2, 0)])
@pytest.mark.parametrize(("width", "height"), [(60, 9), (80, 20), (200, 42)])
def test_every_list_keeps_its_heading_and_says_how_many_more_there_are(
    week: str, sizes: tuple[int, ...], width: int, height: int
) -> None:
    desk = open_to_watch(week, lambda: pictures.NOW, "wall", "os")
    lines = list_lines(many(wall_board(desk), sizes), width, height)
    desk.close()
    texts = ["".join(text for text, _ in line) for line in lines]
    assert len(texts) <= height
    assert all(len(text) <= width for text in texts)
    text = "\n".join(texts)
    for (name, _), size in zip(LISTS, sizes, strict=True):
        assert f"{name} {size:,} " in text
    if sum(sizes) > 3 * height:
        assert " more" in text


def test_it_keeps_up_says_nothing_when_nothing_happens_and_has_no_key_but_quit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = changes.wait
    opened(office.desk(), owner=office.ids["Ben"])

    async def script(shown: Shown) -> None:
        app = shown.app
        assert "0 overdue" in shown.text()
        assert "Ana is on duty" in shown.lines()[0]
        drawn: list[object] = []
        display = app._display
        monkeypatch.setattr(app, "_display", lambda *what: (drawn.append(what), display(*what)))
        looks: list[bool] = []
        monkeypatch.setattr(
            changes, "wait", lambda desk, _, stop: (looks.append(look := wait(desk, 0.1, stop)), look)[1]
        )
        await until_holds(lambda: len(looks) > 5, shown.text)
        assert not drawn, "nothing is sent to the terminal"
        office.later(9)
        execution.execute(office.desk("Ben"), "note", Note(text="Nothing new."), [1])
        await shown.until("1 overdue")
        await until_holds(lambda: drawn, shown.text)
        await until_holds(lambda: re.search(r"\b1 +Ana > Ben +! ", shown.text()), shown.text)
        for key in ("enter", "j", "ctrl+p", "question_mark", "tab", "n"):
            await shown.pilot.press(key)
        assert len(app.screen_stack) == 1
        await shown.pilot.press("q")
        assert app._exit

    on_wall(office.path, lambda: office.now, script)


def test_a_database_that_is_gone_or_another_one_is_said_and_recovered_from(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("careconsole.tui.wall.watcher._RETRY", 0.1)
    opened(office.desk(), owner=office.ids["Ben"])
    office.close()
    place = Path(office.path)
    other = Office(tmp_path)
    opened(other.desk(), owner=None)
    opened(other.desk(), owner=None)
    other.store.engine.write(lambda: other.store.people.set(IDENTITY, "0" * 32))
    other.close()

    async def script(shown: Shown) -> None:
        assert "1 open" in shown.text()
        away = place.with_suffix(".away")
        place.rename(away)
        await shown.until("NOT UP TO DATE since")
        assert "1 open" in shown.text(), "what was known last stays, with the warning"
        away.rename(place)
        await until_holds(lambda: "NOT UP TO DATE" not in shown.text(), shown.text)
        assert "1 open" in shown.text()
        assert "The database was gone, and is another copy of it or was put back" in shown.text()
        shutil.copy(other.path, place.with_suffix(".new"))
        place.with_suffix(".new").rename(place)
        await shown.until("Another database has taken the place of the first")
        assert "2 open" in shown.text()
        await shown.pilot.press("ctrl+c")
        assert shown.app._exit

    on_wall(str(place), lambda: office.now, script, (100, 30))


def test_hostile_names_on_it_are_only_text(tmp_path: Path) -> None:
    team = HostileTeam(tmp_path)
    team.close()

    async def script(shown: Shown) -> None:
        text = shown.text()
        assert not active(text), [line for line in text.split("\n") if active(line)]
        assert "on duty" in text
        for strip in shown.app.screen._compositor.render_strips():
            for segment in strip:
                assert not segment.control
                assert segment.style is None or (segment.style.link is None and not segment.style.meta.get("@click"))

    for size in (SMALL, (200, 50)):
        on_wall(team.path, lambda: team.now + 3 * HOUR, script, size)


def test_without_a_team_it_says_so_before_it_takes_the_screen(tmp_path: Path) -> None:
    path = str(tmp_path / "empty.db")
    create_store(path).close()
    desk = open_to_watch(path, lambda: 0, "wall", "os")
    with pytest.raises(NoTeam):
        wall_board(desk)
    desk.close()
