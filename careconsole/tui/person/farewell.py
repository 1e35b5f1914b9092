"""What the terminal says once the console was left: what of the person's own is due, waits or is unsent."""

from __future__ import annotations

from careconsole.desk import Desk
from careconsole.desk.console import drafts, presence, visits
from careconsole.desk.queries import case_queries
from careconsole.domain.case.reader import join_names
from careconsole.domain.counting import counted
from careconsole.domain.filters.fields import RESPONSIBLE
from careconsole.domain.time.moments import day_start, write_span


def leave_console(desk: Desk, console: str) -> str:
    """The person at work, if there is one, leaves this console; returns what the terminal says to them."""
    if desk.person is None:
        return ""
    visits.leave(desk)
    presence.leave(desk, console)
    return farewell(desk)


def farewell(desk: Desk) -> str:
    """One line for the person at work: "You leave 2 cases overdue and 1 unsent draft."; empty if there is nothing."""
    now = desk.now()
    today = write_span(day_start(now, 1) - now)
    asked = ("is:overdue", f"due:>=0m due:<{today}", "is:waiting")
    late, due, waiting = case_queries.counts(desk, [f"{RESPONSIBLE} {filter}" for filter in asked], most=0)
    unsent = len(drafts.listed(desk))
    parts = (
        f"{counted(late, 'case')} overdue" if late > 0 else "",
        f"{counted(due, 'case')} due later today" if due > 0 else "",
        f"{counted(waiting, 'case')} whose customer waits for an answer" if waiting > 0 else "",
        counted(unsent, "unsent draft") if unsent else "",
    )
    said = [part for part in parts if part]
    return f"You leave {join_names(said)}." if said else ""
