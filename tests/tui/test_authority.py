"""Escalating where a playbook lets people decide: said first, decided by one explicit key, a line why otherwise."""

from __future__ import annotations

import pytest

from careconsole.desk.playbooks import writing
from careconsole.domain.playbook.content import Authority, Content
from careconsole.tui.forms.form import FormScreen
from tests.desk.office import Office
from tests.tui.forms import fill
from tests.tui.screen import Screen, on_screen, opened


def refunds(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", tags=("damaged",), owner=office.ids["Ana"])
    may = Authority(text="refund it", limit="40", currency="EUR")
    writing.write(office.desk("Ana"), Content(title="Parcel broken", tags=("damaged",), may=may))


async def escalating(screen: Screen) -> FormScreen:
    screen.queue.way_back.go_to_case(1)
    await screen.settle()
    await screen.press("e")
    form = screen.app.screen
    assert isinstance(form, FormScreen)
    return form


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_the_form_says_first_what_one_may_decide_and_one_key_decides_it(office: Office, size: tuple[int, int]) -> None:
    refunds(office)

    async def script(screen: Screen) -> None:
        form = await escalating(screen)
        assert "You may decide this yourself: refund it (up to 40 EUR; playbook 1). F2 decides it." in " ".join(
            screen.text().replace("│", " ").split()
        )
        await screen.press("enter", "tab")
        assert screen.app.screen is form, "no reflex decides anything"
        assert office.kinds(1) == ["opened"]
        await screen.press("f2")
        assert screen.app.screen is not form
        words = " ".join(screen.text().replace("│", " ").split())
        assert "Playbook 1 lets you decide: refund it (up to 40 EUR); confirmed until" in words
        await fill(screen, said="refunded", amount="30")
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue

    on_screen(office, script, size=size)
    assert office.kinds(1) == ["opened", "decided by playbook"]


def test_calling_somebody_all_the_same_takes_a_line_and_a_wish_takes_none(office: Office) -> None:
    refunds(office)

    async def script(screen: Screen) -> None:
        await escalating(screen)
        await fill(screen, need="refund 30", reason="exception")
        await screen.press("ctrl+s")
        assert "required" in screen.text()
        await fill(screen, despite="she asked for Dora")
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue, screen.text()
        await screen.press("u")
        await escalating(screen)
        await fill(screen, need="she wants to speak to a lead", reason="customer request")
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue, screen.text()

    on_screen(office, script)
    assert office.kinds(1) == ["opened", "escalated", "playbook passed over", "undone", "escalated"]


def test_the_key_does_nothing_where_no_playbook_lets_anybody_decide(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        form = await escalating(screen)
        await screen.press("f2")
        assert screen.app.screen is form

    on_screen(office, script)


def test_who_was_refused_because_it_is_beyond_the_limit_just_calls_somebody(office: Office) -> None:
    refunds(office)

    async def script(screen: Screen) -> None:
        await escalating(screen)
        await screen.press("f2")
        await fill(screen, said="refunded", amount="60,50")
        await screen.press("ctrl+s")
        assert "60.50 EUR is beyond the limit of playbook 1 (40 EUR)." in said(screen)
        await screen.press("escape")
        form = await escalating(screen)
        told = "60.50 EUR is beyond what playbook 1 lets you decide (40 EUR), which is reason enough to escalate."
        assert told in said(screen)
        assert "F2" not in screen.text()
        await screen.press("f2")
        assert screen.app.screen is form
        await fill(screen, need="refund 60.50")
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue, screen.text()

    on_screen(office, script, size=(80, 24))
    assert office.kinds(1) == ["opened", "escalated"]
    assert office.history(1)[-1].fact.reason == "authority"  # type: ignore[attr-defined]


def test_a_sum_below_the_limit_may_still_be_decided(office: Office) -> None:
    refunds(office)

    async def script(screen: Screen) -> None:
        await escalating(screen)
        await screen.press("f2")
        await fill(screen, said="refunded", amount="60")
        await screen.press("ctrl+s")
        await fill(screen, amount="35")
        await screen.press("escape")
        await escalating(screen)
        assert "You may decide this yourself" in said(screen)

    on_screen(office, script)


def said(screen: Screen) -> str:
    return " ".join(screen.text().replace("│", " ").split())
