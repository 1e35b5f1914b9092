"""A case on the screen: its sheet and its timeline, beside the list or on its own screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.line_sheet import LineSheet

if TYPE_CHECKING:
    from careconsole.desk.queries.shown_case import View
    from careconsole.tui.queue.case_lines import Beside
    from careconsole.tui.widgets.toned_lines import Line


class CaseSheet(LineSheet):
    """Shows one case. Enter shows the whole of a long history, or only its newest entries again."""

    BINDINGS = [*bound("open", "unfold", "Earlier entries")]

    def __init__(self, id: str = "sheet") -> None:
        super().__init__(id)
        self.view: View | None = None
        self.beside: Beside | None = None
        self.unfolded = False

    def show(self, view: View | None, beside: Beside | None = None) -> None:
        """Shows a case, or none; the same case keeps its scroll position."""
        other = view is None or self.view is None or view.case.number != self.view.case.number
        self.view, self.beside = view, beside
        self.unfolded = self.unfolded and not other
        self.put(self._case_lines, top=other)

    def show_time(self, now: int) -> None:
        """Shows the case as it is read at another time, if that changes a word."""
        if self.view is None:
            return
        from careconsole.tui.queue.case_lines import told_by_time

        view = replace(self.view, now=now)
        if told_by_time(view) != told_by_time(self.view):
            self.view = view
            self.lay_out()

    def _case_lines(self, width: int) -> list[Line]:
        if self.view is None:
            return []
        from careconsole.tui.queue.case_lines import Beside, sheet_lines  # not needed for the first screen

        return sheet_lines(self.view, self.beside or Beside(), width, unfolded=self.unfolded)

    def action_unfold(self) -> None:
        """Shows the whole history, or folds it again."""
        self.unfolded = not self.unfolded
        self.lay_out()
