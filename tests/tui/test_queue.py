"""The list of cases on the screen."""

from __future__ import annotations

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
        assert "1 not taken" in screen.lines()[0]
        assert "Ana, lead" in screen.lines()[0]
        await screen.press("j")
        assert screen.queue.board.current == 2
        assert "2  Lid lost" in screen.text()

    on_screen(office, script)
