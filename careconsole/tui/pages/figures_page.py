"""Pages of figures over a time that one chooses, each of which leads to its cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, cast

from careconsole.domain.filters.language import MAX_NUMBERS, number_filter
from careconsole.tui.pages.list_page import Result, Row
from careconsole.tui.pages.time_range_page import SpanPage
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound

_SHARE = 10.0
"""Others' changes are collected for at least as many times what reading took."""


class FiguresPage(SpanPage[Row, Result], Generic[Row, Result]):
    """A list of figures, whose reading grows with the number of cases."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("right", "span(1)", "A longer time", priority=True),
        *bound("left", "span(-1)", "A shorter time", priority=True),
        *bound("refresh", "refresh"),
    ]
    HEADS = True
    DELAY = 5.0
    READING: ClassVar[str] = "reading ..."
    """What stands at the right of the title until the figures are there."""

    def __init__(self) -> None:
        super().__init__()
        self._took = 0.0
        """Seconds that the last reading took, if the page measures it."""

    @property
    def about(self) -> str:
        """The title: what the figures are about, and which time."""
        raise NotImplementedError

    def put_about(self, right: str) -> None:
        """Shows the title, and at its right how current the figures are."""
        self.put_title([(self.about, "bold", "")], (right, ""))

    def begin_anew(self) -> None:
        """Reads what was chosen, and says that it reads."""
        self.put_about(self.READING)
        self.action_refresh()

    def on_change(self) -> None:
        """Reads again after a while, since that takes long with many cases."""
        if self._soon is None:
            self._soon = self.set_timer(max(self.DELAY, _SHARE * self._took), self.action_refresh)

    def list_cases(self, name: str, cases: Sequence[int]) -> None:
        """Closes the page with the list of the cases behind a figure, unless there are none, or too many to list."""
        if not cases:
            self.host.say(f"{name}: no case.", "Left and right choose another time.")
        elif len(cases) > MAX_NUMBERS:
            self.host.say(f"{len(cases):,} cases are too many to list.", "The left arrow chooses a shorter time.")
        else:
            self.dismiss(cast("Result", ShowList(number_filter(sorted(cases)))))
