"""Merging another name of a person on the page of the team."""

from __future__ import annotations

from careconsole.desk.team import members
from careconsole.tui.pages.team_merge import MergePerson
from careconsole.tui.widgets.safe_input import SafeInput
from tests.desk.office import Office, line
from tests.tui.screen import Screen, on_screen


def test_a_lead_merges_a_name_that_has_the_same_mail_address(office: Office) -> None:
    office.bring(line("K-1", 1, owner="B. Lopes (ben@shop.example)"))
    members.change(office.desk(), "Ben", reach="ben@shop.example")

    async def script(screen: Screen) -> None:
        await screen.press("M", "g", "j")
        await screen.until(lambda: "Same mail address: B. Lopes (ben@shop.example)." in screen.text())
        await screen.more("merge")
        sheet = screen.app.screen
        assert isinstance(sheet, MergePerson)
        assert sheet.query_one(SafeInput).value == "B. Lopes (ben@shop.example)"
        await screen.press("ctrl+u")
        await screen.type("Dora")
        await screen.press("enter")
        await screen.until(lambda: "a merge changes nobody's rights" in screen.text())
        await screen.press("ctrl+u")
        await screen.type("B. Lo")
        await screen.press("enter")
        await screen.until(lambda: not isinstance(screen.app.screen, MergePerson))
        assert "B. Lopes (ben@shop.example) was merged into Ben; cases that moved: 1." in screen.toasts()[-1]

    on_screen(office, script, size=(160, 45))
    assert office.known_as("K-1").owner == office.ids["Ben"]
