"""The heads of the columns of the list."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from careconsole.tui.queue.case_list import GUTTER, CaseList


class ListHead(Widget):
    """The heads of the columns; a click sorts by the column."""

    DEFAULT_CSS = "ListHead { height: 1; }"

    class Chosen(Message):
        """A sort order was chosen with the mouse."""

        def __init__(self, sort: str) -> None:
            super().__init__()
            self.sort = sort

    def __init__(self, cases: CaseList) -> None:
        super().__init__(id="heads")
        self._cases = cases
        self.sort, self.reverse = "due", False

    def show_sorted(self, sort: str, reverse: bool) -> None:
        """Shows by which column the list is sorted."""
        self.sort, self.reverse = sort, reverse
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The heads, the sorted one with an arrow."""
        style = self.rich_style
        segments = [Segment(" " * GUTTER, style)]
        for column, width in self._cases.layout_of_columns.columns:
            head = column.head if len(column.head) <= width else column.sign or column.head[:width]
            if column.sort and column.sort == self.sort:
                head = f"{head[: width - 1]}{'↑' if self.reverse else '↓'}"
            segments.append(Segment((head.rjust(width) if column.right else head.ljust(width)) + " ", style))
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def on_click(self, event: events.Click) -> None:
        """Sorts by the column under the mouse."""
        at = GUTTER
        for column, width in self._cases.layout_of_columns.columns:
            if at <= event.x < at + width and column.sort:
                self.post_message(self.Chosen(column.sort))
            at += width + 1
