"""Query: of what people were told of a case as it stands, whether it still is so: offers, owners, calls, drafts."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.state import Case

OFFER, HELP, OWNER, HAS_CALL, BACK, DRAFT = "offer", "help", "owner", "has call", "back", "draft"


class ToldOpen(msgspec.Struct, frozen=True):
    """Something that was so on a case when somebody was told of it.

    An OFFER or a request for HELP, made at `mark` (epoch milliseconds); that the person `mark` is its OWNER (0: nobody
    is); that somebody HAS_CALL until `mark`; that it is BACK from being parked; that a reply is a DRAFT of the person
    `mark`; or the mail of entry `mark`, of which `kind` is the state that was told.
    """

    case: int
    kind: str
    mark: int


def still_open(desk: Desk, told: Collection[ToldOpen]) -> set[ToldOpen]:
    """Those of them that are as the person at work was told."""

    def work(unit: UnitOfWork) -> set[ToldOpen]:
        cases = unit.store.cases.get_many(sorted({one.case for one in told}))
        return {one for one in told if (case := cases.get(one.case)) is not None and _is_open(unit, case, one)}

    return desk.read(work)


def versions(desk: Desk, cases: Collection[int]) -> dict[int, int]:
    """The number of the last event of each of these cases."""
    found = desk.read(lambda unit: unit.store.cases.get_many(sorted(cases)))
    return {number: case.version for number, case in found.items()}


def _is_open(unit: UnitOfWork, case: Case, told: ToldOpen) -> bool:
    if told.kind == OFFER:
        offer = case.offer
        return offer is not None and offer.at == told.mark and _is_for(unit, offer.to)
    if told.kind == HELP:
        return any(one.at == told.mark and _is_for(unit, one.of) for one in case.helpers)
    if told.kind == OWNER:
        return case.is_open and (case.owner or 0) == told.mark
    if told.kind == HAS_CALL:
        return case.is_open and case.escalation is not None and case.escalation.until == told.mark
    if told.kind == BACK:
        return case.is_open and case.parked is None
    if told.kind == DRAFT:
        return any((row[0], row[1]) == (case.number, "reply") for row in unit.store.console.drafts(told.mark))
    return any(one.event == told.mark and one.state == told.kind for one in unit.store.outgoing.of_case(case.number))


def _is_for(unit: UnitOfWork, person: int) -> bool:
    return unit.roster.who_receives(person) == unit.who.person
