"""Query: the cases that a case is linked to: it follows them or they it, they were merged, or it looks like them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from careconsole.desk.queries.looks_like import looks_like
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.event import Event
from careconsole.domain.case.merging import Absorbed
from careconsole.domain.case.state import VOID, Case


class LinkedCase(msgspec.Struct, frozen=True):
    """A linked case, and how the case that it is linked to stands to it: "follows", "took over", "looks like"."""

    number: int
    how: str
    status: str
    subject: str


def links(case: Case, history: Iterable[Event]) -> dict[int, str]:
    """The numbers of the cases that `case` is linked to, each with how: "follows" 3. What was undone does not count."""
    found: dict[int, str] = {}
    if case.merged_into is not None:
        found[case.merged_into] = "was merged into"
    if case.follows is not None:
        found.setdefault(case.follows, "follows")
    for number in case.followed_by:
        found.setdefault(number, "followed by")
    for event in standing(list(history)):
        if isinstance(event.fact, Absorbed):
            found[event.fact.loser] = "took over"  # also of one that followed it: that is part of it now
    return found


def linked(desk: Desk, number: int) -> list[LinkedCase]:
    """The cases that case `number` is linked to, as far as they still exist. Raises WrongUse if it does not."""

    def work(unit: UnitOfWork) -> list[LinkedCase]:
        case = load(desk, number, [], follow=False)
        found = links(case, unit.store.cases.history(number))
        others = unit.store.customers.cases(case.customer) if case.customer is not None else []
        if case.is_open and (like := looks_like(unit, case, others)) is not None:
            found.setdefault(like.number, "looks like")
        rows = {row.number: row for row in unit.store.queue.get_many(list(found)) if row.status != VOID}
        return [LinkedCase(n, how, rows[n].status, rows[n].subject) for n, how in found.items() if n in rows]

    return desk.read(work)
