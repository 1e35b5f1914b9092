"""The assignments of one person: their cases, and what others are waiting for from them."""

from __future__ import annotations

import msgspec

from careconsole.desk.session import Desk
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
        return list(dict.fromkeys(row.number for rows in parts for row in rows))


def load_of(desk: Desk, person: int) -> Load:
    """One person's load now."""

    def rows(field: str, value: str = desk.roster().name(person)) -> list[QueueRow]:
        return desk.store.queue.rows(_asked(desk, field, value))

    owed = rows("is", "owed")  # only the state says whose change it is
    cases = desk.store.cases.get_many([row.number for row in owed])
    return Load(
        owned=rows("owner"),
        offered=rows("offered"),
        called=rows("responder"),
        helping=rows("helping"),
        actions=[row for row in owed if changes_of(cases[row.number], person)],
    )


def numbers_of(desk: Desk, person: int) -> tuple[list[int], list[int]]:
    """The numbers of the cases that a person owns, and of all in their load, each once: as in `Load`, without rows."""

    def numbers(field: str, value: str = desk.roster().name(person)) -> list[int]:
        return desk.store.queue.numbers(_asked(desk, field, value))

    owned = numbers("owner")
    owed = numbers("is", "owed")
    cases = desk.store.cases.get_many(owed)
    actions = [number for number in owed if changes_of(cases[number], person)]
    parts = (owned, numbers("offered"), numbers("responder"), numbers("helping"), actions)
    return owned, list(dict.fromkeys(number for some in parts for number in some))


def _asked(desk: Desk, field: str, value: str) -> QueueQuery:
    term = Term(field=field, op="=", values=(value,), negated=False, start=0, end=0)
    return QueueQuery(terms=(term,), text="", roster=desk.roster(), now=desk.now())
