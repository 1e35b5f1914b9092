"""The escalation paths page: who is called, step by step, below a forecast for the case under the cursor."""

from __future__ import annotations

from typing import Self

import msgspec

from careconsole.desk import Desk
from careconsole.desk.queries import case_queries
from careconsole.desk.team import escalation_paths as paths
from careconsole.desk.team.escalation_paths import Tried
from careconsole.domain.case.escalation_paths import Paths
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.tui.pages.path_lines import case_lines, path_lines
from careconsole.tui.pages.sheet_page import SheetPage
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.toned_lines import Line


class _Found(msgspec.Struct, frozen=True):
    """The paths, the roster, the names of those in a path who have left, and the forecast for one case."""

    paths: Paths
    roster: Roster
    gone: list[str]
    tried: Tried | None = None


class PathsScreen(SheetPage):
    """Shows the paths, and the forecast for the case `number` if there is one."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("paths", "back", "Back"),
        *bound("refresh", "refresh"),
    ]

    @classmethod
    def on_case(cls, number: int | None) -> Self:
        """The page with a forecast for the case under the cursor."""
        return cls(number)

    def __init__(self, number: int | None) -> None:
        super().__init__()
        self._number = number
        self._found: _Found | None = None

    def on_mount(self) -> None:
        """Shows the title."""
        title = "Escalation paths: who is called for help, step by step"
        self.title_bar.put([(title, "bold", "")], self.session.who)

    async def read(self) -> None:
        """Reads the paths, and the forecast for the case."""
        number = self._number

        def work(desk: Desk) -> _Found:
            held, roster, gone = paths.paths(desk), desk.roster(), paths.gone(desk)
            row = case_queries.rows(desk, [number]).rows.get(number) if number is not None else None
            if row is None:
                return _Found(held, roster, gone)
            return _Found(held, roster, gone, paths.try_path(desk, row.number, onward=True))

        self._found = await self.ask(work)

    def show(self) -> None:
        """Shows the paths, once they have been read."""
        found, now = self._found, self.session.now()
        if found is not None:
            self.sheet.put(lambda width: _lines(found, now, width))


def _lines(found: _Found, now: int, width: int) -> list[Line]:
    """The forecast for the case, the paths, and the people in them who have left."""
    lines = path_lines(found.paths, found.roster, width)
    if found.tried is not None:
        lines = [*case_lines(found.tried, now, width), (), *lines]
    for name in found.gone:
        left = display_text(f"{name} has left the team, and is no longer called.", width)
        lines.append(((left, "soon"),))
    return lines
