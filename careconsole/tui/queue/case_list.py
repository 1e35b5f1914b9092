"""The list of cases: draws only the lines on the screen, whatever the list's length."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from careconsole.commands.console_keys import MOVES
from careconsole.tui.queue import columns
from careconsole.tui.queue.columns import USUAL, Layout, cells, name_cells, used_by
from careconsole.tui.queue.empty_list import centred
from careconsole.tui.queue.list_lines import message_pieces, rule_pieces
from careconsole.tui.queue.model import QueueModel, rule_group
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.toned import SEEN, Toned, contrast
from careconsole.tui.widgets.toned_lines import Line

GUTTER = 2
"""Cells before the columns, for the cursor and the mark."""
_AHEAD = 60
"""Rows read ahead above and below the screen, so that the next page is already there."""
TONES = ("late", "soon", "level", "quiet", "strong")


class CaseList(Toned, can_focus=True):
    """The cases of a board, with a rule above each group: a line each, or two where all of them have room for that."""

    COMPONENT_CLASSES = {*(f"list--{tone}" for tone in TONES), "list--cursor", "list--marked"}
    BINDINGS = [
        *(one for action in MOVES if action.id != "back" for one in bound(action.id, f"do('{action.id}')")),
        *bound("left", "do('left')", "The group's heading"),
        *bound("right", "do('right')", "The group's cases"),
    ]

    class Moved(Message):
        """The cursor was moved to another case."""

    class Wanted(Message):
        """Rows on the screen or near it have not been read, or the last messages of some, by number and version."""

        def __init__(self, numbers: list[int], messages: dict[int, int]) -> None:
            super().__init__()
            self.numbers = numbers
            self.messages = messages

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
        self.when_empty: Callable[[], list[Line]] = list
        """What stands in the middle of a list without cases."""
        self.chosen_columns: Sequence[str] = USUAL
        self.layout_of_columns: Layout = columns.lay_out(80)
        self._digits = 3
        self._sort = "due"
        self._used: frozenset[str] = frozenset()
        """The vanishing columns in which some row of the list has something."""
        self._names = 0
        """Cells in which the names of owners in the list are whole."""
        self._other_list = True
        self._spots: list[tuple[int, int]] = []
        """Where cases have two lines: for each line on the screen, the index in the board and which line of it."""

    @property
    def lines_shown(self) -> int:
        """How many lines the screen has room for."""
        return max(1, self.size.height)

    @property
    def top(self) -> int:
        """The index of the first line on the screen."""
        return round(self.scroll_offset.y)

    @property
    def has_messages(self) -> bool:
        """Whether each case has a second line, with its last message."""
        return bool(self._spots)

    def line_of(self, index: int) -> int:
        """The line of the screen's content at which an index of the board begins."""
        return self._spots.index((index, 0)) if self._spots else index

    def spot(self, y: int) -> tuple[int, int]:
        """What is at a line of the screen: the index in the board, beyond its end too, and which line of it."""
        if not self._spots:
            return self.top + y, 0
        return self._spots[y] if y < len(self._spots) else (len(self.board.lines), 0)

    def on_resize(self) -> None:
        """Fits the columns to the new width and keeps the cursor on the screen."""
        self.lay_out()
        self.keep_in_sight()
        self.want()

    def watch_show_vertical_scrollbar(self) -> None:
        """Fits the columns to the width beside the scroll bar, which comes and goes with the length of the list."""
        if self.is_mounted:
            self.lay_out()

    def lay_out(self) -> None:
        """Lays out the columns again and sets the list's length."""
        width = max(20, self.scrollable_content_region.width)
        self.layout_of_columns = columns.lay_out(
            width - GUTTER,
            self.chosen_columns,
            self._digits,
            self._sort,
            self._used,
            names=self._names,
        )
        self._measure(width)
        self.refresh()
        self.post_message(self.Marked())  # the screen redraws the heads on it

    def _measure(self, width: int) -> None:
        """Sets the length of the list: each case has two lines if all of them fit on the screen then."""
        lines, room = self.board.lines, self.size.height
        spots: list[tuple[int, int]] = []
        if len(lines) <= room:
            for index, line in enumerate(lines):
                spots += [(index, 0)] if line < 0 else [(index, 0), (index, 1)]
        self._spots = spots if len(spots) <= room else []
        self.virtual_size = Size(width, len(self._spots) or len(lines))

    def show_sorted(self, sort: str) -> None:
        """Takes over the sort order of another list; its column is shown if there is room."""
        self._other_list = True
        if sort != self._sort:
            self._sort = sort
            self.lay_out()

    def begin(self) -> None:
        """Lays out the columns for the first rows of the console."""
        self._see_columns()
        self.lay_out()

    def _see_columns(self, *, anew: bool = False) -> None:
        """Shows a vanishing column once a row near the screen has something in it, and makes room for names.

        It vanishes, and the room goes, only when every row of the list is near, or when the list is looked at `anew`:
        else it would come and go while somebody scrolls.
        """
        board, first = self.board, self.top - _AHEAD
        count = self.lines_shown + 2 * _AHEAD
        rows = [row for number in board.shown(first, count) if (row := board.row(number)) is not None]
        used = frozenset[str]().union(*map(used_by, rows))
        names = name_cells(rows, board.roster)
        if len(board) > self.lines_shown + _AHEAD and not anew:
            used, names = used | self._used, max(names, self._names)
        if (used, names) != (self._used, self._names):
            self._used, self._names = used, names
            self.lay_out()

    def show_order(self, shift: int) -> None:
        """Shows the board's new order, scrolled by `shift` so that the cursor's row keeps its place on the screen."""
        digits = len(str(max(self.board.numbers, default=0)))
        if digits > self._digits:
            self._digits = digits
            self.lay_out()
        self._measure(self.virtual_size.width)
        if shift and not self._spots:
            self.scroll_to(y=max(0, self.top + shift), animate=False, force=True)
        self.keep_in_sight()
        self._see_columns(anew=self._other_list)
        self._other_list = False
        self.refresh_changed()
        self.want()

    def keep_in_sight(self) -> None:
        """Scrolls as little as needed to bring the cursor onto the screen."""
        cursor, top, height = self.board.cursor, self.top, self.lines_shown
        if self._spots:
            cursor = 0  # all of the list is on the screen
        elif cursor == self.board.first():
            cursor = 0  # with the rule above the first case
        if cursor < top:
            self.scroll_to(y=cursor, animate=False, force=True)
        elif cursor >= top + height:
            self.scroll_to(y=cursor - height + 1, animate=False, force=True)

    def show_rows(self, numbers: set[int]) -> None:
        """Shows the rows of some cases, which have been read."""
        self._see_columns()
        self.refresh_cases(numbers)
        self.want()  # rows on the screen may have been dropped to make room

    def near(self) -> set[int]:
        """The cases on the screen and around it, and the one under the cursor."""
        around = self.board.shown(self.top - _AHEAD, self.lines_shown + 2 * _AHEAD)
        return {line for line in (*around, self.board.current or 0) if line > 0}

    def want(self) -> None:
        """Asks for the rows around the screen that have not been read, and for the messages on it."""
        first = self.top - _AHEAD
        missing = self.board.unknown(first, self.lines_shown + 2 * _AHEAD)
        messages = self.board.without_message() if self._spots else {}
        if missing or messages:
            self.post_message(self.Wanted(missing, messages))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Asks for unread rows that come into sight."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.want()

    def refresh_cases(self, numbers: set[int]) -> None:
        """Redraws the lines of some cases, as far as they are on the screen."""
        places = range(min(self.lines_shown, self.virtual_size.height))
        shown = [y for y in places if (at := self.spot(y)[0]) < len(self.board.lines) and self.board.at(at) in numbers]
        if shown:
            self.refresh_changed(shown)

    def _redraw(self, index: int) -> None:
        """Redraws a line of the board."""
        if index < len(self.board.lines):
            self.refresh_lines(self.line_of(index), 2 if self._spots and self.board.at(index) > 0 else 1)

    def action_do(self, name: str) -> None:
        """Runs a key of the list."""
        board, page = self.board, max(1, self.lines_shown - 1)
        match name:
            case "up":
                self.go(board.next_stop(board.cursor - 1, -1))
            case "down":
                self.go(board.next_stop(board.cursor + 1, 1))
            case "page-up":
                self.go(board.next_stop(board.cursor - page, -1))
            case "page-down":
                self.go(board.next_stop(board.cursor + page, 1))
            case "left":
                self.go(board.heading())
            case "right" if board.rule is not None:
                self.go(board.next_stop(board.cursor + 1, 1))
            case "top":
                self.go(board.first())
            case "end":
                self.go(len(board.lines) - 1)
            case "mark" if board.rule is not None:
                board.mark_group(board.rule)
                self._folded()
            case "mark":
                if board.current is not None:
                    board.mark(board.current)
                    self._redraw(board.cursor)
                    self.go(board.next_stop(board.cursor + 1, 1))
                    self.post_message(self.Marked())
            case "mark-all":
                board.mark_all()
                self.refresh()
                self.post_message(self.Marked())
            case "open" if board.rule is not None:
                self.fold(board.rule)
            case "open":
                self.post_message(self.Opened())

    def fold(self, group: int) -> None:
        """Hides the cases of a group, or shows them again."""
        self.board.fold(group)
        self._folded()

    def _folded(self) -> None:
        """Draws the list with other lines, and reports that the cursor and marks may have changed."""
        self._measure(self.virtual_size.width)
        self.keep_in_sight()
        self._see_columns()
        self.refresh()
        self.want()
        self.post_message(self.Moved())
        self.post_message(self.Marked())

    def go(self, index: int) -> None:
        """Moves the cursor to an index of the board."""
        before, length, gone = self.board.cursor, len(self.board.lines), self.board.gone
        after = self.board.move(index)
        other = len(self.board.lines) != length or self.board.gone != gone
        if other:
            self._measure(self.virtual_size.width)
            self.refresh()
        else:
            self._redraw(before)
            self._redraw(after)
        self.keep_in_sight()
        if after != before or other:
            self.post_message(self.Moved())

    def go_to(self, number: int) -> bool:
        """Puts the cursor on a case, and unfolds its group; False when it is not in the list."""
        before, length = self.board.current, len(self.board.lines)
        if not self.board.go_to(number):
            return False
        if len(self.board.lines) != length:
            self._folded()
        elif self.board.current != before:
            self.refresh()
            self.keep_in_sight()
            self.post_message(self.Moved())
        return True

    def unmark(self) -> None:
        """Removes all marks."""
        self.board.marks.clear()
        self.refresh()
        self.post_message(self.Marked())

    def show_time(self, now: int) -> None:
        """Sets the current time and redraws only those lines on the screen that it changes."""
        self.board.now = now
        self.refresh_changed(range(min(self.lines_shown, self.virtual_size.height)))

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor to the clicked row; a click in the margin also marks it, a double click opens it.

        A click on a rule folds its group, or unfolds it.
        """
        offset = event.get_content_offset(self)
        if offset is None:
            return
        index, _ = self.spot(offset.y)
        if index >= len(self.board.lines):
            return
        line = self.board.at(index)
        self.go(index)
        if line < 0:
            self.fold(rule_group(line))
        elif offset.x < GUTTER and self.board.current is not None:
            self.board.mark(self.board.current)
            self._redraw(self.board.cursor)
            self.post_message(self.Marked())
        elif event.chain > 1:
            self.post_message(self.Opened())

    def line(self, y: int) -> Strip:
        """One line: a row, the last message below it, or a rule."""
        width = self.size.width
        index, part = self.spot(y)
        base = self.tone_style("")
        if index >= len(self.board.lines):
            middle = () if self.board.lines else centred(self.when_empty(), y, width, self.size.height)
            segments = [Segment(text, base + self.tone_style(tone) if tone else base) for text, tone in middle]
            return Strip(segments).adjust_cell_length(width, base)
        number = self.board.at(index)
        here = index == self.board.cursor
        marked = number in self.board.marks
        extra = Style.null()
        if marked:
            extra += self.tone_style("marked")
        if here:
            extra += self.tone_style("cursor") if self.has_focus or not self.screen.focused else Style(bold=True)
        gutter = f"{'▶' if here and not part else ' '}{'●' if marked and not part else ' '}"
        segments = [Segment(gutter, base + extra)]

        def add(pieces: Line) -> None:
            for text, tone in pieces:
                segments.append(Segment(text, base + self.tone_style(tone) + extra if tone else base + extra))

        room = self.scrollable_content_region.width - GUTTER
        if number < 0:
            add(rule_pieces(self.board, rule_group(number), room))
        elif (row := self.board.row(number)) is None:
            segments.append(Segment(" " * 3 if part else f"{number:>6} …", base + extra))
        elif part:
            add(message_pieces(self.board, number, self.layout_of_columns, room))
        else:
            for pieces in cells(row, self.board, self.layout_of_columns):
                add(pieces)
                segments.append(Segment(" ", base + extra))
            segments.pop()
        return Strip(segments).adjust_cell_length(width, base + extra)

    def component_style(self, tone: str) -> Style:
        """Tones set only the text colour, marks the background, the cursor both, so every tone is readable on it."""
        style = self.get_component_rich_style(f"list--{tone}")
        if tone == "cursor" and contrast(style.bgcolor, self.rich_style.bgcolor) < SEEN:
            return Style(bold=True, reverse=True)  # a theme whose colour is too near to its background
        if tone in TONES:
            return Style(color=style.color, bold=style.bold, italic=style.italic)
        ink = style.color if tone == "cursor" else None
        return Style(color=ink, bgcolor=style.bgcolor, bold=style.bold, reverse=style.reverse)
