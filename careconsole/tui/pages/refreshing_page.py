"""Pages that are read again whenever others have done something, though never twice at once."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.timer import Timer

from careconsole.tui.widgets.base_screen import Page

Result = TypeVar("Result")
_REST = 1.0
"""Seconds that others' changes are gathered before it is read once more."""


class RefreshingPage(Page[Result], Generic[Result]):
    """A page whose `read` brings what it shows, and whose `show` shows it."""

    def __init__(self) -> None:
        super().__init__()
        self._reading = self._again = False
        self._soon: Timer | None = None

    async def read(self) -> None:
        """Reads what is to be shown, with `ask`. Raises CareError, which is told."""
        raise NotImplementedError

    def show(self) -> None:
        """Shows what was read, if anything was."""
        raise NotImplementedError

    def on_resize(self) -> None:
        """The columns are laid out anew."""
        self.show()

    def hear(self) -> None:
        """Others changed something; it is read once more when they have done."""
        if self._soon is None:
            self._soon = self.set_timer(_REST, self.action_refresh)

    def action_refresh(self) -> None:
        """Reads it again."""
        self._soon, self._again = None, True
        if not self._reading:
            self._reading = True
            self.host.spawn(self._read_on())

    def action_back(self) -> None:
        """Back to where it was opened."""
        if self.is_current:
            self.dismiss(None)

    async def _read_on(self) -> None:
        try:
            while self._again:
                self._again = False
                await self.read()
                self.show()
        finally:
            self._reading = False
