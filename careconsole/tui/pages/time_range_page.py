"""Pages about a time range that one chooses, of everybody or of the person at work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic

from careconsole.commands.key_table import shown_key
from careconsole.domain.time.moments import DAY, day_start
from careconsole.tui.pages.list_page import ListPage, Result, Row
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound


def begins(now: int, days: int) -> int:
    """When a range begins that is "since today" or "since yesterday" (0 or 1 days), or "in the last 7 days".

    The first two begin with their day, the others so many times 24 hours ago (epoch milliseconds).
    """
    return (day_start(now) if days < 2 else now) - days * DAY


class SpanPage(ListPage[Row, Result], Generic[Row, Result]):
    """A list about a time range. `SPANS` are the ranges to choose from, shortest first."""

    SPANS: ClassVar[Sequence[object]] = ()
    USUAL: ClassVar[int] = 1
    """The place of the range at first."""

    def __init__(self) -> None:
        super().__init__()
        self._span = self.USUAL
        """The place of the chosen range."""
        self._mine = False

    def begin_anew(self) -> None:
        """Reads what was chosen."""
        self.action_refresh()

    def action_span(self, step: int) -> None:
        """Switches to a longer range (`step` 1) or a shorter one (-1)."""
        span = min(max(self._span + step, 0), len(self.SPANS) - 1)
        if span != self._span:
            self._span = span
            self.begin_anew()

    def action_mine(self) -> None:
        """Toggles between all rows and those of the person at work."""
        if self.session.person is None:
            self.host.say("Nobody is at work here yet.", f"Press {shown_key('who')} in the queue and say who you are.")
            return
        self._mine = not self._mine
        self.begin_anew()


class TimeRangePage(SpanPage[Row, int | ShowList | None], Generic[Row]):
    """A list of what falls into the range. Its result is the number of the case to go to, a list to show, or None.

    Each of the `SPANS` is a number and its words.
    """

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("right", "span(1)", "Further"),
        *bound("left", "span(-1)", "Less far"),
        *bound("next", "mine", "Mine or all", priority=True),
        *bound("refresh", "refresh"),
    ]
