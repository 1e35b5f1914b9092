"""The measures page: the time it is about, what a colleague changes meanwhile, and that no key waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from careconsole.desk.cases import execution
from careconsole.domain.case.messages import LogMessage
from careconsole.tui.forms.form import FormScreen
from careconsole.tui.pages import measures
from careconsole.tui.pages.measured_cases import MeasuredCasesScreen
from careconsole.tui.pages.measures import MeasuresScreen
from tests.desk.office import HOUR, MONDAY, Office, line
from tests.tui.screen import Screen, on_screen, opened


def test_left_and_right_choose_the_time_and_the_title_says_which(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measures.MeasuresScreen, "DELAY", 0.01)
    opened(office.desk(), owner=office.ids["Ana"])
    office.bring(line("A", 1000 - 24 * 20, subject="Lid", owner="Ben", status="open"))
    assert office.now == MONDAY

    async def script(screen: Screen) -> None:
        await screen.press("Q")
        lines = screen.lines()
        assert lines[0].startswith("Measures of the cases opened in the last 4 weeks")
        assert "2 cases" in lines[2]
        assert "too few to say (n = 2)" in screen.text(), "a median of two cases is none"
        await screen.press("left")
        assert screen.lines()[0].startswith("Measures of the cases opened in the last 7 days")
        assert "1 case " in screen.lines()[2]
        await screen.press("left", *["right"] * 6)
        assert screen.lines()[0].startswith("Measures of the cases opened so far")
        assert "2 cases" in screen.lines()[2]
        opened(office.another("Ben"), "Cord", owner=office.ids["Ben"])
        await screen.until(lambda: "3 cases" in screen.lines()[2])

    on_screen(office, script, size=(80, 24))


def test_no_key_waits_while_it_measures_and_another_time_is_chosen_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measures, "_AT_ONCE", 1)
    for _ in range(4):
        opened(office.desk(), owner=office.ids["Ana"])
    office.later(HOUR / 1e6)

    async def script(screen: Screen) -> None:
        backend = screen.app.session.backend
        beside, free, asked = backend.ask_beside, asyncio.Event(), []

        async def slow(work: Callable[[Any], Any]) -> Any:
            asked.append(work)
            if len(asked) > 2 and isinstance(screen.app.screen, MeasuresScreen):
                await free.wait()
            return await beside(work)

        backend.ask_beside = slow  # type: ignore[method-assign]
        asked.clear()
        screen.send("Q")
        await screen.until(lambda: "measuring 1 of 4" in screen.text())
        screen.send("left")
        await screen.until(lambda: "in the last 7 days" in screen.lines()[0])
        screen.send("escape")
        await screen.until(lambda: screen.app.screen is screen.queue)
        screen.send("i")
        await screen.until(lambda: isinstance(screen.app.screen, FormScreen))
        free.set()
        await screen.settle()
        assert screen.app._exception is None

    on_screen(office, script)


def test_the_slowest_first_answers_are_found(office: Office) -> None:
    for hours in (1, 3, 2):
        number = opened(office.desk("Ben"), f"Case of {hours} hours", owner=office.ids["Ben"], channel="email")
        office.later(hours)
        execution.execute(office.desk("Ben"), "log", LogMessage(text="Here it is"), [number])

    async def script(screen: Screen) -> None:
        await screen.press("Q", "down", "down", "enter")
        assert isinstance(screen.app.screen, MeasuredCasesScreen), screen.text()
        assert screen.lines()[0].startswith("First answer, the slowest first")
        rows = [" ".join(line.split()) for line in screen.lines()[2:5]]
        assert rows == [
            "3h 2 Case of 3 hours · Carla",
            "2h 3 Case of 2 hours · Carla",
            "1h 1 Case of 1 hours · Carla",
        ]
        assert "Ben" not in screen.text(), "never by person"
        await screen.press("escape")
        assert isinstance(screen.app.screen, MeasuresScreen), "one comes back to the measures"
        await screen.press("enter", "down", "enter")
        assert screen.app.screen is screen.queue
        assert screen.queue.board.current == 3
        await screen.press("Q", "down", "down", "enter", "end", "enter")
        assert sorted(screen.queue.board.numbers) == [1, 2, 3]

    on_screen(office, script, size=(80, 24))


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_every_line_has_its_figure_and_its_count_on_every_terminal(office: Office, width: int) -> None:
    for _ in range(3):
        opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("Q")
        assert screen.lines()[1].endswith("Cases"), screen.lines()[1]
        assert screen.lines()[2].rstrip(" ▁▏│").endswith(" 3"), screen.lines()[2]
        assert "3 cases" in screen.lines()[2]
        await screen.press("escape")
        screen.app.act("report")
        await screen.until(lambda: "Did we keep our word?" in screen.text())
        assert screen.lines()[1].endswith("Cases"), screen.lines()[1]

    on_screen(office, script, size=(width, 15))
