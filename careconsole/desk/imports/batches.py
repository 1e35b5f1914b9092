"""Past imports: what each brought, and the systems they came from."""

from __future__ import annotations

from careconsole.desk.session import Desk
from careconsole.domain.imported_record import RejectedRecord
from careconsole.store.imports.batches import Batch

__all__ = ["Batch", "changed_cases", "known_under", "listed", "new_people", "rejects", "sources", "worked_on_since"]


def listed(desk: Desk) -> list[Batch]:
    """Every import, the newest first."""
    return desk.store.batches.all()


def sources(desk: Desk) -> list[str]:
    """The systems that imports came from, each once, the latest first."""
    return list(dict.fromkeys(batch.source for batch in listed(desk)))


def known_under(desk: Desk, externals: list[str]) -> dict[str, int]:
    """The systems that have cases with these ids, each with how many, the one with most first."""
    return desk.store.batches.sources_of(externals)


def changed_cases(desk: Desk) -> dict[int, int]:
    """How many earlier cases each import changed, by its number."""
    return desk.store.batches.changed()


def rejects(desk: Desk, number: int) -> list[RejectedRecord]:
    """The records that an import rejected; only the first ones when there were very many."""
    return desk.store.batches.rejects.of(number)


def worked_on_since(desk: Desk, number: int) -> list[int]:
    """The cases of an import that people, or a later import, have worked on since."""
    return desk.store.batches.worked_on_since(number)


def new_people(desk: Desk, number: int, most: int) -> list[str]:
    """The names of the people that an import added, at most `most`."""
    return desk.store.batches.people(number, most)
