"""The notice that the terminal is too small; it goes by itself when there is room again."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from careconsole.tui.screens.base import Page


class TooSmall(Page[None]):
    """Covers everything while there is no room, so that no key does what nobody sees."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._least = (width, height)
        self._words = Static(id="small")

    def compose(self) -> ComposeResult:
        """The notice."""
        yield self._words

    def on_screen_resume(self) -> None:
        """What covered it is gone; not at once, for the console may be on its way out."""
        self.call_later(self.on_resize)

    def on_resize(self) -> None:
        """Says what is needed and what there is; with room enough, it goes."""
        (width, height), (across, down) = self.app.size, self._least
        if width >= across and height >= down:
            if self.is_current:
                self.dismiss()
            return
        words = f"careconsole needs {across} x {down} cells; this terminal has {width} x {height}."
        self._words.update(Content(f"{words} Make it larger, or its letters smaller. ctrl+q leaves."))
