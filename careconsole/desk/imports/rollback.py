"""Rolls back an import: what nobody has worked on since is removed, the record of the import stays."""

from __future__ import annotations

import msgspec

from careconsole.desk.imports.addresses import take_back
from careconsole.desk.imports.merges import unlink
from careconsole.desk.imports.rewrite_history import rewrite, whole_entries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Writer
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.store.imports.batches import Batch


class RolledBack(msgspec.Struct, frozen=True, kw_only=True):
    """What a roll-back removed and restored, and the cases it kept because they were worked on since."""

    batch: Batch
    removed: int
    restored: int
    kept: tuple[int, ...]


def find(desk: Desk, number: int) -> Batch:
    """One import by number; raises WrongUse when there is none."""
    batch = desk.store.batches.get(number)
    if batch is None:
        raise WrongUse(f"There is no batch {number}.", "See {}.", suggest("batch list"))
    return batch


def roll_back(desk: Desk, number: int) -> RolledBack:
    """Rolls back the import `number`, as one transaction; for leads only.

    Cases it brought are removed, cases it added lines to are folded without those lines, whatever the sweep did to them
    meanwhile. A case that people have worked on stays as it is, and so does a case it brought that a later import added
    to. It can be repeated for cases that have become free; raises Refused when nothing is left.
    """

    def work(unit: UnitOfWork) -> RolledBack:
        store = unit.store
        unit.must_lead("take an import back")
        batch = find(desk, number)
        if batch.status == "rolled back" and not (
            store.batches.created_cases(number) or store.batches.added_to(number)
        ):
            raise Refused(f"Batch {number} was rolled back already.")
        kept = set(store.batches.worked_on_since(number))
        removed = [case for case in store.batches.created_cases(number) if case not in kept]
        store.case_writer.remove(removed)
        restored = []
        for case_number in store.batches.added_to(number):
            case = store.cases.get(case_number)
            if case is None or case_number in kept or store.batches.worked_on(case_number):
                kept.add(case_number)
                continue
            left = [(event, key) for event, key in whole_entries(unit, case) if event.batch != number]
            if not any(event.writer is Writer.IMPORT for event, _ in left):
                kept.add(case_number)  # a history must begin with an imported line
                continue
            rewrite(unit, case, left)
            store.batches.remember_rows(case_number)
            restored.append(case_number)
        unlink(unit, removed, restored)
        take_back(unit, number)
        store.batches.forget_names(number, store.people, store.customers)
        store.batches.update(number, "rolled back", {**batch.counts, "kept": len(kept)}, unit.now)
        return RolledBack(batch=batch, removed=len(removed), restored=len(restored), kept=tuple(sorted(kept)))

    return desk.write(work)
