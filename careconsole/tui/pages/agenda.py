"""The agenda page: what falls due in the next hours, who answers for it, and who is on duty."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

from textual.content import Content

from careconsole.desk import Desk
from careconsole.desk.queries import agenda, case_queries
from careconsole.desk.queries.agenda import Agenda, AgendaEntry
from careconsole.desk.team import service_levels
from careconsole.domain.filters.fields import RESPONSIBLE
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local
from careconsole.domain.time.service_levels import STANDARD
from careconsole.tui.pages.agenda_lines import by_hour, full_text, line, name_cells
from careconsole.tui.pages.list_page import ListRow
from careconsole.tui.pages.time_range_page import TimeRangePage
from careconsole.tui.widgets.bars import count_text
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.line_list import Lines

_SPANS = ((8, "8 hours"), (24, "24 hours"), (72, "3 days"), (168, "7 days"))
"""The time ranges to choose from: hours ahead, and in words."""
_MOST = 400
"""The most entries listed; a last line counts the rest."""
_LATE, _MINE_LATE = "is:overdue", f"{RESPONSIBLE} is:overdue"
"""The filters for cases that are overdue: all of them, and those the person at work is responsible for."""
_HOURS = "Clocks run day and night; to set opening hours: careconsole calendar set."


LATE: Literal["late"] = "late"
"""The row for all cases that are overdue."""
Row = AgendaEntry | Literal["late"]


class AgendaScreen(TimeRangePage[Row]):
    """A timeline of what falls due. Its result is the number of a case to go to, the list of late cases, or None."""

    BINDINGS = bound("agenda", "back", "Back")
    SPANS = _SPANS

    def __init__(self) -> None:
        super().__init__()
        self._found: Agenda | None = None
        self._late = 0
        self._usual = False

    async def read(self) -> None:
        """Reads what falls due, how much is late, and whether the team still has the standard service levels."""
        hours, mine = _SPANS[self._span][0], self._mine

        def work(desk: Desk) -> tuple[Agenda, int, bool]:
            found = agenda.agenda(desk, hours)
            late = case_queries.counts(desk, [_MINE_LATE], case_queries.COUNT_LIMIT + 1)[0] if mine else found.late
            return found, late, service_levels.service(desk) == STANDARD

        self._found, self._late, self._usual = await self.ask(work)

    # What is shown.

    def show(self) -> None:
        """Shows the timeline; the cursor stays where it was."""
        found = self._found
        if found is None:
            return
        me, now = self.session.person, self.session.now()
        entries = [e for e in found.entries if not self._mine or e.answerable == me]
        names = name_cells(entries[:_MOST], found.roster)
        rows = [ListRow(_late_line(self._late, self._mine), LATE)] if self._late else []
        for place, (hour, due) in enumerate(by_hour(entries[:_MOST], now)):
            rows.append(ListRow(_hour_line(hour, len(due), now, present=not place)))
            rows += [ListRow(line(e, found.roster, me, now, self.size.width, names), e) for e in due]
        if len(entries) > _MOST:
            rows.append(ListRow(_more_line(len(entries) - _MOST)))
        self.fill(rows)
        if self.place <= 1:
            self.query_one(Lines).scroll_home(animate=False)  # so that the first hour's heading is visible too
        self._title(len(entries), found)

    def _title(self, count: int, found: Agenda) -> None:
        hours = _SPANS[self._span][1]
        whose = "you are responsible for" if self._mine else "all"
        due = f"{count:,} due" if count != 1 else "1 due"
        parts = [(f"The next {hours}: {due}", "bold", "")]
        if self._late:
            parts.append((f", {count_text(self._late)} overdue", "bold $text-error", ""))
        parts.append((f" ({whose})", "", ""))
        self.put_title(parts, (display_text(f"{found.roster.name_on_duty()} is on duty"), "bold"))
        other = "all" if self._mine else "mine"
        keys = ("← →", "how far"), ("Tab", other), ("F5", "reload"), ("Esc", "back")
        self.put_keys(*keys, on_row=[("Enter", "go to the case")])

    def key(self, row: Row) -> Hashable:
        """Identifies a row by its clock, whatever the clock's state."""
        return (row.case, row.clock.kind, row.clock.number) if isinstance(row, AgendaEntry) else row

    def words(self, row: Row | None) -> str:
        """The entry in full; for any other row, a hint."""
        if isinstance(row, AgendaEntry) and self._found is not None:
            return full_text(row, self._found.roster, self.session.now())
        if self._found is not None and self._usual and self.session.is_lead:
            return _HOURS
        return "Enter shows what is overdue." if self._late else ""

    def choose(self, row: Row) -> None:
        """Goes to the case, or to the list of late cases."""
        late = ShowList(_MINE_LATE if self._mine else _LATE, as_view=True)
        self.dismiss(row.case if isinstance(row, AgendaEntry) else late)


def _hour_line(hour: str, count: int, now: int, *, present: bool) -> Content:
    """The heading of an hour; `present` marks the hour that has begun."""
    if not present:
        return Content.assemble((hour, "bold $text-primary"), f"  {count:,} due")
    due = f"{count:,} due" if count else "nothing else is due"
    return Content.assemble((f"{hour}  this hour, now {local(now, now)}: {due}", "bold $text-accent"))


def _late_line(count: int, mine: bool) -> Content:
    what = f"{count_text(count)} open {'case is' if count == 1 else 'cases are'} overdue"
    return Content.assemble(
        (f"! {what}{', which you are responsible for' if mine else ''}", "bold $text-error"), "  Enter shows them"
    )


def _more_line(count: int) -> Content:
    return Content(f"and {count:,} more after these; ← looks less far ahead, Tab shows yours")
