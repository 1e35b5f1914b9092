"""Writes events into the history of a case that no rule has to decide: a mail caused them, or a merge of names."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.desk.notices.queue_notices import queue_notices
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.evolve import begin, evolve, fold
from careconsole.domain.case.state import Case


def write_events(
    unit: UnitOfWork,
    number: int,
    case: Case | None,
    facts: Sequence[Fact],
    at: int,
    *,
    actor: int | None = None,
    command: int | None = None,
) -> int:
    """Appends facts to case `number`, and stores the case; returns the number of the last event. Part of a write.

    `case` is the case before (None: the first fact opens it). A mail wrote them, or the `command` of `actor`.
    """
    version = case.version if case is not None else 0
    # A history runs forward: a mail that arrives late is written after what happened before it was known here.
    at = max(at, case.changed_at) if case is not None else at
    after, turns, events = case, [], []
    for place, fact in enumerate(facts, start=1):
        event = Event(version + place, at, unit.now, fact, actor, command)
        events.append(event)
        if after is None:
            after = begin(number, event)
        else:
            turns.append((after, event))
            after = evolve(after, event)
    assert after is not None
    if any(fact.brings_back or fact.delivers for fact in facts):  # an earlier event means something else now
        after = fold(number, [*unit.store.cases.history(number), *events])
        assert after is not None
    queue_notices(unit, turns, unit.roster)
    due = unit.team.levels.due(after)
    if case is None:
        unit.store.case_writer.add(after, due)
    else:
        unit.store.case_writer.save(after, version, due)
    unit.store.case_writer.append(number, events, begins=case is None)
    return events[-1].number
