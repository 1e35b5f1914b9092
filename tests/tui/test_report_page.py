"""The page of the care report: each line opens exactly its cases, and no key sorts it."""

from __future__ import annotations

from careconsole.domain.case.messages import LogMessage
from careconsole.domain.report.panels import DEFINITIONS, PANELS
from careconsole.tui.pages.report import ReportScreen
from tests.desk.office import Office
from tests.desk.test_care_report import busy, do, found, opened, resolve
from tests.tui.screen import Screen, on_screen
from tests.tui.test_causes_page import HOSTILE
from tests.tui.test_hostile_text import harmless


def test_enter_on_a_figure_lists_exactly_its_cases_and_every_question_is_there(office: Office) -> None:
    busy(office)
    office.later(15 * 24)
    figures = {one.definition.name: one for one in found(office).figures.values()}

    async def script(screen: Screen) -> None:
        page = await _open(screen)
        assert screen.lines()[0].startswith("Care report, 12 weeks: the team")
        seen = await _walk(screen, page)
        assert [name for name in seen if name in figures] == [one.name for one in DEFINITIONS.values()]
        for name in ("Late", "Reopened", "One owner throughout"):
            page = await _open(screen)
            while page.row is None or page.row.name != name:
                await screen.press("down")
            await screen.press("enter")
            assert tuple(sorted(screen.queue.board.numbers)) == figures[name].cases

    on_screen(office, script, size=(160, 60))


def test_the_arrows_choose_the_time_and_tab_ones_own_cases(office: Office) -> None:
    for who in ("Ben", "Ana"):
        resolve(office, opened(office, who), answer="told")

    async def script(screen: Screen) -> None:
        page = await _open(screen)
        await screen.press("right")
        assert screen.lines()[0].startswith("Care report, 26 weeks")
        await screen.press("left", "left")
        assert screen.lines()[0].startswith("Care report, 4 weeks")
        assert page._found is not None
        assert page._found.figures["one_owner"].n == 2
        await screen.press("tab")
        assert screen.lines()[0].startswith("Care report, 4 weeks: your own cases")
        assert page._found.figures["one_owner"].n == 1

    on_screen(office, script)


def test_texts_of_customers_do_nothing_on_the_page(office: Office) -> None:
    case = opened(office, subject=HOSTILE)
    do(office, case, "log", LogMessage(text=f"Thanks! {HOSTILE}", inbound=True, sort="thanks"))

    async def script(screen: Screen) -> None:
        for size in ((80, 24), (60, 15)):
            await screen.pilot.resize_terminal(*size)
            page = await _open(screen)
            await _walk(screen, page)
            harmless(screen)
            await screen.press("escape")

    on_screen(office, script)


def test_no_figure_has_a_persons_name_in_it() -> None:
    assert len(PANELS) == 6
    for one in DEFINITIONS.values():
        assert one.of in {"cases", "ended cases", "promises", "moves", "resolutions", "exceptions", "answers"}


async def _open(screen: Screen) -> ReportScreen:
    screen.app.act("report")
    await screen.settle()
    page = screen.app.screen
    assert isinstance(page, ReportScreen)
    return page


async def _walk(screen: Screen, page: ReportScreen) -> list[str]:
    """The names of all rows, from the first to the last."""
    seen: list[str] = []
    while page.row is not None and page.row.name not in seen:
        seen.append(page.row.name)
        await screen.press("down")
    return seen
