"""Pages to read: a title, lines that scroll, the keys."""

from __future__ import annotations

from textual.app import ComposeResult

from careconsole.tui.pages.refreshing_page import RefreshingPage
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.line_sheet import LineSheet


class SheetPage(RefreshingPage[None]):
    """A page that reads with `read` and shows its lines in `show`, by putting them on the `sheet`."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet = LineSheet("lines")
        self.title_bar = Bar("title")

    def compose(self) -> ComposeResult:
        """From the top: the title, the lines, the keys."""
        yield self.title_bar
        yield self.sheet
        yield Bar("hints")

    def on_mount(self) -> None:
        """Reads it."""
        self.sheet.focus()
        self.query_one("#hints", Bar).put(keys_parts(("j k", "move"), ("r", "reload"), ("Esc", "back")))
        self.action_refresh()
