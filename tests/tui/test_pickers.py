"""Small lists to choose from: order, columns, views, colours; what was chosen stays with the person."""

from __future__ import annotations

import pytest

from careconsole.desk.console import preferences, views
from careconsole.desk.console.views import SavedView
from careconsole.store.queue.listing import SORTS
from careconsole.tui.menus.choices import SORT_WORDS
from careconsole.tui.menus.save_view import SaveView
from careconsole.tui.queue.columns import USUAL
from careconsole.tui.widgets.menu import Item, fitting
from careconsole.tui.widgets.pick import ChooseOne, ChooseSeveral
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened

ITEMS = [
    Item(id="a", text="Nudge the responder", help="Remind whoever was called.", key="."),
    Item(id="b", text="Resolve", help="Say how it was resolved.", key="x"),
    Item(id="c", text="Reopen", help="Open a resolved case again.", key="X"),
    Item(id="d", text="Ask for help", help="Ask a colleague to join."),
]


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("", "abcd"),
        ("re", "bca"),
        ("x", "b"),
        ("X", "c"),
        ("help ask", "d"),
        ("resolved", "bc"),
        ("RESP", "a"),
        ("nothing of it", ""),
        ("[/]", ""),
    ],
)
def test_what_is_typed_leaves_what_it_fits_the_likeliest_first(typed: str, ids: str) -> None:
    assert "".join(item.id for item in fitting(ITEMS, typed)) == ids


def test_every_order_is_told_in_words() -> None:
    assert list(SORT_WORDS) == list(SORTS)


def test_the_order_is_chosen_and_the_same_again_turns_it_round(office: Office) -> None:
    opened(office.desk(), "Zebra")
    opened(office.desk(), "Ape", "Abe")

    async def script(screen: Screen) -> None:
        await screen.press("s")
        assert isinstance(screen.app.screen, ChooseOne)
        assert "soonest due first" in screen.text()
        await screen.type("cust")
        await screen.press("enter")
        assert (screen.queue.live.sort, screen.queue.live.reverse) == ("customer", False)
        assert list(screen.queue.board.numbers) == [2, 1]
        await screen.press("s")
        assert screen.app.screen.menu.current == "customer", "the present one is under the cursor"
        await screen.press("enter")
        assert screen.queue.live.reverse
        assert list(screen.queue.board.numbers) == [1, 2]
        await screen.press("s", "3")
        assert (screen.queue.live.sort, screen.queue.live.reverse) == ("age", False), "a digit chooses at once"
        await screen.press("s", "down", "escape")
        assert screen.queue.live.sort == "age", "Esc changes nothing"

    on_screen(office, script)


def test_one_esc_closes_every_list_that_typing_narrows(office: Office) -> None:
    opened(office.desk(), "Kettle cracked", owner=office.ids["Ben"])

    async def closes(screen: Screen) -> None:
        below = screen.app.screen_stack[-2]
        await screen.type("b")
        await screen.press("escape")
        assert screen.app.screen is below

    async def script(screen: Screen) -> None:
        for key in (".", "?", ":", "s", "|", "v", "w"):
            await screen.press(key)
            await closes(screen)
        screen.queue.action_act("theme")
        await screen.settle()
        await closes(screen)
        await screen.press("M", "j", ".")
        await closes(screen)
        for words in ("away", "hand"):
            await screen.more(words)
            await closes(screen)
        await screen.press("escape", "d", ".")
        await closes(screen)

    on_screen(office, script)


def test_what_was_typed_is_deleted_as_in_a_line_of_text(office: Office) -> None:
    opened(office.desk(), "Kettle cracked")

    async def script(screen: Screen) -> None:
        await screen.press(".")
        await screen.type("ask for")
        assert "> ask for" in screen.text()
        await screen.press("ctrl+w")
        assert "> ask " in screen.text()
        assert "> ask for" not in screen.text()
        await screen.press("ctrl+u")
        assert "> " not in screen.text()
        await screen.press("escape", "w")
        await screen.type("cl")
        assert "Starts with: cl" in screen.text()
        await screen.press("ctrl+u")
        assert "Starts with" not in screen.text()

    on_screen(office, script)


def test_columns_stay_with_whoever_chose_them(office: Office) -> None:
    opened(office.desk(), "Kettle cracked")

    async def script(screen: Screen) -> None:
        assert "Silence" not in screen.text()
        await screen.press("|")
        assert isinstance(screen.app.screen, ChooseSeveral)
        await screen.press("space")
        assert "[x] No " in screen.text(), "the number is always there"
        await screen.type("sil")
        await screen.press("space")
        assert "[x] Silence" in screen.text()
        await screen.press("enter")
        assert "Silence" in screen.text()
        await screen.press("w", "2")
        assert "Silence" not in screen.text(), "Ben has the usual ones"

    on_screen(office, script, size=(200, 30))
    assert set(preferences.read(office.desk())["columns"].split()) == {*USUAL, "silence"}

    async def again(screen: Screen) -> None:
        assert "Silence" in screen.text(), "from the beginning"

    on_screen(office, again, size=(200, 30))


def test_a_filter_is_kept_as_a_view_and_removed_again(office: Office) -> None:
    opened(office.desk(), "Kettle cracked", tags=("billing",))
    views.save(office.desk(), SavedView(12, "[/] \x1b[31m [@click=app.leave]x[/]", '"[/foo]"'))

    async def script(screen: Screen) -> None:
        screen.queue.show_list("tag:billing", "age")
        await screen.press("ctrl+s")
        assert isinstance(screen.app.screen, SaveView)
        assert "tag:billing, by age" in screen.text()
        await screen.press("enter")
        assert "The name of the view is missing." in screen.text()
        await screen.type("Bills")
        await screen.press("enter")
        assert screen.app.screen is screen.queue
        assert "[9 Bills 1]" in screen.text()
        await screen.press("0", "9")
        assert (screen.queue.live.filter, screen.queue.live.sort) == ("tag:billing", "age")
        await screen.press("v")
        assert '"[/foo]", by due · your own' in screen.text()
        await screen.press("delete")
        assert "[9 Bills" not in screen.text(), "it was under the cursor"
        await screen.press("delete")
        assert any("No view" in toast or "no view of your own" in toast for toast in screen.toasts())
        assert "\x1b" not in screen.text()
        await screen.type("[/]")
        await screen.press("enter")
        assert screen.queue.live.filter == '"[/foo]"'

    on_screen(office, script)
    assert [view.slot for view in views.views(office.desk()) if view.own] == [12]


def test_a_name_in_use_and_a_bad_key_are_told_before_anything_is_kept(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("ctrl+s")
        await screen.type("Mine")
        await screen.press("down", "backspace")
        await screen.type("1")
        assert "Replaces mine, which returns" in screen.text()
        await screen.type("x")
        await screen.press("enter")
        assert "The key is a digit" in screen.text()
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)
    assert not any(view.own for view in views.views(office.desk()))


def test_a_key_of_another_view_is_given_away_only_when_one_says_so_again(office: Office) -> None:
    views.save(office.desk(), SavedView(9, "Bills", "tag:billing"))

    async def script(screen: Screen) -> None:
        screen.queue.show_list("is:waiting")
        await screen.press("ctrl+s")
        await screen.type("Waiting long")
        await screen.press("down", *["backspace"] * 3)
        await screen.type("9")
        assert "Replaces your view Bills." in screen.text()
        await screen.press("enter")
        assert isinstance(screen.app.screen, SaveView)
        assert "9 is your view Bills. Enter again replaces it, Esc keeps it." in screen.text()
        await screen.press("escape", "ctrl+s")
        await screen.type("Waiting long")
        await screen.press("down", *["backspace"] * 3)
        await screen.type("9")
        await screen.press("enter", "enter")
        assert screen.app.screen is screen.queue

    on_screen(office, script)
    assert [(view.name, view.filter) for view in views.views(office.desk()) if view.own] == [
        ("Waiting long", "is:waiting")
    ]


def test_a_view_saved_under_its_name_with_another_filter_replaces_it_when_one_says_so_again(office: Office) -> None:
    for slot in (9, 10):
        views.save(office.desk(), SavedView(slot, f"Bills {slot}", f"tag:billing{slot}"))

    async def script(screen: Screen) -> None:
        screen.queue.show_list("is:waiting")
        await screen.press("ctrl+s")
        await screen.type("Other")
        assert "It gets no key; find it with v." in screen.text()
        await screen.press("backspace", "backspace", "backspace", "backspace", "backspace")
        await screen.type("bills 10")
        assert "You have a view Bills 10; this one replaces it." in screen.text()
        await screen.press("enter")
        said = " ".join(screen.text().replace("│", " ").split())
        assert "You have a view Bills 10. Enter again replaces it; for a second view, change the name." in said
        await screen.press("enter")
        assert screen.app.screen is screen.queue
        await screen.press("ctrl+s")
        assert "Replaces your view bills 10." in screen.text() or "this one replaces it" in screen.text()
        await screen.press("down")
        await screen.type("19")
        assert "The key is a digit, 0 to 9;" in screen.text()
        await screen.press("escape")

    on_screen(office, script)
    assert [(view.slot, view.name, view.filter) for view in views.views(office.desk()) if view.own] == [
        (9, "Bills 9", "tag:billing9"),
        (10, "bills 10", "is:waiting"),
    ]


def test_colours_are_seen_while_they_are_chosen_and_stay_with_the_person(office: Office) -> None:
    async def script(screen: Screen) -> None:
        usual = screen.app.theme
        screen.queue.action_act("theme")
        await screen.settle()
        await screen.type("nord")
        assert screen.app.theme == "nord", "to be seen"
        await screen.press("escape")
        assert screen.app.theme == usual
        screen.queue.action_act("theme")
        await screen.settle()
        await screen.type("nord")
        await screen.press("enter")
        assert screen.app.theme == "nord"
        await screen.press("w", "2")
        assert screen.app.theme == usual, "Ben chose none"
        await screen.press("w", "1")
        assert screen.app.theme == "nord"

    on_screen(office, script)
    assert preferences.read(office.desk())["theme"] == "nord"
