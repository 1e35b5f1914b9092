"""A case on its own screen, when there is no room beside the list."""

from __future__ import annotations

from typing import Protocol

from textual.app import ComposeResult

from careconsole.commands import OTHER_COMMANDS, VERBS
from careconsole.commands.console_keys import ACTION_BY_ID, ACTIONS
from careconsole.tui.queue.case_list import CaseList
from careconsole.tui.queue.case_reader import CaseReader
from careconsole.tui.queue.case_sheet import CaseSheet
from careconsole.tui.queue.way_back import WayBack
from careconsole.tui.widgets.bars import Bar
from careconsole.tui.widgets.base_screen import Page
from careconsole.tui.widgets.bindings import bound

_HERE = [ACTION_BY_ID[id] for id in (
    "more", "why", "copy", "customer", "linked", "raise", "lower", "customer-said", "news", "who", "lock", "palette",
    "help", "suspend",
)]  # fmt: skip
"""Actions that work here besides commands on the case."""
_SHEETS = {"up", "down", "page-up", "page-down", "top", "end", "open", "mark", "back", "quit"}
"""Ids of actions that move within the sheet, or close it."""
_LISTS = [action for action in ACTIONS if action not in _HERE and action.id not in _SHEETS]
"""Actions of the list, which go back to it first."""


class ListBelow(Protocol):
    """The list that a case screen was opened from, as far as its keys use it."""

    reading: CaseReader
    cases: CaseList
    way_back: WayBack

    def action_act(self, name: str) -> None:
        """Runs an action that is not a command on cases."""

    def action_view(self, slot: int) -> None:
        """Shows a saved view."""


class CaseScreen(Page[None]):
    """The sheet of the case under the cursor; every command works here as on the list."""

    BINDINGS = [
        *(one for verb in VERBS for one in bound(verb.id, f"app.verb('{verb.id}')")),
        *(one for id, _, _ in OTHER_COMMANDS for one in bound(id, f"app.other('{id}')")),
        *(one for action in _HERE for one in bound(action.id, f"act('{action.id}')")),
        *(one for action in _LISTS for one in bound(action.id, f"list('{action.id}')")),
        *(one for slot in range(10) for one in bound("number", f"view({slot})", f"View {slot}", only=[str(slot)])),
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
    ]

    def __init__(self, below: ListBelow) -> None:
        super().__init__()
        self._below = below
        self.sheet = CaseSheet()
        self.hints = Bar("hints")

    def compose(self) -> ComposeResult:
        """The sheet, and the keys that make sense on it."""
        yield self.sheet
        yield self.hints

    def on_mount(self) -> None:
        """Focuses the sheet and schedules a read of the case."""
        self.sheet.focus()
        self._below.reading.soon()

    def action_act(self, name: str) -> None:
        """Runs an action that is not a command on the case."""
        self.host.act(name)

    def action_list(self, name: str) -> None:
        """Goes back to the list and runs an action there."""
        self.close()
        self._below.action_act(name) if name != "mark-all" else self._below.cases.action_do(name)

    def action_view(self, slot: int) -> None:
        """Goes back to the list and shows a saved view there."""
        self.close()
        self._below.action_view(slot)

    def action_back(self) -> None:
        """Goes back to the list; from a case that a page led to, while another was open, to that page."""
        if not self._below.way_back.begins_on_sheet or not self._below.way_back.go():
            self.close()

    def close(self) -> None:
        """Goes back to the list."""
        self.dismiss()
        self._below.reading.soon()
