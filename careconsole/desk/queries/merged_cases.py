"""The cases that were merged into a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from careconsole.desk.unit import UnitOfWork

if TYPE_CHECKING:
    from careconsole.domain.case.event import Event
    from careconsole.domain.case.state import Case


def merged_into(
    unit: UnitOfWork, number: int, history: Sequence[Event], found: frozenset[int] = frozenset()
) -> Iterator[tuple[Case, list[Event]]]:
    """The cases that were merged into case `number`, and into those, each with its history, which stays its own.

    What was undone does not count. `found` are cases that are known already. Part of a read.
    """
    if not any(event.kind == "absorbed" for event in history):
        return  # as with most cases, for which what is below is not loaded
    from careconsole.domain.case.effective_history import not_undone
    from careconsole.domain.case.merging import Absorbed

    found |= {number}
    for event in not_undone(history):
        if not isinstance(event.fact, Absorbed) or event.fact.loser in found:
            continue
        case = unit.store.cases.get(event.fact.loser)
        if case is not None:
            its = unit.store.cases.history(case.number)
            yield case, its
            yield from merged_into(unit, case.number, its, found)
