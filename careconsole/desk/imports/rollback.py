"""Taking an import back: what nobody has worked on since goes, the record of the import stays."""

from __future__ import annotations

import msgspec

from careconsole.desk.imports.merges import part_from
from careconsole.desk.imports.rewrite_history import rewrite, whole_entries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Writer
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.store.imports.batches import Batch


class RolledBack(msgspec.Struct, frozen=True, kw_only=True):
    """What a roll-back took out, and the cases it kept because people had worked on them since."""

    batch: Batch
    removed: int
    restored: int
    kept: tuple[int, ...]


def find(desk: Desk, number: int) -> Batch:
    """One import, or WrongUse."""
    batch = desk.store.batches.get(number)
    if batch is None:
        raise WrongUse(f"There is no batch {number}.", "See {}.", suggest("batch list"))
    return batch


def roll_back(desk: Desk, number: int) -> RolledBack:
    """Takes the import `number` back, as one transaction.

    Cases it brought are removed, cases it added lines to are folded without those lines, whatever the sweep did to them
    meanwhile. A case that people, or a later import, have worked on since stays as it is. It can be said again, for
    cases that have become free.
    """

    def work(unit: UnitOfWork) -> RolledBack:
        store = unit.store
        unit.must_lead("take an import back")
        batch = find(desk, number)
        if batch.status == "rolled back" and not (store.batches.brought(number) or store.batches.added_to(number)):
            raise Refused(f"Batch {number} was rolled back already.")
        kept = set(store.batches.touched_since(number))
        removed = [case for case in store.batches.brought(number) if case not in kept]
        store.cases.remove(removed)
        restored = []
        for case_number in store.batches.added_to(number):
            case = store.cases.get(case_number)
            if case is None or case_number in kept or store.batches.worked_on(case_number):
                kept.add(case_number)
                continue
            left = [(event, key) for event, key in whole_entries(unit, case) if event.batch != number]
            if not any(event.writer is Writer.IMPORT for event, _ in left):
                kept.add(case_number)  # a history without a beginning is none
                continue
            rewrite(unit, case, left)
            store.batches.remember_rows(case_number)
            restored.append(case_number)
        part_from(unit, removed, restored)
        store.batches.forget_names(number, store.people, store.customers)
        store.batches.update(number, "rolled back", {**batch.counts, "kept": len(kept)}, unit.now)
        return RolledBack(batch=batch, removed=len(removed), restored=len(restored), kept=tuple(sorted(kept)))

    return desk.write(work)
