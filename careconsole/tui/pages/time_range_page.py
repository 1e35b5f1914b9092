"""Pages that list what falls into a time range, of everybody or of the person at work."""

from __future__ import annotations

from typing import ClassVar, Generic

from textual.binding import Binding

from careconsole.tui.pages.list_page import ListPage, Row
from careconsole.tui.widgets.base_screen import ShowList


class TimeRangePage(ListPage[Row, int | ShowList | None], Generic[Row]):
    """A list over a time range. Its result is the number of the case to go to, a list to show, or None.

    `SPANS` are the ranges to choose from, shortest first, each as a number and in words.
    """

    BINDINGS = [
        Binding("escape,q,backspace", "back", "Back", show=False),
        Binding("plus,right", "span(1)", "Further", show=False),
        Binding("minus,left", "span(-1)", "Less far", show=False),
        Binding("m", "mine", "Mine or all", show=False),
        Binding("r,f5", "refresh", "Refresh", show=False),
    ]

    SPANS: ClassVar[tuple[tuple[int, str], ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self._span = 1
        self._mine = False

    def action_span(self, step: int) -> None:
        """Switches to a longer range (`step` 1) or a shorter one (-1)."""
        span = min(max(self._span + step, 0), len(self.SPANS) - 1)
        if span != self._span:
            self._span = span
            self.action_refresh()

    def action_mine(self) -> None:
        """Toggles between all rows and those of the person at work."""
        if self.session.person is None:
            self.host.say("Nobody is at work here yet.", "Press w in the queue and say who you are.")
            return
        self._mine = not self._mine
        self.action_refresh()
