"""Rewrites the histories of cases that no person has written in: with lines inserted, or without some."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Event, Writer
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.import_diff import reduce_entry, restore_line
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.state import Case


def whole_entries(unit: UnitOfWork, case: Case) -> list[tuple[Event, bytes | None]]:
    """The history of a case that no person has written in, each imported line with all that it said."""
    told: list[tuple[Event, bytes | None]] = []
    before: Case | None = None
    for event, key in unit.store.cases.entries(case.number):
        said = restore_line(before, event.fact) if isinstance(event.fact, Imported) else event.fact
        told.append((replace(event, fact=said), key))
        before = begin(case.number, event) if before is None else evolve(before, event)
    return told


def rewrite(unit: UnitOfWork, case: Case, entries: list[tuple[Event, bytes | None]]) -> None:
    """Replaces the history of a case that no person has written in with `entries`, whose lines are whole, and folds it.

    What the sweep did keeps its place, but a history must begin with an imported line: what the sweep did before that,
    because of lines now gone, comes right after it. At least one imported line must be left.
    """
    begin_at = next(place for place, (line, _) in enumerate(entries) if line.writer is Writer.IMPORT)
    entries = [entries[begin_at], *entries[:begin_at], *entries[begin_at + 1 :]]
    after: Case | None = None
    told: list[tuple[Event, bytes | None]] = []
    for number, (line, key) in enumerate(entries, start=1):
        said = reduce_entry(after, line.fact) if isinstance(line.fact, Imported) else line.fact
        event = replace(line, number=number, fact=said)
        after = begin(case.number, event) if after is None else evolve(after, event)
        told.append((event, key))
    assert after is not None  # there is a first line
    unit.store.case_writer.replace_entries(case.number, told)
    unit.store.case_writer.save(after, case.version, unit.team.levels.due(after))
