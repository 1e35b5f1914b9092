"""The page that asks the past: a form for the question, and each answer opens its cases."""

from __future__ import annotations

from pathlib import Path

from careconsole.tui.pages.what_if import WhatIfScreen, WhatIfSheet
from tests.desk.office import Office
from tests.desk.test_what_if import called
from tests.tui.screen import Screen, on_screen
from tests.tui.test_causes_page import HOSTILE, came_up
from tests.tui.test_hostile_text import harmless


async def ask(screen: Screen, **answers: str) -> None:
    """Opens the page and its form, and answers it."""
    screen.app.act("what-if")
    await screen.settle()
    sheet = screen.app.screen
    assert isinstance(sheet, WhatIfSheet)
    for name, value in answers.items():
        sheet.query_one(f"#{name}").put(value)  # type: ignore[attr-defined]
    await screen.press("enter")
    await screen.settle()


def test_a_question_is_answered_and_each_line_opens_its_cases(office: Office) -> None:
    called(office, "refund 35")
    called(office, "refund 80")

    async def script(screen: Screen) -> None:
        await ask(screen, may="refund 40", cause="refund limit")
        assert isinstance(screen.app.screen, WhatIfScreen)
        assert "What if, in the last 90 days" in screen.lines()[0]
        assert "If the frontline could decide “refund 40” for “refund limit”" in screen.text()
        assert "2 new cases came; leads were called 2 times, 2 times about this cause" in " ".join(
            screen.text().split()
        )
        await screen.press("left", "left")
        await screen.settle()
        assert "in the last 7 days" in screen.lines()[0]
        await screen.press("down", "down")
        said = " ".join(screen.text().split())
        assert "case 2 refund 80" in said
        assert "due then" not in said
        await screen.press("enter")
        assert list(screen.queue.board.numbers) == [2]

    on_screen(office, script)


def test_what_cannot_be_asked_is_told_in_the_form_and_can_be_corrected(office: Office, tmp_path: Path) -> None:
    called(office, "refund 35")
    levels = tmp_path / "levels.toml"
    levels.write_text('[[level]]\nname = "quick"\nfirst_answer = "soon"\n', encoding="utf-8")

    async def script(screen: Screen) -> None:
        await ask(screen, service=str(levels))
        assert isinstance(screen.app.screen, WhatIfSheet)
        assert "Line 3" in screen.text()
        levels.write_text('[[level]]\nname = "quick"\nfirst_answer = "10m"\n', encoding="utf-8")
        await screen.press("enter")
        await screen.settle()
        assert isinstance(screen.app.screen, WhatIfScreen)
        assert "With other service levels" in screen.text()
        await screen.press("enter")
        assert "refund" not in screen.text().splitlines()[0]
        await screen.press("escape", "escape")

    on_screen(office, script)


def test_the_page_begins_with_its_form_which_takes_what_is_typed_and_closes_with_it(office: Office) -> None:
    called(office, "refund 35")

    async def script(screen: Screen) -> None:
        screen.app.act("what-if")
        await screen.settle()
        await screen.type("refund 40")
        assert "refund 40" in screen.text()
        assert "Enter ask" in screen.text()
        await screen.press("escape")
        assert screen.app.screen is screen.queue, "nothing was asked, so there is nothing to see"
        await ask(screen, may="refund 40", cause="refund limit")
        assert isinstance(screen.app.screen, WhatIfScreen)
        await screen.press("enter", "escape")
        assert isinstance(screen.app.screen, WhatIfScreen), "the last answer stays"

    on_screen(office, script)


def test_labels_do_nothing_in_the_form(office: Office) -> None:
    came_up(office, HOSTILE)

    async def script(screen: Screen) -> None:
        for size in ((80, 24), (60, 15)):
            await screen.pilot.resize_terminal(*size)
            await ask(screen, may=f"refund 40 {HOSTILE}", cause=HOSTILE)
            harmless(screen)
            await screen.press("escape", "escape")

    on_screen(office, script)
