"""Who makes a change hears when its cause came back, in the console and in a shell, with nothing open at that time."""

from __future__ import annotations

from careconsole.desk.cases import execution
from careconsole.desk.console import visits
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.time.moments import iso
from careconsole.tui.pages.activity import ActivityScreen
from tests.cli.console import Console
from tests.desk.office import HOUR, Office
from tests.desk.test_learned import do
from tests.tui.screen import Screen, on_screen
from tests.tui.test_hostile_text import harmless

HOSTILE = "refund [/] [@click=app.quit]up[/] to 200\u202e"


def raised(office: Office) -> int:
    opening = OpenCase(subject="Kettle", owner=office.ids["Ben"], channel="phone")
    number = execution.open_case(office.desk("Ben"), opening).opened or 0
    do(office, "Ben", "escalate", Escalate(reason="exception", need="a refund", cause="refund limit"), number)
    return number


def came_back(office: Office) -> int:
    """Cleo made a change nine days ago, has left since, and its cause has come up again."""
    first = raised(office)
    ended = Deescalate(decided="refund it", change=HOSTILE, owner=office.ids["Cleo"], due=office.now + 99 * HOUR)
    do(office, "Ana", "de-escalate", ended, first)
    do(office, "Cleo", "done", CompleteAction(), first)
    visits.leave(office.desk("Cleo"))
    office.later(9 * 24)
    return raised(office)


def test_the_console_tells_it_and_lists_it_with_what_happened(office: Office) -> None:
    number = came_back(office)

    async def script(screen: Screen) -> None:
        assert isinstance(screen.app.screen, ActivityScreen)
        assert "0 on your cases; 1 about changes" in screen.text()
        assert "ran into this cause again" in screen.text()
        harmless(screen)
        await screen.press("enter")
        assert screen.queue.board.current == number
        (said,) = [text for text in screen.toasts() if "came back" in text]
        assert said.startswith("The cause came back 9 days after your change from case 1")
        assert said.endswith("See Changes (under .).")
        harmless(screen)

    on_screen(office, script, name="Cleo")


def test_the_queue_in_a_shell_tells_it_until_it_is_decided(office: Office) -> None:
    number = came_back(office)

    def told(who: str, *command: str) -> str:
        return Console(office.path, who, env={"CARECONSOLE_NOW": iso(office.now)}).call(*command).err

    assert "The cause came back 9 days after your change from case 1" in told("Cleo", "queue")
    assert "\u202e" not in told("Cleo", "queue")
    assert "Cleo's change" in told("Ana", "queue"), "the lead on duty"
    assert told("Ben", "queue") == told("Cleo", "queue", "--json") == told("Cleo", "queue", "is:open") == ""
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it", came_back="not known"), number)
    assert told("Cleo", "queue") == told("Ana", "queue") == ""
