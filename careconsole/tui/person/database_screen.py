"""The sheet that says what happened to the database, and leads out of the console or to the database now there."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.domain.errors import CareError
from careconsole.domain.terminal_text import display_text
from careconsole.tui.hints import hint_text
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.bindings import bound


class DatabaseSheet(Sheet[None]):
    """Says why this console can no longer be used. Enter calls `go_on`, which `onwards` names in a few words.

    `typed`: a form below holds something that can still be looked at and copied.
    """

    BINDINGS = [
        *bound("open", "on", "On"),
        *bound("back", "back", only=["escape"]),
    ]

    def __init__(self, error: CareError, onwards: str, go_on: Callable[[], object], *, typed: bool) -> None:
        super().__init__()
        self._error, self._onwards, self._typed = error, onwards, typed
        self._go_on = go_on

    def compose(self) -> ComposeResult:
        """What happened, and the keys."""
        with Vertical(id="sheet-box", classes="sheet"):
            yield Static(Content(display_text(self._error.message, 500)))
            yield Static(Content(display_text(hint_text(self._error.hint), 500)), classes="question")
            if self._typed:
                yield Static(Content("Press Esc to see what was typed here again and copy it."), classes="question")
            yield Bar("database-keys")

    def on_mount(self) -> None:
        """Sets the title and the keys."""
        self.query_one("#sheet-box").border_title = Content("The database")
        keys = [("Enter", self._onwards), ("ctrl+q", "quit")]
        self.query_one("#database-keys", Bar).put(keys_parts(*keys, *([("Esc", "back")] if self._typed else [])))

    def action_on(self) -> None:
        """Goes on. The sheet stays open meanwhile, so that no key reaches what is below."""
        self._go_on()

    def action_back(self) -> None:
        """Goes back to what was typed, if there is anything."""
        if self._typed:
            self.dismiss(None)
