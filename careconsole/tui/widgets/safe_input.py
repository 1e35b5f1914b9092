"""A line to type into, whose content is made safe before it reaches the terminal."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widgets import Input

from careconsole.domain.terminal_text import display_text


class SafeInput(Input):
    """One line with a cursor that does not blink."""

    def __init__(self, value: str = "", placeholder: str = "", id: str | None = None) -> None:
        super().__init__(" ".join(value.split("\n")), placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def on_mount(self) -> None:
        """Makes the first text put into an empty line scroll like any other, so that the cursor is in sight."""
        self._initial_value = False

    def put(self, text: str, cursor: int | None = None) -> None:
        """Replaces the text, and puts the cursor at its end or at `cursor`."""
        self.value = text
        self.cursor_position = len(text) if cursor is None else cursor

    def _on_paste(self, event: events.Paste) -> None:
        """Joins pasted lines into one; Textual would keep only the first."""
        event.text = " ".join(event.text.split("\n")).replace("\r", "")
        super()._on_paste(event)

    def render_line(self, y: int) -> Strip:
        """The line, made safe."""
        return made_safe(super().render_line(y), self.size.width)


def made_safe(strip: Strip, width: int) -> Strip:
    """A line of a field, made safe for the terminal; it stays `width` cells wide."""
    if all(segment.text.isascii() and segment.text.isprintable() for segment in strip):
        return strip
    segments = [Segment(display_text(text), style, control) for text, style, control in strip]
    return Strip(segments).adjust_cell_length(width)
