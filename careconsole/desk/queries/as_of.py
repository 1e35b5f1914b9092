"""Cases as they were at a moment: a temporary table with the same columns, so that the same filters work on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

from careconsole.desk.session import Desk
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.state import VOID
from careconsole.store.cases.case_rows import row_of

_TABLE = "cases_as_of"


@contextmanager
def table_as_of(desk: Desk, moment: int) -> Iterator[str]:
    """Yields the name of a table with every case as it was at `moment` (epoch milliseconds), dropped with the context.

    Cases unchanged since are taken as stored; the others are folded again from their events up to then.
    """
    cases, due_of = desk.store.cases, desk.store.levels.due_of_many(moment)
    still = cases.each_state("changed_at <= :moment and status <> 'void'", {"moment": moment})
    moved = cases.histories("opened_at <= :moment and changed_at > :moment", {"moment": moment}, until=moment)
    folded = (fold(number, events) for number, events in moved)
    there = chain(still, (case for case in folded if case is not None and case.status != VOID))
    with desk.store.case_writer.like_cases(_TABLE, (row_of(case, due_of(case)) for case in there)):
        yield _TABLE
