"""Asking a customer, as a case is resolved, whether we did what we promised: for teams with an address for answers."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from careconsole.desk.receipts.settings import answers_to
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Fact
from careconsole.domain.case.rating_answers import asks
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.state import Case


def with_question(unit: UnitOfWork, case: Case | None, facts: list[Fact]) -> list[Fact]:
    """The facts, of which a resolution asks the customer if it may; `case` is the case before (None: they open it)."""
    return [_asking(unit, case, fact, facts) if isinstance(fact, Resolved) else fact for fact in facts]


def _asking(unit: UnitOfWork, case: Case | None, resolved: Resolved, facts: Sequence[Fact]) -> Resolved:
    customer = case.customer if case is not None else getattr(facts[0], "customer", None)
    if customer is None or not answers_to(unit):
        return resolved
    last = unit.store.cases.last_asked(customer, case.number if case is not None else 0)
    rating = case.rating if case is not None else None
    return replace(resolved, asks=asks(resolved.answer, rating, last, unit.now))
