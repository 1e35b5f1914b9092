"""The list of cases on the screen."""

from __future__ import annotations

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.team import service_levels
from careconsole.domain.case.resolution import Reopen, Resolve
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened


def test_the_queue_shows_open_cases_and_the_case_under_the_cursor(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])
    office.later(1)
    opened(office.desk("Ben"), "Lid lost", "Nils")

    async def script(screen: Screen) -> None:
        text = screen.text()
        assert "Kettle cracked" in text
        assert "Lid lost" in text
        assert "1 unassigned" in screen.lines()[0]
        assert "Ana, lead" in screen.lines()[0]
        await screen.press("j")
        assert screen.queue.board.current == 2
        assert "2  Lid lost" in screen.text()

    on_screen(office, script)


def test_new_service_levels_move_the_queue_of_an_open_console(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"], channel="email")

    async def script(screen: Screen) -> None:
        assert "answer in 4h" in screen.text()
        service_levels.set_service(office.another("Ana"), '[[level]]\nname = "quick"\nanswer = "2h"\n')
        await screen.until(lambda: "answer in 2h" in screen.text())

    on_screen(office, script)


def test_a_case_whose_opening_was_undone_still_says_what_it_was_about(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        undo_redo.undo(office.another("Ana"))
        await screen.until(lambda: "[void] Kettle cracked" in screen.text())

    on_screen(office, script, size=(80, 24))


def test_a_case_that_comes_back_is_not_counted_as_new(office: Office) -> None:
    for _ in range(2):
        opened(office.desk("Ben"), owner=office.ids["Ben"])
    execution.execute(office.desk("Ben"), "resolve", Resolve(said="done", answer="told"), [1])

    async def script(screen: Screen) -> None:
        ben = office.another("Ben")
        office.later(0.01)
        execution.execute(ben, "reopen", Reopen(reason="it broke"), [1])
        await screen.until(lambda: " · 1 moved here" in screen.text())
        opened(ben, "Lid", owner=office.ids["Ben"])
        await screen.until(lambda: " · 1 new, 1 moved here" in screen.text())

    on_screen(office, script)


def test_what_was_new_and_left_the_list_again_is_not_counted_as_new(office: Office) -> None:
    opened(office.desk("Ben"), owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        ben = office.another("Ben")
        office.later(0.01)
        number = opened(ben, "Lid", owner=office.ids["Ben"])
        await screen.until(lambda: "1 of 2 · " in screen.text() and " · 1 new" in screen.text())
        execution.execute(ben, "resolve", Resolve(said="done", answer="told"), [number])
        await screen.until(lambda: "1 of 1 · " in screen.text())
        await screen.settle()
        assert " · 1 new" not in screen.text()

    on_screen(office, script)
