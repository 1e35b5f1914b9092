"""Pages that are read again after others' changes, with one reading at a time."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual.timer import Timer

from careconsole.tui.widgets.base_screen import Page
from careconsole.tui.widgets.bindings import bound

Result = TypeVar("Result")


class RefreshingPage(Page[Result], Generic[Result]):
    """A page that reads its data in `read` and draws it in `show`."""

    BINDINGS = bound("palette", "palette")

    DELAY: ClassVar[float] = 1.0
    """Seconds for which others' changes are collected before the page is read again."""

    def __init__(self) -> None:
        super().__init__()
        self._reading = self._again = False
        self._soon: Timer | None = None

    async def read(self) -> None:
        """Reads the data, with `ask`. A CareError it raises is shown in the news."""
        raise NotImplementedError

    def show(self) -> None:
        """Shows what was read, if anything was."""
        raise NotImplementedError

    def on_resize(self) -> None:
        """Draws the data again for the new size."""
        self.show()

    def on_change(self) -> None:
        """Reads the page again after `DELAY` seconds, once for all changes until then."""
        if self._soon is None:
            self._soon = self.set_timer(self.DELAY, self.action_refresh)

    def come_back(self) -> None:
        """Reads the page again; the cursor stays on its row."""
        self.action_refresh()

    def action_refresh(self) -> None:
        """Reads the page again; if it is being read, once more after that."""
        self._soon, self._again = None, True
        if not self._reading:
            self._reading = True
            self.host.spawn(self._read_on())

    def action_turn_command(self, name: str) -> None:
        """Undoes the last command of the person at work, or redoes it; the page is read again after it."""
        self.host.action_other(name)

    def action_back(self) -> None:
        """Closes the page without a result."""
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
