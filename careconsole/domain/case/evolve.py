"""Applies events to the state of a case. Pure; never refuses, because history has happened.

`fold` runs a whole history. Undone commands, and messages and notes that moved to another case, stay in the history but
are skipped by the fold, so the row of a case is always what its history says without them.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from careconsole.domain.case.effective_history import (
    Redone,
    Undone,
    corrected,
    delivery_reports,
    moved_entries,
    stands_as_written,
    undone_commands,
    without_words,
)
from careconsole.domain.case.event import Event
from careconsole.domain.case.state import VOID, Case


def fold(number: int, events: Iterable[Event]) -> Case | None:
    """The state of case `number` after `events`, in order; None if there are none.

    A case whose opening was undone is "void": its number stays taken, and nothing else of it counts.
    """
    history = list(events)
    case: Case | None = None
    if stands_as_written(history):
        for event in history:
            case = begin(number, event) if case is None else evolve(case, event)
        return case
    gone = undone_commands(history)
    moved = moved_entries(history, gone)
    reports = delivery_reports(history, gone)
    for event in history:
        if event.command in gone and not isinstance(event.fact, Undone | Redone):
            if case is None:
                case = Case(number=number, version=0, opened_at=event.at, changed_at=event.at, status=VOID)
            case = replace(case, version=event.number)
        elif case is None:
            case = begin(number, event)
        else:
            known = corrected(event, reports) if reports else event
            left = without_words(known) if event.number in moved else known
            case = replace(case, version=event.number) if left is None else evolve(case, left)
    return case


def begin(number: int, event: Event) -> Case:
    """The state of a new case `number` after its first event."""
    return evolve(event.fact.new_case(number, event), event)


def evolve(case: Case, event: Event) -> Case:
    """The state of `case` after `event`."""
    fact = event.fact
    changes = fact.apply(case, event)
    changes["version"] = event.number
    if event.at > case.changed_at:
        changes["changed_at"] = event.at
    if event.at > case.worked_at and fact.is_work:
        changes["worked_at"] = event.at
    return replace(case, **changes)
