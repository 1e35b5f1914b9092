"""The journal as a page of the console: who changed what and from where, and nothing that a name could do there."""

from __future__ import annotations

from careconsole.desk import Desk
from careconsole.desk.team import members
from careconsole.tui.pages.journal import JournalScreen
from careconsole.tui.widgets.line_list import Lines
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen
from tests.tui.test_hostile_text import harmless

HOSTILE = "[/] [@click=app.quit]x[/] \x1b]0;owned\x07 \u202egnp.exe"


def test_changes_are_listed_the_latest_first_and_a_login_that_is_not_ones_own_is_marked(office: Office) -> None:
    members.change(office.desk("Ana"), "Ana", os_user="os")
    members.change(Desk(office.store, lambda: office.now, office.ids["Dora"], "desk 2", "os"), "Ben", role="lead")

    async def script(screen: Screen) -> None:
        await screen.press("J")
        assert isinstance(screen.app.screen, JournalScreen)
        first, second = screen.lines()[1:3]
        assert first.startswith("! ")
        assert "Dora" in first
        assert "changed the login of Ana from none to os" in second
        assert not second.startswith("! ")
        assert "Dora (login os at desk 2) changed the role of Ben from agent to lead." in screen.text()
        await screen.press("tab")
        assert "by or about you" in screen.lines()[0]
        assert "changed the role" not in screen.text()
        await screen.press("tab", "escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)


def test_the_last_seven_days_begin_as_many_hours_ago(office: Office) -> None:
    office.later(2)
    members.change(office.desk("Ana"), "Ben", os_user="ben")
    office.later(7 * 24 - 1)

    async def script(screen: Screen) -> None:
        await screen.press("J")
        assert "Journal in the last 7 days: 1 change" in screen.lines()[0]
        office.later(2)
        await screen.press("f5")
        assert "Nothing was changed in the last 7 days." in screen.text()

    on_screen(office, script)


def test_what_others_change_meanwhile_comes_and_the_cursor_stays_with_its_entry(office: Office) -> None:
    members.change(office.desk("Ana"), "Ben", os_user="ben")

    async def script(screen: Screen) -> None:
        await screen.press("J")
        lines = screen.app.screen.query_one(Lines)
        assert lines.highlighted == 0
        members.change(office.desk("Ana"), "Cleo", os_user="cleo")
        await screen.press("f5")
        assert "the login of Cleo" in screen.lines()[1]
        assert lines.highlighted == 1
        assert "the login of Ben" in str(lines.get_option_at_index(1).prompt)

    on_screen(office, script)


def test_names_do_nothing_on_the_page(office: Office) -> None:
    members.add(office.desk("Ana"), HOSTILE.replace("\x1b", "").replace("\x07", ""), "contact", reach=HOSTILE)
    members.change(Desk(office.store, lambda: office.now, office.ids["Ana"], HOSTILE, HOSTILE), "Ben", os_user="ben")

    async def script(screen: Screen) -> None:
        for size in ((80, 24), (160, 45), (60, 15)):
            await screen.pilot.resize_terminal(*size)
            await screen.press("J")
            harmless(screen)
            await screen.press("escape")

    on_screen(office, script)
