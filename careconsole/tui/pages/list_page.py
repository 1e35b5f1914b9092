"""Pages that list one item per line: the cursor stays on its row, whose details are shown below."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import ClassVar, Generic, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from careconsole.commands.key_table import meanings_of
from careconsole.domain.terminal_text import cell_width, display_text
from careconsole.tui.pages.refreshing_page import RefreshingPage
from careconsole.tui.widgets.bars import Bar, Right, keys_parts, part_of
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.details import Details
from careconsole.tui.widgets.line_list import Lines

TURNS = [*bound("undo", "turn_command('undo')"), *bound("redo", "turn_command('redo')")]
"""The bindings of a page on which commands are given that an undo takes back."""

Row = TypeVar("Row")
Result = TypeVar("Result")


class ListRow(Option):
    """A line and the item it shows; a line without an item cannot be selected."""

    def __init__(self, words: Content, row: object = None) -> None:
        super().__init__(words, disabled=row is None)
        self.row = row


class ListPage(RefreshingPage[Result], Generic[Row, Result]):
    """A title, a list of lines, the details of the row under the cursor, and the keys.

    A page reads its data in `read`, builds its lines in `show` and puts them in the list with `fill`.
    """

    HEADS: ClassVar[bool] = False
    """Whether the columns have headings."""
    LONGEST: ClassVar[int | None] = None
    """The most cells of details to show; None: all."""

    _came_back = False
    _on_row: tuple[tuple[str, str], ...] = ()
    _any_time: tuple[tuple[str, str], ...] = ()

    def come_back(self) -> None:
        """Reads the page again, and keeps the cursor where it was."""
        self._came_back = True
        super().come_back()

    def compose(self) -> ComposeResult:
        """From the top: the title, the column headings, the lines, the details, the keys."""
        yield Bar("title")
        if self.HEADS:
            yield Static(id="heads")
        yield Lines("lines")
        yield from self.below()
        yield Bar("hints")

    def below(self) -> Iterable[Widget]:
        """The widgets for the details of the row under the cursor, if any."""
        yield Details("whole")

    def on_mount(self) -> None:
        """Focuses the list and reads it. Textual calls this after the `on_mount` of a subclass, without `super()`."""
        self.query_one(Lines).focus()
        self.action_refresh()

    # What is shown.

    def put_title(self, parts: Sequence[tuple[str, str, str]], right: Right = ("", "")) -> None:
        """Shows parts (text, style, mark) in the first line, and one at its right end."""
        self.query_one("#title", Bar).put(parts, right)

    def put_heads(self, heads: Content) -> None:
        """Shows the column headings."""
        self.query_one("#heads", Static).update(Content.assemble(heads))

    def put_keys(self, *keys: tuple[str, str], on_row: Sequence[tuple[str, str]] = ()) -> None:
        """Shows in the last line which keys do what; those `on_row`, the first ones, while they do it on the row."""
        self._on_row, self._any_time = tuple(on_row), keys
        self._show_offers()

    def _show_offers(self) -> None:
        row = self.row
        offered = [one for one in self._on_row if row is not None and self.offers(row, one[0])]
        self.query_one("#hints", Bar).put(keys_parts(*offered, *self._any_time))

    def offers(self, row: Row, key: str) -> bool:
        """Whether a key (as it is usually written, such as "Enter") does something on this row."""
        return True

    def has_use(self, meaning: str) -> bool:
        """Whether a key with this meaning does something now: what works on rows needs one on which it does."""
        row, keys = self.row, [key for key, _ in self._on_row if meaning in meanings_of(key)]
        return not keys or (row is not None and any(self.offers(row, key) for key in keys))

    def put_words(self, words: str) -> None:
        """Shows the details of the row under the cursor."""
        self.query_one("#whole", Details).put(display_text(words, self.LONGEST))

    def fill(self, options: Sequence[ListRow], otherwise: int = 0) -> None:
        """Shows these lines. The cursor stays on its row; if that is gone, it goes to line `otherwise`.

        Where one comes back to, it stays on its line even if the row cannot be known again.
        """
        if self._came_back:
            self._came_back, otherwise = False, self.place
        lines, before = self.query_one(Lines), self.row
        known = self.key(before) if before is not None else None
        lines.set_options(options)
        places = [place for place, option in enumerate(options) if option.row is not None]
        same = (place for place in places if known is not None and self.key(cast("Row", options[place].row)) == known)
        nearest = max(places[0], min(otherwise, places[-1])) if places else None
        lines.highlighted = next(same, nearest)
        self._tell()

    def key(self, row: Row) -> Hashable:
        """Identifies a row when the list is read again; None: the cursor does not follow it."""
        return None

    def words(self, row: Row | None) -> str:
        """The details of the row under the cursor."""
        return ""

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        self.put_words(self.words(self.row))
        self._show_offers()

    @property
    def row(self) -> Row | None:
        """The row under the cursor, or None."""
        option = self.query_one(Lines).highlighted_option
        return cast("Row", option.row) if isinstance(option, ListRow) else None

    @property
    def case_here(self) -> int | None:
        """The case of the row under the cursor."""
        row = self.row
        return None if row is None else self.case_of(row)

    def case_of(self, row: Row) -> int | None:
        """The case that a row is about; None: it is about none, or about several."""
        case = getattr(row, "case", None)
        return case if isinstance(case, int) and case else None

    @property
    def place(self) -> int:
        """The index of the line under the cursor; 0 when there is none."""
        return self.query_one(Lines).highlighted or 0

    # Keys.

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        row = self.row
        if row is not None and self.is_current:  # a second Enter may be queued already
            self.choose(row)

    def choose(self, row: Row) -> None:
        """Handles Enter on a row."""


class TabbedPage(ListPage[Row, Result], Generic[Row, Result]):
    """Several lists, shown one at a time; a digit, Tab or a click switches."""

    HEAD: ClassVar[str] = ""
    TABS: ClassVar[tuple[str, ...]] = ()
    """The names of the lists, in the order of their keys."""

    def __init__(self) -> None:
        super().__init__()
        self.tab = 0
        """The index of the selected list."""
        self._turned = False

    def show_tabs(self, right: Right = ("", "")) -> None:
        """Shows the lists in the first line, the selected one marked; where room is short, with fewer words."""
        parts = self._tabs(counted=True)
        if sum(cell_width(text) for text, _, _ in parts) + cell_width(part_of(right)[0]) >= self.size.width > 0:
            parts, right = self._tabs(counted=False), ("", "")
            if sum(cell_width(text) for text, _, _ in parts) > self.size.width:
                parts = parts[1:]
        self.put_title(parts, right)

    def _tabs(self, *, counted: bool) -> list[tuple[str, str, str]]:
        parts = [(f"{self.HEAD} ", "bold", "")]
        for place, name in enumerate(self.TABS):
            here = place == self.tab
            count, style = self.count(place) if counted or here else ("", self.count(place)[1])
            text = f"{place + 1} {name}{count}"
            parts.append((f"[{text}]" if here else f" {text} ", "bold reverse" if here else style, str(place)))
        return parts

    def count(self, place: int) -> tuple[str, str]:
        """The count of a list as shown after its name (" 12", or empty), and the style of both."""
        return "", ""

    @on(Bar.Clicked)
    def _clicked(self, message: Bar.Clicked) -> None:
        self.action_which(int(message.mark))

    def fill(self, options: Sequence[ListRow], otherwise: int = 0) -> None:
        """Shows these lines; in another list the cursor begins at the top, unless its row is in that one, too."""
        otherwise, self._turned = 0 if self._turned else otherwise, False
        super().fill(options, otherwise)

    def action_which(self, place: int) -> None:
        """Switches to another list."""
        self._turned = self._turned or place != self.tab
        self.tab = place
        self.action_refresh()

    def action_turn(self, step: int) -> None:
        """Switches to the next list (`step` 1) or the previous one (-1)."""
        self.action_which((self.tab + step) % len(self.TABS))
