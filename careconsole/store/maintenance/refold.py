"""Folds every case again from its history, for a database whose cases were folded by an older program."""

from __future__ import annotations

from collections.abc import Callable

from careconsole.domain.case.evolve import fold
from careconsole.domain.errors import CareError
from careconsole.domain.hints import suggest
from careconsole.store.cases.case_rows import row_of
from careconsole.store.cases.case_writer import CaseWriter
from careconsole.store.cases.repository import Cases
from careconsole.store.engine.base import Engine, chunks
from careconsole.store.team.people import People
from careconsole.store.team.service_levels import ServiceLevels

_AT_ONCE = 1_000
"""Cases whose histories are held in memory together."""


def refold(engine: Engine, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Recomputes the row of every case, due times included, from its history; returns the number of cases.

    Part of a write. Histories and the cases' versions stay the same. `progress` gets the number of cases done and the
    total. Raises CareError if a case has no history.
    """
    cases, writer, due_of = Cases(engine), CaseWriter(engine), ServiceLevels(engine, People(engine)).due_of_many()
    total = engine.fetch_one("select count(*) from cases")
    count = 0
    for part in chunks(engine, "cases", "id", _AT_ONCE):
        first, last = part[0][0], part[-1][0]
        rows = []
        for number, events in cases.histories("id between :first and :last", {"first": first, "last": last}):
            case = fold(number, events)
            assert case is not None
            rows.append((row_of(case, due_of(case)), case.version))
        if len(rows) != len(part):
            raise CareError("A case has no history.", "Run {} with the previous version of it.", suggest("db check"))
        writer.save_rows(rows)
        count += len(rows)
        progress(count, total[0] if total else count)
    return count
