"""The causes page: which causes came up, and a merge by two keys."""

from __future__ import annotations

from careconsole.desk.cases import execution
from careconsole.desk.queries import causes
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.opening import OpenCase
from careconsole.tui.pages.causes import CausesScreen
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen
from tests.tui.test_hostile_text import harmless

HOSTILE = "[/] [@click=app.quit]x[/] \u202egnp.exe"


def came_up(office: Office, *labels: str) -> None:
    for label in labels:
        number = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", owner=office.ids["Ben"])).opened
        call = Escalate(reason="exception", need="a decision", cause=label)
        execution.execute(office.desk("Ben"), "escalate", call, [number or 0])


def test_a_cause_is_merged_into_another_by_m_and_enter_and_u_undoes_it(office: Office) -> None:
    came_up(office, "refund limit", "refund limit", "goodwill")

    async def script(screen: Screen) -> None:
        await screen.press("*")
        assert isinstance(screen.app.screen, CausesScreen)
        first = screen.lines()[2]
        assert first.split()[0] == "2"
        assert first.rstrip().endswith("refund limit")
        await screen.press("down", "m", "up")
        assert "Enter counts “goodwill” as “refund limit”" in screen.text()
        await screen.press("enter")
        await screen.until(lambda: "refund limit (also: goodwill)" in screen.text())
        await screen.press("escape", "u")
        await screen.until(lambda: len(causes.listed(office.desk())) == 2)

    on_screen(office, script)


def test_enter_shows_the_cases_of_a_cause_and_escape_ends_a_merge(office: Office) -> None:
    came_up(office, "refund limit", "goodwill")

    async def script(screen: Screen) -> None:
        await screen.press("*", "m", "escape")
        assert isinstance(screen.app.screen, CausesScreen)
        await screen.press("enter")
        assert screen.app.screen is screen.queue
        assert list(screen.queue.board.numbers) == [2]

    on_screen(office, script)


def test_causes_stand_below_their_head_however_long_ago_they_came_up(office: Office) -> None:
    came_up(office, "refund limit")
    office.later(24 * 40)
    came_up(office, "goodwill")

    async def script(screen: Screen) -> None:
        await screen.press("*")
        _, head, *lines = screen.lines()
        at = head.index("Cause")
        assert sorted(line[at:] for line in lines[:2]) == ["goodwill", "refund limit"]

    on_screen(office, script, size=(60, 15))


def test_labels_do_nothing_on_the_page(office: Office) -> None:
    came_up(office, HOSTILE)

    async def script(screen: Screen) -> None:
        for size in ((80, 24), (60, 15)):
            await screen.pilot.resize_terminal(*size)
            await screen.press("*")
            harmless(screen)
            await screen.press("escape")

    on_screen(office, script)


def test_a_cause_is_renamed_there_and_what_is_wrong_with_the_name_is_said(office: Office) -> None:
    came_up(office, "refunds", "lost parcel")

    async def script(screen: Screen) -> None:
        await screen.press("*", "full_stop")
        assert "Rename “" in screen.text()
        await screen.press("ctrl+u")
        await screen.type("Refund [/] limit")
        await screen.press("enter")
        assert isinstance(screen.app.screen, CausesScreen)
        await screen.until(lambda: "refund [/] limit (also: " in screen.text())
        await screen.press("full_stop", "ctrl+u", "enter")
        assert any("The new name is missing" in text for text in screen.toasts())
        await screen.press("full_stop", "escape", "escape", "u")
        await screen.until(
            lambda: {use.cause.label for use in causes.listed(office.desk())} == {"refunds", "lost parcel"}
        )

    on_screen(office, script)
