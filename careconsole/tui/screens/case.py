"""A case on a screen of its own, where there is no room beside the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding

from careconsole.commands import OTHERS, VERBS
from careconsole.commands.console import ACTION_BY_ID
from careconsole.tui.screens.base import Page
from careconsole.tui.widgets.bars import Bar
from careconsole.tui.widgets.casesheet import CaseSheet

if TYPE_CHECKING:
    from careconsole.tui.screens.queue import QueueScreen


_HERE = [ACTION_BY_ID[id] for id in ("more", "why", "copy", "who", "lock", "palette", "help")]
"""What works here besides commands on the case."""


class CaseScreen(Page[None]):
    """The sheet of the case under the cursor; every command works here as on the list."""

    BINDINGS = [
        *(Binding(verb.key, f"app.verb('{verb.id}')", verb.title, show=False) for verb in VERBS if verb.key),
        *(Binding(key, f"app.other('{id}')", title, show=False) for id, key, title in OTHERS if key),
        *(Binding(key, f"act('{one.id}')", one.title, show=False) for one in _HERE for key in one.keys),
        Binding("escape,q,backspace", "back", "Back", show=False),
    ]

    def __init__(self, queue: QueueScreen) -> None:
        super().__init__()
        self._queue = queue
        self.sheet = CaseSheet()
        self.hints = Bar("hints")

    def compose(self) -> ComposeResult:
        """The sheet, and the keys that make sense on it."""
        yield self.sheet
        yield self.hints

    def on_mount(self) -> None:
        """Shows what was read, and reads it again."""
        self.sheet.focus()
        self._queue.reading.soon()

    def action_act(self, name: str) -> None:
        """A key that is no command on the case."""
        self.console_app.act(name)

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss()
        self._queue.reading.soon()
