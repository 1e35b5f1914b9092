"""Saved words in the form that logs a message: one key, a list, inserted at the cursor, harmless."""

from __future__ import annotations

from careconsole.desk.words import saved
from tests.desk.office import Office
from tests.tui.forms import fill, row
from tests.tui.screen import Screen, on_screen, opened
from tests.tui.test_hostile_text import harmless

HOSTILE = "[/] [@click=app.quit]x[/] \u202egnp.exe"


def test_one_key_lists_them_and_they_go_in_at_the_cursor(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", owner=office.ids["Ana"])
    saved.add(office.desk("Ben"), "late", "Dear {customer}, it is late. {me}")
    saved.add(office.desk("Ana"), "z own", HOSTILE, own=True)

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        await screen.press("c")
        await fill(screen, text="Hello! ")
        await screen.press("f3")
        assert "late (the team's)" in screen.text()
        harmless(screen)
        await screen.press("1")
        assert row(screen, "text").field.said == "Hello! Dear Carla, it is late. Ana"
        await screen.press("f3", "2")
        assert row(screen, "text").field.said == f"Hello! Dear Carla, it is late. Ana{HOSTILE}"
        harmless(screen)
        await screen.press("f3", "escape", "escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)


def test_without_any_the_key_says_how_to_save_some(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        await screen.press("c", "f3")
        assert "No words are saved yet." in screen.text()

    on_screen(office, script)
