"""What earlier entries of their cases events are about, for sentences about events that are read without a history."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.desk.session import Desk
from careconsole.domain.case.event import Event, named_in
from careconsole.domain.case.narrator import Named


def named_entries(desk: Desk, events: Iterable[tuple[int, Event]]) -> dict[int, Named]:
    """What the numbers mean that these events of cases name, by case; cases whose events name none are left out."""
    cases = sorted({case for case, event in events if event.fact.names_earlier})
    return desk.read(lambda unit: {case: named_in(unit.store.cases.history(case)) for case in cases}) if cases else {}
