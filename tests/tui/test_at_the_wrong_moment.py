"""Keys in one breath, a busy desk, another person, another screen: no command hits what it was not meant for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import Any

import pytest
from textual.events import Key
from textual.keys import _character_to_key
from textual.widgets import Input

from careconsole.desk.cases import execution
from careconsole.desk.console import views
from careconsole.desk.console.views import SavedView
from careconsole.domain.case.ownership import Take
from careconsole.tui.forms.form import FormScreen
from careconsole.tui.forms.text_fields import TextField
from careconsole.tui.menus.palette import PaletteLine
from careconsole.tui.person.lock_screen import LockScreen
from careconsole.tui.queue.filter_bar import FilterLine
from careconsole.tui.widgets.safe_input import SafeInput
from tests.desk.office import Office
from tests.tui.forms import row
from tests.tui.screen import Screen, on_screen, opened
from tests.waiting import HANG


def at_once(screen: Screen, keys: Iterable[str]) -> None:
    """Keys that arrive in one read, as from a fast hand or a slow line."""
    for key in keys:
        screen.app.post_message(Key(_character_to_key(key), key) if len(key) == 1 else Key(key, None))


def busy(screen: Screen) -> threading.Event:
    """The desk has something else to do, until it is told that this is over."""
    over = threading.Event()
    screen.app.session.backend.submit(lambda desk: over.wait(HANG))
    return over


def stack(screen: Screen) -> list[str]:
    return [type(one).__name__ for one in screen.app.screen_stack]


async def settled(screen: Screen) -> None:
    await screen.settle()


def test_what_is_typed_before_the_form_stands_goes_into_it(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        at_once(screen, "iLVZq1x")
        await settled(screen)
        await screen.press("ctrl+s")
        await settled(screen)
        assert stack(screen) == ["QueueScreen"]

    on_screen(office, script)
    assert [getattr(event.fact, "text", "") for event in office.history(number)][-1] == "LVZq1x"


def test_what_is_typed_while_the_form_comes_up_stays_in_its_order(office: Office) -> None:
    opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        ahead = screen.app.typed_ahead
        go_on = ahead.go_on

        def and_more() -> None:
            ahead.go_on = go_on  # type: ignore[method-assign]
            go_on()
            at_once(screen, "def")

        ahead.go_on = and_more  # type: ignore[method-assign]
        at_once(screen, "iabc")
        await settled(screen)
        (field,) = screen.app.screen.query(TextField)
        assert field.said == "abcdef"

    on_screen(office, script)


async def behind(screen: Screen, *keys: tuple[str, str | None]) -> None:
    """Keys that all arrive while the focused field still has something else to do."""
    gate, field = asyncio.Event(), screen.app.focused
    assert field is not None
    field.call_later(gate.wait)
    for key, character in keys:
        screen.app.post_message(Key(key, character))
    await screen.until(lambda: screen.app.message_queue_size == 0)
    gate.set()
    await settled(screen)


def test_the_key_that_sends_does_not_overtake_the_text_before_it(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await behind(screen, *((key, key) for key in "Lid"), ("ctrl+s", "\x13"))
        assert stack(screen) == ["QueueScreen"]

    on_screen(office, script)
    assert getattr(office.history(number)[-1].fact, "text", "") == "Lid"


def test_text_goes_into_the_field_that_the_key_before_it_led_to(office: Office) -> None:
    opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("n")
        keys = [*"Lid", "tab", *"Carla", "shift+tab", *"s"]
        await behind(screen, *((key, key if len(key) == 1 else None) for key in keys))
        first, second = (row(screen, name).field.said for name in ("subject", "customer"))
        assert (first, second) == ("Lids", "Carla")

    on_screen(office, script)


@pytest.mark.parametrize(
    ("keys", "line", "typed"),
    [
        ("/owner:cleo", FilterLine, "owner:cleo"),
        (":duty", PaletteLine, "duty"),
        (("ctrl+s", *"mine"), SafeInput, "mine"),
    ],
)
def test_what_is_typed_before_a_line_stands_goes_into_it(
    office: Office, keys: Iterable[str], line: type[Input], typed: str
) -> None:
    """Else its letters would be commands: the o of /owner offered the case under the cursor."""
    opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        at_once(screen, keys)
        await settled(screen)
        found = [one.value for one in screen.app.screen.query(line) if one.has_focus]
        assert found == [typed]
        assert "FormScreen" not in stack(screen)

    on_screen(office, script)


def test_text_for_a_form_that_does_not_open_runs_as_no_key(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        over = busy(screen)
        screen.send("N", *"Sorry, I am away until Monday", "tab", *"Take it yourself", "enter")
        await screen.taken()
        over.set()
        await screen.settle()
        assert screen.toasts()[0].startswith(f"Case {number} is not offered")
        screen.send(*"txL", "backspace")  # and goes on to type
        await screen.settle()
        assert stack(screen) == ["QueueScreen"]
        assert screen.app.session.locked is None
        assert not screen.queue.live.reverse
        await screen.press("S")
        assert screen.queue.live.reverse, "after a pause, keys are keys again"
        screen.send("N", "j")
        await screen.settle()
        screen.send("k", "escape", "S")
        await screen.settle()
        assert not screen.queue.live.reverse, "so are they after a key that is no text"

    on_screen(office, script)
    assert office.kinds(number) == ["opened"]


def test_text_typed_right_after_a_choice_in_a_menu_goes_to_the_form_that_it_opens(office: Office) -> None:
    opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("full_stop")
        await screen.type("note")
        screen.send("enter", *"the third boil", "ctrl+s")
        await screen.settle()
        assert stack(screen) == ["QueueScreen"], screen.text()

    on_screen(office, script)
    assert office.history(1)[-1].fact.text == "the third boil"


def test_a_refused_command_without_a_form_takes_no_keys(office: Office) -> None:
    opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        over = busy(screen)
        screen.send("t", "S")
        await screen.taken()
        over.set()
        await screen.settle()
        assert screen.toasts()
        assert screen.queue.live.reverse

    on_screen(office, script)


def test_a_second_ctrl_s_in_the_same_moment_sends_nothing(office: Office) -> None:
    number = opened(office.desk())

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await screen.type("once")
        for _ in range(3):
            screen.app.post_message(Key("ctrl+s", None))
        await settled(screen)

    on_screen(office, script)
    assert office.kinds(number).count("noted") == 1


def test_a_digit_too_many_closes_no_second_screen(office: Office) -> None:
    opened(office.desk())

    async def script(screen: Screen) -> None:
        await screen.press("w")
        at_once(screen, "23")
        await settled(screen)
        assert stack(screen) == ["QueueScreen"]
        await screen.press("L")
        await settled(screen)
        assert stack(screen)[-1] == "LockScreen"
        at_once(screen, "22")
        await settled(screen)
        assert screen.app.is_running
        assert screen.app.session.locked is None

    on_screen(office, script)


def test_a_command_is_given_in_the_name_of_whoever_pressed_the_key(office: Office) -> None:
    number = opened(office.desk("Dora"))

    async def script(screen: Screen) -> None:
        over = busy(screen)
        at_once(screen, "t")
        await screen.taken()
        screen.app.sit_down(office.ids["Ben"])
        over.set()
        await settled(screen)
        assert screen.app.session.person == office.ids["Ben"]

    on_screen(office, script)
    assert [event.actor for event in office.history(number) if event.kind == "taken"] in ([], [office.ids["Ana"]])


def test_no_form_opens_for_the_next_person_or_over_the_lock(office: Office) -> None:
    opened(office.desk(), "Kettle cracked")

    async def script(screen: Screen) -> None:
        for leave in ("sit", "lock"):
            over = busy(screen)
            at_once(screen, "i")
            await screen.taken()
            if leave == "sit":
                screen.app.sit_down(office.ids["Ben"])
            else:
                screen.app.lock()
            over.set()
            await settled(screen)
            assert not any(isinstance(one, FormScreen) for one in screen.app.screen_stack), leave
        assert isinstance(screen.app.screen, LockScreen)
        assert "Kettle" not in screen.text()

    on_screen(office, script)


def test_on_the_case_screen_a_command_is_for_that_case_whatever_is_marked(office: Office) -> None:
    marked = opened(office.desk("Dora"), "Kettle cracked")
    office.later(1)
    looked_at = opened(office.desk("Dora"), "Lid lost")

    async def script(screen: Screen) -> None:
        assert screen.queue.board.current == marked
        await screen.press("space", "enter", "t")
        await settled(screen)

    on_screen(office, script, size=(80, 24))
    assert office.case(looked_at).owner == office.ids["Ana"]
    assert office.case(marked).owner is None


def test_a_bulk_is_for_no_case_that_left_the_view(office: Office) -> None:
    numbers = [opened(office.desk("Dora"), f"Kettle {place}") for place in range(3)]

    async def script(screen: Screen) -> None:
        await screen.press("2", "V")
        assert len(screen.queue.board.marks) == 3
        execution.execute(office.another("Ben"), "take", Take(), [numbers[2]])
        await screen.until(lambda: sorted(screen.queue.chosen()) == numbers[:2])

    on_screen(office, script)


def test_a_view_that_cannot_be_shown_leaves_the_list_and_its_name_as_they_were(office: Office) -> None:
    opened(office.desk())
    views.save(office.desk("Ana"), SavedView(9, "Ben's", "owner:Ben"))
    office.store.people.save(_renamed(office, "Ben", "Zoe"))

    async def script(screen: Screen) -> None:
        await screen.press("9")
        await settled(screen)
        assert screen.queue.live.filter == ""
        assert screen.queue.view_slot == 0
        assert any("Ben" in toast for toast in screen.toasts())
        assert "[0 all 1]" in screen.text()

    on_screen(office, script)


def _renamed(office: Office, name: str, new: str) -> Any:
    from msgspec.structs import replace

    return replace(office.store.people.roster().people[office.ids[name]], name=new)


def test_keys_that_come_when_the_console_is_left_are_for_nothing(office: Office) -> None:
    async def script(screen: Screen) -> None:
        stack, ahead = screen.app._screen_stacks[screen.app._current_mode], screen.app.typed_ahead
        kept = stack[:]
        ahead._keys.append(Key("j", "j"))
        stack.clear()  # as on the way out
        try:
            await screen.app.on_event(Key("k", "k"))
            await ahead._give()
        finally:
            stack.extend(kept)

    on_screen(office, script)
