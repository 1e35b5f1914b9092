"""The primer page: ticks, and where Enter leads."""

from __future__ import annotations

from careconsole.desk.playbooks import writing
from careconsole.desk.teaching.primer import mark_read, primer
from careconsole.domain.playbook.content import Content
from careconsole.tui.pages.primer import PrimerScreen
from tests.desk.office import Office
from tests.desk.test_digest import decided
from tests.desk.test_learned import CAUSE, playbook
from tests.tui.screen import Screen, on_screen
from tests.tui.test_causes_page import HOSTILE
from tests.tui.test_hostile_text import harmless


def test_space_ticks_for_the_person_at_work_alone_and_enter_leads_to_the_cases(office: Office) -> None:
    case = decided(office, "refund it")
    playbook(office)
    mark_read(office.desk("Ben"), ["case:1"])

    async def script(screen: Screen) -> None:
        screen.app.act("primer")
        await screen.settle()
        page = screen.app.screen
        assert isinstance(page, PrimerScreen)
        assert "Primer: 0 of 3 read" in screen.lines()[0]
        await screen.press("space")
        assert "Primer: 1 of 3 read" in screen.lines()[0]
        assert "[x] 1  Refund above the limit" in screen.text()
        assert primer(office.desk("Ana")).playbooks[0].thing.read
        await screen.press("space", "j")
        assert "Primer: 0 of 3 read" in screen.lines()[0]
        assert "What to do: playbook 1, Refund above the limit" in " ".join(screen.text().split())
        await screen.press("enter")
        assert screen.app.screen is not page
        assert list(screen.queue.board.numbers) == [case]
        screen.app.act("primer")
        await screen.settle()
        await screen.press("G", "enter")
        assert screen.queue.board.current == case

    on_screen(office, script)


def test_hostile_titles_and_causes_do_nothing(office: Office) -> None:
    decided(office, HOSTILE, HOSTILE)
    writing.write(office.desk(), Content(title=HOSTILE, signs=HOSTILE, steps=(HOSTILE,), causes=(CAUSE,)))

    async def script(screen: Screen) -> None:
        for size in ((80, 24), (60, 15)):
            await screen.pilot.resize_terminal(*size)
            screen.app.act("primer")
            await screen.settle()
            for _ in range(3):
                harmless(screen)
                await screen.press("j")
            await screen.press("escape")

    on_screen(office, script)
