"""The cases behind a measure of time, the slowest first: by the case, never by the person."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import msgspec
from textual.content import Content

from careconsole.desk.queries import case_queries
from careconsole.desk.queries.case_queries import Rows
from careconsole.desk.queries.measured_cases import Measure
from careconsole.domain.filters.language import MAX_NUMBERS, number_filter
from careconsole.domain.terminal_text import display_text, fit
from careconsole.domain.time.moments import format_span
from careconsole.tui.pages.list_page import ListPage, ListRow
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound

_MOST = 500
"""The most cases listed one by one: the slowest."""
_TIME = 9


class MeasuredCase(msgspec.Struct, frozen=True):
    """A case, and how long it took, in seconds."""

    number: int
    seconds: float


class MeasuredCasesScreen(ListPage["MeasuredCase | Literal['all']", "int | ShowList | None"]):
    """Lists the cases of a measure. Its result is one of them, the list of them all, or None."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("refresh", "refresh"),
    ]

    HEADS = True

    def __init__(self, measure: Measure, when: str, cases: Sequence[MeasuredCase]) -> None:
        """`when` says when the cases were opened: "in the last 4 weeks"."""
        super().__init__()
        self._measure = measure
        self._when = when
        self._cases = sorted(cases, key=lambda case: (-case.seconds, case.number))
        self._found: Rows | None = None

    def on_mount(self) -> None:
        """Shows the title and the keys."""
        self.put_title([(f"{self._measure.name}, the slowest first", "bold", "")], (f"opened {self._when}", ""))
        self.put_heads(Content(f"{'Took':>{_TIME + 2}}  {'No':>5}  Subject"))
        self.put_keys(("F5", "reload"), ("Esc", "back"), on_row=[("Enter", "open")])

    async def read(self) -> None:
        """Reads what the cases are about."""
        numbers = [case.number for case in self._cases[:_MOST]]
        self._found = await self.ask(lambda desk: case_queries.rows(desk, numbers))

    def show(self) -> None:
        """Shows the cases, and a line that leads to all of them in the queue."""
        if self._found is None:
            return
        rows = [ListRow(self._line(case), case) for case in self._cases[:_MOST]]
        count = len(self._cases)
        if count <= MAX_NUMBERS:
            every = "The case" if count == 1 else f"All {count:,} cases"
            rows.append(ListRow(Content.styled(f"  {every} in the queue", "$text-muted"), "all"))
        elif count > _MOST:
            rows.append(ListRow(Content(f"  ... and {count - _MOST:,} that took less")))
        self.fill(rows)

    def _line(self, case: MeasuredCase) -> Content:
        return Content(
            f"{format_span(int(case.seconds * 1000)):>{_TIME + 2}}  {case.number:>5}  "
            f"{fit(self._about(case.number), max(20, self.size.width - _TIME - 15)).rstrip()}"
        )

    def _about(self, number: int) -> str:
        """A case's subject and customer."""
        row = self._found.rows.get(number) if self._found is not None else None
        if row is None or self._found is None:
            return "no longer exists"
        customer = self._found.customers.get(row.customer or 0, "")
        return display_text(f"{row.subject} · {customer}" if customer else row.subject)

    def case_of(self, row: MeasuredCase | Literal["all"]) -> int | None:
        """The case that was measured."""
        return row.number if isinstance(row, MeasuredCase) else None

    def key(self, row: MeasuredCase | Literal["all"]) -> Hashable:
        """Identifies a row by its case."""
        return row if isinstance(row, str) else row.number

    def words(self, row: MeasuredCase | Literal["all"] | None) -> str:
        """What was measured, and the case in full."""
        if isinstance(row, MeasuredCase):
            return f"Case {row.number}: {self._about(row.number)}. {self._measure.meaning}"
        return self._measure.meaning

    def choose(self, row: MeasuredCase | Literal["all"]) -> None:
        """Leads to the case, or to the list of all of them."""
        if isinstance(row, MeasuredCase):
            self.dismiss(row.number)
        else:
            self.dismiss(ShowList(number_filter(sorted(case.number for case in self._cases))))
