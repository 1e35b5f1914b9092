"""The list of cases: draws only the rows on the screen, whatever the list's length."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from careconsole.commands.console_keys import MOVES
from careconsole.tui.queue import columns
from careconsole.tui.queue.columns import USUAL, Layout, cells
from careconsole.tui.queue.model import QueueModel
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.toned import Toned

_GUTTER = 2
_AHEAD = 60
"""Rows read ahead above and below the screen, so that the next page is already there."""
TONES = ("late", "soon", "level", "quiet", "strong")


class CaseList(Toned, can_focus=True):
    """The cases of a board, one line each."""

    COMPONENT_CLASSES = {*(f"list--{tone}" for tone in TONES), "list--cursor", "list--marked"}
    BINDINGS = [one for action in MOVES if action.id != "back" for one in bound(action.id, f"do('{action.id}')")]

    class Moved(Message):
        """The cursor was moved to another case."""

    class Wanted(Message):
        """Rows on the screen or near it have not been read."""

        def __init__(self, numbers: list[int]) -> None:
            super().__init__()
            self.numbers = numbers

        def can_replace(self, message: Message) -> bool:
            """Lets a later request replace this one."""
            return isinstance(message, CaseList.Wanted)

    class Opened(Message):
        """The case under the cursor is to be opened."""

    class Marked(Message):
        """Marks were set or removed, or the columns were laid out again."""

    def __init__(self, board: QueueModel) -> None:
        super().__init__("cases")
        self.board = board
        self.chosen_columns: Sequence[str] = USUAL
        self.layout_of_columns: Layout = columns.lay_out(80)
        self._digits = 3
        self._sort = "due"

    @property
    def lines_shown(self) -> int:
        """How many rows the screen has room for."""
        return max(1, self.size.height)

    @property
    def top(self) -> int:
        """The index of the first row on the screen."""
        return round(self.scroll_offset.y)

    def on_resize(self) -> None:
        """Fits the columns to the new width and keeps the cursor on the screen."""
        self.lay_out()
        self.keep_in_sight()

    def lay_out(self) -> None:
        """Lays out the columns again and sets the list's length."""
        width = max(20, self.scrollable_content_region.width)
        self.layout_of_columns = columns.lay_out(width - _GUTTER, self.chosen_columns, self._digits, self._sort)
        self.virtual_size = Size(width, len(self.board))
        self.refresh()
        self.post_message(self.Marked())  # the screen redraws the heads on it

    def show_sorted(self, sort: str) -> None:
        """Takes over the sort order, whose column is always shown."""
        if sort != self._sort:
            self._sort = sort
            self.lay_out()

    def show_order(self, shift: int) -> None:
        """Shows the board's new order, scrolled by `shift` so that the cursor's row keeps its place on the screen."""
        digits = len(str(max(self.board.numbers, default=0)))
        if digits > self._digits:
            self._digits = digits
            self.lay_out()
        self.virtual_size = Size(self.virtual_size.width, len(self.board))
        if shift:
            self.scroll_to(y=max(0, self.top + shift), animate=False, force=True)
        self.keep_in_sight()
        self.refresh()
        self.want()

    def keep_in_sight(self) -> None:
        """Scrolls as little as needed to bring the cursor onto the screen."""
        cursor, top, height = self.board.cursor, self.top, self.lines_shown
        if cursor < top:
            self.scroll_to(y=cursor, animate=False, force=True)
        elif cursor >= top + height:
            self.scroll_to(y=cursor - height + 1, animate=False, force=True)

    def want(self) -> None:
        """Asks for the rows around the screen that have not been read."""
        first = self.top - _AHEAD
        missing = self.board.unknown(first, self.lines_shown + 2 * _AHEAD)
        if missing:
            self.post_message(self.Wanted(missing))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Asks for unread rows that come into sight."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.want()

    def refresh_cases(self, numbers: set[int]) -> None:
        """Redraws the rows of some cases, as far as they are on the screen."""
        for index, number in enumerate(self.board.shown(self.top, self.lines_shown), start=self.top):
            if number in numbers:
                self.refresh_line(index)

    def action_do(self, name: str) -> None:
        """Runs a key of the list."""
        board, page = self.board, max(1, self.lines_shown - 1)
        match name:
            case "up":
                self.go(board.cursor - 1)
            case "down":
                self.go(board.cursor + 1)
            case "page-up":
                self.go(board.cursor - page)
            case "page-down":
                self.go(board.cursor + page)
            case "top":
                self.go(0)
            case "end":
                self.go(len(board) - 1)
            case "mark":
                if board.current is not None:
                    board.mark(board.current)
                    self.refresh_line(board.cursor)
                    self.go(board.cursor + 1)
                    self.post_message(self.Marked())
            case "mark-all":
                board.mark_all()
                self.refresh()
                self.post_message(self.Marked())
            case "open":
                self.post_message(self.Opened())

    def go(self, index: int) -> None:
        """Moves the cursor to an index of the list."""
        before, length = self.board.cursor, len(self.board)
        after = self.board.move(index)
        if len(self.board) != length:
            self.virtual_size = Size(self.virtual_size.width, len(self.board))
            self.refresh()
        else:
            self.refresh_line(before)
            self.refresh_line(after)
        self.keep_in_sight()
        if after != before or len(self.board) != length:
            self.post_message(self.Moved())

    def go_to(self, number: int) -> bool:
        """Puts the cursor on a case; False when it is not in the list."""
        if number not in self.board.numbers:
            return False
        self.go(self.board.numbers.index(number))
        return True

    def unmark(self) -> None:
        """Removes all marks."""
        self.board.marks.clear()
        self.refresh()
        self.post_message(self.Marked())

    def show_time(self, now: int) -> None:
        """Sets the current time and redraws only those rows on the screen that it changes."""
        shown = list(self.board.shown(self.top, self.lines_shown))
        before = [self.render_line(y) for y in range(len(shown))]
        self.board.now = now
        after = [self.render_line(y) for y in range(len(shown))]
        self.refresh_cases({number for number, was, is_ in zip(shown, before, after, strict=True) if was != is_})

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor to the clicked row; a click in the margin also marks it, a double click opens it."""
        offset = event.get_content_offset(self)
        if offset is None or self.top + offset.y >= len(self.board):
            return
        index = self.top + offset.y
        self.go(index)
        if offset.x < _GUTTER and self.board.current is not None:
            self.board.mark(self.board.current)
            self.refresh_line(index)
            self.post_message(self.Marked())
        elif event.chain > 1:
            self.post_message(self.Opened())

    def render_line(self, y: int) -> Strip:
        """One row."""
        index, width = self.top + y, self.size.width
        base = self.tone_style("")
        if index >= len(self.board):
            return Strip.blank(width, base)
        number = self.board.at(index)
        here = index == self.board.cursor
        marked = number in self.board.marks
        extra = Style.null()
        if marked:
            extra += self.tone_style("marked")
        if here:
            extra += self.tone_style("cursor") if self.has_focus or not self.screen.focused else Style(bold=True)
        gutter = f"{'▶' if here else ' '}{'●' if marked else ' '}"
        segments = [Segment(gutter, base + extra)]
        row = self.board.row(number)
        if row is None:
            segments.append(Segment(f"{number:>6} …", base + extra))
        else:
            for text, tone in cells(row, self.board, self.layout_of_columns):
                style = base + self.tone_style(tone) + extra if tone else base + extra
                segments.append(Segment(text, style))
                segments.append(Segment(" ", base + extra))
            segments.pop()
        return Strip(segments).adjust_cell_length(width, base + extra)

    def component_style(self, tone: str) -> Style:
        """Tones set only the text colour, marks the background, the cursor both, so every tone is readable on it."""
        style = self.get_component_rich_style(f"list--{tone}")
        if tone in TONES:
            return Style(color=style.color, bold=style.bold, italic=style.italic)
        ink = style.color if tone == "cursor" else None
        return Style(color=ink, bgcolor=style.bgcolor, bold=style.bold, reverse=style.reverse)


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
        segments = [Segment(" " * _GUTTER, style)]
        for column, width in self._cases.layout_of_columns.columns:
            head = column.head
            if column.sort and column.sort == self.sort:
                head = f"{head}{'↑' if self.reverse else '↓'}"
            head = head[:width]
            segments.append(Segment((head.rjust(width) if column.right else head.ljust(width)) + " ", style))
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def on_click(self, event: events.Click) -> None:
        """Sorts by the column under the mouse."""
        at = _GUTTER
        for column, width in self._cases.layout_of_columns.columns:
            if at <= event.x < at + width and column.sort:
                self.post_message(self.Chosen(column.sort))
            at += width + 1
