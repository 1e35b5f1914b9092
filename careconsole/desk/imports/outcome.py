"""The outcome of an import: where its source and we differ now, and what people here did since."""

from __future__ import annotations

import msgspec

from careconsole.desk.session import Desk
from careconsole.domain.case.conflicts import Difference, differences, merge_statements
from careconsole.domain.case.event import Event, Writer
from careconsole.domain.case.import_events import Imported


class Conflict(msgspec.Struct, frozen=True):
    """A case that people here work on, and whose state the source reported differently."""

    case: int
    differences: list[Difference]


class LaterWork(msgspec.Struct, frozen=True):
    """A case of an import that people have worked on: how many entries are theirs, and the last of them."""

    case: int
    entries: int
    last: Event


def conflicts(desk: Desk, batch: int) -> list[Conflict]:
    """The cases on which the source and we differ now, by lines of the import `batch` that came too late to apply."""
    store = desk.store
    said: dict[int, list[Imported]] = {}
    for case, fact in store.batches.inert(batch):
        said.setdefault(case, []).append(fact)
    cases = store.cases.get_many(list(said)) if said else {}
    found = [Conflict(number, differences(cases[number], merge_statements(facts))) for number, facts in said.items()]
    return [one for one in found if one.differences]


def later_work(desk: Desk, cases: list[int]) -> list[LaterWork]:
    """What people did on imported cases; cases that only imports and the sweep wrote in are left out."""
    found = []
    for number in cases:
        theirs = [event for event in desk.store.cases.history(number) if event.writer in (Writer.PERSON, Writer.MAIL)]
        if theirs:
            found.append(LaterWork(number, len(theirs), theirs[-1]))
    return found
