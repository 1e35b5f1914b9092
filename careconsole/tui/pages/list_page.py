"""Pages that list things, a line each: the cursor keeps its row, and what is under it is told in words below."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import ClassVar, Generic, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from careconsole.domain.terminal_text import display_text
from careconsole.tui.pages.refreshing_page import RefreshingPage
from careconsole.tui.widgets.bars import Bar, Part, keys_parts
from careconsole.tui.widgets.line_list import Lines

Row = TypeVar("Row")
Result = TypeVar("Result")


class ListRow(Option):
    """A line, and what it stands for; a line that stands for nothing cannot be chosen."""

    def __init__(self, words: Content, row: object = None) -> None:
        super().__init__(words, disabled=row is None)
        self.row = row


class ListPage(RefreshingPage[Result], Generic[Row, Result]):
    """A title, lines of which one has the cursor, what is under it in words, the keys.

    A page reads with `read`, makes its lines in `show` and puts them there with `fill`.
    """

    HEADS: ClassVar[bool] = False
    """Whether the columns have heads."""
    LONGEST: ClassVar[int | None] = None
    """Cells of the words below at most."""

    def compose(self) -> ComposeResult:
        """From the top: the title, the heads, the lines, the words, the keys."""
        yield Bar("title")
        if self.HEADS:
            yield Static(id="heads")
        yield Lines("lines")
        yield from self.below()
        yield Bar("hints")

    def below(self) -> Iterable[Widget]:
        """Where the words about the row under the cursor are, if anywhere."""
        yield Static(id="whole")

    def on_mount(self) -> None:
        """Reads it."""
        self.query_one(Lines).focus()
        self.action_refresh()

    # What is shown.

    def put_title(self, parts: Sequence[tuple[str, str, str]], right: Part = ("", "")) -> None:
        """Shows pieces as (text, style, mark) in the first line, and one at its right end."""
        self.query_one("#title", Bar).put(parts, right)

    def put_heads(self, heads: Content) -> None:
        """Shows the heads of the columns."""
        self.query_one("#heads", Static).update(Content.assemble(heads))

    def put_keys(self, *keys: tuple[str, str]) -> None:
        """Says in the last line which keys do what."""
        self.query_one("#hints", Bar).put(keys_parts(*keys))

    def put_words(self, words: str) -> None:
        """Shows the words about the row under the cursor."""
        self.query_one("#whole", Static).update(Content(display_text(words, self.LONGEST)))

    def fill(self, options: Sequence[ListRow], otherwise: int = 0) -> None:
        """Shows these lines. The cursor stays with its row; where that is gone, it goes to the place `otherwise`."""
        lines, before = self.query_one(Lines), self.row
        known = self.key(before) if before is not None else None
        lines.set_options(options)
        places = [place for place, option in enumerate(options) if option.row is not None]
        same = (place for place in places if known is not None and self.key(cast("Row", options[place].row)) == known)
        nearest = max(places[0], min(otherwise, places[-1])) if places else None
        lines.highlighted = next(same, nearest)
        self._tell()

    def key(self, row: Row) -> Hashable:
        """What a row is known by when it is read again; None: it is not."""
        return None

    def words(self, row: Row | None) -> str:
        """All that is said about the row under the cursor."""
        return ""

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        self.put_words(self.words(self.row))

    @property
    def row(self) -> Row | None:
        """What is under the cursor."""
        option = self.query_one(Lines).highlighted_option
        return cast("Row", option.row) if isinstance(option, ListRow) else None

    @property
    def place(self) -> int:
        """Where the cursor is, counted from the first line."""
        return self.query_one(Lines).highlighted or 0

    # Keys.

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        row = self.row
        if row is not None and self.is_current:  # a second Enter may be on its way
            self.choose(row)

    def choose(self, row: Row) -> None:
        """Enter on a row."""


class TabbedPage(ListPage[Row, Result], Generic[Row, Result]):
    """Several lists, of which a key, Tab or a click shows one."""

    HEAD: ClassVar[str] = ""
    TABS: ClassVar[tuple[str, ...]] = ()
    """What the lists are called, in the order of their keys."""

    def __init__(self) -> None:
        super().__init__()
        self.tab = 0
        """The list that is wanted."""

    def show_tabs(self, right: Part = ("", "")) -> None:
        """The first line: the lists, the present one marked."""
        parts = [(f"{self.HEAD} ", "bold", "")]
        for place, name in enumerate(self.TABS):
            here = place == self.tab
            count, style = self.count(place)
            text = f"{place + 1} {name}{count}"
            parts.append((f"[{text}]" if here else f" {text} ", "bold reverse" if here else style, str(place)))
        self.put_title(parts, right)

    def count(self, place: int) -> tuple[str, str]:
        """How many a list has, as it stands behind its name, and the style of both."""
        return "", ""

    @on(Bar.Clicked)
    def _clicked(self, message: Bar.Clicked) -> None:
        self.action_which(int(message.mark))

    def action_which(self, place: int) -> None:
        """Another list."""
        self.tab = place
        self.action_refresh()

    def action_turn(self, step: int) -> None:
        """The next list, or the one before."""
        self.action_which((self.tab + step) % len(self.TABS))
