"""What the configuration file sets, as the console shows it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from unittest import mock

import pytest
from msgspec.structs import replace

from careconsole.desk.console import preferences, views
from careconsole.desk.console.views import SavedView
from careconsole.present.configuration import parse, themes
from careconsole.tui.queue.columns import USUAL, in_order, lay_out
from careconsole.tui.seat import Seat, seat_here
from tests.desk.office import Office
from tests.tui.forms import row
from tests.tui.screen import Screen, on_screen, opened, seat_at


def seat_with(office: Office, text: str) -> Seat:
    settings = parse(text)
    assert settings.problems == ()
    return replace(seat_at(office, "Ana"), settings=settings)


def test_the_variable_of_the_lock_comes_before_the_file_and_mistakes_are_in_the_notice(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('lock_after = "1h30m"\ntheme = "x"\nbell = 1\nchannel = "y"\n')
    monkeypatch.setenv("CARECONSOLE_CONFIG", str(config))
    seat = seat_here(office.path, None, mouse=True)
    assert seat.lock_minutes == 90
    lines = seat.notice.splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["config.toml, line 2", "config.toml, line 3"]
    assert "config check" in lines[-1]
    monkeypatch.setenv("CARECONSOLE_LOCK", "7")
    assert seat_here(office.path, None, mouse=True).lock_minutes == 7


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--color", "never"], "1"),
        (["--color=always"], ""),
        (["--color", "auto"], "before"),
        (["--color", "red"], None),
        (["--color"], None),
    ],
)
def test_the_console_takes_colours_as_the_command_line_does(
    args: list[str], expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from careconsole import __main__

    monkeypatch.setenv("NO_COLOR", "before")
    monkeypatch.setattr(sys, "stdin", mock.Mock(isatty=lambda: True))
    monkeypatch.setattr(sys, "stdout", mock.Mock(isatty=lambda: True))
    found = __main__._bare(args)
    assert (found is None) is (expected is None)
    assert os.environ["NO_COLOR"] == ("before" if expected is None else expected)


def test_columns_stand_in_the_order_of_the_file_and_those_always_there_after_the_usual_ones(office: Office) -> None:
    shown = [column.id for column, _ in lay_out(120, ("due", "number", "customer", "subject")).columns]
    assert shown == ["due", "number", "priority", "customer", "owner", "subject"]
    assert [column.id for column in in_order(USUAL)][: len(USUAL)] == list(USUAL)


def test_theme_columns_bell_and_colours_of_the_file_come_before_those_chosen_in_the_console(office: Office) -> None:
    opened(office.desk(), subject="Kettle cracked")
    for name, value in (("theme", "dracula"), ("columns", "age"), ("bell", "on")):
        preferences.set(office.desk(), name, value)
    seat = seat_with(
        office,
        'theme = "nord"\ncolumns = ["due", "subject"]\nbell = false\n[colors]\nlate = "#00ff00"\nat_risk = "blue"',
    )

    async def script(screen: Screen) -> None:
        app = screen.app
        assert set(app.available_themes) == set(themes()), "a file can name each theme that the console has"
        assert app.theme == "nord"
        assert [c.id for c, _ in screen.queue.cases.layout_of_columns.columns][:2] == ["number", "due"]
        assert app.attention.bell is False
        style = screen.queue.cases.tone_style("late")
        assert style.color is not None
        assert style.color.name == "#00ff00"
        app.act("bell")
        await screen.settle()
        assert app.attention.bell, "until the console is left"
        app.theme = "textual-light"
        await screen.settle()
        assert screen.queue.cases.tone_style("late").color == style.color, "in every theme"

    on_screen(office, script, seat=seat)
    assert preferences.read(office.desk())["bell"] == "on", "what was chosen before is not touched"


def test_views_of_the_file_are_shown_by_their_digits_and_give_way_to_saved_ones(office: Office) -> None:
    opened(office.desk(), subject="Kettle")
    opened(office.desk(), subject="Lid")
    views.save(office.desk(), SavedView(3, "kept", "is:open"))
    seat = seat_with(
        office,
        '[[view]]\nname = "lids"\nfilter = "lid"\nkey = 2\n[[view]]\nname = "gone"\nfilter = "lid"\nkey = 3\n'
        '[[view]]\nname = "next"\nfilter = "kettle"\n',
    )

    async def script(screen: Screen) -> None:
        shown = {view.slot: view.name for view in screen.queue.live.views}
        assert (shown[2], shown[3], shown[9], shown[10]) == ("lids", "kept", "gone", "next")
        await screen.press("2")
        assert screen.queue.live.filter == "lid"
        await screen.press("v", "delete")
        assert any("stands in your configuration file" in toast for toast in screen.toasts())

    on_screen(office, script, seat=seat)


def test_the_usual_channel_is_ready_in_forms_and_a_case_keeps_its_own(office: Office) -> None:
    opened(office.desk(), channel="letter")
    opened(office.desk(), channel="other")

    async def script(screen: Screen) -> None:
        await screen.press("n")
        assert row(screen, "channel").field.said == "chat"
        await screen.press("escape", "c")
        first = row(screen, "channel").field.said
        await screen.press("escape", "down", "c")
        assert {first, row(screen, "channel").field.said} == {"letter", "chat"}

    on_screen(office, script, seat=seat_with(office, 'channel = "chat"'))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_console_with_own_keys_and_a_mistake_opens_says_so_and_shows_its_keys(office: Office, tmp_path: Path) -> None:
    from tests.tui.test_terminal import opened as opened_terminal

    opened(office.desk(), subject="Kettle cracked")
    config = tmp_path / "config.toml"
    config.write_text(
        'theme = "drakula"\n[keys]\ntake = "o"\noffer = "ctrl+t"\nhelp = "^"\nmore = "x"\nresolve = "none"\n'
    )
    program = (
        f"import os; os.environ['CARECONSOLE_CONFIG'] = {str(config)!r}; from careconsole.__main__ import main; main()"
    )
    with opened_terminal(tmp_path, "--db", office.path, "--as", "Ana", program=program) as terminal:
        terminal.shows("config.toml, line 1: theme: There is no theme")
        terminal.shows("o take")
        terminal.shows("x more  ^ help  q quit")
        terminal.type(b"^")
        terminal.shows("Keys that work here")
        terminal.shows("ctrl+t")
        terminal.press(b"\x1b", 0.2)  # what follows at once would be a key with Alt
        terminal.type(b"o")
        terminal.shows("Ana took it")
        terminal.type(b"\x11")
        assert terminal.ends() == 0, terminal.left
