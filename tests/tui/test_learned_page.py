"""The page of what exceptions taught: each line opens its cases."""

from __future__ import annotations

import re

from careconsole.tui.pages.learned import LearnedScreen
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen
from tests.tui.test_causes_page import HOSTILE, came_up
from tests.tui.test_hostile_text import harmless


def test_enter_on_a_cause_and_on_the_calls_lists_their_cases_and_the_arrows_choose_the_time(office: Office) -> None:
    came_up(office, "refund limit", "refund limit", "goodwill")

    async def script(screen: Screen) -> None:
        screen.app.act("learned")
        await screen.settle()
        assert isinstance(screen.app.screen, LearnedScreen)
        assert "What exceptions taught in 8 weeks" in screen.lines()[0]
        assert screen.lines()[3].split()[:2] == ["refund", "limit"]
        await screen.press("right")
        assert "in 13 weeks" in screen.lines()[0]
        await screen.press("enter")
        assert list(screen.queue.board.numbers) == [1, 2]
        screen.app.act("learned")
        await screen.settle()
        await screen.press("down", "down")
        assert "Leads were called 3 times (3 new cases); " in " ".join(screen.text().split())
        await screen.press("enter")
        assert sorted(screen.queue.board.numbers) == [1, 2, 3]

    on_screen(office, script)


def test_every_figure_is_shown_whole_however_narrow_the_terminal_and_long_the_time(office: Office) -> None:
    came_up(office, "refund limit", "refund limit", "a cause with quite a long label")

    async def script(screen: Screen) -> None:
        for width, last in ((60, "playbook"), (80, "called"), (160, "called")):
            await screen.pilot.resize_terminal(width, 24)
            screen.app.act("learned")
            await screen.settle()
            for weeks in (8, 13, 26, 52):
                assert f"in {weeks} weeks" in screen.lines()[0]
                assert screen.lines()[2].split()[-1] == last
                row = next(line for line in screen.lines() if "refund limit" in line)
                assert row.split()[3:] == ["1", "1", "·", "·", "·", *(["2"] if last == "called" else [])], (
                    width,
                    weeks,
                )
                assert row.split()[2].endswith("█")
                await screen.press("right")
            assert re.search(r"  bars of \d+ weeks ", screen.lines()[1])
            assert "A lead was called in 2 of the 2" in " ".join(screen.text().split())
            await screen.press("escape")

    on_screen(office, script)


def test_labels_do_nothing_on_the_page(office: Office) -> None:
    came_up(office, HOSTILE)

    async def script(screen: Screen) -> None:
        for size in ((80, 24), (60, 15)):
            await screen.pilot.resize_terminal(*size)
            screen.app.act("learned")
            await screen.settle()
            harmless(screen)
            await screen.press("escape")

    on_screen(office, script)
