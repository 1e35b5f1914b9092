"""A sheet to read: lines whose pieces have tones; only those on the screen are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.toned import Toned

if TYPE_CHECKING:
    from careconsole.tui.widgets.toned_lines import Line

TONES = ("title", "heading", "late", "soon", "level", "quiet", "strong", "public", "inbound", "internal", "undone")


class LineSheet(Toned, can_focus=True):
    """Shows lines made safe and wrapped to its width; another width calls again what `put` was given."""

    COMPONENT_CLASSES = {f"sheet--{tone}" for tone in TONES}
    BINDINGS = [
        *bound("down", "scroll_down", "Down", only=["j"]),
        *bound("up", "scroll_up", "Up", only=["k"]),
        *bound("top", "scroll_home", "Top", only=["g"]),
        *bound("end", "scroll_end", "End", only=["G"]),
    ]

    def __init__(self, id: str = "sheet") -> None:
        super().__init__(id)
        self._lines: list[Line] = []
        self._making: Callable[[int], list[Line]] | None = None

    def put(self, making: Callable[[int], list[Line]], *, top: bool = False) -> None:
        """Shows the lines that `making` returns for a width, scrolled to the top if `top` is set."""
        self._making = making
        self.lay_out()
        if top:
            self.scroll_to(y=0, animate=False, force=True)

    @property
    def room(self) -> int:
        """How many cells a line may take."""
        return max(20, self.scrollable_content_region.width - 1)

    def on_resize(self) -> None:
        """Wraps the lines to the new width."""
        self.lay_out()

    def lay_out(self) -> None:
        """Makes the lines again; redraws only if they have changed."""
        lines = self._making(self.room) if self._making is not None else []
        if lines == self._lines and self.virtual_size.width == self.room:
            return
        self._lines = lines
        self.virtual_size = Size(self.room, len(self._lines))
        self.refresh_changed()

    def line(self, y: int) -> Strip:
        """One line of the sheet."""
        width = self.size.width
        base = self.tone_style("")
        index = round(self.scroll_offset.y) + y
        if index >= len(self._lines):
            return Strip.blank(width, base)
        segments = [Segment(text, base + self.tone_style(tone) if tone else base) for text, tone in self._lines[index]]
        return Strip([Segment(" ", base), *segments]).adjust_cell_length(width, base)

    def component_style(self, tone: str) -> Style:
        """The style of a tone, without its background: the sheet's own shows through."""
        found = self.get_component_rich_style(f"sheet--{tone}")
        return Style(color=found.color, bold=found.bold, italic=found.italic, strike=found.strike)
