"""The filter line: it shows its cases while it is typed, says where a mistake stands, and proposes how to go on."""

from __future__ import annotations

from textual import events

from careconsole.tui.queue.filter_bar import FilterBar
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened


def three(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"], tags=("billing",))
    opened(office.desk("Ben"), "Lid lost", "Nils", owner=office.ids["Ben"])
    opened(office.desk("Ben"), "Spout bent", "Nils")


async def rest(screen: Screen) -> None:
    await screen.settle()


def shown(screen: Screen) -> list[int]:
    return sorted(screen.queue.board.numbers)


def line(screen: Screen) -> str:
    return screen.queue.query_one(FilterBar)._line.value


def test_the_list_follows_what_is_typed_and_enter_keeps_it(office: Office) -> None:
    three(office)

    async def script(screen: Screen) -> None:
        assert not screen.queue.query(FilterBar), "there is none until it is asked for"
        await screen.press("slash")
        await screen.type("owner:ben")
        await rest(screen)
        assert shown(screen) == [2]
        assert screen.queue.query_one(FilterBar)
        await screen.press("enter")
        assert not screen.queue.query(FilterBar)
        assert screen.queue.focused is screen.queue.cases
        assert screen.queue.live.filter == "owner:ben"
        await screen.press("slash")
        await screen.type("-is:mine kettle")
        await screen.press("enter")
        assert screen.queue.live.filter == "owner:ben -is:mine kettle", "it goes on from the present filter, at once"
        assert shown(screen) == []
        assert "No case matches owner:ben -is:mine kettle." in screen.text()

    on_screen(office, script)


def test_esc_brings_back_what_was_shown_before(office: Office) -> None:
    three(office)

    async def script(screen: Screen) -> None:
        await screen.press("2")
        before = screen.queue.live.filter, screen.queue.view_slot
        assert before == ("is:unassigned", 2)
        await screen.press("slash", "ctrl+u")
        await screen.type("kettle")
        await rest(screen)
        assert shown(screen) == [1]
        await screen.press("escape")
        assert (screen.queue.live.filter, screen.queue.view_slot) == before
        assert shown(screen) == [3]
        assert not screen.queue.query(FilterBar)

    on_screen(office, script)


def test_a_mistake_is_shown_at_its_place_and_the_list_stays(office: Office) -> None:
    three(office)

    async def script(screen: Screen) -> None:
        await screen.press("slash")
        # At once: of what is typed letter by letter, a slow machine looks up the first letters, too.
        screen.queue.query_one(FilterBar)._line.put("kettle level:much")
        await rest(screen)
        lines = screen.lines()
        at = next(place for place, text in enumerate(lines) if text.startswith("/ kettle"))
        carets = lines[at + 1][: len(lines[at])]
        assert lines[at][carets.index("^") : carets.rindex("^") + 1] == "much"
        assert "much" in lines[at + 2] or "number" in lines[at + 2]
        assert shown(screen) == [1, 2, 3], "what was shown before"
        await screen.press("enter")
        assert screen.queue.query(FilterBar), "it cannot be done yet"
        await screen.press("ctrl+u")
        screen.queue.query_one(FilterBar)._line.put("owner:zed")
        await rest(screen)
        assert "There is nobody called 'zed'." in screen.text()
        assert "careconsole " not in screen.text()
        assert shown(screen) == [1, 2, 3]

    on_screen(office, script)


def test_tab_takes_what_is_proposed_and_goes_on_from_there(office: Office) -> None:
    three(office)

    async def script(screen: Screen) -> None:
        await screen.press("slash")
        await screen.type("own")
        assert "[owner:]" in screen.text()
        assert "who owns it" in screen.text()
        await screen.press("tab")
        assert line(screen) == "owner:"
        await screen.type("b")
        await screen.press("tab")
        assert line(screen) == "owner:Ben"
        await rest(screen)
        assert shown(screen) == [2]
        await screen.type(" is:un")
        await screen.press("tab", "tab")
        assert line(screen) == "owner:Ben is:unassigned", "the next one of the same"
        await screen.press("tab")
        assert line(screen) == "owner:Ben is:unanswered"
        await screen.press("tab")
        assert line(screen) == "owner:Ben is:unsent"
        await screen.press("tab")
        assert line(screen) == "owner:Ben is:unacknowledged", "and round again"
        await screen.press("ctrl+u")
        await screen.type("tag:")
        await screen.press("down", "enter")
        assert line(screen) == "tag:billing", "Enter takes what was chosen with an arrow"
        await screen.press("enter")
        assert shown(screen) == [1]

    on_screen(office, script)


def test_long_and_hostile_text_is_only_text(office: Office) -> None:
    three(office)

    async def script(screen: Screen) -> None:
        await screen.press("slash")
        field = screen.queue.query_one(FilterBar)._line
        field.post_message(events.Paste(f"{'kettle ' * 60}[@click=app.leave]x[/] \x1b]0;x\x07 level:much\nmore"))
        await rest(screen)
        assert "\x1b" not in screen.text()
        assert "\x07" not in screen.text()
        lines = screen.lines()
        at = next(place for place, text in enumerate(lines) if "level:much" in text or ("much" in text and "/" in text))
        carets = lines[at + 1]
        assert "^" in carets
        assert len(carets) <= 80
        await screen.press("escape")
        assert shown(screen) == [1, 2, 3]

    on_screen(office, script, size=(80, 24))
