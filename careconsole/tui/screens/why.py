"""Why here: every clock of one case, what it says now, and how that comes about."""

from __future__ import annotations

from typing import Self

from textual.app import ComposeResult
from textual.binding import Binding

from careconsole.desk import agenda
from careconsole.desk.agenda import Why
from careconsole.domain.errors import WrongUse
from careconsole.tui.clocklines import why_lines
from careconsole.tui.screens.rereading import Rereading
from careconsole.tui.tonedlines import Line
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.linesheet import LineSheet


class ClockSheet(LineSheet):
    """The clocks of a case, as far as they have been read."""

    found: Why | None = None

    def made(self) -> list[Line]:
        """The clocks' lines."""
        return why_lines(self.found, self.room) if self.found is not None else []


class WhyScreen(Rereading[None]):
    """Tells of the case `number`."""

    BINDINGS = [
        Binding("escape,q,equals_sign,backspace", "back", "Back", show=False),
        Binding("r,f5", "refresh", "Refresh", show=False),
    ]

    @classmethod
    def on_case(cls, number: int | None) -> Self:
        """The clocks of the case under the cursor."""
        if number is None:
            raise WrongUse("There is no case here.", "Go to one first, or press 0 for all open cases.")
        return cls(number)

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._clocks = ClockSheet("lines")

    def compose(self) -> ComposeResult:
        """The case, its clocks, the keys."""
        yield Bar("title")
        yield self._clocks
        yield Bar("hints")

    def on_mount(self) -> None:
        """Reads them."""
        self._clocks.focus()
        self.query_one("#hints", Bar).put(keys_parts(("j k", "move"), ("r", "reload"), ("Esc", "back")))
        self.action_refresh()

    def hear(self) -> None:
        """Others changed something, perhaps here."""
        self.action_refresh()

    async def read(self) -> None:
        """The case's clocks."""
        self._clocks.found = await self.ask(lambda desk: agenda.why(desk, self._number))

    def show(self) -> None:
        """The clocks in the present width."""
        found = self._clocks.found
        if found is not None:
            self.query_one("#title", Bar).put([(f"Why here: {found.case.number}  {found.case.subject}", "bold", "")])
            self._clocks.lay_out()
