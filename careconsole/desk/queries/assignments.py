"""The assignments of one person: their cases, and what others are waiting for from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.handover import changes_of
from careconsole.domain.filters.language import Term
from careconsole.store.queue.listing import QueueRow
from careconsole.store.queue.query import QueueQuery


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """One person's load: their cases with the promises on them, offers to them, calls they must answer, cases they help
    with, and cases, open or not, where a review asked them for a change (`actions`)."""

    owned: list[QueueRow]
    offered: list[QueueRow]
    called: list[QueueRow]
    helping: list[QueueRow]
    actions: list[QueueRow]

    @property
    def numbers(self) -> list[int]:
        """The numbers of all these cases, each once, the owned ones first."""
        parts = (self.owned, self.offered, self.called, self.helping, self.actions)
        return _each_once([row.number for row in rows] for rows in parts)


def load_of(desk: Desk, person: int) -> Load:
    """One person's load now."""

    def work(unit: UnitOfWork) -> Load:
        parts = _parts(desk, unit, person)
        rows = {row.number: row for row in unit.store.queue.get_many(_each_once(parts.values()))}
        return Load(**{part: [rows[number] for number in numbers] for part, numbers in parts.items()})

    return desk.read(work)


def numbers_of(desk: Desk, person: int) -> tuple[list[int], list[int]]:
    """The numbers of the cases that a person owns, and of all in their load, as in `Load`, without reading rows."""
    parts = desk.read(lambda unit: _parts(desk, unit, person))
    return parts["owned"], _each_once(parts.values())


def _parts(desk: Desk, unit: UnitOfWork, person: int) -> dict[str, list[int]]:
    """The numbers of the cases of each part of a load."""

    def numbers(field: str, value: str) -> list[int]:
        term = Term(field=field, op="=", values=(value,), negated=False, start=0, end=0)
        return unit.store.queue.numbers(QueueQuery(terms=(term,), text="", roster=unit.roster, now=desk.now()))

    name = unit.roster.name(person)
    owed = numbers("is", "owed")  # only the state says whose change it is
    cases = unit.store.cases.get_many(owed)
    return {
        "owned": numbers("owner", name),
        "offered": numbers("offered", name),
        "called": numbers("responder", name),
        "helping": numbers("helping", name),
        "actions": [number for number in owed if changes_of(cases[number], person)],
    }


def _each_once(parts: Iterable[Sequence[int]]) -> list[int]:
    return list(dict.fromkeys(chain.from_iterable(parts)))
