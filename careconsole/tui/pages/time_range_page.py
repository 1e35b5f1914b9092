"""Pages that list what falls into a time range, of everybody or of the person at work."""

from __future__ import annotations

from typing import ClassVar, Generic

from careconsole.commands.key_table import shown_key
from careconsole.tui.pages.list_page import ListPage, Row
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound


class TimeRangePage(ListPage[Row, int | ShowList | None], Generic[Row]):
    """A list over a time range. Its result is the number of the case to go to, a list to show, or None.

    `SPANS` are the ranges to choose from, shortest first, each as a number and in words.
    """

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("right", "span(1)", "Further"),
        *bound("left", "span(-1)", "Less far"),
        *bound("next", "mine", "Mine or all", priority=True),
        *bound("refresh", "refresh"),
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
            self.host.say("Nobody is at work here yet.", f"Press {shown_key('who')} in the queue and say who you are.")
            return
        self._mine = not self._mine
        self.action_refresh()
