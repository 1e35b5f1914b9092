"""The keys: one table, in which each has one meaning, and screens that take theirs from it; what the new ones do."""

from __future__ import annotations

import importlib
import pkgutil
import string
from collections.abc import Iterator

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import _character_to_key

import careconsole.tui
from careconsole.commands.console_keys import ACTIONS, IN_PLACES, textual_key
from careconsole.commands.key_table import KEYS, MEANINGS, TITLES
from careconsole.desk.cases import execution
from careconsole.domain.case.promises import Promise
from careconsole.tui.forms.form import FormScreen
from careconsole.tui.forms.text_fields import TextField
from careconsole.tui.pages.news import NewsScreen
from tests.desk.office import HOUR, Office
from tests.tui.forms import fill, row
from tests.tui.screen import Screen, on_screen, opened


def own_bindings() -> Iterator[tuple[str, object]]:
    """Every binding that a class of the console makes itself, with the name of the class."""
    for info in pkgutil.walk_packages(careconsole.tui.__path__, "careconsole.tui."):
        module = importlib.import_module(info.name)
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, DOMNode) and one.__module__ == module.__name__:
                for binding in one.__dict__.get("BINDINGS", ()):
                    yield f"{module.__name__}.{one.__name__}", binding


def test_every_key_of_every_screen_means_what_the_table_says() -> None:
    found = list(own_bindings())
    assert len(found) > 200
    assert len({name for name, _ in found}) > 25
    signs = {textual_key(sign): sign for sign in string.punctuation}
    for name, binding in found:
        assert isinstance(binding, Binding), (name, binding)
        assert binding.id in KEYS, (name, binding)
        key = signs.get(binding.key, binding.key)
        assert MEANINGS.get(key) == binding.id, (name, binding)


def test_no_key_has_two_meanings() -> None:
    keys = [key for one in KEYS.values() for key in one]
    assert sorted(keys) == sorted(set(keys)) == sorted(MEANINGS)
    assert len(KEYS) == len(TITLES)


def test_what_only_pages_and_forms_do_is_told_apart_from_what_the_palette_has() -> None:
    assert not {one.id for one in ACTIONS} & {one.id for one in IN_PLACES}


def test_plus_and_minus_step_the_priority_and_say_where_it_ends(office: Office) -> None:
    number = opened(office.desk())

    async def script(screen: Screen) -> None:
        end = f"Case {number} is urgent already; that is the highest priority. Nothing to change."
        for key, priority in (("+", "high"), ("+", "urgent"), ("+", "urgent"), ("-", "high"), ("u", "urgent")):
            before = office.case(number).priority
            await screen.press(key)
            assert office.case(number).priority == priority
            assert (end in screen.toasts()) == (before == priority), "it goes once the case has changed"
        await screen.press("enter", "-")
        assert office.case(number).priority == "high", "on the case as well"

    on_screen(office, script, size=(80, 24))


def test_plus_on_marked_cases_raises_each_by_a_step_and_one_undo_takes_it_back(office: Office) -> None:
    numbers = [opened(office.desk(), priority=priority) for priority in ("low", "high", "urgent")]

    def priorities() -> list[str]:
        return [office.case(number).priority for number in numbers]

    async def script(screen: Screen) -> None:
        await screen.press("V", "+")
        assert priorities() == ["normal", "urgent", "urgent"]
        assert any("1 was refused" in toast for toast in screen.toasts())
        await screen.press("u")
        assert priorities() == ["low", "high", "urgent"]

    on_screen(office, script)


def test_a_key_logs_what_the_customer_said(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("c", *"We look", "escape")
        await screen.press("C")
        assert row(screen, "inbound").field.said == "yes", "whatever a draft says of another message"
        await fill(screen, text="Where is it?")
        await screen.press("ctrl+s")

    on_screen(office, script)
    fact = office.history(number)[-1].fact
    assert (getattr(fact, "text", ""), getattr(fact, "inbound", None)) == ("Where is it?", True)


def test_a_promise_is_kept_with_two_keys_on_the_list_and_on_the_case(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        for before in ((), ("enter",)):
            execution.execute(office.desk(), "promise", Promise(text="a call", due=office.now + HOUR), [number])
            await screen.press("f5", *before, "K", "ctrl+s")
            assert not office.case(number).promises

    on_screen(office, script, size=(80, 24))


def test_escape_on_the_whole_queue_is_silent_and_takes_the_news_away(office: Office) -> None:
    opened(office.desk())

    async def script(screen: Screen) -> None:
        await screen.press("escape")
        assert screen.toasts() == []
        screen.app.say("The bell is off for you now.")
        await screen.settle()
        assert "The bell is off" in screen.text()
        await screen.press("escape")
        assert screen.toasts() == []
        assert "The bell is off" not in screen.text()

    on_screen(office, script)


def test_ctrl_z_puts_the_console_aside_and_who_was_away_too_long_finds_it_locked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside: list[int] = []

    async def script(screen: Screen) -> None:
        app = screen.app
        await screen.press("ctrl+z")
        monkeypatch.setattr(app, "action_suspend_process", lambda: aside.append(1))
        there_is_none = "There is no shell here to return to. ctrl+q quits."
        assert screen.toasts() == [there_is_none], "there is no terminal"
        monkeypatch.setattr(type(app._driver), "can_suspend", True)
        monkeypatch.setattr("careconsole.tui.app.has_shell", lambda: False)
        await screen.press("ctrl+z")
        assert aside == [], "nobody could bring it back"
        monkeypatch.setattr("careconsole.tui.app.has_shell", lambda: True)
        app.idle._span = HOUR
        await screen.press("i")
        await screen.press("ctrl+z")
        assert aside == [1], "from a form, too"
        app._resumed()
        await screen.settle()
        assert isinstance(app.screen, FormScreen)
        await screen.press("ctrl+z")
        office.later(2)
        app._resumed()
        await screen.settle()
        assert app.session.locked is not None

    opened(office.desk())
    on_screen(office, script)


def test_in_a_text_another_key_takes_back_what_was_typed(office: Office) -> None:
    opened(office.desk())

    async def script(screen: Screen) -> None:
        await screen.press("i", *"ab")
        (field,) = screen.app.screen.query(TextField)
        assert field.said == "ab"
        await screen.press("ctrl+underscore")
        assert field.said != "ab"

    on_screen(office, script)


def test_the_news_can_be_read_again_in_full(office: Office) -> None:
    opened(office.desk())
    long = "A word " * 60

    async def script(screen: Screen) -> None:
        screen.app.say(long.strip(), severity="warning")
        await screen.press("n", "escape")
        await screen.press("B")
        assert isinstance(screen.app.screen, NewsScreen)
        assert screen.text().count("word") == 60
        assert screen.toasts() == []
        await screen.press("B")
        assert screen.app.screen is screen.queue

    on_screen(office, script, size=(80, 24))


def test_each_sign_is_bound_by_the_name_that_textual_gives_it() -> None:
    """It would be looked up in Unicode's table of names, which takes more than half a megabyte of memory."""
    for sign in string.punctuation:
        assert textual_key(sign) == _character_to_key(sign)
    assert not [
        (name, one) for name, one in own_bindings() if isinstance(one, Binding) and one.key in string.punctuation
    ]
