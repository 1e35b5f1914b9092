"""A whole known exception, from the call for help to resolved, costs few values and few keys beside them."""

from __future__ import annotations

from careconsole.desk.cases import execution
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.opening import OpenCase
from tests.desk.office import Office
from tests.tui.forms import row
from tests.tui.screen import Screen, on_screen


class Counted:
    """Counts the values that are typed, and the keys beside them."""

    def __init__(self) -> None:
        self.values = self.keys = 0

    async def type(self, screen: Screen, text: str) -> None:
        self.values += 1
        await screen.type(text)

    async def press(self, screen: Screen, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            await screen.press(key)


def opened(office: Office) -> int:
    opening = OpenCase(subject="Kettle", owner=office.ids["Ben"], channel="phone")
    return execution.open_case(office.desk("Ben"), opening).opened or 0


def known_before(office: Office) -> None:
    """The cause came up before, and something was decided."""
    number = opened(office)
    call = Escalate(reason="exception", need="a refund", cause="refund limit")
    execution.execute(office.desk("Ben"), "escalate", call, [number])
    execution.execute(office.desk("Ana"), "de-escalate", Deescalate(decided="refund it this once"), [number])


async def calls(screen: Screen, counted: Counted) -> None:
    await counted.press(screen, "e")
    await counted.type(screen, "a refund above my limit")
    await counted.press(screen, "tab")
    await counted.type(screen, "refund limit")
    await counted.press(screen, "ctrl+s")


def test_from_the_call_to_resolved_takes_three_values_and_five_keys(office: Office) -> None:
    number, counted = opened(office), Counted()

    async def ben(screen: Screen) -> None:
        await calls(screen, counted)

    async def ana(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(number)
        await screen.settle()
        await counted.press(screen, "x")
        await counted.type(screen, "refunded, as she asked")
        assert row(screen, "cause").field.said == "refund limit"
        await counted.press(screen, "ctrl+s")

    on_screen(office, ben, name="Ben")
    on_screen(office, ana, name="Ana")
    case = office.case(number)
    assert (case.status, [one.cause for one in case.reviews]) == ("resolved", ["refund limit"])
    assert counted.values <= 3
    assert counted.keys <= 5


def test_a_lead_decides_as_before_with_two_keys_and_nothing_typed(office: Office) -> None:
    known_before(office)
    number, counted = opened(office), Counted()
    call = Escalate(reason="exception", need="a refund", cause="refund-limit")
    execution.execute(office.desk("Ben"), "escalate", call, [number])

    async def ana(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(number)
        await screen.settle()
        await counted.press(screen, "E")
        assert "“Decided” is what was decided on case 1; if you save it" in screen.text()
        await counted.press(screen, "ctrl+s")

    on_screen(office, ana, name="Ana")
    case = office.case(number)
    assert (case.level, case.review_owed, case.occurrences[0].decided) == (0, False, "refund it this once")
    assert (counted.values, counted.keys) == (0, 2)


def test_who_resolves_before_anybody_acknowledged_is_asked(office: Office) -> None:
    number, counted = opened(office), Counted()

    async def ben(screen: Screen) -> None:
        await calls(screen, counted)
        await screen.press("x")
        await screen.type("she had paid already")
        assert row(screen, "without_help").display
        await screen.press("ctrl+s")
        assert "Was it solved without help?" in screen.text()

    on_screen(office, ben, name="Ben")
    assert office.case(number).status == "open"
