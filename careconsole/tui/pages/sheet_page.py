"""Read-only pages: a title, lines that scroll, the keys."""

from __future__ import annotations

from textual.app import ComposeResult

from careconsole.domain.terminal_text import display_text, wrapped
from careconsole.tui.pages.refreshing_page import RefreshingPage
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.line_sheet import LineSheet


class SheetPage(RefreshingPage[None]):
    """A page that reads its data in `read` and puts its lines on the `sheet` in `show`."""

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
        """Shows the keys and reads the page. Textual calls this after the `on_mount` of a subclass."""
        self.sheet.focus()
        self.query_one("#hints", Bar).put(keys_parts(("↑ ↓", "move"), ("F5", "reload"), ("Esc", "back")))
        self.action_refresh()


def labelled(rows: list[tuple[str, str]], width: int, label: int) -> list[tuple[tuple[str, str], ...]]:
    """Labels with texts beside them as the lines of a sheet; `label` is how many cells the labels have."""
    lines: list[tuple[tuple[str, str], ...]] = []
    for name, text in rows:
        for place, part in enumerate(wrapped(display_text(text, 2_000), max(20, width - label))):
            lines.append(((f"{name if not place else '':<{label}}", "heading"), (part, "")))
    return lines
