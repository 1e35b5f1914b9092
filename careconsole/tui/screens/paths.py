"""Escalation paths: who is called for help, step by step; above them, how it would go on the case under the cursor."""

from __future__ import annotations

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding

from careconsole.desk import Desk, ask, paths
from careconsole.desk.paths import Tried
from careconsole.domain.case.escalation_paths import Paths
from careconsole.domain.roster import Roster
from careconsole.domain.text import display_text
from careconsole.tui.pathlines import case_lines, path_lines
from careconsole.tui.screens.rereading import Rereading
from careconsole.tui.sheetlines import Line
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.linesheet import LineSheet


class _Found(msgspec.Struct, frozen=True):
    """The paths, who the people are, who is called by one though they have left, and how it would go on one case."""

    paths: Paths
    roster: Roster
    gone: list[str]
    tried: Tried | None = None
    subject: str = ""


class PathSheet(LineSheet):
    """The paths, as far as they have been read."""

    found: _Found | None = None
    now = 0

    def made(self) -> list[Line]:
        """The lines."""
        found = self.found
        if found is None:
            return []
        lines = path_lines(found.paths, found.roster, self.room)
        if found.tried is not None:
            lines = [*case_lines(found.tried, found.subject, self.now, self.room), (), *lines]
        for name in found.gone:
            left = display_text(f"{name} has left the team, and is called by nobody any more.", self.room)
            lines.append(((left, "soon"),))
        return lines


class PathsScreen(Rereading[None]):
    """Tells of the paths, and of the case `number` if there is one."""

    BINDINGS = [
        Binding("escape,q,l,backspace", "back", "Back", show=False),
        Binding("r,f5", "refresh", "Refresh", show=False),
    ]

    def __init__(self, number: int | None) -> None:
        super().__init__()
        self._number = number
        self._sheet = PathSheet("lines")

    def compose(self) -> ComposeResult:
        """The title, the paths, the keys."""
        yield Bar("title")
        yield self._sheet
        yield Bar("hints")

    def on_mount(self) -> None:
        """Reads them."""
        self._sheet.focus()
        title = "Escalation paths: who is called for help, step by step"
        self.query_one("#title", Bar).put([(title, "bold", "")], (self.console_app.who_words, "bold"))
        self.query_one("#hints", Bar).put(keys_parts(("j k", "move"), ("r", "reload"), ("Esc", "back")))
        self.action_refresh()

    async def read(self) -> None:
        """The paths, and how it would go on the case."""
        number = self._number

        def work(desk: Desk) -> _Found:
            held, roster, gone = paths.paths(desk), desk.roster(), paths.gone(desk)
            row = ask.rows(desk, [number]).rows.get(number) if number is not None else None
            if row is None:
                return _Found(held, roster, gone)
            return _Found(held, roster, gone, paths.try_path(desk, row.number, onward=True), row.subject)

        self._sheet.found = await self.ask(work)

    def show(self) -> None:
        """The lines in the present width."""
        self._sheet.now = self.console_app.now()
        self._sheet.lay_out()

    def action_back(self) -> None:
        """Back to the list."""
        if self.is_current:
            self.dismiss(None)
