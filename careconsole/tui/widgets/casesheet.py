"""A case on the screen: its sheet and its timeline, beside the list or on a screen of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

if TYPE_CHECKING:
    from careconsole.desk.ask import View
    from careconsole.tui.sheetlines import Beside, Line

TONES = ("title", "heading", "late", "soon", "quiet", "strong", "public", "inbound", "internal", "undone")


class CaseSheet(ScrollView, can_focus=True):
    """Shows one case; only the lines on the screen are drawn."""

    COMPONENT_CLASSES = {f"sheet--{tone}" for tone in TONES}
    BINDINGS = [
        ("j", "scroll_down", "Down"),
        ("k", "scroll_up", "Up"),
        ("g", "scroll_home", "Top"),
        ("G", "scroll_end", "End"),
    ]

    def __init__(self, id: str = "sheet") -> None:
        super().__init__(id=id)
        self.view: View | None = None
        self.beside: Beside | None = None
        self._lines: list[Line] = []
        self._styles: dict[str, Style] = {}

    def on_mount(self) -> None:
        """Styles change with the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.notify_style_update())

    def notify_style_update(self) -> None:
        """The styles are read anew."""
        super().notify_style_update()
        self._styles.clear()
        self.refresh()

    def show(self, view: View | None, beside: Beside | None = None) -> None:
        """Shows a case, or none; the same case keeps its place on the screen."""
        other = view is None or self.view is None or view.case.number != self.view.case.number
        self.view, self.beside = view, beside
        self._arrange()
        if other:
            self.scroll_to(y=0, animate=False, force=True)

    @property
    def _width(self) -> int:
        return max(20, self.scrollable_content_region.width - 1)

    def on_resize(self) -> None:
        """The lines are broken anew."""
        self._arrange()

    def _arrange(self) -> None:
        lines = [] if self.view is None else self._made(self.view, self.beside)
        if lines == self._lines and self.virtual_size.width == self._width:
            return
        self._lines = lines
        self.virtual_size = Size(self._width, len(self._lines))
        self.refresh()

    def _made(self, view: View, beside: Beside | None) -> list[Line]:
        from careconsole.tui.sheetlines import Beside, sheet_lines  # not needed for the first screen

        return sheet_lines(view, beside or Beside(), self._width)

    def render_line(self, y: int) -> Strip:
        """One line of the sheet."""
        width = self.size.width
        base = self._style("")
        index = round(self.scroll_offset.y) + y
        if index >= len(self._lines):
            return Strip.blank(width, base)
        segments = [Segment(text, base + self._style(tone) if tone else base) for text, tone in self._lines[index]]
        return Strip([Segment(" ", base), *segments]).adjust_cell_length(width, base)

    def _style(self, tone: str) -> Style:
        style = self._styles.get(tone)
        if style is None:
            if not tone:
                style = self.rich_style
            else:
                found = self.get_component_rich_style(f"sheet--{tone}")
                style = Style(color=found.color, bold=found.bold, italic=found.italic, strike=found.strike)
            self._styles[tone] = style
        return style
