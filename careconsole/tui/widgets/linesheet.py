"""A sheet to read: lines whose pieces have tones, of which only those on the screen are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

if TYPE_CHECKING:
    from careconsole.tui.tonedlines import Line

TONES = ("title", "heading", "late", "soon", "quiet", "strong", "public", "inbound", "internal", "undone")


class LineSheet(ScrollView, can_focus=True):
    """Shows lines that were made safe and broken to its width; `made` makes them anew for another width."""

    COMPONENT_CLASSES = {f"sheet--{tone}" for tone in TONES}
    BINDINGS = [
        ("j", "scroll_down", "Down"),
        ("k", "scroll_up", "Up"),
        ("g", "scroll_home", "Top"),
        ("G", "scroll_end", "End"),
    ]

    def __init__(self, id: str = "sheet") -> None:
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._styles: dict[str, Style] = {}

    def made(self) -> list[Line]:
        """The lines in the present width."""
        return self._lines

    def on_mount(self) -> None:
        """Styles change with the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.notify_style_update())

    def notify_style_update(self) -> None:
        """The styles are read anew."""
        super().notify_style_update()
        self._styles.clear()
        self.refresh()

    @property
    def room(self) -> int:
        """How many cells a line may take."""
        return max(20, self.scrollable_content_region.width - 1)

    def on_resize(self) -> None:
        """The lines are broken anew."""
        self.lay_out()

    def lay_out(self) -> None:
        """Shows the lines as they are now; nothing is drawn when they are the same."""
        lines = self.made()
        if lines == self._lines and self.virtual_size.width == self.room:
            return
        self._lines = lines
        self.virtual_size = Size(self.room, len(self._lines))
        self.refresh()

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
