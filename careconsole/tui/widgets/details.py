"""The details of what is under the cursor: a text that says with "…" that there is more of it than there is room."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from careconsole.domain.terminal_text import cut_short, wrapped


class Details(Static):
    """A text, wrapped into the lines that there are."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._text = ""

    def put(self, text: str) -> None:
        """Shows a text, which has been made safe."""
        self._text = text
        self.update(Content(text))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines of the whole text; a style sheet may give it fewer."""
        return len(wrapped(self._text, max(1, width)))

    def render(self) -> Content:
        """The lines for which there is room, of which the last one ends in "…" if there are more."""
        width, height = self.content_size
        lines = wrapped(self._text, max(1, width))
        if len(lines) > height > 0:
            lines = [*lines[: height - 1], cut_short(lines[height - 1], width)]
        return Content("\n".join(lines))
