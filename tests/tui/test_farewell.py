"""Leaving the console: the terminal says what of one's own is due, waits or is unsent."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.console import drafts
from careconsole.desk.console.drafts import Draft
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.promises import Promise
from careconsole.tui import app as app_module
from careconsole.tui.start import run_console
from tests.desk.office import HOUR, Office
from tests.tui.screen import Screen, on_screen, opened, seat_at


def test_quitting_says_what_one_leaves(office: Office) -> None:
    first, second = (opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"], inbound=False) for _ in range(2))
    opened(office.desk("Cleo"), "Lid", owner=office.ids["Cleo"])
    for number, hours in ((first, 1), (second, 3)):
        execution.execute(office.desk("Ben"), "promise", Promise(text="call", due=office.now + hours * HOUR), [number])
    execution.execute(office.desk("Ben"), "log", LogMessage(text="Where is it?", inbound=True), [second])
    drafts.save_draft(office.desk("Ben"), Draft(case=first, verb="note", fields={"text": "odd"}, seen=2, at=office.now))
    office.later(2)

    async def script(screen: Screen) -> None:
        await screen.press("q")
        await screen.until(lambda: bool(screen.app.farewell))
        assert screen.app.farewell == (
            "You leave 1 case overdue, 1 case due later today, 1 case whose customer waits for an answer"
            " and 1 unsent draft."
        )

    on_screen(office, script, name="Ben")


def test_quitting_says_nothing_where_nothing_is_left(office: Office) -> None:
    opened(office.desk("Cleo"), "Lid", owner=office.ids["Cleo"])

    async def script(screen: Screen) -> None:
        await screen.press("q")
        assert screen.app.farewell == ""

    on_screen(office, script, name="Ben")


def test_the_farewell_is_on_the_terminal_after_the_console(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(self: app_module.Console, **how: object) -> None:
        self.farewell = "You leave 1 case overdue."

    monkeypatch.setattr(app_module.Console, "run", run)
    run_console(seat_at(office, "Ana"))
    assert capsys.readouterr() == ("", "You leave 1 case overdue.\n")
