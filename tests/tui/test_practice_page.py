"""The practice page: one exception after the other, each answered by Enter."""

from __future__ import annotations

from careconsole.desk.cases import undo_redo
from careconsole.desk.teaching.practice import practice
from careconsole.tui.pages.practice import PracticeScreen
from tests.desk.office import Office
from tests.desk.test_learned import opened
from tests.desk.test_practice import LATER, ended, exception
from tests.tui.screen import Screen, on_screen
from tests.tui.test_causes_page import HOSTILE
from tests.tui.test_hostile_text import harmless


def test_enter_shows_what_was_decided_and_then_the_next_until_none_is_left(office: Office) -> None:
    first, second = exception(office), exception(office)

    async def script(screen: Screen) -> None:
        screen.app.act("practice")
        await screen.settle()
        page = screen.app.screen
        assert isinstance(page, PracticeScreen)
        assert f"Practice: case {second} as it stood" in screen.lines()[0]
        assert "2 left" in screen.lines()[0]
        assert not [words for words in LATER if words in screen.text()]
        await screen.type("ask for a photo")
        await screen.press("enter")
        assert "1 left" in screen.lines()[0]
        assert [words for words in LATER[:4] if words in screen.text()] == [*LATER[:4]]
        assert screen.text().count("ask for a photo") == 2
        await screen.press("enter")
        assert f"Practice: case {first} as it stood" in screen.lines()[0]
        assert "ask for a photo" not in screen.text()
        await screen.press("enter", "enter")
        assert "You have practised both exceptions." in screen.text()
        assert "What would you do?" not in screen.text()
        await screen.press("enter", "escape")
        assert screen.app.screen is screen.queue
        assert practice(office.desk("Ben")).left == 2

    on_screen(office, script)


def test_an_exception_whose_review_was_undone_meanwhile_is_said_and_enter_goes_on(office: Office) -> None:
    exception(office)
    number = opened(office)
    ended(office, number)

    async def script(screen: Screen) -> None:
        screen.app.act("practice")
        await screen.settle()
        assert f"Practice: case {number} as it stood" in screen.lines()[0]
        colleague = office.another("Ana")
        undo_redo.undo(colleague)
        undo_redo.undo(colleague)
        await screen.press("enter")
        assert f"What was decided on case {number} has changed meanwhile." in screen.text()
        await screen.press("enter")
        assert "Practice: case 1 as it stood" in screen.lines()[0]

    on_screen(office, script)


def test_hostile_words_do_nothing(office: Office) -> None:
    exception(office, HOSTILE)

    async def script(screen: Screen) -> None:
        for size in ((80, 24), (60, 15)):
            await screen.pilot.resize_terminal(*size)
            screen.app.act("practice")
            await screen.settle()
            harmless(screen)
            await screen.type("[/]")
            await screen.press("enter", "up", "down", "pagedown", "pageup")
            harmless(screen)
            await screen.press("escape")

    on_screen(office, script)
