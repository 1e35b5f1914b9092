"""Text that others wrote, everywhere on the screen: it crashes nothing, hides nothing, and no action is run from it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment

from careconsole.commands import VERBS
from careconsole.desk.cases import execution
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.terminal_text import cell_width
from careconsole.tui.forms.form import FormScreen
from careconsole.tui.forms.text_fields import LineField, TextField
from careconsole.tui.pages.activity import ActivityScreen
from careconsole.tui.pages.team import TeamScreen
from careconsole.tui.person.first_run import FirstRun
from careconsole.tui.person.lock_screen import LockScreen
from careconsole.tui.seat import Seat
from careconsole.tui.widgets.line_list import Lines
from tests.cli.console import active
from tests.tui.hostile import ALL, LEAD, PAYLOADS, HostileTeam
from tests.tui.screen import Screen, on_screen

TYPED = [*PAYLOADS.values(), ALL, "half a character \ud800", "NUL \0"]
OF_SCROLL_BARS = {("@mouse.down", what) for what in ("grab", "scroll_up", "scroll_down")}
"""What Textual lets the mouse do at the edge of what scrolls; nothing else that is drawn has an action."""
OPENED = ("click", "lines", "all")
SIZES = [(80, 24), (200, 50)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> HostileTeam:
    team = HostileTeam(tmp_path_factory.mktemp("hostile"))
    team.close()  # all of it is in the file, which is copied
    return team


@pytest.fixture
def place(made: HostileTeam, tmp_path: Path) -> str:
    """A hostile database of one's own."""
    return str(shutil.copy(made.path, tmp_path / "hostile.db"))


def seat(place: str, name: str | None, now: int) -> Seat:
    return Seat(place=place, name=name, now=lambda: now, workstation=ALL[:300], os_user=ALL[:300], lock_minutes=0)


def play(
    made: HostileTeam, place: str, script: Any, *, size: tuple[int, int] = (120, 40), name: str | None = LEAD
) -> None:
    on_screen(None, script, seat=seat(place, name, made.now), size=size)


def segments(screen: Screen) -> list[Segment]:
    """All that is drawn."""
    return [segment for strip in screen.app.screen._compositor.render_strips() for segment in strip]


def harmless(screen: Screen) -> str:
    """The screen's text, once nothing in it does anything to a terminal, or could be clicked to run an action."""
    drawn = segments(screen)
    text = screen.text()
    assert not active(text), [line for line in text.split("\n") if active(line)]
    for segment in drawn:
        assert not segment.control, segment
        style = segment.style
        if style is not None:
            assert style.link is None, segment
            actions = {(key, said) for key, said in style.meta.items() if key.startswith("@")}
            assert actions <= OF_SCROLL_BARS, segment
    assert screen.app.is_running
    assert not screen.app._exit, "somebody's words left the console"
    assert not [toast for toast in screen.toasts() if active(toast)], screen.toasts()
    return text


def shows(screen: Screen, *some: str) -> None:
    """What is drawn is harmless, and there: it was not left out to be so."""
    text = harmless(screen)
    for words in some:
        assert words in text, text


@pytest.mark.parametrize("size", SIZES)
def test_the_queue_and_every_case_are_only_text(made: HostileTeam, place: str, size: tuple[int, int]) -> None:
    async def script(screen: Screen) -> None:
        assert isinstance(screen.app.screen, ActivityScreen)
        shows(screen, "[@click=app.quit]Q[/]")
        await screen.press("escape", "0")
        shows(screen, "[@click")
        for name, number in made.cases.items():
            if size[0] < 100 and name not in OPENED:
                continue  # there is no pane: the list says all that is said
            screen.queue.way_back.go_to_case(number)
            await screen.settle()
            harmless(screen)
            if name in OPENED:
                await screen.press("enter")
                shows(screen, str(number))
                await screen.press("G")
                harmless(screen)
                await screen.press("escape")
        await screen.press("V", "Z")
        harmless(screen)
        screen.queue.cases.chosen_columns = ["known", "tags", "channel", "priority", "beside"]
        screen.queue.cases.lay_out()
        await screen.settle()
        harmless(screen)

    play(made, place, script, size=size)


def test_a_click_on_what_looks_like_an_action_is_a_click_on_a_case(made: HostileTeam, place: str) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("escape")
        screen.queue.way_back.go_to_case(made.cases["click"])
        await screen.settle()
        found = [
            (cell_width(line.partition("app.quit")[0]), y)
            for y, line in enumerate(screen.lines())
            if "app.quit" in line
        ]
        assert len(found) > 1, "in the list and in the pane"
        for at in found:
            await screen.pilot.click(offset=at)
            await screen.settle()
            harmless(screen)
        screen.app.dismiss_news()
        await screen.settle()
        screen.app.say(PAYLOADS["click"], PAYLOADS["title"])
        await screen.settle()
        line = screen.app.screen.query("NewsLine").last()
        await screen.pilot.click(line, offset=(6, 0))
        await screen.settle()
        harmless(screen)
        assert not screen.toasts(), "a click on the news takes it away, and does no more"

    play(made, place, script)


@pytest.mark.parametrize("part", range(4))
def test_forms_are_only_text(made: HostileTeam, place: str, part: int) -> None:
    """Of every command the form opens, or its refusal is told; both name people, cases, promises, causes and tags."""
    cases = list(made.cases.values())

    async def script(screen: Screen) -> None:
        await screen.press("escape")
        for turn, verb in enumerate(VERBS):
            if turn % 4 != part:
                continue
            screen.queue.way_back.go_to_case(cases[turn % len(cases)])
            screen.app.dismiss_news()
            screen.app.working.verb(verb.id)
            await screen.settle()
            form = screen.app.screen
            harmless(screen)
            if isinstance(form, FormScreen):
                for row in form._rows.asked:
                    form._rows.enter(row)
                    await screen.settle(rests=False)
                    harmless(screen)
                    if isinstance(row.field, LineField | TextField):
                        row.field.put(TYPED[turn % len(TYPED)])
                        await screen.settle(rests=False)
                        harmless(screen)
                await screen.press("ctrl+s")
                harmless(screen)
                if screen.app.screen is form:
                    await screen.press("escape")
            await screen.press("escape") if screen.app.screen is not screen.queue else None
            assert screen.app.screen is screen.queue, screen.text()

    play(made, place, script)


def test_a_new_case_of_many_refused_and_a_bulk_are_only_text(made: HostileTeam, place: str) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("escape", "n")
        shows(screen, "Your draft of")
        await screen.press("ctrl+s")
        harmless(screen)
        assert screen.app.screen is screen.queue, screen.text()
        screen.app.dismiss_news()
        await screen.press("0", "V", "o")
        shows(screen, "19 of 38")
        await screen.press("escape", "k", "space", "f")
        harmless(screen)

    play(made, place, script)


def test_lists_to_choose_from_are_only_text(made: HostileTeam, place: str) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("escape", "0")
        screen.queue.way_back.go_to_case(made.cases["all"])
        await screen.settle()
        for key in ("s", "C", "v", "full_stop", "question_mark", "w", "colon", "W"):
            await screen.press(key)
            harmless(screen)
            await screen.type("[/")
            harmless(screen)
            while screen.app.screen is not screen.queue:
                await screen.press("escape")
        for slot, view in enumerate([view for view in screen.queue.live.views if view.own]):
            screen.queue.show_saved(view)
            await screen.settle()
            harmless(screen)
            if slot < 2:
                await screen.press("ctrl+s")
                harmless(screen)
                await screen.press("escape")
        screen.app.act("theme")
        await screen.settle()
        harmless(screen)
        await screen.press("escape")

    play(made, place, script)


@pytest.mark.parametrize("typed", [ALL, PAYLOADS["click"], "owner:\x1b]0;owned", "half \ud800 text", "a\0b"])
def test_what_is_typed_is_only_text(made: HostileTeam, place: str, typed: str) -> None:
    async def script(screen: Screen) -> None:
        from textual.widgets import Input

        await screen.press("escape")
        await screen.press("slash")
        harmless(screen)
        screen.app.screen.query_one("#filter", Input).value = typed
        await screen.settle()
        harmless(screen)
        await screen.press("enter")
        harmless(screen)
        await screen.press("escape", "colon")
        screen.app.screen.query_one(Input).value = typed
        await screen.settle()
        harmless(screen)

    play(made, place, script)


def test_the_filter_proposes_hostile_names_as_text(made: HostileTeam, place: str) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("escape", "slash")
        for begun in ("owner:", "tag:", "cause:", "source:"):
            await screen.type(begun)
            harmless(screen)
            await screen.press("tab", "tab")
            harmless(screen)
            await screen.press("ctrl+u")

    play(made, place, script)


def test_the_team_is_only_text(made: HostileTeam, place: str) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("escape", "M")
        assert isinstance(screen.app.screen, TeamScreen)
        shows(screen, "[@click")
        lines = screen.app.screen.query_one(Lines)
        for place in range(lines.option_count):
            lines.highlighted = place
            await screen.settle(rests=False)
            harmless(screen)
        for key in ("a", "h", "n", "d", "b"):
            await screen.press("g", key)
            harmless(screen)
            await screen.press("2")
            harmless(screen)
            await screen.press("escape", "escape")
            if not isinstance(screen.app.screen, TeamScreen):
                await screen.press("M")

    play(made, place, script)


@pytest.mark.parametrize("size", SIZES)
def test_customers_are_only_text(made: HostileTeam, place: str, size: tuple[int, int]) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("escape", "0")
        for name in ("click", "clipboard", "lines", "long", "all"):
            screen.queue.way_back.go_to_case(made.cases[name])
            await screen.press("D")
            shows(screen, "Last messages" if size[1] > 30 else "note")
            await screen.press("G")
            shows(screen, "Past")
            await screen.press("escape")

    play(made, place, script, size=size)


def test_a_locked_screen_and_the_question_who_are_only_text(made: HostileTeam, place: str) -> None:
    async def script(screen: Screen) -> None:
        shows(screen, "[@click")
        await screen.type("[@")
        await screen.press("enter")
        harmless(screen)
        while screen.app.screen is not screen.queue:
            await screen.press("escape")
        await screen.press("L")
        assert isinstance(screen.app.screen, LockScreen)
        harmless(screen)
        await screen.pilot.resize_terminal(40, 10)
        await screen.settle()
        harmless(screen)
        await screen.press("2")
        harmless(screen)

    play(made, place, script, name=None)


def test_what_others_do_is_told_as_text(made: HostileTeam, place: str) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("escape")
        from careconsole.store import open_store

        store = open_store(place)
        desk = made.desk(made.people["click"])
        desk.store, desk.workstation = store, ALL[:200]
        for name in ("click", "clipboard", "lines"):
            execution.execute(
                desk, "log", LogMessage(text=PAYLOADS[name], inbound=True, sort="message"), [made.cases[name]]
            )
            desk.person = made.people[name]
        await screen.until(lambda: len(screen.toasts()) > 1)
        store.close()
        await screen.settle()
        shows(screen, "[@click=app.quit]")

    play(made, place, script)


def test_a_first_run_at_a_hostile_place_is_only_text(tmp_path: Path) -> None:
    place = tmp_path / "[@click=app.quit]x[/] [/]\x1b]0;owned\x07\u202e\n" / "new.db"

    async def script(screen: Screen) -> None:
        from textual.widgets import Input

        assert isinstance(screen.app.screen, FirstRun)
        shows(screen, "[@click=app.quit]x[/]")
        for field in screen.app.screen.query(Input):
            field.value = ALL
        await screen.settle()
        harmless(screen)
        await screen.press("ctrl+s")
        harmless(screen)

    on_screen(None, script, seat=seat(str(place), ALL, 1_767_600_000_000))
