"""Query: of what people were told that waits, whether it still does: offers, requests for help, mails in trouble."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.state import Case

OFFER, HELP = "offer", "help"


class ToldOpen(msgspec.Struct, frozen=True):
    """Something that waited on a case when somebody was told of it: an OFFER or a request for HELP, made at `mark`
    (epoch milliseconds), or the mail of entry `mark`, of which `kind` is the state that was told."""

    case: int
    kind: str
    mark: int


def still_open(desk: Desk, told: Collection[ToldOpen]) -> set[ToldOpen]:
    """Those of them that are as the person at work was told."""

    def work(unit: UnitOfWork) -> set[ToldOpen]:
        cases = unit.store.cases.get_many(sorted({one.case for one in told}))
        return {one for one in told if (case := cases.get(one.case)) is not None and _is_open(unit, case, one)}

    return desk.read(work)


def _is_open(unit: UnitOfWork, case: Case, told: ToldOpen) -> bool:
    if told.kind == OFFER:
        offer = case.offer
        return offer is not None and offer.at == told.mark and _is_for(unit, offer.to)
    if told.kind == HELP:
        return any(one.at == told.mark and _is_for(unit, one.of) for one in case.helpers)
    return any(one.event == told.mark and one.state == told.kind for one in unit.store.outgoing.of_case(case.number))


def _is_for(unit: UnitOfWork, person: int) -> bool:
    return unit.roster.who_receives(person) == unit.who.person
