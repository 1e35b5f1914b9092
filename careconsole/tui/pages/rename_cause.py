"""The sheet that asks for another name of a cause."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.domain.terminal_text import display_text
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.safe_input import SafeInput


class RenameCause(Sheet["str | None"]):
    """Asks what a cause is called. Its result is what was typed, or None."""

    BINDINGS = [
        *bound("back", "back", only=["escape"]),
        *bound("save", "save", "Save", priority=True),
        *bound("open", "save", "Save", priority=True),
    ]

    def __init__(self, label: str) -> None:
        super().__init__()
        self._called = SafeInput(label, "What it is called", "name")
        self._label = label

    def compose(self) -> ComposeResult:
        """What stays as it is, the name, and the keys."""
        with Vertical(classes="sheet pick"):
            yield Static(Content("Histories keep what was typed, and it counts as before."))
            with Horizontal(classes="form-row"):
                yield Static(Content("Name"), classes="form-label")
                yield self._called
            yield Bar("pick-keys")

    def on_mount(self) -> None:
        """Sets the title and the keys, and focuses the name."""
        self.query_one(".pick").border_title = Content(display_text(f"Rename “{self._label}”", 100))
        self.query_one("#pick-keys", Bar).put(keys_parts(("Enter", "rename"), ("Esc", "back")))
        self._called.focus()

    def action_save(self) -> None:
        """Closes with the name."""
        if self.is_current:
            self.dismiss(self._called.value)

    def action_back(self) -> None:
        """Closes without a change."""
        if self.is_current:
            self.dismiss(None)
