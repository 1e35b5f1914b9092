"""Cases as they were at a moment, some of them at a time: a temporary table with the columns of cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from careconsole.domain.case.clocks import Due
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.state import OPEN, VOID, Case
from careconsole.store.cases.case_rows import COLUMNS, derived
from careconsole.store.cases.repository import Cases, case_of
from careconsole.store.engine.base import LEAST_ID, NEVER, Engine, Row
from careconsole.store.engine.inserts import insert_rows

TABLE = "cases_as_of"
"""The temporary table. It is without the states, the longest part of a row, which no filter asks for."""

_AT_ONCE = 1_000
"""Cases whose rows are in the table together where all are looked at: one or two megabytes."""
_REMEMBERED = 20_000
"""Cases that had changed since and are remembered, so that they need not be folded again: about twenty megabytes."""
_COLUMNS = COLUMNS[:-1]


class CasesAsOf:
    """Fills the table with cases as they were at a `moment` (epoch milliseconds). For use within a read.

    `due_of` says what fell due next on a case then.
    """

    def __init__(self, engine: Engine, moment: int, due_of: Callable[[Case], Due | None]) -> None:
        self._engine = engine
        self._cases = Cases(engine)
        self._moment, self._due_of = moment, due_of
        self._remembered: dict[int, Row] = {}

    def create(self) -> None:
        """Creates the table, without rows."""
        self._engine.execute(f"create temporary table {TABLE} as select {', '.join(_COLUMNS)} from cases where 1 = 0")
        self._engine.execute(f"create index {TABLE}_by_id on {TABLE} (id)")

    def drop(self) -> None:
        """Removes the table."""
        self._engine.execute(f"drop table {TABLE}")

    def each_part(self, *, only_open: bool, remember: bool) -> Iterator[None]:
        """Fills the table with every case that was there, or with those that were open, a part of them at a time.

        `remember`: each of them may be taken again.
        """
        after, above = LEAST_ID, "select id from cases where id > :after order by id limit 1"
        while first := self._engine.fetch_one(above, {"after": after}):
            after = first[0] + _AT_ONCE - 1
            part = {"first": first[0], "last": after}
            moved = self._fill("id between :first and :last", part, only_open)
            if remember and len(self._remembered) < _REMEMBERED:
                self._remembered.update((row[0], row) for row in moved)
            yield

    def take(self, numbers: list[int]) -> None:
        """Fills the table with those of these cases that were there."""
        known = [self._remembered[number] for number in numbers if number in self._remembered]
        others = [number for number in numbers if number not in self._remembered]
        self._fill(*self._engine.in_list("id", others), only_open=False)
        insert_rows(self._engine, TABLE, _COLUMNS, known)

    def _fill(self, among: str, params: dict[str, Any], only_open: bool) -> list[Row]:
        """Cases that have not changed since are taken as stored; the others are folded from their events up to then.

        Returns the rows of these.
        """
        engine, given = self._engine, {**params, "moment": self._moment}
        still = f"{among} and changed_at <= :moment"
        moved = f"{among} and opened_at <= :moment and changed_at > :moment"
        engine.execute(f"delete from {TABLE}")
        names, status = ", ".join(_COLUMNS), f"status = '{OPEN}'" if only_open else f"status <> '{VOID}'"
        engine.execute(f"insert into {TABLE} ({names}) select {names} from cases where {still} and {status}", given)
        # A clock that starts later was not running then. Of a case that is not open, none is.
        open_ones = f"select id, due_at, due_kind, risk_at, state from cases where {still} and status = '{OPEN}'"
        other = []
        for number, *stored, state in engine.fetch_each(open_ones, given):
            due = self._due_of(case_of(number, state))
            found = [due.due, due.kind, due.at_risk] if due else [NEVER, "", NEVER]
            if found != stored:
                other.append((*found, number))
        engine.execute_many(f"update {TABLE} set due_at = ?, due_kind = ?, risk_at = ? where id = ?", other)
        brought: dict[int, int | None] = dict(engine.fetch_all(f"select id, batch_id from cases where {moved}", given))
        histories = self._cases.histories(moved, given, self._moment) if brought else ()
        folded = (fold(number, events) for number, events in histories)
        there = (case for case in folded if case is not None and case.status != VOID)
        rows = [
            (*derived(case, self._due_of(case)), brought[case.number])
            for case in there
            if case.status == OPEN or not only_open
        ]
        insert_rows(engine, TABLE, _COLUMNS, rows)
        return rows
