"""Pages that list things: where the cursor stands when they are read again, and what Enter gives."""

from __future__ import annotations

from collections.abc import Hashable

import pytest
from textual.content import Content

from careconsole.tui.pages.list_page import ListPage, ListRow, TabbedPage
from careconsole.tui.widgets.line_list import Lines
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen


class Letters(ListPage[str, str | None]):
    """Lists letters; a space is a line that stands for nothing."""

    def __init__(self, letters: str) -> None:
        super().__init__()
        self.letters = letters
        self.otherwise = 0

    async def read(self) -> None:
        await self.ask(lambda desk: None)

    def show(self) -> None:
        rows = [ListRow(Content(one), None if one == " " else one) for one in self.letters]
        self.fill(rows, self.otherwise)

    def key(self, row: str) -> Hashable:
        return row

    def words(self, row: str | None) -> str:
        return f"This is {row}."

    def choose(self, row: str) -> None:
        self.dismiss(row)


async def listed(screen: Screen, letters: str) -> tuple[Letters, list[str | None]]:
    given: list[str | None] = []
    page = Letters(letters)
    await screen.app.push_screen(page, given.append)
    await screen.settle()
    return page, given


async def again(screen: Screen, page: Letters, letters: str) -> None:
    page.letters = letters
    page.action_refresh()
    await screen.settle()


def test_the_cursor_stays_with_its_row_wherever_that_goes(office: Office) -> None:
    async def script(screen: Screen) -> None:
        page, _ = await listed(screen, "abc")
        await screen.press("j", "j")
        assert page.row == "c"
        await again(screen, page, "xcyab")
        assert page.row == "c"
        assert "This is c." in screen.text()

    on_screen(office, script)


def test_a_cursor_whose_row_is_gone_goes_where_the_page_says_or_as_near_as_there_is_a_row(office: Office) -> None:
    async def script(screen: Screen) -> None:
        page, _ = await listed(screen, "abc")
        await screen.press("G")
        await again(screen, page, " ab ")
        assert page.row == "a", "the first that can be chosen"
        await screen.press("G")
        page.otherwise = 9
        await again(screen, page, " xyz ")
        assert page.row == "z", "the last that can be chosen"
        await again(screen, page, "  ")
        assert page.row is None
        await again(screen, page, "ab")
        assert page.row == "b"

    on_screen(office, script)


def test_enter_gives_the_row_and_two_of_them_give_it_once(office: Office) -> None:
    async def script(screen: Screen) -> None:
        _, given = await listed(screen, "ab")
        await screen.press("j")
        screen.send("enter", "enter")
        await screen.settle()
        assert given == ["b"]

    on_screen(office, script)


class Two(TabbedPage[str, None]):
    """Two lists."""

    HEAD = "Letters"
    TABS = ("small", "large")

    async def read(self) -> None:
        await self.ask(lambda desk: None)

    def show(self) -> None:
        self.fill([ListRow(Content(one), one) for one in ("ab", "AB")[self.tab]], self.place)
        self.show_tabs()

    def count(self, place: int) -> tuple[str, str]:
        return " 2", ""


def test_tabs_go_round(office: Office) -> None:
    async def script(screen: Screen) -> None:
        page = Two()
        await screen.app.push_screen(page)
        await screen.settle()
        assert "Letters [1 small 2] 2 large 2" in screen.text()
        page.action_turn(-1)
        await screen.settle()
        assert "Letters  1 small 2 [2 large 2]" in screen.text()
        assert page.query_one(Lines).option_count == 2
        page.action_turn(1)
        await screen.settle()
        assert page.row == "a"

    on_screen(office, script)


def test_a_key_is_offered_only_where_it_does_something(office: Office) -> None:
    async def script(screen: Screen) -> None:
        page, _ = await listed(screen, " ")
        page.put_keys(("Esc", "back"), on_row=[("Enter", "go"), (".", "change")])
        await screen.settle()
        assert screen.lines()[-1].split() == ["Esc", "back"]
        assert (page.has_use("open"), page.has_use("more"), page.has_use("back")) == (False, False, True)
        await again(screen, page, "a")
        assert screen.lines()[-1].split() == ["Enter", "go", ".", "change", "Esc", "back"]
        page.offers = lambda row, key: key == "Enter"
        await again(screen, page, "ab")
        assert screen.lines()[-1].split() == ["Enter", "go", "Esc", "back"]
        assert (page.has_use("open"), page.has_use("more")) == (True, False)

    on_screen(office, script)


EMPTY_PAGES = {
    "since": ("Enter",), "agenda": ("Enter",), "promises": ("Enter", "K", "."), "swept": ("Enter",),
    "playbooks": ("Enter", "b", "."), "causes": ("Enter", "m", "."), "digest": ("Enter",), "primer": ("Enter", "Space"),
    "report": ("Enter",), "learned": ("Enter",), "changes": ("Enter", "."), "notices": ("Enter", ">"),
    "mail": ("Enter", "Del", ".", ">", "F7"), "measures": ("Enter",), "journal": ("Enter",), "news": ("Enter",),
}  # fmt: skip


@pytest.mark.parametrize("page", EMPTY_PAGES)
def test_an_empty_page_offers_no_key_that_does_nothing_there(office: Office, page: str) -> None:
    async def script(screen: Screen) -> None:
        screen.queue.action_act(page)
        await screen.settle()
        opened = screen.app.screen
        tabs = len(opened.TABS) if isinstance(opened, TabbedPage) else 1
        for tab in range(tabs):
            if tabs > 1:
                await screen.press(str(tab + 1))
            if (page, tab) == ("mail", 4):
                continue  # the list of boxes: there, a lead can add one
            keys = screen.lines()[-1].split()
            assert not set(EMPTY_PAGES[page]) & set(keys), screen.text()
            assert {"Esc", "back"} <= set(keys)

    on_screen(office, script, size=(120, 30))
