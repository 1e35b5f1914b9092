"""What is drawn again: only lines that look different."""

from __future__ import annotations

from itertools import pairwise

from textual.geometry import Region
from textual.widget import Widget

from careconsole.desk.cases import execution
from careconsole.domain.case.editing import Edit
from careconsole.domain.time.moments import MINUTE
from careconsole.tui.widgets.toned import Toned
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened


class Redrawn:
    """The lines of a widget that were asked to be drawn again; None stands for all of them."""

    def __init__(self, widget: Toned) -> None:
        self.lines: list[int | None] = []
        self._refresh = widget.refresh
        widget.refresh = self._note  # type: ignore[assignment,method-assign]

    def _note(self, *regions: Region, **how: bool) -> Toned:
        self.lines += [region.y for region in regions] or [None]
        return self._refresh(*regions, **how)  # type: ignore[return-value]


def test_of_the_list_only_the_rows_that_changed_are_drawn_again(office: Office) -> None:
    numbers = [opened(office.desk("Ana"), f"Kettle {n}") for n in range(30)]

    async def script(screen: Screen) -> None:
        before = screen.lines()
        redrawn = Redrawn(screen.queue.cases)
        execution.execute(office.desk("Ben"), "edit", Edit(subject="Toaster"), numbers[7:8])
        await screen.until(lambda: "Toaster" in screen.text())
        await screen.settle()
        changed = [y for y, (was, now) in enumerate(zip(before, screen.lines(), strict=True)) if was != now]
        assert None not in redrawn.lines
        top = screen.queue.cases.region.y
        assert {y + top for y in redrawn.lines if y is not None} == {
            y for y in changed if "Toaster" in screen.lines()[y]
        }
        redrawn.lines.clear()
        screen.queue.live.reload()
        await screen.settle()
        assert redrawn.lines == []

    on_screen(office, script, size=(100, 24))


def test_of_a_sheet_only_the_lines_that_changed_are_drawn_again(office: Office) -> None:
    number = opened(office.desk("Ana"), "Kettle")

    async def script(screen: Screen) -> None:
        sheet = screen.queue.sheet
        redrawn = Redrawn(sheet)
        execution.execute(office.desk("Ben"), "edit", Edit(priority="urgent"), [number])
        await screen.until(lambda: redrawn.lines)
        await screen.settle()
        assert len(set(redrawn.lines) - {None}) < len(sheet._lines)
        assert sheet.view is not None
        assert sheet.view.case.priority == "urgent"

    on_screen(office, script, size=(160, 40))


def test_a_line_is_sent_in_as_few_pieces_as_it_has_styles(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle")

    async def script(screen: Screen) -> None:
        cases = screen.queue.cases
        styles = [segment.style for segment in cases.render_line(1)]
        assert all(one != other for one, other in pairwise(styles))

    on_screen(office, script)


def test_the_line_below_the_list_says_that_much_changes_in_bulk(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle")

    async def script(screen: Screen) -> None:
        live = screen.queue.live
        live.behind = 1_240
        screen.queue._state()
        await screen.settle()
        assert "1,240 changes in bulk, shown every 4 s" in screen.text()

    on_screen(office, script)


def test_an_open_case_follows_the_time_as_its_row_does_and_an_idle_one_is_not_drawn_again(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle")

    async def script(screen: Screen) -> None:
        sheet = screen.queue.sheet
        await screen.until(lambda: "(0s ago)" in screen.text() or "(0m ago)" in screen.text())
        redrawn = Redrawn(sheet)
        screen.app._tick()
        await screen.settle()
        assert redrawn.lines == []
        office.now += 2 * MINUTE
        screen.app._tick()
        await screen.until(lambda: "(2m ago)" in screen.text())
        assert 0 < len(set(redrawn.lines) - {None}) < len(sheet._lines)
        assert None not in redrawn.lines

    on_screen(office, script, size=(160, 40))


def test_the_page_of_a_case_follows_the_time(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle")

    async def script(screen: Screen) -> None:
        await screen.press("enter")
        office.now += 2 * MINUTE
        screen.app._tick()
        await screen.until(lambda: "(2m ago)" in screen.text())

    on_screen(office, script, size=(80, 24))


def test_the_queue_has_no_more_containers_than_its_layout_needs(office: Office) -> None:
    """Textual draws every line of a container before what hides it: on the first screen and at each new size."""

    async def script(screen: Screen) -> None:
        assert [one.id for one in screen.queue.query(Widget) if one.children and one.id] == ["middle"]

    on_screen(office, script)
