"""The changes page, and the question whether a change held, with names that do nothing."""

from __future__ import annotations

from careconsole.desk.cases import execution
from careconsole.domain.case.changes import CheckChange
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.reviews import CompleteAction
from careconsole.tui.pages.changes import ChangesScreen
from tests.desk.office import HOUR, Office
from tests.tui.forms import fill, row
from tests.tui.screen import Screen, on_screen
from tests.tui.test_hostile_text import harmless

HOSTILE = "[/] [@click=app.quit]x[/] \u202egnp.exe"


def raised(office: Office, cause: str) -> int:
    number = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", owner=office.ids["Ben"])).opened or 0
    call = Escalate(reason="exception", need="a refund", cause=cause)
    execution.execute(office.desk("Ben"), "escalate", call, [number])
    return number


def made(office: Office, cause: str = "refund limit", change: str = "refund up to 200") -> int:
    number, due = raised(office, cause), office.now + HOUR
    ended = Deescalate(decided="refund it", change=change, owner=office.ids["Ben"], due=due)
    execution.execute(office.desk("Ana"), "de-escalate", ended, [number])
    execution.execute(office.desk("Ben"), "done", CompleteAction(), [number])
    office.later(9 * 24)
    return number


def test_the_page_lists_changes_by_state_and_enter_goes_to_the_case(office: Office) -> None:
    made(office)
    raised(office, "refund limit")
    office.later(40 * 24)

    async def script(screen: Screen) -> None:
        screen.app.act("changes")
        await screen.settle()
        page = screen.app.screen
        assert isinstance(page, ChangesScreen)
        assert "to check" in screen.text()
        assert "refund up to 200 (refund limit) · came back: case 2" in screen.text()
        await screen.press("3")
        assert "No change is open." in screen.text()
        await screen.press("2", "enter")
        assert screen.app.screen is not page

    on_screen(office, script, size=(160, 40))


def test_the_decision_asks_whether_the_change_held(office: Office) -> None:
    made(office)
    number = raised(office, "refund limit")

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(number)
        await screen.settle()
        await screen.press("E")
        asks = row(screen, "came_back").question
        assert asks.help == "It came back 9 days after the change of case 1 was made."
        assert (asks.required, asks.choices[0].label) == (True, "the change did not hold")
        await screen.press("escape")

    on_screen(office, script, size=(120, 40))


def test_hostile_words_of_a_change_do_nothing(office: Office) -> None:
    number = made(office, HOSTILE, HOSTILE)
    execution.execute(office.desk("Ben"), "check-change", CheckChange(verdict="not yet", said=HOSTILE), [number])

    async def script(screen: Screen) -> None:
        screen.app.act("changes")
        await screen.settle()
        harmless(screen)
        await screen.press("escape")

    on_screen(office, script)


def test_the_commands_for_a_change_are_in_the_menu_of_its_page(office: Office) -> None:
    number = made(office)
    office.later(40 * 24)

    async def script(screen: Screen) -> None:
        screen.app.act("changes")
        await screen.settle()
        assert ". change it" in screen.lines()[-1]
        await screen.press(".")
        listed = [item.id for item in screen.app.screen.menu._items]
        assert listed == ["check-change", "move-change", "drop-change"]
        await screen.press("1")
        assert f"Check a change · case {number}" in screen.text()
        await fill(screen, verdict="works")
        await screen.press("ctrl+s")
        assert isinstance(screen.app.screen, ChangesScreen), screen.text()
        await screen.until(lambda: "state: checked: it works" in screen.text())
        await screen.press(".")
        await screen.says("This change is checked; nothing is left to do. Enter goes to its case.")

    on_screen(office, script, size=(80, 24))
