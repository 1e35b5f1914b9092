"""Cases as they were at a moment: a temporary table with the same columns, so that the same filters work on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from careconsole.desk.session import Desk
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.state import VOID
from careconsole.store.cases.repository import row_of

_TABLE = "cases_as_of"


@contextmanager
def table_as_of(desk: Desk, moment: int) -> Iterator[str]:
    """Yields the name of a table with every case as it was at `moment` (epoch milliseconds), dropped with the context.

    Cases unchanged since are taken as stored; the others are folded again from their events up to then.
    """
    store = desk.store
    brought = dict(store.cases.batches_of())
    due_of = store.levels.due_of_many(moment)
    with store.cases.like_cases(_TABLE) as add:
        still = store.cases.states("changed_at <= :moment and status <> 'void'", {"moment": moment})
        add(row_of(case, due_of(case), brought.get(case.number)) for case in still)
        moved = store.cases.histories("opened_at <= :moment and changed_at > :moment", {"moment": moment}, until=moment)
        folded = (fold(number, events) for number, events in moved)
        add(
            row_of(case, due_of(case), brought.get(case.number))
            for case in folded
            if case is not None and case.status != VOID
        )
        yield _TABLE
