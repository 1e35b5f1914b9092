"""The "Why here" page: every clock of one case, its state now, and how its due time is computed."""

from __future__ import annotations

from typing import Self

from careconsole.desk.queries import agenda
from careconsole.desk.queries.agenda import CaseClocks
from careconsole.tui.pages.sheet_page import SheetPage
from careconsole.tui.queue.clock_lines import why_lines
from careconsole.tui.widgets.base_screen import needs_case
from careconsole.tui.widgets.bindings import bound


class ClocksScreen(SheetPage):
    """Explains the clocks of the case `number`."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("why", "back", "Back"),
        *bound("refresh", "refresh"),
    ]

    @classmethod
    def on_case(cls, number: int | None) -> Self:
        """The page on the case under the cursor. Raises WrongUse when there is none."""
        return cls(needs_case(number))

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._found: CaseClocks | None = None

    @property
    def case_here(self) -> int | None:
        """The case that it explains."""
        return self._number

    def on_change(self) -> None:
        """Reads the clocks again at once: the change may be to this case."""
        self.action_refresh()

    async def read(self) -> None:
        """Reads the case's clocks."""
        self._found = await self.ask(lambda desk: agenda.why(desk, self._number))

    def show(self) -> None:
        """Shows the clocks with their arithmetic."""
        found = self._found
        if found is not None:
            self.title_bar.put([(f"Why it ranks here: {found.case.number}  {found.case.subject}", "bold", "")])
            self.sheet.put(lambda width: why_lines(found, width))
